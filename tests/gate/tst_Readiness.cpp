#include "gate/judge/Readiness.h"
#include "graph/GraphService.h"
#include "identity/Permissions.h"

#include <QCoroTask>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace pimgate;

namespace {

/// Answers GETs on loopback from a table; what is not in it is refused as Graph refuses a missing permission.
class CannedGraph : public QTcpServer
{
public:
    QHash<QString, QPair<int, QJsonObject>> answers; ///< by the path below /v1.0, without query
    QStringList writes;                              ///< everything but GET and the two POSTs that read

    CannedGraph()
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        });
    }
    QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(serverPort())); }
    void put(const char *path, const QJsonObject &body, int status = 200) { answers.insert(QLatin1String(path), {status, body}); }
    void putList(const char *path, const QJsonArray &values) { put(path, {{QStringLiteral("value"), values}}); }

private:
    void read(QTcpSocket *socket)
    {
        const QByteArray request = socket->peek(socket->bytesAvailable());
        const qsizetype headerEnd = request.indexOf("\r\n\r\n");
        if (headerEnd < 0)
            return;
        qsizetype length = 0;
        const qsizetype at = request.toLower().indexOf("content-length:");
        if (at >= 0)
            length = request.mid(at + 15, request.indexOf('\r', at) - at - 15).trimmed().toLongLong();
        if (request.size() < headerEnd + 4 + length)
            return;
        socket->readAll();
        const QList<QByteArray> words = request.left(request.indexOf('\r')).split(' ');
        const QString path = QUrl(QString::fromLatin1(words.at(1))).path().mid(5);
        const QStringList reads{QStringLiteral("/directoryObjects/getByIds"), QStringLiteral("/$batch")};
        if (words.at(0) != "GET" && !(words.at(0) == "POST" && reads.contains(path)))
            writes << QString::fromLatin1(words.at(0)) + path;
        const QJsonObject denied{
            {QStringLiteral("error"), QJsonObject{{QStringLiteral("code"), QStringLiteral("Authorization_RequestDenied")},
                                                  {QStringLiteral("message"), QStringLiteral("Insufficient privileges")}}}};
        const auto answer = answers.value(path, {403, denied});
        const QByteArray body = QJsonDocument(answer.second).toJson();
        socket->write("HTTP/1.1 " + QByteArray::number(answer.first) +
                      " x\r\nContent-Type: application/json\r\nConnection: close\r\n" +
                      "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        socket->disconnectFromHost();
    }
};

QJsonObject json(const char *text)
{
    return QJsonDocument::fromJson(text).object();
}

Secret token(const QStringList &scopes)
{
    const QJsonObject claims{{QStringLiteral("oid"), QStringLiteral("11111111-1111-4111-8111-111111111111")},
                             {QStringLiteral("tid"), QStringLiteral("22222222-2222-4222-8222-222222222222")},
                             {QStringLiteral("upn"), QStringLiteral("mira@contoso.com")},
                             {QStringLiteral("exp"), double(QDateTime::currentSecsSinceEpoch() + 3600)},
                             {QStringLiteral("scp"), scopes.join(QLatin1Char(' '))}};
    const auto part = [](const QByteArray &text) {
        return text.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    };
    return Secret(part(R"({"alg":"RS256"})") + '.' + part(QJsonDocument(claims).toJson()) + '.' + part("signature"));
}

class NoBrowser : public Browser
{
public:
    bool open(const QUrl &) override { return false; }
};

/// One signed-in session against the canned tenant.
struct Bench
{
    CannedGraph graph;
    Clock clock;
    Http http{clock};
    std::unique_ptr<Session> session;
    std::unique_ptr<GraphService> service;

    explicit Bench(const QStringList &scopes = Permissions::all())
    {
        Cloud cloud;
        cloud.name = QStringLiteral("canned");
        cloud.login = graph.url();
        cloud.graph = graph.url();
        cloud.portal = graph.url();
        cloud.clientId = QLatin1String(defaultClientId);
        session = std::make_unique<Session>(http, cloud, std::make_unique<NoBrowser>());
        session->adopt(token(scopes));
        service = std::make_unique<GraphService>(*session);
        graph.put(
            "/me",
            json(R"({"id":"11111111-1111-4111-8111-111111111111","displayName":"Mira","userPrincipalName":"mira@contoso.com"})"));
    }

