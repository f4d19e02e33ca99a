#include "demo/DirectoryBench.h"

using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;

/// The contract on groups, row by row: section 4.
class tst_ContractGroups : public DirectoryBench
{
    Q_OBJECT

private Q_SLOTS:
    void init() { start(); }
    void cleanup() { end(); }

    void newGroupRefused_data();
    void newGroupRefused();
    void nicknames_data();
    void nicknames();
    void newGroupShowsTheDefaultSet();
    void boundObjects_data();
    void boundObjects();
    void creatorAndOwners();
    void roleAssignable();

    void groupChangeRefused_data();
    void groupChangeRefused();
    void members();
    void nesting_data();
    void nesting();
    void lastOwner();
    void removingAMemberEndsHisActivation();

    void deleteAndRestore();
    void goneAtOnce();
    void goneAfterThirtyDays();
};

// --------------------------------------------------------------------------------------------------------- 4.1 create

void tst_ContractGroups::newGroupRefused_data()
{
    QTest::addColumn<QJsonObject>("change"); // a null leaves the member out
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("detail");
    QTest::addColumn<QString>("target");
    const auto invalid = [](const char *property) {
        return u"Invalid value specified for property '%1' of resource 'Group'."_s.arg(QLatin1String(property));
    };
    const auto missing = [](const char *property) {
        return u"A value must be provided for property '%1'."_s.arg(QLatin1String(property));
    };
    const auto row = [](const char *name, const QJsonObject &change, const QString &message, const char *detail,
                        const char *target) {
        QTest::newRow(name) << change << message << QString::fromLatin1(detail) << QString::fromLatin1(target);
    };
    const QJsonValue out;
    row("contract 4.1: no displayName", {{u"displayName"_s, out}}, missing("displayName"), "InvalidValue", "displayName");
    row("contract 4.1: long displayName", {{u"displayName"_s, QString(257, u'x')}}, invalid("displayName"), "InvalidValue",
        "displayName");
    row("contract 4.1: no mailNickname", {{u"mailNickname"_s, out}}, missing("mailNickname"), "InvalidValue", "mailNickname");
    row("contract 4.1: long mailNickname", {{u"mailNickname"_s, QString(65, u'x')}}, invalid("mailNickname"), "InvalidValue",
        "mailNickname");
    row("contract 4.1: taken mailNickname", {{u"mailNickname"_s, u"Sales"_s}},
        u"Another object with the same value for property mailNickname already exists."_s, "ObjectConflict", "mailNickname");
    row("contract 4.1: no mailEnabled", {{u"mailEnabled"_s, out}}, missing("mailEnabled"), "InvalidValue", "mailEnabled");
    row("contract 4.1: mailEnabled", {{u"mailEnabled"_s, true}}, invalid("mailEnabled"), "InvalidValue", "mailEnabled");
    row("contract 4.1: no securityEnabled", {{u"securityEnabled"_s, out}}, missing("securityEnabled"), "InvalidValue",
        "securityEnabled");
    row("contract 4.1: not securityEnabled", {{u"securityEnabled"_s, false}}, invalid("securityEnabled"), "InvalidValue",
        "securityEnabled");
    row("contract 4.1: empty description", {{u"description"_s, u""_s}}, invalid("description"), "InvalidValue", "description");
    row("contract 4.1: long description", {{u"description"_s, QString(1025, u'x')}}, invalid("description"), "InvalidValue",
        "description");
    row("contract 4.1: visibility of a security group", {{u"visibility"_s, u"Private"_s}}, invalid("visibility"), "InvalidValue",
        "visibility");
    row("contract 4.1: unknown visibility", {{u"visibility"_s, u"Secret"_s}}, invalid("visibility"), "InvalidValue",
        "visibility");
    row("contract 4.1: unknown type", {{u"groupTypes"_s, QJsonArray{u"Static"_s}}}, invalid("groupTypes"), "InvalidValue",
        "groupTypes");
    row("contract 4.1: dynamic without a rule", {{u"groupTypes"_s, QJsonArray{u"DynamicMembership"_s}}},
        invalid("membershipRule"), "InvalidValue", "membershipRule");
    row("contract 4.1: role-assignable and dynamic",
        {{u"isAssignableToRole"_s, true},
         {u"groupTypes"_s, QJsonArray{u"DynamicMembership"_s}},
         {u"membershipRule"_s, u"user.userType -eq \"Member\""_s}},
        invalid("isAssignableToRole"), "InvalidValue", "isAssignableToRole");
    row("contract 4.1: role-assignable and public", {{u"isAssignableToRole"_s, true}, {u"visibility"_s, u"Public"_s}},
        invalid("visibility"), "InvalidValue", "visibility");
}

