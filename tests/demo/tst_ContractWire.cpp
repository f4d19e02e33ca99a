#include "demo/DemoPeople.h"
#include "demo/DemoTenant.h"

#include <QRegularExpression>
#include <QTest>

#include <memory>

using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;
using pimgate::demo::DemoTenant;

using Headers = QList<std::pair<QByteArray, QByteArray>>;

/// Contract 1 and 1.1 to 1.5: the wire conventions and $batch, every expectation from the contract's text.
class tst_ContractWire : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();

    void headersOfAnAnswer();
    void errorEnvelope();
    void refuses_data();
    void refuses();
    void sameThing_data();
    void sameThing();
    void createdAndChanged();
    void boundActionByBothNames();
    void pages();
    void pageTokens_data();
    void pageTokens();
    void pagesStayWhileRowsChange();
    void emptyPageOnDemand();
    void refusesBatches_data();
    void refusesBatches();
    void batchParts_data();
    void batchParts();
    void batchOrderAndDependencies();
    void batchTroublePerPart();

private:
    QMap<QString, QJsonObject> batch(const QJsonArray &parts);

    std::unique_ptr<DemoTenant> m_tenant;
    std::unique_ptr<DemoClient> m_admin;
};

void tst_ContractWire::initTestCase()
{
    auto tenant = DemoTenant::start({});
    QVERIFY(tenant);
    m_tenant = std::move(*tenant);
    m_admin = std::make_unique<DemoClient>(m_tenant->cloudFile());
    QCOMPARE(m_admin->signIn(u"bg1@contosodemo.onmicrosoft.com"_s), QString());
}

void tst_ContractWire::cleanupTestCase()
{
    m_admin.reset();
    m_tenant.reset();
}

// ------------------------------------------------------------------------------------------------------------- 1, 1.1

void tst_ContractWire::headersOfAnAnswer()
{
    static const QRegularExpression guid(u"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"_s);
    const auto answer =
        m_admin->send("GET", u"/me?$select=id"_s, {},
                      {{"client-request-id", "7f0b2a3c-0000-4000-8000-000000000001"}, {"return-client-request-id", "true"}});
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.header("Content-Type").startsWith("application/json"));
    QVERIFY(guid.match(QString::fromLatin1(answer.header("request-id"))).hasMatch());
    QCOMPARE(answer.header("client-request-id"), QByteArray("7f0b2a3c-0000-4000-8000-000000000001"));
    QVERIFY(answer.header("Date").endsWith(" GMT"));
    const auto diagnostic = QJsonDocument::fromJson(answer.header("x-ms-ags-diagnostic")).object();
    QVERIFY(!diagnostic["ServerInfo"_L1]["DataCenter"_L1].toString().isEmpty());
    QVERIFY(answer.text("@odata.context").endsWith(u"/v1.0/$metadata#users(id)/$entity"_s));
}

void tst_ContractWire::errorEnvelope()
{
    const auto unknown = u"11111111-2222-3333-4444-555555555555"_s;
    const auto answer = m_admin->send("GET", u"/groups/"_s + unknown, {}, {{"client-request-id", "abc-1"}});
    QCOMPARE(answer.status, 404);
    QCOMPARE(answer.code(), u"Request_ResourceNotFound"_s);
    QCOMPARE(answer.message(), u"Resource '%1' does not exist or one of its queried reference-property objects are not "
                               "present."_s.arg(unknown));
    const auto inner = answer.json()["error"_L1]["innerError"_L1];
    static const QRegularExpression noZone(u"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d$"_s);
    QVERIFY(noZone.match(inner["date"_L1].toString()).hasMatch());
    QCOMPARE(inner["request-id"_L1].toString().toLatin1(), answer.header("request-id"));
    QCOMPARE(inner["client-request-id"_L1].toString(), u"abc-1"_s);
}

