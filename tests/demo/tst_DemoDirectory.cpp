#include "demo/DemoClient.h"
#include "demo/DemoTenant.h"

#include <QRegularExpression>
#include <QSet>
#include <QTest>
#include <QUuid>

#include <memory>

using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;
using pimgate::demo::DemoTenant;

namespace {

QStringList texts(const QJsonArray &rows, const char *member)
{
    QStringList list;
    for (const auto &row : rows)
        list.append(row[QLatin1String(member)].toString());
    return list;
}

QString percent(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

} // namespace

/// Users, groups, applications, roles and logs as Graph shows and changes them.
class tst_DemoDirectory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void cloudFileNamesThePeople();
    void me();
    void guestByName();
    void findsPeople();
    void pages();
    void refusesQueries_data();
    void refusesQueries();
    void filters_data();
    void filters();
    void myRoles();
    void organizationAndLicence();
    void createsGroup();
    void refusesGroups_data();
    void refusesGroups();
    void roleAssignableNeedsMore();
    void creatorBecomesOwner();
    void members();
    void groupsThatCannotBeChanged();
    void nestedMembership();
    void deletesAndRestores();
    void applicationsOfAllKinds();
    void assignmentRequired();
    void assigns();
    void refusesAssignments();
    void scopesAreChecked();
    void audits();
    void deletedUserIsGone();

private:
    Answer search(const QString &path) const; ///< with ConsistencyLevel: eventual
    QString spId(const QString &displayName) const;
    QString createGroup(const QString &name, const QJsonObject &more = {}) const;
    QString reference(const QString &oid) const { return m_tenant->origin() + u"/v1.0/directoryObjects/"_s + oid; }

    std::unique_ptr<DemoTenant> m_tenant;
    std::unique_ptr<DemoClient> m_admin;
};

void tst_DemoDirectory::init()
{
    auto tenant = DemoTenant::start({});
    QVERIFY(tenant);
    m_tenant = std::move(*tenant);
    m_admin = std::make_unique<DemoClient>(m_tenant->cloudFile());
    QCOMPARE(m_admin->signIn(u"mira.kovac@contoso.demo"_s), QString());
}

void tst_DemoDirectory::cleanup()
{
    m_admin.reset();
    m_tenant.reset();
}

Answer tst_DemoDirectory::search(const QString &path) const
{
    return m_admin->send("GET", path, {}, {{"ConsistencyLevel", "eventual"}});
}

QString tst_DemoDirectory::spId(const QString &displayName) const
{
    return m_admin->get(u"/servicePrincipals?$filter=displayName eq '%1'&$select=id"_s.arg(displayName))
        .first()["id"_L1]
        .toString();
}

QString tst_DemoDirectory::createGroup(const QString &name, const QJsonObject &more) const
{
    QJsonObject body{{u"displayName"_s, name},
                     {u"mailNickname"_s, QString(name).remove(u' ')},
                     {u"mailEnabled"_s, false},
                     {u"securityEnabled"_s, true}};
    for (auto it = more.begin(); it != more.end(); ++it)
        body.insert(it.key(), it.value());
    return m_admin->post(u"/groups"_s, body).text("id");
}

void tst_DemoDirectory::cloudFileNamesThePeople()
{
    const auto cloud = m_tenant->cloudFile();
    const auto accounts = cloud["accounts"_L1].toObject();
    QCOMPARE(accounts["admin"_L1].toString(), u"mira.kovac@contoso.demo"_s);
    QStringList all;
    for (const auto *name : {"ordinary", "guest", "breakGlass"})
        all.append(accounts[QLatin1String(name)].toString());
    for (const auto *list : {"eligible", "approvers"}) {
        for (const auto &upn : accounts[QLatin1String(list)].toArray())
            all.append(upn.toString());
    }
    QCOMPARE(all.size(), 8);
    for (const auto &upn : all)
        QCOMPARE(m_admin->get(u"/users/"_s + percent(upn)).text("userPrincipalName"), upn);
    QVERIFY(texts(cloud["applications"_L1].toArray(), "displayName").contains(u"NinjaOne"_s));
    for (const auto &application : cloud["applications"_L1].toArray()) {
        const auto row = m_admin->get(u"/servicePrincipals/"_s + application["id"_L1].toString());
        QCOMPARE(row.text("appId"), application["appId"_L1].toString());
    }
    for (const auto &name : {u"login"_s, u"graph"_s, u"portal"_s, u"tenant"_s, u"clientId"_s, u"controlKey"_s, u"name"_s})
        QVERIFY(!cloud[name].toString().isEmpty());
}