void tst_ContractGroups::newGroupRefused()
{
    QFETCH(QJsonObject, change);
    auto body = groupBody(u"G"_s);
    for (auto it = change.begin(); it != change.end(); ++it) {
        if (it.value().isNull())
            body.remove(it.key());
        else
            body.insert(it.key(), it.value());
    }
    const auto before = state();
    const auto answer = m_admin->post(u"/groups"_s, body);
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.code(), kBadRequest);
    QTEST(answer.message(), "message");
    const auto detail = answer.json()["error"_L1]["details"_L1][0];
    QTEST(detail["code"_L1].toString(), "detail");
    QTEST(detail["target"_L1].toString(), "target");
    QCOMPARE(state(), before);
}

void tst_ContractGroups::nicknames_data()
{
    QTest::addColumn<QString>("nickname");
    QTest::addColumn<int>("status");
    for (const QChar forbidden : u"@()\\[]\";:.<>, "_s)
        QTest::newRow(qPrintable(u"contract 4.1: without %1"_s.arg(forbidden))) << QString(u"a"_s + forbidden + u'b') << 400;
    QTest::newRow("contract 4.1: ASCII only") << u"grün"_s << 400;
    QTest::newRow("contract 4.1: not empty") << u""_s << 400;
    QTest::newRow("contract 4.1: 64 long") << QString(64, u'n') << 201;
    QTest::newRow("contract 4.1: the rest of ASCII") << u"a-b_c!#$%&'*+/=?^`{|}~1"_s << 201;
}

void tst_ContractGroups::nicknames()
{
    QFETCH(QString, nickname);
    QFETCH(int, status);
    const auto answer = m_admin->post(u"/groups"_s, with(groupBody(u"N"_s), {{u"mailNickname"_s, nickname}}));
    QCOMPARE(answer.status, status);
    const auto checked =
        m_admin->post(u"/directoryObjects/validateProperties"_s, {{u"entityType"_s, u"Group"_s}, {u"mailNickname"_s, nickname}});
    if (!nickname.isEmpty())
        QCOMPARE(checked.status, status == 201 ? 204 : 422);
}

void tst_ContractGroups::newGroupShowsTheDefaultSet()
{
    const auto made = m_admin->post(u"/groups"_s, groupBody(u"Shown"_s));
    QCOMPARE(made.status, 201);
    for (const auto *member : {"id",
                               "displayName",
                               "description",
                               "groupTypes",
                               "mail",
                               "mailEnabled",
                               "mailNickname",
                               "securityEnabled",
                               "visibility",
                               "createdDateTime",
                               "renewedDateTime",
                               "deletedDateTime",
                               "theme",
                               "proxyAddresses",
                               "classification",
                               "expirationDateTime",
                               "membershipRule",
                               "securityIdentifier",
                               "isAssignableToRole",
                               "resourceProvisioningOptions",
                               "onPremisesSyncEnabled",
                               "preferredLanguage",
                               "preferredDataLocation",
                               "membershipRuleProcessingState"})
        QVERIFY2(made.json().contains(QLatin1String(member)), member);
    QVERIFY(made.text("securityIdentifier").startsWith(u"S-1-12-1-"));
    QVERIFY(!made.json().contains("_creator"_L1));
    QCOMPARE(made.header("Location"), reference(made.text("id"), "groups").toUtf8());
    const auto twin = m_admin->post(u"/groups"_s, groupBody(u"Shown"_s)); // names are not unique
    QVERIFY(twin.text("id") != made.text("id"));
    QVERIFY(twin.text("securityIdentifier") != made.text("securityIdentifier"));
    const auto unique = with(groupBody(u"U"_s), {{u"uniqueName"_s, u"u-1"_s}});
    QCOMPARE(m_admin->post(u"/groups"_s, unique).status, 201);
    QCOMPARE(m_admin->post(u"/groups"_s, unique).code(), u"Request_MultipleObjectsWithSameKeyValue"_s);
}

