#include "Wizard.h"

#include "controllers/Customer.h"
#include "look/Icon.h"
#include "pages/AccountsDialog.h"
#include "pages/RegistrationDialog.h"
#include "pages/WelcomePage.h"
#include "widgets/AskBand.h"
#include "widgets/DemoBand.h"
#include "widgets/Labels.h"
#include "widgets/Panel.h"
#include "widgets/SideList.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListView>
#include <QMessageBox>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QTimer>

namespace pimgate {
namespace wizardframe {

constexpr int footerHeight = 54;
constexpr int sideWidth = 248, wideSideWidth = 280;
constexpr int wideFrom = 1440, compactBelow = 720;
constexpr auto leavingTime = std::chrono::seconds(5); // then the run is left resumable

SideFact fact(Verdict::Lock lock, const QString &text)
{
    switch (lock) {
    case Verdict::Lock::Open:
        return {QStringLiteral("lock-open"), text, Tone::Accent, false};
    case Verdict::Lock::Shut:
        return {QStringLiteral("lock-shut"), text, Tone::Normal, false};
    case Verdict::Lock::ReportOnly:
        return {QStringLiteral("eye"), text, Tone::Warn, false};
    case Verdict::Lock::Off:
    case Verdict::Lock::Unknown:
        break;
    }
    return {QStringLiteral("dash"), text, Tone::Second, false};
}

/// Stops whatever one of the controllers is waiting for.
void stopAll(Controllers &controllers)
{
    controllers.welcome.cancel();
    for (StepController *step : std::initializer_list<StepController *>{&controllers.group, &controllers.sso, &controllers.pim,
                                                                        &controllers.conditionalAccess})
        step->stop();
    controllers.report.stop();
}

} // namespace wizardframe

Wizard::Wizard(Services &services, WelcomeController::DemoCloud demoCloud, bool demo, QWidget *parent)
    : QDialog(parent, Qt::Window | Qt::WindowMinMaxButtonsHint | Qt::WindowCloseButtonHint),
      m_controllers(services, std::move(demoCloud)), m_entries(pageList()), m_demo(demo), m_band(new DemoBand),
      m_ask(new AskBand), m_side(new SideList), m_pages(new QStackedWidget),
      m_help(new LinkButton(tr("&Help"), nullptr, Theme::Body)), m_legendRoom(new QHBoxLayout),
      m_note((new Text(Theme::Hint, Tone::Second))->shrinking()->trailing()), m_back(new QPushButton(tr("&Back"))),
      m_next(new QPushButton)
{
    setMinimumSize(640, 360);
    resize(1280, 720);
    Workspace &workspace = m_controllers.workspace;
    for (const PageEntry &entry : std::as_const(m_entries)) {
        Page *page = entry.make(m_controllers);
        m_pages->addWidget(page);
        connect(page, &Page::footChanged, this, [this, page] {
            if (page == currentPage())
                refreshFoot();
        });
    }
    buildFrame(); // after the pages: Tab goes from the side list through the page to the footer
    addShortcuts();
    if (auto *welcome = qobject_cast<WelcomePage *>(page(PageId::Welcome))) {
        if (demo)
            welcome->preferDemo();
        connect(welcome, &WelcomePage::placeChosen, this, &Wizard::refreshTenant);
        connect(welcome, &WelcomePage::accountsWanted, this, &Wizard::showAccounts);
        connect(welcome, &WelcomePage::registrationWanted, this, &Wizard::showRegistration);
    }
    connect(&m_controllers.welcome, &WelcomeController::changed, this, &Wizard::refreshTenant);
    connect(&m_controllers.unfinished, &UnfinishedController::takenUp, this, &Wizard::open);
    connect(&workspace, &Workspace::statesChanged, this, &Wizard::refreshStates);
    for (const auto changed :
         {&Workspace::signedInChanged, &Workspace::planChanged, &Workspace::blueprintChanged, &Workspace::readingChanged})
        connect(&workspace, changed, this, &Wizard::refreshTenant);
    connect(&services, &Services::askingChanged, this, [this, &services] { showAsking(services); });
    connect(m_ask, &AskBand::cancelled, this, [&services] {
        if (Session *session = services.asking())
            session->stopAsking();
    });
    connect(m_side, &SideList::pageChosen, this, &Wizard::openAt);
    connect(m_side, &SideList::tenantLinkActivated, this, [this] {
        if (m_controllers.workspace.signedIn())
            open(PageId::Welcome);
        else
            openBlueprint();
    });
    openAt(0);
    refreshTenant();
}

Wizard::~Wizard() = default;

void Wizard::startAt(const Cloud &cloud, const QString &signInAs)
{
    m_controllers.welcome.setGiven(cloud, signInAs);
    if (auto *welcome = qobject_cast<WelcomePage *>(page(PageId::Welcome)))
        welcome->takeGiven();
}

/// QWizard's own layout has no room for the band and this footer.
void Wizard::buildFrame()
{
    auto *right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_pages, 1);
    right->addWidget(new Hairline);
    right->addWidget(footer());
    m_middle = new QBoxLayout(QBoxLayout::LeftToRight);
    m_middle->setSpacing(0);
    m_middle->addWidget(m_side);
    m_middle->addLayout(right, 1);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->setSpacing(0);
    whole->addWidget(m_band);
    whole->addWidget(m_ask);
    whole->addLayout(m_middle, 1);
    m_side->list()->setObjectName(QStringLiteral("wizard.pages"));
    m_pages->setObjectName(QStringLiteral("wizard.page"));
}

