#include "demo/DemoClient.h"
#include "demo/DemoTenant.h"

#include <QElapsedTimer>
#include <QTcpSocket>
#include <QTest>

#include <memory>

using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;
using pimgate::demo::DemoTenant;

/// What tests do to the tenant from outside, and the wire itself.
class tst_DemoControl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { start({}); }
    void cleanup();

    void needsTheKey();
    void stateIsStable();
    void stateDependsOnWritesOnly();
    void otherSeedOtherIds();
    void reset();
    void exchangesAreWithoutSecrets();
    void clockAdvances();
    void clockRunsFaster();
    void faultsByStatus();
    void faultsSkipAndTimes();
    void faultDrops();
    void faultDelays();
    void faultGarbage();
    void faultHidesWhatChanged();
    void faultChallenges();
    void refusesFaults();
    void batch();
    void faultsInsideBatch();
    void refusesBatches();
    void latencyBlocksNobody();
    void moreUsersAndApplications();
    void rawRequests_data();
    void rawRequests();
    void pipelinedInOrder();
    void chunkedBody();
    void stopsWhileBusy();

private:
    void start(const DemoTenant::Options &options);
    Answer faults(const QJsonArray &list) const;
    Answer call(const QByteArray &method, const QString &path, const QByteArray &body = {}) const;
    QByteArray raw(const QByteArray &sent) const;
    QJsonObject group(const QString &name) const;

    std::unique_ptr<DemoTenant> m_tenant;
    std::unique_ptr<DemoClient> m_admin;
};

void tst_DemoControl::start(const DemoTenant::Options &options)
{
    m_admin.reset();
    m_tenant.reset();
    auto tenant = DemoTenant::start(options);
    QVERIFY2(tenant, qPrintable(tenant ? QString() : tenant.error().text()));
    m_tenant = std::move(*tenant);
    m_admin = std::make_unique<DemoClient>(m_tenant->cloudFile());
    QCOMPARE(m_admin->signIn(u"mira.kovac@contoso.demo"_s), QString());
}

void tst_DemoControl::cleanup()
{
    m_admin.reset();
    m_tenant.reset();
}

Answer tst_DemoControl::call(const QByteArray &method, const QString &path, const QByteArray &body) const
{
    return exchange(method, QUrl(m_tenant->origin() + u"/demo/"_s + path), body,
                    {{"X-Demo-Key", m_tenant->controlKey().toUtf8()}, {"Content-Type", "application/json"}});
}

Answer tst_DemoControl::faults(const QJsonArray &list) const
{
    return call("POST", u"faults"_s, QJsonDocument(list).toJson());
}

QJsonObject tst_DemoControl::group(const QString &name) const
{
    return {{u"displayName"_s, name}, {u"mailNickname"_s, name}, {u"mailEnabled"_s, false}, {u"securityEnabled"_s, true}};
}

void tst_DemoControl::needsTheKey()
{
    const QUrl state(m_tenant->origin() + u"/demo/state"_s);
    QCOMPARE(exchange("GET", state).status, 403);
    QCOMPARE(exchange("GET", state, {}, {{"X-Demo-Key", "guess"}}).status, 403);
    QCOMPARE(exchange("GET", state, {}, {{"X-Demo-Key", m_tenant->controlKey().toUtf8()}}).status, 200);
    QCOMPARE(call("GET", u"nothing"_s).status, 404);
}

void tst_DemoControl::stateIsStable()
{
    const auto first = call("GET", u"state"_s).body;
    QCOMPARE(call("GET", u"state"_s).body, first);
    QCOMPARE(m_admin->get(u"/groups"_s).status, 200);
    QCOMPARE(call("GET", u"state"_s).body, first); // a read changes nothing
    QVERIFY(first.contains("createdDateTime"));
    QVERIFY(!call("GET", u"state?times=0"_s).body.contains("DateTime"));
}