void tst_ContractGroups::boundObjects_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    const QString none;
    QTest::newRow("contract 4.1: users") << u"{origin}/v1.0/users/{ada}"_s << 201 << none;
    QTest::newRow("contract 4.1: by name") << u"{origin}/v1.0/users/ada.lindqvist@contoso.demo"_s << 201 << none;
    QTest::newRow("contract 4.1: directoryObjects") << u"{origin}/v1.0/directoryObjects/{ada}"_s << 201 << none;
    QTest::newRow("contract 4.1: with a key in parentheses") << u"{origin}/v1.0/directoryObjects('{ada}')"_s << 201 << none;
    QTest::newRow("contract 4.1: servicePrincipals") << u"{origin}/v1.0/servicePrincipals/{ninja}"_s << 201 << none;
    QTest::newRow("contract 4.1: unknown") << u"{origin}/v1.0/users/{nobody}"_s << 404 << u"Request_ResourceNotFound"_s;
    QTest::newRow("contract 4.1: another kind") << u"{origin}/v1.0/users/{desk}"_s << 404 << u"Request_ResourceNotFound"_s;
    QTest::newRow("contract 4.1: a group owns nothing") << u"{origin}/v1.0/groups/{desk}"_s << 400 << kBadRequest;
    QTest::newRow("contract 17: another host") << u"https://graph.microsoft.com/v1.0/users/{ada}"_s << 400 << kBadRequest;
    QTest::newRow("contract 4.1: no reference") << u"{ada}"_s << 400 << kBadRequest;
}

void tst_ContractGroups::boundObjects()
{
    QFETCH(QString, url);
    const auto bound = QJsonArray{fill(url)};
    const auto answer = m_admin->post(u"/groups"_s, with(groupBody(u"B"_s), {{u"owners@odata.bind"_s, bound}}));
    QTEST(answer.status, "status");
    QTEST(answer.code(), "code");
    if (answer.status == 201)
        QCOMPARE(m_admin->get(u"/groups/%1/owners"_s.arg(answer.text("id"))).value().size(), 1);
}

void tst_ContractGroups::creatorAndOwners()
{
    const auto people = m_admin->get(u"/users?$top=22&$select=id"_s).value();
    QJsonArray urls;
    for (const auto &person : people)
        urls.append(reference(person["id"_L1].toString()));
    QJsonArray twenty = urls;
    while (twenty.size() > 20)
        twenty.removeLast();
    const auto made = m_admin->post(u"/groups"_s, with(groupBody(u"Twenty"_s), {{u"members@odata.bind"_s, twenty}}));
    QCOMPARE(made.status, 201);
    QCOMPARE(m_admin->get(u"/groups/%1/members"_s.arg(made.text("id"))).value().size(), 20);
    QCOMPARE(m_admin
                 ->post(u"/groups"_s, with(groupBody(u"More"_s), {{u"members@odata.bind"_s, twenty},
                                                                  {u"owners@odata.bind"_s, QJsonArray{urls.at(21)}}}))
                 .status,
             400); // 20 relationships in one request, together
    QCOMPARE(
        m_admin->post(u"/groups"_s, with(groupBody(u"Twice"_s), {{u"members@odata.bind"_s, QJsonArray{urls.at(0), urls.at(0)}}}))
            .status,
        400);
    QCOMPARE(m_admin->get(u"/groups/%1/owners"_s.arg(made.text("id"))).value().size(), 0); // an administrator made it
    const auto sam = signedIn(upn("sam.porter"));
    const auto lena = idOf(*m_admin, "lena.fischer");
    const auto his =
        sam.post(u"/groups"_s, with(groupBody(u"His"_s), {{u"owners@odata.bind"_s, QJsonArray{reference(lena)}}})).text("id");
    auto owners = each(m_admin->get(u"/groups/%1/owners"_s.arg(his)).value(), "id");
    QCOMPARE(owners.size(), 2);
    QVERIFY(owners.contains(lena) && owners.contains(idOf(*m_admin, "sam.porter")));
}

