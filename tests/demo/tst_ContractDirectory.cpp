#include "demo/DirectoryBench.h"

using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;

/// The contract on the tenant, its people and its logs, row by row: sections 2, 3 and 12.
class tst_ContractDirectory : public DirectoryBench
{
    Q_OBJECT

private Q_SLOTS:
    void init() { start(); }
    void cleanup() { end(); }

    void organizationByScope();
    void licences();
    void rolesActiveAndEligible();
    void securityDefaults();
    void authorizationPolicy();

    void usersByScope();
    void byIdsEachTypeByItsScope();

    void audits_data();
    void audits();
    void auditFilters_data();
    void auditFilters();
    void auditsAreLateAndForgotten();
};

// ----------------------------------------------------------------------------------------------------------- 2 tenant

void tst_ContractDirectory::organizationByScope()
{
    const auto path = u"/organization?$select=id,displayName,verifiedDomains,tenantType,countryLetterCode,assignedPlans"_s;
    const auto few = signedIn(upn("sam.porter"), u"User.Read"_s).get(path).first();
    QCOMPARE(few["displayName"_L1].toString(), u"Contoso (demo)"_s);
    QCOMPARE(few["verifiedDomains"_L1].toArray().size(), 2);
    QVERIFY(few["tenantType"_L1].isNull());
    QVERIFY(few["assignedPlans"_L1].toArray().isEmpty());
    const auto whole = signedIn(upn("sam.porter"), u"Organization.Read.All"_s).get(path).first();
    QCOMPARE(whole["tenantType"_L1].toString(), u"AAD"_s);
    QCOMPARE(whole["countryLetterCode"_L1].toString(), u"DE"_s);
    const auto tenant = m_tenant->cloudFile()["tenant"_L1].toString();
    QCOMPARE(m_admin->get(u"/organization/"_s + tenant).text("id"), tenant);
    QCOMPARE(m_admin->get(u"/organization/"_s + kNobody).status, 404);
}

void tst_ContractDirectory::licences()
{
    const auto sku = m_admin->get(u"/subscribedSkus"_s).first();
    QCOMPARE(sku["id"_L1].toString(), m_tenant->cloudFile()["tenant"_L1].toString() + u"_84a661c4-e949-4bd2-a560-ed7766fcaf2b"_s);
    QCOMPARE(m_admin->get(u"/subscribedSkus/"_s + sku["id"_L1].toString()).text("skuPartNumber"), u"AAD_PREMIUM_P2"_s);
    for (const auto *option : {"$top=1", "$orderby=skuPartNumber", "$expand=x", "$count=true"})
        QCOMPARE(m_admin->nonsense("GET", u"/subscribedSkus?"_s + QLatin1String(option)).status, 400);
    // Every seat in use has somebody on it.
    const auto people = m_admin->get(u"/users?$top=999&$select=id,assignedLicenses"_s).value();
    int seats = 0;
    for (const auto &user : people)
        seats += int(user["assignedLicenses"_L1].toArray().size());
    QCOMPARE(seats, sku["consumedUnits"_L1].toInt());
    const auto mine = m_admin->get(u"/me/licenseDetails"_s).first();
    QCOMPARE(mine["skuPartNumber"_L1].toString(), u"AAD_PREMIUM_P2"_s);
    QVERIFY(each(mine["servicePlans"_L1].toArray(), "servicePlanName").contains(u"AAD_PREMIUM_P2"_s));
    QCOMPARE(m_admin->get(u"/users/%1/licenseDetails"_s.arg(u"bg1@contosodemo.onmicrosoft.com"_s)).value().size(), 0);

    manners({{u"licence"_s, u"P1"_s}});
    QCOMPARE(each(m_admin->get(u"/subscribedSkus"_s).first()["servicePlans"_L1].toArray(), "servicePlanId"),
             QStringList{u"41781fb2-bc02-4b7c-bd55-b576c07bb09d"_s});
    manners({{u"licence"_s, u"governance"_s}});
    QVERIFY(each(m_admin->get(u"/subscribedSkus"_s).first()["servicePlans"_L1].toArray(), "servicePlanId")
                .contains(u"e866a266-3cff-43a3-acca-0c90a7e00c8b"_s));
    QCOMPARE(m_admin->control("POST", u"directory"_s, {{u"licence"_s, u"P9"_s}}).status, 400);
}