void tst_ContractWire::refuses_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<Headers>("headers");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    const Headers json{{"Content-Type", "application/json"}};
    const QByteArray get("GET"), post("POST");
    QTest::newRow("contract 1.1: 404 of an object")
        << get << u"/v1.0/users/nobody@contoso.demo"_s << Headers() << QByteArray() << 404 << u"Request_ResourceNotFound"_s;
    QTest::newRow("contract 1.1: 405") << QByteArray("PUT") << u"/v1.0/groups"_s << json << QByteArray("{}") << 405
                                       << u"Request_BadRequest"_s;
    QTest::newRow("an unknown segment") << get << u"/v1.0/gruops"_s << Headers() << QByteArray() << 400 << u"BadRequest"_s;
    QTest::newRow("beta is not served") << get << u"/beta/me"_s << Headers() << QByteArray() << 404 << u"ResourceNotFound"_s;
    QTest::newRow("an answer in XML") << get << u"/v1.0/me"_s << Headers{{"Accept", "application/xml"}} << QByteArray() << 406
                                      << u"NotAcceptable"_s;
    QTest::newRow("contract 1: JSON only") << post << u"/v1.0/groups"_s << Headers{{"Content-Type", "text/xml"}}
                                           << QByteArray("<g/>") << 415 << u"UnsupportedMediaType"_s;
    QTest::newRow("contract 1.1: malformed JSON")
        << post << u"/v1.0/groups"_s << json << QByteArray("{\"displayName\":") << 400 << u"BadRequest"_s;
    QTest::newRow("a list is no entity") << post << u"/v1.0/groups"_s << json << QByteArray("[]") << 400 << u"BadRequest"_s;
    QTest::newRow("contract 1.2: a token that is none") << get << u"/v1.0/me"_s << Headers{{"Authorization", "Bearer x"}}
                                                        << QByteArray() << 401 << u"InvalidAuthenticationToken"_s;
}

void tst_ContractWire::refuses()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, path);
    QFETCH(Headers, headers);
    QFETCH(QByteArray, body);
    const auto answer = m_admin->raw(method, path, body, headers);
    QTEST(answer.status, "status");
    QTEST(answer.code(), "code");
    if (answer.status == 405)
        QVERIFY(!answer.header("Allow").isEmpty());
}

void tst_ContractWire::sameThing_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("name");
    const auto tom = u"Tom Okafor (Northwind IT)"_s;
    QTest::newRow("contract 3: a guest's name, # encoded")
        << u"/users/tom.okafor_northwind-it.com%23EXT%23@contosodemo.onmicrosoft.com"_s << tom;
    QTest::newRow("the key in parentheses") << u"/users('ada.lindqvist@contoso.demo')"_s << u"Ada Lindqvist"_s;
    QTest::newRow("names compare without case") << u"/USERS/ADA.LINDQVIST@contoso.demo"_s << u"Ada Lindqvist"_s;
    QTest::newRow("a slash at the end") << u"/me/"_s << u"Break glass 1"_s;
    QTest::newRow("GUIDs compare without case")
        << u"/users/"_s + m_admin->get(u"/me"_s).text("id").toUpper() << u"Break glass 1"_s;
}

void tst_ContractWire::sameThing()
{
    QFETCH(QString, path);
    const auto answer = m_admin->nonsense("GET", path);
    QCOMPARE(answer.status, 200);
    QTEST(answer.text("displayName"), "name");
}

void tst_ContractWire::createdAndChanged()
{
    const QJsonObject body{
        {u"displayName"_s, u"Wire"_s}, {u"mailNickname"_s, u"wire"_s}, {u"mailEnabled"_s, false}, {u"securityEnabled"_s, true}};
    const auto created = m_admin->post(u"/groups"_s, body);
    QCOMPARE(created.status, 201);
    const auto path = u"/groups/"_s + created.text("id");
    QVERIFY(created.header("Location").endsWith(path.toLatin1()));
    const auto silent = m_admin->patch(path, {{u"description"_s, u"one"_s}});
    QCOMPARE(silent.status, 204);
    QVERIFY(silent.body.isEmpty());
    const auto shown =
        m_admin->send("PATCH", path, QJsonObject{{u"description"_s, u"two"_s}}, {{"Prefer", "return=representation"}});
    QCOMPARE(shown.status, 200);
    QCOMPARE(shown.header("Preference-Applied"), QByteArray("return=representation"));
    QCOMPARE(shown.text("description"), u"two"_s);
    QCOMPARE(m_admin
                 ->send("PATCH", u"/groups/11111111-2222-3333-4444-555555555555"_s, QJsonObject{{u"description"_s, u"x"_s}},
                        {{"Prefer", "return=representation"}})
                 .status,
             404);
}

void tst_ContractWire::boundActionByBothNames()
{
    for (const auto &action : {u"restore"_s, u"microsoft.graph.restore"_s}) {
        const auto group = newGroup(*m_admin, u"Alias%1"_s.arg(action.size()));
        QCOMPARE(m_admin->remove(u"/groups/"_s + group).status, 204);
        const auto restored = m_admin->send("POST", u"/directory/deletedItems/%1/%2"_s.arg(group, action));
        QCOMPARE(restored.status, 200);
        QCOMPARE(restored.text("id"), group);
    }
}

// ---------------------------------------------------------------------------------------------------------------- 1.3