void tst_DemoDirectory::me()
{
    const auto answer = m_admin->get(u"/me?$select=id,displayName,userPrincipalName,mail,userType,accountEnabled"_s);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.text("displayName"), u"Mira Kovač"_s);
    QCOMPARE(answer.text("userType"), u"Member"_s);
    QCOMPARE(answer.json()["accountEnabled"_L1].toBool(), true);
    QVERIFY(!answer.json().contains("jobTitle"_L1));
    // What is not in the default set comes only when it is asked for.
    QVERIFY(!m_admin->get(u"/me"_s).json().contains("userType"_L1));
    QVERIFY(!answer.header("request-id").isEmpty());
    QVERIFY(!answer.header("Date").isEmpty());
}

void tst_DemoDirectory::guestByName()
{
    const auto upn = u"tom.okafor_northwind-it.com#EXT#@contosodemo.onmicrosoft.com"_s;
    const auto answer = m_admin->get(u"/users/"_s + percent(upn) + u"?$select=id,userType"_s);
    QCOMPARE(answer.text("userType"), u"Guest"_s);
    QCOMPARE(m_admin->get(u"/users/nobody@contoso.demo"_s).code(), u"Request_ResourceNotFound"_s);
}

void tst_DemoDirectory::findsPeople()
{
    const auto found = search(u"/users?$search=\"displayName:ann\" OR \"userPrincipalName:ann\"&$select=id,displayName&"
                              "$orderby=displayName&$top=25&$count=true"_s);
    QCOMPARE(found.status, 200);
    QCOMPARE(texts(found.value(), "displayName"), (QStringList{u"Anna Lindgren"_s, u"Annika Berg"_s}));
    QCOMPARE(found.json()["@odata.count"_L1].toInt(), 2);
    const auto started = m_admin->get(u"/users?$filter=startswith(displayName,'li') or startswith(userPrincipalName,'ada')"_s);
    auto names = texts(started.value(), "displayName");
    names.sort();
    QCOMPARE(names, (QStringList{u"Ada Lindqvist"_s, u"Liam Murphy"_s}));
    QCOMPARE(search(u"/users?$search=\"displayName:o'neill\"&$count=true"_s).value().size(), 1);
}

void tst_DemoDirectory::pages()
{
    QStringList seen;
    auto answer = m_admin->get(u"/users?$top=7&$select=id"_s);
    int round = 0;
    while (true) {
        QCOMPARE(answer.status, 200);
        QVERIFY(answer.value().size() <= 7);
        seen += texts(answer.value(), "id");
        const auto next = answer.text("@odata.nextLink");
        if (next.isEmpty() || ++round > 20)
            break;
        QVERIFY(next.startsWith(m_tenant->origin() + u"/v1.0/users?"_s));
        answer = m_admin->get(next.mid((m_tenant->origin() + u"/v1.0"_s).size()));
    }
    QCOMPARE(seen.size(), m_admin->get(u"/users?$top=999"_s).value().size());
    QCOMPARE(QSet<QString>(seen.begin(), seen.end()).size(), seen.size());
    QVERIFY(seen.size() >= 40);
    QCOMPARE(m_admin->get(u"/users?$skiptoken=abc"_s).code(), u"Directory_ExpiredPageToken"_s);
}

void tst_DemoDirectory::refusesQueries_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("code");
    QTest::newRow("search without header") << u"/users?$search=\"displayName:a\""_s << u"Request_UnsupportedQuery"_s;
    QTest::newRow("not equal") << u"/users?$filter=accountEnabled ne true"_s << u"Request_UnsupportedQuery"_s;
    QTest::newRow("filter and order") << u"/users?$filter=startswith(displayName,'a')&$orderby=displayName"_s
                                      << u"Request_UnsupportedQuery"_s;
    QTest::newRow("unknown option") << u"/users?$foo=1"_s << u"Request_BadRequest"_s;
    QTest::newRow("skip") << u"/users?$skip=5"_s << u"Request_BadRequest"_s;
    QTest::newRow("top too high") << u"/users?$top=1000"_s << u"Request_BadRequest"_s;
    QTest::newRow("top nonsense") << u"/users?$top=x"_s << u"Request_BadRequest"_s;
    QTest::newRow("broken filter") << u"/users?$filter=displayName eq"_s << u"Request_BadRequest"_s;
    QTest::newRow("open quote") << u"/users?$filter=displayName eq 'a"_s << u"Request_BadRequest"_s;
    QTest::newRow("two values") << u"/users?$filter=displayName eq 'a' 'b'"_s << u"Request_BadRequest"_s;
    QTest::newRow("licences filter") << u"/subscribedSkus?$filter=skuPartNumber eq 'x'"_s << u"Request_BadRequest"_s;
    QTest::newRow("no such segment") << u"/usrs"_s << u"BadRequest"_s;
}

void tst_DemoDirectory::refusesQueries()
{
    QFETCH(QString, path);
    const auto answer = m_admin->nonsense("GET", path);
    QCOMPARE(answer.status, 400);
    QTEST(answer.code(), "code");
    const auto inner = answer.json()["error"_L1]["innerError"_L1];
    QVERIFY(!inner["request-id"_L1].toString().isEmpty());
    QVERIFY(!inner["date"_L1].toString().endsWith(u'Z'));
}

