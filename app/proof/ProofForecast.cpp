#include "proof/ProofForecast.h"

namespace pimgate {
namespace proofforecast {

using Act = ProofLine::Act;
using Expectation = ProofLine::Expectation;
using Happening = ProofLine::Happening;
using Moment = ProofLine::Moment;

/// What the evaluator says of an opening.
Happening foreseen(const Verdict &verdict)
{
    if (verdict.letIn)
        return Happening::ForeseenLetIn;
    return verdict.expectedError != 0 ? Happening::ForeseenBlocked : Happening::NotKnown;
}

ProofLine line(Moment moment, const QString &who, Act act, Expectation expectation, const Verdict &verdict)
{
    ProofLine made;
    made.moment = moment;
    made.who = who;
    made.act = act;
    made.expectation = expectation;
    made.happening = Happening::Foreseen;
    made.verdict = verdict;
    return made;
}

ProofLine opening(Moment moment, const QString &who, Act act, Expectation expectation, const Verdict &verdict)
{
    ProofLine made = line(moment, who, act, expectation, verdict);
    made.happening = foreseen(verdict);
    made.errorCode = verdict.expectedError;
    return made;
}

} // namespace proofforecast

QList<ProofLine> forecast(const ProofWish &wish, const Snapshot &snapshot)
{
    using namespace proofforecast;
    Person person;
    person.who = personNamed(wish.user, snapshot).value_or(Principal{Principal::Type::User, {}, wish.user, wish.user, {}});
    // Somebody unknown here must not read as "Everyone".
    if (person.who.id.isEmpty())
        person.who.id = wish.user;
    person.activeMember = false;
    const Verdict before = evaluate(person, snapshot);
    person.activeMember = true;
    const Verdict during = evaluate(person, snapshot);

    const QString name = person.who.displayName;
    const std::optional<Principal> named = personNamed(wish.approver, snapshot);
    const QString approver = named ? named->displayName : QString();
    const bool approval = approvalNeeded(wish.blueprint, snapshot);
    const Expectation afterAsking = approval ? Expectation::WaitsForApproval : Expectation::ActiveMember;
    const Act approves = approval ? Act::Approves : Act::NeedsNoApproval;

    QList<ProofLine> lines{
        opening(Moment::Blocked, name, Act::Opens, Expectation::Blocked, before),
        line(Moment::Requested, name, Act::Asks, afterAsking, before),
        line(Moment::Approved, approver, approves, Expectation::ActiveMember, approval ? during : before),
        opening(Moment::Active, name, Act::Opens, Expectation::LetIn, during),
        opening(Moment::Ended, name, Act::OpensAfterTheEnd, Expectation::Blocked, before),
    };
    for (ProofLine &each : lines)
        each.application = snapshot.application ? snapshot.application->displayName : wish.blueprint.application.displayName;
    lines[int(Moment::Requested)].duration = wish.duration.value_or(longestActivation(wish.blueprint, snapshot));
    lines[int(Moment::Requested)].justification = wish.justification;
    return lines;
}

std::optional<Principal> personNamed(const QString &reference, const Snapshot &snapshot)
{
    if (snapshot.principals.contains(reference))
        return snapshot.principals.value(reference);
    for (const QHash<QString, Principal> &known : {snapshot.principals, snapshot.people})
        for (const Principal &principal : known)
            if (principal.id == reference || principal.userName.compare(reference, Qt::CaseInsensitive) == 0)
                return principal;
    return {};
}

bool approvalNeeded(const Blueprint &blueprint, const Snapshot &snapshot)
{
    return snapshot.rules ? snapshot.rules->approvalRequired() : blueprint.approvalWanted();
}

IsoDuration longestActivation(const Blueprint &blueprint, const Snapshot &snapshot)
{
    if (snapshot.rules)
        return snapshot.rules->maximumActivation();
    return blueprint.activation.maximumDuration.value_or(Blueprint::defaultActivation());
}

} // namespace pimgate