void tst_ContractWire::pages()
{
    QStringList names;
    auto answer = m_admin->get(u"/users?$select=displayName&$top=9"_s);
    for (int page = 0; page < 10; ++page) {
        QCOMPARE(answer.status, 200);
        for (const auto &row : answer.value())
            names << row["displayName"_L1].toString();
        const auto next = answer.text("@odata.nextLink");
        if (next.isEmpty())
            break;
        QCOMPARE(answer.value().size(), 9);
        QVERIFY(next.startsWith(m_admin->member("graph") + u"/v1.0/users?"_s) && next.contains(u"$skiptoken="_s));
        answer = m_admin->get(next.mid((m_admin->member("graph") + u"/v1.0"_s).size()));
    }
    QCOMPARE(names.size(), 40); // the people of the demo tenant
    names.removeDuplicates();
    QCOMPARE(names.size(), 40);
}

void tst_ContractWire::pageTokens_data()
{
    QTest::addColumn<QString>("change");
    QTest::newRow("contract 1.2: not a token") << u"not a token"_s;
    QTest::newRow("contract 1.2: cut short") << u"cut short"_s;
    QTest::newRow("contract 1.2: one letter changed") << u"one letter"_s;
    QTest::newRow("of another collection") << u"another collection"_s;
    QTest::newRow("of another query") << u"another query"_s;
    QTest::newRow("contract 1.2: too old") << u"too old"_s;
}

void tst_ContractWire::pageTokens()
{
    QFETCH(QString, change);
    const auto next = m_admin->get(u"/users?$top=5&$select=id"_s).text("@odata.nextLink");
    auto token = next.section(u"$skiptoken="_s, 1).section(u'&', 0, 0);
    QVERIFY(token.size() > 20);
    QCOMPARE(m_admin->get(u"/users?$top=5&$select=id&$skiptoken="_s + token).status, 200);
    auto path = u"/users?$top=5&$select=id&$skiptoken="_s;
    if (change == u"not a token")
        token = u"abc"_s;
    else if (change == u"cut short")
        token.chop(4);
    else if (change == u"one letter")
        token[token.size() / 2] = token.at(token.size() / 2) == u'A' ? u'B' : u'A';
    else if (change == u"another collection")
        path = u"/groups?$top=5&$select=id&$skiptoken="_s;
    else if (change == u"another query")
        path = u"/users?$top=5&$select=id&$filter=accountEnabled eq true&$skiptoken="_s;
    else
        QCOMPARE(m_admin->advance(u"PT61M"_s).status, 200);
    if (change == u"too old") // so is the access token
        QCOMPARE(m_admin->signIn(u"bg1@contosodemo.onmicrosoft.com"_s), QString());
    const auto answer = m_admin->get(path + token);
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.code(), u"Directory_ExpiredPageToken"_s);
}

void tst_ContractWire::pagesStayWhileRowsChange()
{
    for (const auto &order : {QString(), u"&$orderby=displayName"_s}) {
        const auto all = m_admin->get(u"/groups?$top=999&$select=id,displayName"_s + order).value();
        auto answer = m_admin->get(u"/groups?$top=4&$select=id,displayName"_s + order);
        QStringList seen;
        for (const auto &row : answer.value())
            seen << row["id"_L1].toString();
        // The last row of the page goes, and one comes that belongs before it.
        QCOMPARE(m_admin->remove(u"/groups/"_s + seen.last()).status, 204);
        newGroup(*m_admin, u"AAA first of all"_s + QString::number(order.size()));
        for (auto next = answer.text("@odata.nextLink"); !next.isEmpty(); next = answer.text("@odata.nextLink")) {
            answer = m_admin->get(next.mid((m_admin->member("graph") + u"/v1.0"_s).size()));
            QCOMPARE(answer.status, 200);
            for (const auto &row : answer.value())
                seen << row["id"_L1].toString();
        }
        auto unique = seen;
        unique.removeDuplicates();
        QCOMPARE(unique.size(), seen.size());
        for (const auto &row : all)
            QVERIFY(seen.contains(row["id"_L1].toString()));
    }
}

void tst_ContractWire::emptyPageOnDemand()
{
    const QJsonArray faults{
        QJsonObject{{u"match"_s, QJsonObject{{u"path"_s, u"/v1.0/groups"_s}}}, {u"emptyPage"_s, true}, {u"times"_s, 1}}};
    QCOMPARE(m_admin->setFaults(faults).status, 204);
    const auto empty = m_admin->get(u"/groups?$top=999"_s);
    QCOMPARE(empty.status, 200);
    QVERIFY(empty.value().isEmpty());
    const auto next = empty.text("@odata.nextLink");
    QVERIFY(!next.isEmpty());
    QVERIFY(!m_admin->get(next.mid((m_admin->member("graph") + u"/v1.0"_s).size())).value().isEmpty());
}