void tst_ContractDirectory::rolesActiveAndEligible()
{
    const auto valeria = signedIn(upn("valeria.conti"));
    const auto base = u"/roleManagement/directory/"_s;
    const auto mine = u"/filterByCurrentUser(on='principal')?$expand=roleDefinition"_s;
    const auto active = valeria.get(base + u"roleAssignmentScheduleInstances"_s + mine);
    QCOMPARE(active.value().size(), 1);
    QCOMPARE(active.first()["assignmentType"_L1].toString(), u"Assigned"_s);
    QCOMPARE(active.first()["roleDefinition"_L1]["templateId"_L1].toString(), u"fdd7a751-b60b-444a-984c-02652fe8fa1c"_s);
    const auto eligible = valeria.get(base + u"roleEligibilityScheduleInstances"_s + mine);
    QCOMPARE(eligible.value().size(), 1);
    QCOMPARE(eligible.first()["roleDefinition"_L1]["displayName"_L1].toString(), u"Cloud Application Administrator"_s);
    const auto one = valeria.get(base + u"roleEligibilityScheduleInstances/"_s + eligible.first()["id"_L1].toString());
    QCOMPARE(one.text("roleDefinitionId"), u"158c047a-c907-4556-b7ef-446551a6b5f7"_s);
    // An eligible role is no role yet: contract 2.4 lists active ones.
    const auto cast = valeria.get(u"/me/transitiveMemberOf/microsoft.graph.directoryRole"_s).value();
    QCOMPARE(each(cast, "displayName"), QStringList{u"Groups Administrator"_s});
    QCOMPARE(valeria.patch(u"/servicePrincipals/"_s + spId("NinjaOne"), {{u"notes"_s, u"x"_s}}).status, 403);
    const auto role = valeria.get(u"/directoryRoles/"_s + cast.first()["id"_L1].toString());
    QCOMPARE(role.text("roleTemplateId"), u"fdd7a751-b60b-444a-984c-02652fe8fa1c"_s);
    QVERIFY(each(valeria.get(u"/directoryRoles/%1/members"_s.arg(role.text("id"))).value(), "userPrincipalName")
                .contains(upn("valeria.conti")));
    QCOMPARE(valeria.get(u"/directoryRoles/"_s + kNobody).status, 404);
    QCOMPARE(valeria.nonsense("GET", base + u"roleAssignmentScheduleInstances/filterByCurrentUser(on='approver')"_s).status, 400);

    manners({{u"licence"_s, u"P1"_s}}); // contract 2.4: the instances need P2, roleAssignments do not
    QCOMPARE(valeria.get(base + u"roleEligibilityScheduleInstances"_s + mine).code(), u"AadPremiumLicenseRequired"_s);
    QCOMPARE(
        valeria.get(base + u"roleAssignments?$filter=principalId eq '%1'"_s.arg(idOf(*m_admin, "valeria.conti"))).value().size(),
        1);
}

void tst_ContractDirectory::securityDefaults()
{
    const auto path = u"/policies/identitySecurityDefaultsEnforcementPolicy"_s;
    manners({{u"consented"_s, u"Policy.ReadWrite.SecurityDefaults"_s}});
    const auto mira = signedIn(upn("mira.kovac"), u"Policy.Read.All Policy.ReadWrite.SecurityDefaults"_s);
    const auto shown = mira.get(path);
    QCOMPARE(shown.text("id"), u"00000000-0000-0000-0000-000000000005"_s);
    QCOMPARE(shown.text("displayName"), u"Security Defaults"_s);
    QCOMPARE(shown.json()["isEnabled"_L1].toBool(true), false);
    QCOMPARE(mira.patch(path, {{u"isEnabled"_s, true}}).status, 204);
    QCOMPARE(mira.get(path).json()["isEnabled"_L1].toBool(), true);
    QCOMPARE(mira.nonsense("PATCH", path, QJsonObject{{u"isEnabled"_s, u"no"_s}}).status, 400);
    QCOMPARE(mira.patch(path, {{u"isEnabled"_s, true}, {u"displayName"_s, u"x"_s}}).status, 400);
}

