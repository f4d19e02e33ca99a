#include "pages/WelcomePage.h"

#include "controllers/Customer.h"
#include "look/Icon.h"
#include "pages/DeviceCodePanel.h"
#include "pages/ErrorWords.h"
#include "pages/Parts.h"
#include "pages/UnfinishedPanel.h"
#include "widgets/FitRow.h"
#include "widgets/GateDrawingWidget.h"
#include "widgets/Labels.h"
#include "widgets/Panel.h"
#include "widgets/WaitRow.h"

#include <QClipboard>
#include <QComboBox>
#include <QGridLayout>
#include <QGuiApplication>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>

namespace pimgate {

WelcomePage::WelcomePage(WelcomeController &controller, UnfinishedController &unfinished, Workspace &workspace, QWidget *parent)
    : Page(PageId::Welcome, tr("Put an application behind PIM"),
           tr("Eight pages, about ten minutes. You can stop at any time and go on later."), parent),
      m_controller(controller), m_workspace(workspace), m_demo(new QRadioButton(tr("&Demo tenant"))),
      m_customer(new QRadioButton(tr("A customer's &tenant"))), m_tenant(new QLineEdit), m_cloud(new QComboBox),
      m_preset(new QComboBox), m_browser(new QPushButton(tr("&Sign in with the browser"))),
      m_useCode(new QPushButton(tr("&Use a code instead"))), m_wait(new WaitRow(true)),
      m_copy(new QPushButton(tr("Copy the &link"))), m_signOut(new QPushButton(tr("Sign &out"))), m_error(new ErrorFrame),
      m_code(new DeviceCodePanel(controller)), m_unfinished(new UnfinishedPanel(unfinished))
{
    setColumns(leftSide(), promise(), Columns::C440P512);
    m_customer->setChecked(true);
    placeDetails();
    m_tick.setInterval(1000);
    connect(&m_tick, &QTimer::timeout, this, [this] { m_wait->setElapsed(int(m_since.elapsed() / 1000)); });
    connect(&controller, &WelcomeController::changed, this, &WelcomePage::refresh);
    connect(&workspace, &Workspace::blueprintChanged, this, &WelcomePage::refresh);
    connect(m_demo, &QRadioButton::toggled, this, [this] {
        placeDetails();
        Q_EMIT placeChosen();
    });
    connect(m_browser, &QPushButton::clicked, this, &WelcomePage::signIn);
    connect(m_useCode, &QPushButton::clicked, this, &WelcomePage::signInByCode);
    connect(m_error, &ErrorFrame::primaryChosen, this, [this] { m_controller.signInAgain(WelcomeController::Way::Code); });
    connect(m_cloud, &QComboBox::currentIndexChanged, this, &WelcomePage::refresh);
    connect(m_tenant, &QLineEdit::returnPressed, this, &WelcomePage::signIn);
    connect(m_signOut, &QPushButton::clicked, &controller, &WelcomeController::signOut);
    connect(m_preset, &QComboBox::activated, this,
            [this](int index) { m_controller.choosePreset(m_preset->itemData(index).toString()); });
    if (!workspace.preset() && !workspace.applicationKnown()) // the most common one stands there first
        controller.choosePreset(m_preset->itemData(0).toString());
    refresh();
}

/// The choices, or in their place the code while one waits to be entered.
QWidget *WelcomePage::leftSide()
{
    auto *side = new QWidget;
    auto *column = Parts::column(side);
    m_choices = choices();
    column->addWidget(m_choices);
    column->addWidget(m_code);
    m_code->hide();
    return side;
}

QWidget *WelcomePage::choices()
{
    auto *box = new QWidget;
    m_column = Parts::column(box);
    m_column->addWidget(new SectionHead(tr("Where do you want to work?")));
    m_column->addSpacing(8);
    for (QRadioButton *radio : {m_demo, m_customer})
        Parts::makeHeading(radio);
    m_demo->setObjectName(QStringLiteral("welcome.demo"));
    m_customer->setObjectName(QStringLiteral("welcome.customer"));
    m_column->addWidget(m_demo);
    m_column->addWidget(Parts::hintBelow(m_demo, tr("An invented customer on this computer. No account needed.")));
    m_column->addSpacing(14);
    m_column->addWidget(m_customer);
    m_column->addWidget(Parts::hintBelow(m_customer, tr("You sign in with your own admin account, in your own browser.")));
    m_details = details();
    m_column->addSpacing(12);
    m_column->addWidget(waiting());
    m_column->addWidget(account());
    m_column->addWidget(m_unfinished);
    m_column->addWidget(keychainNote());
    m_column->addWidget(more());
    m_error->setObjectName(QStringLiteral("welcome.error"));
    m_column->addWidget(m_error);
    m_column->addStretch(1);
    return box;
}

QWidget *WelcomePage::details()
{
    auto *box = new QWidget;
    auto *column = Parts::column(box, 4);
    column->setContentsMargins(isRightToLeft() ? 0 : 25, 12, isRightToLeft() ? 25 : 0, 0);
    m_onlyCustomer = new QWidget;
    auto *tenant = Parts::column(m_onlyCustomer, 4);
    m_tenant->setObjectName(QStringLiteral("welcome.tenant"));
    m_tenant->setPlaceholderText(QStringLiteral("contoso.com"));
    tenant->addWidget(new FieldLabel(tr("&Customer"), m_tenant, tr("domain or tenant ID")));
    tenant->addWidget(m_tenant);
    tenant->addSpacing(12);
    column->addWidget(m_onlyCustomer);

    m_cloudBox = new QWidget;
    auto *cloud = Parts::column(m_cloudBox, 4);
    m_cloud->setObjectName(QStringLiteral("welcome.cloud"));
    m_cloud->addItem(tr("Global"), QStringLiteral("global"));
    m_cloud->addItem(tr("US Government (GCC High)"), QStringLiteral("usgov"));
    m_cloud->addItem(tr("US Government (DoD)"), QStringLiteral("usgov-dod"));
    m_cloud->addItem(tr("China (21Vianet)"), QStringLiteral("china"));
    cloud->addWidget(new FieldLabel(tr("&Microsoft cloud"), m_cloud));
    cloud->addWidget(m_cloud);
    auto *presetBox = new QWidget;
    auto *preset = Parts::column(presetBox, 4);
    m_preset->setObjectName(QStringLiteral("welcome.preset"));
    for (const Preset &one : presets())
        m_preset->insertItem(one.id == QLatin1String("ninjaone") ? 0 : m_preset->count(), tr("%1 (preset)").arg(one.displayName),
                             one.id);
    m_preset->addItem(tr("Another application"), QString());
    preset->addWidget(new FieldLabel(tr("&Application"), m_preset));
    preset->addWidget(m_preset);
    auto *pair = new QHBoxLayout;
    pair->setSpacing(Theme::Group);
    pair->addWidget(m_cloudBox, 1);
    pair->addWidget(presetBox, 1);
    for (QComboBox *combo : {m_cloud, m_preset})
        combo->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    column->addLayout(pair);
    column->addSpacing(12);

    m_browserBox = new QWidget;
    auto *browser = Parts::column(m_browserBox, 6);
    m_browser->setObjectName(QStringLiteral("welcome.signIn"));
    Icon::set(m_browser, QStringLiteral("browser"));
    m_useCode->setObjectName(QStringLiteral("welcome.useCode"));
    Icon::set(m_useCode, QStringLiteral("phone-code"));
    browser->addWidget(new FitRow({m_browser, m_useCode}, 10));
    browser->addWidget((new Text(Theme::Hint, Tone::Second,
                                 tr("Your browser opens Microsoft's own page. This program never sees your password. The code is "
                                    "for computers without a browser.")))
                           ->wrapped());
    column->addWidget(m_browserBox);
    column->addWidget(people());
    return box;
}

/// What is wanted now and then: somebody who signed in before, a partner's customer, another application to sign in as.
QWidget *WelcomePage::more()
{
    m_accounts = new LinkButton(tr("Accounts…"));
    m_accounts->setObjectName(QStringLiteral("welcome.accounts"));
    m_registration = new LinkButton(tr("Application &registration…"));
    m_registration->setObjectName(QStringLiteral("welcome.registration"));
    connect(m_accounts, &QPushButton::clicked, this, &WelcomePage::accountsWanted);
    connect(m_registration, &QPushButton::clicked, this, &WelcomePage::registrationWanted);
    auto *row = new QWidget;
    auto *line = new QHBoxLayout(row);
    line->setContentsMargins(0, Theme::Group, 0, 0);
    line->setSpacing(Theme::Block);
    line->addWidget(m_accounts);
    line->addWidget(m_registration);
    line->addStretch(1);
    return row;
}

QWidget *WelcomePage::people()
{
    m_people = new QWidget;
    auto *grid = new QGridLayout(m_people);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(Theme::Inside);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    return m_people;
}

/// The administrator first and filled: everything else is for looking at the gate from the other side.
void WelcomePage::fillPeople()
{
    if (!m_persons.isEmpty())
        return;
    auto *grid = static_cast<QGridLayout *>(m_people->layout());
    const QList<DemoPerson> all = m_controller.demoPeople();
    for (const DemoPerson &person : all) {
        const bool first = m_persons.isEmpty();
        QString name = person.name;
        name.replace(QLatin1Char('&'), QLatin1String("&&"));
        auto *button = new QPushButton(first ? tr("&Sign in as %1, %2").arg(name, person.role)
                                             : tr("%1, %2", "name, role").arg(name, person.role));
        button->setObjectName(QLatin1String("welcome.person.") + person.upn);
        button->setAccessibleName(tr("Sign in to the demo tenant as %1, %2").arg(person.name, person.role));
        connect(button, &QPushButton::clicked, this, [this, upn = person.upn] { m_controller.signInToDemo(upn); });
        const int place = int(m_persons.size()) - 1;
        if (first) {
            grid->addWidget(button, 0, 0, 1, 2, Qt::AlignLeading);
            auto *others = (new Text(Theme::Hint, Tone::Second,
                                     tr("Or look at it as somebody else. Nobody here exists; no password is asked.")))
                               ->wrapped();
            grid->addWidget(others, 1, 0, 1, 2);
        } else {
            Theme::setSmall(button);
            button->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
            grid->addWidget(button, 2 + place / 2, place % 2);
        }
        m_persons << button;
    }
}

QWidget *WelcomePage::waiting()
{
    m_waiting = new QWidget;
    auto *column = Parts::column(m_waiting, Theme::Inside);
    m_wait->setObjectName(QStringLiteral("welcome.wait"));
    m_wait->setText({}, tr("Waiting for your browser. Did it not open? Copy the link."));
    m_wait->setStopText(tr("Cancel"));
    m_copy->setObjectName(QStringLiteral("welcome.copyLink"));
    Icon::set(m_copy, QStringLiteral("copy"));
    column->addWidget(m_wait);
    column->addWidget(m_copy, 0, Qt::AlignLeading);
    connect(m_wait, &WaitRow::stopRequested, &m_controller, &WelcomeController::cancel);
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_controller.link().toString(QUrl::FullyEncoded)); });
    m_waiting->hide();
    return m_waiting;
}

