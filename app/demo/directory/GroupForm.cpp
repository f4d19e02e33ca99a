#include "demo/directory/GroupForm.h"

#include "demo/directory/Directory.h"
#include "demo/directory/GroupControl.h"

#include <QUrl>
#include <QUuid>
#include <QtEndian>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int mostLinksPerRequest = 20;
constexpr int mostRoleAssignable = 500; // per tenant

Response invalidValue(const QString &property)
{
    return graphError(
        400, u"Request_BadRequest"_s, u"Invalid value specified for property '%1' of resource 'Group'."_s.arg(property),
        {QJsonObject{{u"code"_s, u"InvalidValue"_s}, {u"message"_s, u"Invalid value."_s}, {u"target"_s, property}}});
}

Response conflict(const QString &code, const QString &property)
{
    const auto message = u"Another object with the same value for property %1 already exists."_s.arg(property);
    return graphError(400, code, message,
                      {QJsonObject{{u"code"_s, u"ObjectConflict"_s}, {u"message"_s, message}, {u"target"_s, property}}});
}

bool isGroupTypeList(const QJsonValue &value)
{
    const auto list = value.toArray();
    return value.isArray() && std::all_of(list.begin(), list.end(), [](const QJsonValue &each) {
               return each.toString() == u"Unified" || each.toString() == u"DynamicMembership";
           });
}

bool isVisibility(const QJsonValue &value)
{
    static const QStringList known{u"Public"_s, u"Private"_s, u"HiddenMembership"_s};
    return value.isNull() || known.contains(value.toString());
}

/// S-1-12-1-a-b-c-d: the object id, read as four numbers.
QString securityIdentifier(const QString &objectId)
{
    const auto id = QUuid(objectId);
    const auto bytes = id.toRfc4122();
    const auto number = [&](int at) { return qFromLittleEndian<quint32>(bytes.constData() + at); };
    return u"S-1-12-1-%1-%2-%3-%4"_s.arg(id.data1)
        .arg(quint32(id.data2) | quint32(id.data3) << 16)
        .arg(number(8))
        .arg(number(12));
}

} // namespace

bool isNickname(const QString &text)
{
    static const QString forbidden = u"@()\\[]\";:.<>, "_s;
    return !text.isEmpty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](QChar c) {
        return c.unicode() > 32 && c.unicode() < 128 && !forbidden.contains(c);
    });
}

bool nicknameTaken(const Store &store, const QString &nickname, const QString &groupId)
{
    return !store
                .rows(groupsTable,
                      [&](const QJsonObject &row) {
                          return isUnified(row) && row["id"_L1].toString() != groupId &&
                                 row["mailNickname"_L1].toString().compare(nickname, Qt::CaseInsensitive) == 0;
                      })
                .isEmpty();
}

Bound boundObjects(const Store &store, const Request &request, const QJsonValue &value)
{
    // The host must be this cloud's own (contract 17).
    static const QRegularExpression reference(
        u"^/(?:v1\\.0|beta)/(directoryObjects|users|groups|servicePrincipals)(?:/|\\(')([^/']+)(?:'\\))?$"_s,
        QRegularExpression::CaseInsensitiveOption);
    Bound bound;
    const auto urls = value.isArray() ? value.toArray() : QJsonArray{value};
    for (const auto &each : urls) {
        const auto url = each.toString();
        const auto match = reference.match(url.startsWith(request.origin) ? url.mid(request.origin.size()) : QString());
        if (!match.hasMatch())
            return {{}, badRequest(u"Invalid reference URL '%1'."_s.arg(url))};
        const auto named = QUrl::fromPercentEncoding(match.captured(2).toUtf8());
        const auto collection = match.captured(1).toLower();
        const auto *object = collection == u"users" ? store.user(named) : store.directoryObject(named);
        const auto objectId = object ? object->value("id"_L1).toString() : QString();
        if (!object || (collection != u"directoryobjects" && collection != store.kindOf(objectId).toLower() + u's'))
            return {{}, notFound(named)};
        bound.ids.append(objectId);
    }
    return bound;
}