void tst_ContractGroups::roleAssignable()
{
    const auto made = m_admin->post(u"/groups"_s, with(groupBody(u"R"_s), {{u"isAssignableToRole"_s, true}}));
    QCOMPARE(made.status, 201);
    QCOMPARE(made.text("visibility"), u"Private"_s);
    const auto group = made.text("id");
    const auto inner = m_admin->post(u"/groups"_s, groupBody(u"Inner"_s)).text("id");
    const auto nested = m_admin->post(u"/groups/%1/members/$ref"_s.arg(group), {{u"@odata.id"_s, reference(inner)}});
    QCOMPARE(nested.status, 400);
    QCOMPARE(m_admin
                 ->post(u"/groups"_s, with(groupBody(u"R2"_s), {{u"isAssignableToRole"_s, true},
                                                                {u"members@odata.bind"_s, QJsonArray{reference(inner)}}}))
                 .status,
             400);
    QCOMPARE(m_admin->patch(u"/groups/"_s + group, {{u"isAssignableToRole"_s, false}}).status, 400);
    QCOMPARE(m_admin->patch(u"/groups/"_s + inner, {{u"isAssignableToRole"_s, true}}).status, 400);
}

// --------------------------------------------------------------------------------------------------------- 4.3 change

void tst_ContractGroups::groupChangeRefused_data()
{
    QTest::addColumn<QByteArray>("group");
    QTest::addColumn<QJsonObject>("body");
    const auto row = [](const char *name, const char *group, const QJsonObject &body) {
        QTest::newRow(name) << QByteArray(group) << body;
    };
    row("contract 4.1: isAssignableToRole is immutable", "Service Desk", {{u"isAssignableToRole"_s, true}});
    row("contract 4.1: uniqueName is immutable", "Service Desk", {{u"uniqueName"_s, u"x"_s}});
    row("contract 4.1: nickname", "Service Desk", {{u"mailNickname"_s, u"a b"_s}});
    row("contract 4.1: nickname of another", "Service Desk", {{u"mailNickname"_s, u"sales"_s}});
    row("contract 4.1: no name", "Service Desk", {{u"displayName"_s, u""_s}});
    row("contract 4.1: empty description", "Service Desk", {{u"description"_s, u""_s}});
    row("contract 4.1: visibility", "Service Desk", {{u"visibility"_s, u"Public"_s}});
    row("contract 4.1: not a security group any more", "Service Desk", {{u"securityEnabled"_s, false}});
    row("contract 4.1: mail", "Service Desk", {{u"mailEnabled"_s, true}});
    row("contract 4.1: rule of a group that has none", "Service Desk", {{u"membershipRule"_s, u"x"_s}});
    row("contract 4.3: owners are not bound by PATCH", "Service Desk",
        {{u"owners@odata.bind"_s, QJsonArray{u"{origin}/v1.0/users/{ada}"_s}}});
    row("contract 4.3: member twice, with a name that would be fine", "Service Desk",
        {{u"displayName"_s, u"New name"_s}, {u"members@odata.bind"_s, QJsonArray{u"{origin}/v1.0/users/{ada}"_s}}});
    row("contract 4.3: members of a dynamic group", "All staff",
        {{u"members@odata.bind"_s, QJsonArray{u"{origin}/v1.0/users/{ninja}"_s}}});
    row("contract 4.2: synced", "Print operators", {{u"description"_s, u"x"_s}});
}

