#include "demo/odata/QueryRules.h"

#include "demo/odata/FilterCheck.h"
#include "demo/odata/GraphTypes.h"

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

struct RuleRow
{
    const char *context;
    const char *type;
    bool directory;
    const char *options;
    const char *expandable;
    const char *filterable;
};

constexpr const char *directoryOptions = "$filter $search $orderby $select $expand $top $count $skiptoken";
constexpr const char *roleOptions = "$filter $orderby $select $expand $top $count $skiptoken";
constexpr const char *reviewOptions = "$filter $orderby $select $top $skip $skiptoken";

/// Contract 1.3, 1.4, 2.3, 10.1, 11 and 12. An empty last column: every property may be filtered by.
constexpr RuleRow ruleRows[]{
    {"users", "user", true, directoryOptions, "", ""},
    {"groups", "group", true, directoryOptions, "members owners", ""},
    {"servicePrincipals", "servicePrincipal", true, directoryOptions, "", ""},
    {"applications", "application", true, directoryOptions, "", ""},
    {"directoryObjects", "directoryObject", true, directoryOptions, "", ""},
    {"appRoleAssignments", "appRoleAssignment", true, "$filter $orderby $select $top $count $skiptoken", "", ""},
    {"organization", "organization", false, "$select", "", ""},
    {"subscribedSkus", "subscribedSku", false, "$select", "", ""},
    {"domains", "domain", false, "$filter $select $top $skiptoken", "", ""},
    {"oauth2PermissionGrants", "oAuth2PermissionGrant", false, "$filter $select $top $count $skiptoken", "", ""},
    {"directoryRoles", "directoryRole", false, "$filter $select $expand", "", "id roleTemplateId displayName"},
    {"roleManagement/directory/roleAssignments", "unifiedRoleAssignment", false, roleOptions, "roleDefinition principal", ""},
    {"roleManagement/directory/roleDefinitions", "unifiedRoleDefinition", false, roleOptions, "", ""},
    {"roleManagement/directory/roleAssignmentScheduleInstances", "unifiedRoleAssignmentScheduleInstance", false, roleOptions,
     "roleDefinition principal", ""},
    {"roleManagement/directory/roleEligibilityScheduleInstances", "unifiedRoleEligibilityScheduleInstance", false, roleOptions,
     "roleDefinition principal", ""},
    {"identity/conditionalAccess/policies", "conditionalAccessPolicy", false, "$filter $select $orderby $top $skiptoken", "",
     "id displayName state createdDateTime modifiedDateTime templateId"},
    {"identity/conditionalAccess/namedLocations", "namedLocation", false, "$filter $select $orderby $top $count $skiptoken", "",
     ""},
    {"identity/conditionalAccess/authenticationContextClassReferences", "authenticationContextClassReference", false,
     "$filter $select $orderby $top $skiptoken", "", ""},
    {"auditLogs/directoryAudits", "directoryAudit", false, "$filter $orderby $top $skiptoken", "",
     "id activityDateTime activityDisplayName category correlationId loggedByService operationType result initiatedBy/user/id "
     "initiatedBy/user/displayName initiatedBy/user/userPrincipalName initiatedBy/app/appId initiatedBy/app/displayName "
     "targetResources targetResources/id targetResources/displayName"},
    {"auditLogs/signIns", "signIn", false, "$filter $top $skiptoken", "",
     "id appDisplayName appId clientAppUsed conditionalAccessStatus correlationId createdDateTime deviceDetail/browser "
     "deviceDetail/operatingSystem ipAddress isInteractive location/city location/state location/countryOrRegion "
     "resourceDisplayName resourceId riskDetail riskLevelAggregated riskLevelDuringSignIn riskState status/errorCode "
     "userDisplayName userId userPrincipalName"},
    {"identityGovernance/accessReviews/definitions", "accessReviewScheduleDefinition", false, reviewOptions, "", ""},
    {"identityGovernance/accessReviews/definitions/instances", "accessReviewInstance", false, reviewOptions, "", ""},
    {"identityGovernance/accessReviews/definitions/instances/decisions", "accessReviewInstanceDecisionItem", false, reviewOptions,
     "", ""},
};