void tst_ContractDirectory::authorizationPolicy()
{
    const auto path = u"/policies/authorizationPolicy"_s;
    const auto creates = [&] {
        return m_admin->get(path).json()["defaultUserRolePermissions"_L1]["allowedToCreateSecurityGroups"_L1].toBool();
    };
    const auto sam = signedIn(upn("sam.porter"));
    QCOMPARE(creates(), true);
    QCOMPARE(sam.post(u"/groups"_s, groupBody(u"Mine"_s)).status, 201);
    manners({{u"membersCreateGroups"_s, false}});
    QCOMPARE(creates(), false);
    QCOMPARE(sam.post(u"/groups"_s, groupBody(u"Mine too"_s)).code(), u"Authorization_RequestDenied"_s);
    QCOMPARE(signedIn(upn("valeria.conti")).post(u"/groups"_s, groupBody(u"Hers"_s)).status, 201);
}

// ------------------------------------------------------------------------------------------------------------ 3 users

void tst_ContractDirectory::usersByScope()
{
    const auto path = u"/users/ada.lindqvist@contoso.demo?$select=id,displayName,givenName,surname,mail,userPrincipalName,"
                      "jobTitle,accountEnabled,userType"_s;
    const auto basic = signedIn(upn("sam.porter"), u"User.ReadBasic.All"_s).get(path).json();
    for (const auto *open : {"id", "displayName", "givenName", "surname", "mail", "userPrincipalName"})
        QVERIFY2(!basic[QLatin1String(open)].toString().isEmpty(), open);
    for (const auto *shut : {"jobTitle", "accountEnabled", "userType"})
        QVERIFY2(basic[QLatin1String(shut)].isNull(), shut);
    const auto whole = signedIn(upn("sam.porter"), u"User.Read.All"_s).get(path).json();
    QCOMPARE(whole["userType"_L1].toString(), u"Member"_s);
    QCOMPARE(whole["accountEnabled"_L1].toBool(), true);
    const auto own = signedIn(upn("sam.porter"), u"User.Read User.ReadBasic.All"_s);
    QCOMPARE(own.get(u"/me?$select=userType"_s).text("userType"), u"Member"_s);
    const auto listed = own.get(u"/users?$select=id,userType&$filter=startswith(displayName,'Ada')"_s);
    QCOMPARE(listed.value().size(), 1);
    QVERIFY(listed.first()["userType"_L1].isNull());
    // What is not shown selects nothing either.
    QCOMPARE(own.get(u"/users?$filter=userType eq 'Guest'"_s).value().size(), 0);
}