/// Who, and where: large enough for a customer looking over the shoulder.
QWidget *WelcomePage::account()
{
    m_account = new Panel(Panel::Grey);
    auto *column = Parts::column(m_account, Theme::Inside);
    column->setContentsMargins(13, 10, 12, 10);
    m_accountName = (new Text(Theme::Title))->wrapped();
    m_accountName->setObjectName(QStringLiteral("welcome.account"));
    m_accountUntil = (new Text(Theme::Hint, Tone::Second))->wrapped();
    auto *head = new QHBoxLayout;
    head->setSpacing(10);
    head->addWidget(new IconLabel(QStringLiteral("state-verified"), Tone::Ok, 20), 0, Qt::AlignTop);
    head->addWidget(m_accountName, 1);
    column->addLayout(head);
    column->addWidget(m_accountUntil);
    auto *wrong = new QPushButton(tr("Not this tenant?"));
    wrong->setObjectName(QStringLiteral("welcome.notThisTenant"));
    m_signOut->setObjectName(QStringLiteral("welcome.signOut"));
    for (QPushButton *button : {wrong, m_signOut}) {
        Theme::setSmall(button);
        button->setAutoDefault(false);
    }
    connect(wrong, &QPushButton::clicked, this, [this] {
        m_controller.notThisTenant();
        entered();
    });
    column->addWidget(new FitRow({wrong, m_signOut}, Theme::Inside));
    m_account->hide();
    return m_account;
}

