#include "pages/UnfinishedPanel.h"

#include "pages/Parts.h"
#include "widgets/FitRow.h"
#include "widgets/Labels.h"
#include "widgets/Panel.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QPushButton>

namespace pimgate {

UnfinishedPanel::UnfinishedPanel(UnfinishedController &controller, QWidget *parent)
    : QWidget(parent), m_controller(controller), m_head((new Text(Theme::BodyStrong))->wrapped()),
      m_what((new Text(Theme::Hint, Tone::Second))->wrapped()), m_goOn(new QPushButton)
{
    setObjectName(QStringLiteral("welcome.unfinished"));
    auto *panel = new Panel(Panel::Waiting);
    auto *outer = Parts::column(this);
    outer->setContentsMargins(0, Theme::Inside, 0, 0);
    outer->addWidget(panel);
    auto *column = Parts::column(panel, Theme::Inside);
    column->setContentsMargins(13, 10, 12, 10);
    auto *head = new QHBoxLayout;
    head->setSpacing(10);
    head->addWidget(new IconLabel(QStringLiteral("undo"), Tone::Second, 17), 0, Qt::AlignTop);
    head->addWidget(m_head, 1);
    column->addLayout(head);
    column->addWidget(m_what);
    auto *later = new QPushButton(tr("Not now"));
    later->setObjectName(QStringLiteral("welcome.later"));
    m_goOn->setObjectName(QStringLiteral("welcome.takeUp"));
    for (QPushButton *button : {m_goOn, later}) {
        Theme::setSmall(button);
        button->setAutoDefault(false);
    }
    column->addWidget(new FitRow({m_goOn, later}, Theme::Inside));
    connect(m_goOn, &QPushButton::clicked, &controller, &UnfinishedController::takeUp);
    connect(later, &QPushButton::clicked, &controller, &UnfinishedController::later);
    connect(&controller, &UnfinishedController::changed, this, &UnfinishedPanel::refresh);
    refresh();
}

void UnfinishedPanel::refresh()
{
    const auto run = m_controller.run();
    setVisible(run.has_value());
    if (!run)
        return;
    const QString application = run->record.application;
    const QString began = QLocale().toString(run->record.started.toLocalTime(), QLocale::ShortFormat);
    m_head->setPlain(run->takingBack() ? tr("Taking %1 back was interrupted").arg(application)
                                       : tr("A gate for %1 is not finished").arg(application));
    const QString made = tr("%n change(s) made so far.", nullptr, run->made);
    m_what->setPlain(tr("Begun %1 by %2. %3 Nothing is made twice; each page asks before it writes.", "when, who, how much")
                         .arg(began, run->record.operatorName, made));
    m_goOn->setText(run->takingBack() ? tr("&Go on taking it back") : tr("&Go on with it"));
}

} // namespace pimgate
