#include "demo/DirectoryBench.h"
#include "demo/PimBench.h"

using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;

namespace {

const QString kSecond = u"valeria.conti@contoso.demo"_s;

} // namespace

/// POST /demo/second-admin: another administrator acts at a chosen request.
class tst_DemoSecondAdmin : public DirectoryBench
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        start();
        m_group = newGroup(*m_admin, u"Watched"_s);
        QVERIFY(!m_group.isEmpty());
    }
    void cleanup() { end(); }

    void actsAfterTheNth();
    void actsAtOnce();
    void countsGraphsRequests();
    void mayDoAnything();
    void isNamedInTheLogs();
    void isNeitherDisturbedNorCounted();
    void listsWhatIsLeft();
    void refuses_data();
    void refuses();

private:
    Answer plan(const QByteArray &acts) const
    {
        return exchange("POST", QUrl(m_tenant->origin() + u"/demo/second-admin"_s), acts,
                        {{"X-Demo-Key", m_tenant->controlKey().toUtf8()}, {"Content-Type", "application/json"}});
    }
    Answer plan(const QJsonArray &acts) const { return plan(QJsonDocument(acts).toJson()); }
    static QJsonObject act(int after, const char *method, const QString &path, const QJsonObject &body = {})
    {
        QJsonObject object{{u"after"_s, after}, {u"method"_s, QLatin1String(method)}, {u"path"_s, path}};
        if (!body.isEmpty())
            object.insert(u"body"_s, body);
        return object;
    }
    QJsonObject describes(int after, const QString &text) const
    {
        return act(after, "PATCH", u"/v1.0/groups/"_s + m_group, {{u"description"_s, text}});
    }
    QString description() const { return m_admin->get(u"/groups/"_s + m_group).text("description"); }
    QJsonArray left() const { return QJsonDocument::fromJson(m_admin->control("GET", u"second-admin"_s).body).array(); }
    QList<QJsonObject> exchanges() const
    {
        QList<QJsonObject> list;
        for (const auto &line : m_admin->control("GET", u"exchanges?api=graph"_s).body.trimmed().split('\n'))
            list.append(QJsonDocument::fromJson(line).object());
        return list;
    }

    QString m_group;
};

void tst_DemoSecondAdmin::actsAfterTheNth()
{
    QCOMPARE(plan({describes(2, u"second"_s)}).status, 204);
    QCOMPARE(description(), QString());
    QCOMPARE(description(), QString()); // he acts when this was answered
    QCOMPARE(description(), u"second"_s);
    const auto all = exchanges();
    const auto &his = all.at(all.size() - 2);
    QCOMPARE(his["actor"_L1].toString(), kSecond);
    QCOMPARE(his["method"_L1].toString(), u"PATCH"_s);
    QCOMPARE(his["path"_L1].toString(), u"/v1.0/groups/"_s + m_group);
    QCOMPARE(his["status"_L1].toInt(), 204);
    QCOMPARE(his["requestBody"_L1]["description"_L1].toString(), u"second"_s);
    QVERIFY(!his.contains("fault"_L1) && !his.contains("raw"_L1));
    QCOMPARE(m_tenant->cloudFile()["accounts"_L1]["secondAdmin"_L1].toString(), kSecond);
}

void tst_DemoSecondAdmin::actsAtOnce()
{
    // In the order of their moments, each seen by the next; a path below /v1.0 will do.
    QCOMPARE(plan({describes(1, u"later"_s), describes(0, u"first"_s),
                   act(0, "PATCH", u"/groups/"_s + m_group, {{u"description"_s, u"then"_s}})})
                 .status,
             204);
    QCOMPARE(description(), u"then"_s);
    QCOMPARE(description(), u"later"_s);
}