std::optional<Response> refuseGroupBody(const Store &store, const QJsonObject &body, const QJsonObject &group)
{
    static const QStringList known{u"displayName"_s,
                                   u"description"_s,
                                   u"mailNickname"_s,
                                   u"mailEnabled"_s,
                                   u"securityEnabled"_s,
                                   u"groupTypes"_s,
                                   u"visibility"_s,
                                   u"isAssignableToRole"_s,
                                   u"uniqueName"_s,
                                   u"owners@odata.bind"_s,
                                   u"members@odata.bind"_s,
                                   u"membershipRule"_s,
                                   u"membershipRuleProcessingState"_s,
                                   u"@odata.type"_s};
    for (auto it = body.begin(); it != body.end(); ++it) {
        if (!known.contains(it.key()))
            return badRequest(u"Property '%1' does not exist on type 'microsoft.graph.group' or is not present in the API "
                              "version specified."_s.arg(it.key()));
    }
    if (body.contains("displayName"_L1)) {
        const auto name = body["displayName"_L1].toString();
        if (name.trimmed().isEmpty() || name.size() > 256)
            return invalidValue(u"displayName"_s);
    }
    if (body.contains("description"_L1) && !body["description"_L1].isNull()) {
        const auto text = body["description"_L1].toString();
        if (text.isEmpty() || text.size() > 1024)
            return invalidValue(u"description"_s);
    }
    if (body.contains("groupTypes"_L1) && !isGroupTypeList(body["groupTypes"_L1]))
        return invalidValue(u"groupTypes"_s);
    if (body.contains("visibility"_L1) && !isVisibility(body["visibility"_L1]))
        return invalidValue(u"visibility"_s);
    const auto groupId = group["id"_L1].toString();
    if (body.contains("mailNickname"_L1)) {
        const auto nickname = body["mailNickname"_L1].toString();
        if (!isNickname(nickname))
            return invalidValue(u"mailNickname"_s);
        if (nicknameTaken(store, nickname, groupId))
            return conflict(u"Request_BadRequest"_s, u"mailNickname"_s);
    }
    return {};
}

std::optional<Response> refuseNewGroup(const Store &store, const QJsonObject &body)
{
    for (const auto &required : {u"displayName"_s, u"mailNickname"_s, u"mailEnabled"_s, u"securityEnabled"_s}) {
        if (!body.contains(required))
            return graphError(400, u"Request_BadRequest"_s, u"A value must be provided for property '%1'."_s.arg(required),
                              {QJsonObject{{u"code"_s, u"InvalidValue"_s},
                                           {u"message"_s, u"A value is required."_s},
                                           {u"target"_s, required}}});
    }
    const bool unified = isUnified(body);
    if (!body["mailEnabled"_L1].isBool() || body["mailEnabled"_L1].toBool() != unified)
        return invalidValue(u"mailEnabled"_s);
    if (!body["securityEnabled"_L1].isBool() || (!unified && !body["securityEnabled"_L1].toBool()))
        return invalidValue(u"securityEnabled"_s);
    if (body["membershipRule"_L1].toString().isEmpty() == isDynamic(body))
        return invalidValue(u"membershipRule"_s);
    if (body.contains("isAssignableToRole"_L1) && !body["isAssignableToRole"_L1].isBool())
        return invalidValue(u"isAssignableToRole"_s);
    const auto visibility = body["visibility"_L1].toString();
    if (isRoleAssignable(body)) {
        if (isDynamic(body) || !body["securityEnabled"_L1].toBool())
            return invalidValue(u"isAssignableToRole"_s);
        if (!visibility.isEmpty() && visibility != u"Private")
            return invalidValue(u"visibility"_s);
        if (store.rows(groupsTable, isRoleAssignable).size() >= mostRoleAssignable)
            return graphError(403, u"Directory_QuotaExceeded"_s,
                              u"The directory object quota limit for role-assignable groups has been exceeded."_s);
    } else if (!visibility.isEmpty() && !unified) {
        return invalidValue(u"visibility"_s);
    }
    const auto unique = body["uniqueName"_L1].toString();
    if (!unique.isEmpty() && store.findBy(groupsTable, u"uniqueName"_s, unique))
        return conflict(u"Request_MultipleObjectsWithSameKeyValue"_s, u"uniqueName"_s);
    if (body["owners@odata.bind"_L1].toArray().size() + body["members@odata.bind"_L1].toArray().size() > mostLinksPerRequest)
        return badRequest(u"The number of references in the request is more than 20."_s);
    return {};
}

