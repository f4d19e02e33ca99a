#include "proof/ProofRun.h"

#include "graph/Audit.h"
#include "identity/Permissions.h"

#include <QCoroTimer>
#include <QLocale>
#include <QTimer>

#include <algorithm>

namespace pimgate {

using namespace std::chrono_literals;

namespace {

enum MomentIndex { BlockedAt, RequestedAt, ApprovedAt, ActiveAt, EndedAt, MomentCount };

constexpr auto notAssigned = 50105;
constexpr auto blockedByPolicy = 53003;

/// PIM's floor for an activation (pitfall P26).
constexpr auto shortestActivation = 5min;
/// How long PIM, the directory and the sign-in host may lag (pitfall P13), in the tenant's time.
constexpr auto patience = 5min;
/// Sign-in log records take 2-15 minutes, up to an hour.
constexpr auto logPatience = 75min;

bool refusedByLock(int code)
{
    return code == notAssigned || code == blockedByPolicy;
}

/// What a person need not hear about the proof: it has nothing to do with the gate.
bool isOutside(const Error &error)
{
    return error.is(Error::Kind::Cancelled) || error.is(Error::Kind::Network) || error.is(Error::Kind::Server) ||
           error.is(Error::Kind::Throttled) || error.is(Error::Kind::Input);
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

bool ruleNeeded(const Snapshot &snapshot, const char *rule, std::optional<bool> wished)
{
    return snapshot.rules ? snapshot.rules->enabledOnActivation().contains(QLatin1String(rule)) : wished.value_or(false);
}

IsoDuration longestActivation(const Blueprint &blueprint, const Snapshot &snapshot)
{
    if (snapshot.rules)
        return snapshot.rules->maximumActivation();
    return blueprint.activation.maximumDuration.value_or(Blueprint::defaultActivation());
}

QString clockTime(const QDateTime &utc)
{
    // The zone stands beside it: a report shows the same words next to times in UTC.
    const QDateTime local = utc.toLocalTime();
    return QLocale().toString(local.time(), QStringLiteral("HH:mm:ss")) + QLatin1Char(' ') + local.timeZoneAbbreviation();
}

/// The evaluator's word and what happened must not contradict each other. Which lock answers first is not assumed
/// (pitfall P21); what the evaluator could not know it does not claim.
bool agrees(const Verdict &verdict, const SignInAttempt &attempt)
{
    const bool shut = verdict.assignment == Verdict::Lock::Shut || verdict.policy == Verdict::Lock::Shut;
    const bool unknown = verdict.assignment == Verdict::Lock::Unknown || verdict.policy == Verdict::Lock::Unknown;
    if (unknown && !shut)
        return true;
    if (verdict.letIn != attempt.admitted)
        return false;
    if (attempt.errorCode == notAssigned)
        return verdict.assignment == Verdict::Lock::Shut;
    if (attempt.errorCode == blockedByPolicy)
        return verdict.policy == Verdict::Lock::Shut;
    return true;
}

} // namespace

/// Everything one play knows; shared by its moments.
struct ProofRun::Play
{
    ProofWish wish;
    SnapshotPtr snapshot; ///< the newest one
    Principal person;
    QStringList groups;
    std::optional<QStringList> directGroups;
    IsoDuration duration;
    QString justification, ticket;
    bool demo = false;
    QString requestId;
    QDateTime activeUntil;
    QList<ProofLine> lines;
    ProofResult result;
    bool over = false;
    std::stop_token stop;

    QString application() const { return snapshot->application ? snapshot->application->displayName : QString(); }
    QString appId() const { return snapshot->application ? snapshot->application->appId : QString(); }
    QString groupId() const { return snapshot->group ? snapshot->group->id : QString(); }
    bool approval() const { return approvalNeeded(wish.blueprint, *snapshot); }
    ProofLabel played() const { return demo ? ProofLabel::PlayedInDemo : ProofLabel::Observed; }

