#include "widgets/PeopleList.h"

#include "look/Icon.h"
#include "widgets/Labels.h"
#include "widgets/Panel.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPainter>
#include <QStandardItemModel>
#include <QTimer>
#include <QToolButton>

namespace pimgate {
namespace peoplelist {

/// One person; every row but the last ends with a hairline.
class Box : public QWidget
{
public:
    explicit Box(bool last) : m_last(last) {}

protected:
    void paintEvent(QPaintEvent *) override
    {
        if (!m_last)
            QPainter(this).fillRect(QRect(0, height() - 1, width(), 1), Theme::colors().hairline);
    }

private:
    bool m_last;
};

} // namespace peoplelist

PeopleList::PeopleList(const QString &accessibleName, const QString &addPlaceholder, QWidget *parent)
    : QWidget(parent), m_rows(new QWidget), m_rowLayout(new QVBoxLayout(m_rows)), m_frame(new RoundFrame(m_rows)),
      m_field(new QLineEdit), m_completer(new QCompleter(this)), m_found(new QStandardItemModel(this)), m_pause(new QTimer(this))
{
    setAccessibleName(accessibleName);
    m_rowLayout->setContentsMargins(0, 0, 0, 0);
    m_rowLayout->setSpacing(0);
    m_frame->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_frame->hide();
    m_field->setPlaceholderText(addPlaceholder);
    m_field->setAccessibleName(addPlaceholder);
    m_field->setAccessibleDescription(accessibleName);
    m_field->addAction(Icon::themed(QStringLiteral("search"), Tone::Second), QLineEdit::LeadingPosition);
    m_completer->setModel(m_found);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion); // the server has filtered already
    m_completer->popup()->setAccessibleName(tr("Suggestions"));
    m_field->setCompleter(m_completer);
    m_pause->setSingleShot(true);
    m_pause->setInterval(250);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_frame);
    column->addWidget(m_field);

    const auto look = [this](const QString &text) {
        if (text.trimmed().size() < 2)
            m_pause->stop();
        else
            m_pause->start();
    };
    connect(m_field, &QLineEdit::textEdited, m_pause, look);
    connect(m_field, &QLineEdit::textChanged, m_pause, [this, look](const QString &text) {
        if (!m_completer->popup()->isVisible()) // assistive technology sets a text without editing it
            look(text);
    });
    connect(m_pause, &QTimer::timeout, this, [this] { Q_EMIT searchWanted(m_field->text().trimmed()); });
    connect(m_completer, qOverload<const QModelIndex &>(&QCompleter::activated), this, &PeopleList::choose, Qt::QueuedConnection);
}

void PeopleList::setPeople(const QList<PersonRow> &people)
{
    m_people = people;
    while (QLayoutItem *item = m_rowLayout->takeAt(0)) {
        if (QWidget *widget = item->widget()) {
            widget->hide();
            widget->deleteLater(); // the remove button that led here may still be delivering its click
        }
        delete item;
    }
    for (int i = 0; i < people.size(); ++i)
        m_rowLayout->addWidget(row(people.at(i), i == people.size() - 1));
    m_frame->setVisible(!people.isEmpty());
}

QWidget *PeopleList::row(const PersonRow &person, bool last)
{
    auto *box = new peoplelist::Box(last);
    auto *line = new QHBoxLayout(box);
    line->setContentsMargins(Theme::Block, 0, 12, 1);
    line->setSpacing(7);
    line->addWidget(new IconLabel(person.group ? QStringLiteral("group") : QStringLiteral("person"), Tone::Second, 17));
    auto *name = new Text(Theme::Body, Tone::Normal, person.name);
    name->setMinimumWidth(135);
    line->addWidget(name);
    auto *note = (new Text(Theme::Body, Tone::Second, person.note))->shrinking();
    line->addWidget(note, 1);
    if (person.removable) {
        auto *remove = new QToolButton;
        Icon::set(remove, QStringLiteral("cross"));
        remove->setIcon(Icon::themed(QStringLiteral("cross"), Tone::Second));
        remove->setIconSize(QSize(15, 15));
        remove->setFixedSize(20, 20);
        remove->setAutoRaise(true);
        remove->setFocusPolicy(Qt::StrongFocus);
        remove->setAccessibleName(tr("Remove %1").arg(person.name));
        remove->setToolTip(tr("Remove"));
        connect(remove, &QToolButton::clicked, this, [this, id = person.id] { Q_EMIT removeRequested(id); });
        line->addWidget(remove);
    }
    box->setFixedHeight(qMax(int(Theme::RowHeight), QFontMetrics(Theme::font(Theme::Body)).height() + 9));
    return box;
}

void PeopleList::setCandidates(const QList<PersonRow> &candidates)
{
    m_candidates = candidates;
    m_found->clear();
    for (const PersonRow &person : candidates) {
        const QString text = person.note.isEmpty() ? person.name : tr("%1 (%2)").arg(person.name, person.note);
        m_found->appendRow(new QStandardItem(
            Icon::themed(person.group ? QStringLiteral("group") : QStringLiteral("person"), Tone::Second), text));
    }
    if (m_field->hasFocus() && !candidates.isEmpty())
        m_completer->complete();
}

void PeopleList::choose(const QModelIndex &index)
{
    if (index.row() < 0 || index.row() >= m_candidates.size())
        return;
    const PersonRow person = m_candidates.at(index.row());
    m_field->clear();
    Q_EMIT addRequested(person);
}

} // namespace pimgate
