#pragma once

#include "controllers/Workspace.h"
#include "proof/ProofRun.h"

#include <stop_token>

namespace pimgate {

/// Proof: the page "Test the activation".
class ProofController : public QObject
{
    Q_OBJECT
public:
    explicit ProofController(Workspace &workspace, QObject *parent = nullptr);
    ~ProofController() override;
    enum class State { LookAround, Ready, Playing, Paused, Passed, Failed, Pending };
    State state() const { return m_state; }
    QList<Principal> people() const; ///< eligible people
    QString person() const;
    void setPerson(const QString &userName);
    void setJustification(const QString &text) { m_justification = text; }
    QString justification() const { return m_justification; }
    void play(); ///< takes a pending proof up where it was left
    void pause();
    void goOn();
    void reset();                 ///< foreseen lines again, nothing sent
    void setSpeed(double factor); ///< 0: no rests at all
    QList<ProofLine> lines() const { return m_lines; }
    int current() const;   ///< moment the gate drawing shows
    void select(int line); ///< -1: follows the play
    GateView view() const;
    QString leftText() const; ///< "3:41:08 left"
    double usedShare() const; ///< 0..1 of the activation used
    std::optional<ProofResult> result() const { return m_result; }
    std::optional<Error> error() const { return m_error; }
    QString blockedBecause() const; ///< why it cannot be played yet

Q_SIGNALS:
    void changed();

private:
    ProofWish wish() const;
    Person personOf(const ProofLine &line) const;
    QDateTime activationEnds() const;
    void foresee();
    void lineChanged(int index, const ProofLine &line);
    void ended(const Result<ProofResult> &result);
    void keepWithRun(const QString &user, const ProofResult &result);
    void letGo();
    void show(State state);

    Workspace &m_workspace;
    std::unique_ptr<ProofRun> m_run;
    State m_state = State::LookAround;
    QString m_person, m_justification;
    QList<ProofLine> m_lines;
    int m_selected = -1;
    double m_speed = 1;
    std::optional<ProofResult> m_result;
    std::optional<Error> m_error;
    std::stop_source m_stop;
};

} // namespace pimgate
