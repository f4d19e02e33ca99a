#include "demo/login/OAuthText.h"

#include "demo/login/Keys.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QRandomGenerator>
#include <QUuid>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

QString randomText(int bytes)
{
    QByteArray random(bytes, '\0');
    QRandomGenerator::system()->fillRange(reinterpret_cast<quint32 *>(random.data()), bytes / 4);
    return QString::fromLatin1(base64Url(random));
}

QString newGuid()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

QString digestOf(const QString &secret)
{
    return QString::fromLatin1(base64Url(QCryptographicHash::hash(secret.toUtf8(), QCryptographicHash::Sha256)));
}

QMap<QString, QString> readForm(const QByteArray &body)
{
    QMap<QString, QString> form;
    auto text = body;
    text.replace('+', "%20"); // QUrlQuery leaves the plus of forms alone
    const QUrlQuery query(QString::fromUtf8(text));
    for (const auto &[name, value] : query.queryItems(QUrl::FullyDecoded))
        form.insert(name, value);
    return form;
}

QMap<QString, QString> queryForm(const Request &request)
{
    QMap<QString, QString> form;
    for (auto it = request.query.begin(); it != request.query.end(); ++it)
        form.insert(it.key(), it.value());
    return form;
}

QString queryText(const QList<std::pair<QString, QString>> &values)
{
    QStringList parts;
    for (const auto &[name, value] : values)
        parts.append(name + u'=' + QString::fromLatin1(QUrl::toPercentEncoding(value)));
    return parts.join(u'&');
}

QStringList words(const QString &text)
{
    return text.split(u' ', Qt::SkipEmptyParts);
}

QStringList strings(const QJsonValue &value)
{
    QStringList list;
    for (const auto &item : value.toArray())
        list.append(item.toString());
    return list;
}

QString pairwiseSubject(const QString &tid, const QString &oid, const QString &audience)
{
    const auto text = QStringList{tid, oid, audience}.join(u'|').toUtf8();
    return QString::fromLatin1(base64Url(QCryptographicHash::hash(text, QCryptographicHash::Sha256)));
}

} // namespace pimgate::demo
