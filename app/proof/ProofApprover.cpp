#include "proof/ProofApprover.h"

#include "graph/Directory.h"
#include "graph/GraphService.h"
#include "graph/Groups.h"
#include "graph/PrivilegedAccess.h"
#include "identity/Permissions.h"

#include <QCoreApplication>

namespace pimgate {

using namespace std::chrono_literals;

namespace proofapprover {

/// How long the approver's own list may take to show a request that was just made.
constexpr auto patience = 60s;

using Moment = ProofLine::Moment;

struct ApproverText
{
    Q_DECLARE_TR_FUNCTIONS(ProofApprover)
};

bool mayApprove(const Principal &principal, const Principal &person)
{
    return principal.isUser() && principal.enabled && principal.id != person.id;
}

PimRequest requestOf(const QList<PimRequest> &requests, const QString &personId)
{
    PimRequest found;
    for (const PimRequest &request : requests)
        if (request.principalId == personId)
            found = request;
    return found;
}

QString openStage(const Approval &approval)
{
    for (const Approval::Stage &stage : approval.stages)
        if (stage.reviewResult.startsWith(QLatin1String("NotReviewed"), Qt::CaseInsensitive))
            return stage.id;
    return {};
}

Result<QString> failed(ProofLedger &ledger, const Error &error)
{
    const Outcome outcome = ledger.fail(Moment::Approved, error);
    return outcome ? Result<QString>(QString()) : failure(outcome.error());
}

} // namespace proofapprover

Task<Result<std::optional<Principal>>> ProofApprover::find(QString named, LedgerPtr ledger, std::stop_token stop)
{
    using namespace proofapprover;
    const Snapshot &snapshot = ledger->snapshot();
    const Principal person = ledger->person().who;
    Directory directory(m_admin);
    if (!named.isEmpty()) {
        const QStringList references{named};
        const auto found = co_await directory.resolve(references, stop);
        if (!found)
            co_return failure(found.error());
        co_return std::optional<Principal>(found->value(named));
    }
    const QStringList ids = snapshot.rules ? snapshot.rules->approverIds() : QStringList();
    const auto standing = co_await directory.standing(ids, stop); // getByIds does not tell who is disabled
    if (!standing)
        co_return failure(standing.error());
    for (const QString &id : ids)
        if (mayApprove(standing->people.value(id), person))
            co_return std::optional<Principal>(standing->people.value(id));
    Groups groups(m_admin);
    for (const QString &id : ids) {
        if (standing->people.contains(id) || standing->gone.contains(id))
            continue;
        const auto members = co_await groups.members(id, stop);
        if (!members)
            co_return failure(members.error());
        for (const Principal &member : *members)
            if (mayApprove(member, person))
                co_return std::optional<Principal>(member);
    }
    co_return std::optional<Principal>();
}

Task<Result<QString>> ProofApprover::decideAs(Principal approver, LedgerPtr ledger, std::stop_token stop)
{
    using namespace proofapprover;
    const std::unique_ptr<Session> session = m_sessionFor(approver.userName);
    session->setScopes(Permissions::toActivate());
    const Who who{approver.userName, approver.id};
    const auto account = co_await session->signIn(who, stop);
    if (!account && !m_door.everybodyIsHere() && !stop.stop_requested()) {
        // The approver is elsewhere, mostly; somebody else's sign-in in this browser is said, and the approval stays open.
        const Error &error = account.error();
        if (error.code == QLatin1String("WrongAccount"))
            ledger->pend(Moment::Approved, error);
        else
            ledger->pend(Moment::Approved, ProofLine::Happening::WaitsForApprover, ProofResult::How::ApproverElsewhere);
        co_return QString();
    }
    if (!account)
        co_return failed(*ledger, account.error());

    GraphService own(*session);
    PrivilegedAccess access(own);
    const QString groupId = ledger->snapshot().group->id;
    const QDateTime until = own.clock().now().addDuration(patience);
    PimRequest waiting;
    for (;;) {
        const auto requests = co_await access.waitingForMe(groupId, stop);
        if (!requests)
            co_return failed(*ledger, requests.error());
        waiting = requestOf(*requests, ledger->person().who.id);
        if (!waiting.id.isEmpty())
            break;
        if (own.clock().now() > until) {
            ledger->pend(Moment::Approved, ProofLine::Happening::NotAskedToApprove, ProofResult::How::ApproverElsewhere);
            co_return QString();
        }
        const bool slept = co_await own.clock().sleep(3s, stop);
        if (!slept)
            co_return failure(Error::Kind::Cancelled, ApproverText::tr("Stopped."));
    }

    const auto approval = co_await access.approval(waiting.approvalId, stop);
    if (!approval)
        co_return failed(*ledger, approval.error());
    // The first answer wins (pitfall P17): what the other approver said shows in the request.
    const QString stageId = openStage(*approval);
    if (stageId.isEmpty())
        co_return waiting.id;
    const QString words = QStringLiteral("Approved for the test of the gate");
    const auto decided = co_await access.decide(waiting.approvalId, stageId, true, words, stop);
    if (!decided && !decided.error().is(Error::Kind::Conflict))
        co_return failed(*ledger, decided.error());
    ledger->line(Moment::Approved).recordId = waiting.approvalId;
    co_return waiting.id;
}

} // namespace pimgate
