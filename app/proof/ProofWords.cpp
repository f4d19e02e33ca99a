#include "proof/ProofWords.h"

#include "gate/judge/VerdictWords.h"

#include <QCoreApplication>
#include <QLocale>

namespace pimgate {
namespace proofwords {

using Act = ProofLine::Act;
using Expectation = ProofLine::Expectation;
using Happening = ProofLine::Happening;
using How = ProofResult::How;
using Moment = ProofLine::Moment;

struct ProofText
{
    Q_DECLARE_TR_FUNCTIONS(Proof)
};

QString personIn(const ProofResult &proof)
{
    return proof.lines.isEmpty() ? QString() : whoOf(proof.lines.first());
}

QString elsewhere(const ProofLine &line)
{
    return ProofText::tr(
               "%1 approves in the Entra admin center (ID Governance, Privileged Identity Management, Approve requests) "
               "within 24 hours; then go on with the test.")
        .arg(whoOf(line));
}

QString nobodyApproves(const QString &person)
{
    return ProofText::tr("Nobody is named who can approve for %1. Approve the request in the Entra admin center (ID Governance, "
                         "Privileged Identity Management, Approve requests) within 24 hours, then go on with the test.")
        .arg(person);
}

QString logIsSilent(const ProofLine &line)
{
    return ProofText::tr(
               "The sign-in log does not show %1 opening %2 since %3. Open it in a private window and go on with the test.")
        .arg(whoOf(line), line.application, clockTime(line.when));
}

} // namespace proofwords

QString whoOf(const ProofLine &line)
{
    return line.who.isEmpty() && !line.written ? proofwords::ProofText::tr("Approver") : line.who;
}

QString doneIn(const ProofLine &line)
{
    using namespace proofwords;
    if (line.written)
        return line.written->done;
    const QString reason = line.justification.isEmpty() ? QString() : QStringLiteral(": “%1”").arg(line.justification);
    switch (line.act) {
    case Act::Nothing:
        return {};
    case Act::Opens:
        return ProofText::tr("Opens %1").arg(line.application);
    case Act::Asks:
        return ProofText::tr("Asks for %1%2").arg(line.duration.human(), reason);
    case Act::Approves:
        return ProofText::tr("Approves");
    case Act::NeedsNoApproval:
        return ProofText::tr("No approval needed");
    case Act::OpensAfterTheEnd:
        return ProofText::tr("Opens %1 after the end").arg(line.application);
    }
    return {};
}

QString expectedIn(const ProofLine &line)
{
    using namespace proofwords;
    if (line.written)
        return line.written->expected;
    switch (line.expectation) {
    case Expectation::Nothing:
        return {};
    case Expectation::Blocked:
        return ProofText::tr("blocked");
    case Expectation::WaitsForApproval:
        return ProofText::tr("waits for approval");
    case Expectation::ActiveMember:
        return ProofText::tr("active member");
    case Expectation::LetIn:
        return ProofText::tr("let in");
    }
    return {};
}

QString happenedIn(const ProofLine &line)
{
    using namespace proofwords;
    if (line.written)
        return line.written->happened;
    const bool again = line.moment == Moment::Ended;
    switch (line.happening) {
    case Happening::Nothing:
        return {};
    case Happening::Foreseen:
        return ProofText::tr("foreseen: %1").arg(expectedIn(line));
    case Happening::ForeseenBlocked:
        return ProofText::tr("foreseen: blocked");
    case Happening::ForeseenLetIn:
        return ProofText::tr("foreseen: let in");
    case Happening::NotKnown:
        return ProofText::tr("not known: %1").arg(expectedIn(line));
    case Happening::BlockedByAssignment:
        return again ? ProofText::tr("blocked again: not assigned") : ProofText::tr("blocked: not assigned");
    case Happening::BlockedByPolicy:
        return again ? ProofText::tr("blocked again: Conditional Access") : ProofText::tr("blocked: Conditional Access");
    case Happening::BlockedOnceActive:
        return ProofText::tr("blocked: %1").arg(line.said);
    case Happening::RefusedOtherwise:
        return ProofText::tr("refused for another reason: %1").arg(line.said);
    case Happening::LetIn:
        return again ? ProofText::tr("still let in") : ProofText::tr("let in");
    case Happening::LetInByBoth:
        return ProofText::tr("let in by both locks");
    case Happening::LetInByOne:
        return ProofText::tr("let in; the second lock is not enforced");
    case Happening::OpensInPrivateWindow:
        return ProofText::tr("%1 opens %2 in a new private window; the sign-in log shows it in 2 to 15 minutes, at most an hour")
            .arg(whoOf(line), line.application);
    case Happening::NoRecord:
        return ProofText::tr("no record yet");
    case Happening::AnswersAsBefore:
        return ProofText::tr("Microsoft still answers as before");
    case Happening::WaitsForApproval:
        return ProofText::tr("waits for approval");
    case Happening::WaitsSinceEarlier:
        return ProofText::tr("waits for approval since an earlier request");
    case Happening::NotHeld:
        return ProofText::tr("not held for approval (%1)").arg(line.said);
    case Happening::AlreadyActive:
        return ProofText::tr("already active until %1").arg(clockTime(line.when));
    case Happening::AlreadyActiveForGood:
        return ProofText::tr("already an active member, without an end");
    case Happening::RequestExists:
        return ProofText::tr("already active");
    case Happening::EndedAs:
        return ProofText::tr("ended as %1").arg(line.said);
    case Happening::MakingMembership:
        return ProofText::tr("Microsoft is making the membership");
    case Happening::StillNotActive:
        return ProofText::tr("still not active after %1").arg(shortDuration(proofPatience));
    case Happening::ActiveUntil:
        return ProofText::tr("active until %1").arg(clockTime(line.when));
    case Happening::NoApprovalNeeded:
        return ProofText::tr("No approval needed");
    case Happening::WaitsForApprover:
        return ProofText::tr("waits for %1").arg(whoOf(line));
    case Happening::NotAskedToApprove:
        return ProofText::tr("%1 is not asked to approve").arg(whoOf(line));
    case Happening::Due:
        return ProofText::tr("due %1").arg(clockTime(line.when));
    case Happening::DueIn: {
        const std::chrono::seconds left(std::max<qint64>(0, line.at.secsTo(line.when)));
        return ProofText::tr("due %1, in %2").arg(clockTime(line.when), shortDuration(left));
    }
    case Happening::Error:
        return line.said;
    }
    return {};
}

QString howOf(const ProofResult &proof)
{
    using namespace proofwords;
    if (proof.written)
        return *proof.written;
    const ProofLine *ended = proof.endedAt();
    const ProofLine line = ended ? *ended : ProofLine();
    switch (proof.how) {
    case How::Nothing:
        return {};
    case How::SeeEvaluator:
        return sentenceOf(line.verdict);
    case How::EvaluatorDisagrees:
        return ProofText::tr("The evaluator says otherwise: %1").arg(sentenceOf(line.verdict));
    case How::NotTheGate:
        return ProofText::tr("This is not the gate: mend it first.");
    case How::NotTheGateSaid:
        return ProofText::tr("This is not the gate: %1").arg(line.said);
    case How::EndActivation:
        return ProofText::tr("End %1's activation in PIM or wait for its end, then play the proof again.").arg(personIn(proof));
    case How::WaitForEnd:
        return ProofText::tr(
            "Wait for the end of the activation, or end it in PIM (not before five minutes), then play the proof again.");
    case How::NoApprovalExpected:
        return ProofText::tr("The rules ask for approval although none was expected.");
    case How::ApprovalExpected:
        return ProofText::tr("Read step 3 again: approval is not asked.");
    case How::AskAgain:
        return ProofText::tr("Ask again when the reason is known, then play the proof again.");
    case How::LookAtRequest:
        return ProofText::tr("Look at the request in PIM; play the proof again when it is provisioned and has ended.");
    case How::NobodyApproves:
        return nobodyApproves(personIn(proof));
    case How::OwnRequest:
        return ProofText::tr("Nobody approves an own request. Name another approver, then go on with the test.");
    case How::ApproverElsewhere:
        return elsewhere(line);
    case How::LogIsSilent:
        return logIsSilent(line);
    case How::Error:
        return proof.said;
    }
    return {};
}

QString clockTime(const QDateTime &utc)
{
    const QDateTime local = utc.toLocalTime();
    return QLocale().toString(local.time(), QStringLiteral("HH:mm:ss")) + QLatin1Char(' ') + local.timeZoneAbbreviation();
}

} // namespace pimgate