void tst_DemoDirectory::filters_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("count");
    QTest::newRow("eq") << u"/groups?$filter=displayName eq 'service LEADS'"_s << 1;
    QTest::newRow("quote doubled") << u"/users?$filter=displayName eq 'Grace O''Neill'"_s << 1;
    QTest::newRow("and") << u"/users?$filter=startswith(displayName,'A') and department eq 'Service Desk'"_s << 3;
    QTest::newRow("parentheses") << u"/users?$filter=(displayName eq 'Ada Lindqvist' or displayName eq 'Sam Porter') and "
                                    "accountEnabled eq true"_s
                                 << 2;
    QTest::newRow("bool") << u"/users?$filter=accountEnabled eq false"_s << 1;
    QTest::newRow("in") << u"/users?$filter=displayName in ('Ada Lindqvist','Sam Porter','Nobody')"_s << 2;
    QTest::newRow("any") << u"/servicePrincipals?$filter=tags/any(t:t eq 'WindowsAzureActiveDirectoryIntegratedApp')"_s << 9;
    QTest::newRow("any with blank") << u"/servicePrincipals?$filter=tags/any(t: t eq 'HideApp')"_s << 0;
    QTest::newRow("any then and") << u"/servicePrincipals?$filter=tags/any(t:t eq 'WindowsAzureActiveDirectoryIntegratedApp') "
                                     "and accountEnabled eq false"_s
                                  << 1;
    QTest::newRow("without $") << u"/groups?filter=displayName eq 'Service leads'"_s << 1;
    QTest::newRow("guid") << u"/servicePrincipals?$filter=appId eq '14d82eec-204b-4c2f-b7e8-296a70dab67e'"_s << 1;
}

void tst_DemoDirectory::filters()
{
    QFETCH(QString, path);
    const auto answer = path.contains(u"?filter") ? m_admin->nonsense("GET", path) : m_admin->get(path);
    QCOMPARE(answer.status, 200);
    QTEST(int(answer.value().size()), "count");
}

void tst_DemoDirectory::myRoles()
{
    const auto cast =
        search(u"/me/transitiveMemberOf/microsoft.graph.directoryRole?$select=id,displayName,roleTemplateId&$count=true"_s);
    QCOMPARE(cast.value().size(), 6);
    QVERIFY(texts(cast.value(), "roleTemplateId").contains(u"e8611ab8-c189-46e8-94e1-60213ab1f814"_s));
    const auto instances = m_admin->get(u"/roleManagement/directory/roleAssignmentScheduleInstances/"
                                        "filterByCurrentUser(on='principal')?$expand=roleDefinition"_s);
    QCOMPARE(instances.value().size(), 6);
    for (const auto &row : instances.value()) {
        QCOMPARE(row["assignmentType"_L1].toString(), u"Assigned"_s);
        QVERIFY(!row["roleDefinition"_L1]["displayName"_L1].toString().isEmpty());
    }
    QCOMPARE(m_admin
                 ->get(u"/roleManagement/directory/roleEligibilityScheduleInstances/"
                       "filterByCurrentUser(on='principal')?$expand=roleDefinition"_s)
                 .value()
                 .size(),
             0);
    const auto emergency = m_admin->get(u"/roleManagement/directory/roleAssignments?$filter=roleDefinitionId eq "
                                        "'62e90394-69f5-4237-9190-012177145e10'&$expand=principal"_s);
    QCOMPARE(emergency.value().size(), 2);
    QVERIFY(emergency.first()["principal"_L1]["userPrincipalName"_L1].toString().startsWith(u"bg"));
}

void tst_DemoDirectory::organizationAndLicence()
{
    const auto organization = m_admin->get(u"/organization?$select=id,displayName,verifiedDomains,tenantType"_s).first();
    QCOMPARE(organization["id"_L1].toString(), m_tenant->cloudFile()["tenant"_L1].toString());
    QCOMPARE(texts(organization["verifiedDomains"_L1].toArray(), "name"),
             (QStringList{u"contoso.demo"_s, u"contosodemo.onmicrosoft.com"_s}));
    const auto sku =
        m_admin->get(u"/subscribedSkus?$select=skuId,skuPartNumber,capabilityStatus,prepaidUnits,servicePlans"_s).first();
    QCOMPARE(sku["prepaidUnits"_L1]["enabled"_L1].toInt(), 50);
    QVERIFY(texts(sku["servicePlans"_L1].toArray(), "servicePlanId").contains(u"eec0eb4f-6444-4f95-aba0-50c24d67f998"_s));
    QCOMPARE(m_admin->get(u"/policies/identitySecurityDefaultsEnforcementPolicy"_s).json()["isEnabled"_L1].toBool(true), false);
    const auto grants = m_admin->get(u"/oauth2PermissionGrants"_s).value();
    QVERIFY(std::any_of(grants.begin(), grants.end(), [](const QJsonValue &grant) {
        return grant["scope"_L1].toString().contains(u"PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup");
    }));
}

