#pragma once

#include "demo/Calls.h"
#include "demo/DemoPeople.h"
#include "demo/DemoTenant.h"
#include "gate/run/Runner.h"
#include "graph/GraphService.h"
#include "wire/ScratchDir.h"

#include <QCoroTask>
#include <QRegularExpression>
#include <QTest>
#include <QTimer>

#include <functional>
#include <utility>

namespace pimgate::test {

/// The runner against a demo tenant of its own, over HTTP on loopback; replication and floors pass 200 times as fast.
class GateBench
{
public:
    explicit GateBench(double timeScale = 200)
    {
        demo::DemoTenant::Options options;
        options.timeScale = timeScale;
        auto started = demo::DemoTenant::start(options);
        if (!started)
            return;
        tenant = std::move(*started);
        client = std::make_unique<demotest::DemoClient>(tenant->cloudFile());
        problem = client->signIn(demotest::upn("mira.kovac"));
        cloud = *Cloud::fromJson(tenant->cloudFile());
        clock.setTimeScale(cloud.timeScale);
        session = std::make_unique<Session>(http, cloud, std::make_unique<HttpBrowser>(http, admin()));
        if (const auto account = QCoro::waitFor(session->signIn(Who{admin(), {}})); !account)
            problem = account.error().text();
        graph = std::make_unique<GraphService>(*session);
        newMachine();
        pristine = QString::fromUtf8(stateText());
    }

    /// Another computer, or the program started again after a crash with nothing kept.
    void newMachine()
    {
        folders.push_back(std::make_unique<ScratchDir>());
        restart();
    }
    /// The program started again: what History holds is all that is left.
    void restart()
    {
        runner.reset();
        history.reset();
        history = std::make_unique<History>(folders.back()->path());
        if (const auto opened = QCoro::waitFor(history->open()); !opened)
            problem = opened.error().text();
        runner = std::make_unique<Runner>(*graph, *history);
    }

    QString admin() const { return tenant->cloudFile()[QLatin1String("accounts")][QLatin1String("admin")].toString(); }
    QString breakGlass() const { return tenant->cloudFile()[QLatin1String("accounts")][QLatin1String("breakGlass")].toString(); }
    QString id(const char *name) { return demotest::idOf(*client, name); }

    // What is wanted ---------------------------------------------------------------------------------------------
    QJsonObject wish(const char *application, bool enabled) const
    {
        const QJsonObject ada{{QStringLiteral("principal"), demotest::upn("ada.lindqvist")}};
        const QJsonObject jonas{{QStringLiteral("principal"), demotest::upn("jonas.weber")},
                                {QStringLiteral("duration"), QStringLiteral("P90D")}};
        const QJsonObject activation{
            {QStringLiteral("maximumDuration"), QStringLiteral("PT2H")},
            {QStringLiteral("approvers"), QJsonArray{demotest::upn("lena.fischer"), demotest::upn("omar.haddad")}}};
        const QJsonObject policy{{QStringLiteral("state"), enabled ? QStringLiteral("enabled") : QStringLiteral("reportOnly")},
                                 {QStringLiteral("breakGlass"), QJsonArray{breakGlass()}}};
        return {{QStringLiteral("application"), QJsonObject{{QStringLiteral("displayName"), QLatin1String(application)}}},
                {QStringLiteral("pim"),
                 QJsonObject{{QStringLiteral("eligible"), QJsonArray{ada, jonas}}, {QStringLiteral("activation"), activation}}},
                {QStringLiteral("conditionalAccess"), policy}};
    }

    Result<Plan> plan(const QJsonObject &wished)
    {
        const auto blueprint = Blueprint::parse(QJsonDocument(wished).toJson());
        if (!blueprint)
            return failure(blueprint.error());
        return QCoro::waitFor(runner->plan(*blueprint));
    }
    Result<RunResult> execute(const Plan &plan, std::stop_token stop = {})
    {
        const auto begun = QCoro::waitFor(runner->begin(plan));
        if (!begun)
            return failure(begun.error());
        run = begun->id;
        return QCoro::waitFor(runner->execute(run, plan, plan.toMake(), stop));
    }
    Result<RunResult> apply(const QJsonObject &wished, std::stop_token stop = {})
    {
        const auto planned = plan(wished);
        return planned ? execute(*planned, stop) : failure(planned.error());
    }

