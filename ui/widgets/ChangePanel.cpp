#include "widgets/ChangePanel.h"

#include "look/Icon.h"
#include "widgets/Labels.h"
#include "widgets/RowTable.h"

#include <QHBoxLayout>

namespace pimgate {

ChangePanel::ChangePanel(QWidget *parent)
    : Panel(Grey, parent), m_title(new Text(Theme::Section)),
      m_note((new Text(Theme::Hint, Tone::Second))->shrinking()->trailing()), m_table(new RowTable(tr("What will change"))),
      m_hint(new Note(QString())), m_column(new QVBoxLayout(this)), m_foot(new QWidget), m_link(new LinkButton(QString())),
      m_footIcon(new IconLabel(QString(), Tone::Second, 17)), m_footText((new Text(Theme::Body))->wrapped()),
      m_footWho(new LinkButton(QString(), nullptr, Theme::Body)), m_footRest((new Text(Theme::Body, Tone::Second))->wrapped()),
      m_footBelow((new Text(Theme::Hint, Tone::Second))->wrapped()), m_undo(new QPushButton), m_write(new QPushButton)
{
    m_table->setSurface(true);
    m_column->setContentsMargins(1, 12, 1, 1);
    m_column->setSpacing(0);
    buildHead(m_column);
    m_column->addWidget(m_table);
    m_hint->setContentsMargins(Theme::Block, 12, Theme::Block, 10);
    m_hint->hide();
    m_column->addWidget(m_hint);
    m_column->addStretch(1);
    buildFoot();
    m_column->addWidget(m_foot);
    clearFoot();
    connect(m_write, &QPushButton::clicked, this, &ChangePanel::writeRequested);
    connect(m_undo, &QPushButton::clicked, this, &ChangePanel::undoRequested);
    connect(m_link, &QPushButton::clicked, this, &ChangePanel::footLinkActivated);
    connect(m_footWho, &QPushButton::clicked, this, &ChangePanel::footLinkActivated);
}

void ChangePanel::buildHead(QVBoxLayout *column)
{
    auto *head = new QHBoxLayout;
    head->setContentsMargins(Theme::Block, 0, Theme::Block, 6);
    head->setSpacing(Theme::Inside);
    head->addWidget(m_title);
    head->addStretch(1);
    head->addWidget(m_note);
    column->addLayout(head);
}

void ChangePanel::buildFoot()
{
    auto *words = new QHBoxLayout;
    words->setSpacing(6);
    words->addWidget(m_footText);
    words->addWidget(m_footWho);
    words->addWidget(m_footRest);
    words->addStretch(1);
    auto *lines = new QVBoxLayout;
    lines->setSpacing(0);
    lines->addStretch(1);
    lines->addLayout(words);
    lines->addWidget(m_footBelow);
    lines->addStretch(1);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(Theme::Block, 12, Theme::Block, 12);
    row->setSpacing(10);
    row->addWidget(m_link, 0, Qt::AlignVCenter);
    row->addWidget(m_footIcon, 0, Qt::AlignVCenter);
    row->addLayout(lines, 1);
    row->addWidget(m_undo);
    row->addWidget(m_write);
    auto *column = new QVBoxLayout(m_foot);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(new Hairline);
    column->addLayout(row);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    m_foot->setSizePolicy(policy);
    Icon::set(m_undo, QStringLiteral("undo"));
    m_undo->hide();
    m_write->hide();
}

void ChangePanel::setTitle(const QString &title, const QString &note)
{
    m_title->setPlain(title);
    m_note->setPlain(note);
    m_table->setAccessibleName(title);
    m_table->setAccessibleDescription(note);
}

void ChangePanel::setHint(const QString &icon, const QString &strong, const QString &text)
{
    m_hint->setNote(icon, strong, text);
    m_hint->setVisible(!strong.isEmpty() || !text.isEmpty());
}

void ChangePanel::clearFoot()
{
    for (QWidget *part : std::initializer_list<QWidget *>{m_link, m_footIcon, m_footText, m_footWho, m_footRest, m_footBelow})
        part->hide();
    m_write->setAccessibleDescription({});
}

void ChangePanel::setFootLink(const QString &text)
{
    clearFoot();
    m_link->setText(text);
    m_link->show();
}

void ChangePanel::setFootWarning(const QString &text)
{
    clearFoot();
    m_footIcon->setIcon(QStringLiteral("warning"), Tone::Warn);
    m_footText->setRole(Theme::Body);
    m_footText->setTone(Tone::Warn);
    m_footText->setPlain(text);
    m_footText->show();
    m_write->setAccessibleDescription(text);
}

void ChangePanel::setFootSummary(const QString &ok, const QString &rest)
{
    clearFoot();
    m_footText->setRole(Theme::BodyStrong);
    m_footText->setTone(Tone::Ok);
    m_footText->setPlain(ok);
    m_footText->setVisible(!ok.isEmpty());
    m_footRest->setPlain(rest);
    m_footRest->show();
}

void ChangePanel::setFootNote(const QString &icon, const QString &strong, const QString &link, const QString &below)
{
    clearFoot();
    m_footIcon->setIcon(icon, Tone::Normal);
    m_footText->setRole(Theme::BodyStrong);
    m_footText->setTone(Tone::Normal);
    m_footText->setPlain(strong);
    m_footText->show();
    m_footWho->setText(link);
    m_footWho->setVisible(!link.isEmpty());
    m_footBelow->setPlain(below);
    m_footBelow->setVisible(!below.isEmpty());
    m_write->setAccessibleDescription(strong + QLatin1Char(' ') + below);
}

void ChangePanel::setWriteButton(const QString &text, bool enabled, bool closing)
{
    m_write->setText(text);
    m_write->setEnabled(enabled);
    m_write->setVisible(!text.isEmpty());
    if (!text.isEmpty())
        m_undo->hide();
    Theme::setFilled(m_write, enabled, !closing);
}

void ChangePanel::setUndoButton(const QString &text, bool enabled)
{
    m_undo->setText(text);
    m_undo->setEnabled(enabled);
    m_undo->setVisible(!text.isEmpty());
    if (!text.isEmpty())
        m_write->hide();
}

void ChangePanel::takeFootBack()
{
    m_column->addWidget(m_foot);
    m_foot->show();
}

} // namespace pimgate
