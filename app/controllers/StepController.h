#pragma once

#include "controllers/Workspace.h"

#include <stop_token>

namespace pimgate {

/// What the four step pages share: the rows of one step, the one writing button, its progress and its read-back.
class StepController : public QObject
{
    Q_OBJECT
public:
    enum class State { LookAround, Reading, Ready, Busy, Done, Failed };

    StepController(Workspace &workspace, StepId step, PageId page, QObject *parent = nullptr);
    ~StepController() override;

    State state() const { return m_state; }
    StepId step() const { return m_step; }
    Workspace &workspace() { return m_workspace; }

    /// Rows of this step that the writing button of this page makes (opening acts; step 4: see the subclass).
    virtual QList<Change> rows() const;
    /// Rows decided here and written when the gate closes.
    virtual QList<Change> rowsWhenClosing() const;
    QList<Change> toMake() const { return open(rows()); }
    /// An open row with the requests that it comes to.
    struct Sent
    {
        Change row;
        QList<GraphRequest> requests;
    };
    /// Of the rows that this page shows: those of the button first, then those of the closing.
    QList<Sent> whatIsSent() const;
    QString graphAddress() const; ///< "https://graph.microsoft.com/v1.0"
    /// "Make 3 changes in contoso.com".
    virtual QString buttonText() const;
    /// Empty, or why the button is blocked: shown beside it as text.
    virtual QString blockedBecause() const;
    bool canApply() const;
    /// Lines of the panel read back as asked, still to come, different. A row with details counts field by field.
    struct Count
    {
        int asAsked = 0, toCome = 0, differ = 0;
    };
    Count count() const;
    std::optional<Error> error() const;
    QString errorWho() const;     ///< who can fix it
    QString errorDetails() const; ///< "copy details": no names, no tokens
    QHash<ChangeKey, Progress> progress() const { return m_progress; }
    /// The button was pressed: the panel shows "What Microsoft says now" instead of "What will change".
    bool showsReadBack() const { return m_pressed; }
    QDateTime readBackAt() const;
    bool canUndo() const;
    /// What undo() takes back, before it is confirmed.
    QString undoHint() const;
    /// Where this row can be seen in the Entra admin center.
    QUrl portalLink(const Change &change) const;

public Q_SLOTS:
    void refresh();
    void apply();
    /// Safe at any moment; the run can be resumed.
    void stop();
    /// Takes back the whole run that the pages share, closing acts first.
    /// @param changedToo also what somebody has changed since; without it leftAlone() tells what that is.
    void undo(bool changedToo = false);

Q_SIGNALS:
    void changed();
    void applied(); ///< apply() or undo() came to its end, whichever
    void leftAlone(const QStringList &changedSince);

protected:
    virtual QList<Change> confirmed() const { return toMake(); }
    /// What the page's state is when nothing is under way and nothing failed.
    virtual std::pair<PageState, QString> pageState() const;
    /// Called whenever something was read, before changed().
    virtual void planRead() {}
    void edit(const std::function<void(Blueprint &)> &change); ///< changes the blueprint and reads again when due
    void updateState();
    /// Names the first step whose rows these rows wait for; empty when nothing is missing.
    QString waitsForStep(const QList<Change> &rows) const;
    /// Rows of the last press that the plan no longer has (an assignment that is gone): done.
    QList<Change> goneRows() const;
    /// Why the tenant and the blueprint together cannot be, as far as this page answers for it.
    QString refusal() const;
    /// True: nothing in the whole blueprint may be refused, not only what this page asks for.
    virtual bool asksForEverything() const { return false; }

    Workspace &m_workspace;

private:
    void execute(const QString &runId);
    void showState();
    void begin();
    void runEnded(const Result<RunResult> &result);
    void listen(Customer &customer);
    void tenantChanged();
    void failed(const Error &error);
    bool concernsThisPage(const Error &error) const;
    PageState workingState(QString *word) const;

    StepId m_step;
    PageId m_page;
    State m_state = State::LookAround;
    std::optional<Error> m_error;
    QDateTime m_errorAt;
    QHash<ChangeKey, Progress> m_progress;
    QList<Change> m_confirmed; ///< rows of the last press
    bool m_pressed = false, m_undoing = false;
    QMetaObject::Connection m_listening;
    std::stop_source m_stop;
};

} // namespace pimgate