/// A locked or absent keychain is said, and the person chooses.
QWidget *WelcomePage::keychainNote()
{
    m_notKept = new QWidget;
    m_notKept->setObjectName(QStringLiteral("welcome.notKept"));
    auto *panel = new Panel(Panel::Waiting);
    auto *outer = Parts::column(m_notKept);
    outer->setContentsMargins(0, Theme::Inside, 0, 0);
    outer->addWidget(panel);
    auto *column = Parts::column(panel, Theme::Inside);
    column->setContentsMargins(13, 10, 12, 10);
    m_notKeptText = (new Text(Theme::Body))->wrapped();
    column->addWidget(m_notKeptText);
    auto *again = new QPushButton(tr("&Keep it: try again"));
    again->setObjectName(QStringLiteral("welcome.keepAgain"));
    auto *only = new QPushButton(tr("This s&ession only"));
    only->setObjectName(QStringLiteral("welcome.thisSessionOnly"));
    for (QPushButton *button : {again, only}) {
        Theme::setSmall(button);
        button->setAutoDefault(false);
    }
    connect(again, &QPushButton::clicked, &m_controller, &WelcomeController::keepAgain);
    connect(only, &QPushButton::clicked, &m_controller, &WelcomeController::thisSessionOnly);
    column->addWidget(new FitRow({again, only}, Theme::Inside));
    m_notKept->hide();
    return m_notKept;
}

