#pragma once

#include "controllers/ProofController.h"
#include "report/Evidence.h"

namespace pimgate {

/// Report: one verdict line, the evidence, next customer.
class ReportController : public QObject
{
    Q_OBJECT
public:
    ReportController(Workspace &workspace, ProofController &proof, QObject *parent = nullptr);
    ~ReportController() override;
    void refresh(); ///< reads only
    std::optional<Evidence> evidence() const { return m_evidence; }
    ReportVerdict verdict() const;
    GateView view() const;
    struct Fact
    {
        PageState state;
        QString what, found;
    };
    QList<Fact> facts() const;
    static QList<Fact> factsIn(const Evidence &evidence); ///< as the page words them
    QList<Preset::Question> questions() const;
    QString answer(const QString &questionKey) const;
    void setAnswer(const QString &questionKey, const QString &answer);
    void setLeaveOutNames(bool on);
    QStringList fileNames() const;       ///< "NinjaOne-contoso-report.html", .pdf, .json, "blueprint.json"
    Outcome save(const QString &folder); ///< all four
    QString undoResidue() const;         ///< "Cannot be undone: …"
    bool canUndo() const;
    /// @param changedToo also what somebody has changed since; without it leftAlone() tells what that is.
    void undoEverything(bool changedToo = false);
    void stop();
    std::optional<Error> error() const { return m_undoError ? m_undoError : m_error; }
    bool busy() const { return m_busy; }

Q_SIGNALS:
    void changed();
    void leftAlone(const QStringList &changedSince);

private:
    void take(Evidence evidence);
    void show();
    int unanswered() const;

    Workspace &m_workspace;
    ProofController &m_proof;
    std::optional<Evidence> m_evidence;
    QHash<QString, QString> m_answers;
    QString m_run; ///< the run that is reported, also after it was undone
    QStringList m_notUndone;
    std::optional<Error> m_error, m_undoError; ///< of reading; of taking back, which the next read does not mend
    std::stop_source m_stop;
    bool m_leaveOutNames = false, m_busy = false;
};

} // namespace pimgate