void tst_DemoDirectory::createsGroup()
{
    const auto lena = m_admin->get(u"/users/lena.fischer@contoso.demo"_s).text("id");
    const auto answer = m_admin->post(u"/groups"_s, {{u"displayName"_s, u"PIM-NinjaOne-Admins"_s},
                                                     {u"description"_s, u"Opens NinjaOne."_s},
                                                     {u"mailNickname"_s, u"pim-ninjaone-1a2b3c4d"_s},
                                                     {u"mailEnabled"_s, false},
                                                     {u"securityEnabled"_s, true},
                                                     {u"isAssignableToRole"_s, true},
                                                     {u"owners@odata.bind"_s, QJsonArray{reference(lena)}}});
    QCOMPARE(answer.status, 201);
    QCOMPARE(answer.json()["isAssignableToRole"_L1].toBool(), true);
    QCOMPARE(answer.text("visibility"), u"Private"_s);
    const auto groupId = answer.text("id");
    QCOMPARE(m_admin->get(u"/groups/"_s + groupId).text("displayName"), u"PIM-NinjaOne-Admins"_s);
    QCOMPARE(texts(m_admin->get(u"/groups/%1/owners"_s.arg(groupId)).value(), "id"), QStringList{lena});
    QCOMPARE(m_admin->get(u"/groups?$filter=displayName eq 'PIM-NinjaOne-Admins'"_s).value().size(), 1);
    QCOMPARE(m_admin->patch(u"/groups/"_s + groupId, {{u"description"_s, u"Other."_s}}).status, 204);
    QCOMPARE(m_admin->get(u"/groups/"_s + groupId).text("description"), u"Other."_s);
    QCOMPARE(m_admin->patch(u"/groups/"_s + groupId, {{u"isAssignableToRole"_s, false}}).status, 400);
    // Names are not unique, ids are.
    QVERIFY(createGroup(u"PIM-NinjaOne-Admins"_s) != groupId);
}

void tst_DemoDirectory::refusesGroups_data()
{
    QTest::addColumn<QString>("member");
    QTest::addColumn<QJsonValue>("value"); // undefined: left out
    const QJsonValue without(QJsonValue::Undefined);
    QTest::newRow("no name") << u"displayName"_s << without;
    QTest::newRow("long name") << u"displayName"_s << QJsonValue(QString(257, u'x'));
    QTest::newRow("no nickname") << u"mailNickname"_s << without;
    QTest::newRow("blank in nickname") << u"mailNickname"_s << QJsonValue(u"a b"_s);
    QTest::newRow("at in nickname") << u"mailNickname"_s << QJsonValue(u"a@b"_s);
    QTest::newRow("letter beyond ASCII") << u"mailNickname"_s << QJsonValue(u"ä"_s);
    QTest::newRow("long nickname") << u"mailNickname"_s << QJsonValue(QString(65, u'x'));
    QTest::newRow("taken nickname") << u"mailNickname"_s << QJsonValue(u"sales"_s);
    QTest::newRow("no mailEnabled") << u"mailEnabled"_s << without;
    QTest::newRow("mail") << u"mailEnabled"_s << QJsonValue(true);
    QTest::newRow("not security") << u"securityEnabled"_s << QJsonValue(false);
    QTest::newRow("empty description") << u"description"_s << QJsonValue(u""_s);
    QTest::newRow("unknown property") << u"colour"_s << QJsonValue(u"red"_s);
    QTest::newRow("visibility") << u"visibility"_s << QJsonValue(u"Private"_s);
    QTest::newRow("dynamic without rule") << u"groupTypes"_s << QJsonValue(QJsonArray{u"DynamicMembership"_s});
    QTest::newRow("foreign reference") << u"owners@odata.bind"_s
                                       << QJsonValue(QJsonArray{u"https://graph.microsoft.com/v1.0/users/x"_s});
}

void tst_DemoDirectory::refusesGroups()
{
    QFETCH(QString, member);
    QFETCH(QJsonValue, value);
    QJsonObject body{
        {u"displayName"_s, u"G"_s}, {u"mailNickname"_s, u"g"_s}, {u"mailEnabled"_s, false}, {u"securityEnabled"_s, true}};
    QCOMPARE(m_admin->post(u"/groups"_s, body).status, 201);
    if (value.isUndefined())
        body.remove(member);
    else
        body[member] = value;
    const auto before = m_admin->get(u"/groups"_s).value().size();
    const auto answer = m_admin->nonsense("POST", u"/groups"_s, body);
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.code(), u"Request_BadRequest"_s);
    QCOMPARE(m_admin->get(u"/groups"_s).value().size(), before);
}

