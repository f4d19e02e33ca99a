#pragma once

#include <QHash>
#include <QJsonObject>
#include <QRegularExpression>
#include <QUrl>

namespace pimgate::test {

/// One request as it can be met again: the n-th of its method and path, ids left open.
struct Boundary
{
    QString method, pattern;
    int nth = 0;
    QString name() const
    {
        QString shown = pattern.mid(1);
        shown.replace(QLatin1String("[^/]+"), QLatin1String("*")).remove(QLatin1Char('\\'));
        return QStringLiteral("%1 %2 #%3").arg(method, shown.left(100)).arg(nth + 1);
    }
};

/// Percent-decoded, as faults match it. Ids differ from tenant to tenant, and so does all that the sign-in sends.
inline QString patternOf(const QJsonObject &exchange)
{
    static const QRegularExpression changing(
        QStringLiteral("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=/)[A-Za-z0-9_-]{22}$"));
    QString target = QUrl::fromPercentEncoding(exchange[QLatin1String("path")].toString().toUtf8());
    const bool login = exchange[QLatin1String("api")] == QLatin1String("login");
    if (login)
        target = target.section(QLatin1Char('?'), 0, 0);
    QString pattern = QRegularExpression::escape(target.replace(changing, QStringLiteral("*")));
    pattern.replace(QLatin1String("\\*"), QLatin1String("[^/]+"));
    return QLatin1Char('^') + pattern + (login ? QString() : QStringLiteral("$"));
}

/// Every request of a record, in its order.
inline QList<Boundary> boundariesIn(const QList<QJsonObject> &exchanges)
{
    QList<Boundary> seen;
    QHash<QString, int> counts;
    for (const QJsonObject &exchange : exchanges) {
        Boundary boundary{exchange[QLatin1String("method")].toString(), patternOf(exchange), 0};
        boundary.nth = counts[boundary.method + boundary.pattern]++;
        seen << boundary;
    }
    return seen;
}

} // namespace pimgate::test
