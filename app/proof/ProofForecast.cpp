#include "proof/ProofForecast.h"

#include <QCoreApplication>

namespace pimgate {
namespace proofforecast {

using Moment = ProofLine::Moment;

struct ForecastText
{
    Q_DECLARE_TR_FUNCTIONS(ProofForecast)
};

/// What the evaluator says of an opening, beside what the proof wants to see.
QString foreseen(const Verdict &verdict, const QString &wanted)
{
    if (verdict.letIn)
        return ForecastText::tr("foreseen: let in");
    return verdict.expectedError != 0 ? ForecastText::tr("foreseen: blocked") : ForecastText::tr("not known: %1").arg(wanted);
}

ProofLine line(Moment moment, const QString &who, const QString &done, const QString &expected, const Verdict &verdict)
{
    ProofLine made;
    made.moment = moment;
    made.who = who;
    made.done = done;
    made.expected = expected;
    made.happened = ForecastText::tr("foreseen: %1").arg(expected);
    made.verdict = verdict;
    return made;
}

ProofLine opening(Moment moment, const QString &who, const QString &done, const QString &expected, const Verdict &verdict)
{
    ProofLine made = line(moment, who, done, expected, verdict);
    made.happened = foreseen(verdict, expected);
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
    const QString approver = named ? named->displayName : ForecastText::tr("Approver");
    const QString application = snapshot.application ? snapshot.application->displayName : wish.blueprint.application.displayName;
    const IsoDuration duration = wish.duration.value_or(longestActivation(wish.blueprint, snapshot));
    const QString reason = wish.justification.isEmpty() ? QString() : QStringLiteral(": “%1”").arg(wish.justification);
    const bool approval = approvalNeeded(wish.blueprint, snapshot);

    return {
        opening(Moment::Blocked, name, ForecastText::tr("Opens %1").arg(application), ForecastText::tr("blocked"), before),
        line(Moment::Requested, name, ForecastText::tr("Asks for %1%2").arg(duration.human(), reason),
             approval ? ForecastText::tr("waits for approval") : ForecastText::tr("active member"), before),
        line(Moment::Approved, approver, approval ? ForecastText::tr("Approves") : ForecastText::tr("No approval needed"),
             ForecastText::tr("active member"), approval ? during : before),
        opening(Moment::Active, name, ForecastText::tr("Opens %1").arg(application), ForecastText::tr("let in"), during),
        opening(Moment::Ended, name, ForecastText::tr("Opens %1 after the end").arg(application), ForecastText::tr("blocked"),
                before),
    };
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