void tst_DemoControl::stateDependsOnWritesOnly()
{
    const auto write = [&](const QStringList &names, bool failures) {
        for (const auto &name : names) {
            if (failures) {
                QCOMPARE(m_admin->post(u"/groups"_s, {{u"displayName"_s, name}}).status, 400);
                QCOMPARE(m_admin->advance(u"PT5M"_s).status, 200);
            }
            QCOMPARE(m_admin->post(u"/groups"_s, group(name)).status, 201);
        }
    };
    write({u"one"_s, u"two"_s}, false);
    const auto expected = call("GET", u"state?times=0"_s).body;
    start({});
    write({u"two"_s, u"one"_s}, true);
    QCOMPARE(call("GET", u"state?times=0"_s).body, expected);
    QCOMPARE(m_admin->post(u"/groups"_s, group(u"three"_s)).status, 201);
    QVERIFY(call("GET", u"state?times=0"_s).body != expected);
}

void tst_DemoControl::otherSeedOtherIds()
{
    const auto one = m_tenant->cloudFile()["tenant"_L1].toString();
    DemoTenant::Options options;
    options.seed = 2;
    start(options);
    QVERIFY(m_tenant->cloudFile()["tenant"_L1].toString() != one);
}

void tst_DemoControl::reset()
{
    const auto before = call("GET", u"state?times=0"_s).body;
    QCOMPARE(m_admin->post(u"/groups"_s, group(u"g"_s)).status, 201);
    QCOMPARE(faults({QJsonObject{{u"status"_s, 500}}}).status, 204);
    QCOMPARE(call("POST", u"reset"_s).status, 204);
    QCOMPARE(call("GET", u"state?times=0"_s).body, before);
    QCOMPARE(QJsonDocument::fromJson(call("GET", u"faults"_s).body).array().size(), 0);
    QVERIFY(!call("GET", u"exchanges"_s).body.contains("/v1.0/groups"));
    QCOMPARE(m_admin->get(u"/me"_s).status, 200); // the token is as good as before
}

void tst_DemoControl::exchangesAreWithoutSecrets()
{
    QCOMPARE(m_admin->post(u"/groups"_s, group(u"g"_s)).status, 201);
    const auto all = call("GET", u"exchanges"_s).body;
    QVERIFY(!all.contains("eyJhbGciOi")); // how a token starts
    QVERIFY(!all.contains("code_verifier=0"));
    QVERIFY(!all.contains(m_tenant->controlKey().toUtf8()));
    static const QRegularExpression code(u"[?&]code=[^*]"_s);
    QVERIFY(!code.match(QString::fromUtf8(all)).hasMatch());
    const auto lines = call("GET", u"exchanges?api=graph"_s).body.trimmed().split('\n');
    QCOMPARE(lines.size(), 1);
    const auto line = QJsonDocument::fromJson(lines.first()).object();
    QCOMPARE(line["method"_L1].toString(), u"POST"_s);
    QCOMPARE(line["path"_L1].toString(), u"/v1.0/groups"_s);
    QCOMPARE(line["status"_L1].toInt(), 201);
    QCOMPARE(line["actor"_L1].toString(), u"mira.kovac@contoso.demo"_s);
    QCOMPARE(line["requestBody"_L1]["displayName"_L1].toString(), u"g"_s);
    QCOMPARE(line["responseBody"_L1]["displayName"_L1].toString(), u"g"_s);
    QVERIFY(line["responseHeaders"_L1].toObject().contains(u"request-id"_s));
    QVERIFY(!line.contains(u"fault"_s));
    const auto logins = call("GET", u"exchanges?api=login"_s).body.trimmed().split('\n');
    QCOMPARE(logins.size(), 2); // authorize and token
}

void tst_DemoControl::clockAdvances()
{
    const auto hour = [&] {
        const auto text = QString::fromLatin1(m_admin->get(u"/me"_s).header("Date"));
        return QLocale::c().toDateTime(text.chopped(4), u"ddd, dd MMM yyyy HH:mm:ss"_s);
    };
    const auto before = hour();
    QVERIFY(before.isValid());
    QCOMPARE(m_admin->advance(u"PT30M"_s).status, 200);
    const auto moved = before.secsTo(hour());
    QVERIFY2(moved >= 1800 && moved < 1830, qPrintable(QString::number(moved)));
    QCOMPARE(m_admin->advance(u"P1M"_s).status, 400);
}

