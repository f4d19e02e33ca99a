#pragma once

#include <QCoreApplication>
#include <QJsonObject>
#include <QStringList>

namespace pimgate::blueprintfile {

struct BlueprintText
{
    Q_DECLARE_TR_FUNCTIONS(Blueprint)
};

/// "Did you mean “eligible”? " or nothing.
QString didYouMean(const QString &given, const QStringList &allowed);
QString typeOf(const QJsonValue &value);
QString typeInWords(const QString &type);
QStringList typesOf(const QJsonObject &schema);
QJsonObject propertiesOf(const QJsonObject &schema);
/// Where else a key is known: "pim" for "eligible" written at the top.
QString homeOf(const QString &key, const QJsonObject &schema, const QString &path = {});
QString withFullStop(const QString &text);
QString principalForms();
bool isMail(const QString &text);
bool isPrincipal(const QString &text);

} // namespace pimgate::blueprintfile