void tst_ContractGroups::groupChangeRefused()
{
    QFETCH(QByteArray, group);
    QFETCH(QJsonObject, body);
    const auto text = fill(QString::fromUtf8(QJsonDocument(body).toJson()));
    const auto before = state();
    const auto answer =
        m_admin->patch(u"/groups/"_s + groupId(group.constData()), QJsonDocument::fromJson(text.toUtf8()).object());
    QVERIFY2(answer.status == 400 || answer.status == 404, qPrintable(QString::number(answer.status)));
    QCOMPARE(state(), before);
}

void tst_ContractGroups::members()
{
    const auto group = m_admin->post(u"/groups"_s, groupBody(u"People"_s)).text("id");
    const auto ada = idOf(*m_admin, "ada.lindqvist");
    const auto links = u"/groups/%1/members/$ref"_s.arg(group);
    QCOMPARE(m_admin->post(links, {{u"@odata.id"_s, reference(ada)}}).status, 204);
    const auto twice = m_admin->post(links, {{u"@odata.id"_s, reference(ada, "users")}});
    QCOMPARE(twice.code(), kBadRequest);
    QCOMPARE(twice.message(),
             u"One or more added object references already exist for the following modified properties: 'members'."_s);
    QCOMPARE(each(m_admin->get(links).value(), "@odata.id"), QStringList{reference(ada)});
    QCOMPARE(m_admin->post(links, {{u"@odata.id"_s, reference(kNobody)}}).code(), u"Request_ResourceNotFound"_s);
    QCOMPARE(m_admin->nonsense("POST", links, QJsonObject{{u"id"_s, ada}}).status, 400);
    QCOMPARE(
        m_admin->patch(u"/groups/"_s + group, {{u"members@odata.bind"_s, QJsonArray{reference(idOf(*m_admin, "jonas.weber"))}}})
            .status,
        204);
    QCOMPARE(memberIds(*m_admin, group).size(), 2);
    QCOMPARE(m_admin->get(u"/groups/%1/members/microsoft.graph.servicePrincipal"_s.arg(group)).value().size(), 0);
    const auto one = u"/groups/%1/members/%2/$ref"_s.arg(group, ada);
    QCOMPARE(m_admin->remove(one).status, 204);
    QCOMPARE(m_admin->remove(one).code(), u"Request_ResourceNotFound"_s);
    // Neither dynamic nor synced groups can be changed here.
    for (const auto *fixed : {"All staff", "Print operators"}) {
        const auto id = groupId(fixed);
        const auto member = memberIds(*m_admin, id).first();
        QCOMPARE(m_admin->post(u"/groups/%1/members/$ref"_s.arg(id), {{u"@odata.id"_s, reference(spId("NinjaOne"))}}).status,
                 400);
        QCOMPARE(m_admin->remove(u"/groups/%1/members/%2/$ref"_s.arg(id, member)).status, 400);
        QVERIFY(memberIds(*m_admin, id).contains(member));
    }
}

void tst_ContractGroups::nesting_data()
{
    QTest::addColumn<QByteArray>("outer");
    QTest::addColumn<QByteArray>("inner");
    QTest::addColumn<int>("status");
    QTest::newRow("contract 5.3: a security group in a security group")
        << QByteArray("People") << QByteArray("Service Desk") << 204;
    QTest::newRow("contract 6: a dynamic group in a security group") << QByteArray("People") << QByteArray("All staff") << 204;
    QTest::newRow("contract 4.1: none in a role-assignable group") << QByteArray("Role") << QByteArray("Service Desk") << 400;
    QTest::newRow("none in a Microsoft 365 group") << QByteArray("Sales") << QByteArray("Service Desk") << 400;
    QTest::newRow("no Microsoft 365 group inside") << QByteArray("People") << QByteArray("Sales") << 400;
    QTest::newRow("not in itself") << QByteArray("People") << QByteArray("People") << 400;
}