void tst_DemoDirectory::roleAssignableNeedsMore()
{
    const QJsonObject body{{u"displayName"_s, u"R"_s},
                           {u"mailNickname"_s, u"r"_s},
                           {u"mailEnabled"_s, false},
                           {u"securityEnabled"_s, true},
                           {u"isAssignableToRole"_s, true}};
    DemoClient groupsAdministrator(m_tenant->cloudFile());
    QCOMPARE(groupsAdministrator.signIn(u"valeria.conti@contoso.demo"_s), QString());
    QCOMPARE(groupsAdministrator.post(u"/groups"_s, body).code(), u"Authorization_RequestDenied"_s);
    DemoClient fewScopes(m_tenant->cloudFile());
    QCOMPARE(fewScopes.signIn(u"mira.kovac@contoso.demo"_s, {}, u"Group.ReadWrite.All"_s), QString());
    QCOMPARE(fewScopes.post(u"/groups"_s, body).status, 403);

    const auto group = m_admin->post(u"/groups"_s, body).text("id");
    const auto inner = createGroup(u"Inner"_s);
    QCOMPARE(m_admin->post(u"/groups/%1/members/$ref"_s.arg(group), {{u"@odata.id"_s, reference(inner)}}).status, 400);
    // A Groups Administrator cannot touch it (P10).
    const auto sam = m_admin->get(u"/users/sam.porter@contoso.demo"_s).text("id");
    QCOMPARE(groupsAdministrator.post(u"/groups/%1/members/$ref"_s.arg(group), {{u"@odata.id"_s, reference(sam)}}).status, 403);
    QCOMPARE(groupsAdministrator.post(u"/groups/%1/members/$ref"_s.arg(inner), {{u"@odata.id"_s, reference(sam)}}).status, 204);
    QCOMPARE(groupsAdministrator.remove(u"/groups/"_s + group).status, 403);
    QCOMPARE(m_admin->remove(u"/groups/"_s + group).status, 204);
}

void tst_DemoDirectory::creatorBecomesOwner()
{
    DemoClient sam(m_tenant->cloudFile());
    QCOMPARE(sam.signIn(u"sam.porter@contoso.demo"_s), QString());
    const auto mine = sam.post(u"/groups"_s, {{u"displayName"_s, u"Mine"_s},
                                              {u"mailNickname"_s, u"mine"_s},
                                              {u"mailEnabled"_s, false},
                                              {u"securityEnabled"_s, true}})
                          .text("id");
    const auto samId = sam.get(u"/me"_s).text("id");
    QCOMPARE(texts(sam.get(u"/groups/%1/owners"_s.arg(mine)).value(), "id"), QStringList{samId});
    const auto last = sam.remove(u"/groups/%1/owners/%2/$ref"_s.arg(mine, samId));
    QCOMPARE(last.status, 400);
    QVERIFY(last.message().contains(u"at least one owner"));
    const auto admins = createGroup(u"Admins"_s);
    QCOMPARE(m_admin->get(u"/groups/%1/owners"_s.arg(admins)).value().size(), 0);
    QCOMPARE(sam.remove(u"/groups/"_s + admins).status, 403);
}

void tst_DemoDirectory::members()
{
    const auto group = createGroup(u"Some people"_s);
    const auto ada = m_admin->get(u"/users/ada.lindqvist@contoso.demo"_s).text("id");
    const QJsonObject body{{u"@odata.id"_s, reference(ada)}};
    const auto path = u"/groups/%1/members"_s.arg(group);
    QCOMPARE(m_admin->post(path + u"/$ref"_s, body).status, 204);
    const auto again = m_admin->post(path + u"/$ref"_s, body);
    QCOMPARE(again.status, 400);
    QVERIFY(again.message().contains(u"already exist"));
    const auto listed = m_admin->get(path).first();
    QCOMPARE(listed["id"_L1].toString(), ada);
    QCOMPARE(listed["@odata.type"_L1].toString(), u"#microsoft.graph.user"_s);
    QCOMPARE(m_admin->get(path + u"/microsoft.graph.group"_s).value().size(), 0);
    QCOMPARE(search(path + u"/$count"_s).body, QByteArray("1"));
    QCOMPARE(m_admin->post(u"/users/%1/checkMemberGroups"_s.arg(ada), {{u"groupIds"_s, QJsonArray{group}}}).value(),
             QJsonArray{group});
    const auto gone = u"00000000-1111-2222-3333-444444444444"_s;
    QCOMPARE(m_admin->post(path + u"/$ref"_s, {{u"@odata.id"_s, reference(gone)}}).code(), u"Request_ResourceNotFound"_s);
    QCOMPARE(m_admin->remove(path + u'/' + ada + u"/$ref"_s).status, 204);
    QCOMPARE(m_admin->remove(path + u'/' + ada + u"/$ref"_s).status, 404);
}

