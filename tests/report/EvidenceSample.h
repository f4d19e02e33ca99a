// A gate that is closed and proven, as a run, a read and a proof would tell of it; every test spoils one thing in it.
#pragma once

#include "graph/ManagementPolicies.h"
#include "proof/ProofForecast.h"
#include "report/Evidence.h"

#include <QRegularExpression>

namespace pimgate::test {

inline const auto at = QDateTime::fromString(QStringLiteral("2026-05-12T14:52:00Z"), Qt::ISODate);

inline Principal user(const QString &id, const QString &name)
{
    Principal principal;
    principal.type = Principal::Type::User;
    principal.id = id;
    principal.displayName = name;
    principal.enabledRead = true;
    principal.userName = name.toLower().replace(QLatin1Char(' '), QLatin1Char('.')) + QStringLiteral("@contoso.demo");
    return principal;
}

inline const Principal ada = user(QStringLiteral("11111111-0000-0000-0000-000000000001"), QStringLiteral("Ada Lindqvist"));
inline const Principal jonas = user(QStringLiteral("11111111-0000-0000-0000-000000000002"), QStringLiteral("Jonas Weber"));
inline const Principal lena = user(QStringLiteral("11111111-0000-0000-0000-000000000003"), QStringLiteral("Lena Fischer"));
inline const Principal glass = user(QStringLiteral("11111111-0000-0000-0000-000000000004"), QStringLiteral("Break-glass 1"));
inline const Principal svc = user(QStringLiteral("11111111-0000-0000-0000-000000000005"), QStringLiteral("svc-ninja-sync"));

inline SnapshotPtr closedSnapshot()
{
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->readAt = at;
    snapshot->organization.displayName = QStringLiteral("Contoso (demo)");
    for (const Principal &person : {ada, jonas, lena, glass}) {
        snapshot->people.insert(person.id, person);
        snapshot->principals.insert(person.userName, person);
    }
    Group group;
    group.id = QStringLiteral("22222222-0000-0000-0000-000000000001");
    group.displayName = QStringLiteral("PIM-NinjaOne-Admins");
    snapshot->group = group;
    Application application;
    application.id = QStringLiteral("33333333-0000-0000-0000-000000000001");
    application.appId = QStringLiteral("33333333-0000-0000-0000-000000000002");
    application.displayName = QStringLiteral("NinjaOne");
    application.assignmentRequired = true;
    snapshot->application = application;
    AppAssignment assignment;
    assignment.id = QStringLiteral("66666666-0000-0000-0000-000000000001");
    assignment.principalId = group.id;
    assignment.principalType = Principal::Type::Group;
    assignment.appRoleId = QLatin1String(defaultAccessRole);
    snapshot->assignments << assignment;
    for (const Principal &person : {ada, jonas}) {
        PimSchedule eligible;
        eligible.principalId = person.id;
        eligible.accessId = QStringLiteral("member");
        eligible.status = QStringLiteral("Provisioned");
        snapshot->eligible << eligible;
    }
    CaPolicy policy;
    policy.id = QStringLiteral("44444444-0000-0000-0000-000000000001");
    policy.displayName = QStringLiteral("PIM only: NinjaOne");
    policy.state = CaPolicy::State::Enabled;
    policy.includeUsers << QStringLiteral("All");
    policy.includeApplications << application.appId;
    policy.builtInControls << QStringLiteral("block");
    policy.excludeGroups << group.id;
    policy.excludeUsers << glass.id;
    snapshot->policy = policy;
    snapshot->userCount = 214;
    for (const Principal &person : {ada, jonas, lena})
        snapshot->standing.people.insert(person.id, person);
    ManagementPolicy asked;
    asked.changed = at.addDays(-1);
    asked.rules.insert(Rules::MaximumActivation,
                       Rules::expiration(Rules::MaximumActivation, IsoDuration(std::chrono::hours(4)), true));
    asked.rules.insert(Rules::Enablement,
                       Rules::enablement({QStringLiteral("MultiFactorAuthentication"), QStringLiteral("Justification")}));
    asked.rules.insert(Rules::Approval, Rules::approval({lena}, true));
    snapshot->rules = asked;
    return snapshot;
}

inline Change row(const QString &key, StepId step, const QString &what, const QString &before, const QString &after,
                  const QString &sentence)
{
    Change change;
    change.key = ChangeKey::parse(key).value();
    change.step = step;
    change.what = what;
    change.before = before;
    change.after = after;
    change.sentence = sentence;
    change.done = true;
    return change;
}

inline QList<Change> rows()
{
    Change rules = row(QStringLiteral("rules"), StepId::Pim, QStringLiteral("Activation rules"), QStringLiteral("none yet"),
                       QStringLiteral("as chosen"), QStringLiteral("PIM manages the group, and its activation rules are set."));
    rules.undoable = false;
    rules.undo = QStringLiteral("PIM keeps managing the group until the group is deleted.");
    rules.details << ChangeDetail{QStringLiteral("Longest activation"), QStringLiteral("8 hours"), QStringLiteral("4 hours"),
                                  false};
    rules.details << ChangeDetail{QStringLiteral("Approval"), QStringLiteral("no"), QStringLiteral("Lena Fischer"), false};
    Change removed =
        row(QStringLiteral("unassign:a1"), StepId::Sso, QStringLiteral("svc-ninja-sync"), QStringLiteral("assigned directly"),
            QStringLiteral("not assigned"), QStringLiteral("svc-ninja-sync loses the direct assignment."));
    removed.kind = Change::Kind::Closing;
    removed.original = QJsonObject{{QStringLiteral("principalType"), QStringLiteral("User")},
                                   {QStringLiteral("principalId"), svc.id},
                                   {QStringLiteral("principalDisplayName"), svc.displayName}};
    return {row(QStringLiteral("group"), StepId::Group, QStringLiteral("Group"), QStringLiteral("none"),
                QStringLiteral("PIM-NinjaOne-Admins"), QStringLiteral("The group PIM-NinjaOne-Admins is created.")),
            row(QStringLiteral("assignment"), StepId::Sso, QStringLiteral("Assignment"), QStringLiteral("not assigned"),
                QStringLiteral("assigned"), QStringLiteral("The group is assigned to NinjaOne.")),
            rules,
            row(QStringLiteral("eligible:") + ada.id, StepId::Pim, ada.displayName, QStringLiteral("not eligible"),
                QStringLiteral("eligible, 180 days"), QStringLiteral("Ada Lindqvist becomes eligible for 180 days.")),
            row(QStringLiteral("policy"), StepId::ConditionalAccess, QStringLiteral("Policy"), QStringLiteral("none"),
                QStringLiteral("PIM only: NinjaOne, report-only"),
                QStringLiteral("The policy is created in report-only: it blocks nobody yet.")),
            row(QStringLiteral("required"), StepId::Sso, QStringLiteral("Assignment required"), QStringLiteral("no"),
                QStringLiteral("yes"), QStringLiteral("Only assigned people are let in.")),
            removed,
            row(QStringLiteral("state"), StepId::ConditionalAccess, QStringLiteral("State of the policy"),
                QStringLiteral("report-only"), QStringLiteral("on"),
                QStringLiteral("The policy is switched on: everybody who has not activated is blocked."))};
}

inline ProofResult played(const Snapshot &snapshot, bool demo)
{
    Blueprint blueprint;
    ProofWish wish;
    wish.blueprint.activation.approval = true;
    wish.user = ada.userName;
    wish.approver = lena.userName;
    wish.justification = QStringLiteral("Patch night");
    ProofResult result;
    result.state = ProofResult::State::Passed;
    result.lines = forecast(wish, snapshot);
    using Happening = ProofLine::Happening;
    const QList<Happening> happening{Happening::BlockedByAssignment, Happening::WaitsForApproval, Happening::ActiveUntil,
                                     Happening::LetInByBoth, Happening::BlockedByAssignment};
    for (int i = 0; i < result.lines.size(); ++i) {
        ProofLine &line = result.lines[i];
        line.state = ProofLine::State::Passed;
        line.at = at.addSecs(60 * i);
        line.happening = happening.value(i);
        line.when = at.addSecs(4 * 3600);
        line.label = demo ? ProofLabel::PlayedInDemo : ProofLabel::Observed;
        line.recordId = QStringLiteral("record-%1").arg(i);
    }
    return result;
}

inline Evidence evidenceOf(bool demo = true)
{
    Evidence evidence;
    evidence.at = at;
    evidence.demo = demo;
    evidence.run.id = QStringLiteral("7c1ea94f");
    evidence.run.started = at.addSecs(-3600);
    evidence.run.ended = at.addSecs(-600);
    evidence.run.tenantId = QStringLiteral("55555555-0000-0000-0000-000000000001");
    evidence.run.tenantName = QStringLiteral("Contoso (demo)");
    evidence.run.operatorName = QStringLiteral("Mira Kovac");
    evidence.run.demo = demo;
    evidence.now.blueprint.application.preset = QStringLiteral("ninjaone");
    evidence.now.blueprint.application.displayName = QStringLiteral("NinjaOne");
    evidence.now.blueprint.policy.breakGlass << glass.userName;
    evidence.now.blueprint.activation.approvers << lena.userName;
    evidence.now.blueprint.activation.mfa = true;
    evidence.now.blueprint.activation.justification = true;
    evidence.now.snapshot = closedSnapshot();
    evidence.now.rows = rows();
    int sequence = 0;
    for (const Change &change : rows()) {
        ChangeRecord record;
        record.sequence = ++sequence;
        record.change = change;
        record.outcome = ChangeOutcome::Done;
        record.intended = at.addSecs(-3000 + 20 * sequence);
        record.finished = record.intended.addSecs(5);
        evidence.changes << record;
    }
    ArmingEvidence arming;
    arming.at = at.addSecs(-1200);
    arming.lines << ArmingEvidence::Line{jonas.displayName, jonas.id, ArmingRole::Eligible, true, true, {}};
    arming.lines << ArmingEvidence::Line{glass.displayName,      glass.id, ArmingRole::BreakGlass, false, false,
                                         QStringLiteral("users")};
    evidence.arming = arming;
    evidence.proof = played(*evidence.now.snapshot, demo);
    return evidence;
}

inline void answerAll(Evidence &evidence)
{
    for (const Preset::Question &question : bypassQuestions(evidence))
        evidence.answers.insert(question.key, QStringLiteral("Told to the customer"));
}

/// What a reader sees: without style and tags.
inline QString visible(const QString &html)
{
    QString text = html;
    text.remove(QRegularExpression(QStringLiteral("<style>.*?</style>"), QRegularExpression::DotMatchesEverythingOption));
    return text.replace(QRegularExpression(QStringLiteral("<[^>]*>")), QStringLiteral(" "));
}

} // namespace pimgate::test
