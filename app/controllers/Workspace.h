#pragma once

#include "base/States.h"
#include "controllers/Services.h"
#include "gate/Presets.h"
#include "proof/Evaluator.h"

#include <QObject>

namespace pimgate {

enum class PageId { Welcome, Readiness, Group, Sso, Pim, ConditionalAccess, Proof, Report };

/// What the wizard is working on: the tenant, the blueprint as it grows page by page, the last read of the tenant, and
/// the run that all pages share. Controllers read and change it; it never writes to the tenant.
class Workspace : public QObject
{
    Q_OBJECT
public:
    explicit Workspace(Services &services, QObject *parent = nullptr);

    Services &services() { return m_services; }
    bool signedIn() const;
    bool demo() const;
    QString tenantName() const;   ///< "contoso.com", or "Contoso (demo)"
    QString tenantDomain() const; ///< "contoso.com": what buttons name
    QString tenantNote() const;   ///< "Contoso Ltd · global cloud"

    const Blueprint &blueprint() const { return m_blueprint; }
    void setBlueprint(const Blueprint &blueprint); ///< emits blueprintChanged; the plan is stale then
    QString applicationName() const;               ///< "the application" before one is chosen
    std::optional<Preset> preset() const;

    /// The last plan; null before the first read.
    const Plan *plan() const { return m_plan ? &*m_plan : nullptr; }
    bool stale() const { return m_stale; }
    /// Reads again (reads only). One read at a time; a call while one is under way reads once more afterwards.
    void refresh();
    bool reading() const { return m_reading; }
    void setPlan(const Plan &plan); ///< after a run
    std::optional<Error> readError() const { return m_readError; }

    /// The run that all pages of this wizard share; begun by the first writing button.
    QString runId() const { return m_runId; }
    Task<Result<QString>> ensureRun();
    void startOver(); ///< next customer: everything but the services

    PageState state(PageId page) const;
    QString stateWord(PageId page) const; ///< the state word or something more exact
    void setState(PageId page, PageState state, const QString &word = {});

    /// The three lines at the foot of the side list: assignment, Conditional Access, who can sign in.
    struct RightNow
    {
        QString title;
        Verdict::Lock assignment = Verdict::Lock::Unknown, policy = Verdict::Lock::Unknown;
        QString assignmentText, policyText, peopleText;
    };
    RightNow rightNow() const;

Q_SIGNALS:
    void signedInChanged();
    void blueprintChanged();
    void planChanged();
    void readingChanged();
    void statesChanged();

private:
    Services &m_services;
    Blueprint m_blueprint;
    std::optional<Plan> m_plan;
    std::optional<Error> m_readError;
    QString m_runId;
    bool m_stale = true, m_reading = false, m_again = false;
    QHash<PageId, std::pair<PageState, QString>> m_states;
};

} // namespace pimgate
