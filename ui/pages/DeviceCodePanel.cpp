#include "pages/DeviceCodePanel.h"

#include "look/Icon.h"
#include "net/Http.h"
#include "pages/Parts.h"
#include "widgets/FitRow.h"
#include "widgets/Labels.h"
#include "widgets/Panel.h"
#include "widgets/QrCode.h"
#include "widgets/WaitRow.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QGridLayout>
#include <QGuiApplication>

namespace pimgate {
namespace devicecode {

/// As a person types it: "microsoft.com/devicelogin".
QString typed(const QUrl &page)
{
    QString text = page.toString(QUrl::RemoveScheme | QUrl::FullyEncoded).mid(2);
    if (text.startsWith(QLatin1String("www.")))
        text.remove(0, 4);
    return text;
}

/// Letter by letter, as somebody who hears it has to type it.
QString spelled(const QString &code)
{
    QStringList letters;
    for (const QChar letter : code)
        letters << QString(letter);
    return letters.join(QLatin1Char(' '));
}

void copy(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
}

} // namespace devicecode

DeviceCodePanel::DeviceCodePanel(WelcomeController &controller, QWidget *parent)
    : QWidget(parent), m_controller(controller), m_page(new LinkLabel({}, {})), m_copyPage(new LinkButton({})),
      m_code(new Text(Theme::Code)), m_left(new Text(Theme::Hint, Tone::Second)), m_copyCode(new QPushButton(tr("Copy &code"))),
      m_qr(new QrCode), m_who((new Text(Theme::Body))->wrapped()), m_wait(new WaitRow(true)),
      m_browser(new LinkButton(tr("Use the browser &after all"), nullptr, Theme::Body))
{
    setAccessibleName(tr("Sign in with a code"));
    m_wait->setObjectName(QStringLiteral("welcome.codeWait"));
    m_wait->setStopText(tr("Cancel"));
    m_browser->setObjectName(QStringLiteral("welcome.browserAfterAll"));
    m_steps = steps();
    auto *column = Parts::column(this);
    column->addWidget(new SectionHead(tr("Sign in with a code")));
    column->addSpacing(10);
    column->addWidget(m_steps);
    column->addWidget(m_wait);
    column->addSpacing(10);
    column->addWidget((new Text(Theme::Hint, Tone::Second,
                                tr("What a code cannot do: satisfy an authentication context or a policy that wants a managed "
                                   "device. Many tenants block codes altogether. Then use the browser.")))
                          ->wrapped());
    column->addSpacing(14);
    column->addWidget(m_browser);
    column->addStretch(1);
    m_tick.setInterval(1000);
    m_tick.setTimerType(Qt::PreciseTimer);
    connect(&m_tick, &QTimer::timeout, this, &DeviceCodePanel::tick);
    connect(m_page, &QLabel::linkActivated, this, [](const QString &link) { QDesktopServices::openUrl(QUrl(link)); });
    connect(m_wait, &WaitRow::stopRequested, &controller, &WelcomeController::cancel);
    connect(m_browser, &QPushButton::clicked, this, [this] { m_controller.signInAgain(WelcomeController::Way::Browser); });
    connect(&controller, &WelcomeController::changed, this, &DeviceCodePanel::refresh);
    refresh();
}

QWidget *DeviceCodePanel::steps()
{
    auto *box = new QWidget;
    auto *grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 16);
    grid->setHorizontalSpacing(7);
    grid->setVerticalSpacing(Theme::Group);
    grid->setColumnStretch(1, 1);
    addStep(grid, 1, address());
    addStep(grid, 2, new Text(Theme::Body, Tone::Normal, tr("Enter this code:")));
    grid->addWidget(card(), grid->rowCount(), 0, 1, 2);
    addStep(grid, 3, m_who);
    return box;
}

void DeviceCodePanel::addStep(QGridLayout *grid, int number, QWidget *what)
{
    const int row = grid->rowCount();
    grid->addWidget(new Text(Theme::Body, Tone::Second, tr("%1.", "number of a step").arg(number)), row, 0, Qt::AlignTop);
    grid->addWidget(what, row, 1);
}

