#pragma once

#include "demo/DemoTenant.h"
#include "gate/judge/VerdictWords.h"
#include "gate/run/Runner.h"
#include "graph/Directory.h"
#include "graph/GraphService.h"
#include "identity/Permissions.h"
#include "proof/ProofRun.h"
#include "proof/ProofWords.h"
#include "wire/ScratchDir.h"

#include <QCoroTask>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

namespace pimgate::test {

inline constexpr double fast = 200;

inline QString mail(const char *name)
{
    return QLatin1String(name) + QStringLiteral("@contoso.demo");
}

/// A demo tenant with the gate built in it, everything over HTTP on loopback.
struct Gate
{
    explicit Gate(const QString &application, bool approval = true, const QStringList &asApprovers = {}, double pace = fast)
    {
        if (!asApprovers.isEmpty())
            approvers = asApprovers;
        demo::DemoTenant::Options options;
        options.timeScale = pace;
        auto started = demo::DemoTenant::start(options);
        if (!started)
            return;
        tenant = std::move(*started);
        cloud = *Cloud::fromJson(tenant->cloudFile());
        clock.setTimeScale(cloud.timeScale);
        const QString adminUpn = tenant->cloudFile()[QLatin1String("accounts")][QLatin1String("admin")].toString();
        session = sessionFor(adminUpn);
        const auto account = QCoro::waitFor(session->signIn(Who{adminUpn, {}}));
        if (!account) {
            problem = account.error().text();
            return;
        }
        graph = std::make_unique<GraphService>(*session);
        history = std::make_unique<History>(folder.path());
        runner = std::make_unique<Runner>(*graph, *history);
        if (application.isEmpty())
            snapshot = std::make_shared<Snapshot>(); // nothing is built
        else
            build(application, approval);
    }

    std::unique_ptr<Session> sessionFor(const QString &upn)
    {
        return std::make_unique<Session>(http, cloud, std::make_unique<HttpBrowser>(http, upn));
    }

    void build(const QString &application, bool approval)
    {
        QJsonObject activation{{QStringLiteral("maximumDuration"), QStringLiteral("PT4H")},
                               {QStringLiteral("mfa"), true},
                               {QStringLiteral("justification"), true},
                               {QStringLiteral("approval"), approval}};
        if (approval)
            activation.insert(QStringLiteral("approvers"), QJsonArray::fromStringList(approvers));
        const QString breakGlass = tenant->cloudFile()[QLatin1String("accounts")][QLatin1String("breakGlass")].toString();
        const QJsonObject json{
            {QStringLiteral("application"), QJsonObject{{QStringLiteral("displayName"), application}}},
            {QStringLiteral("assignment"), QJsonObject{{QStringLiteral("otherAssignments"), QStringLiteral("remove")}}},
            {QStringLiteral("pim"), QJsonObject{{QStringLiteral("eligible"),
                                                 QJsonArray{QJsonObject{{QStringLiteral("principal"), mail("ada.lindqvist")}}}},
                                                {QStringLiteral("activation"), activation}}},
            {QStringLiteral("conditionalAccess"), QJsonObject{{QStringLiteral("state"), QStringLiteral("enabled")},
                                                              {QStringLiteral("breakGlass"), QJsonArray{breakGlass}}}}};
        const auto parsed = Blueprint::parse(QJsonDocument(json).toJson());
        if (!parsed) {
            problem = parsed.error().text();
            return;
        }
        wish.blueprint = *parsed;
        wish.user = mail("ada.lindqvist");
        wish.justification = QStringLiteral("Patch night");
        (void)QCoro::waitFor(history->open());
        const auto plan = QCoro::waitFor(runner->plan(*parsed));
        if (!plan) {
            problem = plan.error().text();
            return;
        }
        const auto begun = QCoro::waitFor(runner->begin(*plan));
        const auto result = begun ? QCoro::waitFor(runner->execute(begun->id, *plan, plan->toMake())) : failure(begun.error());
        if (!result) {
            problem = result.error().text();
            return;
        }
        // Other people's standing assignments are drift and no matter here; the policy must be on.
        snapshot = result->after.snapshot;
        if (!snapshot->policy || snapshot->policy->state != CaPolicy::State::Enabled)
            problem = QStringLiteral("not armed: ") + nameOf(result->state);
    }

    SessionFor maker()
    {
        return [this](const QString &upn) {
            actors << upn;
            return sessionFor(whoComes.value(upn, upn));
        };
    }

    Result<ProofResult> play(ProofWish with) { return QCoro::waitFor(proof().play(std::move(with), snapshot)); }

    ProofRun &proof()
    {
        if (!run)
            run = std::make_unique<ProofRun>(elsewhere ? *elsewhereGraph : *graph, maker());
        return *run;
    }

