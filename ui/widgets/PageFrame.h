#pragma once

#include <QWidget>

class QBoxLayout;
class QHBoxLayout;
class QScrollArea;
class QVBoxLayout;

namespace pimgate {

class ChangePanel;
class Text;

/// The white page: question, one sentence, and below either one body or choices beside a panel.
/// Below 920 px the columns stack inside the scroll area and the panel's foot sticks to the lower edge.
/// Question and foot are always in sight. The footer with Back and Next is the wizard's.
class PageFrame : public QWidget
{
    Q_OBJECT

public:
    /// How wide choices and panel are on a page of 976 px (section 5 of the visual standard).
    enum class Columns { C392P560, C340P612, C316P636, C440P512 };

    explicit PageFrame(const QString &question, const QString &sentence, QWidget *parent = nullptr);

    void setQuestion(const QString &question, const QString &sentence);
    /// Controls at the height of the question, at the far end (person, pause, speed).
    QHBoxLayout *headerTools() const { return m_tools; }
    void setBody(QWidget *body);
    /// `panel` takes the rest; `sticky` is the panel (or one inside it) whose foot sticks when stacked.
    void setColumns(QWidget *choices, QWidget *panel, Columns columns, ChangePanel *sticky = nullptr);
    /// The current step in words above the question, when the side list is only icons.
    void setStepLine(const QString &text);
    bool isStacked() const { return m_stacked; }
    /// Scrolls until a part that has just appeared begins at the upper edge.
    void bringUp(QWidget *part);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void arrange();
    int choicesWidth(int content) const;

    Text *m_step;
    Text *m_question;
    Text *m_sentence;
    QBoxLayout *m_headRow;
    QHBoxLayout *m_tools;
    QVBoxLayout *m_outer;
    QWidget *m_head;
    QScrollArea *m_scroll;
    QWidget *m_content;
    QBoxLayout *m_body;
    QVBoxLayout *m_stickyRoom;
    QWidget *m_choices = nullptr;
    QWidget *m_panel = nullptr;
    ChangePanel *m_sticky = nullptr;
    Columns m_columns = Columns::C392P560;
    bool m_stacked = false;
};

} // namespace pimgate
