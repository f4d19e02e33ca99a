#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>

namespace pimgate::blueprintfile {

struct Problem
{
    qsizetype at = 0;
    QString where, message, next;
};

/// Everything that is wrong with a blueprint text, in the order of the file.
/// @param root the same text, parsed
QList<Problem> problemsOf(const QJsonObject &root, const QByteArray &text);

} // namespace pimgate::blueprintfile