QStringList ruleWords(const char *text)
{
    return QString::fromLatin1(text).split(u' ', Qt::SkipEmptyParts);
}

using PropertyKind = graphtypes::Property::Kind;

bool countsAll(const Request &request)
{
    return request.option(u"$count"_s).compare(u"true"_s, Qt::CaseInsensitive) == 0;
}

std::optional<Response> refuseUnknownOptions(const Request &request, const QStringList &known)
{
    for (const auto &name : request.query.keys()) {
        if (name.startsWith(u'$') && !known.contains(name))
            return badRequest(u"The query parameter '%1' is not supported."_s.arg(name));
    }
    const auto count = request.option(u"$count"_s).toLower();
    if (!count.isEmpty() && count != u"true" && count != u"false")
        return badRequest(u"Invalid value '%1' for $count query option found. Valid values are 'true' or 'false'."_s.arg(count));
    return {};
}

std::optional<Response> refuseNames(const Request &request, const QueryRules &rules)
{
    const auto parsing = u"Parsing OData Select and Expand failed: "_s;
    if (rules.type.isEmpty())
        return {};
    for (const auto &name : selectedNames(request)) {
        if (name != u"*" && !graphtypes::property(rules.type, name.section(u'/', 0, 0)))
            return badRequest(parsing + noSuchProperty(name, rules.type));
    }
    for (const auto &each : expansionsOf(request)) {
        const auto property = graphtypes::property(rules.type, each.name);
        if (!property)
            return badRequest(parsing + noSuchProperty(each.name, rules.type));
        if (property->kind != PropertyKind::Navigation || !rules.expandable.contains(each.name))
            return badRequest(parsing + u"'%1' cannot be expanded."_s.arg(each.name));
    }
    for (const auto &term : request.option(u"$orderby"_s).split(u',', Qt::SkipEmptyParts)) {
        const auto path = term.simplified().section(u' ', 0, 0);
        const auto direction = term.simplified().section(u' ', 1).toLower();
        auto type = rules.type;
        for (const auto &step : path.split(u'/')) {
            const auto property = type.isEmpty() ? std::nullopt : graphtypes::property(type, step);
            if (!property)
                return badRequest(noSuchProperty(step, type));
            type = property->type;
        }
        if (!direction.isEmpty() && direction != u"asc" && direction != u"desc")
            return badRequest(u"Syntax error at position %1 in '%2'."_s.arg(QString::number(path.size() + 1), term));
    }
    return {};
}

/// $expand on directory objects never nests (contract 1.4); $select inside it is all there is.
std::optional<Response> refuseNesting(const Request &request, const QueryRules &rules)
{
    const auto expand = request.option(u"$expand"_s);
    if (rules.type.isEmpty() || !expand.contains(u'('))
        return {};
    static const QRegularExpression flat(
        u"^\\s*\\w+(\\(\\$select=[\\w,\\s]+\\))?(\\s*,\\s*\\w+(\\(\\$select=[\\w,\\s]+\\))?)*\\s*$"_s);
    if (flat.match(expand).hasMatch())
        return {};
    return badRequest(u"Parsing OData Select and Expand failed: the $expand option does not support nested options but "
                      "$select."_s);
}

std::optional<Response> refuseSearch(const Request &request, const QueryRules &rules, std::optional<Search> &search)
{
    if (!request.query.contains(u"$search"_s))
        return {};
    search = Search::parse(request.option(u"$search"_s));
    if (!search)
        return badRequest(u"Syntax error in $search: a clause is \"property:value\" in double quotes."_s);
    for (const auto &name : search->properties()) {
        const auto property = graphtypes::property(rules.type, name);
        if (!rules.type.isEmpty() && !property)
            return badRequest(noSuchProperty(name, rules.type));
        if (property && property->kind != PropertyKind::Text)
            return unsupportedQuery(u"Unsupported or invalid query search clause specified for property '%1'."_s.arg(name));
    }
    return {};
}

