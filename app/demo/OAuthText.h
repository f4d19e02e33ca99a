#pragma once

#include "demo/Router.h"

#include <QMap>
#include <QUrl>

namespace pimgate::demo {

// The small change of the sign-in host: forms, pages and the words in them.

QString randomText(int bytes = 32);
QString newGuid();
QMap<QString, QString> readForm(const QByteArray &body);
QStringList words(const QString &text);
QStringList strings(const QJsonValue &value);
bool isLoopback(const QUrl &url);
Response html(const QString &title, const QString &body, int status = 200);

} // namespace pimgate::demo
