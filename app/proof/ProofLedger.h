#pragma once

#include "base/Clock.h"
#include "gate/Snapshot.h"
#include "proof/ApplicationSignIn.h"
#include "proof/GateView.h"
#include "proof/ProofLine.h"

#include <QObject>

#include <memory>

namespace pimgate {

/// The five lines of one play, what the newest reading says about them, and how the play ended.
class ProofLedger : public QObject
{
    Q_OBJECT
public:
    using Moment = ProofLine::Moment;
    using Happening = ProofLine::Happening;
    using How = ProofResult::How;
    static constexpr std::array moments{Moment::Blocked, Moment::Requested, Moment::Approved, Moment::Active, Moment::Ended};

    /// @param played what a line proves that was played: in the demo tenant the program itself acts, elsewhere a record tells.
    ProofLedger(Clock &clock, ProofLabel played, QList<ProofLine> foreseen, bool approval);

    /// The newest reading; the person with the end of the activation, if there is one.
    void read(SnapshotPtr snapshot, const Person &person);
    /// The same lines as another play left them, up to the first that is not finished.
    void takeUp(const QList<ProofLine> &earlier);

    const ProofLine &line(Moment moment) const { return m_result.lines[int(moment)]; }
    ProofLine &line(Moment moment) { return m_result.lines[int(moment)]; }
    const Snapshot &snapshot() const { return *m_snapshot; }
    const Person &person() const { return m_person; }
    QDateTime activeUntil() const { return m_person.memberUntil; }
    bool approval() const { return m_approval; }
    const ProofResult &result() const { return m_result; }
    bool over() const { return m_over; } ///< failed or pending: nothing more is played
    void finish();                       ///< all moments were played

    /// Somebody acts; until that has an answer, the line says what it waits for.
    void begin(Moment moment, Happening happening = Happening::Nothing, const QDateTime &when = {});
    /// The evaluator's word on the newest reading, held against the membership that the moment wants.
    void judge(Moment moment);
    /// The same, held against a sign-in that was tried.
    void judge(Moment moment, const SignInAttempt &attempt);
    /// Fails instead when the evaluator says otherwise.
    void pass(Moment moment, Happening happening, const QDateTime &when = {});
    void skip(Moment moment, Happening happening);
    void fail(Moment moment, Happening happening, How how, const QString &said = {}, const QDateTime &when = {});
    /// An error that has nothing to do with the gate is the caller's; the others fail the line.
    Outcome fail(Moment moment, const Error &error);
    void pend(Moment moment, Happening happening, How how, const QDateTime &when = {});
    void pend(Moment moment, const Error &error);
    void show(Moment moment);
    /// Until the last moment has happened its time is the one when it is due.
    void showDue();

Q_SIGNALS:
    void lineChanged(int index, const pimgate::ProofLine &line);
    void viewChanged(const pimgate::GateView &view);

private:
    void settle(Moment moment, ProofLine::State state, Happening happening, const QString &said, const QDateTime &when);
    void end(Moment moment, ProofResult::State state, How how);
    bool proven(const ProofLine &line) const;

    Clock &m_clock;
    ProofLabel m_played;
    bool m_approval;
    SnapshotPtr m_snapshot;
    Person m_person;
    ProofResult m_result;
    bool m_over = false;
};

using LedgerPtr = std::shared_ptr<ProofLedger>;

} // namespace pimgate