// ---------------------------------------------------------------------------------------------------------------- 1.5

namespace {

QJsonObject part(const QString &id, const QString &url, const QJsonArray &dependsOn = {})
{
    QJsonObject object{{u"id"_s, id}, {u"method"_s, u"GET"_s}, {u"url"_s, url}};
    if (!dependsOn.isEmpty())
        object.insert(u"dependsOn"_s, dependsOn);
    return object;
}

QJsonObject change(const QString &id, const QString &method, const QString &url, const QJsonObject &body,
                   const QJsonArray &dependsOn = {})
{
    auto object = part(id, url, dependsOn);
    object.insert(u"method"_s, method);
    object.insert(u"headers"_s, QJsonObject{{u"Content-Type"_s, u"application/json"_s}});
    object.insert(u"body"_s, body);
    return object;
}

QJsonObject groupBody(const QString &name)
{
    return {{u"displayName"_s, name}, {u"mailNickname"_s, name}, {u"mailEnabled"_s, false}, {u"securityEnabled"_s, true}};
}

} // namespace

QMap<QString, QJsonObject> tst_ContractWire::batch(const QJsonArray &parts)
{
    QMap<QString, QJsonObject> by;
    const auto answer = m_admin->post(u"/$batch"_s, {{u"requests"_s, parts}});
    if (answer.status != 200)
        qWarning("%d %s", answer.status, answer.body.constData());
    for (const auto &response : answer.json()["responses"_L1].toArray())
        by.insert(response["id"_L1].toString(), response.toObject());
    return by;
}

void tst_ContractWire::refusesBatches_data()
{
    QTest::addColumn<QJsonArray>("parts");
    QJsonArray many;
    for (int n = 0; n < 21; ++n)
        many.append(part(QString::number(n), u"/me"_s));
    auto twin = change(u"A"_s, u"POST"_s, u"/groups"_s, groupBody(u"twin"_s));
    auto untyped = change(u"1"_s, u"POST"_s, u"/groups"_s, groupBody(u"untyped"_s));
    untyped.remove(u"headers"_s);
    auto strange = part(u"1"_s, u"/me"_s);
    strange[u"method"_s] = u"BREW"_s;
    QTest::newRow("contract 1.5: more than 20") << many;
    QTest::newRow("none at all") << QJsonArray();
    QTest::newRow("contract 1.5: ids differ without case") << QJsonArray{part(u"a"_s, u"/me"_s), twin};
    QTest::newRow("without an id") << QJsonArray{part({}, u"/me"_s)};
    QTest::newRow("without a url") << QJsonArray{part(u"1"_s, {})};
    QTest::newRow("an unknown method") << QJsonArray{strange};
    QTest::newRow("contract 1.5: a body without Content-Type") << QJsonArray{untyped};
    QTest::newRow("contract 1.5: dependsOn names nobody")
        << QJsonArray{part(u"1"_s, u"/me"_s, {u"7"_s}), change(u"2"_s, u"POST"_s, u"/groups"_s, groupBody(u"nobody"_s))};
    QTest::newRow("a cycle") << QJsonArray{change(u"1"_s, u"POST"_s, u"/groups"_s, groupBody(u"cycle"_s)),
                                           part(u"2"_s, u"/me"_s, {u"3"_s}), part(u"3"_s, u"/me"_s, {u"2"_s})};
    QTest::newRow("depends on itself") << QJsonArray{part(u"1"_s, u"/me"_s, {u"1"_s})};
}

void tst_ContractWire::refusesBatches()
{
    QFETCH(QJsonArray, parts);
    const auto before = m_admin->control("GET", u"state?times=0"_s).body;
    const auto answer = m_admin->nonsense("POST", u"/$batch"_s, QJsonObject{{u"requests"_s, parts}});
    QCOMPARE(answer.status, 400);
    QVERIFY(!answer.json().contains("responses"_L1));
    QCOMPARE(m_admin->control("GET", u"state?times=0"_s).body, before); // the whole batch: nothing of it was done
}