/// Once somebody is signed in, who and where takes the place of the ways to sign in.
void WelcomePage::refreshAccount()
{
    const bool signedIn = m_controller.state() == WelcomeController::State::SignedIn;
    const bool demo = m_demo->isChecked();
    for (QWidget *way : {m_onlyCustomer, m_cloudBox, m_browserBox})
        way->setVisible(!demo && !signedIn);
    m_people->setVisible(demo && !signedIn);
    m_registration->setVisible(!demo && !signedIn);
    m_account->setVisible(signedIn);
    if (const Customer *customer = m_workspace.customer(); customer && signedIn) {
        const Account &account = customer->session.account();
        m_accountName->setPlain(tr("%1 in %2", "person, tenant").arg(account.displayName, m_workspace.tenantName()));
        m_accountUntil->setPlain((m_controller.kept() ? tr("Signed in as %1. It renews by itself until you sign out.")
                                                      : tr("Signed in as %1. It lasts while PIM Gate runs."))
                                     .arg(account.userName));
    }
    const auto problem = m_controller.notKept();
    m_notKept->setVisible(problem.has_value());
    if (problem)
        m_notKeptText->setPlain(
            tr("This sign-in is not kept. %1 %2", "what happened, what to do").arg(problem->message, problem->next));
}

/// What the whole thing is for, as a drawing and four lines.
QWidget *WelcomePage::promise()
{
    auto *panel = new Panel;
    auto *column = Parts::column(panel);
    column->setContentsMargins(1, 12, 1, 1);
    auto *inner = new QWidget;
    auto *words = Parts::column(inner);
    words->setContentsMargins(Theme::Block, 0, Theme::Block, 0);
    words->addWidget(new SectionHead(tr("What you will have at the end")));
    words->addSpacing(18);
    auto *gate = new GateDrawingWidget(GateSize::Medium, false);
    GateView view;
    view.who = tr("Everyone");
    view.whoNote = tr("not activated");
    view.everyone = true;
    view.application = m_workspace.preset() ? m_workspace.applicationName() : QStringLiteral("NinjaOne");
    view.applicationNote = tr("not reached");
    view.assignment = view.policy = GateView::Face::Shut;
    view.sentence = tr("The gate is shut, the right people can open it, and nobody was locked out.");
    gate->setView(view);
    words->addWidget(gate);
    words->addSpacing(14);
    words->addWidget((new Text(Theme::BodyStrong, Tone::Normal, view.sentence))->wrapped());
    words->addSpacing(12);
    const auto line = [&](const char *icon, const QString &strong, const QString &rest) {
        auto *row = new QHBoxLayout;
        row->setSpacing(Theme::Group);
        row->addWidget(new IconLabel(QLatin1String(icon), Tone::Second, 17), 0, Qt::AlignTop);
        auto *text = (new Text(Theme::Body, Tone::Second))->wrapped();
        text->setRuns(strong, rest);
        row->addWidget(text, 1);
        words->addLayout(row);
        words->addSpacing(9);
    };
    line("group", tr("Create group"), tr(": one security group that opens the gate"));
    line("application", tr("Confirm single sign-on"), tr(": the group gets the application"));
    line("key", tr("Configure PIM"), tr(": in the group only after asking, for hours"));
    line("shield", tr("Conditional Access"), tr(": the gate closes; everybody else is blocked"));
    words->addSpacing(6);
    words->addWidget((new Text(Theme::Hint, Tone::Second,
                               tr("Privileged Identity Management (PIM) gives membership for hours instead of for good. It asks "
                                  "for a reason and, if you want, for approval. You need Entra ID P2 or Entra ID Governance, and "
                                  "an application with single sign-on.")))
                         ->wrapped());
    column->addWidget(inner);
    column->addStretch(1);
    column->addWidget(new Hairline);
    auto *note = new Note(QStringLiteral("info"));
    note->setNote(QStringLiteral("info"), {},
                  tr("Look around first: every page opens. Nothing is written until a button names the change and the "
                     "tenant."),
                  Tone::Accent);
    note->setContentsMargins(Theme::Block, Theme::Group, Theme::Block, Theme::Group);
    column->addWidget(note);
    return panel;
}