void tst_DemoControl::clockRunsFaster()
{
    DemoTenant::Options options;
    options.timeScale = 1000;
    start(options);
    QCOMPARE(m_tenant->cloudFile()["timeScale"_L1].toDouble(), 1000.0);
    const auto created = m_admin->post(u"/groups"_s, group(u"a"_s)).text("createdDateTime");
    QTRY_VERIFY(QDateTime::fromString(created, Qt::ISODate)
                    .secsTo(QDateTime::fromString(m_admin->post(u"/groups"_s, group(u"b"_s)).text("createdDateTime"),
                                                  Qt::ISODate)) >= 60);
}

void tst_DemoControl::faultsByStatus()
{
    QCOMPARE(faults({QJsonObject{{u"match"_s, QJsonObject{{u"method"_s, u"POST"_s}, {u"path"_s, u"^/v1\\.0/groups$"_s}}},
                                 {u"status"_s, 429},
                                 {u"retryAfter"_s, 7}}})
                 .status,
             204);
    QCOMPARE(m_admin->get(u"/groups"_s).status, 200);
    const auto refused = m_admin->post(u"/groups"_s, group(u"g"_s));
    QCOMPARE(refused.status, 429);
    QCOMPARE(refused.code(), u"TooManyRequests"_s);
    QCOMPARE(refused.header("Retry-After"), QByteArray("7"));
    QCOMPARE(m_admin->get(u"/groups?$filter=displayName eq 'g'"_s).value().size(), 0);
    QCOMPARE(m_admin->post(u"/groups"_s, group(u"g"_s)).status, 201);
    QVERIFY(call("GET", u"exchanges"_s).body.contains("\"fault\":true"));
    QCOMPARE(call("GET", u"faults"_s).body, QByteArray("[]"));
}

void tst_DemoControl::faultsSkipAndTimes()
{
    const auto fault = QJsonObject{{u"match"_s, QJsonObject{{u"path"_s, u"/me"_s}}},
                                   {u"skip"_s, 1},
                                   {u"times"_s, 2},
                                   {u"status"_s, 503},
                                   {u"code"_s, u"Service_ServiceUnavailable"_s},
                                   {u"message"_s, u"Not now."_s}};
    QCOMPARE(faults({fault}).status, 204);
    QCOMPARE(m_admin->get(u"/me"_s).status, 200);
    QCOMPARE(m_admin->get(u"/me"_s).message(), u"Not now."_s);
    const auto left = QJsonDocument::fromJson(call("GET", u"faults"_s).body).array();
    QCOMPARE(left.size(), 1);
    QCOMPARE(left[0]["times"_L1].toInt(), 1);
    QCOMPARE(m_admin->get(u"/me"_s).status, 503);
    QCOMPARE(m_admin->get(u"/me"_s).status, 200);
    // The list is replaced, also the sign-in host is disturbed in its own form.
    QCOMPARE(faults({QJsonObject{{u"match"_s, QJsonObject{{u"path"_s, u"/token$"_s}}}, {u"status"_s, 500}}}).status, 204);
    QVERIFY(DemoClient(m_tenant->cloudFile()).signIn(u"sam.porter@contoso.demo"_s).contains(u"temporarily_unavailable"));
}

void tst_DemoControl::faultDrops()
{
    for (const auto &when : {u"before"_s, u"after"_s}) {
        QCOMPARE(faults({QJsonObject{{u"match"_s, QJsonObject{{u"path"_s, u"/groups$"_s}, {u"method"_s, u"POST"_s}}},
                                     {u"times"_s, 3}, // Qt sends a request again when a kept connection breaks
                                     {u"drop"_s, when}}})
                     .status,
                 204);
        QCOMPARE(m_admin->post(u"/groups"_s, group(when)).status, 0);
        QCOMPARE(faults({}).status, 204);
        const auto there = m_admin->get(u"/groups?$filter=displayName eq '%1'"_s.arg(when)).value().size();
        QCOMPARE(there > 0, when == u"after");
    }
}