    /// The same tenant under a cloud that does not call itself a demo: Graph answers, the sign-in host is Microsoft's and never
    /// asked. The operator's token has to be brought to it.
    void callItReal()
    {
        Cloud real = cloud;
        real.login = QUrl(QStringLiteral("https://login.microsoftonline.com"));
        elsewhere = std::make_unique<Session>(http, real, std::make_unique<HttpBrowser>(http, QString()));
        elsewhereGraph = std::make_unique<GraphService>(*elsewhere);
        bringToken();
        QVERIFY(!elsewhere->cloud().isDemo());
    }

    void bringToken()
    {
        launch(session.get(), session->token(), [this](const Result<Secret> &token) {
            if (token && elsewhere)
                elsewhere->adopt(*token);
        });
    }

    /// POST /demo/<what>, without a body GET; what it says.
    QByteArray control(const char *what, const QJsonDocument &json = {})
    {
        HttpRequest request;
        request.url = cloud.login;
        request.url.setPath(QLatin1String("/demo/") + QLatin1String(what));
        request.headers.emplaceBack("X-Demo-Key", cloud.controlKey.toUtf8());
        if (!json.isNull()) {
            request.method = "POST";
            request.headers.emplaceBack("Content-Type", "application/json");
            request.body = json.toJson(QJsonDocument::Compact);
        }
        const auto answer = QCoro::waitFor(http.send(request));
        if (!answer || answer->status >= 300)
            qFatal("%s: %s", what, answer ? answer->body.constData() : "no answer");
        return answer->body;
    }

    /// The next requests of this kind go wrong; more: how, as JSON.
    void disturb(const char *method, const QString &path, const char *more)
    {
        QJsonObject fault = QJsonDocument::fromJson(more).object();
        fault.insert(QStringLiteral("match"),
                     QJsonObject{{QStringLiteral("method"), QLatin1String(method)}, {QStringLiteral("path"), path}});
        control("faults", QJsonDocument(QJsonArray{fault}));
    }

    /// As one of the people, with a session of his own.
    struct Actor
    {
        std::unique_ptr<Session> session;
        std::unique_ptr<GraphService> graph;
        QString id;
    };
    Actor actor(const char *name)
    {
        Actor made{sessionFor(mail(name)), nullptr, person(name).id};
        made.session->setScopes(Permissions::toActivate());
        if (!QCoro::waitFor(made.session->signIn(Who{mail(name), {}})))
            qFatal("%s does not sign in", name);
        made.graph = std::make_unique<GraphService>(*made.session);
        return made;
    }
    /// By user name, or "group:" and a name.
    Principal named(const QString &reference)
    {
        Directory directory(*graph);
        const QStringList references{reference};
        const auto found = QCoro::waitFor(directory.resolve(references));
        return found ? found->value(reference) : Principal();
    }
    Principal person(const char *name) { return named(mail(name)); }

    void advance(std::chrono::seconds time)
    {
        TimeMachine machine(http, cloud);
        QVERIFY(QCoro::waitFor(machine.advance(time)));
    }

    /// As the person does it in a browser of his own; who was stopped, and by what.
    SignInAttempt visit(const char *who, const Application &application)
    {
        const auto tried = QCoro::waitFor(signInToApplication(http, cloud, application, mail(who)));
        return tried.value_or(SignInAttempt());
    }

    QString problem;
    test::ScratchDir folder;
    std::unique_ptr<demo::DemoTenant> tenant;
    Cloud cloud;
    Clock clock;
    Http http{clock};
    std::unique_ptr<Session> session;
    std::unique_ptr<GraphService> graph;
    std::unique_ptr<History> history;
    std::unique_ptr<Runner> runner;
    std::unique_ptr<Session> elsewhere;
    std::unique_ptr<GraphService> elsewhereGraph;
    std::unique_ptr<ProofRun> run;
    SnapshotPtr snapshot;
    ProofWish wish;
    QStringList approvers{mail("lena.fischer"), mail("omar.haddad")};
    QStringList actors;
    QHash<QString, QString> whoComes; ///< whose sign-in the browser still holds, where it is not the person asked for
};

inline QByteArray story(const ProofResult &result)
{
    QString text = howOf(result);
    for (const ProofLine &line : result.lines)
        text += QStringLiteral("\n%1 | %2 | %3 | %4 %5 | %6 agrees=%7")
                    .arg(QString::number(int(line.state)), whoOf(line), doneIn(line), happenedIn(line),
                         QString::number(line.errorCode), sentenceOf(line.verdict))
                    .arg(line.agrees);
    return text.toLocal8Bit();
}

} // namespace pimgate::test

#define READY(gate) QVERIFY2((gate).problem.isEmpty() && (gate).snapshot, qPrintable((gate).problem))