void tst_ContractDirectory::byIdsEachTypeByItsScope()
{
    const auto ada = idOf(*m_admin, "ada.lindqvist");
    const auto desk = groupId("Service Desk");
    const QJsonObject body{{u"ids"_s, QJsonArray{ada, desk, kNobody}}, {u"types"_s, QJsonArray{u"user"_s, u"group"_s}}};
    const auto path = u"/directoryObjects/getByIds"_s;
    const auto row = [&](const QString &scopes, const QString &wanted) {
        for (const auto &object : signedIn(upn("sam.porter"), scopes).post(path, body).value()) {
            if (object["id"_L1].toString() == wanted)
                return object.toObject();
        }
        return QJsonObject();
    };
    const QJsonObject bareGroup{{u"@odata.type"_s, u"#microsoft.graph.group"_s}, {u"id"_s, desk}};
    QCOMPARE(row(u"User.ReadBasic.All"_s, ada)["displayName"_L1].toString(), u"Ada Lindqvist"_s);
    QCOMPARE(row(u"User.ReadBasic.All"_s, desk), bareGroup);
    const QJsonObject bareUser{{u"@odata.type"_s, u"#microsoft.graph.user"_s}, {u"id"_s, ada}};
    QCOMPARE(row(u"Group.Read.All"_s, ada), bareUser);
    QCOMPARE(row(u"Directory.Read.All"_s, desk)["displayName"_L1].toString(), u"Service Desk"_s);
    QCOMPARE(m_admin->post(path, body).value().size(), 2); // the unknown one is left out
    QCOMPARE(m_admin->post(path, {{u"ids"_s, QJsonArray{ada, desk}}, {u"types"_s, QJsonArray{u"group"_s}}}).value().size(), 1);
    // Members of a group, seen with a scope for groups alone (contract 4.2).
    const auto members = signedIn(upn("sam.porter"), u"GroupMember.Read.All"_s).get(u"/groups/%1/members"_s.arg(desk)).value();
    QVERIFY(members.size() > 3);
    QCOMPARE(members.first().toObject().keys(), (QStringList{u"@odata.type"_s, u"id"_s}));
    QJsonArray many;
    for (int i = 0; i < 1001; ++i)
        many.append(ada);
    QCOMPARE(m_admin->nonsense("POST", path, QJsonObject{{u"ids"_s, many}}).status, 400);
    many.removeLast();
    QCOMPARE(m_admin->post(path, {{u"ids"_s, many}}).value().size(), 1);
}

// ------------------------------------------------------------------------------------------------------------ 12 logs

void tst_ContractDirectory::audits_data()
{
    QTest::addColumn<QByteArray>("change");
    QTest::addColumn<QString>("activity");
    QTest::addColumn<QString>("category");
    const auto groups = u"GroupManagement"_s;
    QTest::newRow("contract 12: group made") << QByteArray("make") << u"Add group"_s << groups;
    QTest::newRow("contract 12: group changed") << QByteArray("rename") << u"Update group"_s << groups;
    QTest::newRow("contract 12: member added") << QByteArray("add") << u"Add member to group"_s << groups;
    QTest::newRow("contract 12: member bound") << QByteArray("bind") << u"Add member to group"_s << groups;
    QTest::newRow("contract 12: member removed") << QByteArray("take") << u"Remove member from group"_s << groups;
    QTest::newRow("contract 12: owner added") << QByteArray("own") << u"Add owner to group"_s << groups;
    QTest::newRow("contract 12: owner removed") << QByteArray("disown") << u"Remove owner from group"_s << groups;
    QTest::newRow("contract 12: group deleted") << QByteArray("delete") << u"Delete group"_s << groups;
    QTest::newRow("contract 12: group restored") << QByteArray("restore") << u"Restore Group"_s << groups;
    QTest::newRow("contract 12: group purged") << QByteArray("purge") << u"Hard Delete group"_s << groups;
    QTest::newRow("contract 12: assigned") << QByteArray("assign") << u"Add app role assignment to group"_s << groups;
    QTest::newRow("contract 12: unassigned") << QByteArray("unassign") << u"Remove app role assignment from group"_s << groups;
    QTest::newRow("contract 12: application")
        << QByteArray("require") << u"Update service principal"_s << u"ApplicationManagement"_s;
    QTest::newRow("contract 12: sessions") << QByteArray("revoke") << u"Update StsRefreshTokenValidFrom Timestamp"_s
                                           << u"UserManagement"_s;
}