void tst_DemoControl::faultDelays()
{
    QCOMPARE(faults({QJsonObject{{u"match"_s, QJsonObject{{u"path"_s, u"/me"_s}}}, {u"delayMs"_s, 300}}}).status, 204);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(m_admin->get(u"/me"_s).status, 200);
    QVERIFY(timer.elapsed() >= 290);
}

void tst_DemoControl::faultGarbage()
{
    QCOMPARE(faults({QJsonObject{{u"match"_s, QJsonObject{{u"path"_s, u"/me"_s}}}, {u"garbage"_s, true}}}).status, 204);
    const auto answer = m_admin->get(u"/me"_s);
    QCOMPARE(answer.status, 200);
    QVERIFY(!answer.body.isEmpty() && QJsonDocument::fromJson(answer.body).isNull());
}

void tst_DemoControl::faultHidesWhatChanged()
{
    const auto hide = [&](const QString &method, const QString &path) {
        return faults({QJsonObject{{u"match"_s, QJsonObject{{u"method"_s, method}, {u"path"_s, path}}},
                                   {u"invisibleFor"_s, u"PT40S"_s}}})
            .status;
    };
    QCOMPARE(hide(u"POST"_s, u"/groups$"_s), 204);
    const auto made = m_admin->post(u"/groups"_s, group(u"g"_s));
    QCOMPARE(made.status, 201);
    const auto path = u"/groups/"_s + made.text("id");
    QCOMPARE(m_admin->get(path).code(), u"Request_ResourceNotFound"_s);
    QCOMPARE(m_admin->get(u"/groups?$filter=displayName eq 'g'"_s).value().size(), 0);
    QCOMPARE(m_admin->advance(u"PT41S"_s).status, 200);
    QCOMPARE(m_admin->get(path).status, 200);

    QCOMPARE(hide(u"PATCH"_s, u"/groups/"_s), 204);
    QCOMPARE(m_admin->patch(path, {{u"description"_s, u"New."_s}}).status, 204);
    QVERIFY(m_admin->get(path).json()["description"_L1].isNull()); // the old one for a while
    const auto mira = m_admin->get(u"/me"_s).text("id");
    QCOMPARE(hide(u"POST"_s, u"/members/"_s), 204);
    QCOMPARE(
        m_admin->post(path + u"/members/$ref"_s, {{u"@odata.id"_s, m_tenant->origin() + u"/v1.0/directoryObjects/"_s + mira}})
            .status,
        204);
    QCOMPARE(m_admin->get(path + u"/members"_s).value().size(), 0);
    QCOMPARE(hide(u"DELETE"_s, u"/nothing"_s), 204);
    QCOMPARE(m_admin->advance(u"PT41S"_s).status, 200);
    QCOMPARE(m_admin->get(path).text("description"), u"New."_s);
    QCOMPARE(m_admin->get(path + u"/members"_s).value().size(), 1);
}

void tst_DemoControl::faultChallenges()
{
    const QJsonObject claims{{u"access_token"_s, QJsonObject{{u"acrs"_s, QJsonObject{{u"value"_s, u"c1"_s}}}}}};
    QCOMPARE(faults({QJsonObject{{u"status"_s, 401}, {u"claims"_s, claims}}}).status, 204);
    const auto answer = m_admin->get(u"/me"_s);
    QCOMPARE(answer.status, 401);
    static const QRegularExpression part(u"error=\"insufficient_claims\", claims=\"([^\"]+)\""_s);
    const auto found = part.match(QString::fromLatin1(answer.header("WWW-Authenticate")));
    QVERIFY(found.hasMatch());
    QCOMPARE(QJsonDocument::fromJson(QByteArray::fromBase64(found.captured(1).toLatin1())).object(), claims);
}