QWidget *DeviceCodePanel::address()
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(5);
    m_page->setObjectName(QStringLiteral("welcome.codePage"));
    m_copyPage->setObjectName(QStringLiteral("welcome.copyPage"));
    m_copyPage->setAccessibleName(tr("Copy the address"));
    m_copyPage->setToolTip(tr("Copy the address"));
    Icon::set(m_copyPage, QStringLiteral("copy"));
    m_copyPage->setIconSize(QSize(15, 15));
    connect(m_copyPage, &QPushButton::clicked, this, [this] {
        if (const auto code = m_controller.deviceCode())
            devicecode::copy(code->page.toString(QUrl::FullyEncoded));
    });
    row->addWidget(m_page);
    row->addWidget(m_copyPage);
    row->addStretch(1);
    return box;
}

/// The code with its button at one side, the address for a camera at the other.
QWidget *DeviceCodePanel::card()
{
    auto *words = new QWidget;
    auto *column = Parts::column(words);
    m_code->setObjectName(QStringLiteral("welcome.code"));
    m_code->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_code->setFocusPolicy(Qt::StrongFocus);
    m_left->setObjectName(QStringLiteral("welcome.codeLeft"));
    m_copyCode->setObjectName(QStringLiteral("welcome.copyCode"));
    Icon::set(m_copyCode, QStringLiteral("copy"));
    connect(m_copyCode, &QPushButton::clicked, this, [this] {
        if (const auto code = m_controller.deviceCode())
            devicecode::copy(code->userCode);
    });
    column->addStretch(1);
    column->addWidget(m_code);
    column->addWidget(m_left);
    column->addSpacing(14);
    column->addWidget(m_copyCode, 0, Qt::AlignLeading);
    column->addStretch(1);
    QSizePolicy growing = words->sizePolicy();
    growing.setHorizontalStretch(1);
    words->setSizePolicy(growing);

    auto *scan = new QWidget;
    auto *below = Parts::column(scan, 4);
    m_qr->setObjectName(QStringLiteral("welcome.qr"));
    below->addWidget(m_qr, 0, Qt::AlignHCenter);
    below->addWidget(new Text(Theme::Hint, Tone::Second, tr("opens the page")), 0, Qt::AlignHCenter);

    auto *panel = new Panel(Panel::Grey);
    auto *inside = Parts::column(panel);
    inside->setContentsMargins(20, 14, 20, 10);
    inside->addWidget(new FitRow({words, scan}, Theme::Block));
    return panel;
}

void DeviceCodePanel::refresh()
{
    const bool waits = m_controller.waitsForCode();
    const auto code = m_controller.deviceCode();
    const bool appears = waits && code && m_steps->isHidden();
    m_steps->setVisible(waits && code);
    if (!waits) {
        m_tick.stop();
        m_since.invalidate();
        return;
    }
    if (!m_since.isValid()) {
        m_since.start();
        m_tick.start();
    }
    m_wait->setText({}, code ? tr("Waiting for you to enter the code") : tr("Asking for a code"));
    if (code)
        showCode(*code);
    if (appears && hasFocus())
        m_copyCode->setFocus();
    tick();
}

void DeviceCodePanel::showCode(const DeviceCode &code)
{
    const QString address = devicecode::typed(code.page);
    const bool here = Http::isLoopback(code.page); // the demo's address leads nowhere on another device
    m_page->setSentence(here ? tr("On this computer, open %1") : tr("On any phone or computer, open %1"), address,
                        code.page.toString(QUrl::FullyEncoded));
    m_code->setPlain(code.userCode);
    m_code->setAccessibleName(tr("The code: %1").arg(devicecode::spelled(code.userCode)));
    m_copyCode->setAccessibleDescription(m_code->accessibleName());
    m_qr->setContent((code.pageWithCode.isEmpty() ? code.page : code.pageWithCode).toString(QUrl::FullyEncoded));
    m_qr->setAccessibleName(tr("QR code that opens %1").arg(address));
    if (const Cloud *cloud = m_controller.cloudAsked(); cloud && !cloud->isDemo() && !cloud->tenant.isEmpty())
        m_who->setSentence(tr("Sign in as the admin of %1. This page goes on by itself."), cloud->tenant);
    else
        m_who->setPlain(tr("Sign in as the customer's admin. This page goes on by itself."));
}

/// On to the first thing to do; before there is a code nothing is.
void DeviceCodePanel::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    if (!m_steps->isHidden())
        m_copyCode->setFocus();
}

void DeviceCodePanel::tick()
{
    m_wait->setElapsed(int(m_since.elapsed() / 1000));
    const int left = int(m_controller.codeLeft().count());
    m_left->setPlain(left > 0 ? tr("valid for another %1").arg(elapsedText(left)) : tr("no longer valid"));
}

} // namespace pimgate