void tst_DemoDirectory::groupsThatCannotBeChanged()
{
    const auto ada = m_admin->get(u"/users/ada.lindqvist@contoso.demo"_s).text("id");
    for (const auto &name : {u"All staff"_s, u"Print operators"_s}) {
        const auto group = m_admin->get(u"/groups?$filter=displayName eq '%1'"_s.arg(name)).first()["id"_L1].toString();
        QVERIFY(!group.isEmpty());
        QCOMPARE(m_admin->post(u"/groups/%1/members/$ref"_s.arg(group), {{u"@odata.id"_s, reference(ada)}}).status, 400);
    }
}

void tst_DemoDirectory::nestedMembership()
{
    const auto all = m_admin->get(u"/groups?$filter=displayName eq 'All technicians'"_s).first()["id"_L1].toString();
    QCOMPARE(m_admin->get(u"/groups/%1/members"_s.arg(all)).value().size(), 3);
    QCOMPARE(m_admin->get(u"/groups/%1/transitiveMembers/microsoft.graph.user"_s.arg(all)).value().size(), 18);
    const auto groups = m_admin->get(u"/users/ada.lindqvist@contoso.demo/transitiveMemberOf/microsoft.graph.group"_s);
    QVERIFY(texts(groups.value(), "displayName").contains(u"All technicians"_s));
    const auto direct = m_admin->get(u"/users/ada.lindqvist@contoso.demo/memberOf"_s);
    QVERIFY(!texts(direct.value(), "displayName").contains(u"All technicians"_s));
}

void tst_DemoDirectory::deletesAndRestores()
{
    const auto group = createGroup(u"Short-lived"_s);
    const auto ada = m_admin->get(u"/users/ada.lindqvist@contoso.demo"_s).text("id");
    QCOMPARE(m_admin->post(u"/groups/%1/members/$ref"_s.arg(group), {{u"@odata.id"_s, reference(ada)}}).status, 204);
    const auto ninja = spId(u"NinjaOne"_s);
    QCOMPARE(m_admin
                 ->post(u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(ninja),
                        {{u"principalId"_s, group},
                         {u"resourceId"_s, ninja},
                         {u"appRoleId"_s, u"00000000-0000-0000-0000-000000000000"_s}})
                 .status,
             201);
    QCOMPARE(m_admin->remove(u"/groups/"_s + group).status, 204);
    QCOMPARE(m_admin->get(u"/groups/"_s + group).status, 404);
    QCOMPARE(m_admin->get(u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(ninja)).value().size(), 0);
    QCOMPARE(m_admin->get(u"/directory/deletedItems/"_s + group).status, 200);
    QCOMPARE(m_admin->get(u"/directory/deletedItems/microsoft.graph.group"_s).value().size(), 1);
    QCOMPARE(m_admin->send("POST", u"/directory/deletedItems/%1/microsoft.graph.restore"_s.arg(group)).status, 200);
    QCOMPARE(m_admin->get(u"/groups/%1/members"_s.arg(group)).value().size(), 1);
    QCOMPARE(m_admin->remove(u"/groups/"_s + group).status, 204);
    QCOMPARE(m_admin->remove(u"/directory/deletedItems/"_s + group).status, 204);
    QCOMPARE(m_admin->get(u"/directory/deletedItems/"_s + group).status, 404);
}

void tst_DemoDirectory::applicationsOfAllKinds()
{
    const auto of = [&](const char *name) {
        return m_admin->get(u"/servicePrincipals?$filter=displayName eq '%1'"_s.arg(QLatin1String(name))).first();
    };
    const auto ninja = of("NinjaOne");
    QCOMPARE(ninja["preferredSingleSignOnMode"_L1].toString(), u"saml"_s);
    QVERIFY(!ninja["preferredTokenSigningKeyThumbprint"_L1].toString().isEmpty());
    QCOMPARE(ninja["appRoleAssignmentRequired"_L1].toBool(true), false);
    const auto ends = QDateTime::fromString(ninja["keyCredentials"_L1][0]["endDateTime"_L1].toString(), Qt::ISODate);
    QVERIFY(qAbs(QDateTime::currentDateTimeUtc().daysTo(ends) - 212) <= 1);
    QVERIFY(ninja["appRoles"_L1].toArray().isEmpty());
    QCOMPARE(m_admin->get(u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(ninja["id"_L1].toString())).value().size(), 0);
    QCOMPARE(m_admin->get(u"/servicePrincipals(appId='%1')"_s.arg(ninja["appId"_L1].toString())).text("id"),
             ninja["id"_L1].toString());

    const auto central = of("N-able N-central");
    QVERIFY(central["preferredSingleSignOnMode"_L1].isNull());
    const auto registered = m_admin->get(u"/applications?$filter=appId eq '%1'"_s.arg(central["appId"_L1].toString())).first();
    QCOMPARE(registered["web"_L1]["redirectUris"_L1].toArray().size(), 1);
    QCOMPARE(registered["isFallbackPublicClient"_L1].toBool(true), false);

    const auto kaseya = of("KaseyaOne");
    QCOMPARE(kaseya["appRoles"_L1].toArray().size(), 2);
    const auto standing =
        m_admin->get(u"/servicePrincipals(appId='%1')/appRoleAssignedTo"_s.arg(kaseya["appId"_L1].toString())).value();
    QCOMPARE(texts(standing, "principalType").count(u"User"_s), 3);
    QCOMPARE(texts(standing, "principalType").count(u"Group"_s), 1);

    QCOMPARE(of("Old RMM")["accountEnabled"_L1].toBool(true), false);
    QCOMPARE(of("Legacy Timesheets")["preferredSingleSignOnMode"_L1].toString(), u"notSupported"_s);
    QCOMPARE(of("Office 365 Exchange Online")["appOwnerOrganizationId"_L1].toString(), u"f8cdef31-a31e-4b4a-93e4-5f571e91255a"_s);
    const auto field = m_admin->get(u"/applications?$filter=displayName eq 'Contoso Field App'"_s).first();
    QCOMPARE(field["isFallbackPublicClient"_L1].toBool(), true);
    QCOMPARE(m_admin->get(u"/servicePrincipals/%1/synchronization/jobs"_s.arg(ninja["id"_L1].toString())).value().size(), 0);
}

