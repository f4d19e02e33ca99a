#include "report/FactWords.h"

#include "gate/judge/OpenableWords.h"

#include <QCoreApplication>

namespace pimgate::FactWords {

namespace {

struct FactText
{
    Q_DECLARE_TR_FUNCTIONS(Report)
};

} // namespace

QString planned(const ReportFacts::Planned &planned)
{
    return FactText::tr("%1 of %2 settings").arg(planned.done).arg(planned.of);
}

QString policy(const ReportFacts::Policy &policy)
{
    switch (policy.state) {
    case ReportFacts::Policy::State::NotRead:
        return FactText::tr("could not be read");
    case ReportFacts::Policy::State::None:
        return FactText::tr("none");
    case ReportFacts::Policy::State::On:
        return FactText::tr("%1: on").arg(policy.name);
    case ReportFacts::Policy::State::ReportOnly:
        return FactText::tr("%1: report-only").arg(policy.name);
    case ReportFacts::Policy::State::Off:
        return FactText::tr("%1: off").arg(policy.name);
    case ReportFacts::Policy::State::NotKnown:
        break;
    }
    return FactText::tr("%1: not known").arg(policy.name);
}

QString proof(const ReportFacts::Proof &proof, bool demo)
{
    const QString moments = (demo ? FactText::tr("%1 of %2 moments, %3 played in the demo tenant")
                                  : FactText::tr("%1 of %2 moments, %3 observed in this tenant"))
                                .arg(proof.passed)
                                .arg(proof.of)
                                .arg(proof.shown);
    switch (proof.state) {
    case ReportFacts::Proof::State::NotPlayed:
        break;
    case ReportFacts::Proof::State::Passed:
        return moments;
    case ReportFacts::Proof::State::Failed:
        return FactText::tr("failed: %1").arg(moments);
    case ReportFacts::Proof::State::Disagrees:
        return FactText::tr("does not fit what the locks say: %1").arg(moments);
    case ReportFacts::Proof::State::Waits:
        return FactText::tr("waits: %1").arg(moments);
    }
    return FactText::tr("not played");
}

QString lockedOut(const ReportFacts::LockedOut &lockedOut)
{
    using State = ReportFacts::LockedOut::State;
    const QString who = lockedOut.who.join(QStringLiteral(", "));
    switch (lockedOut.state) {
    case State::NotKnown:
        break;
    case State::BreakGlassBlocked:
        return FactText::tr("break-glass blocked: %1").arg(who);
    case State::SomebodyBlocked:
        return FactText::tr("blocked in spite of an activation: %1").arg(who);
    case State::WhatIfBlocks:
        return FactText::tr("blocked, as What-If says: %1").arg(who);
    case State::WouldBlock:
        return FactText::tr("blocked as soon as the policy is on: %1").arg(who);
    case State::BreakGlassRefused:
        return FactText::tr("no break-glass account, as %1 decided: %2").arg(lockedOut.by, lockedOut.reason);
    case State::NoBreakGlassNamed:
        return FactText::tr("no break-glass account is named");
    case State::NoPolicy:
        return FactText::tr("nobody: there is no policy");
    case State::NotAsked:
        return FactText::tr("What-If was not asked");
    case State::WhatIfDiffers:
        return FactText::tr("What-If says the policy would not block %1").arg(who);
    case State::WhatIfIncomplete:
        return who.isEmpty() ? lockedOut.reason : FactText::tr("What-If was not asked about %1").arg(who);
    case State::NobodyBreakGlassSpared:
        return FactText::tr("nobody: break-glass not blocked by the policy");
    }
    return who.isEmpty() ? FactText::tr("not known") : FactText::tr("not known: %1").arg(who);
}

QString openable(const std::optional<Openable> &openable)
{
    if (!openable)
        return FactText::tr("not known");
    return openable->path() ? pathSentence(*openable) : noPathSentence(*openable);
}

QString canSignIn(std::optional<int> people)
{
    if (!people)
        return FactText::tr("not known");
    return *people == 0 ? FactText::tr("nobody until they activate") : FactText::tr("%n person(s)", nullptr, *people);
}

} // namespace pimgate::FactWords
