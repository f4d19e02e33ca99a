#include "cli/Commands.h"
#include "cli/Context.h"
#include "cli/Describe.h"
#include "cli/Words.h"
#include "gate/run/EvidenceJson.h"
#include "proof/ProofJson.h"
#include "report/ReportFacts.h"

#include <QFile>

namespace pimgate {

Task<int> historyCommand(Context &context)
{
    Console &console = context.console;
    History &history = context.services.history();
    if (context.line.operands() == 0) {
        const auto runs = co_await history.runs();
        if (!runs)
            co_return console.fail(runs.error());
        QJsonArray json;
        for (const RunRecord &run : *runs)
            json << toJson(run);
        console.set(QStringLiteral("runs"), json);
        console.say(runs->isEmpty() ? Cli::tr("No run yet.") : describe(*runs));
        co_return Exit::Done;
    }
    const QString runId = context.line.operand(0);
    const auto run = co_await history.run(runId);
    if (!run)
        co_return console.fail(run.error());
    const auto changes = co_await history.changes(runId);
    if (!changes)
        co_return console.fail(changes.error());
    console.set(QStringLiteral("run"), toJson(*run));
    console.set(QStringLiteral("changes"), toJson(*changes));
    const QList<RunRecord> one{*run};
    console.say(describe(one) + QLatin1Char('\n') + describe(*changes));
    co_return Exit::Done;
}

Task<int> reportCommand(Context &context)
{
    Console &console = context.console;
    const QString fileName = context.line.value("out");
    if (fileName.isEmpty())
        co_return console.wrongUse(Cli::tr("report needs to know where to: --out FILE.html, FILE.pdf or FILE.json."));
    History &history = context.services.history();
    const auto run = co_await history.run(context.line.operand(0));
    if (!run)
        co_return console.fail(run.error());
    const auto changes = co_await history.changes(run->id);
    if (!changes)
        co_return console.fail(changes.error());
    const auto arming = keptArming(*run);
    if (!arming)
        co_return console.fail(arming.error());
    const auto proof = keptProof(*run);
    if (!proof)
        co_return console.fail(proof.error());
    const Blueprint blueprint = Blueprint::ofRun(run->blueprint);
    const auto entered = co_await enter(context);
    if (!entered)
        co_return console.fail(entered.error());
    const auto now = co_await context.runner().plan(blueprint, context.stop);
    if (!now)
        co_return console.fail(now.error());

    Evidence evidence;
    evidence.run = *run;
    evidence.changes = *changes;
    evidence.now = *now;
    evidence.arming = *arming;
    if (*proof)
        evidence.proof = (*proof)->proof;
    evidence.leaveOutNames = context.line.isSet("leave-out-names");
    evidence.at = context.services.clock().now();
    evidence.demo = run->demo;
    const auto written = writeReport(evidence, fileName);
    if (!written)
        co_return console.fail(written.error());
    const ReportVerdict verdict = verdictOf(evidence);
    const ReportFacts facts = factsOf(evidence);
    console.set(QStringLiteral("run"), run->id);
    console.set(QStringLiteral("file"), fileName);
    console.set(QStringLiteral("verdict"), toJson(verdict));
    console.set(QStringLiteral("facts"), toJson(facts));
    console.say(verdict.sentence + QLatin1Char('\n') + describe(facts, isDemo(evidence)));
    console.say(Cli::tr("Written: %1").arg(fileName));
    co_return Exit::Done;
}

Task<int> verifyReportCommand(Context &context)
{
    Console &console = context.console;
    QFile file(context.line.operand(0));
    if (!file.open(QIODevice::ReadOnly)) {
        Error error;
        error.kind = Error::Kind::Input;
        error.message = Cli::tr("“%1” cannot be read: %2.").arg(file.fileName(), file.errorString());
        error.next = Cli::tr("Give the .json file that pimgate report wrote.");
        co_return console.fail(error);
    }
    const auto fits = checkReport(file.readAll());
    if (!fits)
        co_return console.fail(fits.error());
    console.set(QStringLiteral("fits"), *fits);
    console.say(*fits ? Cli::tr("The hash fits: the report is as it was written.")
                      : Cli::tr("The hash does NOT fit: the report was changed after it was written."));
    co_return *fits ? Exit::Done : Exit::No;
}

} // namespace pimgate