void tst_DemoControl::refusesFaults()
{
    QCOMPARE(faults({QJsonObject{{u"statsu"_s, 500}}}).status, 400);
    QCOMPARE(faults({QJsonObject{{u"drop"_s, u"sometimes"_s}}}).status, 400);
    QCOMPARE(faults({QJsonObject{{u"invisibleFor"_s, u"P1M"_s}}}).status, 400);
    QCOMPARE(faults({QJsonObject{{u"match"_s, QJsonObject{{u"path"_s, u"("_s}}}}}).status, 400);
    QCOMPARE(call("POST", u"faults"_s, "{}").status, 400);
}

void tst_DemoControl::batch()
{
    const auto part = [](const QString &id, const QString &url, const QString &before = {}) {
        QJsonObject object{{u"id"_s, id}, {u"method"_s, u"GET"_s}, {u"url"_s, url}};
        if (!before.isEmpty())
            object.insert(u"dependsOn"_s, QJsonArray{before});
        return object;
    };
    const auto answer = m_admin->post(
        u"/$batch"_s,
        {{u"requests"_s,
          QJsonArray{part(u"1"_s, u"/me?$select=displayName"_s), part(u"2"_s, u"users/nobody"_s), part(u"3"_s, u"/me"_s, u"2"_s),
                     part(u"4"_s, u"/groups?$filter=displayName eq 'Service leads'"_s),
                     QJsonObject{{u"id"_s, u"5"_s},
                                 {u"method"_s, u"POST"_s},
                                 {u"url"_s, u"/groups"_s},
                                 {u"headers"_s, QJsonObject{{u"Content-Type"_s, u"application/json"_s}}},
                                 {u"body"_s, group(u"inside"_s)}}}}});
    QCOMPARE(answer.status, 200);
    QMap<QString, QJsonObject> by;
    for (const auto &response : answer.json()["responses"_L1].toArray())
        by.insert(response["id"_L1].toString(), response.toObject());
    QCOMPARE(by[u"1"_s]["status"_L1].toInt(), 200);
    QCOMPARE(by[u"1"_s]["body"_L1]["displayName"_L1].toString(), u"Mira Kovač"_s);
    QCOMPARE(by[u"2"_s]["status"_L1].toInt(), 404);
    QCOMPARE(by[u"3"_s]["status"_L1].toInt(), 424);
    QCOMPARE(by[u"4"_s]["body"_L1]["value"_L1].toArray().size(), 1);
    QCOMPARE(by[u"5"_s]["status"_L1].toInt(), 201);
}

void tst_DemoControl::faultsInsideBatch()
{
    QCOMPARE(
        faults({QJsonObject{
                   {u"match"_s, QJsonObject{{u"path"_s, u"/v1.0/organization"_s}}}, {u"status"_s, 429}, {u"retryAfter"_s, 3}}})
            .status,
        204);
    const QJsonArray parts{QJsonObject{{u"id"_s, u"a"_s}, {u"method"_s, u"GET"_s}, {u"url"_s, u"/me"_s}},
                           QJsonObject{{u"id"_s, u"b"_s}, {u"method"_s, u"GET"_s}, {u"url"_s, u"/organization"_s}}};
    QMap<QString, QJsonObject> by;
    for (const auto &response : m_admin->post(u"/$batch"_s, {{u"requests"_s, parts}}).json()["responses"_L1].toArray())
        by.insert(response["id"_L1].toString(), response.toObject());
    QCOMPARE(by[u"a"_s]["status"_L1].toInt(), 200);
    QCOMPARE(by[u"b"_s]["status"_L1].toInt(), 429);
    QCOMPARE(by[u"b"_s]["headers"_L1]["Retry-After"_L1].toString(), u"3"_s);
}