void tst_ContractGroups::nesting()
{
    QFETCH(QByteArray, outer);
    QFETCH(QByteArray, inner);
    QCOMPARE(m_admin->post(u"/groups"_s, groupBody(u"People"_s)).status, 201);
    QCOMPARE(m_admin->post(u"/groups"_s, with(groupBody(u"Role"_s), {{u"isAssignableToRole"_s, true}})).status, 201);
    const auto innerId = groupId(inner.constData());
    const auto outerId = groupId(outer.constData());
    const auto answer = m_admin->post(u"/groups/%1/members/$ref"_s.arg(outerId), {{u"@odata.id"_s, reference(innerId)}});
    QTEST(answer.status, "status");
    QCOMPARE(memberIds(*m_admin, outerId).contains(innerId), answer.status == 204);
}

void tst_ContractGroups::lastOwner()
{
    const auto ada = idOf(*m_admin, "ada.lindqvist");
    const auto jonas = idOf(*m_admin, "jonas.weber");
    const auto ninja = spId("NinjaOne");
    const auto group =
        m_admin
            ->post(u"/groups"_s, with(groupBody(u"Owned"_s),
                                      {{u"owners@odata.bind"_s, QJsonArray{reference(ada), reference(jonas), reference(ninja)}}}))
            .text("id");
    const auto owner = [&](const QString &oid) { return u"/groups/%1/owners/%2/$ref"_s.arg(group, oid); };
    QCOMPARE(m_admin->remove(owner(ada)).status, 204);
    QCOMPARE(m_admin->remove(owner(jonas)).status, 400); // a service principal alone is not enough
    QCOMPARE(m_admin->remove(owner(ninja)).status, 204);
    const auto last = m_admin->remove(owner(jonas));
    QCOMPARE(last.code(), kBadRequest);
    QCOMPARE(last.message(), u"The group must have at least one owner, hence this owner cannot be removed."_s);
    QCOMPARE(m_admin->post(u"/groups/%1/owners/$ref"_s.arg(group), {{u"@odata.id"_s, reference(ada)}}).status, 204);
    QCOMPARE(m_admin->remove(owner(jonas)).status, 204);
}

void tst_ContractGroups::removingAMemberEndsHisActivation()
{
    const auto group = newGroup(*m_admin, u"PIM"_s, true);
    const auto ada = idOf(*m_admin, "ada.lindqvist");
    QCOMPARE(askPim(*m_admin, "eligibility", "adminAssign", group, ada, lasting("P30D")).status, 201);
    const auto client = signedIn(upn("ada.lindqvist"));
    QCOMPARE(askPim(client, "assignment", "selfActivate", group, ada, lasting("PT1H"), {{u"justification"_s, u"work"_s}}).status,
             201);
    const auto active = [&] {
        return m_admin->get(kPim + u"assignmentScheduleInstances?$filter=groupId eq '%1'"_s.arg(group)).value().size();
    };
    QVERIFY(memberIds(*m_admin, group).contains(ada)); // contract 4.3: an ordinary member
    QCOMPARE(active(), 1);
    QCOMPARE(m_admin->remove(u"/groups/%1/members/%2/$ref"_s.arg(group, ada)).status, 204);
    QCOMPARE(active(), 0);
    QVERIFY(!memberIds(*m_admin, group).contains(ada));
    QCOMPARE(m_admin->get(kPim + u"eligibilityScheduleInstances?$filter=groupId eq '%1'"_s.arg(group)).value().size(), 1);
}

// --------------------------------------------------------------------------------------------- 4.4 delete and restore