std::optional<Response> refuseFixedMembers(const QJsonObject &body, const QJsonObject &group)
{
    for (const auto &fixed : {u"isAssignableToRole"_s, u"uniqueName"_s, u"groupTypes"_s, u"mailEnabled"_s}) {
        if (body.contains(fixed) && body[fixed] != group[fixed])
            return badRequest(u"Property '%1' is read-only and cannot be set."_s.arg(fixed));
    }
    if (body.contains("owners@odata.bind"_L1)) // documented for members alone (contract 4.3)
        return badRequest(u"Property 'owners@odata.bind' cannot be set by an update."_s);
    if (body.contains("securityEnabled"_L1) &&
        (!body["securityEnabled"_L1].isBool() || (!isUnified(group) && !body["securityEnabled"_L1].toBool())))
        return invalidValue(u"securityEnabled"_s);
    if (body.contains("visibility"_L1) && body["visibility"_L1] != group["visibility"_L1] &&
        (isRoleAssignable(group) || !isUnified(group)))
        return invalidValue(u"visibility"_s);
    if (body.contains("membershipRule"_L1) && body["membershipRule"_L1].toString().isEmpty() == isDynamic(group))
        return invalidValue(u"membershipRule"_s);
    const auto state = body["membershipRuleProcessingState"_L1];
    if (body.contains("membershipRuleProcessingState"_L1) &&
        !(isDynamic(group) ? state.toString() == u"On" || state.toString() == u"Paused" : state.isNull()))
        return invalidValue(u"membershipRuleProcessingState"_s);
    if (body["members@odata.bind"_L1].toArray().size() > mostLinksPerRequest)
        return badRequest(u"The number of references in the request is more than 20."_s);
    return {};
}

namespace {

/// Microsoft 365 groups hold people only and are nobody's members; role-assignable groups hold no groups (P8).
bool mayLink(const QJsonObject &group, const QString &kind, const QJsonObject &principal, bool asOwner)
{
    if (kind != u"group")
        return kind == u"user" || asOwner || !isUnified(group);
    return !asOwner && !isRoleAssignable(group) && !isUnified(group) && !isUnified(principal) &&
           principal["id"_L1] != group["id"_L1];
}

} // namespace

std::optional<Response> refuseLinks(const Store &store, const QJsonObject &group, const QStringList &principals, bool asOwners)
{
    if (principals.isEmpty())
        return {};
    if (!asOwners && isDynamic(group))
        return badRequest(u"Insufficient privileges: members of a dynamic group come from its rule."_s);
    const auto groupId = group["id"_L1].toString();
    auto present = asOwners ? store.owners(groupId) : store.members(groupId);
    for (const auto &each : principals) {
        if (!mayLink(group, store.kindOf(each), *store.directoryObject(each), asOwners))
            return badRequest(u"A group of this kind cannot be added to this collection."_s);
        if (!present.insert(each.toLower()).second)
            return badRequest(u"One or more added object references already exist for the following modified properties: "
                              "'%1'."_s.arg(asOwners ? u"owners"_s : u"members"_s));
    }
    return {};
}

QJsonObject newGroupRow(Store &store, const QJsonObject &body, const QString &creator)
{
    const QJsonValue null;
    const auto or_null = [&](QLatin1String member) { return body.contains(member) ? body[member] : null; };
    const auto name = body["displayName"_L1].toString();
    const auto groupId = store.newId(u"group"_s, name + u'|' + body["mailNickname"_L1].toString());
    return {{u"id"_s, groupId},
            {u"_creator"_s, creator},
            {u"deletedDateTime"_s, null},
            {u"classification"_s, null},
            {u"createdDateTime"_s, store.nowText()},
            {u"renewedDateTime"_s, store.nowText()},
            {u"expirationDateTime"_s, null},
            {u"displayName"_s, name},
            {u"description"_s, or_null("description"_L1)},
            {u"groupTypes"_s, body["groupTypes"_L1].toArray()},
            {u"isAssignableToRole"_s, or_null("isAssignableToRole"_L1)},
            {u"mail"_s, null},
            {u"mailEnabled"_s, body["mailEnabled"_L1]},
            {u"mailNickname"_s, body["mailNickname"_L1]},
            {u"membershipRule"_s, or_null("membershipRule"_L1)},
            {u"membershipRuleProcessingState"_s, isDynamic(body) ? QJsonValue(u"On"_s) : null},
            {u"onPremisesSyncEnabled"_s, null},
            {u"onPremisesLastSyncDateTime"_s, null},
            {u"onPremisesDomainName"_s, null},
            {u"onPremisesNetBiosName"_s, null},
            {u"onPremisesProvisioningErrors"_s, QJsonArray()},
            {u"onPremisesSamAccountName"_s, null},
            {u"onPremisesSecurityIdentifier"_s, null},
            {u"preferredDataLocation"_s, null},
            {u"preferredLanguage"_s, null},
            {u"proxyAddresses"_s, QJsonArray()},
            {u"resourceBehaviorOptions"_s, QJsonArray()},
            {u"resourceProvisioningOptions"_s, QJsonArray()},
            {u"securityEnabled"_s, body["securityEnabled"_L1]},
            {u"securityIdentifier"_s, securityIdentifier(groupId)},
            {u"theme"_s, null},
            {u"uniqueName"_s, or_null("uniqueName"_L1)},
            {u"visibility"_s, isRoleAssignable(body) ? QJsonValue(u"Private"_s) : or_null("visibility"_L1)}};
}

} // namespace pimgate::demo