/// Whatever reaches Graph counts, refused and disturbed too; a batch is one. The sign-in host and the control plane are not
/// Graph.
void tst_DemoSecondAdmin::countsGraphsRequests()
{
    QCOMPARE(plan({describes(4, u"now"_s)}).status, 204);
    signedIn(upn("sam.porter"));
    QCOMPARE(left().size(), 1);
    QCOMPARE(m_admin->get(u"/groups/"_s + kNobody).status, 404);
    const QJsonObject part{{u"id"_s, u"1"_s}, {u"method"_s, u"GET"_s}, {u"url"_s, u"/me"_s}};
    auto other = part;
    other.insert(u"id"_s, u"2"_s);
    QCOMPARE(m_admin->post(u"/$batch"_s, {{u"requests"_s, QJsonArray{part, other}}}).status, 200);
    QCOMPARE(m_admin->setFaults({QJsonObject{{u"status"_s, 503}}}).status, 204);
    QCOMPARE(m_admin->get(u"/me"_s).status, 503);
    QCOMPARE(left().size(), 1);
    QCOMPARE(exchange("GET", QUrl(m_tenant->origin() + u"/v1.0/me"_s)).status, 401);
    QCOMPARE(left().size(), 0);
    QCOMPARE(description(), u"now"_s);
}

/// Rights of every kind: groups, roles, people, PIM, policies, Conditional Access.
void tst_DemoSecondAdmin::mayDoAnything()
{
    const auto ada = idOf(*m_admin, "ada.lindqvist"), sam = idOf(*m_admin, "sam.porter");
    const auto policy = memberPolicy(*m_admin, m_group);
    auto rule = ruleOf(policy, "Expiration_EndUser_Assignment");
    rule.insert(u"maximumDuration"_s, u"PT1H"_s);
    auto strong = groupBody(u"Strong"_s);
    strong.insert(u"isAssignableToRole"_s, true);
    const QJsonObject wish{{u"accessId"_s, u"member"_s}, {u"action"_s, u"adminAssign"_s},     {u"groupId"_s, m_group},
                           {u"principalId"_s, ada},      {u"scheduleInfo"_s, lasting("P9D")}, {u"justification"_s, u"x"_s}};
    const auto before = exchanges().size();
    QCOMPARE(plan({act(0, "POST", u"/groups"_s, strong), act(0, "POST", kPim + u"eligibilityScheduleRequests"_s, wish),
                   act(0, "PATCH", u"/policies/roleManagementPolicies/"_s + memberPolicy(*m_admin, m_group)["id"_L1].toString(),
                       {{u"rules"_s, QJsonArray{rule}}}),
                   act(0, "POST", u"/identity/conditionalAccess/policies"_s, contextPolicy("c1", "disabled")),
                   act(0, "PATCH", u"/users/"_s + sam, {{u"accountEnabled"_s, false}}), act(0, "DELETE", u"/users/"_s + sam),
                   act(0, "POST", u"/directory/deletedItems/%1/restore"_s.arg(sam)),
                   act(0, "GET", u"/users?$filter=displayName eq 'Sam Porter'"_s), act(0, "DELETE", u"/groups/"_s + m_group)})
                 .status,
             204);
    QList<int> statuses;
    for (const auto &each : exchanges().mid(before)) {
        if (each["actor"_L1].toString() == kSecond)
            statuses.append(each["status"_L1].toInt());
    }
    // The group's policy got new ids when PIM took it over: that id is stale, for him as for anybody.
    QCOMPARE(statuses, (QList<int>{201, 201, 404, 201, 204, 204, 200, 200, 204}));
    QCOMPARE(exchanges().last()["responseBody"_L1], QJsonValue());
}

void tst_DemoSecondAdmin::isNamedInTheLogs()
{
    QCOMPARE(plan({describes(0, u"his"_s)}).status, 204);
    const auto found = m_admin->get(u"/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Update group'&$top=1"_s).first();
    const auto user = found["initiatedBy"_L1]["user"_L1].toObject();
    QCOMPARE(user["userPrincipalName"_L1].toString(), kSecond);
    QCOMPARE(user["displayName"_L1].toString(), u"Valeria Conti"_s);
    // He acts as administrator: what he makes is not his own.
    QCOMPARE(plan({act(0, "POST", u"/groups"_s, groupBody(u"Made"_s))}).status, 204);
    QCOMPARE(m_admin->get(u"/groups/%1/owners"_s.arg(groupId("Made"))).value().size(), 0);
}

