#include "demo/odata/GraphTypes.h"
#include "demo/odata/Paging.h"
#include "demo/odata/QueryRules.h"

#include <QJsonArray>
#include <QUrl>

#include <algorithm>

namespace pimgate::demo {

namespace {

bool isUser(const QJsonObject &row, const QString &context)
{
    const auto type = row.value(QLatin1String("@odata.type")).toString();
    return type == QLatin1String("#microsoft.graph.user") || (type.isEmpty() && context == QLatin1String("users"));
}

const QStringList &userDefaults()
{
    static const QStringList names{
        QStringLiteral("businessPhones"),    QStringLiteral("displayName"),
        QStringLiteral("givenName"),         QStringLiteral("id"),
        QStringLiteral("jobTitle"),          QStringLiteral("mail"),
        QStringLiteral("mobilePhone"),       QStringLiteral("officeLocation"),
        QStringLiteral("preferredLanguage"), QStringLiteral("surname"),
        QStringLiteral("userPrincipalName"),
    };
    return names;
}

/// A property that was asked for and has no value is null, or an empty list.
void addMissing(QJsonObject &shown, const QStringList &select, const QString &context)
{
    const auto &rules = queryRules(context);
    if (!rules.directory)
        return;
    const auto type = shown.value(QLatin1String("@odata.type")).toString().section(QLatin1Char('.'), -1);
    for (const auto &name : select) {
        const auto property = graphtypes::property(type.isEmpty() ? rules.type : type, name);
        if (property && property->kind != graphtypes::Property::Kind::Navigation && !shown.contains(name))
            shown.insert(name, property->kind == graphtypes::Property::Kind::List ? QJsonValue(QJsonArray()) : QJsonValue());
    }
}

/// "members($select=id)": of the expanded objects only what was asked for, and their kind; nothing of the tenant's own.
QJsonValue withSelection(const QJsonValue &value, const QStringList &select)
{
    if (value.isArray()) {
        QJsonArray list;
        for (const auto &item : value.toArray())
            list.append(withSelection(item, select));
        return list;
    }
    if (!value.isObject())
        return value;
    QJsonObject shown;
    const auto object = value.toObject();
    const auto names = select.isEmpty() && isUser(object, {}) ? userDefaults() : select;
    for (auto it = object.begin(); it != object.end(); ++it) {
        const bool wanted = names.isEmpty() || it.key().contains(QLatin1Char('@')) || names.contains(it.key());
        if (wanted && !it.key().startsWith(QLatin1Char('_')))
            shown.insert(it.key(), it.value());
    }
    return shown;
}

QJsonObject project(const Request &request, const QJsonObject &row, const QStringList &select, const QString &context)
{
    auto wanted = select.isEmpty() && isUser(row, context) ? userDefaults() : select;
    for (auto &name : wanted)
        name = name.section(QLatin1Char('/'), 0, 0);
    const bool all = wanted.isEmpty() || wanted.contains(QLatin1String("*"));
    QJsonObject shown;
    for (auto it = row.begin(); it != row.end(); ++it) {
        const bool annotation = it.key().contains(QLatin1Char('@'));
        if (!it.key().startsWith(QLatin1Char('_')) && !it.key().startsWith(QLatin1Char('+')) &&
            (all || annotation || wanted.contains(it.key())))
            shown.insert(it.key(), it.value());
    }
    addMissing(shown, select, context);
    for (auto it = row.begin(); it != row.end(); ++it) { // an $expand'ed member stays with any $select
        if (!it.key().startsWith(QLatin1Char('+')))
            continue;
        const auto name = it.key().mid(1);
        const auto expansions = expansionsOf(request);
        const auto asked =
            std::find_if(expansions.begin(), expansions.end(), [&](const Expansion &each) { return each.name == name; });
        shown.insert(name, withSelection(it.value(), asked == expansions.end() ? QStringList() : asked->select));
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

QString nextLink(const Request &request, const PagePosition &position)
{
    QMap<QString, QString> sorted;
    for (auto it = request.query.begin(); it != request.query.end(); ++it)
        sorted.insert(it.key(), it.value());
    sorted.remove(QStringLiteral("$skip"));
    sorted.insert(QStringLiteral("$skiptoken"), pageToken(request, position));
    QStringList parts;
    for (auto it = sorted.begin(); it != sorted.end(); ++it)
        parts.append(it.key() + QLatin1Char('=') + QString::fromLatin1(QUrl::toPercentEncoding(it.value())));
    const auto path = QString::fromLatin1(QUrl::toPercentEncoding(request.path, "/()='$,@"));
    return request.origin + QStringLiteral("/v1.0") + path + QLatin1Char('?') + parts.join(QLatin1Char('&'));
}

struct PageAsked
{
    std::optional<Response> refusal;
    qint64 size = 0;
    PagePosition from;
};

PageAsked pageAsked(const Request &request, int defaultPage, int maxPage)
{
    const auto topText = request.option(QStringLiteral("$top"));
    bool number = true;
    const int top = topText.isEmpty() ? defaultPage : topText.toInt(&number);
    if (!number || top < 1 || top > maxPage)
        return {badRequest(QStringLiteral("Invalid page size specified: '%1'. Must be between 1 and %2 inclusive.")
                               .arg(topText)
                               .arg(maxPage)),
                0,
                {}};
    PageAsked asked{{}, top, {}};
    if (request.query.contains(QStringLiteral("$skiptoken"))) {
        const auto position = readPageToken(request);
        if (!position)
            return {graphError(400, QStringLiteral("Directory_ExpiredPageToken"),
                               QStringLiteral("The specified page token value has expired and can no longer be included in "
                                              "your request.")),
                    0,
                    {}};
        asked.from = *position;
    } else if (request.query.contains(QStringLiteral("$skip"))) {
        asked.from.offset = request.option(QStringLiteral("$skip")).toLongLong(&number);
        if (!number || asked.from.offset < 0)
            return {badRequest(QStringLiteral("Invalid value '%1' for $skip query option found.")
                                   .arg(request.option(QStringLiteral("$skip")))),
                    0,
                    {}};
    }
    return asked;
}

Response answer(const Request &request, const RowSource &source, const QString &context, const PageLimits &limits,
                const RowExpander &expand)
{
    const auto query = checkQuery(request, context);
    if (query.refusal)
        return *query.refusal;
    auto asked = pageAsked(request, limits.usual, limits.most);
    if (asked.refusal)
        return *asked.refusal;
    const bool counts = request.option(QStringLiteral("$count")).toLower() == QLatin1String("true");
    const auto keep = [&](const QJsonObject &row) {
        return (!query.filter || query.filter->matches(row)) && (!query.search || query.search->matches(row));
    };
    auto page = readPage(source, keep, request.option(QStringLiteral("$orderby")), asked.from, asked.size, counts);
    if (request.emptyPage) { // contract 1.3: a page may be empty and yet have a successor
        page.rows.clear();
        page.next = asked.from;
    }
    const auto select = selectedNames(request);
    QJsonArray values;
    for (const auto &row : page.rows)
        values.append(project(request, expand ? expand(row) : row, select, context));
    QJsonObject body{{QStringLiteral("@odata.context"), contextUrl(request, context, select, false)},
                     {QStringLiteral("value"), values}};
    if (counts)
        body.insert(QStringLiteral("@odata.count"), page.total);
    if (page.next)
        body.insert(QStringLiteral("@odata.nextLink"), nextLink(request, *page.next));
    return Response::ok(body);
}

/// The few rows that a filter can select which says what one of these members is; found by index.
std::optional<QList<QJsonObject>> rowsPinnedDown(const Request &request, const Store &store, const QString &table)
{
    const auto filter = Filter::parse(request.option(QStringLiteral("$filter")));
    if (!filter)
        return {};
    for (const auto *each : {"id", "userPrincipalName", "mail", "appId", "displayName", "mailNickname"}) {
        const auto member = QString::fromLatin1(each);
        if (const auto value = filter->requiredValue(member); !value.isEmpty())
            return store.rowsWith(table, member, value);
    }
    return {};
}

} // namespace

Response entity(const Request &request, const QJsonObject &row, const QString &context)
{
    // What a POST or PATCH gives back is no query.
    if (request.method == "GET") {
        if (auto refusal = refuseEntityQuery(request, context))
            return *refusal;
    }
    const auto select = selectedNames(request);
    auto shown = project(request, row, select, context);
    shown.insert(QStringLiteral("@odata.context"), contextUrl(request, context, select, true));
    return Response::ok(shown);
}

Response collection(const Request &request, const QList<QJsonObject> &rows, const QString &context, int defaultPage, int maxPage)
{
    return collection(request, rows, context, PageLimits{defaultPage, maxPage}, {});
}

Response collection(const Request &request, const QList<QJsonObject> &rows, const QString &context, const PageLimits &limits,
                    const RowExpander &expand)
{
    const RowSource source{[&](const QString &, const RowVisitor &visitor) {
                               for (const auto &row : rows) {
                                   if (!visitor(row))
                                       return;
                               }
                           },
                           false};
    return answer(request, source, context, limits, expand);
}

Response collection(const Request &request, const Store &store, const QString &table, const QString &context,
                    const PageLimits &limits, const RowExpander &expand)
{
    if (const auto few = rowsPinnedDown(request, store, table))
        return collection(request, *few, context, limits, expand);
    const RowSource source{[&](const QString &after, const RowVisitor &visitor) { store.visit(table, after, visitor); }, true};
    return answer(request, source, context, limits, expand);
}

} // namespace pimgate::demo