QWidget *Wizard::footer()
{
    auto *foot = new QWidget;
    foot->setFixedHeight(qMax(wizardframe::footerHeight, QFontMetrics(Theme::font(Theme::Body)).height() + 32));
    foot->setAutoFillBackground(true);
    foot->setBackgroundRole(QPalette::Base);
    auto *row = new QHBoxLayout(foot);
    row->setContentsMargins(Theme::Margin, 0, Theme::Margin, 0);
    row->setSpacing(Theme::Inside);
    Icon::set(m_help, QStringLiteral("info"));
    m_help->setObjectName(QStringLiteral("wizard.help"));
    m_back->setObjectName(QStringLiteral("wizard.back"));
    m_next->setObjectName(QStringLiteral("wizard.next"));
    m_back->setAutoDefault(false);
    row->addSpacing(8);
    row->addWidget(m_help);
    row->addLayout(m_legendRoom);
    row->addStretch(1);
    row->addWidget(m_note, 100);
    row->addSpacing(8);
    row->addWidget(m_back);
    row->addWidget(m_next);
    connect(m_help, &QPushButton::clicked, this, &Wizard::showHelp);
    connect(m_back, &QPushButton::clicked, this, &Wizard::back);
    connect(m_next, &QPushButton::clicked, this, &Wizard::next);
    return foot;
}

void Wizard::addShortcuts()
{
    const auto add = [this](const QKeySequence &keys, auto act) {
        connect(new QShortcut(keys, this), &QShortcut::activated, this, act);
    };
    add(QKeySequence(Qt::Key_F1), [this] { showHelp(); });
    add(QKeySequence(Qt::Key_F5), [this] { readAgain(); });
    for (int i = 0; i < m_entries.size(); ++i)
        add(QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_1 + int(m_entries[i].id))), [this, i] { openAt(i); });
}

Page *Wizard::currentPage() const
{
    return qobject_cast<Page *>(m_pages->currentWidget());
}

Page *Wizard::page(PageId id) const
{
    for (int i = 0; i < m_entries.size() && i < m_pages->count(); ++i)
        if (m_entries[i].id == id)
            return static_cast<Page *>(m_pages->widget(i));
    return nullptr;
}

bool Wizard::open(PageId id)
{
    for (int i = 0; i < m_entries.size(); ++i)
        if (m_entries[i].id == id) {
            openAt(i);
            return true;
        }
    return false;
}

void Wizard::openAt(int index)
{
    if (index < 0 || index >= m_pages->count())
        return;
    if (m_legend) { // goes back to its page, which owns it
        m_legendRoom->removeWidget(m_legend);
        m_legend->setParent(currentPage());
        m_legend->hide();
    }
    m_pages->setCurrentIndex(index);
    m_side->setCurrent(index);
    m_legend = currentPage()->footLegend();
    if (m_legend) {
        m_legendRoom->addWidget(m_legend);
        m_legend->show();
    }
    arrange();
    currentPage()->entered();
    refreshFoot();
}

void Wizard::back()
{
    openAt(m_pages->currentIndex() - 1);
}

void Wizard::next()
{
    if (currentPage()->id() == PageId::Report)
        nextCustomer();
    else
        openAt(m_pages->currentIndex() + 1);
}

/// The same application mostly comes next: its preset stays chosen.
void Wizard::nextCustomer()
{
    const QString preset = m_controllers.workspace.blueprint().application.preset;
    m_controllers.workspace.startOver();
    m_controllers.welcome.choosePreset(preset);
    open(PageId::Welcome);
}