    Person personNow() const
    {
        Person now;
        now.who = person;
        now.memberUntil = activeUntil;
        now.groups = groups;
        now.directGroups = directGroups;
        return now;
    }
};

ProofRun::ProofRun(GraphService &admin, SessionFor sessionFor, QObject *parent)
    : QObject(parent), m_admin(admin), m_sessionFor(std::move(sessionFor))
{
}

QList<ProofLine> ProofRun::foresee(const ProofWish &wish, const Snapshot &snapshot)
{
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
    const QString application = snapshot.application ? snapshot.application->displayName : wish.blueprint.application.displayName;
    const IsoDuration duration = wish.duration.value_or(longestActivation(wish.blueprint, snapshot));
    const bool approval = approvalNeeded(wish.blueprint, snapshot);
    const auto line = [](ProofLine::Moment moment, const QString &who, const QString &done, const QString &expected,
                         const Verdict &verdict) {
        ProofLine made;
        made.moment = moment;
        made.who = who;
        made.done = done;
        made.expected = expected;
        made.happened = tr("foreseen: %1").arg(expected);
        made.verdict = verdict;
        made.errorCode = verdict.expectedError;
        return made;
    };
    const auto foreseen = [](const Verdict &verdict, const QString &wanted) {
        if (verdict.letIn)
            return tr("foreseen: let in");
        return verdict.expectedError != 0 ? tr("foreseen: blocked") : tr("not known: %1").arg(wanted);
    };

    using Moment = ProofLine::Moment;
    QList<ProofLine> lines;
    lines << line(Moment::Blocked, name, tr("Opens %1").arg(application), tr("blocked"), before);
    lines.last().happened = foreseen(before, tr("blocked"));
    const QString reason = wish.justification.isEmpty() ? QString() : QStringLiteral(": “%1”").arg(wish.justification);
    lines << line(Moment::Requested, name, tr("Asks for %1%2").arg(duration.human(), reason),
                  approval ? tr("waits for approval") : tr("active member"), before);
    const std::optional<Principal> approver = personNamed(wish.approver, snapshot);
    lines << line(Moment::Approved, approver ? approver->displayName : tr("Approver"),
                  approval ? tr("Approves") : tr("No approval needed"), tr("active member"), approval ? during : before);
    lines << line(Moment::Active, name, tr("Opens %1").arg(application), tr("let in"), during);
    lines.last().happened = foreseen(during, tr("let in"));
    lines << line(Moment::Ended, name, tr("Opens %1 after the end").arg(application), tr("blocked"), before);
    lines.last().happened = foreseen(before, tr("blocked"));
    for (ProofLine &made : lines)
        if (made.moment == Moment::Requested || made.moment == Moment::Approved)
            made.errorCode = 0;
    return lines;
}

Task<Result<ProofResult>> ProofRun::play(ProofWish wish, SnapshotPtr snapshot, std::stop_token stop)
{
    const auto play = std::make_shared<Play>();
    play->wish = std::move(wish);
    play->snapshot = std::make_shared<Snapshot>(*snapshot);
    play->stop = stop;
    play->demo = m_admin.session().cloud().isDemo();
    const auto prepared = co_await prepare(play);
    if (!prepared)
        co_return failure(prepared.error());

    for (int index = 0; index < MomentCount && !play->over; ++index) {
        const ProofLine::State state = play->lines[index].state;
        if (state == ProofLine::State::Passed || state == ProofLine::State::Skipped)
            continue;
        const bool goOn = co_await breathe(stop);
        if (!goOn)
            co_return failure(Error::Kind::Cancelled, tr("Stopped."));
        const auto played = co_await moment(play, index);
        if (!played)
            co_return failure(played.error());
    }
    if (!play->over)
        play->result.state = ProofResult::State::Passed;
    play->result.lines = play->lines;
    co_return play->result;
}

void ProofRun::setPaused(bool paused)
{
    m_paused = paused;
}

/// Local time, not the tenant's: this is for the people who look.
Task<bool> ProofRun::breathe(std::stop_token stop)
{
    std::chrono::milliseconds left = m_rest;
    while ((left > 0ms || m_paused) && !stop.stop_requested()) {
        QTimer timer;
        timer.setSingleShot(true);
        timer.start(std::min<std::chrono::milliseconds>(m_paused ? 50ms : left, 50ms));
        co_await timer;
        if (!m_paused)
            left -= 50ms;
    }
    co_return !stop.stop_requested();
}

Task<Outcome> ProofRun::prepare(PlayPtr play)
{
    const Snapshot &snapshot = *play->snapshot;
    if (!snapshot.application || !snapshot.group)
        co_return failure(Error::Kind::Input, tr("There is no gate to test yet."), tr("Make steps 1 to 4 first."));

    std::optional<Principal> person = personNamed(play->wish.user, snapshot);
    if (!person) {
        Directory directory(m_admin);
        const QStringList references{play->wish.user};
        const auto found = co_await directory.resolve(references, play->stop);
        if (!found)
            co_return failure(found.error());
        person = found->value(play->wish.user);
    }
    if (!person->isUser())
        co_return failure(Error::Kind::Input, tr("%1 is not a person.").arg(play->wish.user), tr("Choose an eligible person."));
    play->person = *person;

    const IsoDuration longest = longestActivation(play->wish.blueprint, snapshot);
    TimeMachine machine(m_admin.session().http(), m_admin.session().cloud());
    play->duration = play->wish.duration.value_or(machine.available() ? longest : IsoDuration(shortestActivation));
    if (play->duration.value() < shortestActivation)
        co_return failure(Error::Kind::Input, tr("An activation lasts at least 5 minutes: PIM's own rule."));
    if (play->duration > longest)
        co_return failure(Error::Kind::Input, tr("The longest activation allowed here is %1.").arg(longest.human()));
    play->wish.duration = play->duration;

    if (play->wish.justification.isEmpty())
        play->wish.justification = tr("Test of the gate");
    play->justification = play->wish.justification;
    play->ticket = play->wish.ticket;
    if (play->ticket.isEmpty() && ruleNeeded(snapshot, "Ticketing", play->wish.blueprint.activation.ticket)) {
        if (!play->demo)
            co_return failure(Error::Kind::Input, tr("The activation asks for a ticket number."), tr("Give one for the test."));
        play->ticket = QStringLiteral("DEMO-1");
    }

    Directory directory(m_admin);
    const auto groups = co_await directory.groupsOf(play->person.id, play->stop);
    if (!groups)
        co_return failure(groups.error());
    play->groups = *groups;
    play->groups.removeAll(play->groupId());
    const QString directPath = QStringLiteral("/users/%1/memberOf?$select=id").arg(play->person.id);
    const auto direct = co_await m_admin.list(directPath, false, 0, play->stop);
    if (direct) {
        play->directGroups = QStringList();
        for (const QJsonValue &row : *direct)
            *play->directGroups << row[QLatin1String("id")].toString();
    }

    play->lines = foresee(play->wish, snapshot);
    for (int index = 0; index < play->wish.earlier.size() && index < MomentCount; ++index) {
        const ProofLine &line = play->wish.earlier[index];
        if (line.state != ProofLine::State::Passed && line.state != ProofLine::State::Skipped)
            break;
        play->lines[index] = line;
        if (index == RequestedAt)
            play->requestId = line.recordId;
    }
    const auto fresh = co_await refresh(play);
    if (!fresh)
        co_return fresh;
    for (int index = 0; index < MomentCount; ++index)
        show(play, index);
    co_return Outcome();
}

/// The parts of the tenant that the two locks read, once more.
Task<Outcome> ProofRun::refresh(PlayPtr play)
{
    const SnapshotPtr next = std::make_shared<Snapshot>(*play->snapshot);
    Groups groups(m_admin);
    Applications applications(m_admin);
    PrivilegedAccess access(m_admin);
    ConditionalAccess policies(m_admin);
    const QString groupId = play->groupId();
    const QString appId = play->appId();

    auto membersAsked = groups.members(groupId, play->stop);
    auto activeAsked = access.activeNow(groupId, play->stop);
    auto applicationAsked = applications.byAppId(appId, play->stop);
    auto assignmentsAsked = applications.assignments(appId, play->stop);
    auto policiesAsked = policies.list(play->stop);
    const auto members = co_await membersAsked;
    const auto active = co_await activeAsked;
    const auto application = co_await applicationAsked;
    const auto assignments = co_await assignmentsAsked;
    const auto policyList = co_await policiesAsked;

    if (!members)
        co_return failure(members.error());
    if (!active)
        co_return failure(active.error());
    if (!application)
        co_return failure(application.error());
    if (!assignments)
        co_return failure(assignments.error());
    if (!policyList)
        co_return failure(policyList.error());

    next->readAt = m_admin.clock().now();
    next->members = *members;
    next->active = *active;
    next->application = *application;
    next->assignments = *assignments;
    for (const char *part : {"members", "active", "application", "assignments", "policy", "policies", "conditionalAccess"})
        next->unread.remove(QLatin1String(part));
    const QString own = play->snapshot->policy ? play->snapshot->policy->id : QString();
    next->policy.reset();
    next->otherPolicies.clear();
    for (const CaPolicy &policy : *policyList) {
        if (policy.id == own)
            next->policy = policy;
        else if (policy.includeApplications.contains(appId) || policy.includeApplications.contains(QLatin1String("All")))
            next->otherPolicies << policy;
    }
    play->activeUntil = {};
    for (const PimSchedule &schedule : std::as_const(next->active))
        if (schedule.principalId == play->person.id && schedule.accessId != QLatin1String("owner"))
            play->activeUntil = schedule.end;
    play->snapshot = next;
    co_return Outcome();
}

Task<Outcome> ProofRun::moment(PlayPtr play, int index)
{
    switch (index) {
    case BlockedAt:
        return blocked(play);
    case RequestedAt:
        return requested(play);
    case ApprovedAt:
        return approved(play);
    case ActiveAt:
        return active(play);
    default:
        return ended(play);
    }
}

Task<Outcome> ProofRun::blocked(PlayPtr play)
{
    judge(play, BlockedAt);
    if (play->lines[BlockedAt].verdict.member) {
        const QString until = play->activeUntil.isValid() ? tr("already active until %1").arg(clockTime(play->activeUntil))
                                                          : tr("already an active member, without an end");
        const QString how =
            tr("End %1's activation in PIM or wait for its end, then play the proof again.").arg(play->person.displayName);
        co_return fail(play, BlockedAt, until, how);
    }
    begin(play, BlockedAt);
    const auto tried = co_await attempt(play, BlockedAt);
    if (!tried)
        co_return fail(play, BlockedAt, tried.error());
    const auto fresh = co_await refresh(play);
    if (!fresh)
        co_return fresh;
    if (play->over)
        co_return Outcome();

    judge(play, BlockedAt);
    ProofLine &line = play->lines[BlockedAt];
    line.agrees = agrees(line.verdict, *tried);
    if (tried->admitted)
        co_return fail(play, BlockedAt, tr("let in"), line.verdict.sentence);
    if (!refusedByLock(tried->errorCode))
        co_return fail(play, BlockedAt, tr("refused for another reason: %1").arg(tried->text),
                       tr("This is not the gate: mend it first."));
    pass(play, BlockedAt, tried->errorCode == notAssigned ? tr("blocked: not assigned") : tr("blocked: Conditional Access"));
    co_return Outcome();
}

Task<Outcome> ProofRun::requested(PlayPtr play)
{
    begin(play, RequestedAt);
    const std::unique_ptr<Session> session = m_sessionFor(play->person.userName);
    session->setScopes(Permissions::toActivate());
    const Who person{play->person.userName, play->person.id};
    const auto account = co_await session->signIn(person, play->stop);
    if (!account)
        co_return fail(play, RequestedAt, account.error());

    // A token without MFA is stepped up inside GraphService: exactly that new token is used (graph-contract 7.8).
    GraphService own(*session);
    PrivilegedAccess access(own);
    const QString groupId = play->groupId();
    const QString ticketSystem = play->ticket.isEmpty() ? QString() : tr("Ticket system");
    const auto request = co_await access.activate(groupId, play->person.id, play->duration, play->justification, play->ticket,
                                                  ticketSystem, play->stop);
    const auto fresh = co_await refresh(play);
    if (!fresh)
        co_return fresh;
    judge(play, RequestedAt);
    if (!request && request.error().code == QLatin1String("PendingRoleAssignmentRequest")) {
        pass(play, RequestedAt, tr("waits for approval since an earlier request"));
        co_return Outcome();
    }
    const bool exists = !request && request.error().code == QLatin1String("RoleAssignmentExists");
    if (exists && !play->wish.earlier.isEmpty() && !play->approval())
        co_return co_await untilActive(play, RequestedAt); // asked before the run was left
    if (exists) {
        const QString how =
            tr("Wait for the end of the activation, or end it in PIM (not before five minutes), then play the proof again.");
        co_return fail(play, RequestedAt, tr("already active"), how);
    }
    if (!request)
        co_return fail(play, RequestedAt, request.error());

    // HTTP 201 is not "active": the status decides (pitfall P27).
    play->requestId = request->id;
    play->lines[RequestedAt].recordId = request->id;
    if (request->state() == PimRequest::State::Waiting) {
        if (!play->approval())
            co_return fail(play, RequestedAt, tr("waits for approval"),
                           tr("The rules ask for approval although none was expected."));
        pass(play, RequestedAt, tr("waits for approval"));
        co_return Outcome();
    }
    if (play->approval())
        co_return fail(play, RequestedAt, tr("not held for approval (%1)").arg(request->status),
                       tr("Read step 3 again: approval is not asked."));
    co_return co_await untilActive(play, RequestedAt);
}

Task<Outcome> ProofRun::approved(PlayPtr play)
{
    if (!play->approval()) {
        judge(play, ApprovedAt);
        pass(play, ApprovedAt, tr("No approval needed"), ProofLine::State::Skipped);
        co_return Outcome();
    }
    begin(play, ApprovedAt);
    if (!play->wish.earlier.isEmpty() && !play->requestId.isEmpty()) {
        // Taken up again: somebody may have approved meanwhile.
        PrivilegedAccess access(m_admin);
        const auto request = co_await access.request(play->requestId, play->stop);
        if (request && request->state() != PimRequest::State::Waiting)
            co_return co_await untilActive(play, ApprovedAt);
    }
    const auto approver = co_await findApprover(play);
    if (!approver)
        co_return fail(play, ApprovedAt, approver.error());
    if (!*approver) {
        const QString how =
            tr("Nobody is named who can approve for %1. Approve the request in the Entra admin center (ID Governance, "
               "Privileged Identity Management, Approve requests) within 24 hours, then go on with the test.")
                .arg(play->person.displayName);
        co_return pend(play, ApprovedAt, tr("waits for approval"), how);
    }
    const Principal who = **approver;
    play->lines[ApprovedAt].who = who.displayName;
    if (who.id == play->person.id) {
        const QString how = tr("Nobody approves an own request. Name another approver, then go on with the test.");
        co_return pend(play, ApprovedAt, tr("waits for approval"), how);
    }
    co_return co_await decideAs(play, who);
}

/// The one named; else the first approver who is a user, or a member of an approving group, and not the person himself.
Task<Result<std::optional<Principal>>> ProofRun::findApprover(PlayPtr play)
{
    Directory directory(m_admin);
    const QString named = play->wish.approver;
    if (!named.isEmpty()) {
        const std::optional<Principal> known = personNamed(named, *play->snapshot);
        if (known)
            co_return known;
        const QStringList references{named};
        const auto found = co_await directory.resolve(references, play->stop);
        if (!found)
            co_return failure(found.error());
        co_return std::optional<Principal>(found->value(named));
    }
    const QStringList ids = play->snapshot->rules ? play->snapshot->rules->approverIds() : QStringList();
    const auto known = co_await directory.byIds(ids, play->stop);
    if (!known)
        co_return failure(known.error());
    for (const QString &id : ids) {
        const Principal principal = known->value(id);
        if (principal.isUser() && principal.enabled && principal.id != play->person.id)
            co_return std::optional<Principal>(principal);
    }
    Groups groups(m_admin);
    for (const QString &id : ids) {
        if (!known->value(id).isGroup())
            continue;
        const auto members = co_await groups.members(id, play->stop);
        if (!members)
            co_return failure(members.error());
        for (const Principal &member : *members)
            if (member.isUser() && member.enabled && member.id != play->person.id)
                co_return std::optional<Principal>(member);
    }
    co_return std::optional<Principal>();
}

Task<Outcome> ProofRun::decideAs(PlayPtr play, Principal approver)
{
    const QString goOn =
        tr("%1 approves in the Entra admin center (ID Governance, Privileged Identity Management, Approve requests) "
           "within 24 hours; then go on with the test.")
            .arg(approver.displayName);
    const QString waits = tr("waits for %1").arg(approver.displayName);
    const std::unique_ptr<Session> session = m_sessionFor(approver.userName);
    session->setScopes(Permissions::toActivate());
    const Who person{approver.userName, approver.id};
    const auto account = co_await session->signIn(person, play->stop);
    // The approver is elsewhere, mostly; somebody else's sign-in in this browser is said, and the approval stays open.
    if (!account && account.error().code == QLatin1String("WrongAccount") && !play->demo)
        co_return pend(play, ApprovedAt, account.error().message, account.error().next);
    if (!account && !play->demo && !play->stop.stop_requested())
        co_return pend(play, ApprovedAt, waits, goOn);
    if (!account)
        co_return fail(play, ApprovedAt, account.error());

    GraphService own(*session);
    PrivilegedAccess access(own);
    const QString groupId = play->groupId();
    const QDateTime until = own.clock().now().addSecs(60);
    PimRequest waiting;
    while (waiting.id.isEmpty()) {
        const auto requests = co_await access.waitingForMe(groupId, play->stop);
        if (!requests)
            co_return fail(play, ApprovedAt, requests.error());
        for (const PimRequest &request : *requests)
            if (request.principalId == play->person.id && (play->requestId.isEmpty() || request.id == play->requestId))
                waiting = request;
        if (!waiting.id.isEmpty())
            break;
        if (own.clock().now() > until)
            co_return pend(play, ApprovedAt, tr("%1 is not asked to approve").arg(approver.displayName), goOn);
        const bool slept = co_await own.clock().sleep(3s, play->stop);
        if (!slept)
            co_return failure(Error::Kind::Cancelled, tr("Stopped."));
    }
    play->requestId = waiting.id;

    const auto approval = co_await access.approval(waiting.approvalId, play->stop);
    if (!approval)
        co_return fail(play, ApprovedAt, approval.error());
    QString stageId;
    for (const Approval::Stage &stage : approval->stages)
        if (stage.reviewResult.startsWith(QLatin1String("NotReviewed"), Qt::CaseInsensitive) && stageId.isEmpty())
            stageId = stage.id;
    const QString words = tr("Approved for the test of the gate");
    const auto decided = co_await access.decide(waiting.approvalId, stageId, true, words, play->stop);
    // The first answer wins (pitfall P17): what the other approver said shows in the request.
    if (!decided && !decided.error().is(Error::Kind::Conflict))
        co_return fail(play, ApprovedAt, decided.error());
    play->lines[ApprovedAt].recordId = waiting.approvalId;
    co_return co_await untilActive(play, ApprovedAt);
}

/// Request provisioned, PIM shows the instance, the directory shows the member (pitfalls P13, P27).
Task<Outcome> ProofRun::untilActive(PlayPtr play, int index)
{
    PrivilegedAccess access(m_admin);
    const QDateTime until = m_admin.clock().now().addDuration(patience);
    for (;;) {
        if (!play->requestId.isEmpty()) {
            const auto request = co_await access.request(play->requestId, play->stop);
            if (!request)
                co_return fail(play, index, request.error());
            const PimRequest::State state = request->state();
            if (state == PimRequest::State::Denied || state == PimRequest::State::Failed || state == PimRequest::State::Ended)
                co_return fail(play, index, tr("ended as %1").arg(request->status),
                               tr("Ask again when the reason is known, then play the proof again."));
        }
        const auto fresh = co_await refresh(play);
        if (!fresh)
            co_return fresh;
        judge(play, index);
        if (play->lines[index].verdict.member && play->activeUntil.isValid())
            break;
        if (m_admin.clock().now() > until)
            co_return fail(play, index, tr("still not active after %1").arg(shortDuration(patience)),
                           tr("Look at the request in PIM; play the proof again when it is provisioned and has ended."));
        begin(play, index, tr("Microsoft is making the membership"));
        const bool slept = co_await m_admin.clock().sleep(3s, play->stop);
        if (!slept)
            co_return failure(Error::Kind::Cancelled, tr("Stopped."));
    }
    pass(play, index, tr("active until %1").arg(clockTime(play->activeUntil)));
    showDue(play);
    co_return Outcome();
}

Task<Outcome> ProofRun::active(PlayPtr play)
{
    begin(play, ActiveAt);
    const auto tried = co_await attemptUntil(play, ActiveAt, true);
    if (!tried)
        co_return fail(play, ActiveAt, tried.error());
    if (play->over)
        co_return Outcome();
    ProofLine &line = play->lines[ActiveAt];
    if (!tried->admitted) {
        const QString how =
            refusedByLock(tried->errorCode) ? line.verdict.sentence : tr("This is not the gate: %1").arg(tried->text);
        co_return fail(play, ActiveAt, tr("blocked: %1").arg(tried->text), how);
    }
    const bool both = line.verdict.assignment == Verdict::Lock::Open && line.verdict.policy == Verdict::Lock::Open;
    pass(play, ActiveAt, both ? tr("let in by both locks") : tr("let in; the second lock is not enforced"));
    co_return Outcome();
}

Task<Outcome> ProofRun::ended(PlayPtr play)
{
    begin(play, EndedAt, play->activeUntil.isValid() ? tr("due %1").arg(clockTime(play->activeUntil)) : QString());
    showDue(play);
    const auto passed = co_await letTimePass(play, EndedAt);
    if (!passed)
        co_return passed;
    const auto tried = co_await attemptUntil(play, EndedAt, false);
    if (!tried)
        co_return fail(play, EndedAt, tried.error());
    if (play->over)
        co_return Outcome();
    if (tried->admitted)
        co_return fail(play, EndedAt, tr("still let in"), play->lines[EndedAt].verdict.sentence);
    if (!refusedByLock(tried->errorCode))
        co_return fail(play, EndedAt, tr("refused for another reason: %1").arg(tried->text),
                       tr("This is not the gate: mend it first."));
    pass(play, EndedAt,
         tried->errorCode == notAssigned ? tr("blocked again: not assigned") : tr("blocked again: Conditional Access"));
    co_return Outcome();
}

Task<Outcome> ProofRun::letTimePass(PlayPtr play, int index)
{
    // Taken up after the end: nothing to wait for.
    if (!play->activeUntil.isValid())
        co_return Outcome();
    Clock &clock = m_admin.clock();
    TimeMachine machine(m_admin.session().http(), m_admin.session().cloud());
    const QDateTime end = play->activeUntil.addSecs(30);
    while (clock.now() < end) {
        if (machine.available()) {
            const std::chrono::seconds left(clock.now().secsTo(end) + 1);
            const auto advanced = co_await machine.advance(left, play->stop);
            if (!advanced)
                co_return failure(advanced.error());
            // The next answer carries the new time; the clock must not wait for it in this loop.
            break;
        }
        const std::chrono::seconds left(std::max<qint64>(0, clock.now().secsTo(play->activeUntil)));
        begin(play, index, tr("due %1, in %2").arg(clockTime(play->activeUntil), shortDuration(left)));
        const std::chrono::seconds slice = std::min<std::chrono::seconds>(10s, left + 1s);
        const bool slept = co_await clock.sleep(slice, play->stop);
        if (!slept)
            co_return failure(Error::Kind::Cancelled, tr("Stopped."));
    }
    co_return Outcome();
}

/// Activation is seconds, its effect is not (pitfall P13): looks again while the answer is the old one.
Task<Result<SignInAttempt>> ProofRun::attemptUntil(PlayPtr play, int index, bool admitted)
{
    const QDateTime started = m_admin.clock().now();
    std::optional<QDateTime> until;
    for (;;) {
        const auto tried = co_await attempt(play, index);
        if (!tried)
            co_return failure(tried.error());
        const auto fresh = co_await refresh(play);
        if (!fresh)
            co_return failure(fresh.error());
        judge(play, index);
        play->lines[index].agrees = agrees(play->lines[index].verdict, *tried);
        const bool other = !tried->admitted && !refusedByLock(tried->errorCode);
        if (play->over || other || (tried->admitted == admitted && play->lines[index].agrees))
            co_return *tried;
        // Counted from the first answer: time may have been made to jump just before.
        if (!until)
            until = std::max(started, m_admin.clock().now()).addDuration(patience);
        if (m_admin.clock().now() > *until)
            co_return *tried;
        begin(play, index, tr("Microsoft still answers as before"));
        const bool slept = co_await m_admin.clock().sleep(10s, play->stop);
        if (!slept)
            co_return failure(Error::Kind::Cancelled, tr("Stopped."));
    }
}

/// One sign-in to the application, with the record of the sign-in log where it can be read.
Task<Result<SignInAttempt>> ProofRun::attempt(PlayPtr play, int index)
{
    // The log counts whole seconds.
    const QDateTime since = m_admin.clock().now().addSecs(-1);
    if (!play->demo)
        co_return co_await observe(play, index, since);

    Session &session = m_admin.session();
    const Application application = *play->snapshot->application;
    const auto tried =
        co_await signInToApplication(session.http(), session.cloud(), application, play->person.userName, play->stop);
    if (!tried)
        co_return failure(tried.error());
    SignInAttempt answer = *tried;
    Audit audit(m_admin);
    const auto records = co_await audit.signIns(application.appId, since, play->person.id, play->stop);
    if (records)
        for (const SignInRecord &record : *records)
            if (record.errorCode == answer.errorCode && answer.recordId.isEmpty())
                answer.recordId = record.id;
    play->lines[index].recordId = answer.recordId;
    play->lines[index].errorCode = answer.errorCode;
    co_return answer;
}

/// Real tenants: a person signs in by his own browser, in a private window, and the sign-in log tells what happened.
Task<Result<SignInAttempt>> ProofRun::observe(PlayPtr play, int index, QDateTime since)
{
    Audit audit(m_admin);
    const QString appId = play->appId();
    const QDateTime until = since.addDuration(logPatience);
    const QString waits = tr("%1 opens %2 in a new private window; the sign-in log shows it in 2 to 15 minutes, at most an hour")
                              .arg(play->person.displayName, play->application());
    for (;;) {
        begin(play, index, waits);
        const auto records = co_await audit.signIns(appId, since, play->person.id, play->stop);
        if (!records)
            co_return failure(records.error());
        if (!records->isEmpty()) {
            const SignInRecord &newest = records->first();
            SignInAttempt answer;
            answer.admitted = newest.errorCode == 0;
            answer.errorCode = newest.errorCode;
            answer.text = newest.failureReason;
            answer.recordId = newest.id;
            play->lines[index].recordId = newest.id;
            play->lines[index].errorCode = newest.errorCode;
            play->lines[index].at = newest.at;
            co_return answer;
        }
        if (m_admin.clock().now() > until) {
            const QString how =
                tr("The sign-in log does not show %1 opening %2 since %3. Open it in a private window and go on with the test.")
                    .arg(play->person.displayName, play->application(), clockTime(since));
            pend(play, index, tr("no record yet"), how);
            co_return SignInAttempt();
        }
        const bool slept = co_await m_admin.clock().sleep(20s, play->stop);
        if (!slept)
            co_return failure(Error::Kind::Cancelled, tr("Stopped."));
    }
}

/// Until the last moment has happened its time is the one when it is due.
void ProofRun::showDue(const PlayPtr &play)
{
    if (!play->activeUntil.isValid())
        return;
    play->lines[EndedAt].at = play->activeUntil;
    show(play, EndedAt);
}

void ProofRun::begin(const PlayPtr &play, int index, const QString &happened)
{
    ProofLine &line = play->lines[index];
    line.state = ProofLine::State::Working;
    line.happened = happened;
    line.at = m_admin.clock().now();
    show(play, index);
}

/// The evaluator's word on the newest snapshot.
void ProofRun::judge(const PlayPtr &play, int index)
{
    ProofLine &line = play->lines[index];
    line.verdict = evaluate(play->personNow(), *play->snapshot);
    const bool shouldBeMember = index == ApprovedAt || index == ActiveAt || (index == RequestedAt && !play->approval());
    line.agrees = line.verdict.member == shouldBeMember;
}

void ProofRun::pass(const PlayPtr &play, int index, const QString &happened, ProofLine::State state)
{
    ProofLine &line = play->lines[index];
    if (state == ProofLine::State::Passed && !line.agrees) {
        fail(play, index, happened, tr("The evaluator says otherwise: %1").arg(line.verdict.sentence));
        return;
    }
    line.state = state;
    line.happened = happened;
    // A record of the sign-in log has its own time.
    if (play->demo || line.recordId.isEmpty() || !line.at.isValid())
        line.at = m_admin.clock().now();
    const bool proven = state == ProofLine::State::Passed && (play->demo || !line.recordId.isEmpty());
    line.label = proven ? play->played() : ProofLabel::Simulated;
    show(play, index);
}

void ProofRun::show(const PlayPtr &play, int index)
{
    const ProofLine &line = play->lines[index];
    Q_EMIT lineChanged(index, line);
    if (line.state == ProofLine::State::ToCome)
        return;
    GateView view = viewOf(line.verdict, play->personNow(), *play->snapshot, play->demo);
    if (index == ActiveAt && line.state == ProofLine::State::Passed)
        view.applicationNote = tr("signed in %1").arg(clockTime(line.at));
    Q_EMIT viewChanged(view);
}

Outcome ProofRun::fail(const PlayPtr &play, int index, const QString &happened, const QString &how)
{
    ProofLine &line = play->lines[index];
    line.state = ProofLine::State::Failed;
    line.happened = happened;
    line.at = m_admin.clock().now();
    if (play->demo || !line.recordId.isEmpty())
        line.label = play->played();
    play->over = true;
    play->result.state = ProofResult::State::Failed;
    play->result.how = how;
    show(play, index);
    return {};
}

Outcome ProofRun::fail(const PlayPtr &play, int index, const Error &error)
{
    if (isOutside(error))
        return failure(error);
    return fail(play, index, error.message, error.next.isEmpty() ? error.text() : error.next);
}

Outcome ProofRun::pend(const PlayPtr &play, int index, const QString &happened, const QString &how)
{
    ProofLine &line = play->lines[index];
    line.state = ProofLine::State::Working;
    line.happened = happened;
    line.at = m_admin.clock().now();
    play->over = true;
    play->result.state = ProofResult::State::Pending;
    play->result.how = how;
    show(play, index);
    return {};
}

} // namespace pimgate