void tst_ContractDirectory::audits()
{
    QFETCH(QByteArray, change);
    QFETCH(QString, activity);
    const auto ada = idOf(*m_admin, "ada.lindqvist");
    const auto jonas = idOf(*m_admin, "jonas.weber");
    const auto ninja = spId("NinjaOne");
    const auto group = m_admin
                           ->post(u"/groups"_s, with(groupBody(u"Watched"_s),
                                                     {{u"members@odata.bind"_s, QJsonArray{reference(jonas)}},
                                                      {u"owners@odata.bind"_s, QJsonArray{reference(jonas), reference(ada)}}}))
                           .text("id");
    const auto path = u"/groups/"_s + group;
    const auto item = u"/directory/deletedItems/"_s + group;
    const auto assignedTo = u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(ninja);
    QString target = group;
    const auto log = [&] { return m_admin->get(u"/auditLogs/directoryAudits?$top=1000"_s).value(); };
    if (change == "restore" || change == "purge")
        QCOMPARE(m_admin->remove(path).status, 204);
    const auto assignment = change == "unassign" ? m_admin->post(assignedTo, assignmentBody(group, ninja)).text("id") : QString();
    const auto before = log().size();
    Answer answer;
    if (change == "make")
        answer = m_admin->post(u"/groups"_s, groupBody(u"Another"_s));
    else if (change == "rename")
        answer = m_admin->patch(path, {{u"displayName"_s, u"Renamed"_s}, {u"description"_s, u"x"_s}});
    else if (change == "add")
        answer = m_admin->post(path + u"/members/$ref"_s, {{u"@odata.id"_s, reference(ada)}});
    else if (change == "bind")
        answer = m_admin->patch(path, {{u"members@odata.bind"_s, QJsonArray{reference(ada)}}});
    else if (change == "take")
        answer = m_admin->remove(path + u"/members/%1/$ref"_s.arg(jonas));
    else if (change == "own")
        answer = m_admin->post(path + u"/owners/$ref"_s, {{u"@odata.id"_s, reference(ninja)}});
    else if (change == "disown")
        answer = m_admin->remove(path + u"/owners/%1/$ref"_s.arg(jonas));
    else if (change == "delete")
        answer = m_admin->remove(path);
    else if (change == "restore")
        answer = m_admin->send("POST", item + u"/restore"_s);
    else if (change == "purge")
        answer = m_admin->remove(item);
    else if (change == "assign")
        answer = m_admin->post(assignedTo, assignmentBody(group, ninja));
    else if (change == "unassign")
        answer = m_admin->remove(assignedTo + u'/' + assignment);
    else if (change == "require")
        answer = m_admin->patch(u"/servicePrincipals/"_s + ninja, {{u"appRoleAssignmentRequired"_s, true}});
    else
        answer = m_admin->send("POST", u"/users/mira.kovac@contoso.demo/revokeSignInSessions"_s);
    QVERIFY(answer.status >= 200 && answer.status < 300);
    if (change == "revoke")
        QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString()); // her own token has ended, too
    if (change == "make")
        target = answer.text("id");
    else if (change == "require")
        target = ninja;
    else if (change == "revoke")
        target = idOf(*m_admin, "mira.kovac");

    const auto after = log();
    QCOMPARE(after.size(), before + 1);
    const auto found = m_admin->get(u"/auditLogs/directoryAudits?$filter=targetResources/any(t:t/id eq '%1') and "
                                    "activityDisplayName eq '%2'"_s.arg(target, activity));
    QVERIFY(found.value().size() >= 1);
    const auto entry = found.first();
    QTEST(entry["category"_L1].toString(), "category");
    QCOMPARE(entry["loggedByService"_L1].toString(), u"Core Directory"_s);
    QCOMPARE(entry["result"_L1].toString(), u"success"_s);
    QCOMPARE(entry["initiatedBy"_L1]["user"_L1]["userPrincipalName"_L1].toString(), upn("mira.kovac"));
    QVERIFY(entry["id"_L1].toString().startsWith(u"Directory_"));
    QVERIFY(each(entry["targetResources"_L1].toArray(), "id").contains(target));
}

