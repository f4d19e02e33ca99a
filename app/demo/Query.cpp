#include "demo/Router.h"

#include <QJsonArray>
#include <QUrl>

#include <algorithm>

namespace pimgate::demo {

namespace {

/// Every word that is wanted begins a word of the text, as the directory's index has them.
bool wordsMatch(const QString &text, const QString &wanted)
{
    static const QRegularExpression separators(QStringLiteral("[^\\w#]+"));
    if (text.startsWith(wanted, Qt::CaseInsensitive))
        return true;
    const auto words = text.split(separators, Qt::SkipEmptyParts);
    const auto asked = wanted.split(separators, Qt::SkipEmptyParts);
    return !asked.isEmpty() && std::all_of(asked.begin(), asked.end(), [&](const QString &each) {
        return std::any_of(words.begin(), words.end(),
                           [&](const QString &word) { return word.startsWith(each, Qt::CaseInsensitive); });
    });
}

/// "displayName:ann" OR "userPrincipalName:ann" AND ...; nothing when the quotes are missing.
std::optional<bool> searchMatches(const QString &search, const QJsonObject &row)
{
    static const QRegularExpression term(QStringLiteral("\"([^\":]+):((?:[^\"\\\\]|\\\\.)*)\""));
    static const QRegularExpression whole(
        QStringLiteral("^\\s*\\(?\\s*\"[^\":]+:(?:[^\"\\\\]|\\\\.)*\"(\\s*\\)?\\s*(OR|AND)\\s*\\(?\\s*\"[^\":]+:"
                       "(?:[^\"\\\\]|\\\\.)*\")*\\s*\\)?\\s*$"));
    if (!whole.match(search).hasMatch())
        return {};
    bool result = false;
    bool first = true;
    qsizetype last = 0;
    for (auto it = term.globalMatch(search); it.hasNext();) {
        const auto match = it.next();
        auto wanted = match.captured(2);
        wanted.replace(QLatin1String("\\\""), QLatin1String("\"")).replace(QLatin1String("\\\\"), QLatin1String("\\"));
        const bool here = wordsMatch(row.value(match.captured(1)).toString(), wanted);
        const bool isAnd = search.mid(last, match.capturedStart() - last).contains(QLatin1String("AND"));
        result = first ? here : isAnd ? result && here : result || here;
        first = false;
        last = match.capturedEnd();
    }
    return result;
}

QStringList selected(const Request &request)
{
    auto names = request.option(QStringLiteral("$select")).split(QLatin1Char(','), Qt::SkipEmptyParts);
    for (auto &name : names)
        name = name.trimmed();
    return names;
}

bool isUser(const QJsonObject &row, const QString &context)
{
    const auto type = row.value(QLatin1String("@odata.type")).toString();
    return type == QLatin1String("#microsoft.graph.user") || (type.isEmpty() && context == QLatin1String("users"));
}

QJsonObject project(const QJsonObject &row, const QStringList &select, const QString &context)
{
    static const QStringList userDefaults{
        QStringLiteral("businessPhones"),    QStringLiteral("displayName"),
        QStringLiteral("givenName"),         QStringLiteral("id"),
        QStringLiteral("jobTitle"),          QStringLiteral("mail"),
        QStringLiteral("mobilePhone"),       QStringLiteral("officeLocation"),
        QStringLiteral("preferredLanguage"), QStringLiteral("surname"),
        QStringLiteral("userPrincipalName"),
    };
    const auto wanted = select.isEmpty() && isUser(row, context) ? userDefaults : select;
    QJsonObject shown;
    for (auto it = row.begin(); it != row.end(); ++it) {
        const bool annotation = it.key().contains(QLatin1Char('@'));
        const bool expanded = it.key().startsWith(QLatin1Char('+')); // an $expand'ed member stays with any $select
        if (it.key().startsWith(QLatin1Char('_')))
            continue;
        if (wanted.isEmpty() || annotation || expanded || wanted.contains(it.key()))
            shown.insert(expanded ? it.key().mid(1) : it.key(), it.value());
    }
    return shown;
}

QString contextUrl(const Request &request, const QString &context, const QStringList &select, bool single)
{
    auto text = request.origin + QStringLiteral("/v1.0/$metadata#") + context;
    if (!select.isEmpty())
        text += QLatin1Char('(') + select.join(QLatin1Char(',')) + QLatin1Char(')');
    return single ? text + QStringLiteral("/$entity") : text;
}

Response unsupportedQuery(const QString &message)
{
    return graphError(400, QStringLiteral("Request_UnsupportedQuery"), message);
}

std::optional<Response> refuseOptions(const Request &request, const QStringList &known)
{
    for (auto it = request.query.begin(); it != request.query.end(); ++it) {
        if (it.key().startsWith(QLatin1Char('$')) && !known.contains(it.key()))
            return badRequest(QStringLiteral("The query parameter '%1' is not supported.").arg(it.key()));
    }
    return {};
}

bool isDirectory(const QString &context)
{
    static const QStringList directory{QStringLiteral("users"), QStringLiteral("groups"), QStringLiteral("servicePrincipals"),
                                       QStringLiteral("applications"), QStringLiteral("directoryObjects")};
    return directory.contains(context);
}

/// What only the eventual store of the directory answers (contract 1.4).
std::optional<Response> refuseAdvanced(const Request &request, const QString &context)
{
    if (!isDirectory(context))
        return {};
    const auto filter = request.option(QStringLiteral("$filter"));
    static const QRegularExpression advanced(QStringLiteral("(^|[\\s(])(ne|not)[\\s(]|endswith\\("),
                                             QRegularExpression::CaseInsensitiveOption);
    const bool counts = request.option(QStringLiteral("$count")).toLower() == QLatin1String("true");
    const bool hard =
        advanced.match(filter).hasMatch() || (!filter.isEmpty() && request.query.contains(QStringLiteral("$orderby")));
    const bool search = request.query.contains(QStringLiteral("$search"));
    if ((hard && (!counts || !request.eventual())) || (counts && !request.eventual()) || (search && !request.eventual()))
        return unsupportedQuery(QStringLiteral("This query needs the header ConsistencyLevel: eventual and $count=true."));
    return {};
}

QJsonValue memberAt(const QJsonObject &row, const QString &path)
{
    QJsonValue value = row;
    for (const auto &part : path.split(QLatin1Char('/')))
        value = value.toObject().value(part);
    return value;
}

void sortRows(QList<QJsonObject> &rows, const QString &orderBy)
{
    const auto keys = orderBy.split(QLatin1Char(','), Qt::SkipEmptyParts);
    for (auto key = keys.crbegin(); key != keys.crend(); ++key) {
        const auto words = key->simplified().split(QLatin1Char(' '));
        const bool descending = words.value(1).toLower() == QLatin1String("desc");
        const auto path = words.value(0);
        std::stable_sort(rows.begin(), rows.end(), [&](const QJsonObject &a, const QJsonObject &b) {
            const auto order = memberAt(a, path).toString().compare(memberAt(b, path).toString(), Qt::CaseInsensitive);
            return descending ? order > 0 : order < 0;
        });
    }
}

QString nextLink(const Request &request, qsizetype offset)
{
    QMap<QString, QString> sorted;
    for (auto it = request.query.begin(); it != request.query.end(); ++it)
        sorted.insert(it.key(), it.value());
    const auto token = QByteArray("RFNwdAIAAQAAAD" + QByteArray::number(offset)).toBase64(QByteArray::Base64UrlEncoding);
    sorted.insert(QStringLiteral("$skiptoken"), QString::fromLatin1(token));
    QStringList parts;
    for (auto it = sorted.begin(); it != sorted.end(); ++it)
        parts.append(it.key() + QLatin1Char('=') + QString::fromLatin1(QUrl::toPercentEncoding(it.value())));
    const auto path = QString::fromLatin1(QUrl::toPercentEncoding(request.path, "/()='$,@"));
    return request.origin + QStringLiteral("/v1.0") + path + QLatin1Char('?') + parts.join(QLatin1Char('&'));
}

/// -1 when the token is none of ours.
qsizetype offsetOf(const QString &skipToken)
{
    if (skipToken.isEmpty())
        return 0;
    const auto text = QByteArray::fromBase64(skipToken.toLatin1(), QByteArray::Base64UrlEncoding);
    bool number = false;
    const auto offset = text.startsWith("RFNwdAIAAQAAAD") ? text.mid(14).toLongLong(&number) : -1;
    return number ? offset : -1;
}

} // namespace

Response entity(const Request &request, const QJsonObject &row, const QString &context)
{
    if (auto refusal = refuseOptions(request, {QStringLiteral("$select"), QStringLiteral("$expand")}))
        return *refusal;
    const auto select = selected(request);
    auto shown = project(row, select, context);
    shown.insert(QStringLiteral("@odata.context"), contextUrl(request, context, select, true));
    return Response::ok(shown);
}

Response collection(const Request &request, QList<QJsonObject> rows, const QString &context, int defaultPage, int maxPage)
{
    static const QStringList known{QStringLiteral("$filter"), QStringLiteral("$search"),   QStringLiteral("$orderby"),
                                   QStringLiteral("$select"), QStringLiteral("$expand"),   QStringLiteral("$top"),
                                   QStringLiteral("$count"),  QStringLiteral("$skiptoken")};
    if (auto refusal = refuseOptions(request, known))
        return *refusal;
    if (auto refusal = refuseAdvanced(request, context))
        return *refusal;
    const auto filter = request.option(QStringLiteral("$filter"));
    const auto search = request.option(QStringLiteral("$search"));
    if (!filter.isEmpty() && !filterMatches(filter, {}))
        return badRequest(QStringLiteral("Invalid filter clause."));
    if (!search.isEmpty() && !searchMatches(search, {}))
        return badRequest(QStringLiteral("Syntax error in $search: a clause is \"property:value\" in double quotes."));
    QList<QJsonObject> kept;
    for (const auto &row : rows) {
        if ((filter.isEmpty() || *filterMatches(filter, row)) && (search.isEmpty() || *searchMatches(search, row)))
            kept.append(row);
    }
    sortRows(kept, request.option(QStringLiteral("$orderby")));

    const auto topText = request.option(QStringLiteral("$top"));
    bool number = true;
    const int top = topText.isEmpty() ? defaultPage : topText.toInt(&number);
    if (!number || top < 1 || top > maxPage)
        return badRequest(
            QStringLiteral("Invalid page size specified: '%1'. Must be between 1 and %2 inclusive.").arg(topText).arg(maxPage));
    const auto offset = offsetOf(request.option(QStringLiteral("$skiptoken")));
    if (offset < 0)
        return graphError(400, QStringLiteral("Directory_ExpiredPageToken"),
                          QStringLiteral("The specified page token value has expired and can no longer be included in your "
                                         "request."));
    const auto select = selected(request);
    QJsonArray values;
    for (const auto &row : kept.mid(offset, top))
        values.append(project(row, select, context));
    QJsonObject body{{QStringLiteral("@odata.context"), contextUrl(request, context, select, false)},
                     {QStringLiteral("value"), values}};
    if (request.option(QStringLiteral("$count")).toLower() == QLatin1String("true"))
        body.insert(QStringLiteral("@odata.count"), kept.size());
    if (offset + top < kept.size())
        body.insert(QStringLiteral("@odata.nextLink"), nextLink(request, offset + top));
    return Response::ok(body);
}

} // namespace pimgate::demo
