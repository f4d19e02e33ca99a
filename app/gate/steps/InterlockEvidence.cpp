#include "gate/steps/Interlock.h"
#include "graph/ConditionalAccess.h"
#include "graph/Directory.h"

#include <QCoreApplication>
#include <QSet>

namespace pimgate {

namespace {

struct ArmingText
{
    Q_DECLARE_TR_FUNCTIONS(Interlock)
};

/// Whom What-If is asked about: each costs one Conditional Access request, so eligible people are sampled.
QList<ArmingEvidence::Line> questions(const Snapshot &snapshot, const QStringList &breakGlassIds)
{
    QList<ArmingEvidence::Line> lines;
    QSet<QString> asked;
    const auto add = [&](const QString &id, const QString &name, ArmingRole role, bool expectBlocked) {
        if (id.isEmpty() || asked.contains(id))
            return;
        asked << id;
        lines << ArmingEvidence::Line{name, id, role, expectBlocked, false, {}};
    };
    QSet<QString> active;
    for (const PimSchedule &schedule : snapshot.active)
        active << schedule.principalId;
    for (const QString &id : breakGlassIds)
        add(id, snapshot.nameOf(id), ArmingRole::BreakGlass, false);
    for (const QString &id : std::as_const(active))
        if (!snapshot.people.value(id).isGroup())
            add(id, snapshot.nameOf(id), ArmingRole::Active, false);
    int sampled = 0;
    for (const PimSchedule &schedule : snapshot.eligible)
        if (sampled < 3 && !active.contains(schedule.principalId) && !snapshot.people.value(schedule.principalId).isGroup()) {
            add(schedule.principalId, snapshot.nameOf(schedule.principalId), ArmingRole::Eligible, true);
            ++sampled;
        }
    QSet<QString> special;
    for (const PimSchedule &schedule : snapshot.eligible)
        special << schedule.principalId;
    for (const Principal &person : snapshot.ordinary)
        if (!asked.contains(person.id) && !special.contains(person.id) && person.enabled) {
            add(person.id, person.displayName, ArmingRole::Ordinary, true);
            break;
        }
    return lines;
}

QString problemOf(const QList<ArmingEvidence::Line> &lines)
{
    bool ordinary = false;
    for (const ArmingEvidence::Line &line : lines) {
        ordinary |= line.role == ArmingRole::Ordinary;
        if (line.asExpected())
            continue;
        if (line.role == ArmingRole::BreakGlass)
            return ArmingText::tr("The policy would block the break-glass account %1.").arg(line.who);
        if (line.role == ArmingRole::Active)
            return ArmingText::tr("The policy would block %1, who is active now.").arg(line.who);
        return ArmingText::tr("The policy would not block %1.").arg(line.who);
    }
    return ordinary ? QString() : ArmingText::tr("There is no ordinary person to ask What-If about.");
}

} // namespace

Task<Result<ArmingEvidence>> Interlock::gather(QString policyId, SnapshotPtr snapshot, QStringList breakGlassIds,
                                               std::stop_token stop)
{
    m_evidence.reset();
    const auto asked = co_await ask(policyId, snapshot, breakGlassIds, stop);
    if (asked)
        m_evidence = *asked;
    co_return asked;
}

Task<Result<ArmingEvidence>> Interlock::ask(QString policyId, SnapshotPtr snapshot, QStringList breakGlassIds,
                                            std::stop_token stop)
{
    ArmingEvidence evidence;
    evidence.policyId = policyId;
    if (!snapshot->application)
        co_return failure(Error::Kind::Input, ArmingText::tr("There is no application yet."));
    const QString appId = snapshot->application->appId;
    evidence.lines = questions(*snapshot, breakGlassIds);
    std::vector<Task<Result<QList<WhatIf>>>> asked;
    for (const ArmingEvidence::Line &line : std::as_const(evidence.lines))
        asked.push_back(m_policies.evaluate(line.userId, appId, stop));
    // All of them, also when one fails: a task that is left behind would go on after its owner has gone.
    std::vector<Result<QList<WhatIf>>> answers;
    for (const auto &task : asked) {
        const auto one = co_await task;
        answers.push_back(one);
    }
    for (size_t i = 0; i < answers.size(); ++i) {
        const Result<QList<WhatIf>> &answer = answers[i];
        if (!answer)
            co_return failure(answer.error());
        ArmingEvidence::Line &line = evidence.lines[qsizetype(i)];
        bool named = false;
        for (const WhatIf &whatIf : *answer) {
            if (whatIf.policyId != policyId)
                continue;
            named = true;
            line.blocked = whatIf.applies && whatIf.blocks;
            line.reasons = whatIf.reasons;
        }
        if (!named)
            evidence.problem = ArmingText::tr("Microsoft's What-If does not know the policy yet.");
    }
    evidence.at = m_clock.now();
    if (evidence.problem.isEmpty())
        evidence.problem = problemOf(evidence.lines);
    co_return evidence;
}

} // namespace pimgate
