#include "demo/store/Seeder.h"

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

void Seeder::addUser(const QJsonObject &seed)
{
    const auto upn = seed["userPrincipalName"_L1].toString();
    const auto userId = m_store.newId(u"user"_s, upn);
    m_ids.insert(upn, userId);
    m_store.put(u"users"_s, userRow(seed, userId));
    addRoles(u"roleAssignments"_s, u"roleAssignment"_s, userId, seed["roles"_L1].toArray());
    addRoles(u"roleEligibilities"_s, u"roleEligibility"_s, userId, seed["eligibleRoles"_L1].toArray());
}

void Seeder::addRoles(const QString &table, const QString &type, const QString &userId, const QJsonArray &names)
{
    for (const auto &role : names) {
        const auto roleId = m_roleIds.value(role.toString());
        m_store.put(table, {{u"id"_s, m_store.newId(type, userId + roleId)},
                            {u"principalId"_s, userId},
                            {u"roleDefinitionId"_s, roleId},
                            {u"directoryScopeId"_s, u"/"_s}});
    }
}

/// One seat of every subscription.
QJsonArray Seeder::licences() const
{
    QJsonArray list;
    for (const auto &sku : m_store.rows(u"subscribedSkus"_s))
        list.append(QJsonObject{{u"skuId"_s, sku["skuId"_L1]}, {u"disabledPlans"_s, QJsonArray()}});
    return list;
}

QJsonObject Seeder::userRow(const QJsonObject &seed, const QString &userId) const
{
    const auto upn = seed["userPrincipalName"_L1].toString();
    const auto name = seed["displayName"_L1].toString();
    const auto words = name.split(u' ');
    const bool person = seed["jobTitle"_L1].isString();
    const bool licensed = seed["licensed"_L1].toBool(upn.endsWith(u'@' + m_tenant["domain"_L1].toString()));
    auto nickname = upn.section(u'@', 0, 0);
    nickname.remove(u'#');
    return {{u"id"_s, userId},
            {u"displayName"_s, name},
            {u"givenName"_s, person ? QJsonValue(words.first()) : QJsonValue()},
            {u"surname"_s, person && words.size() > 1 ? QJsonValue(words.mid(1).join(u' ')) : QJsonValue()},
            {u"userPrincipalName"_s, upn},
            {u"mail"_s, seed.contains("mail"_L1) ? seed["mail"_L1] : QJsonValue(upn)},
            {u"mailNickname"_s, nickname},
            {u"jobTitle"_s, seed["jobTitle"_L1]},
            {u"department"_s, seed["department"_L1]},
            {u"officeLocation"_s, QJsonValue()},
            {u"mobilePhone"_s, QJsonValue()},
            {u"preferredLanguage"_s, QJsonValue()},
            {u"businessPhones"_s, QJsonArray()},
            {u"userType"_s, seed["userType"_L1].toString(u"Member"_s)},
            {u"accountEnabled"_s, seed["accountEnabled"_L1].toBool(true)},
            {u"onPremisesSyncEnabled"_s, QJsonValue()},
            {u"assignedLicenses"_s, licensed ? licences() : QJsonArray()},
            {u"createdDateTime"_s, daysAgo(700)},
            {u"signInSessionsValidFromDateTime"_s, daysAgo(700)},
            {u"_mfaRegistered"_s, seed["mfaRegistered"_L1].toBool(true)}};
}

void Seeder::addGroup(const QJsonObject &seed)
{
    const auto name = seed["displayName"_L1].toString();
    const auto groupId = m_store.newId(u"group"_s, name);
    m_ids.insert(u"group:"_s + name, groupId);
    auto nickname = name.toLower();
    nickname.remove(u' ');
    const QJsonValue null;
    QJsonObject row{{u"id"_s, groupId},
                    {u"displayName"_s, name},
                    {u"description"_s, seed["description"_L1]},
                    {u"mailNickname"_s, nickname},
                    {u"mailEnabled"_s, seed["mailEnabled"_L1].toBool(false)},
                    {u"mail"_s, seed["mail"_L1]},
                    {u"securityEnabled"_s, true},
                    {u"groupTypes"_s, seed["groupTypes"_L1].toArray()},
                    {u"visibility"_s, seed["visibility"_L1]},
                    {u"isAssignableToRole"_s, null},
                    {u"membershipRule"_s, seed["membershipRule"_L1]},
                    {u"membershipRuleProcessingState"_s, seed["membershipRuleProcessingState"_L1]},
                    {u"onPremisesSyncEnabled"_s, seed["onPremisesSyncEnabled"_L1]},
                    {u"proxyAddresses"_s, QJsonArray()},
                    {u"createdDateTime"_s, daysAgo(600)},
                    {u"renewedDateTime"_s, daysAgo(600)},
                    {u"deletedDateTime"_s, null}};
    for (const auto *member :
         {"mail", "visibility", "membershipRule", "membershipRuleProcessingState", "onPremisesSyncEnabled"}) {
        if (row.value(QLatin1String(member)).isUndefined())
            row.insert(QLatin1String(member), null);
    }
    m_store.put(u"groups"_s, row);
}

void Seeder::linkGroup(const QJsonObject &seed)
{
    const auto groupId = idOf(u"group:"_s + seed["displayName"_L1].toString());
    for (const auto &member : seed["members"_L1].toArray())
        m_store.addMember(groupId, idOf(member.toString()));
    for (const auto &owner : seed["owners"_L1].toArray())
        m_store.addOwner(groupId, idOf(owner.toString()));
}

} // namespace pimgate::demo