/// What only the eventual store of the directory answers (contract 1.4), filters apart.
std::optional<Response> refuseAdvanced(const Request &request, bool advanced)
{
    if (advanced)
        return {};
    if (request.query.contains(u"$search"_s))
        return unsupportedQuery(u"Request with $search query parameter only works through MSGraph with a special request header: "
                                "'ConsistencyLevel: eventual' and $count=true"_s);
    if (countsAll(request))
        return unsupportedQuery(u"$count is only supported with the request header 'ConsistencyLevel: eventual'."_s);
    if (request.query.contains(u"$filter"_s) && request.query.contains(u"$orderby"_s))
        return unsupportedQuery(u"Sorting not supported for current query."_s);
    return {};
}

} // namespace

const QueryRules &queryRules(const QString &context)
{
    static const auto all = [] {
        QHash<QString, QueryRules> table;
        for (const auto &row : ruleRows)
            table.insert(QString::fromLatin1(row.context), {QString::fromLatin1(row.type), ruleWords(row.options),
                                                            ruleWords(row.filterable), ruleWords(row.expandable), row.directory});
        return table;
    }();
    static const QueryRules free{{}, ruleWords(directoryOptions), {}, {}, false};
    const auto found = all.constFind(context);
    return found == all.cend() ? free : *found;
}

QStringList selectedNames(const Request &request)
{
    auto names = request.option(u"$select"_s).split(u',', Qt::SkipEmptyParts);
    for (auto &name : names)
        name = name.trimmed();
    return names;
}

std::vector<Expansion> expansionsOf(const Request &request)
{
    static const QRegularExpression item(u"(\\w+)\\s*(?:\\(([^()]*)\\))?"_s);
    std::vector<Expansion> expansions;
    const auto expand = request.option(u"$expand"_s);
    for (auto it = item.globalMatch(expand); it.hasNext();) {
        const auto match = it.next();
        Expansion expansion{match.captured(1), {}};
        const auto inside = match.captured(2);
        if (inside.startsWith(u"$select="_s)) {
            for (const auto &name : inside.sliced(8).split(u',', Qt::SkipEmptyParts))
                expansion.select.append(name.trimmed());
        }
        expansions.push_back(std::move(expansion));
    }
    return expansions;
}

std::optional<Response> refuseEntityQuery(const Request &request, const QString &context)
{
    const auto &rules = queryRules(context);
    if (auto refusal = refuseUnknownOptions(request, {u"$select"_s, u"$expand"_s}))
        return refusal;
    if (auto refusal = refuseNesting(request, rules))
        return refusal;
    return refuseNames(request, rules);
}

CheckedQuery checkQuery(const Request &request, const QString &context)
{
    const auto &rules = queryRules(context);
    const bool advanced = request.eventual() && countsAll(request);
    CheckedQuery query;
    query.refusal = refuseUnknownOptions(request, rules.options);
    if (!query.refusal && rules.directory)
        query.refusal = refuseAdvanced(request, advanced);
    if (!query.refusal)
        query.refusal = refuseNesting(request, rules);
    if (!query.refusal)
        query.refusal = refuseNames(request, rules);
    if (!query.refusal)
        query.refusal = refuseSearch(request, rules, query.search);
    if (query.refusal || !request.query.contains(u"$filter"_s))
        return query;
    QString problem;
    query.filter = Filter::parse(request.option(u"$filter"_s), &problem);
    if (!query.filter)
        query.refusal = badRequest(u"Invalid filter clause: "_s + problem);
    else if (!rules.type.isEmpty())
        query.refusal = refuseFilter(*query.filter, rules, advanced);
    return query;
}

} // namespace pimgate::demo