QString WelcomePage::cloudChosen() const
{
    return m_cloud->currentData().toString();
}

QString WelcomePage::tenantTyped() const
{
    return m_tenant->text().trimmed();
}

bool WelcomePage::demoChosen() const
{
    return m_demo->isChecked();
}

void WelcomePage::preferDemo()
{
    m_demo->setChecked(true);
}

/// What the command line named stands chosen; a cloud out of a file joins the choice under its own name.
void WelcomePage::takeGiven()
{
    const auto given = m_controller.given();
    if (!given)
        return;
    if (m_cloud->findData(given->name) < 0)
        m_cloud->addItem(given->name, given->name);
    m_cloud->setCurrentIndex(m_cloud->findData(given->name));
    m_tenant->setText(given->tenant);
    if (const QString person = m_controller.signInAs(); !person.isEmpty())
        m_browser->setText(tr("&Sign in as %1", "user name").arg(QString(person).replace(QLatin1Char('&'), QLatin1String("&&"))));
}

/// The fields stand below the place they belong to.
void WelcomePage::placeDetails()
{
    const bool demo = m_demo->isChecked();
    if (demo)
        fillPeople();
    m_column->removeWidget(m_details);
    m_column->insertWidget(demo ? 4 : 7, m_details);
    orderTabs();
    refresh();
}