void tst_DemoControl::refusesBatches()
{
    QJsonArray many;
    for (int n = 0; n < 21; ++n)
        many.append(QJsonObject{{u"id"_s, QString::number(n)}, {u"method"_s, u"GET"_s}, {u"url"_s, u"/me"_s}});
    QCOMPARE(m_admin->nonsense("POST", u"/$batch"_s, QJsonObject{{u"requests"_s, many}}).status, 400);
    const QJsonObject one{{u"id"_s, u"x"_s}, {u"method"_s, u"GET"_s}, {u"url"_s, u"/me"_s}};
    auto twin = one;
    twin[u"id"_s] = u"X"_s;
    QCOMPARE(m_admin->nonsense("POST", u"/$batch"_s, QJsonObject{{u"requests"_s, QJsonArray{one, twin}}}).status, 400);
    QCOMPARE(m_admin->nonsense("POST", u"/$batch"_s, QJsonObject{{u"requests"_s, QJsonArray()}}).status, 400);
}

void tst_DemoControl::latencyBlocksNobody()
{
    DemoTenant::Options options;
    options.latencyMs = 200;
    start(options);
    QNetworkAccessManager network;
    QElapsedTimer timer;
    timer.start();
    QList<QNetworkReply *> replies;
    for (int n = 0; n < 5; ++n)
        replies.append(network.get(QNetworkRequest(QUrl(m_tenant->origin() + u"/common/discovery/v2.0/keys?n=%1"_s.arg(n)))));
    for (auto *reply : replies)
        QTRY_VERIFY(reply->isFinished());
    QVERIFY2(timer.elapsed() >= 195 && timer.elapsed() < 800, qPrintable(QString::number(timer.elapsed())));
    qDeleteAll(replies);
}

void tst_DemoControl::moreUsersAndApplications()
{
    const auto usersBefore = m_admin->get(u"/users?$top=999&$select=id"_s).value().size();
    DemoTenant::Options options;
    options.users = 300;
    options.apps = 1500;
    QElapsedTimer timer;
    timer.start();
    start(options);
    QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed()))); // nothing grows with its square
    QCOMPARE(m_admin->get(u"/users?$top=999&$select=id"_s).value().size(), usersBefore + 300);
    QCOMPARE(m_admin->get(u"/servicePrincipals?$filter=startswith(displayName,'Business')&$top=999"_s).value().size(), 999);
}

/// One connection, everything that comes back until it closes or is quiet.
QByteArray tst_DemoControl::raw(const QByteArray &sent) const
{
    QTcpSocket socket;
    const QUrl origin(m_tenant->origin());
    socket.connectToHost(origin.host(), quint16(origin.port()));
    if (!socket.waitForConnected(2000))
        return {};
    socket.write(QByteArray(sent).replace("@PORT@", QByteArray::number(origin.port())));
    QByteArray got;
    while (socket.waitForReadyRead(300) || socket.bytesAvailable())
        got += socket.readAll();
    return got;
}

