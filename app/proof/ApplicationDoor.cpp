#include "proof/ApplicationDoor.h"

#include "graph/Audit.h"
#include "graph/GraphService.h"

#include <QCoreApplication>

#include <algorithm>

namespace pimgate {

using namespace std::chrono_literals;

namespace applicationdoor {

/// Sign-in log records take 2-15 minutes, up to an hour.
constexpr auto logPatience = 75min;
/// The end of an activation takes its effect a little later.
constexpr auto afterTheEnd = 30s;

struct DoorText
{
    Q_DECLARE_TR_FUNCTIONS(ApplicationDoor)
};

/// The log counts whole seconds.
QDateTime logTime(const Clock &clock)
{
    return clock.now().addSecs(-1);
}

SignInAttempt attemptOf(const SignInRecord &record)
{
    SignInAttempt attempt;
    attempt.admitted = record.errorCode == 0;
    attempt.errorCode = record.errorCode;
    attempt.text = record.failureReason;
    attempt.recordId = record.id;
    attempt.at = record.at;
    return attempt;
}

} // namespace applicationdoor

std::unique_ptr<ApplicationDoor> ApplicationDoor::to(GraphService &admin)
{
    if (admin.session().cloud().isDemo())
        return std::make_unique<DemoDoor>(admin);
    return std::make_unique<LogDoor>(admin);
}

Clock &ApplicationDoor::clock() const
{
    return m_admin.clock();
}

Task<Outcome> ApplicationDoor::waitForEnd(LedgerPtr ledger, Moment moment, std::stop_token stop)
{
    using namespace applicationdoor;
    const QDateTime end = ledger->activeUntil().addDuration(afterTheEnd);
    while (clock().now() < end) {
        const std::chrono::seconds left(std::max<qint64>(0, clock().now().secsTo(ledger->activeUntil())));
        ledger->begin(moment, ProofLine::Happening::DueIn, ledger->activeUntil());
        const std::chrono::seconds slice = std::min<std::chrono::seconds>(10s, left + 1s);
        const bool slept = co_await clock().sleep(slice, stop);
        if (!slept)
            co_return failure(Error::Kind::Cancelled, DoorText::tr("Stopped."));
    }
    co_return Outcome();
}

DemoDoor::DemoDoor(GraphService &admin) : ApplicationDoor(admin), m_machine(admin.session().http(), admin.session().cloud()) {}

IsoDuration DemoDoor::usualDuration(IsoDuration longest) const
{
    return m_machine.available() ? longest : IsoDuration(shortestActivation);
}

/// With the record of the sign-in log where it can be read.
Task<Result<SignInAttempt>> DemoDoor::attempt(LedgerPtr ledger, Moment, std::stop_token stop)
{
    const QDateTime since = applicationdoor::logTime(clock());
    Session &session = m_admin.session();
    const Application application = *ledger->snapshot().application;
    const Principal who = ledger->person().who;
    const auto tried = co_await signInToApplication(session.http(), session.cloud(), application, who.userName, stop);
    if (!tried)
        co_return failure(tried.error());
    SignInAttempt answer = *tried;
    Audit audit(m_admin);
    const auto records = co_await audit.signIns(application.appId, since, who.id, stop);
    if (records)
        for (const SignInRecord &record : *records)
            if (record.errorCode == answer.errorCode && answer.recordId.isEmpty())
                answer.recordId = record.id;
    co_return answer;
}

Task<Outcome> DemoDoor::passTime(LedgerPtr ledger, Moment moment, std::stop_token stop)
{
    const QDateTime end = ledger->activeUntil().addDuration(applicationdoor::afterTheEnd);
    if (!m_machine.available() || clock().now() >= end)
        co_return co_await waitForEnd(ledger, moment, stop);
    const std::chrono::seconds left(clock().now().secsTo(end) + 1);
    co_return co_await m_machine.advance(left, stop);
}

IsoDuration LogDoor::usualDuration(IsoDuration) const
{
    return IsoDuration(shortestActivation);
}

Task<Result<SignInAttempt>> LogDoor::attempt(LedgerPtr ledger, Moment moment, std::stop_token stop)
{
    using namespace applicationdoor;
    const QDateTime since = logTime(clock());
    const QDateTime until = since.addDuration(logPatience);
    const Application application = *ledger->snapshot().application;
    const Principal who = ledger->person().who;
    Audit audit(m_admin);
    for (;;) {
        ledger->begin(moment, ProofLine::Happening::OpensInPrivateWindow);
        const auto records = co_await audit.signIns(application.appId, since, who.id, stop);
        if (!records)
            co_return failure(records.error());
        if (!records->isEmpty())
            co_return attemptOf(records->first());
        if (clock().now() > until) {
            ledger->pend(moment, ProofLine::Happening::NoRecord, ProofResult::How::LogIsSilent, since);
            co_return SignInAttempt();
        }
        const bool slept = co_await clock().sleep(20s, stop);
        if (!slept)
            co_return failure(Error::Kind::Cancelled, DoorText::tr("Stopped."));
    }
}

Task<Outcome> LogDoor::passTime(LedgerPtr ledger, Moment moment, std::stop_token stop)
{
    co_return co_await waitForEnd(ledger, moment, stop);
}

} // namespace pimgate