void tst_ContractGroups::deleteAndRestore()
{
    const auto ada = idOf(*m_admin, "ada.lindqvist");
    const auto jonas = idOf(*m_admin, "jonas.weber");
    const auto ninja = spId("NinjaOne");
    const auto group = newGroup(*m_admin, u"Passing"_s, true);
    QCOMPARE(m_admin->post(u"/groups/%1/members/$ref"_s.arg(group), {{u"@odata.id"_s, reference(jonas)}}).status, 204);
    QCOMPARE(m_admin->post(u"/groups/%1/owners/$ref"_s.arg(group), {{u"@odata.id"_s, reference(jonas)}}).status, 204);
    QCOMPARE(m_admin->post(u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(ninja), assignmentBody(group, ninja)).status, 201);
    QCOMPARE(askPim(*m_admin, "eligibility", "adminAssign", group, ada, lasting("P30D")).status, 201);
    const auto client = signedIn(upn("ada.lindqvist"));
    QCOMPARE(askPim(client, "assignment", "selfActivate", group, ada, lasting("PT1H"), {{u"justification"_s, u"work"_s}}).status,
             201);

    QCOMPARE(m_admin->remove(u"/groups/"_s + group).status, 204);
    QCOMPARE(m_admin->get(u"/groups/"_s + group).status, 404);
    QCOMPARE(m_admin->get(u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(ninja)).value().size(), 0);
    const auto item = u"/directory/deletedItems/"_s + group;
    const auto kept = m_admin->get(item);
    QCOMPARE(kept.status, 200);
    QCOMPARE(kept.text("displayName"), u"Passing"_s);
    QVERIFY(!kept.text("deletedDateTime").isEmpty());
    QCOMPARE(each(m_admin->get(u"/directory/deletedItems/microsoft.graph.group"_s).value(), "id"), QStringList{group});
    QCOMPARE(m_admin->get(u"/directory/deletedItems/microsoft.graph.user"_s).value().size(), 0);

    QCOMPARE(m_admin->send("POST", item + u"/restore"_s).text("id"), group);
    QCOMPARE(m_admin->get(item).status, 404);
    QVERIFY(m_admin->get(u"/groups/"_s + group).json()["deletedDateTime"_L1].isNull());
    QCOMPARE(memberIds(*m_admin, group), QStringList{jonas}); // whoever was active through PIM does not come back
    QCOMPARE(each(m_admin->get(u"/groups/%1/owners"_s.arg(group)).value(), "id"), QStringList{jonas});
    QCOMPARE(m_admin->get(u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(ninja)).value().size(), 0);
    for (const auto *set : {"eligibilitySchedules", "assignmentSchedules"})
        QCOMPARE(m_admin->get(kPim + u"%1?$filter=groupId eq '%2'"_s.arg(QLatin1String(set), group)).value().size(), 0);

    QCOMPARE(m_admin->remove(u"/directoryObjects/"_s + group).status, 204);
    QCOMPARE(m_admin->remove(item).status, 204);
    QCOMPARE(m_admin->remove(item).status, 404);
    QCOMPARE(m_admin->send("POST", item + u"/restore"_s).status, 404);
}

void tst_ContractGroups::goneAtOnce()
{
    manners({{u"securityGroupsAreGoneAtOnce"_s, true}}); // contract 4.4: as older documents have it
    const auto group = newGroup(*m_admin, u"Gone"_s);
    QCOMPARE(m_admin->remove(u"/groups/"_s + group).status, 204);
    QCOMPARE(m_admin->get(u"/directory/deletedItems/"_s + group).code(), u"Request_ResourceNotFound"_s);
    const auto sales = groupId("Sales"); // a Microsoft 365 group can always be restored
    QCOMPARE(m_admin->remove(u"/groups/"_s + sales).status, 204);
    QCOMPARE(m_admin->get(u"/directory/deletedItems/"_s + sales).status, 200);
    QCOMPARE(m_admin->control("POST", u"directory"_s, {{u"securityGroupsAreGoneAtOnce"_s, u"yes"_s}}).status, 400);
}

void tst_ContractGroups::goneAfterThirtyDays()
{
    const auto group = newGroup(*m_admin, u"Old"_s);
    QCOMPARE(m_admin->remove(u"/groups/"_s + group).status, 204);
    wait("P29D");
    QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString());
    QCOMPARE(m_admin->get(u"/directory/deletedItems/"_s + group).status, 200);
    wait("P2D");
    QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString());
    QCOMPARE(m_admin->get(u"/directory/deletedItems/"_s + group).status, 404);
}

QTEST_GUILESS_MAIN(tst_ContractGroups)
#include "tst_ContractGroups.moc"