    // What the tenant saw ----------------------------------------------------------------------------------------
    QList<QJsonObject> exchanges(const char *query = "") const
    {
        QList<QJsonObject> all;
        for (const QByteArray &line :
             client->control("GET", QLatin1String("exchanges") + QLatin1String(query)).body.split('\n')) {
            const QJsonObject one = QJsonDocument::fromJson(line).object();
            if (!one.isEmpty() && one[QLatin1String("api")] != QLatin1String("demo"))
                all << one;
        }
        return all;
    }
    QList<Call> writes() const
    {
        QList<Call> all;
        const QList<QJsonObject> graphOnly = exchanges("?api=graph");
        for (const QJsonObject &one : graphOnly) {
            const Call call{one[QLatin1String("api")].toString(), one[QLatin1String("method")].toString(),
                            one[QLatin1String("path")].toString(), one[QLatin1String("requestBody")],
                            one[QLatin1String("status")].toInt()};
            if (!isRead(call.method, call.path, call.body))
                all << call;
        }
        return all;
    }
    /// Words for the writes: "group", "assign", "rules", "eligible", "policy", "required", "unassign", "arm"...
    static QString kindOf(const Call &call)
    {
        const QString path = call.path.section(QLatin1Char('?'), 0, 0);
        const auto is = [&](const char *method, const char *pattern) {
            return call.method == QLatin1String(method) && QRegularExpression(QLatin1String(pattern)).match(path).hasMatch();
        };
        if (is("POST", "/groups$"))
            return QStringLiteral("group");
        if (is("POST", "/appRoleAssignedTo$"))
            return QStringLiteral("assign");
        if (is("DELETE", "/appRoleAssignedTo/"))
            return QStringLiteral("unassign");
        if (is("PATCH", "/roleManagementPolicies/"))
            return QStringLiteral("rules");
        if (is("POST", "/eligibilityScheduleRequests$"))
            return QStringLiteral("eligible");
        if (is("POST", "/conditionalAccess/policies$"))
            return QStringLiteral("policy");
        if (is("PATCH", "/servicePrincipals/"))
            return QStringLiteral("required");
        if (is("PATCH", "/conditionalAccess/policies/"))
            return QLatin1String("policy:") + call.body[QLatin1String("state")].toString();
        return call.method + QLatin1Char(' ') + path;
    }
    QStringList kinds() const
    {
        QStringList list;
        for (const Call &call : writes())
            list << kindOf(call);
        return list;
    }

    QByteArray stateText() const { return client->control("GET", QStringLiteral("state?times=0")).body; }
    QJsonObject state() const { return QJsonDocument::fromJson(stateText()).object(); }

    /// The state with what differs from run to run taken out: the run's digits, and ids that derive from them.
    QString comparable() const
    {
        QStringList lines;
        const QJsonObject tables = state();
        for (auto table = tables.begin(); table != tables.end(); ++table) {
            const auto add = [&](const QString &key, const QJsonValue &row) {
                lines << table.key() + QLatin1Char(' ') + cleaned(key) + QLatin1Char(' ') +
                             cleaned(QString::fromUtf8(QJsonDocument(QJsonArray{row}).toJson(QJsonDocument::Compact)));
            };
            const QJsonObject links = table->toObject();
            for (auto link = links.begin(); link != links.end(); ++link)
                add(link.key(), *link);
            for (const auto &row : table->toArray())
                add({}, row);
        }
        lines.sort();
        return lines.join(QLatin1Char('\n'));
    }

