#include "graph/Applications.h"
#include "graph/Directory.h"
#include "graph/GraphService.h"
#include "graph/ManagementPolicies.h"
#include "graph/Samples.h"
#include "wire/LoginScript.h"

#include <QElapsedTimer>
#include <QTest>
#include <QTimer>

Q_DECLARE_METATYPE(std::function<void(pimgate::Application &)>)

using namespace pimgate;
using namespace pimgate::test;

class tst_GraphService : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_login = std::make_unique<LoginScript>();
        m_server = std::make_unique<WireServer>();
        m_graphAnswer = nullptr;
        m_server->setHandler([this](const WireRequest &request) {
            if (const auto answer = (*m_login)(request, m_server->origin()))
                return *answer;
            return m_graphAnswer(request);
        });
        m_clock = std::make_unique<Clock>();
        m_http = std::make_unique<Http>(*m_clock);
        Cloud cloud = testCloud(m_server->origin());
        cloud.timeScale = 1000; // back-off takes milliseconds
        m_login->lifetime = 1'000'000;
        m_session = std::make_unique<Session>(*m_http, cloud,
                                              std::make_unique<HttpBrowser>(*m_http, QStringLiteral("ada@contoso.example")));
        m_graph = std::make_unique<GraphService>(*m_session);
        QVERIFY(QCoro::waitFor(m_session->signIn()));
    }

    void pagesAreFollowedToTheEnd()
    {
        m_graphAnswer = [this](const WireRequest &request) {
            const int at = request.query("$skiptoken").toInt();
            QJsonObject page{{QStringLiteral("value"), at == 1 ? QJsonArray() : QJsonArray{at}}}; // an empty page may go on
            if (at < 3)
                page.insert(QStringLiteral("@odata.nextLink"),
                            QString(m_server->origin() + QStringLiteral("/v1.0/groups?$skiptoken=%1").arg(at + 1)));
            return WireAnswer::json(page);
        };
        const auto all = QCoro::waitFor(m_graph->list(QStringLiteral("/groups"), true));
        QVERIFY(all);
        QCOMPARE(*all, QJsonArray({0, 2, 3}));
        QCOMPARE(m_server->count(QStringLiteral("/v1.0/groups")), 4);
        QCOMPARE(m_server->requests.last().headers.value("consistencylevel"), QByteArray("eventual"));
        const auto some = QCoro::waitFor(m_graph->list(QStringLiteral("/groups"), false, 2));
        QCOMPARE(some->size(), 2);
    }

    void tokenGoesToNoOtherHost_data()
    {
        QTest::addColumn<QString>("link");
        QTest::newRow("host") << QStringLiteral("https://evil.example/v1.0/groups?$skiptoken=x");
        QTest::newRow("port") << QStringLiteral("http://127.0.0.1:9/v1.0/groups");
        QTest::newRow("user info") << QStringLiteral("http://127.0.0.1@evil.example/v1.0/groups");
    }
    void tokenGoesToNoOtherHost()
    {
        QFETCH(QString, link);
        m_graphAnswer = [&](const WireRequest &) { return page({1}, link); };
        const auto all = QCoro::waitFor(m_graph->list(QStringLiteral("/groups")));
        QVERIFY(!all);
        QCOMPARE(all.error().kind, Error::Kind::Protocol);
        QCOMPARE(m_http->exchanges().last().url.host(), QStringLiteral("127.0.0.1"));
        QCOMPARE(m_server->count(QStringLiteral("/v1.0/groups")), 1);
    }

    void redirectsOfGraphAreNotFollowed_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {301, 302, 303, 307, 308})
            QTest::addRow("%d", status) << status;
    }
    void redirectsOfGraphAreNotFollowed()
    {
        QFETCH(int, status);
        WireServer other([](const WireRequest &) { return WireAnswer::json({}); });
        m_graphAnswer = [&](const WireRequest &request) {
            return WireAnswer{status, {}, {{"Location", other.origin().toLatin1() + request.target}}};
        };
        const QJsonObject body{{QStringLiteral("displayName"), QStringLiteral("x")}};
        QVERIFY(!QCoro::waitFor(m_graph->list(QStringLiteral("/groups"))));
        QVERIFY(!QCoro::waitFor(m_graph->get(QStringLiteral("/me"))));
        QVERIFY(!QCoro::waitFor(m_graph->post(QStringLiteral("/groups"), body)));
        QVERIFY(!QCoro::waitFor(m_graph->patch(QStringLiteral("/groups/1"), body)));
        QCOMPARE(std::count_if(m_server->requests.cbegin(), m_server->requests.cend(),
                               [](const WireRequest &r) { return r.path().startsWith(QLatin1String("/v1.0/")); }),
                 4);
        QVERIFY2(other.requests.isEmpty(), "something was sent to the other host");
    }

    void endlessListIsRefused()
    {
        m_graphAnswer = [&](const WireRequest &) {
            return page({1}, m_server->origin() + QStringLiteral("/v1.0/groups?$skiptoken=x"));
        };
        const auto all = QCoro::waitFor(m_graph->list(QStringLiteral("/groups")));
        QCOMPARE(all.error().kind, Error::Kind::Protocol);
        QVERIFY(m_server->count(QStringLiteral("/v1.0/groups")) <= 3);
    }

    void repeats_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("retryAfter");
        QTest::addColumn<int>("sent"); // the second answer is a success
        const auto row = [](const char *name, const char *method, int status, const char *retryAfter, int sent) {
            QTest::newRow(name) << QByteArray(method) << status << QByteArray(retryAfter) << sent;
        };
        row("read 429", "GET", 429, "", 2);
        row("read 429 with time", "GET", 429, "7", 2);
        row("read 503", "GET", 503, "", 2);
        row("read 500", "GET", 500, "", 2);
        row("read dropped", "GET", 0, "", 2);
        row("read 400", "GET", 400, "", 1);
        row("read 429 for an hour", "GET", 429, "3600", 1);
        row("write 429", "POST", 429, "", 2);
        row("write 503 with time", "POST", 503, "3", 2);
        row("write 503", "POST", 503, "", 1);
        row("write 500", "POST", 500, "", 1);
        row("write 504", "PATCH", 504, "3", 1);
        row("write dropped", "POST", 0, "", 1);
        row("delete 500", "DELETE", 500, "", 1);
    }
    void repeats()
    {
        QFETCH(QByteArray, method);
        QFETCH(int, status);
        QFETCH(QByteArray, retryAfter);
        QFETCH(int, sent);
        int calls = 0;
        m_graphAnswer = [&](const WireRequest &) {
            if (++calls > 1)
                return WireAnswer::json({{QStringLiteral("id"), QStringLiteral("x")}});
            WireAnswer answer = WireAnswer::graphError(status, "someCode");
            answer.drop = status == 0;
            if (!retryAfter.isEmpty())
                answer.with("Retry-After", retryAfter);
            return answer;
        };
        const QDateTime before = m_clock->now();
        const bool done = call(method);
        QCOMPARE(done, sent == 2);
        QCOMPARE(calls, method == "GET" && status == 0 ? calls : sent); // Qt itself may repeat a dropped GET
        if (sent == 2)
            QVERIFY(before.secsTo(m_clock->now()) >= (retryAfter.isEmpty() ? (status == 0 ? 0 : 2) : retryAfter.toInt()));
    }

    void readGivesUpAfterFiveRepeats()
    {
        m_graphAnswer = [](const WireRequest &) { return WireAnswer::graphError(429, "TooManyRequests"); };
        const auto got = QCoro::waitFor(m_graph->get(QStringLiteral("/me")));
        QCOMPARE(got.error().kind, Error::Kind::Throttled);
        QCOMPARE(got.error().where, QStringLiteral("GET /me"));
        QCOMPARE(m_server->count(QStringLiteral("/v1.0/me")), 6);
    }

    void aWriteThatFoundALockIsRepeated_data()
    {
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<int>("sent");
        QTest::newRow("directory") << QByteArray("Directory_ConcurrencyViolation") << 2;
        QTest::newRow("PIM") << QByteArray("ResourceIsLocked") << 2;
        QTest::newRow("another conflict") << QByteArray("ObjectConflict") << 1;
    }
    void aWriteThatFoundALockIsRepeated()
    {
        QFETCH(QByteArray, code);
        QFETCH(int, sent);
        int calls = 0;
        m_graphAnswer = [&](const WireRequest &) {
            return ++calls > 1 ? WireAnswer::json({}) : WireAnswer::graphError(409, code.constData());
        };
        QCOMPARE(call("POST"), sent == 2);
        QCOMPARE(calls, sent);
    }

    void anAnswerThatCannotBeReadIsAskedForAgain_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<int>("sent");
        QTest::newRow("read") << QByteArray("GET") << 2;
        QTest::newRow("write") << QByteArray("POST") << 1; // it may have acted
    }
    void anAnswerThatCannotBeReadIsAskedForAgain()
    {
        QFETCH(QByteArray, method);
        QFETCH(int, sent);
        int calls = 0;
        m_graphAnswer = [&](const WireRequest &) {
            return ++calls > 1 ? WireAnswer::json({})
                               : WireAnswer{200, "{\"value\":[{\"id", {{"Content-Type", "application/json"}}};
        };
        QCOMPARE(call(method), sent == 2);
        QCOMPARE(calls, sent);
    }

    void eachServiceHasItsPace_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("free");    // so many at once
        QTest::addColumn<double>("span"); // seconds in which no more than these leave
        QTest::newRow("Conditional Access") << QStringLiteral("/identity/conditionalAccess/policies/") << 1 << 1.1;
        QTest::newRow("logs") << QStringLiteral("/auditLogs/signIns/") << 5 << 10.0;
        QTest::newRow("directory") << QStringLiteral("/groups/") << 7 << 0.0;
        QTest::newRow("PIM") << QStringLiteral("/policies/roleManagementPolicies/") << 7 << 0.0;
    }
    void eachServiceHasItsPace()
    {
        QFETCH(QString, path);
        QFETCH(int, free);
        QFETCH(double, span);
        m_clock->setTimeScale(50);
        QList<QDateTime> arrived;
        m_graphAnswer = [&](const WireRequest &) {
            arrived << m_clock->now();
            return WireAnswer::json({});
        };
        std::vector<Task<Result<QJsonObject>>> calls;
        for (int i = 0; i < 7; ++i)
            calls.push_back(m_graph->get(path + QString::number(i)));
        for (auto &call : calls)
            QVERIFY(QCoro::waitFor(std::move(call)));
        QCOMPARE(arrived.size(), 7);
        // What lay on the wire is no pause: one request may have taken longer than the next.
        const double wire = 1.0;
        for (int i = free; i < 7; ++i)
            QVERIFY2(double(arrived[i - free].msecsTo(arrived[i])) / 1000 >= span - wire,
                     qPrintable(QStringLiteral("%1: %2 ms").arg(i).arg(arrived[i - free].msecsTo(arrived[i]))));
        QVERIFY(double(arrived.first().msecsTo(arrived.last())) / 1000 >= span * (7 - free) / free - wire);
    }

    void oneRefusalSlowsAllCallersOfThatService()
    {
        m_clock->setTimeScale(50);
        QDateTime refusedAt;
        QHash<QString, QDateTime> arrived;
        m_graphAnswer = [&](const WireRequest &request) {
            if (!refusedAt.isValid()) {
                refusedAt = m_clock->now();
                return WireAnswer::graphError(429, "TooManyRequests").with("Retry-After", "20");
            }
            arrived.insert(request.path().section(QLatin1Char('/'), 2), m_clock->now());
            return WireAnswer::json({});
        };
        const auto get = [this](const char *path) { return m_graph->get(QString::fromLatin1(path)); };
        auto first = get("/groups/1");
        QTRY_COMPARE(m_http->exchanges().last().status, 429); // the refusal is read
        QTest::qWait(1);
        auto second = get("/groups/2");
        auto elsewhere = get("/policies/roleManagementPolicies/3");
        QVERIFY(QCoro::waitFor(std::move(first)));
        QVERIFY(QCoro::waitFor(std::move(second)));
        QVERIFY(QCoro::waitFor(std::move(elsewhere)));
        QVERIFY(refusedAt.secsTo(arrived.value(QStringLiteral("groups/1"))) >= 20);
        QVERIFY(refusedAt.secsTo(arrived.value(QStringLiteral("groups/2"))) >= 19);
        QVERIFY(refusedAt.secsTo(arrived.value(QStringLiteral("policies/roleManagementPolicies/3"))) < 15);
    }

    void waitIsStoppedWithinASecond()
    {
        m_graphAnswer = [](const WireRequest &) {
            return WireAnswer::graphError(429, "TooManyRequests").with("Retry-After", "300");
        };
        m_clock->setTimeScale(1);
        std::stop_source stop;
        QTimer::singleShot(200, this, [&] { stop.request_stop(); });
        QElapsedTimer timer;
        timer.start();
        const auto got = QCoro::waitFor(m_graph->get(QStringLiteral("/me"), stop.get_token()));
        QVERIFY(timer.elapsed() < 1200);
        QCOMPARE(got.error().kind, Error::Kind::Cancelled);
    }

    void batchRepeatsOnlyThrottledParts()
    {
        QList<QStringList> asked;
        m_graphAnswer = [&](const WireRequest &request) {
            QStringList ids;
            QJsonArray responses;
            for (const auto &value : request.json().value(QStringLiteral("requests")).toArray()) {
                const QString id = value.toObject().value(QStringLiteral("id")).toString();
                ids << id;
                QJsonObject response{{QStringLiteral("id"), id},
                                     {QStringLiteral("status"), 200},
                                     {QStringLiteral("body"), QJsonObject{{QStringLiteral("n"), id}}}};
                if (id == QLatin1String("7") && asked.isEmpty()) {
                    response.insert(QStringLiteral("status"), 429);
                    response.insert(QStringLiteral("headers"), QJsonObject{{QStringLiteral("Retry-After"), QStringLiteral("4")}});
                }
                if (id == QLatin1String("9"))
                    response.insert(QStringLiteral("status"), 404);
                responses.prepend(response); // any order
            }
            asked << ids;
            return WireAnswer::json({{QStringLiteral("responses"), responses}});
        };
        QList<BatchPart> parts;
        for (int i = 1; i <= 23; ++i)
            parts << BatchPart{QString::number(i), "GET", QStringLiteral("/users/%1").arg(i), {}};
        const auto answers = QCoro::waitFor(m_graph->batch(parts));
        QVERIFY(answers);
        QCOMPARE(answers->size(), 23);
        for (int i = 0; i < 23; ++i)
            QCOMPARE(answers->at(i).id, QString::number(i + 1));
        QCOMPARE(answers->at(6).status, 200);
        QCOMPARE(answers->at(8).error.where, QStringLiteral("GET /users/9"));
        QCOMPARE(asked.size(), 3);
        QCOMPARE(asked.at(0).size(), 20);
        QCOMPARE(asked.at(1), QStringList{QStringLiteral("7")});
        QCOMPARE(asked.at(2).size(), 3);
    }

    void bothPimEnvelopesAreRead_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("claims");
        QTest::newRow("plain") << QByteArray(plainEnvelope) << QStringLiteral("RoleAssignmentExists") << QString();
        QTest::newRow("wrapped") << QByteArray(wrappedEnvelope) << QStringLiteral("RoleAssignmentRequestAcrsValidationFailed")
                                 << QString::fromLatin1(contextClaims);
        QTest::newRow("mfa, older") << QByteArray(mfaRule) << QStringLiteral("RoleAssignmentRequestPolicyValidationFailed")
                                    << QString::fromLatin1(mfaClaims);
        QTest::newRow("two rules") << QByteArray(twoRules) << QStringLiteral("RoleAssignmentRequestPolicyValidationFailed")
                                   << QString();
        QTest::newRow("conditional access, inner")
            << QByteArray(innerNumber) << QStringLiteral("PublicClientsAreUnsupported") << QString();
        QTest::newRow("group value") << QByteArray(groupValue) << QStringLiteral("1054") << QString();
        QTest::newRow("inner code") << QByteArray(objectConflict) << QStringLiteral("ObjectConflict") << QString();
    }
    void bothPimEnvelopesAreRead()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, code);
        QFETCH(QString, claims);
        const Error error = GraphService::errorFrom(400, body, {{"request-id", "from-header"}});
        QCOMPARE(error.code, code);
        QCOMPARE(error.claims, claims);
        QCOMPARE(error.requestId, QStringLiteral("from-header"));
        QVERIFY(!error.message.isEmpty() && !error.next.isEmpty());
        QVERIFY(!error.message.contains(QLatin1Char('{')));
    }

    void claimsChallengeStepsUpOnce_data()
    {
        QTest::addColumn<int>("challenges");
        QTest::newRow("satisfied") << 1;
        QTest::newRow("never satisfied") << 9;
    }
    void claimsChallengeStepsUpOnce()
    {
        QFETCH(int, challenges);
        QList<QByteArray> bearers;
        m_graphAnswer = [&](const WireRequest &request) {
            bearers << request.headers.value("authorization");
            if (bearers.size() > challenges)
                return WireAnswer::json({{QStringLiteral("id"), QStringLiteral("x")}}, 201);
            const QByteArray claims = base64url(challenge);
            return WireAnswer::graphError(401, "InvalidAuthenticationToken")
                .with("WWW-Authenticate", "Bearer realm=\"\", error=\"insufficient_claims\", claims=\"" + claims + "\"");
        };
        const auto made =
            QCoro::waitFor(m_graph->post(QStringLiteral("/identity/conditionalAccess/policies"), {{QStringLiteral("a"), 1}}));
        QCOMPARE(bearers, QList<QByteArray>({"Bearer access-1", "Bearer access-2"}));
        QCOMPARE(m_login->claimsAsked.size(), 2);
        QVERIFY(m_login->claimsAsked.last().contains(QLatin1String("c7")) &&
                m_login->claimsAsked.last().contains(QLatin1String("cp1")));
        QCOMPARE(bool(made), challenges == 1);
        if (!made)
            QCOMPARE(made.error().kind, Error::Kind::SignIn);
    }

    void twentyCallsWithARejectedTokenRenewOnce()
    {
        m_graphAnswer = [](const WireRequest &request) {
            if (request.headers.value("authorization") == "Bearer access-1")
                return WireAnswer::graphError(401, "InvalidAuthenticationToken");
            return WireAnswer::json({{QStringLiteral("id"), QStringLiteral("x")}});
        };
        std::vector<Task<Result<QJsonObject>>> calls;
        for (int i = 0; i < 20; ++i)
            calls.push_back(m_graph->get(QStringLiteral("/users/%1").arg(i)));
        for (auto &call : calls)
            QVERIFY(QCoro::waitFor(std::move(call)));
        QCOMPARE(m_login->issued, 2);
    }

    void tokenRejectedForEverEndsAsSignIn()
    {
        m_graphAnswer = [](const WireRequest &) { return WireAnswer::graphError(401, "InvalidAuthenticationToken"); };
        const auto got = QCoro::waitFor(m_graph->get(QStringLiteral("/me")));
        QCOMPARE(got.error().kind, Error::Kind::SignIn);
        QCOMPARE(m_server->count(QStringLiteral("/v1.0/me")), 2);
    }

    void answersOfOtherShapes()
    {
        m_graphAnswer = [](const WireRequest &request) {
            if (request.path().endsWith(QLatin1String("$count")))
                return WireAnswer{200,
                                  "\xef\xbb\xbf"
                                  "42",
                                  {{"Content-Type", "text/plain"}}};
            if (request.path().endsWith(QLatin1String("garbage")))
                return WireAnswer{200, "<html>", {{"Content-Type", "text/html"}}};
            if (request.path().endsWith(QLatin1String("gone")))
                return WireAnswer::graphError(404, "Request_ResourceNotFound");
            return WireAnswer{204, {}, {}};
        };
        Directory directory(*m_graph);
        QCOMPARE(QCoro::waitFor(directory.userCount()).value(), 42);
        QCOMPARE(m_server->requests.last().headers.value("consistencylevel"), QByteArray("eventual"));
        QCOMPARE(QCoro::waitFor(m_graph->get(QStringLiteral("/garbage"))).error().kind, Error::Kind::Protocol);
        const auto gone = QCoro::waitFor(m_graph->find(QStringLiteral("/gone")));
        QVERIFY(gone && !gone->has_value());
        QVERIFY(QCoro::waitFor(m_graph->remove(QStringLiteral("/groups/x"))));
    }

    void queryKeepsWhatGraphReads()
    {
        const QString query = GraphService::query(
            {{"$filter", QLatin1String("displayName eq ") + GraphService::literal(QStringLiteral("O'Neil & söhne +1 #"))}});
        QCOMPARE(query, QStringLiteral("$filter=displayName%20eq%20'O''Neil%20%26%20s%C3%B6hne%20%2B1%20%23'"));
        m_graphAnswer = [](const WireRequest &) { return WireAnswer::json({}); };
        QVERIFY(QCoro::waitFor(m_graph->get(QLatin1String("/groups?") + query)));
        QCOMPARE(m_server->requests.last().query("$filter"), QStringLiteral("displayName eq 'O''Neil & söhne +1 #'"));
    }

    void ownerPolicyIsNeverTakenForTheMembers()
    {
        m_graphAnswer = [](const WireRequest &) {
            const auto assignment = [](const char *role) {
                return QJsonObject{{QStringLiteral("roleDefinitionId"), QString::fromLatin1(role)},
                                   {QStringLiteral("policyId"), QLatin1String("policy-of-") + QLatin1String(role)}};
            };
            return WireAnswer::json({{QStringLiteral("value"), QJsonArray{assignment("owner"), assignment("member")}}});
        };
        ManagementPolicies policies(*m_graph);
        QCOMPARE(QCoro::waitFor(policies.forMembers(QStringLiteral("g")))->policyId, QStringLiteral("policy-of-member"));
        m_graphAnswer = [](const WireRequest &) {
            return WireAnswer::json({{QStringLiteral("value"),
                                      QJsonArray{QJsonObject{{QStringLiteral("roleDefinitionId"), QStringLiteral("owner")}}}}});
        };
        QCOMPARE(QCoro::waitFor(policies.forMembers(QStringLiteral("g"))).error().kind, Error::Kind::Protocol);
    }

    void applicationsThatMustNotBeGated_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<std::function<void(Application &)>>("bend");
        const auto row = [](const char *code, std::function<void(Application &)> bend) {
            QTest::newRow(code) << QString::fromLatin1(code) << bend;
        };
        row("", [](Application &) {});
        row("firstParty", [](Application &app) { app.firstParty = true; });
        row("publicClient", [](Application &app) { app.publicClient = true; });
        row("noSso", [](Application &app) { app.sso = Application::Sso::None; });
        row("disabled", [](Application &app) { app.enabled = false; });
        row("reserved", [](Application &app) { app.appId = QString::fromLatin1(defaultClientId).toUpper(); });
        QTest::newRow("Graph") << QStringLiteral("reserved") << std::function<void(Application &)>([](Application &app) {
            app.appId = QStringLiteral("00000003-0000-0000-c000-000000000000");
        });
    }
    void applicationsThatMustNotBeGated()
    {
        QFETCH(QString, code);
        QFETCH(std::function<void(Application &)>, bend);
        Application app;
        app.appId = QStringLiteral("12345678-0000-0000-0000-000000000000");
        app.sso = Application::Sso::Saml;
        bend(app);
        QCOMPARE(app.refusal().code, code);
        QCOMPARE(app.refused(), !code.isEmpty());
    }

private:
    static WireAnswer page(const QJsonArray &values, const QString &next)
    {
        return WireAnswer::json({{QStringLiteral("value"), values}, {QStringLiteral("@odata.nextLink"), next}});
    }

    bool call(const QByteArray &method)
    {
        const QJsonObject body{{QStringLiteral("a"), 1}};
        if (method == "GET")
            return bool(QCoro::waitFor(m_graph->get(QStringLiteral("/x"))));
        if (method == "POST")
            return bool(QCoro::waitFor(m_graph->post(QStringLiteral("/x"), body)));
        if (method == "PATCH")
            return bool(QCoro::waitFor(m_graph->patch(QStringLiteral("/x"), body)));
        return bool(QCoro::waitFor(m_graph->remove(QStringLiteral("/x"))));
    }

    std::unique_ptr<LoginScript> m_login;
    std::unique_ptr<WireServer> m_server;
    std::function<WireAnswer(const WireRequest &)> m_graphAnswer;
    std::unique_ptr<Clock> m_clock;
    std::unique_ptr<Http> m_http;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<GraphService> m_graph;
};

QTEST_GUILESS_MAIN(tst_GraphService)
#include "tst_GraphService.moc"