void tst_DemoDirectory::assignmentRequired()
{
    const auto ninja = spId(u"NinjaOne"_s);
    const auto path = u"/servicePrincipals/"_s + ninja;
    QCOMPARE(m_admin->patch(path, {{u"appRoleAssignmentRequired"_s, true}}).status, 204);
    QCOMPARE(m_admin->get(path).json()["appRoleAssignmentRequired"_L1].toBool(), true);
    QCOMPARE(m_admin->nonsense("PATCH", path, QJsonObject{{u"appRoleAssignmentRequired"_s, u"yes"_s}}).status, 400);
    QCOMPARE(m_admin->patch(path, {{u"appId"_s, u"x"_s}}).status, 400);
    QCOMPARE(
        m_admin->patch(u"/servicePrincipals/"_s + spId(u"Office 365 Exchange Online"_s), {{u"appRoleAssignmentRequired"_s, true}})
            .status,
        403);
    DemoClient sam(m_tenant->cloudFile());
    QCOMPARE(sam.signIn(u"sam.porter@contoso.demo"_s), QString());
    QCOMPARE(sam.patch(path, {{u"appRoleAssignmentRequired"_s, false}}).code(), u"Authorization_RequestDenied"_s);
    QCOMPARE(m_admin->get(path).json()["appRoleAssignmentRequired"_L1].toBool(), true);
}

void tst_DemoDirectory::assigns()
{
    const auto group = createGroup(u"PIM-Ninja"_s);
    const auto ninja = spId(u"NinjaOne"_s);
    const QJsonObject body{
        {u"principalId"_s, group}, {u"resourceId"_s, ninja}, {u"appRoleId"_s, u"00000000-0000-0000-0000-000000000000"_s}};
    const auto path = u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(ninja);
    const auto made = m_admin->post(path, body);
    QCOMPARE(made.status, 201);
    QCOMPARE(made.text("principalType"), u"Group"_s);
    QCOMPARE(made.text("resourceDisplayName"), u"NinjaOne"_s);
    QVERIFY(QUuid(made.text("id")).isNull()); // an opaque id, no GUID
    const auto again = m_admin->post(path, body);
    QCOMPARE(again.status, 400);
    QVERIFY(again.message().startsWith(u"Permission being assigned already exists"));
    QCOMPARE(m_admin->post(u"/groups/%1/appRoleAssignments"_s.arg(group), body).status, 400);
    const auto mine = m_admin->get(u"/groups/%1/appRoleAssignments?$filter=resourceId eq %2"_s.arg(group, ninja));
    QCOMPARE(texts(mine.value(), "id"), QStringList{made.text("id")});
    QCOMPARE(m_admin->get(path + u"?$filter=principalId eq "_s + group).status, 400);
    QCOMPARE(m_admin->remove(path + u'/' + made.text("id")).status, 204);
    QCOMPARE(m_admin->remove(path + u'/' + made.text("id")).status, 404);
    QCOMPARE(m_admin->post(u"/groups/%1/appRoleAssignments"_s.arg(group), body).status, 201);
}

