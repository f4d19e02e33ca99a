#include "demo/store/Store.h"

#include <QJsonDocument>

namespace pimgate::demo {

const QJsonObject *Store::user(const QString &idOrUpn) const
{
    if (const auto *row = find(QStringLiteral("users"), idOrUpn))
        return row;
    return findBy(QStringLiteral("users"), QStringLiteral("userPrincipalName"), idOrUpn);
}

const QJsonObject *Store::directoryObject(const QString &oid) const
{
    for (const auto *table : {"users", "groups", "servicePrincipals"}) {
        if (const auto *row = find(QString::fromLatin1(table), oid))
            return row;
    }
    return nullptr;
}

QString Store::kindOf(const QString &oid) const
{
    if (find(QStringLiteral("users"), oid))
        return QStringLiteral("user");
    if (find(QStringLiteral("groups"), oid))
        return QStringLiteral("group");
    return find(QStringLiteral("servicePrincipals"), oid) ? QStringLiteral("servicePrincipal") : QString();
}

std::set<QString> Store::directGroupsOf(const QString &oid) const
{
    const auto principal = StoreTable::keyOf(oid);
    Ids candidates;
    if (const auto found = m_members.groupsOf.find(principal); found != m_members.groupsOf.end())
        candidates = found->second;
    for (const auto &entry : m_hiddenMembers)
        candidates.insert(entry.first);
    Ids groups;
    for (const auto &group : candidates) {
        if (shown(m_members, m_hiddenMembers, group).contains(principal) && find(QStringLiteral("groups"), group))
            groups.insert(group);
    }
    return groups;
}

std::set<QString> Store::transitiveGroupsOf(const QString &oid) const
{
    std::set<QString> seen;
    QStringList queue{oid};
    while (!queue.isEmpty()) {
        for (const auto &group : directGroupsOf(queue.takeFirst())) {
            if (seen.insert(group).second)
                queue.append(group);
        }
    }
    return seen;
}

std::set<QString> Store::transitiveMembersOf(const QString &groupId) const
{
    std::set<QString> seen;
    QStringList queue{groupId};
    while (!queue.isEmpty()) {
        for (const auto &member : shown(m_members, m_hiddenMembers, StoreTable::keyOf(queue.takeFirst()))) {
            if (seen.insert(member).second)
                queue.append(member); // what is no group has no members
        }
    }
    return seen;
}

std::set<QString> Store::activeRolesOf(const QString &oid) const
{
    auto holders = transitiveGroupsOf(oid);
    holders.insert(StoreTable::keyOf(oid));
    std::set<QString> active;
    for (const auto &row : rows(QStringLiteral("roleAssignments"))) {
        if (holders.contains(row.value(QLatin1String("principalId")).toString()))
            active.insert(row.value(QLatin1String("roleDefinitionId")).toString());
    }
    return active;
}

/// What a log names beside the objects of the directory.
const QJsonObject *Store::policyOrReview(const QString &rowId) const
{
    for (const auto &table : {QStringLiteral("conditionalAccessPolicies"), QStringLiteral("deletedConditionalAccessPolicies"),
                              QStringLiteral("namedLocations"), QStringLiteral("authenticationContexts"),
                              QStringLiteral("roleManagementPolicies"), QStringLiteral("accessReviews")})
        if (const auto *row = find(table, rowId))
            return row;
    return nullptr;
}

void Store::audit(const Audit &entry)
{
    const auto naturalKey = QStringList{entry.activity, entry.actor, entry.targets.join(QLatin1Char(',')),
                                        QString::fromUtf8(QJsonDocument(entry.modified).toJson(QJsonDocument::Compact))}
                                .join(QLatin1Char('|'));
    const auto guid = newId(QStringLiteral("directoryAudits"), naturalKey);
    QJsonArray targets;
    for (const auto &target : entry.targets) {
        const auto kind = kindOf(target);
        const auto *object = directoryObject(target);
        const auto *policy = object ? nullptr : policyOrReview(target);
        const auto *named = object ? object : policy;
        const auto type = kind == QLatin1String("user")               ? QStringLiteral("User")
                          : kind == QLatin1String("group")            ? QStringLiteral("Group")
                          : kind == QLatin1String("servicePrincipal") ? QStringLiteral("ServicePrincipal")
                          : policy                                    ? QStringLiteral("Policy")
                                                                      : QStringLiteral("Other");
        const bool isUser = kind == QLatin1String("user");
        targets.append(QJsonObject{
            {QStringLiteral("id"), target},
            {QStringLiteral("displayName"), named ? named->value(QLatin1String("displayName")) : QJsonValue()},
            {QStringLiteral("type"), type},
            {QStringLiteral("userPrincipalName"), isUser ? object->value(QLatin1String("userPrincipalName")) : QJsonValue()},
            {QStringLiteral("groupType"), kind == QLatin1String("group") ? QJsonValue(QStringLiteral("azureAD")) : QJsonValue()},
            {QStringLiteral("modifiedProperties"), targets.isEmpty() ? entry.modified : QJsonArray()},
        });
    }
    QJsonValue initiatedByUser;
    QJsonValue initiatedByApp;
    if (const auto *actor = find(QStringLiteral("users"), entry.actor)) {
        initiatedByUser = QJsonObject{
            {QStringLiteral("id"), entry.actor},
            {QStringLiteral("displayName"), actor->value(QLatin1String("displayName"))},
            {QStringLiteral("userPrincipalName"), actor->value(QLatin1String("userPrincipalName"))},
            {QStringLiteral("ipAddress"), QStringLiteral("127.0.0.1")},
        };
    } else if (!entry.actor.isEmpty()) { // a partner's technician: a foreign principal, with no name here
        initiatedByUser = QJsonObject{{QStringLiteral("id"), entry.actor},
                                      {QStringLiteral("displayName"), QJsonValue()},
                                      {QStringLiteral("userPrincipalName"), QJsonValue()},
                                      {QStringLiteral("ipAddress"), QStringLiteral("127.0.0.1")}};
    } else {
        initiatedByApp =
            QJsonObject{{QStringLiteral("appId"), QJsonValue()},
                        {QStringLiteral("displayName"),
                         entry.service == QLatin1String("Access Reviews") ? entry.service : QStringLiteral("Azure AD PIM")},
                        {QStringLiteral("servicePrincipalId"), QJsonValue()},
                        {QStringLiteral("servicePrincipalName"), QJsonValue()}};
    }
    const bool pim = entry.service == QLatin1String("PIM");
    put(QStringLiteral("directoryAudits"),
        QJsonObject{
            {QStringLiteral("id"), (pim ? QStringLiteral("PIM_") : QStringLiteral("Directory_")) + guid},
            {QStringLiteral("category"), entry.category},
            {QStringLiteral("correlationId"), id(QStringLiteral("correlation"), guid)},
            {QStringLiteral("result"), QStringLiteral("success")},
            {QStringLiteral("resultReason"), entry.reason},
            {QStringLiteral("activityDisplayName"), entry.activity},
            {QStringLiteral("activityDateTime"), nowText()},
            {QStringLiteral("loggedByService"), entry.service},
            {QStringLiteral("operationType"), entry.operation},
            {QStringLiteral("initiatedBy"),
             QJsonObject{{QStringLiteral("user"), initiatedByUser}, {QStringLiteral("app"), initiatedByApp}}},
            {QStringLiteral("targetResources"), targets},
            {QStringLiteral("additionalDetails"), QJsonArray()},
        });
}

} // namespace pimgate::demo
