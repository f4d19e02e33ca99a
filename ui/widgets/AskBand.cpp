#include "widgets/AskBand.h"

#include "look/Icon.h"
#include "widgets/Labels.h"

#include <QAccessible>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPainter>

namespace pimgate {

AskBand::AskBand(QWidget *parent)
    : QWidget(parent), m_text((new Text(Theme::Body))->wrapped()), m_copy(new QPushButton(tr("Copy link")))
{
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setObjectName(QStringLiteral("wizard.ask.cancel"));
    m_copy->setObjectName(QStringLiteral("wizard.ask.copy"));
    Icon::set(m_copy, QStringLiteral("copy"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(Theme::Block, 5, Theme::Block, 5);
    row->setSpacing(Theme::Inside);
    row->addWidget(new IconLabel(QStringLiteral("browser"), Tone::Warn, 17));
    row->addWidget(m_text, 1, Qt::AlignVCenter);
    for (QPushButton *button : {m_copy, cancel}) {
        Theme::setSmall(button);
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_link.toString(QUrl::FullyEncoded)); });
    connect(cancel, &QPushButton::clicked, this, &AskBand::cancelled);
    hide();
}

void AskBand::ask(const QString &userName, const QUrl &link)
{
    m_link = link;
    m_text->setPlain(userName.isEmpty()
                         ? tr("Your browser waits for a sign-in.")
                         : tr("Your browser asks %1 to sign in or to agree. This goes on by itself.").arg(userName));
    setAccessibleName(m_text->text());
    m_copy->setVisible(!link.isEmpty());
    if (isVisible())
        return;
    show();
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void AskBand::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QColor fill = Theme::soft(Soft::Warn);
    painter.fillRect(rect(), fill.isValid() ? fill : Theme::colors().base);
    painter.fillRect(QRect(0, height() - 1, width(), 1), Theme::softLine(Soft::Warn));
}

} // namespace pimgate
