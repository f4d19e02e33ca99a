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

    State state() const { return m_state; }
    StepId step() const { return m_step; }
    Workspace &workspace() { return m_workspace; }

    /// Rows of this step that the writing button of this page makes (opening acts; step 4: see the subclass).
    virtual QList<Change> rows() const;
    /// Rows decided here and written when the gate closes.
    virtual QList<Change> rowsWhenClosing() const;
    QList<Change> toMake() const { return open(rows()); }
    /// "Make 3 changes in contoso.com".
    virtual QString buttonText() const;
    /// Empty, or why the button is blocked: shown beside it as text.
    virtual QString blockedBecause() const;
    bool canApply() const { return m_state == State::Ready && !toMake().isEmpty() && blockedBecause().isEmpty(); }
    /// After applying: rows read back as asked, still to come, different.
    struct Count
    {
        int asAsked = 0, toCome = 0, differ = 0;
    };
    Count count() const;
    std::optional<Error> error() const { return m_error; }
    QString errorWho() const;                             ///< who can fix it
    QString errorDetails() const;                         ///< "copy details": no names, no tokens
    QHash<QString, Progress> progress() const { return m_progress; } ///< by change key
    QDateTime readBackAt() const;
    bool canUndo() const;
    /// Where this row can be seen in the Entra admin center.
    QUrl portalLink(const Change &change) const;

public Q_SLOTS:
    void refresh();
    void apply();
    /// Safe at any moment; the run can be resumed.
    void stop();
    void undo();

Q_SIGNALS:
    void changed();
    void applied();

protected:
    virtual QList<Change> confirmed() const { return toMake(); }
    void edit(const std::function<void(Blueprint &)> &change); ///< changes the blueprint and reads again when due
    void updateState();

    Workspace &m_workspace;

private:
    StepId m_step;
    PageId m_page;
    State m_state = State::LookAround;
    std::optional<Error> m_error;
    QHash<QString, Progress> m_progress;
    std::stop_source m_stop;
};

} // namespace pimgate