    void wellPreparedTenant()
    {
        graph.putList(
            "/organization",
            {json(R"({"id":"t","displayName":"Contoso Ltd","verifiedDomains":[{"name":"contoso.com","isDefault":true}]})")});
        roles({QStringLiteral("62e90394-69f5-4237-9190-012177145e10")}, {});
        licences(25, 3);
        graph.put("/policies/identitySecurityDefaultsEnforcementPolicy", json(R"({"isEnabled":false})"));
        graph.putList("/auditLogs/signIns", {});
        graph.put(
            "/$batch",
            json(
                R"({"responses":[{"id":"p0","status":200,"headers":{},"body":{"id":"p0","displayName":"Break glass 1","userPrincipalName":"bg1@contoso.onmicrosoft.com","accountEnabled":true}}]})"));
    }
    void roles(const QStringList &active, const QStringList &eligible)
    {
        const auto instances = [](const QStringList &templates) {
            QJsonArray list;
            for (int i = 0; i < templates.size(); ++i)
                list << QJsonObject{
                    {QStringLiteral("principalId"), QStringLiteral("p%1").arg(i)},
                    {QStringLiteral("directoryScopeId"), QStringLiteral("/")},
                    {QStringLiteral("assignmentType"), QStringLiteral("Assigned")},
                    {QStringLiteral("roleDefinition"), QJsonObject{{QStringLiteral("templateId"), templates.at(i)},
                                                                   {QStringLiteral("displayName"), QStringLiteral("A role")}}}};
            return list;
        };
        graph.putList("/roleManagement/directory/roleAssignmentScheduleInstances/filterByCurrentUser(on='principal')",
                      instances(active));
        graph.putList("/roleManagement/directory/roleEligibilityScheduleInstances/filterByCurrentUser(on='principal')",
                      instances(eligible));
        graph.putList("/roleManagement/directory/roleAssignmentScheduleInstances", instances({QStringLiteral("x")}));
    }
    void licences(int seats, int used)
    {
        graph.putList(
            "/subscribedSkus",
            {QJsonObject{{QStringLiteral("capabilityStatus"), QStringLiteral("Enabled")},
                         {QStringLiteral("consumedUnits"), used},
                         {QStringLiteral("prepaidUnits"), QJsonObject{{QStringLiteral("enabled"), seats}}},
                         {QStringLiteral("servicePlans"),
                          QJsonArray{json(
                              R"({"servicePlanId":"eec0eb4f-6444-4f95-aba0-50c24d67f998","provisioningStatus":"Success"})")}}}});
    }
    Result<QList<Check>> check(const Blueprint &blueprint = {})
    {
        Readiness readiness(*service);
        return QCoro::waitFor(readiness.check(blueprint));
    }
};

Check rowOf(const QList<Check> &checks, const char *key)
{
    for (const Check &one : checks)
        if (one.key == QLatin1String(key))
            return one;
    return {};
}

Blueprint fivePeople()
{
    Blueprint blueprint;
    for (int i = 0; i < 5; ++i)
        blueprint.eligible << Blueprint::Eligible{QStringLiteral("p%1@contoso.com").arg(i), {}};
    return blueprint;
}

} // namespace

class tst_Readiness : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wellPrepared();
    void readsOnly();
    void rolesMissing();
    void roleAssignableGroupNeedsMore();
    void nothingGrantedIsNeverRed();
    void securityDefaultsOn();
    void seats_data();
    void seats();
    void scopesMissing();
    void breakGlassNamed();
    void applicationNotThere();
    void nobodySignedIn();
    void stopped();
};

