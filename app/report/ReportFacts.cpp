#include "report/ReportFacts.h"

#include "report/Cases.h"

namespace pimgate {

namespace {

using Policy = ReportFacts::Policy;
using Proof = ReportFacts::Proof;
using LockedOut = ReportFacts::LockedOut;
using Lock = Verdict::Lock;

bool isVerified(const QList<Change> &rows)
{
    return !rows.isEmpty() && open(rows).isEmpty();
}

ReportFacts::Steps stepsOf(const Plan &now)
{
    ReportFacts::Steps steps;
    for (const StepId step : {StepId::Group, StepId::Sso, StepId::Pim, StepId::ConditionalAccess})
        steps.verified += isVerified(now.ofStep(step)) ? 1 : 0;
    return steps;
}

ReportFacts::Planned plannedOf(const Plan &now)
{
    return {int(now.rows.size() - open(now.rows).size()), int(now.rows.size())};
}

Policy policyOf(const Snapshot &snapshot)
{
    for (const char *part : {"policy", "policies", "conditionalAccess"})
        if (snapshot.unread.contains(QLatin1String(part)))
            return {Policy::State::NotRead};
    if (!snapshot.policy)
        return {Policy::State::None};
    const QString name = snapshot.policy->displayName;
    switch (snapshot.policy->state) {
    case CaPolicy::State::Enabled:
        return {Policy::State::On, name};
    case CaPolicy::State::ReportOnly:
        return {Policy::State::ReportOnly, name};
    case CaPolicy::State::Disabled:
        return {Policy::State::Off, name};
    case CaPolicy::State::Unknown:
        break;
    }
    return {Policy::State::NotKnown, name};
}

/// An observation counts in a real tenant, what was played in a demo.
bool counts(ProofLabel label, bool demo)
{
    return shownLabel(label, demo) == (demo ? ProofLabel::PlayedInDemo : ProofLabel::Observed);
}

Proof proofOf(const ProofResult &played, bool demo)
{
    Proof proof;
    bool failed = played.state == ProofResult::State::Failed, disagrees = false;
    for (const ProofLine &line : played.lines) {
        const bool passed = line.state == ProofLine::State::Passed && line.agrees;
        proof.of += line.state == ProofLine::State::Skipped ? 0 : 1;
        proof.passed += passed ? 1 : 0;
        proof.shown += passed && counts(line.label, demo) ? 1 : 0;
        failed = failed || line.state == ProofLine::State::Failed;
        disagrees = disagrees || !line.agrees;
    }
    const bool whole = played.state == ProofResult::State::Passed && proof.of > 0 && proof.passed == proof.of;
    proof.state = failed      ? Proof::State::Failed
                  : disagrees ? Proof::State::Disagrees
                  : whole     ? Proof::State::Passed
                              : Proof::State::Waits;
    return proof;
}

/// Whom the gate must not keep out.
bool belongsInside(const Case &one)
{
    return one.kind == Case::Kind::BreakGlass || one.kind == Case::Kind::Active || one.kind == Case::Kind::OnceActive;
}

bool isBreakGlass(const Case &one)
{
    return one.kind == Case::Kind::BreakGlass;
}

QStringList namesOf(const QList<Case> &cases, bool (*whom)(const Case &), Lock policy)
{
    QStringList names;
    for (const Case &one : cases)
        if (whom(one) && one.verdict.policy == policy && !names.contains(one.person.who.displayName))
            names << one.person.who.displayName;
    return names;
}

/// Where What-If did not say what it was expected to say.
QStringList namesOf(const ArmingEvidence &arming, bool expectBlocked)
{
    QStringList names;
    for (const ArmingEvidence::Line &line : arming.lines)
        if (!line.asExpected() && line.expectBlocked == expectBlocked)
            names << line.who;
    return names;
}

/// The break-glass accounts that What-If was not asked about; a group by whoever is in it.
QStringList notAsked(const QList<Case> &cases, const ArmingEvidence &arming)
{
    QStringList ids, names;
    for (const ArmingEvidence::Line &line : arming.lines)
        if (line.role == ArmingRole::BreakGlass)
            ids << line.userId;
    for (const Case &one : cases)
        if (isBreakGlass(one) && (one.ofGroup ? ids.isEmpty() : !ids.contains(one.person.who.id)))
            names << one.person.who.displayName;
    return names;
}

QStringList unresolved(const QStringList &references, const Snapshot &snapshot)
{
    QStringList missing;
    for (const QString &reference : references)
        if (snapshot.principals.value(reference).id.isEmpty())
            missing << reference;
    return missing;
}

/// The same tenant with the policy on.
QList<Case> casesOnceOn(const Evidence &evidence)
{
    Evidence on = evidence;
    on.now.snapshot = std::make_shared<Snapshot>(*evidence.now.snapshot);
    if (on.now.snapshot->policy)
        on.now.snapshot->policy->state = CaPolicy::State::Enabled;
    return casesOf(on);
}

/// The locks keep nobody out who belongs inside; is that everything, and does What-If say so, too?
LockedOut sparedOf(const Evidence &evidence, const QList<Case> &cases)
{
    const Blueprint::PolicyWish &wish = evidence.now.blueprint.policy;
    if (wish.breakGlass.isEmpty())
        return wish.breakGlassRefusal ? LockedOut{LockedOut::State::BreakGlassRefused,
                                                  {},
                                                  wish.breakGlassRefusal->by,
                                                  wish.breakGlassRefusal->reason}
                                      : LockedOut{LockedOut::State::NoBreakGlassNamed};
    if (const QStringList missing = unresolved(wish.breakGlass, *evidence.now.snapshot); !missing.isEmpty())
        return {LockedOut::State::NotKnown, missing};
    if (!evidence.now.snapshot->policy)
        return {LockedOut::State::NoPolicy};
    if (!evidence.arming)
        return {LockedOut::State::NotAsked};
    if (const QStringList let = namesOf(*evidence.arming, true); !let.isEmpty())
        return {LockedOut::State::WhatIfDiffers, let};
    if (!evidence.arming->complete())
        return {LockedOut::State::WhatIfIncomplete, {}, {}, evidence.arming->problem};
    if (const QStringList missing = notAsked(cases, *evidence.arming); !missing.isEmpty())
        return {LockedOut::State::WhatIfIncomplete, missing};
    return {LockedOut::State::NobodyBreakGlassSpared};
}

/// What keeps somebody out comes first, then what is not known; "nobody" is what is left when all agree.
LockedOut lockedOutOf(const Evidence &evidence, const Policy &policy)
{
    const QList<Case> cases = casesOf(evidence);
    if (policy.state == Policy::State::NotRead || policy.state == Policy::State::NotKnown || cases.isEmpty())
        return {LockedOut::State::NotKnown};
    if (const QStringList blocked = namesOf(cases, isBreakGlass, Lock::Shut); !blocked.isEmpty())
        return {LockedOut::State::BreakGlassBlocked, blocked};
    if (const QStringList blocked = namesOf(cases, belongsInside, Lock::Shut); !blocked.isEmpty())
        return {LockedOut::State::SomebodyBlocked, blocked};
    if (evidence.arming)
        if (const QStringList blocked = namesOf(*evidence.arming, false); !blocked.isEmpty())
            return {LockedOut::State::WhatIfBlocks, blocked};
    const QList<Case> onceOn = casesOnceOn(evidence);
    if (const QStringList blocked = namesOf(onceOn, belongsInside, Lock::Shut); !blocked.isEmpty())
        return {LockedOut::State::WouldBlock, blocked};
    if (const QStringList uncertain = namesOf(onceOn, belongsInside, Lock::Unknown); !uncertain.isEmpty())
        return {LockedOut::State::NotKnown, uncertain};
    return sparedOf(evidence, cases);
}

} // namespace

ReportFacts factsOf(const Evidence &evidence)
{
    ReportFacts facts;
    if (evidence.proof)
        facts.proof = proofOf(*evidence.proof, isDemo(evidence));
    if (!evidence.now.snapshot)
        return facts;
    const Snapshot &snapshot = *evidence.now.snapshot;
    facts.read = true;
    facts.readAt = snapshot.readAt;
    facts.steps = stepsOf(evidence.now);
    facts.planned = plannedOf(evidence.now);
    facts.policy = policyOf(snapshot);
    facts.lockedOut = lockedOutOf(evidence, facts.policy);
    if (snapshot.group && snapshot.application)
        facts.openable = openable(onceClosed(snapshot, evidence.now.rows));
    facts.canSignIn = peopleWhoCanSignIn(snapshot);
    return facts;
}

} // namespace pimgate
