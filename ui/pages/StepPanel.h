#pragma once

#include "controllers/StepController.h"
#include "widgets/RowModel.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

namespace pimgate {

class ChangePanel;
class ErrorFrame;
class WaitRow;

/// What the four step pages share: the panel "What will change", which becomes "What Microsoft says now", with its one
/// writing button, waits and undo; above it the error, when there is one. Shows a StepController and decides nothing.
/// Object names: <name>.write, .undo, .rows, .error, .panel.
class StepPanel : public QWidget
{
    Q_OBJECT
public:
    StepPanel(StepController &controller, const QString &name, QWidget *parent = nullptr);

    ChangePanel *panel() const { return m_panel; }
    ErrorFrame *errorFrame() const { return m_error; }
    /// Widths of What and Now/Asked at 100 %, and the height of a row (0: 29).
    void setLayoutOf(int what, int now, int rowHeight = 0);
    /// Width of Asked where it needs more room than Now.
    void setAskedWidth(int asked) { m_asked = asked; }
    /// Below the rows, as long as there are some ("Can be undone: …").
    void setHint(const QString &icon, const QString &strong, const QString &text);
    /// Facts that no change makes, below the opening rows ("Who can sign in to NinjaOne").
    void setFacts(const QList<Row> &facts);
    /// The button takes access away: filled, never the default.
    void setClosing(bool closing);
    /// Fills the foot when the button is ready; otherwise it says "Show what is sent".
    void setReadyFoot(const std::function<void(ChangePanel &)> &fill) { m_readyFoot = fill; }

public Q_SLOTS:
    void refresh();

protected:
    void showEvent(QShowEvent *event) override;

private:
    bool saysNow() const;
    QList<Row> rowsOf(const Change &change, bool opening) const;
    QList<Row> allRows() const;
    QList<Row> closingRows() const;
    std::optional<PageState> stateOf(const Change &change, bool same) const;
    QString says(const Change &change) const;
    bool waits(const Change &change) const;
    void showHead();
    void showRows();
    void showFoot();
    void showWriteOrUndo();
    StepController::Count shownCount() const;
    void showError();
    void tick();
    void confirmUndo();

    StepController &m_controller;
    QString m_name;
    ChangePanel *m_panel;
    ErrorFrame *m_error;
    QHash<ChangeKey, QPointer<WaitRow>> m_waits;
    QList<Row> m_facts;
    std::function<void(ChangePanel &)> m_readyFoot;
    QString m_shownError;
    struct
    {
        QString icon, strong, text;
    } m_hint;
    bool m_ownHint = false, m_lookedAround = false;
    int m_what = 222, m_now = 120, m_asked = 0;
    bool m_closing = false;
    QTimer m_tick; ///< elapsed seconds on the waits
};

} // namespace pimgate