void Wizard::readAgain()
{
    if (!m_controllers.workspace.signedIn() || m_controllers.workspace.writing())
        return;
    switch (currentPage()->id()) {
    case PageId::Welcome:
        return;
    case PageId::Readiness:
        return m_controllers.readiness.refresh();
    case PageId::Report:
        return m_controllers.report.refresh();
    case PageId::Group:
        return m_controllers.group.refresh();
    case PageId::Sso:
        return m_controllers.sso.refresh();
    case PageId::Pim:
        return m_controllers.pim.refresh();
    case PageId::ConditionalAccess:
        return m_controllers.conditionalAccess.refresh();
    case PageId::Proof:
        return m_controllers.workspace.refresh();
    }
}

void Wizard::showHelp()
{
    auto *dialog = new QDialog(this);
    dialog->setObjectName(QStringLiteral("wizard.helpText"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Help: %1").arg(m_entries.value(m_pages->currentIndex()).sideTitle.simplified()));
    auto *text = (new Text(Theme::Body, Tone::Normal, currentPage()->help()))->wrapped();
    auto *keys = (new Text(Theme::Hint, Tone::Second,
                           tr("Ctrl+1 to Ctrl+8 open the pages, F5 reads again, Esc stops a wait. Next and Back write nothing.")))
                     ->wrapped();
    auto *close = new QPushButton(tr("Close"));
    connect(close, &QPushButton::clicked, dialog, &QDialog::close);
    auto *requests = new LinkButton(tr("&Copy the last requests"));
    requests->setObjectName(QStringLiteral("wizard.copyRequests"));
    requests->setToolTip(tr("For whoever looks into it: calls, answers and Microsoft's request ids. No tokens, but names."));
    connect(requests, &QPushButton::clicked, dialog,
            [this] { QGuiApplication::clipboard()->setText(m_controllers.workspace.services().http().transcript()); });
    auto *foot = new QHBoxLayout;
    foot->addWidget(requests);
    foot->addStretch(1);
    foot->addWidget(close);
    auto *column = new QVBoxLayout(dialog);
    column->setContentsMargins(Theme::Columns, 20, Theme::Columns, Theme::Block);
    column->setSpacing(Theme::Group);
    column->addWidget(text);
    column->addWidget(keys);
    column->addStretch(1);
    column->addLayout(foot);
    dialog->resize(440, 220);
    dialog->show();
}

void Wizard::showAccounts()
{
    auto *dialog = new AccountsDialog(m_controllers.accounts, this);
    connect(dialog, &AccountsDialog::addWanted, this, [this] {
        open(PageId::Welcome);
        m_controllers.welcome.notThisTenant();
    });
    connect(&m_controllers.accounts, &AccountsController::started, dialog, [this] { open(PageId::Welcome); });
    dialog->show();
}

void Wizard::showRegistration()
{
    const auto *welcome = qobject_cast<WelcomePage *>(page(PageId::Welcome));
    auto cloud = Cloud::named(welcome->cloudChosen());
    if (!cloud)
        return;
    cloud->tenant = welcome->tenantTyped();
    m_controllers.registration.choose(*cloud);
    (new RegistrationDialog(m_controllers.registration, this))->show();
}

void Wizard::openBlueprint()
{
    auto *dialog = new QFileDialog(this, tr("Open a saved blueprint"), {}, tr("Blueprints (*.json)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, &m_controllers.welcome, &WelcomeController::openBlueprint);
    dialog->open();
}

/// Esc stops a wait and never closes the window.
void Wizard::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        stopWaiting();
    else
        QDialog::keyPressEvent(event);
}

void Wizard::stopWaiting()
{
    wizardframe::stopAll(m_controllers);
}

void Wizard::reject()
{
    if (!m_controllers.workspace.writing() && !m_controllers.report.busy())
        QDialog::reject();
    else if (!m_leaving)
        askToLeave();
}

void Wizard::askToLeave()
{
    auto *ask =
        new QMessageBox(QMessageBox::Question, tr("Close PIM Gate"),
                        tr("A change is still on its way. What was made stays, is kept in the history, and the run can be "
                           "resumed later."),
                        QMessageBox::NoButton, this);
    ask->setObjectName(QStringLiteral("wizard.leave"));
    ask->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton *stop = ask->addButton(tr("Stop and close"), QMessageBox::DestructiveRole);
    ask->setDefaultButton(ask->addButton(tr("Keep working"), QMessageBox::RejectRole));
    connect(stop, &QPushButton::clicked, this, &Wizard::leave);
    ask->open();
}

void Wizard::leave()
{
    m_leaving = true;
    wizardframe::stopAll(m_controllers);
    const auto close = [this] {
        if (m_leaving && isVisible())
            QDialog::reject();
    };
    connect(&m_controllers.workspace, &Workspace::writingChanged, this, [this, close] {
        if (!m_controllers.workspace.writing())
            close();
    });
    QTimer::singleShot(wizardframe::leavingTime, this, close);
    if (!m_controllers.workspace.writing())
        close();
}

void Wizard::resizeEvent(QResizeEvent *event)
{
    QDialog::resizeEvent(event);
    arrange();
}

/// Narrow windows show the side list as a row of icons, and say the step in words above the question.
void Wizard::arrange()
{
    using namespace wizardframe;
    const bool compact = width() < compactBelow;
    m_middle->setDirection(compact ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    if (compact != m_side->isCompact())
        m_side->setCompact(compact);
    if (compact) {
        m_side->setMinimumWidth(0);
        m_side->setMaximumWidth(QWIDGETSIZE_MAX);
        m_side->setFixedHeight(m_side->sizeHint().height());
    } else {
        m_side->setFixedWidth(width() > wideFrom ? wideSideWidth : sideWidth);
        m_side->setMinimumHeight(0);
        m_side->setMaximumHeight(QWIDGETSIZE_MAX);
    }
    if (Page *page = currentPage())
        page->setStepLine(compact ? m_entries.value(m_pages->currentIndex()).sideTitle : QString());
}

void Wizard::refreshTenant()
{
    const Workspace &workspace = m_controllers.workspace;
    const Customer *customer = workspace.customer();
    const auto *welcome = qobject_cast<WelcomePage *>(page(PageId::Welcome));
    const Cloud *asked = m_controllers.welcome.cloudAsked();
    const bool demo = customer ? workspace.demo() : asked ? asked->isDemo() : welcome && welcome->demoChosen();
    m_band->setVisible(demo);
    if (customer) {
        QStringList lines;
        if (const QString note = workspace.tenantNote(); !note.isEmpty())
            lines << note;
        lines << customer->session.account().userName;
        m_side->setTenant(workspace.tenantName(), lines, demo ? tr("Choose another tenant") : tr("Not this tenant?"));
    } else if (asked) {
        const QString named = asked->tenant.isEmpty() ? tr("Your tenant") : asked->tenant;
        m_side->setTenant(demo ? tr("Demo tenant") : named, {Workspace::cloudNote(*asked), tr("nobody signed in yet")}, {});
    } else {
        m_side->setTenant(tr("Not signed in"), {tr("No tenant chosen yet")}, tr("Open a saved blueprint…"));
    }
    setWindowTitle(demo       ? tr("PIM Gate – Demo tenant")
                   : customer ? tr("PIM Gate – %1").arg(workspace.tenantDomain())
                              : tr("PIM Gate"));
    const Workspace::RightNow now = workspace.rightNow();
    m_side->setRightNow(now.title,
                        {wizardframe::fact(now.assignment, now.assignmentText), wizardframe::fact(now.policy, now.policyText),
                         SideFact{QStringLiteral("person"), now.peopleText, Tone::Normal, true}});
    refreshStates();
}

/// Welcome shows its own wait; every other question of a browser is shown here.
void Wizard::showAsking(Services &services)
{
    const Session *session = services.asking();
    const bool welcome = m_controllers.welcome.state() == WelcomeController::State::SigningIn;
    if (session && session->asking() && !welcome)
        m_ask->ask(session->asking()->userName, session->asking()->link);
    else
        m_ask->hide();
}

void Wizard::refreshStates()
{
    QList<SideRow> rows;
    for (const PageEntry &entry : std::as_const(m_entries))
        rows << SideRow{entry.sideTitle, m_controllers.workspace.state(entry.id), m_controllers.workspace.stateWord(entry.id)};
    m_side->setRows(rows);
    m_side->setCurrent(m_pages->currentIndex());
    refreshFoot();
}

void Wizard::refreshFoot()
{
    const Page *page = currentPage();
    if (!page)
        return;
    const bool last = m_pages->currentIndex() == m_pages->count() - 1;
    m_note->setPlain(page->footNote());
    m_back->setEnabled(m_pages->currentIndex() > 0);
    m_next->setText(page->nextText());
    m_next->setEnabled(!last || page->id() == PageId::Report);
    const bool due = page->nextIsDue() && m_next->isEnabled();
    if (m_next->property("filled").toBool() != due)
        Theme::setFilled(m_next, due);
    m_next->setAutoDefault(due);
}

} // namespace pimgate
