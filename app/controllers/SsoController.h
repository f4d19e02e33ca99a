#pragma once

#include "controllers/StepController.h"

namespace pimgate {

/// Step 2: which application, and who keeps what when the gate closes.
class SsoController : public StepController
{
    Q_OBJECT
public:
    explicit SsoController(Workspace &workspace, QObject *parent = nullptr);
    void search(const QString &text); ///< fills found()
    QList<Application> found() const { return m_found; }
    void choose(const QString &appId);
    std::optional<Application> application() const;
    QString applicationHint() const; ///< "Found in the tenant." or what to do
    struct SsoFact
    {
        PageState state;
        QString what, found;
    };
    QList<SsoFact> ssoFacts() const; ///< identifier, reply URL, certificate, worked lately
    QList<AppRole> roles() const;
    QString role() const;
    void setRole(const QString &roleId);
    bool assignmentRequired() const;
    void setAssignmentRequired(bool on);

    enum class Decision { Undecided, Keep, ThroughPim };
    /// One line of "Who can get in today, and afterwards".
    struct Today
    {
        enum class Kind { Person, Guest, Service, Group, Others };
        /// What the two locks do to it once the gate is closed.
        enum class Afterwards {
            NotDecided,
            WhileActive,
            CannotActivate,
            Keeps,
            Loses,
            NotAssigned,     ///< was to be kept, and nothing assigns it
            AssignedBlocked, ///< stays assigned; the policy blocks
            Blocked          ///< by the policy alone
        };
        Kind kind = Kind::Others;
        QString assignmentId, principalId, name;
        QString assigned, lastSignIn; ///< words
        Afterwards afterwards = Afterwards::NotDecided;
        bool needsDecision = false;
        Decision decision = Decision::Undecided;
        int people = 1;   ///< how many a line of Kind::Others stands for
        bool used = true; ///< Kind::Others: those who signed in lately, or the rest
    };
    QList<Today> today() const;
    QString todayNote() const; ///< "214 people and 1 service account"; says what the log does not show
    void decide(const QString &principalId, Decision decision);
    int undecided() const;
    QString blockedBecause() const override;

protected:
    std::pair<PageState, QString> pageState() const override;
    void planRead() override;

private:
    void findPresetApplication();
    void readUsage();
    Decision decisionOf(const QString &principalId) const;
    bool isEligible(const Principal &person) const;
    QString lastSignIn(const QString &userId) const;
    Today::Afterwards afterwards(const Today &line, bool direct) const;
    QList<Today> assignedDirectly() const;
    QList<Today> openToAll(const QList<Today> &direct) const;

    QList<Application> m_found;
    QHash<QString, Decision> m_decisions;
    QSet<QString> m_addedAsEligible; ///< references that a decision put into the blueprint
    const Customer *m_lookedFor = nullptr;
    QString m_readingUsageOf;
    int m_search = 0;
};

} // namespace pimgate
