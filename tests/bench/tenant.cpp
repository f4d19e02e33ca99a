// What a large demo tenant costs: time to the first answer, memory, and requests per second by kind of call, one after
// the other and with 20 connections that are all busy.
//   bench_tenant [USERS [APPLICATIONS]]      100000 and 5000 unless told
// Every answer is read whole; a call that does not answer as it should is named instead of measured.
#include "cli/DemoProcess.h"
#include "demo/DemoClient.h"
#include "demo/DemoPeople.h"

#include <QElapsedTimer>
#include <QTcpSocket>

#include <algorithm>
#include <cstdio>
#include <thread>
#include <vector>

using namespace cliprocess;
using namespace pimgate::demotest;

namespace {

constexpr int busyConnections = 20;
constexpr int measuredMs = 1500;

struct Call
{
    const char *name;
    QByteArray request; ///< as it goes over the wire
};

const QByteArray hostHere = "@host"; ///< the tenant answers under its own name only

/// A connection that is kept; blocks.
class Line
{
public:
    bool open(const QUrl &origin)
    {
        m_host = origin.authority().toLatin1();
        m_socket.connectToHost(origin.host(), quint16(origin.port()));
        if (!m_socket.waitForConnected(5000))
            return false;
        m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
        return true;
    }

    /// The status; 0 when no whole answer came.
    int ask(QByteArray request)
    {
        m_socket.write(request.replace(hostHere, m_host));
        QByteArray got;
        qsizetype head = -1;
        qsizetype length = 0;
        while (head < 0 || got.size() < head + length) {
            if (!m_socket.bytesAvailable() && !m_socket.waitForReadyRead(60'000))
                return 0;
            got += m_socket.readAll();
            if (head < 0 && (head = got.indexOf("\r\n\r\n") + 4) >= 4)
                length = lengthIn(got.left(head).toLower());
            else if (head < 4)
                head = -1;
        }
        return got.mid(9, 3).toInt();
    }

private:
    static qsizetype lengthIn(const QByteArray &head)
    {
        const auto at = head.indexOf("content-length: ");
        return at < 0 ? 0 : head.mid(at + 16, head.indexOf('\r', at) - at - 16).toLongLong();
    }

    QTcpSocket m_socket;
    QByteArray m_host;
};

struct Counted
{
    int answers = 0;
    int wrong = 0;
    double slowestMs = 0;
};

Counted askFor(int milliseconds, const QUrl &origin, const QByteArray &request)
{
    Counted counted;
    Line line;
    if (!line.open(origin))
        return {0, 1, 0};
    QElapsedTimer all;
    all.start();
    while (all.elapsed() < milliseconds) {
        QElapsedTimer one;
        one.start();
        const int status = line.ask(request);
        counted.slowestMs = std::max(counted.slowestMs, double(one.nsecsElapsed()) / 1e6);
        ++counted.answers;
        if (status < 200 || status >= 300) {
            ++counted.wrong;
            break;
        }
    }
    return counted;
}

Counted askByMany(int milliseconds, const QUrl &origin, const QByteArray &request)
{
    std::vector<Counted> each(busyConnections);
    std::vector<std::thread> threads;
    for (auto &counted : each)
        threads.emplace_back([&counted, &origin, &request, milliseconds] { counted = askFor(milliseconds, origin, request); });
    Counted sum;
    for (int n = 0; n < busyConnections; ++n) {
        threads[std::size_t(n)].join();
        const auto &counted = each[std::size_t(n)];
        sum.answers += counted.answers;
        sum.wrong += counted.wrong;
        sum.slowestMs = std::max(sum.slowestMs, counted.slowestMs);
    }
    return sum;
}

void measure(const QUrl &origin, const Call &call)
{
    const auto one = askFor(measuredMs, origin, call.request);
    if (one.wrong > 0) {
        std::printf("  %-44s did not answer as it should\n", call.name);
        return;
    }
    const auto many = askByMany(measuredMs, origin, call.request);
    std::printf("  %-44s %8.0f /s %8.1f ms %10.0f /s %8.1f ms%s\n", call.name, one.answers * 1000.0 / measuredMs, one.slowestMs,
                many.answers * 1000.0 / measuredMs, many.slowestMs, many.wrong > 0 ? "  (refused under load)" : "");
    std::fflush(stdout);
}

/// "VmRSS", "VmHWM": kilobytes, from /proc.
qint64 memoryOf(qint64 process, const char *name)
{
    QFile status(QStringLiteral("/proc/%1/status").arg(process));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const auto &line : status.readAll().split('\n')) {
        if (line.startsWith(name))
            return line.simplified().split(' ').value(1).toLongLong();
    }
    return 0;
}

void printMemory(const DemoProcess &demo, const char *when)
{
    const auto process = const_cast<DemoProcess &>(demo).process().processId();
    std::printf("memory %-28s %6lld MB now, %6lld MB at most\n", when, static_cast<long long>(memoryOf(process, "VmRSS") / 1024),
                static_cast<long long>(memoryOf(process, "VmHWM") / 1024));
}

QByteArray wire(const QByteArray &method, const QByteArray &target, const QByteArray &body, const QByteArray &headers)
{
    return method + ' ' + target + " HTTP/1.1\r\nHost: " + hostHere + "\r\nContent-Length: " + QByteArray::number(body.size()) +
           "\r\n" + headers + "\r\n" + body;
}

/// A group with that many members, some of them eligible for it, and a policy that asks about it.
QString busyGroup(const DemoClient &admin, const QStringList &people)
{
    const QString group = newGroup(admin, QStringLiteral("Large group"));
    for (qsizetype from = 0; from < people.size(); from += 20) {
        QJsonArray twenty;
        for (const QString &person : people.mid(from, 20))
            twenty.append(admin.member("graph") + QStringLiteral("/v1.0/directoryObjects/") + person);
        admin.patch(QStringLiteral("/groups/") + group, {{QStringLiteral("members@odata.bind"), twenty}});
    }
    for (const QString &person : people.mid(0, 100))
        askPim(admin, "eligibility", "adminAssign", group, person, lasting("P30D"));
    return group;
}

QList<Call> callsOf(const DemoClient &admin)
{
    const QByteArray bearer = "Authorization: Bearer " + admin.token() + "\r\nAccept: application/json\r\n";
    const QByteArray eventual = bearer + "ConsistencyLevel: eventual\r\n";
    const QByteArray json = bearer + "Content-Type: application/json\r\n";
    const auto get = [&](const QByteArray &target, const QByteArray &headers) {
        return wire("GET", "/v1.0" + target, {}, headers);
    };
    const auto post = [&](const QByteArray &target, const QJsonObject &body) {
        return wire("POST", "/v1.0" + target, QJsonDocument(body).toJson(QJsonDocument::Compact), json);
    };
    QStringList people;
    QString deep;
    for (QString next = QStringLiteral("/users?$select=id&$top=999"); !next.isEmpty() && people.size() < 4000;) {
        const Answer page = admin.get(next);
        for (const auto &row : page.value())
            people.append(row[QLatin1String("id")].toString());
        next = page.text("@odata.nextLink").section(QStringLiteral("/v1.0"), 1);
        deep = next.isEmpty() ? deep : next;
    }
    const QString group = busyGroup(admin, people.mid(0, 2000));
    const QByteArray someone = people.last().toLatin1();
    const QString application = admin.get(QStringLiteral("/servicePrincipals?$filter=displayName eq 'NinjaOne'&$select=appId"))
                                    .first()[QLatin1String("appId")]
                                    .toString();
    const QJsonObject whatIf{{QStringLiteral("signInIdentity"),
                              QJsonObject{{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.userSignIn")},
                                          {QStringLiteral("userId"), people.first()}}},
                             {QStringLiteral("signInContext"),
                              QJsonObject{{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.applicationContext")},
                                          {QStringLiteral("includeApplications"), QJsonArray{application}}}},
                             {QStringLiteral("signInConditions"), QJsonObject()},
                             {QStringLiteral("appliedPoliciesOnly"), false}};
    const QJsonObject byIds{{QStringLiteral("ids"), QJsonArray::fromStringList(people.mid(0, 100))},
                            {QStringLiteral("types"), QJsonArray{QStringLiteral("user")}}};
    const QByteArray form = "grant_type=refresh_token&client_id=" + admin.member("clientId").toUtf8() +
                            "&scope=openid%20offline_access%20.default&refresh_token=" +
                            QUrl::toPercentEncoding(QString::fromLatin1(admin.refreshToken()));
    return {
        {"user by id", get("/users/" + someone, bearer)},
        {"user by UPN", get("/users/user04242@contoso.demo", bearer)},
        {"users $search, 25 of a few",
         get("/users?$search=%22displayName:User%200424%22%20OR%20%22mail:user0424%22&$top=25&$count=true", eventual)},
        {"users $search, 25 of all", get("/users?$search=%22displayName:User%22&$top=25&$count=true", eventual)},
        {"users startswith, 25 of a few", get("/users?$filter=startswith(displayName,'User%200424')&$top=25", bearer)},
        {"users endswith, 25 of a few",
         get("/users?$filter=endswith(userPrincipalName,'0424@contoso.demo')&$top=25&$count=true", eventual)},
        {"users by UPN eq", get("/users?$filter=userPrincipalName%20eq%20'user04242@contoso.demo'", bearer)},
        {"users $orderby displayName, 25", get("/users?$orderby=displayName&$top=25", bearer)},
        {"users, first page of 100", get("/users", bearer)},
        {"users, a page of 999 further on", get(QUrl(deep).toEncoded(), bearer)},
        {"users/$count", get("/users/$count", eventual)},
        {"servicePrincipals $search, 25",
         get("/servicePrincipals?$search=%22displayName:Business%20application%200042%22&$top=25&$count=true", eventual)},
        {"servicePrincipals startswith, 25",
         get("/servicePrincipals?$filter=startswith(displayName,'Business')&$top=25", bearer)},
        {"getByIds of 100", post("/directoryObjects/getByIds", byIds)},
        {"group members, first 100 of 2000", get("/groups/" + group.toLatin1() + "/members?$select=id,displayName", bearer)},
        {"groups of a person, transitive",
         get("/users/" + people.first().toLatin1() + "/transitiveMemberOf/microsoft.graph.group", bearer)},
        {"PIM eligibility instances of a group (100)",
         get("/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances?$filter=groupId%20eq%20'" +
                 group.toLatin1() + "'",
             bearer)},
        {"Conditional Access evaluate", post("/identity/conditionalAccess/evaluate", whatIf)},
        {"token refresh", wire("POST", '/' + admin.member("tenant").toUtf8() + "/oauth2/v2.0/token", form,
                               "Content-Type: application/x-www-form-urlencoded\r\n")},
    };
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QString users = argc > 1 ? QString::fromLocal8Bit(argv[1]) : QStringLiteral("100000");
    const QString apps = argc > 2 ? QString::fromLocal8Bit(argv[2]) : QStringLiteral("5000");
    QElapsedTimer timer;
    timer.start();
    DemoProcess demo;
    if (!demo.start({QStringLiteral("--users"), users, QStringLiteral("--apps"), apps}, 120'000)) {
        std::fprintf(stderr, "The demo tenant did not start.\n");
        return 1;
    }
    std::printf("%s users, %s applications\n", qPrintable(users), qPrintable(apps));
    std::printf("ready after    %6lld ms\n", static_cast<long long>(timer.elapsed()));
    DemoClient admin(demo.cloud());
    const QString refused = admin.signIn(demo.admin());
    const int status = admin.get(QStringLiteral("/users?$top=25")).status;
    std::printf("first answer   %6lld ms (sign-in and a page of people: %d %s)\n", static_cast<long long>(timer.elapsed()),
                status, qPrintable(refused));
    printMemory(demo, "at the start");
    const auto calls = callsOf(admin);
    std::printf("\n  %-44s %s, slowest   %d connections, slowest\n", "", "one by one", busyConnections);
    const QUrl origin(admin.member("graph"));
    for (const Call &call : calls)
        measure(origin, call);
    std::printf("\n");
    printMemory(demo, "after the calls");
    timer.restart();
    const auto state = admin.control("GET", QStringLiteral("state?times=0")).body.size();
    std::printf("state?times=0: %lld MB in %lld ms\n", static_cast<long long>(state / 1'000'000),
                static_cast<long long>(timer.elapsed()));
    printMemory(demo, "after the state");
    return 0;
}