void WelcomePage::orderTabs()
{
    QWidgetList order{m_demo};
    QWidgetList inner{m_tenant, m_cloud, m_preset, m_browser, m_useCode};
    for (QPushButton *person : std::as_const(m_persons))
        inner << person;
    inner << m_accounts << m_registration;
    if (m_demo->isChecked())
        order << inner << m_customer;
    else
        order << m_customer << inner;
    for (qsizetype i = 1; i < order.size(); ++i)
        setTabOrder(order[i - 1], order[i]);
}

void WelcomePage::signIn()
{
    if (m_controller.state() != WelcomeController::State::SigningIn)
        m_controller.signIn(m_cloud->currentData().toString(), m_tenant->text());
}

void WelcomePage::signInByCode()
{
    m_controller.signInByCode(m_cloud->currentData().toString(), m_tenant->text());
}

void WelcomePage::entered()
{
    if (m_controller.state() == WelcomeController::State::SignedIn)
        return;
    if (m_controller.waitsForCode())
        m_code->setFocus();
    else if (!m_demo->isChecked())
        m_tenant->setFocus();
    else if (!m_persons.isEmpty())
        m_persons.first()->setFocus();
}

/// The focus goes along, for what had it is not there any more.
void WelcomePage::showCode(bool shown)
{
    if (shown == !m_code->isHidden())
        return;
    m_choices->setVisible(!shown);
    m_code->setVisible(shown);
    bringUp(shown ? static_cast<QWidget *>(m_code) : m_choices);
    if (shown && isVisible())
        m_code->setFocus();
    else if (isVisible() && m_controller.state() == WelcomeController::State::Idle)
        m_useCode->setFocus();
}

void WelcomePage::refresh()
{
    using State = WelcomeController::State;
    const State state = m_controller.state();
    const bool idle = state != State::SigningIn;
    m_preset->setCurrentIndex(qMax(0, m_preset->findData(m_workspace.blueprint().application.preset)));
    for (QWidget *field : std::initializer_list<QWidget *>{m_demo, m_customer, m_tenant, m_cloud, m_preset, m_browser, m_useCode,
                                                           m_accounts, m_registration})
        field->setEnabled(idle);
    m_registration->setEnabled(idle && Cloud::isNamed(cloudChosen())); // a file names its client itself
    for (QPushButton *person : std::as_const(m_persons))
        person->setEnabled(idle);
    const bool open = idle && state != State::SignedIn;
    const bool newCode = m_controller.newCodeHelps() && !m_demo->isChecked();
    Theme::setFilled(m_browser, open && !m_demo->isChecked() && !newCode, isVisible());
    if (!m_persons.isEmpty())
        Theme::setFilled(m_persons.first(), open && m_demo->isChecked(), isVisible());
    const bool inBrowser = !idle && !m_controller.waitsForCode();
    if (inBrowser && m_waiting->isHidden()) {
        m_since.start();
        m_wait->setElapsed(0);
        m_tick.start();
    } else if (!inBrowser) {
        m_tick.stop();
    }
    showCode(m_controller.waitsForCode());
    m_waiting->setVisible(inBrowser);
    m_copy->setVisible(!m_controller.link().isEmpty());
    refreshAccount();
    if (const auto error = m_controller.error()) {
        m_error->setError(errorText(*error));
        m_error->setPrimary(newCode ? tr("&Get a new code") : QString(), QStringLiteral("phone-code"));
        const bool appears = m_error->isHidden();
        m_error->show();
        if (appears && isVisible()) {
            m_error->takeFocus();
            bringUp(m_error);
        }
    } else {
        m_error->hide();
    }
    Q_EMIT footChanged();
}

QString WelcomePage::help() const
{
    return tr(
        "Choose the customer's tenant and sign in with an administrator of it, or take the demo tenant: an imitation of "
        "Microsoft Graph on this computer that behaves like a customer. The program needs roles for each step; the next page "
        "checks them. Signing in writes nothing.");
}

} // namespace pimgate