void tst_Readiness::wellPrepared()
{
    Bench bench;
    bench.wellPreparedTenant();
    const auto checks = bench.check(fivePeople());
    QVERIFY2(checks, checks ? "" : qPrintable(checks.error().text()));
    QCOMPARE(checks->size(), 10);
    for (const char *key : {"account", "roles", "permissions", "licence", "securityDefaults", "signInLog", "clock"})
        QVERIFY2(rowOf(*checks, key).state == PageState::Verified, qPrintable(QLatin1String(key) + rowOf(*checks, key).found));
    QCOMPARE(rowOf(*checks, "licence").found, QStringLiteral("Entra ID P2: 22 seats free, 5 people need one"));
    QCOMPARE(rowOf(*checks, "accessReviews").state, PageState::NotLicensed);
    const Check breakGlass = rowOf(*checks, "breakGlass");
    QCOMPARE(breakGlass.state, PageState::NeedsAttention);
    QCOMPARE(breakGlass.people.size(), 1);
    QVERIFY(breakGlass.advice.contains(QLatin1String("bg1@contoso.onmicrosoft.com")));
    QCOMPARE(rowOf(*checks, "application").state, PageState::NotChecked);
    QVERIFY(rowOf(*checks, "account").advice.contains(QLatin1String("mira@contoso.com")));
}

void tst_Readiness::readsOnly()
{
    Bench bench;
    bench.wellPreparedTenant();
    QVERIFY(bench.check(fivePeople()));
    QVERIFY2(bench.graph.writes.isEmpty(), qPrintable(bench.graph.writes.join(QLatin1Char(' '))));
}

void tst_Readiness::rolesMissing()
{
    Bench bench;
    bench.wellPreparedTenant();
    bench.roles({QStringLiteral("fdd7a751-b60b-444a-984c-02652fe8fa1c")},
                {QStringLiteral("b1be1c3e-b65d-4f19-8427-f6fa0d97feb9")});
    const auto checks = bench.check();
    QVERIFY(checks);
    QVERIFY(rowOf(*checks, "roles").key.isEmpty() && rowOf(*checks, "roles:1").key.isEmpty());
    QCOMPARE(rowOf(*checks, "roles:2").found, QStringLiteral("Cloud Application Administrator: not assigned"));
    QCOMPARE(rowOf(*checks, "roles:4").found, QStringLiteral("Conditional Access Administrator: not active"));
    QCOMPARE(rowOf(*checks, "roles:4").state, PageState::NeedsAttention);
    QCOMPARE(rowOf(*checks, "roles:4").who, QStringLiteral("You"));
}

void tst_Readiness::roleAssignableGroupNeedsMore()
{
    Bench bench;
    bench.wellPreparedTenant();
    bench.roles({QStringLiteral("fdd7a751-b60b-444a-984c-02652fe8fa1c")}, {});
    Blueprint blueprint;
    blueprint.group.roleAssignable = true;
    const auto checks = bench.check(blueprint);
    QVERIFY(checks);
    QCOMPARE(rowOf(*checks, "roles:1").found, QStringLiteral("Privileged Role Administrator: not assigned"));
}

void tst_Readiness::nothingGrantedIsNeverRed()
{
    Bench bench;
    const auto checks = bench.check();
    QVERIFY2(checks, checks ? "" : qPrintable(checks.error().text()));
    for (const Check &check : *checks) {
        QVERIFY2(check.state != PageState::Failed && check.state != PageState::Differs, qPrintable(check.key));
        QVERIFY2(!check.title.isEmpty() && !check.found.isEmpty(), qPrintable(check.key));
    }
    for (const char *key : {"account", "roles", "licence", "accessReviews", "breakGlass", "securityDefaults", "signInLog"})
        QVERIFY2(rowOf(*checks, key).state == PageState::NotChecked, key);
    QCOMPARE(rowOf(*checks, "signInLog").found, QStringLiteral("Reading it was not granted"));
}

void tst_Readiness::securityDefaultsOn()
{
    Bench bench;
    bench.wellPreparedTenant();
    bench.graph.put("/policies/identitySecurityDefaultsEnforcementPolicy", json(R"({"isEnabled":true})"));
    const auto checks = bench.check();
    QVERIFY(checks);
    QCOMPARE(rowOf(*checks, "securityDefaults").state, PageState::NeedsAttention);
    QVERIFY(rowOf(*checks, "securityDefaults").advice.contains(QLatin1String("never does it for you")));
}

