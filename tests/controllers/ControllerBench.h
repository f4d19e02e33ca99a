#pragma once

#include "controllers/PageControllers.h"
#include "controllers/StepControllers.h"
#include "demo/Calls.h"
#include "demo/DemoTenant.h"
#include "wire/ScratchDir.h"

#include <QEventLoop>
#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTest>

namespace pimgate::test {

/// Replication and waits pass this many times as fast; tokens still live long enough for a test.
constexpr double timeScale = 200;

/// All controllers of a wizard on one demo tenant of their own, reached over HTTP on loopback.
struct Bench
{
    explicit Bench(double scale = timeScale)
    {
        demo::DemoTenant::Options options;
        options.timeScale = scale;
        auto started = demo::DemoTenant::start(options);
        if (started)
            tenant = std::move(*started);
    }
    /// The program started again beside the same tenant, with what it kept on disk.
    Bench(std::shared_ptr<demo::DemoTenant> sameTenant, std::shared_ptr<ScratchDir> sameFolder)
        : data(std::move(sameFolder)), tenant(std::move(sameTenant))
    {
    }

    QByteArray control(const QByteArray &method, const QString &path, const QJsonDocument &body = {})
    {
        QNetworkRequest request(QUrl(tenant->origin() + QLatin1String("/demo/") + path));
        request.setRawHeader("X-Demo-Key", tenant->controlKey().toUtf8());
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
        QNetworkReply *reply = network.sendCustomRequest(request, method, body.isNull() ? QByteArray() : body.toJson());
        QEventLoop loop;
        QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
        loop.exec();
        const QByteArray answer = reply->readAll();
        reply->deleteLater();
        return answer;
    }

    /// What Graph was asked so far.
    QList<Call> calls()
    {
        QList<Call> all;
        for (const QByteArray &line : control("GET", QStringLiteral("exchanges?api=graph")).split('\n')) {
            const QJsonObject one = QJsonDocument::fromJson(line).object();
            if (!one.isEmpty())
                all << Call{one[QLatin1String("api")].toString(), one[QLatin1String("method")].toString(),
                            one[QLatin1String("path")].toString(), one[QLatin1String("requestBody")],
                            one[QLatin1String("status")].toInt()};
        }
        return all;
    }

    QList<Call> writes()
    {
        QList<Call> all;
        for (const Call &call : calls())
            if (!isRead(call.method, call.path, call.body))
                all << call;
        return all;
    }

    QJsonObject state() { return QJsonDocument::fromJson(control("GET", QStringLiteral("state"))).object(); }
    void faults(const QJsonArray &list) { control("POST", QStringLiteral("faults"), QJsonDocument(list)); }

    QString admin() const { return tenant->cloudFile()[QLatin1String("accounts")][QLatin1String("admin")].toString(); }
    bool settled() const { return workspace.signedIn() && !workspace.stale() && !workspace.reading(); }
    bool writing() const { return workspace.writing().has_value(); }

    Principal found(const QString &text)
    {
        pim.search(text);
        const bool there = QTest::qWaitFor(
            [&] { return !pim.candidates().isEmpty() && pim.candidates().first().displayName.contains(text); }, 5000);
        return there ? pim.candidates().first() : Principal();
    }

    std::shared_ptr<ScratchDir> data = std::make_shared<ScratchDir>();
    ScratchDir &folder = *data;
    std::shared_ptr<demo::DemoTenant> tenant;
    QNetworkAccessManager network;
    Services services{folder.path()};
    Workspace workspace{services};
    WelcomeController welcome{workspace, [this]() -> Result<QJsonObject> { return tenant->cloudFile(); }};
    UnfinishedController unfinished{workspace};
    ReadinessController readiness{workspace};
    GroupController group{workspace};
    SsoController sso{workspace};
    PimController pim{workspace};
    ConditionalAccessController conditionalAccess{workspace};
    ProofController proof{workspace};
    ReportController report{workspace, proof};
};

/// Signs in as the demo's administrator with the NinjaOne preset and waits until everything was read.
#define ENTER(bench)                                                                                                             \
    QVERIFY(bench.tenant);                                                                                                       \
    bench.welcome.choosePreset(QStringLiteral("ninjaone"));                                                                      \
    bench.welcome.signInToDemo(bench.admin());                                                                                   \
    QTRY_VERIFY2_WITH_TIMEOUT(                                                                                                   \
        bench.welcome.state() == WelcomeController::State::SignedIn,                                                             \
        qPrintable(bench.welcome.error() ? bench.welcome.error()->text() : QStringLiteral("still waiting")), 15000);             \
    QTRY_VERIFY_WITH_TIMEOUT(bench.workspace.applicationKnown(), 15000);                                                         \
    QTRY_VERIFY2_WITH_TIMEOUT(                                                                                                   \
        bench.settled() && bench.workspace.usage().readable(),                                                                   \
        qPrintable(bench.workspace.readError() ? bench.workspace.readError()->text() : QStringLiteral("still reading")), 15000)

/// Presses the writing button of one page and waits for the end.
#define PRESS(bench, controller)                                                                                                 \
    QTRY_VERIFY_WITH_TIMEOUT(bench.settled(), 15000);                                                                            \
    QVERIFY2(bench.controller.canApply(), qPrintable(bench.controller.blockedBecause()));                                        \
    bench.controller.apply();                                                                                                    \
    QTRY_VERIFY_WITH_TIMEOUT(!bench.writing(), 60000);                                                                           \
    QVERIFY2(!bench.controller.error(), qPrintable(bench.controller.error() ? bench.controller.error()->text() : QString()));    \
    QTRY_VERIFY_WITH_TIMEOUT(bench.settled(), 15000)

} // namespace pimgate::test