    void faults(const QJsonArray &list) const
    {
        const auto answer =
            demotest::exchange("POST", QUrl(tenant->origin() + QStringLiteral("/demo/faults")), QJsonDocument(list).toJson(),
                               {{"X-Demo-Key", tenant->controlKey().toUtf8()}, {"Content-Type", "application/json"}});
        QCOMPARE(answer.status, 204);
    }
    bool faultsUsed() const { return client->control("GET", QStringLiteral("faults")).body.trimmed() == "[]"; }
    static QJsonObject fault(const char *method, const char *path, QJsonObject more = {})
    {
        more.insert(QStringLiteral("match"), QJsonObject{{QStringLiteral("method"), QLatin1String(method)},
                                                         {QStringLiteral("path"), QLatin1String(path)}});
        return more;
    }
    /// The n-th write from now on, whatever it is.
    static QJsonObject atWrite(int n, QJsonObject more)
    {
        more.insert(QStringLiteral("skip"), n);
        return fault("^(POST|PATCH|DELETE)$", "^/v1.0/(?!\\$batch|directoryObjects/getByIds|identity/conditionalAccess/evaluate)",
                     more);
    }

    // What stands in the tenant ----------------------------------------------------------------------------------
    QJsonObject row(const char *table, const char *member, const QString &value) const
    {
        const QJsonArray rows = state()[QLatin1String(table)].toArray();
        for (const auto &row : rows)
            if (row[QLatin1String(member)].toString() == value)
                return row.toObject();
        return {};
    }
    QJsonArray rows(const char *table, const char *member, const QString &value) const
    {
        QJsonArray found;
        const QJsonArray rows = state()[QLatin1String(table)].toArray();
        for (const auto &row : rows)
            if (row[QLatin1String(member)].toString() == value)
                found << row;
        return found;
    }
    QJsonObject application(const char *name) const { return row("servicePrincipals", "displayName", QLatin1String(name)); }
    QJsonObject policy(const char *application) const
    {
        const QString appId = this->application(application)[QLatin1String("appId")].toString();
        const QJsonArray all = state()[QLatin1String("conditionalAccessPolicies")].toArray();
        for (const auto &one : all)
            if (one[QLatin1String("conditions")][QLatin1String("applications")][QLatin1String("includeApplications")]
                    .toArray()
                    .contains(appId))
                return one.toObject();
        return {};
    }
    QString policyState(const char *application) const { return policy(application)[QLatin1String("state")].toString(); }

    /// Empty when the application is as open as before, or shut with somebody able to open it; else what is wrong.
    QString lockedOut(const char *application, const QString &groupName)
    {
        const QJsonObject app = this->application(application);
        const bool required = app[QLatin1String("appRoleAssignmentRequired")].toBool();
        const QJsonObject policy = this->policy(application);
        const bool armed = policy[QLatin1String("state")].toString() == QLatin1String("enabled");
        const QJsonArray assigned = rows("appRoleAssignments", "resourceId", app[QLatin1String("id")].toString());
        int direct = 0;
        for (const auto &one : assigned)
            direct += pristine.contains(one[QLatin1String("id")].toString());
        const bool asBefore = direct == directBefore(application) && !required && !armed;
        if (asBefore)
            return {};
        const QString group = row("groups", "displayName", groupName)[QLatin1String("id")].toString();
        if (group.isEmpty())
            return QStringLiteral("shut, and there is no group");
        const auto isGroup = [&](const QJsonValue &one) { return one[QLatin1String("principalId")].toString() == group; };
        if (std::none_of(assigned.begin(), assigned.end(), isGroup))
            return QStringLiteral("shut, and the group is not assigned");
        if (demotest::memberPolicy(*client, group).isEmpty() ||
            demotest::ruleOf(demotest::memberPolicy(*client, group),
                             "Expiration_EndUser_Assignment")[QLatin1String("maximumDuration")] != QLatin1String("PT2H"))
            return QStringLiteral("shut, and people would activate under default rules");
        if (rows("eligibilitySchedules", "groupId", group).isEmpty())
            return QStringLiteral("shut, and nobody is eligible");
        const QJsonValue users = policy[QLatin1String("conditions")][QLatin1String("users")];
        if (armed && !users[QLatin1String("excludeGroups")].toArray().contains(group))
            return QStringLiteral("armed without leaving out the group");
        if (armed && users[QLatin1String("excludeUsers")].toArray().isEmpty())
            return QStringLiteral("armed without leaving out break-glass");
        return {};
    }

