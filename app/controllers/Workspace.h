#pragma once

#include "base/States.h"
#include "controllers/Services.h"
#include "controllers/Usage.h"
#include "gate/run/Runner.h"
#include "gate/wish/Presets.h"
#include "proof/GateView.h"

#include <QObject>
#include <QTimer>

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
    /// The tenant that somebody is signed in to, else null.
    Customer *customer() const;
    bool signedIn() const { return customer() != nullptr; }
    bool demo() const;
    QString tenantName() const;   ///< "contoso.com", or "Contoso (demo)"
    QString tenantDomain() const; ///< "contoso.com": what buttons name
    QString tenantNote() const;   ///< "Contoso Ltd · global cloud"
    static QString cloudNote(const Cloud &cloud);
    /// Somebody has just signed in: reads what every page shows.
    void enter();
    /// The session is over; the blueprint and what was read stay until startOver().
    void leave();

    const Blueprint &blueprint() const { return m_blueprint; }
    /// Emits blueprintChanged; the plan is stale then and read again after a moment without further edits.
    void setBlueprint(const Blueprint &blueprint);
    /// Takes the application; group and policy are named after it where nobody named them.
    void setApplication(const QString &appId, const QString &displayName);
    void setPreset(const QString &presetId);
    QString applicationName() const; ///< "the application" before one is chosen
    bool applicationKnown() const;   ///< chosen by id or name
    std::optional<Preset> preset() const;

    /// The last plan; null before the first read.
    const Plan *plan() const { return m_plan ? &*m_plan : nullptr; }
    const Snapshot *snapshot() const { return m_plan ? m_plan->snapshot.get() : nullptr; }
    bool stale() const { return m_stale; }
    /// Reads again (reads only). One read at a time; a call while one is under way reads once more afterwards.
    void refresh();
    bool reading() const { return m_reading; }
    void setPlan(const Plan &plan); ///< after a run
    std::optional<Error> readError() const { return m_readError; }
    /// Every application lock and person as it will be once every row of the plan is made; null before the first read.
    SnapshotPtr afterClosing() const;

    /// Somebody picked on a page: his name is known at once by the reference that the blueprint keeps.
    QString know(const Principal &principal);
    /// By blueprint reference (UPN, object id, "group:<name>"); displayName is the reference itself while unknown.
    Principal principal(const QString &reference) const;

    const Usage &usage() const { return m_usage; }
    void setUsage(const Usage &usage);
    std::optional<ArmingEvidence> arming() const { return m_arming; }
    void setArming(const std::optional<ArmingEvidence> &evidence) { m_arming = evidence; }

    /// The run that all pages of this wizard share; begun by the first writing button.
    QString runId() const { return m_runId; }
    Task<Result<QString>> ensureRun();
    void setRunId(const QString &runId);
    /// The step that is writing now: one at a time, since all share one run.
    std::optional<StepId> writing() const { return m_writing; }
    void setWriting(std::optional<StepId> step);
    void startOver(); ///< next customer: everything but the services

    PageState state(PageId page) const;
    QString stateWord(PageId page) const; ///< the state word or something more exact
    void setState(PageId page, PageState state, const QString &word = {});
    static QString wordOf(PageState state);

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
    void usageChanged();
    void writingChanged();
    void runChanged(); ///< begun, undone, or left behind

private:
    static Blueprint emptyBlueprint();
    void nameAfterApplication(const QString &previous);
    void readDone(const Result<Plan> &plan, quint64 revision);
    static QString assignmentText(const Verdict &everybody, const Snapshot &snapshot);
    static QString policyText(const Verdict &everybody, const Snapshot &snapshot);
    QString peopleText(const Snapshot &snapshot) const;

    Services &m_services;
    Blueprint m_blueprint = emptyBlueprint();
    QString m_applicationName; ///< as picked, before the tenant was read again
    std::optional<Plan> m_plan;
    std::optional<Error> m_readError;
    std::optional<Organization> m_organization;
    std::optional<ArmingEvidence> m_arming;
    std::optional<StepId> m_writing;
    Usage m_usage;
    QString m_runId;
    bool m_entered = false, m_stale = true, m_reading = false, m_again = false;
    quint64 m_revision = 0; ///< counts what makes a read under way out of date
    QTimer m_settle;        ///< lets typing come to rest before reading again; not protocol time
    QHash<QString, Principal> m_known;
    QHash<PageId, std::pair<PageState, QString>> m_states;
};

} // namespace pimgate