void tst_Readiness::seats_data()
{
    QTest::addColumn<int>("seats");
    QTest::addColumn<int>("used");
    QTest::addColumn<PageState>("state");
    QTest::newRow("enough") << 10 << 5 << PageState::Verified;
    QTest::newRow("taken") << 10 << 6 << PageState::NeedsAttention;
    QTest::newRow("too few") << 3 << 0 << PageState::NotLicensed;
}

void tst_Readiness::seats()
{
    QFETCH(int, seats);
    QFETCH(int, used);
    QFETCH(PageState, state);
    Bench bench;
    bench.wellPreparedTenant();
    bench.licences(seats, used);
    const auto checks = bench.check(fivePeople());
    QVERIFY(checks);
    QCOMPARE(rowOf(*checks, "licence").state, state);
}

void tst_Readiness::scopesMissing()
{
    QStringList scopes = Permissions::all();
    scopes.removeAll(QStringLiteral("Policy.Read.All"));
    scopes.removeAll(QStringLiteral("Application.Read.All"));               // the right to write includes it
    scopes.removeAll(QStringLiteral("Policy.ReadWrite.ConditionalAccess")); // asked for by step 4, not before
    Bench bench(scopes);
    bench.wellPreparedTenant();
    const auto checks = bench.check();
    QVERIFY(checks);
    const Check permissions = rowOf(*checks, "permissions");
    QCOMPARE(permissions.state, PageState::NeedsAttention);
    QVERIFY2(permissions.advice.contains(QLatin1String("reading policies (Policy.Read.All)")), qPrintable(permissions.advice));
    QVERIFY(!permissions.advice.contains(QLatin1String("Policy.ReadWrite")));
    QVERIFY(!permissions.advice.contains(QLatin1String("Application.Read.All")));

    scopes = Permissions::all();
    scopes.removeAll(QStringLiteral("AuditLog.Read.All"));
    Bench without(scopes);
    without.wellPreparedTenant();
    const auto others = without.check();
    QVERIFY(others);
    QCOMPARE(rowOf(*others, "permissions").state, PageState::Verified);
    QVERIFY(rowOf(*others, "permissions").advice.contains(QLatin1String("the sign-in log")));
}

void tst_Readiness::breakGlassNamed()
{
    Bench bench;
    bench.wellPreparedTenant();
    Blueprint blueprint;
    blueprint.policy.breakGlass << QStringLiteral("bg1@contoso.onmicrosoft.com");
    const auto checks = bench.check(blueprint);
    QVERIFY(checks);
    QCOMPARE(rowOf(*checks, "breakGlass").state, PageState::Verified);
}

void tst_Readiness::applicationNotThere()
{
    Bench bench;
    bench.wellPreparedTenant();
    bench.graph.putList("/servicePrincipals", {});
    Blueprint blueprint;
    blueprint.application.displayName = QStringLiteral("NinjaOne");
    const auto checks = bench.check(blueprint);
    QVERIFY(checks);
    const Check application = rowOf(*checks, "application");
    QCOMPARE(application.state, PageState::NeedsAttention);
    QCOMPARE(application.title, QStringLiteral("NinjaOne in this tenant"));
    QCOMPARE(application.found, QStringLiteral("Not found"));
}

void tst_Readiness::nobodySignedIn()
{
    Bench bench;
    bench.graph.put("/me", json(R"({"error":{"code":"InvalidAuthenticationToken","message":"expired"}})"), 401);
    const auto checks = bench.check();
    QVERIFY(!checks);
    QVERIFY(!checks.error().message.isEmpty());
}

void tst_Readiness::stopped()
{
    Bench bench;
    bench.wellPreparedTenant();
    std::stop_source source;
    source.request_stop();
    Readiness readiness(*bench.service);
    const auto checks = QCoro::waitFor(readiness.check({}, source.get_token()));
    QVERIFY(!checks && checks.error().is(Error::Kind::Cancelled));
}

QTEST_GUILESS_MAIN(tst_Readiness)
#include "tst_Readiness.moc"