void tst_ContractWire::batchParts_data()
{
    QTest::addColumn<QJsonObject>("asked");
    QTest::addColumn<int>("status");
    QTest::newRow("relative") << part(u"p"_s, u"/me?$select=id"_s) << 200;
    QTest::newRow("relative without a slash") << part(u"p"_s, u"me"_s) << 200;
    QTest::newRow("not absolute") << part(u"p"_s, u"https://graph.microsoft.com/v1.0/me"_s) << 400;
    QTest::newRow("the version is in front already") << part(u"p"_s, u"/v1.0/me"_s) << 400;
    QTest::newRow("an absolute address in the query is one") << part(u"p"_s, u"/me?x=https://a.example"_s) << 200;
    QTest::newRow("no batch in a batch") << change(u"p"_s, u"POST"_s, u"/$batch"_s,
                                                   {{u"requests"_s, QJsonArray{part(u"1"_s, u"/me"_s)}}})
                                         << 400;
    QTest::newRow("not found") << part(u"p"_s, u"/users/nobody"_s) << 404;
    QTest::newRow("created") << change(u"p"_s, u"POST"_s, u"/groups"_s, groupBody(u"inBatch"_s)) << 201;
    QTest::newRow("no content") << change(u"p"_s, u"PATCH"_s, u"/groups/"_s + newGroup(*m_admin, u"Patched in a batch"_s),
                                          {{u"description"_s, u"x"_s}})
                                << 204;
}

void tst_ContractWire::batchParts()
{
    QFETCH(QJsonObject, asked);
    m_admin->sendsNonsense = asked["url"_L1].toString().contains(u"v1.0"); // no such path is described
    const auto answer = batch({asked}).value(u"p"_s);
    m_admin->sendsNonsense = false;
    QTEST(answer["status"_L1].toInt(), "status");
    const int status = answer["status"_L1].toInt();
    QCOMPARE(answer.contains("body"_L1), status != 204);
    if (status >= 400)
        QVERIFY(!answer["body"_L1]["error"_L1]["innerError"_L1]["request-id"_L1].toString().isEmpty());
}

void tst_ContractWire::batchOrderAndDependencies()
{
    // 3 stands first and waits for 1; 4 fails for 2, 5 for 4.
    const auto by = batch({part(u"3"_s, u"/groups?$filter=displayName eq 'ordered'&$select=id"_s, {u"1"_s}),
                           change(u"1"_s, u"POST"_s, u"/groups"_s, groupBody(u"ordered"_s)), part(u"2"_s, u"/users/nobody"_s),
                           part(u"4"_s, u"/me"_s, {u"1"_s, u"2"_s}), part(u"5"_s, u"/me"_s, {u"4"_s})});
    QCOMPARE(by.size(), 5);
    QCOMPARE(by[u"1"_s]["status"_L1].toInt(), 201);
    QCOMPARE(by[u"2"_s]["status"_L1].toInt(), 404);
    QCOMPARE(by[u"3"_s]["body"_L1]["value"_L1].toArray().size(), 1);
    QCOMPARE(by[u"4"_s]["status"_L1].toInt(), 424);
    QCOMPARE(by[u"5"_s]["status"_L1].toInt(), 424);
}

void tst_ContractWire::batchTroublePerPart()
{
    const QJsonArray faults{
        QJsonObject{{u"match"_s, QJsonObject{{u"path"_s, u"/v1.0/organization"_s}}}, {u"status"_s, 429}, {u"retryAfter"_s, 7}},
        QJsonObject{
            {u"match"_s, QJsonObject{{u"path"_s, u"/v1.0/groups"_s}}},
            {u"status"_s, 401},
            {u"claims"_s, QJsonObject{{u"access_token"_s, QJsonObject{{u"nbf"_s, QJsonObject{{u"essential"_s, true}}}}}}}}};
    QCOMPARE(m_admin->setFaults(faults).status, 204);
    const auto by = batch(
        {part(u"a"_s, u"/me"_s), part(u"b"_s, u"/organization"_s), part(u"c"_s, u"/groups"_s), part(u"d"_s, u"/organization"_s)});
    QCOMPARE(by[u"a"_s]["status"_L1].toInt(), 200);
    QCOMPARE(by[u"b"_s]["status"_L1].toInt(), 429);
    QCOMPARE(by[u"b"_s]["headers"_L1]["Retry-After"_L1].toString(), u"7"_s);
    QCOMPARE(by[u"b"_s]["body"_L1]["error"_L1]["code"_L1].toString(), u"TooManyRequests"_s);
    QCOMPARE(by[u"c"_s]["status"_L1].toInt(), 401);
    QVERIFY(by[u"c"_s]["headers"_L1]["WWW-Authenticate"_L1].toString().contains(u"error=\"insufficient_claims\", claims=\""_s));
    QCOMPARE(by[u"d"_s]["status"_L1].toInt(), 200); // the fault was for one
}

QTEST_GUILESS_MAIN(tst_ContractWire)
#include "tst_ContractWire.moc"
