#include "demo/StateRows.h"

#include "demo/Manners.h"
#include "demo/odata/GraphTypes.h"

#include <algorithm>
#include <array>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;
using graphtypes::Property;

namespace {

/// A table: the Graph type of its rows where demo-types.txt has it, and what every row of it holds, as in that file
/// ("name:kind"), a text perhaps one of few ("name:a|b").
struct Shape
{
    QStringView table;
    QStringView type;
    QStringView always;
};

constexpr auto requests = QStringView(u"groupId:s principalId:s accessId:member|owner action:s createdDateTime:d "
                                      "status:Granted|ScheduleCreated|PendingProvisioning|Provisioned|PendingApproval|"
                                      "PendingAdminDecision|Denied|TimedOut|Failed|Canceled|Revoked");
constexpr auto schedules = QStringView(u"groupId:s principalId:s accessId:member|owner createdUsing:s createdDateTime:d "
                                       "scheduleInfo:o status:Granted|ScheduleCreated|PendingProvisioning|Provisioned");
constexpr auto policies = QStringView(u"state:enabled|disabled|enabledForReportingButNotEnforced conditions:o");

const Shape *shapeOf(QStringView table)
{
    static const std::array all{
        Shape{u"accessReviewDecisions", u"accessReviewInstanceDecisionItem", u"_instance:s _principal:s decision:s"},
        Shape{u"accessReviewInstances", u"accessReviewInstance", u"startDateTime:d endDateTime:d status:s _definition:s"},
        Shape{u"accessReviews", u"accessReviewScheduleDefinition", u"createdDateTime:d scope:o settings:o status:s"},
        Shape{u"appRoleAssignments", u"appRoleAssignment", u"principalId:s resourceId:s"},
        Shape{u"applications", u"application", u"appId:s"},
        Shape{u"approvals", {}, u"stages:l _users:l _groups:l _days:n _justification:b"},
        Shape{u"assignmentScheduleRequests", {}, requests},
        Shape{u"assignmentSchedules", {}, schedules},
        Shape{u"authenticationContexts", u"authenticationContextClassReference", {}},
        Shape{u"conditionalAccessPolicies", u"conditionalAccessPolicy", policies},
        Shape{u"contracts", {}, u"customerId:s"},
        Shape{u"delegatedAdminAccessAssignments", {}, u"_relationshipId:s status:s accessContainer:o accessDetails:o"},
        Shape{u"delegatedAdminRelationships", {}, u"status:s customer:o endDateTime:d"},
        Shape{u"deletedConditionalAccessPolicies", u"conditionalAccessPolicy", policies},
        Shape{u"deletedItems", {}, u"@odata.type:s deletedDateTime:d"},
        Shape{u"demoSettings", {}, {}},
        Shape{u"directoryAudits", u"directoryAudit", u"activityDateTime:d"},
        Shape{u"domains", u"domain", {}},
        Shape{u"eligibilityScheduleRequests", {}, requests},
        Shape{u"eligibilitySchedules", {}, schedules},
        Shape{u"groups", u"group", u"displayName:s groupTypes:l"},
        Shape{u"namedLocations", u"namedLocation", u"@odata.type:s"},
        Shape{u"oauth2PermissionGrants", u"oAuth2PermissionGrant", u"clientId:s scope:s"},
        Shape{u"organization", u"organization", {}},
        Shape{u"roleAssignments", u"unifiedRoleAssignment", u"principalId:s roleDefinitionId:s"},
        Shape{u"roleDefinitions", u"unifiedRoleDefinition", {}},
        Shape{u"roleEligibilities", {}, u"principalId:s roleDefinitionId:s"},
        Shape{u"roleManagementPolicies", {}, u"scopeId:s rules:l _role:member|owner"},
        Shape{u"securityDefaults", {}, u"isEnabled:b"},
        Shape{u"servicePrincipals", u"servicePrincipal", u"appId:s"},
        Shape{u"signIns", u"signIn", u"createdDateTime:d"},
        Shape{u"subscribedSkus", u"subscribedSku", u"skuId:s servicePlans:l"},
        Shape{u"synchronizationJobs", u"synchronizationJob", u"_servicePrincipalId:s"},
        Shape{u"users", u"user", u"userPrincipalName:s accountEnabled:b"}};
    const auto found = std::find_if(all.begin(), all.end(), [&](const Shape &each) { return each.table == table; });
    return found == all.end() ? nullptr : &*found;
}

bool isMoment(const QJsonValue &value)
{
    return DemoClock::parse(value.toString()).isValid();
}

/// Whether a value is what an entry of Shape::always asks for.
bool isAsked(const QJsonValue &value, QStringView kind)
{
    if (kind.contains(u'|'))
        return value.isString() && kind.split(u'|').contains(value.toString());
    switch (kind.front().unicode()) {
    case 's':
        return !value.toString().isEmpty();
    case 'd':
        return isMoment(value);
    case 'n':
        return value.isDouble();
    case 'b':
        return value.isBool();
    case 'l':
        return value.isArray();
    default:
        return value.isObject();
    }
}

bool isOfKind(const QJsonValue &value, Property::Kind kind)
{
    switch (kind) {
    case Property::Kind::Text:
        return value.isString();
    case Property::Kind::Moment:
        return isMoment(value);
    case Property::Kind::Number:
        return value.isDouble();
    case Property::Kind::Bool:
        return value.isBool();
    case Property::Kind::List:
        return value.isArray();
    case Property::Kind::Object:
    case Property::Kind::Navigation:
        break;
    }
    return true;
}

/// Members of a known type, as deep as the types are known; under any name that ends so, moments.
void checkMembers(const QJsonValue &value, const QString &type, const QString &path, StateFault &fault)
{
    if (value.isArray()) {
        const auto list = value.toArray();
        for (qsizetype i = 0; i < list.size(); ++i)
            checkMembers(list.at(i), type, u"%1/%2"_s.arg(path).arg(i), fault);
        return;
    }
    const auto object = value.toObject();
    for (auto it = object.begin(); it != object.end() && !fault; ++it) {
        if (it.value().isNull())
            continue;
        const auto place = path + u'/' + it.key();
        const auto property = type.isEmpty() ? std::nullopt : graphtypes::property(type, it.key());
        if (it.key().endsWith(u"DateTime") && !isMoment(it.value()))
            fault.blame(place, u"It is no moment."_s);
        else if (property && !isOfKind(it.value(), property->kind))
            fault.blame(place, u"Its type is not the one that Graph gives it."_s);
        else if (it.value().isObject() || it.value().isArray())
            checkMembers(it.value(), property ? property->type : QString(), place, fault);
    }
}

void checkRow(const Shape &shape, const QJsonObject &row, const QString &path, StateFault &fault)
{
    for (const auto &each : shape.always.split(u' ', Qt::SkipEmptyParts)) {
        const auto colon = each.lastIndexOf(u':');
        const auto name = each.left(colon).toString();
        if (!isAsked(row[name], each.mid(colon + 1)))
            fault.blame(path + u'/' + name, u"It is missing, or is nothing that the tenant understands."_s);
    }
    checkMembers(row, shape.type.toString(), path, fault);
}

} // namespace

void checkRows(const QJsonObject &state, const QString &tenantId, const QString &path, StateFault &fault)
{
    for (auto it = state.begin(); it != state.end() && !fault; ++it) {
        const auto place = path + u'/' + it.key();
        const auto *shape = shapeOf(it.key());
        if (!shape) {
            fault.blame(place, u"The tenant has no such table."_s);
            return;
        }
        const auto rows = it.value().toArray();
        for (qsizetype i = 0; i < rows.size() && !fault; ++i)
            checkRow(*shape, rows.at(i).toObject(), u"%1/%2"_s.arg(place).arg(i), fault);
    }
    const auto organizations = state["organization"_L1].toArray();
    if (organizations.size() != 1)
        fault.blame(path + u"/organization"_s, u"A tenant is one organization."_s);
    else if (organizations.at(0)["id"_L1].toString() != tenantId)
        fault.blame(path + u"/organization/0/id"_s, u"It is another tenant's: this one is %1."_s.arg(tenantId));
}

} // namespace pimgate::demo