void tst_ContractDirectory::auditFilters_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<bool>("found");
    QTest::newRow("contract 12: who by id") << u"initiatedBy/user/id eq '{mira}'"_s << true;
    QTest::newRow("contract 12: who by id, somebody else") << u"initiatedBy/user/id eq '{ada}'"_s << false;
    QTest::newRow("contract 12: who by name") << u"initiatedBy/user/userPrincipalName eq 'mira.kovac@contoso.demo'"_s << true;
    QTest::newRow("contract 12: target by id") << u"targetResources/any(t:t/id eq '{group}')"_s << true;
    QTest::newRow("contract 12: target by name") << u"targetResources/any(t:t/displayName eq 'Found'')')"_s << true;
    QTest::newRow("contract 12: no such target") << u"targetResources/any(t:t/id eq '{nobody}')"_s << false;
    QTest::newRow("contract 12: service") << u"loggedByService eq 'Core Directory'"_s << true;
    QTest::newRow("contract 12: other service") << u"loggedByService eq 'PIM'"_s << false;
    QTest::newRow("contract 12: category") << u"category eq 'GroupManagement' and result eq 'success'"_s << true;
    QTest::newRow("contract 12: other category") << u"category eq 'Policy'"_s << false;
    QTest::newRow("contract 12: activity") << u"activityDisplayName eq 'Add group'"_s << true;
    QTest::newRow("contract 12: activity begins") << u"startswith(activityDisplayName,'Add')"_s << true;
    QTest::newRow("contract 12: since") << u"activityDateTime ge {before} and activityDateTime le {after}"_s << true;
    QTest::newRow("contract 12: later") << u"activityDateTime ge {after}"_s << false;
    QTest::newRow("contract 12: correlation") << u"correlationId eq '{correlation}'"_s << true;
}

void tst_ContractDirectory::auditFilters()
{
    QFETCH(QString, filter);
    const auto group = m_admin->post(u"/groups"_s, with(groupBody(u"F"_s), {{u"displayName"_s, u"Found')"_s}})).text("id");
    const auto now = QDateTime::currentDateTimeUtc();
    const auto all = m_admin->get(u"/auditLogs/directoryAudits?$filter=targetResources/any(t:t/id eq '%1')"_s.arg(group));
    QCOMPARE(all.value().size(), 1);
    const auto correlation = all.first()["correlationId"_L1].toString();
    filter.replace(u"{mira}"_s, idOf(*m_admin, "mira.kovac")).replace(u"{group}"_s, group);
    filter.replace(u"{before}"_s, now.addSecs(-60).toString(Qt::ISODate));
    filter.replace(u"{after}"_s, now.addSecs(60).toString(Qt::ISODate)).replace(u"{correlation}"_s, correlation);
    const auto answer =
        m_admin->get(u"/auditLogs/directoryAudits?$filter=%1&$orderby=activityDateTime desc&$top=100"_s.arg(fill(filter)));
    QCOMPARE(answer.status, 200);
    QTEST(each(answer.value(), "correlationId").contains(correlation), "found");
}

void tst_ContractDirectory::auditsAreLateAndForgotten()
{
    QCOMPARE(m_admin->control("POST", u"logs"_s, {{u"auditDelay"_s, u"PT5M"_s}}).status, 204);
    const auto group = newGroup(*m_admin, u"Late"_s);
    const auto seen = [&] {
        return m_admin->get(u"/auditLogs/directoryAudits?$filter=targetResources/any(t:t/id eq '%1')"_s.arg(group))
            .value()
            .size();
    };
    QCOMPARE(seen(), 0);
    wait("PT4M");
    QCOMPARE(seen(), 0);
    wait("PT2M");
    QCOMPARE(seen(), 1);
    QCOMPARE(m_admin->control("POST", u"logs"_s, {{u"auditDelay"_s, u"soon"_s}}).status, 400);

    wait("P8D"); // contract 12: 30 days with a premium licence, 7 without
    QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString());
    QCOMPARE(seen(), 1);
    manners({{u"licence"_s, u"none"_s}});
    QCOMPARE(seen(), 0);
    QCOMPARE(m_admin->get(u"/auditLogs/signIns?$top=1"_s).code(), u"Authentication_RequestFromNonPremiumTenantOrB2CTenant"_s);
    manners({{u"licence"_s, u"P1"_s}});
    QCOMPARE(seen(), 1);
    wait("P23D");
    QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString());
    QCOMPARE(seen(), 0);
}

QTEST_GUILESS_MAIN(tst_ContractDirectory)
#include "tst_ContractDirectory.moc"
