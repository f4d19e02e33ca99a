#pragma once

#include "widgets/Panel.h"
#include "widgets/RowModel.h"

class QHBoxLayout;
class QPushButton;
class QVBoxLayout;

namespace pimgate {

class IconLabel;
class LinkButton;
class Note;
class RowTable;
class Text;

/// "What will change" and, after applying, "What Microsoft says now": same place, same rows, same order.
/// The writing button closes the panel; it is the only button of a page that writes.
class ChangePanel : public Panel
{
    Q_OBJECT

public:
    explicit ChangePanel(QWidget *parent = nullptr);

    void setTitle(const QString &title, const QString &note = {});
    RowTable *table() const { return m_table; }
    /// Below the rows: "Can be undone: the group is deleted again." `strong` may be empty.
    void setHint(const QString &icon, const QString &strong, const QString &text);

    // The foot: one of a link, a warning, a summary or a two-line note at the start; a button at the end.
    void setFootLink(const QString &text);                       ///< "Show what is sent"
    void setFootWarning(const QString &text);                    ///< why the button is blocked; as text, not as a tooltip
    void setFootSummary(const QString &ok, const QString &rest); ///< "9 as asked", "1 still to come · 0 differ"
    /// "14 people lose access." [Who?] / "So do 197 who have not used it for 30 days."
    void setFootNote(const QString &icon, const QString &strong, const QString &link, const QString &below);
    void clearFoot();

    /// The writing button; its text carries count and tenant. A closing button is filled but never the default.
    void setWriteButton(const QString &text, bool enabled, bool closing = false);
    /// After applying; replaces the writing button. An empty text hides it.
    void setUndoButton(const QString &text, bool enabled = true);
    QPushButton *writeButton() const { return m_write; }
    QPushButton *undoButton() const { return m_undo; }

    /// On narrow pages the foot leaves the panel and sticks above the wizard's footer.
    QWidget *foot() const { return m_foot; }
    void takeFootBack();

Q_SIGNALS:
    void writeRequested();
    void undoRequested();
    void footLinkActivated();

private:
    void buildHead(QVBoxLayout *column);
    void buildFoot();

    Text *m_title;
    Text *m_note;
    RowTable *m_table;
    Note *m_hint;
    QVBoxLayout *m_column;
    QWidget *m_foot;
    LinkButton *m_link;
    IconLabel *m_footIcon;
    Text *m_footText;
    LinkButton *m_footWho;
    Text *m_footRest;
    Text *m_footBelow;
    QPushButton *m_undo;
    QPushButton *m_write;
};

} // namespace pimgate