/// Faults and limits are the client's, and what he sends is no request that anybody waits for.
void tst_DemoSecondAdmin::isNeitherDisturbedNorCounted()
{
    QCOMPARE(plan({describes(1, u"one"_s), describes(1, u"two"_s), describes(2, u"three"_s)}).status, 204);
    QCOMPARE(m_admin->setFaults({QJsonObject{{u"match"_s, QJsonObject{{u"method"_s, u"PATCH"_s}}}, {u"status"_s, 500}}}).status,
             204);
    QCOMPARE(description(), QString());
    QCOMPARE(description(), u"two"_s);
    QCOMPARE(description(), u"three"_s);
    QCOMPARE(QJsonDocument::fromJson(m_admin->control("GET", u"faults"_s).body).array().size(), 1);
}

void tst_DemoSecondAdmin::listsWhatIsLeft()
{
    QCOMPARE(left(), QJsonArray());
    const QJsonArray acts{describes(1, u"one"_s), describes(3, u"three"_s)};
    QCOMPARE(plan(acts).status, 204);
    QCOMPARE(left(), acts);
    description();
    QCOMPARE(left(), QJsonArray{acts.at(1)});
    QCOMPARE(plan({describes(1, u"anew"_s)}).status, 204); // another list, another count
    QCOMPARE(description(), u"one"_s);
    QCOMPARE(description(), u"anew"_s);
    QCOMPARE(left(), QJsonArray());
    QCOMPARE(plan(acts).status, 204);
    QCOMPARE(m_admin->control("POST", u"reset"_s).status, 204);
    QCOMPARE(left(), QJsonArray());
}

void tst_DemoSecondAdmin::refuses_data()
{
    QTest::addColumn<QByteArray>("acts");
    const auto row = [](const char *name, const char *acts) { QTest::newRow(name) << QByteArray(acts); };
    row("no list", R"({"after":1,"method":"GET","path":"/me"})");
    row("no JSON", "after 2");
    row("no object", R"([7])");
    row("no count", R"([{"method":"GET","path":"/me"}])");
    row("half a request", R"([{"after":1.5,"method":"GET","path":"/me"}])");
    row("before now", R"([{"after":-1,"method":"GET","path":"/me"}])");
    row("no method", R"([{"after":1,"path":"/me"}])");
    row("another method", R"([{"after":1,"method":"BREW","path":"/me"}])");
    row("no path", R"([{"after":1,"method":"GET"}])");
    row("a whole address", R"([{"after":1,"method":"GET","path":"https://graph.microsoft.com/v1.0/me"}])");
    row("a batch", R"([{"after":1,"method":"POST","path":"/v1.0/$batch","body":{}}])");
    row("a body that is a text", R"([{"after":1,"method":"POST","path":"/groups","body":"x"}])");
    row("more", R"([{"after":1,"method":"GET","path":"/me","times":2}])");
    row("one of two", R"([{"after":0,"method":"GET","path":"/me"},{"after":1}])");
}

void tst_DemoSecondAdmin::refuses()
{
    QFETCH(QByteArray, acts);
    QCOMPARE(plan({describes(1, u"stays"_s)}).status, 204);
    const auto refused = plan(acts);
    QCOMPARE(refused.status, 400);
    QVERIFY2(refused.message().endsWith(u'.'), refused.body.constData());
    QCOMPARE(left(), QJsonArray{describes(1, u"stays"_s)});
}

QTEST_GUILESS_MAIN(tst_DemoSecondAdmin)
#include "tst_DemoSecondAdmin.moc"