void tst_DemoControl::rawRequests_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("status");
    const auto row = [](const char *name, const char *sent, const char *status) {
        QTest::newRow(name) << QByteArray(sent) << QByteArray(status);
    };
    row("fine", "GET /common/discovery/v2.0/keys HTTP/1.1\r\nHost: 127.0.0.1:@PORT@\r\n\r\n", "HTTP/1.1 200 ");
    row("absolute target", "GET http://127.0.0.1:@PORT@/common/discovery/v2.0/keys HTTP/1.1\r\nHost: 127.0.0.1:@PORT@\r\n\r\n",
        "HTTP/1.1 200 ");
    row("old protocol", "GET /common/discovery/v2.0/keys HTTP/1.0\r\n\r\n", "HTTP/1.1 200 ");
    row("no host", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ");
    row("no request line", "hello\r\n\r\n", "HTTP/1.1 400 ");
    row("other protocol", "GET / SPDY/3\r\nHost: 127.0.0.1:@PORT@\r\n\r\n", "HTTP/1.1 400 ");
    row("relative target", "GET keys HTTP/1.1\r\nHost: 127.0.0.1:@PORT@\r\n\r\n", "HTTP/1.1 400 ");
    row("header without colon", "GET / HTTP/1.1\r\nHost: 127.0.0.1:@PORT@\r\nnonsense\r\n\r\n", "HTTP/1.1 400 ");
    row("blank in a name", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", "HTTP/1.1 400 ");
    row("folded header", "GET / HTTP/1.1\r\nHost: 127.0.0.1:@PORT@\r\n folded: y\r\n\r\n", "HTTP/1.1 400 ");
    row("two lengths", "POST / HTTP/1.1\r\nHost: 127.0.0.1:@PORT@\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
        "HTTP/1.1 400 ");
    row("negative length", "POST / HTTP/1.1\r\nHost: 127.0.0.1:@PORT@\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400 ");
    row("length and chunks",
        "POST / HTTP/1.1\r\nHost: 127.0.0.1:@PORT@\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 400 ");
    row("bad chunk", "POST / HTTP/1.1\r\nHost: 127.0.0.1:@PORT@\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 400 ");
    row("body too large", "POST / HTTP/1.1\r\nHost: 127.0.0.1:@PORT@\r\nContent-Length: 99999999\r\n\r\n", "HTTP/1.1 413 ");
    row("continue",
        "POST /common/oauth2/v2.0/token HTTP/1.1\r\nHost: 127.0.0.1:@PORT@\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 100 ");
    const auto large = "GET / HTTP/1.1\r\nHost: 127.0.0.1:@PORT@\r\nX: " + QByteArray(40000, 'x') + "\r\n\r\n";
    QTest::newRow("headers too large") << large << QByteArray("HTTP/1.1 431 ");
}

void tst_DemoControl::rawRequests()
{
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, status);
    const auto got = raw(sent);
    QVERIFY2(got.startsWith(status), got.left(80));
}

void tst_DemoControl::pipelinedInOrder()
{
    QCOMPARE(faults({QJsonObject{{u"match"_s, QJsonObject{{u"path"_s, u"/common/v2.0"_s}}}, {u"delayMs"_s, 150}}}).status, 204);
    const auto got = raw("GET /common/v2.0/.well-known/openid-configuration HTTP/1.1\r\nHost: 127.0.0.1:@PORT@\r\n\r\n"
                         "HEAD /common/discovery/v2.0/keys HTTP/1.1\r\nHost: 127.0.0.1:@PORT@\r\n\r\n"
                         "GET /common/discovery/v2.0/keys HTTP/1.1\r\nHost: 127.0.0.1:@PORT@\r\nConnection: close\r\n\r\n");
    QCOMPARE(got.count("HTTP/1.1 200 "), 3);
    const auto first = got.indexOf("authorization_endpoint");
    const auto keys = got.indexOf("\"keys\":");
    QVERIFY(first > 0 && keys > first);
    QCOMPARE(got.count("\"keys\":"), 1); // HEAD has the length and no body
}

void tst_DemoControl::chunkedBody()
{
    const auto got = raw("POST /common/oauth2/v2.0/token HTTP/1.1\r\nHost: 127.0.0.1:@PORT@\r\nTransfer-Encoding: chunked\r\n\r\n"
                         "b;x=y\r\ngrant_type=\r\n8\r\npassword\r\n0\r\nTrailer: z\r\n\r\n");
    QVERIFY2(got.contains("'client_id'"), got);
}

void tst_DemoControl::stopsWhileBusy()
{
    QCOMPARE(faults({QJsonObject{{u"delayMs"_s, 5000}}}).status, 204);
    QNetworkAccessManager network;
    std::unique_ptr<QNetworkReply> reply(
        network.get(QNetworkRequest(QUrl(m_tenant->origin() + u"/common/discovery/v2.0/keys"_s))));
    QTRY_VERIFY(QJsonDocument::fromJson(call("GET", u"faults"_s).body).array().isEmpty());
    QElapsedTimer timer;
    timer.start();
    m_tenant.reset();
    QVERIFY(timer.elapsed() < 1000);
    QTRY_VERIFY(reply->isFinished());
    QVERIFY(reply->error() != QNetworkReply::NoError);
    start({});
}

QTEST_GUILESS_MAIN(tst_DemoControl)
#include "tst_DemoControl.moc"
