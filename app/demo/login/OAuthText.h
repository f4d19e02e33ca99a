#pragma once

#include "demo/odata/Router.h"

#include <QMap>
#include <QUrl>

namespace pimgate::demo {

// The small change of the sign-in host: random values, forms and the words in them.

QString randomText(int bytes = 32);
QString newGuid();
/// By which a code, token or cookie is known again; nobody gets in with it.
QString digestOf(const QString &secret);
QMap<QString, QString> readForm(const QByteArray &body);
QMap<QString, QString> queryForm(const Request &request);
/// "a=1&b=2", percent-encoded.
QString queryText(const QList<std::pair<QString, QString>> &values);
QStringList words(const QString &text);
QStringList strings(const QJsonValue &value);
/// The sub claim: another one for each application (or resource), so they cannot compare notes.
QString pairwiseSubject(const QString &tid, const QString &oid, const QString &audience);

} // namespace pimgate::demo
