#include "cli/Commands.h"
#include "cli/Context.h"
#include "cli/Describe.h"
#include "cli/Words.h"
#include "gate/judge/OpenableWords.h"
#include "gate/judge/Readiness.h"
#include "graph/GraphService.h"
#include "proof/ProofJson.h"
#include "proof/ProofRun.h"
#include "proof/ProofWords.h"

#include <algorithm>

namespace pimgate {
namespace gatecommands {

/// What the runner does, line by line, while it does it.
void showProgress(Context &context)
{
    Console &console = context.console;
    QObject::connect(&context.runner(), &Runner::progressed, &context.runner(), [&console](const Progress &progress) {
        switch (progress.state) {
        case Progress::State::Waiting: {
            const QString typical = progress.typical.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(progress.typical);
            if (!progress.wait.isEmpty())
                console.note(Cli::tr("  waiting: %1%2").arg(progress.wait, typical));
            break;
        }
        case Progress::State::Sending:
            console.note(Cli::tr("  sending: %1").arg(progress.sentence));
            break;
        case Progress::State::ReadingBack:
            break;
        case Progress::State::Done:
            console.note(Cli::tr("  read back: %1").arg(progress.sentence));
            break;
        case Progress::State::Already:
            console.note(Cli::tr("  already so: %1").arg(progress.sentence));
            break;
        case Progress::State::Failed:
            console.note(Cli::tr("  FAILED: %1").arg(progress.sentence));
            break;
        case Progress::State::Differs:
            console.note(Cli::tr("  DIFFERS: %1").arg(progress.sentence));
            break;
        }
    });
}

/// The rows, those still to make with the requests that they come to.
QJsonArray rowsJson(Context &context, const Plan &plan)
{
    const QString graph = context.runner().graph().reference(QString());
    QJsonArray rows = toJson(plan.rows);
    for (int i = 0; i < rows.size(); ++i) {
        if (plan.rows[i].done)
            continue;
        QJsonObject row = rows[i].toObject();
        row.insert(QStringLiteral("requests"), toJson(context.runner().requests(plan, plan.rows[i]), graph));
        rows[i] = row;
    }
    return rows;
}

void tellPlan(Context &context, const Plan &plan)
{
    Console &console = context.console;
    console.say(describe(plan));
    // A row that is still to make is drift to verify; beside the plan it would only be said twice.
    QList<Finding> beside;
    for (const Finding &finding : plan.findings)
        if (!finding.row)
            beside << finding;
    if (!beside.isEmpty())
        console.say(QLatin1Char('\n') + describe(beside));
    console.set(QStringLiteral("tenant"), tenantJson(plan));
    console.set(QStringLiteral("changes"), int(plan.toMake().size()));
    console.set(QStringLiteral("rows"), rowsJson(context, plan));
    console.set(QStringLiteral("findings"), toJson(plan.findings));
}

/// Why the blueprint must not be applied to this tenant: the first reason in words, all of them in the JSON document.
int refused(Console &console, const Plan &plan)
{
    QJsonArray all;
    for (const Error &refusal : plan.refusals)
        all << toJson(refusal);
    console.set(QStringLiteral("tenant"), tenantJson(plan));
    console.set(QStringLiteral("refusals"), all);
    Error first = plan.refusals.first();
    if (const qsizetype more = plan.refusals.size() - 1; more > 0)
        first.next += QLatin1Char(' ') + Cli::tr("Further reasons: %1; --json names them all.").arg(more);
    return console.fail(first);
}

enum class Go { On, No, Stopped };

/// Asks before anything is written, where somebody can be asked. Without a terminal apply has refused by now; undo and
/// remove are wishes of their own and go on (interface.md).
Go confirmed(Context &context, const QString &question)
{
    if (context.line.isSet("yes") || !Console::interactive())
        return Go::On;
    switch (context.console.ask(question)) {
    case Console::Answer::Yes:
        return Go::On;
    case Console::Answer::Stopped:
        return Go::Stopped;
    case Console::Answer::No:
        break;
    }
    context.console.note(Cli::tr("Nothing was changed."));
    context.console.set(QStringLiteral("state"), QStringLiteral("declined"));
    return Go::No;
}

int statusOf(const RunResult &result, bool enforceWanted)
{
    if (result.nobodyCanOpen() && result.state != RunState::Stopped)
        return Exit::No;
    switch (result.state) {
    case RunState::Verified:
    case RunState::Undone:
        return Exit::Done;
    case RunState::ReportOnly: // asked for, or armed without evidence: then the answer is no
        return enforceWanted ? Exit::No : Exit::Done;
    case RunState::Stopped:
        return Exit::Stopped;
    case RunState::Failed:
    case RunState::Running:
    case RunState::Undoing:
        return Exit::NotPossible;
    case RunState::Drift:
    case RunState::PartlyUndone:
        break;
    }
    return Exit::No;
}

QString sentenceOf(const RunResult &result, bool enforceWanted)
{
    const auto &policy = result.after.snapshot ? result.after.snapshot->policy : std::nullopt;
    if (result.nobodyCanOpen() && policy && policy->state == CaPolicy::State::Enabled)
        return Cli::tr("Not done: it would take the last way in. %1 %2")
            .arg(noPathSentence(*result.openable), mendSentence(*result.openable));
    if (result.nobodyCanOpen())
        return Cli::tr("The gate stays open. %1 %2").arg(noPathSentence(*result.openable), mendSentence(*result.openable));
    switch (result.state) {
    case RunState::Verified:
        return enforceWanted ? Cli::tr("Verified: the tenant shows every row as asked.")
                             : Cli::tr("Verified, not enforced: the policy is in report-only, as asked.");
    case RunState::ReportOnly:
        return enforceWanted
                   ? Cli::tr(
                         "Not enforced: the evidence for closing the gate is not complete, so the policy stays in report-only.")
                   : Cli::tr("Verified, not enforced: the policy is in report-only, as asked.");
    case RunState::Drift:
        return Cli::tr("The tenant differs from what was asked; the rows below were not touched again.");
    case RunState::Undone:
        return Cli::tr("Taken back: the tenant shows the state before.");
    case RunState::PartlyUndone:
        return Cli::tr("Taken back in part: what somebody has changed since was left alone.");
    case RunState::Stopped:
        return Cli::tr("Stopped. Go on with: pimgate resume %1").arg(result.runId);
    case RunState::Running:
    case RunState::Failed:
    case RunState::Undoing:
        break;
    }
    return Cli::tr("Ended as: %1").arg(nameOf(result.state));
}

int tellResult(Console &console, const RunResult &result, bool enforceWanted)
{
    console.set(QStringLiteral("run"), result.runId);
    console.set(QStringLiteral("state"), nameOf(result.state));
    if (result.after.snapshot) {
        console.set(QStringLiteral("left"), toJson(result.after.toMake()));
        console.set(QStringLiteral("findings"), toJson(result.after.findings));
    }
    if (result.evidence) {
        console.set(QStringLiteral("evidence"), toJson(*result.evidence));
        console.say(QLatin1Char('\n') + Cli::tr("Asked before closing the gate:") + QLatin1Char('\n') +
                    describe(*result.evidence));
    }
    if (result.nobodyCanOpen())
        console.set(QStringLiteral("reason"), QStringLiteral("nobodyCanOpen"));
    console.say(QLatin1Char('\n') + sentenceOf(result, enforceWanted));
    if (result.after.snapshot && result.state == RunState::Drift) {
        for (const Finding &finding : result.after.findings)
            if (finding.key == QLatin1String(lockedOutKey))
                console.say(finding.text);
        console.say(describe(result.after.toMake()));
    }
    if (!result.notDone.isEmpty()) {
        console.set(QStringLiteral("notDone"), QJsonArray::fromStringList(result.notDone));
        console.say(Cli::tr("Stays as it is:"));
        for (const QString &what : result.notDone)
            console.say(QLatin1String("  ") + what);
    }
    if (!result.changedSince.isEmpty()) {
        console.set(QStringLiteral("changedSince"), QJsonArray::fromStringList(result.changedSince));
        console.say(Cli::tr("Changed by somebody since, and left alone:"));
        for (const QString &what : result.changedSince)
            console.say(QLatin1String("  ") + what);
        console.say(Cli::tr("Look at it in the Entra admin center; to take it back too: pimgate undo %1 --changed-too")
                        .arg(result.runId));
    }
    return statusOf(result, enforceWanted);
}

/// By names: who can open the gate, and who then approves.
QJsonValue pathJson(const Openable &paths)
{
    const Openable::Candidate *path = paths.path();
    if (!path)
        return QJsonValue::Null;
    const QString until = path->until.isValid() ? path->until.toString(Qt::ISODate) : QString();
    return QJsonObject{
        {QStringLiteral("person"), path->who.userName},
        {QStringLiteral("approver"), path->approvers.isEmpty() ? QJsonValue() : QJsonValue(path->approvers.first())},
        {QStringLiteral("how"), path->approvers.isEmpty() ? QStringLiteral("activation") : QStringLiteral("approvedActivation")},
        {QStringLiteral("until"), until.isEmpty() ? QJsonValue() : QJsonValue(until)}};
}

/// A run that broke off can go on: the person learns its id before and the way on after.
int broken(Context &context, const QString &runId, const Error &error)
{
    context.console.set(QStringLiteral("run"), runId);
    const int status = context.console.fail(error);
    context.console.warn(
        Cli::tr("Run %1 is kept. Go on with: pimgate resume %1   Take it back with: pimgate undo %1").arg(runId));
    return status;
}

int brokenBack(Context &context, const QString &runId, const Error &error)
{
    context.console.set(QStringLiteral("run"), runId);
    const int status = context.console.fail(error);
    context.console.warn(Cli::tr("What was taken back stays so. Go on with: pimgate undo %1").arg(runId));
    return status;
}

/// The lines of a proof of this person that waits for an approval: it goes on where it was left.
QList<ProofLine> pendingLines(const RunRecord &run, const QString &user)
{
    const auto kept = keptProof(run); // one that cannot be read is played anew and replaced
    const bool waits = kept && *kept && (*kept)->proof.state == ProofResult::State::Pending &&
                       (*kept)->user.compare(user, Qt::CaseInsensitive) == 0;
    return waits ? (*kept)->proof.lines : QList<ProofLine>();
}

/// What cannot be taken back, said before anything is.
void tellResidue(Console &console, const QList<Change> &changes)
{
    const QStringList residue = Runner::residueOf(changes);
    console.set(QStringLiteral("stays"), QJsonArray::fromStringList(residue));
    if (residue.isEmpty())
        return;
    console.say(Cli::tr("Cannot be taken back:"));
    for (const QString &line : residue)
        console.say(QLatin1String("  ") + line);
}

bool takesChangedToo(Console &console, const QStringList &changedSince)
{
    console.say(Cli::tr("Changed by somebody since:"));
    for (const QString &what : changedSince)
        console.say(QLatin1String("  ") + what);
    return console.ask(Cli::tr("Take that back too?")) == Console::Answer::Yes;
}

/// With --no-wait something may be left that undo would otherwise have waited for: then the answer is no.
int leftBehind(const Context &context, const RunResult &result, int status)
{
    return status == Exit::Done && context.line.isSet("no-wait") && !result.notDone.isEmpty() ? Exit::No : status;
}

} // namespace gatecommands

Task<int> readinessCommand(Context &context)
{
    Blueprint blueprint;
    if (context.line.operands() > 0) {
        const auto loaded = blueprintOf(context.line);
        if (!loaded)
            co_return context.console.fail(loaded.error());
        blueprint = *loaded;
    }
    const auto entered = co_await enter(context);
    if (!entered)
        co_return context.console.fail(entered.error());
    Readiness &readiness = context.customer().readiness;
    const auto checks = co_await readiness.check(blueprint, context.stop);
    if (!checks)
        co_return context.console.fail(checks.error());
    context.console.say(describe(*checks));
    context.console.set(QStringLiteral("checks"), toJson(*checks));
    // What cannot be had in a tenant is no error (access reviews), except the licence that PIM itself needs.
    const bool met = std::none_of(checks->cbegin(), checks->cend(), [](const Check &check) {
        return check.state == PageState::Failed ||
               (check.state == PageState::NotLicensed && check.key == QLatin1String("licence"));
    });
    co_return met ? Exit::Done : Exit::No;
}

Task<int> planCommand(Context &context)
{
    const auto blueprint = blueprintOf(context.line);
    if (!blueprint)
        co_return context.console.fail(blueprint.error());
    const auto entered = co_await enter(context);
    if (!entered)
        co_return context.console.fail(entered.error());
    const auto plan = co_await context.runner().plan(*blueprint, context.stop);
    if (!plan)
        co_return context.console.fail(plan.error());
    if (!plan->refusals.isEmpty())
        co_return gatecommands::refused(context.console, *plan);
    gatecommands::tellPlan(context, *plan);
    co_return plan->toMake().isEmpty() ? Exit::Done : Exit::No;
}

Task<int> applyCommand(Context &context)
{
    Console &console = context.console;
    if (!context.line.isSet("yes") && !Console::interactive())
        co_return console.wrongUse(
            Cli::tr("apply asks before it changes anything, and there is no terminal to ask on. Add --yes to go on "
                    "without being asked, or look first with: pimgate plan %1")
                .arg(context.line.operand(0)));
    const auto blueprint = blueprintOf(context.line);
    if (!blueprint)
        co_return console.fail(blueprint.error());
    const auto entered = co_await enter(context, Permissions::toWork());
    if (!entered)
        co_return console.fail(entered.error());
    const auto plan = co_await context.runner().plan(*blueprint, context.stop);
    if (!plan)
        co_return console.fail(plan.error());
    if (!plan->refusals.isEmpty())
        co_return gatecommands::refused(console, *plan);
    gatecommands::tellPlan(context, *plan);

    const QList<Change> toMake = plan->toMake();
    if (!toMake.isEmpty()) {
        const auto go = gatecommands::confirmed(
            context, Cli::tr("Make %n change(s) in %1?", nullptr, int(toMake.size())).arg(tenantName(*plan)));
        if (go != gatecommands::Go::On)
            co_return go == gatecommands::Go::No ? Exit::No : Exit::Stopped;
    }
    const auto run = co_await context.runner().begin(*plan);
    if (!run)
        co_return console.fail(run.error());
    console.say(QLatin1Char('\n') + Cli::tr("Run %1").arg(run->id));
    gatecommands::showProgress(context);
    const auto result = co_await context.runner().execute(run->id, *plan, toMake, context.stop);
    if (!result)
        co_return gatecommands::broken(context, run->id, result.error());
    co_return gatecommands::tellResult(console, *result, blueprint->policy.enabled);
}

Task<int> verifyCommand(Context &context)
{
    const auto blueprint = blueprintOf(context.line);
    if (!blueprint)
        co_return context.console.fail(blueprint.error());
    const auto entered = co_await enter(context);
    if (!entered)
        co_return context.console.fail(entered.error());
    const auto plan = co_await context.runner().plan(*blueprint, context.stop);
    if (!plan)
        co_return context.console.fail(plan.error());
    const int status = verifyStatus(plan->findings, context.line.isSet("report-only-ok"));
    const bool drifted = std::any_of(plan->findings.cbegin(), plan->findings.cend(),
                                     [](const Finding &finding) { return finding.weight == Finding::Weight::Drift; });
    Console &console = context.console;
    console.set(QStringLiteral("tenant"), tenantJson(*plan));
    console.set(QStringLiteral("findings"), toJson(plan->findings));
    console.set(QStringLiteral("rows"), toJson(plan->toMake()));
    if (status == Exit::No)
        console.set(QStringLiteral("reason"), drifted ? QStringLiteral("drift") : QStringLiteral("notEnforced"));
    if (status == Exit::NotPossible)
        console.set(QStringLiteral("reason"), QStringLiteral("notChecked"));
    console.set(QStringLiteral("path"), gatecommands::pathJson(plan->openable));
    if (!plan->findings.isEmpty())
        console.say(describe(plan->findings) + QLatin1Char('\n'));
    const QString tenant = tenantName(*plan);
    if (status == Exit::Done)
        console.say(Cli::tr("%1 is as planned. %2").arg(tenant, pathSentence(plan->openable)));
    else if (status == Exit::No)
        console.say(drifted ? Cli::tr("%1 is not as planned.").arg(tenant)
                            : Cli::tr("%1 is as planned, and the gate is not enforced.").arg(tenant));
    else
        console.warn(
            Cli::tr(
                "pimgate: nothing in %1 differs, but not everything could be checked; the lines above say what and why. Give the "
                "account the missing permission or role, then verify again.")
                .arg(tenant));
    co_return status;
}

Task<int> testCommand(Context &context)
{
    Console &console = context.console;
    ProofWish wish;
    wish.user = context.line.value("user");
    wish.approver = context.line.value("approver");
    wish.justification = context.line.value("justification");
    wish.ticket = context.line.value("ticket");
    if (wish.user.isEmpty())
        co_return console.wrongUse(Cli::tr("test needs to know who activates. Name an eligible person: --user UPN."));
    if (context.line.isSet("duration")) {
        const auto duration = IsoDuration::parse(context.line.value("duration"));
        if (!duration)
            co_return console.fail(duration.error());
        wish.duration = *duration;
    }
    const auto blueprint = blueprintOf(context.line);
    if (!blueprint)
        co_return console.fail(blueprint.error());
    wish.blueprint = *blueprint;
    const auto entered = co_await enter(context);
    if (!entered)
        co_return console.fail(entered.error());
    const auto plan = co_await context.runner().plan(*blueprint, context.stop);
    if (!plan)
        co_return console.fail(plan.error());
    if (!plan->refusals.isEmpty())
        co_return gatecommands::refused(console, *plan);

    Services &services = context.services;
    const QString tenantId = plan->snapshot->organization.id;
    const QString appId = plan->snapshot->application ? plan->snapshot->application->appId : QString();
    const auto run = co_await provableRun(services.history(), tenantId, appId);
    if (!run)
        co_return console.fail(run.error());
    if (*run)
        wish.earlier = gatecommands::pendingLines(**run, wish.user);
    const auto sessionFor = [&services, &console](const QString &upn) {
        auto session = services.actor(upn);
        QObject::connect(session.get(), &Session::linkReady, session.get(), [&console, upn](const QUrl &url) {
            console.warn(Cli::tr("%1 opens this link to sign in: %2").arg(upn, url.toString(QUrl::FullyEncoded)));
        });
        return session;
    };
    ProofRun proof(context.customer().graph, sessionFor);
    QObject::connect(&proof, &ProofRun::lineChanged, &proof, [&console](int, const ProofLine &line) {
        if (line.state == ProofLine::State::Working)
            console.note(QStringLiteral("  %1: %2").arg(whoOf(line), doneIn(line)));
    });
    const auto result = co_await proof.play(wish, plan->snapshot, context.stop);
    if (!result)
        co_return console.fail(result.error());
    if (*run) {
        const QString runId = (*run)->id;
        const KeptProof proofOfRun{wish.user, *result};
        const auto kept = co_await keepProof(services.history(), runId, proofOfRun);
        if (!kept)
            co_return console.fail(kept.error());
        console.set(QStringLiteral("run"), runId);
    } else {
        console.warn(Cli::tr("pimgate: no run of this application is in the history here, so no report will show this proof. A "
                             "proof is kept with the run that made the gate: apply the blueprint first."));
    }
    console.set(QStringLiteral("tenant"), tenantJson(*plan));
    console.set(QStringLiteral("lines"), toJson(result->lines));
    const QString how = howOf(*result);
    if (!how.isEmpty())
        console.set(QStringLiteral("how"), how);
    console.say(describe(result->lines) + QLatin1Char('\n'));
    switch (result->state) {
    case ProofResult::State::Passed:
        console.set(QStringLiteral("state"), QStringLiteral("passed"));
        console.say(Cli::tr("The proof passed."));
        co_return Exit::Done;
    case ProofResult::State::Pending:
        console.set(QStringLiteral("state"), QStringLiteral("pending"));
        console.say(Cli::tr("The approval is pending. %1").arg(how));
        co_return Exit::No;
    case ProofResult::State::Failed:
        break;
    }
    console.set(QStringLiteral("state"), QStringLiteral("failed"));
    console.say(Cli::tr("The proof FAILED. %1").arg(how));
    co_return Exit::No;
}

Task<int> undoCommand(Context &context)
{
    Console &console = context.console;
    const QString runId = context.line.operand(0);
    const auto run = co_await context.services.history().run(runId);
    if (!run)
        co_return console.fail(run.error());
    const auto entered = co_await enter(context, Permissions::toWork());
    if (!entered)
        co_return console.fail(entered.error());
    const auto steps = co_await context.runner().undoPlan(runId);
    if (!steps)
        co_return console.fail(steps.error());
    console.set(QStringLiteral("changes"), toJson(*steps));
    console.say(steps->isEmpty() ? Cli::tr("Of run %1 in %2 nothing is left to take back.").arg(runId, tenantName(*run))
                                 : Cli::tr("Run %1 in %2 is taken back:").arg(runId, tenantName(*run)));
    for (const ChangeRecord &record : *steps)
        console.say(QStringLiteral("  %1: %2").arg(record.change.what, record.change.undo));
    QList<Change> changes;
    for (const ChangeRecord &record : *steps)
        changes << record.change;
    gatecommands::tellResidue(console, changes);
    if (!steps->isEmpty()) {
        const auto go = gatecommands::confirmed(
            context, Cli::tr("Take back %n change(s) in %1?", nullptr, int(steps->size())).arg(tenantName(*run)));
        if (go != gatecommands::Go::On)
            co_return go == gatecommands::Go::No ? Exit::No : Exit::Stopped;
    }
    gatecommands::showProgress(context);
    const TakeBack how{context.line.isSet("no-wait"), context.line.isSet("changed-too")};
    auto result = co_await context.runner().undo(runId, how, context.stop);
    const bool asks = result && !result->changedSince.isEmpty() && Console::interactive() && !context.line.isSet("yes");
    if (asks && gatecommands::takesChangedToo(console, result->changedSince)) {
        const TakeBack all{how.noWait, true};
        const auto rest = co_await context.runner().undo(runId, all, context.stop);
        result = rest;
    }
    if (!result)
        co_return gatecommands::brokenBack(context, runId, result.error());
    const int status = gatecommands::tellResult(console, *result, false);
    co_return gatecommands::leftBehind(context, *result, status);
}

Task<int> resumeCommand(Context &context)
{
    Console &console = context.console;
    const QString runId = context.line.operand(0);
    const auto run = co_await context.services.history().run(runId);
    if (!run)
        co_return console.fail(run.error());
    const auto entered = co_await enter(context, Permissions::toWork());
    if (!entered)
        co_return console.fail(entered.error());
    gatecommands::showProgress(context);
    const auto result = co_await context.runner().resume(runId, context.stop);
    if (!result)
        co_return gatecommands::broken(context, runId, result.error());
    co_return gatecommands::tellResult(console, *result, result->after.blueprint.policy.enabled);
}

Task<int> removeCommand(Context &context)
{
    Console &console = context.console;
    const auto blueprint = blueprintOf(context.line);
    if (!blueprint)
        co_return console.fail(blueprint.error());
    const auto entered = co_await enter(context, Permissions::toWork());
    if (!entered)
        co_return console.fail(entered.error());
    const auto plan = co_await context.runner().plan(*blueprint, context.stop);
    if (!plan)
        co_return console.fail(plan.error());
    const auto rows = co_await context.runner().removalPlan(*plan);
    if (!rows)
        co_return console.fail(rows.error());
    const QString tenant = tenantName(*plan);
    console.set(QStringLiteral("tenant"), tenantJson(*plan));
    console.set(QStringLiteral("rows"), toJson(*rows));
    if (rows->isEmpty()) {
        console.set(QStringLiteral("state"), QStringLiteral("absent"));
        console.say(Cli::tr("There is no such gate in %1.").arg(tenant));
        co_return Exit::Done;
    }
    console.say(Cli::tr("The gate in %1 is taken down:").arg(tenant));
    console.say(describe(*rows));
    gatecommands::tellResidue(console, *rows);
    const auto go = gatecommands::confirmed(context, Cli::tr("Make %n change(s) in %1?", nullptr, int(rows->size())).arg(tenant));
    if (go != gatecommands::Go::On)
        co_return go == gatecommands::Go::No ? Exit::No : Exit::Stopped;
    gatecommands::showProgress(context);
    const TakeBack how{context.line.isSet("no-wait"), context.line.isSet("changed-too")};
    const auto result = co_await context.runner().remove(*plan, *rows, how, context.stop);
    if (!result)
        co_return console.fail(result.error());
    const int status = gatecommands::tellResult(console, *result, false);
    co_return gatecommands::leftBehind(context, *result, status);
}

} // namespace pimgate
