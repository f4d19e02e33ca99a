#pragma once

#include "look/State.h"

#include <QWidget>

class QListView;
class QStandardItemModel;
class QVBoxLayout;

namespace pimgate {

class Text;
class LinkButton;
class Hairline;

/// One page in the side list.
struct SideRow
{
    QString title = {};
    PageState state = PageState::ToDo;
    QString word = {}; ///< "working: 1 still to come"; empty: the state's own word
};

/// One line of the foot: both locks in words, and who can sign in at this moment.
struct SideFact
{
    QString icon = {};
    QString text = {};
    Tone iconTone = Tone::Second;
    bool strong = false; ///< in the text colour
};

/// The wizard's left side: tenant, pages with their states, and "X right now" at the foot. Opens any page.
/// Compact (narrow windows) it is one row of icons with names in tooltips and accessible names.
class SideList : public QWidget
{
    Q_OBJECT

public:
    explicit SideList(QWidget *parent = nullptr);

    void setTenant(const QString &name, const QStringList &lines, const QString &link);
    void setRows(const QList<SideRow> &rows);
    void setCurrent(int page);
    int current() const;
    void setRightNow(const QString &title, const QList<SideFact> &facts);
    void setCompact(bool compact);
    bool isCompact() const { return m_compact; }
    QListView *list() const { return m_list; }

    QSize sizeHint() const override;

Q_SIGNALS:
    void pageChosen(int page);
    void tenantLinkActivated();

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    void customEvent(QEvent *event) override;

private:
    void fitList();

    QWidget *m_tenant;
    Text *m_name;
    Text *m_lines;
    LinkButton *m_link;
    QListView *m_list;
    QStandardItemModel *m_model;
    QWidget *m_foot;
    Text *m_footTitle;
    QVBoxLayout *m_facts;
    bool m_compact = false;
};

} // namespace pimgate