    std::unique_ptr<demo::DemoTenant> tenant;
    std::unique_ptr<demotest::DemoClient> client; ///< the operator with a client of its own: what happens behind the back
    QString problem;
    QString pristine; ///< the tenant before
    QString run;
    Cloud cloud;
    Clock clock;
    Http http{clock};
    std::unique_ptr<Session> session;
    std::unique_ptr<GraphService> graph;
    std::vector<std::unique_ptr<ScratchDir>> folders;
    std::unique_ptr<History> history;
    std::unique_ptr<Runner> runner;

private:
    int directBefore(const char *application) const
    {
        const QString id = this->application(application)[QLatin1String("id")].toString();
        int count = 0;
        for (const auto &one : QJsonDocument::fromJson(pristine.toUtf8()).object()[QLatin1String("appRoleAssignments")].toArray())
            count += one[QLatin1String("resourceId")].toString() == id;
        return count;
    }

    QString cleaned(QString text) const
    {
        static const QRegularExpression marks(QStringLiteral("(pimgate-|[Rr]un )[0-9a-f]{8}"));
        static const QRegularExpression guids(
            QStringLiteral("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"));
        static const QRegularExpression derived(QStringLiteral("\"(?:id|securityIdentifier)\":\"([A-Za-z0-9_-]{22,})\""));
        text.replace(marks, QStringLiteral("\\1#"));
        for (const auto *pattern : {&guids, &derived}) {
            qsizetype from = 0;
            for (auto match = pattern->match(text); match.hasMatch(); match = pattern->match(text, from)) {
                const int group = pattern == &guids ? 0 : 1;
                from = match.capturedEnd(group);
                if (pristine.contains(match.captured(group)))
                    continue;
                text.replace(match.capturedStart(group), match.capturedLength(group), QStringLiteral("#"));
                from = match.capturedStart(group) + 1;
            }
        }
        return text;
    }
};

/// The lines that only one of the two states has, for a message.
inline QByteArray difference(const QString &wanted, const QString &is)
{
    const QStringList left = wanted.split(QLatin1Char('\n')), right = is.split(QLatin1Char('\n'));
    QString text;
    for (const QString &line : left)
        if (left.count(line) != right.count(line))
            text += QLatin1String("\n- ") + line;
    for (const QString &line : right)
        if (left.count(line) != right.count(line))
            text += QLatin1String("\n+ ") + line;
    return text.left(6000).toUtf8();
}

/// Does something as soon as the tenant has met the faults, while the disturbed request is still on its way.
inline void whenFaultsAreUsed(GateBench &bench, std::function<void()> then)
{
    auto *poll = new QTimer(QCoreApplication::instance());
    QObject::connect(poll, &QTimer::timeout, poll, [&bench, poll, then, asking = false]() mutable {
        if (std::exchange(asking, true))
            return;
        if (bench.faultsUsed()) {
            poll->stop();
            poll->deleteLater();
            then();
        }
        asking = false;
    });
    poll->start(20);
}

inline QByteArray told(const Result<RunResult> &result)
{
    return (result ? nameOf(result->state) + QLatin1Char(' ') + (result->evidence ? result->evidence->problem : QString())
                   : result.error().text())
        .toUtf8();
}

} // namespace pimgate::test

#define GATE_READY(bench) QVERIFY2((bench).tenant && (bench).problem.isEmpty(), qPrintable((bench).problem))
/// A run that ended in this state; the run is made once.
#define ENDS(result, expected)                                                                                                   \
    do {                                                                                                                         \
        const auto ended = result;                                                                                               \
        QVERIFY2(ended, test::told(ended).constData());                                                                          \
        QVERIFY2(nameOf(ended->state) == QLatin1String(expected), test::told(ended).constData());                                \
    } while (false)
