#pragma once

#include "proof/ProofLedger.h"

namespace pimgate {

/// The door of the application, and all else that differs between the demo tenant, where the program itself acts and makes
/// time pass, and a real one, where people act and the sign-in log tells.
class ApplicationDoor
{
public:
    using Moment = ProofLine::Moment;

    /// The one that fits the cloud of this session. Both must outlive its tasks.
    static std::unique_ptr<ApplicationDoor> to(GraphService &admin);
    virtual ~ApplicationDoor() = default;

    /// How much it proves that somebody was let in or refused here.
    virtual ProofLabel label() const = 0;
    /// For how long to activate when nobody said so.
    virtual IsoDuration usualDuration(IsoDuration longest) const = 0;
    /// A ticket number for rules that ask for one, when nobody gave any; empty: somebody has to.
    virtual QString usualTicket() const = 0;
    /// Whether everybody's browser is at hand; else an approver who does not sign in here may do so elsewhere.
    virtual bool everybodyIsHere() const = 0;
    /// One sign-in of the ledger's person to the application, and who stopped him. What it waits for shows in the line; what
    /// never comes ends the ledger Pending.
    virtual Task<Result<SignInAttempt>> attempt(LedgerPtr ledger, Moment moment, std::stop_token stop) = 0;
    /// Until the ledger's activation has ended; at once where there is none.
    virtual Task<Outcome> passTime(LedgerPtr ledger, Moment moment, std::stop_token stop) = 0;

protected:
    explicit ApplicationDoor(GraphService &admin) : m_admin(admin) {}
    Clock &clock() const;
    /// Lets the time pass by itself, and says how much is left.
    Task<Outcome> waitForEnd(LedgerPtr ledger, Moment moment, std::stop_token stop);

    GraphService &m_admin;
};

/// Signs in over HTTP, as the browser of anybody in the demo tenant.
class DemoDoor : public ApplicationDoor
{
public:
    explicit DemoDoor(GraphService &admin);
    ProofLabel label() const override { return ProofLabel::PlayedInDemo; }
    IsoDuration usualDuration(IsoDuration longest) const override;
    QString usualTicket() const override { return QStringLiteral("DEMO-1"); }
    bool everybodyIsHere() const override { return true; }
    Task<Result<SignInAttempt>> attempt(LedgerPtr ledger, Moment moment, std::stop_token stop) override;
    Task<Outcome> passTime(LedgerPtr ledger, Moment moment, std::stop_token stop) override;

private:
    TimeMachine m_machine;
};

/// A person signs in by his own browser, in a private window, and the sign-in log tells what happened.
class LogDoor : public ApplicationDoor
{
public:
    explicit LogDoor(GraphService &admin) : ApplicationDoor(admin) {}
    ProofLabel label() const override { return ProofLabel::Observed; }
    IsoDuration usualDuration(IsoDuration longest) const override;
    QString usualTicket() const override { return {}; }
    bool everybodyIsHere() const override { return false; }
    Task<Result<SignInAttempt>> attempt(LedgerPtr ledger, Moment moment, std::stop_token stop) override;
    Task<Outcome> passTime(LedgerPtr ledger, Moment moment, std::stop_token stop) override;
};

/// PIM's floor for an activation (pitfall P26).
inline constexpr std::chrono::minutes shortestActivation(5);

} // namespace pimgate
