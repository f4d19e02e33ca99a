#pragma once

#include "controllers/Workspace.h"
#include "gate/Readiness.h"
#include "proof/ProofRun.h"
#include "report/Evidence.h"

#include <stop_token>

namespace pimgate {

/// A person of the demo tenant that can be signed in with one click.
struct DemoPerson
{
    QString upn, name, role;
};

/// Welcome: where to work, sign in, leave.
class WelcomeController : public QObject
{
    Q_OBJECT
public:
    /// @param demoCloud starts (once) and describes the embedded demo tenant; main hands it in, so that no controller knows the server.
    using DemoCloud = std::function<Result<QJsonObject>()>;
    WelcomeController(Workspace &workspace, DemoCloud demoCloud, QObject *parent = nullptr);

    enum class State { Idle, SigningIn, SignedIn, Failed };
    State state() const { return m_state; }
    std::optional<Error> error() const { return m_error; }
    QUrl link() const { return m_link; } ///< to copy when the browser did not open
    QList<DemoPerson> demoPeople(); ///< admin first
    void signInToDemo(const QString &upn);
    void signIn(const QString &cloudName, const QString &tenant, const QString &clientId = {});
    void choosePreset(const QString &presetId);
    void openBlueprint(const QString &fileName);
    void cancel();
    void signOut();

Q_SIGNALS:
    void changed();

private:
    void start(Cloud cloud, const QString &signInAs);
    Workspace &m_workspace;
    DemoCloud m_demoCloud;
    State m_state = State::Idle;
    std::optional<Error> m_error;
    QUrl m_link;
    std::stop_source m_stop;
};

/// Readiness: the checks before step 1.
class ReadinessController : public QObject
{
    Q_OBJECT
public:
    explicit ReadinessController(Workspace &workspace, QObject *parent = nullptr);
    bool reading() const { return m_reading; }
    QList<Check> checks() const { return m_checks; }
    std::optional<Error> error() const { return m_error; }
    int countOf(PageState state) const;
    QString listWithoutNames() const;
    void refresh();
    /// "These two are our break-glass accounts": kept per tenant, put into the blueprint.
    void confirmBreakGlass(const QStringList &userNames);
    bool breakGlassConfirmed() const { return m_confirmed; }

Q_SIGNALS:
    void changed();

private:
    Workspace &m_workspace;
    QList<Check> m_checks;
    std::optional<Error> m_error;
    bool m_reading = false, m_confirmed = false;
};

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
    QString person() const { return m_person; }
    void setPerson(const QString &userName);
    void play();
    void pause();
    void goOn();
    void reset(); ///< foreseen lines again, nothing sent
    void setSpeed(double factor);
    QList<ProofLine> lines() const { return m_lines; }
    int current() const; ///< moment the gate drawing shows
    void select(int line);
    GateView view() const;
    QString leftText() const; ///< "3:41:08 left"
    double usedShare() const; ///< 0..1 of the activation used
    std::optional<ProofResult> result() const { return m_result; }
    std::optional<Error> error() const { return m_error; }
    QString blockedBecause() const; ///< why it cannot be played yet

Q_SIGNALS:
    void changed();

private:
    Workspace &m_workspace;
    std::unique_ptr<ProofRun> m_run;
    State m_state = State::LookAround;
    QString m_person;
    QList<ProofLine> m_lines;
    int m_selected = -1;
    double m_speed = 1;
    std::optional<ProofResult> m_result;
    std::optional<Error> m_error;
    std::stop_source m_stop;
};

/// Report: one verdict line, the evidence, next customer.
class ReportController : public QObject
{
    Q_OBJECT
public:
    ReportController(Workspace &workspace, ProofController &proof, QObject *parent = nullptr);
    void refresh();
    std::optional<Evidence> evidence() const { return m_evidence; }
    ReportVerdict verdict() const;
    GateView view() const;
    struct Fact
    {
        PageState state;
        QString what, found;
    };
    QList<Fact> facts() const;
    QList<Preset::Question> questions() const;
    QString answer(const QString &questionKey) const;
    void setAnswer(const QString &questionKey, const QString &answer);
    void setLeaveOutNames(bool on);
    QStringList fileNames() const; ///< "NinjaOne-contoso-report.html", .pdf, .json, "blueprint.json"
    Outcome save(const QString &folder); ///< all four
    QString undoResidue() const; ///< "Cannot be undone: …"
    void undoEverything();
    std::optional<Error> error() const { return m_error; }
    bool busy() const { return m_busy; }

Q_SIGNALS:
    void changed();

private:
    Workspace &m_workspace;
    ProofController &m_proof;
    std::optional<Evidence> m_evidence;
    QHash<QString, QString> m_answers;
    std::optional<Error> m_error;
    bool m_leaveOutNames = false, m_busy = false;
};

} // namespace pimgate