void tst_DemoDirectory::refusesAssignments()
{
    const auto group = createGroup(u"PIM-Kaseya"_s);
    const auto kaseya = spId(u"KaseyaOne"_s);
    const auto ninja = spId(u"NinjaOne"_s);
    const auto path = u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(kaseya);
    const auto with = [&](const QString &principal, const QString &resource, const QString &role) {
        return m_admin->nonsense("POST", path,
                                 QJsonObject{{u"principalId"_s, principal}, {u"resourceId"_s, resource}, {u"appRoleId"_s, role}});
    };
    const auto zeros = u"00000000-0000-0000-0000-000000000000"_s;
    const auto refused = with(group, kaseya, zeros); // it has roles for users, so there is no default one
    QCOMPARE(refused.status, 400);
    QVERIFY(refused.message().startsWith(u"Permission being assigned was not found on application"));
    const auto role = m_admin->get(u"/servicePrincipals/"_s + kaseya).json()["appRoles"_L1][0]["id"_L1].toString();
    QCOMPARE(with(group, ninja, role).status, 400);
    QCOMPARE(with(u"00000000-1111-2222-3333-444444444444"_s, kaseya, role).code(), u"Request_ResourceNotFound"_s);
    QCOMPARE(with(u"nonsense"_s, kaseya, role).status, 400);
    QCOMPARE(with(group, kaseya, role).status, 201);
}

void tst_DemoDirectory::scopesAreChecked()
{
    DemoClient few(m_tenant->cloudFile());
    QCOMPARE(few.signIn(u"mira.kovac@contoso.demo"_s, {}, u"User.Read"_s), QString());
    QCOMPARE(few.get(u"/me"_s).status, 200);
    QCOMPARE(few.get(u"/organization"_s).first()["displayName"_L1].toString(), u"Contoso (demo)"_s);
    for (const auto &path : {u"/users"_s, u"/groups"_s, u"/servicePrincipals"_s, u"/auditLogs/directoryAudits"_s,
                             u"/subscribedSkus"_s, u"/users/sam.porter@contoso.demo"_s}) {
        const auto answer = few.get(path);
        QCOMPARE(answer.status, 403);
        QCOMPARE(answer.code(), u"Authorization_RequestDenied"_s);
    }
    DemoClient sam(m_tenant->cloudFile());
    QCOMPARE(sam.signIn(u"sam.porter@contoso.demo"_s), QString());
    QCOMPARE(sam.get(u"/auditLogs/directoryAudits"_s).status, 403); // the scope is there, the role is not
    const auto put = m_admin->nonsense("PUT", u"/users"_s);
    QCOMPARE(put.status, 405);
    QCOMPARE(put.header("Allow"), QByteArray("GET"));
}

void tst_DemoDirectory::audits()
{
    const auto group = createGroup(u"Watched"_s);
    const auto found = m_admin->get(u"/auditLogs/directoryAudits?$filter=targetResources/any(t:t/id eq '%1') and "
                                    "activityDateTime ge %2&$orderby=activityDateTime desc&$top=10"_s.arg(
                                        group, QDateTime::currentDateTimeUtc().addSecs(-60).toString(Qt::ISODate)));
    QCOMPARE(found.status, 200);
    QCOMPARE(texts(found.value(), "activityDisplayName"), QStringList{u"Add group"_s});
    QCOMPARE(found.first()["initiatedBy"_L1]["user"_L1]["userPrincipalName"_L1].toString(), u"mira.kovac@contoso.demo"_s);
    QCOMPARE(m_admin->get(u"/auditLogs/directoryAudits?$filter=initiatedBy/user/userPrincipalName eq 'x'"_s).value().size(), 0);
    QCOMPARE(m_admin->get(u"/auditLogs/directoryAudits/"_s + found.first()["id"_L1].toString()).status, 200);
}

void tst_DemoDirectory::deletedUserIsGone()
{
    DemoClient emergency(m_tenant->cloudFile());
    QCOMPARE(emergency.consent(u"User.ReadWrite.All"_s).status, 204);
    QCOMPARE(emergency.signIn(u"bg1@contosodemo.onmicrosoft.com"_s, {}, u"User.ReadWrite.All Group.Read.All"_s), QString());
    const auto ada = m_admin->get(u"/users/ada.lindqvist@contoso.demo"_s).text("id");
    QCOMPARE(m_admin->remove(u"/users/"_s + ada).status, 403);
    QCOMPARE(emergency.remove(u"/users/"_s + ada).status, 204);
    QCOMPARE(m_admin->get(u"/users/"_s + ada).status, 404);
    const auto desk = m_admin->get(u"/groups?$filter=displayName eq 'Service Desk'"_s).first()["id"_L1].toString();
    QVERIFY(!texts(m_admin->get(u"/groups/%1/members"_s.arg(desk)).value(), "id").contains(ada));
    const auto known = m_admin->post(u"/directoryObjects/getByIds"_s,
                                     {{u"ids"_s, QJsonArray{ada, desk}}, {u"types"_s, QJsonArray{u"user"_s, u"group"_s}}});
    QCOMPARE(texts(known.value(), "@odata.type"), QStringList{u"#microsoft.graph.group"_s});
}

QTEST_GUILESS_MAIN(tst_DemoDirectory)
#include "tst_DemoDirectory.moc"
