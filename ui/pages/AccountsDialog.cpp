#include "pages/AccountsDialog.h"

#include "look/Icon.h"
#include "pages/ErrorWords.h"
#include "pages/Parts.h"
#include "widgets/Labels.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>

namespace pimgate {
namespace {

QListWidget *listNamed(const char *objectName, const QString &accessibleName)
{
    auto *list = new QListWidget;
    list->setObjectName(QLatin1String(objectName));
    list->setAccessibleName(accessibleName);
    list->setFont(Theme::font(Theme::Body));
    list->setTextElideMode(Qt::ElideRight);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setMinimumHeight(90);
    return list;
}

QPushButton *buttonNamed(const char *objectName, const QString &text)
{
    auto *button = new QPushButton(text);
    button->setObjectName(QLatin1String(objectName));
    button->setAutoDefault(false);
    return button;
}

} // namespace

AccountsDialog::AccountsDialog(AccountsController &controller, QWidget *parent)
    : QDialog(parent), m_controller(controller), m_accounts(listNamed("accounts.list", tr("Accounts"))),
      m_use(buttonNamed("accounts.use", tr("&Work as this account"))),
      m_ask(buttonNamed("accounts.customers", tr("Its &customers…"))), m_forget(buttonNamed("accounts.forget", tr("&Forget"))),
      m_nobody((new Text(Theme::Body, Tone::Second, tr("Nobody is signed in on this computer.")))->wrapped()),
      m_keychain(new Note(QStringLiteral("warning"))), m_customersOf((new Text(Theme::Section))->wrapped()),
      m_filter(new QLineEdit), m_customers(listNamed("accounts.customerList", tr("Customers"))),
      m_work(buttonNamed("accounts.work", tr("Work at this c&ustomer"))), m_error(new ErrorFrame)
{
    setObjectName(QStringLiteral("accounts"));
    setWindowTitle(tr("Accounts"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(580, 600);
    auto *close = buttonNamed("accounts.close", tr("Close"));
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    m_error->setObjectName(QStringLiteral("accounts.error"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Theme::Columns, 20, Theme::Columns, Theme::Block);
    column->setSpacing(Theme::Group);
    column->addWidget(accounts(), 1);
    column->addWidget(m_error);
    m_customerBox = customers();
    column->addWidget(m_customerBox, 1);
    column->addWidget(close, 0, Qt::AlignTrailing);
    connect(&controller, &AccountsController::changed, this, &AccountsDialog::refresh);
    connect(&controller, &AccountsController::started, this, &QDialog::close);
    refresh();
    controller.refresh();
}

QWidget *AccountsDialog::accounts()
{
    auto *box = new QWidget;
    auto *column = Parts::column(box, Theme::Inside);
    column->addWidget(
        (new Text(Theme::Hint, Tone::Second,
                  tr("Sign-ins are kept in this computer's keychain, never in a file. Each names the tenant that it "
                     "works in.")))
            ->wrapped());
    column->addWidget(m_keychain);
    column->addWidget(m_nobody);
    column->addWidget(m_accounts, 1);
    auto *row = new QHBoxLayout;
    row->setSpacing(Theme::Inside);
    auto *add = buttonNamed("accounts.add", tr("&Add…"));
    for (QPushButton *button : {m_use, m_ask, m_forget, add})
        row->addWidget(button);
    row->addStretch(1);
    column->addLayout(row);
    connect(m_accounts, &QListWidget::currentRowChanged, this, &AccountsDialog::enableButtons);
    connect(m_accounts, &QListWidget::itemActivated, this, [this] { m_controller.use(account()); });
    connect(m_use, &QPushButton::clicked, this, [this] { m_controller.use(account()); });
    connect(m_ask, &QPushButton::clicked, this, [this] { m_controller.askCustomers(account()); });
    connect(m_forget, &QPushButton::clicked, this, [this] { m_controller.forget(account()); });
    connect(add, &QPushButton::clicked, this, [this] {
        Q_EMIT addWanted();
        close();
    });
    return box;
}

QWidget *AccountsDialog::customers()
{
    auto *box = new QWidget;
    auto *column = Parts::column(box, Theme::Inside);
    m_filter->setObjectName(QStringLiteral("accounts.filter"));
    m_filter->setPlaceholderText(tr("Search"));
    m_filter->setAccessibleName(tr("Search among the customers"));
    column->addWidget(m_customersOf);
    column->addWidget(m_filter);
    column->addWidget(m_customers, 1);
    column->addWidget(m_work, 0, Qt::AlignLeading);
    connect(m_filter, &QLineEdit::textChanged, this, &AccountsDialog::filterCustomers);
    connect(m_customers, &QListWidget::currentRowChanged, this, &AccountsDialog::enableButtons);
    connect(m_customers, &QListWidget::itemActivated, this, [this] { m_controller.workAt(customer()); });
    connect(m_work, &QPushButton::clicked, this, [this] { m_controller.workAt(customer()); });
    return box;
}

int AccountsDialog::account() const
{
    return m_accounts->currentRow();
}

int AccountsDialog::customer() const
{
    return m_customers->currentItem() && !m_customers->currentItem()->isHidden() ? m_customers->currentRow() : -1;
}

void AccountsDialog::refresh()
{
    fillAccounts();
    fillCustomers();
    if (const auto problem = m_controller.keychainProblem())
        m_keychain->setNote(QStringLiteral("warning"), {}, problem->message + QLatin1Char(' ') + problem->next, Tone::Warn);
    m_keychain->setVisible(m_controller.keychainProblem().has_value());
    if (const auto error = m_controller.error())
        m_error->setError(errorText(*error));
    m_error->setVisible(m_controller.error().has_value());
    enableButtons();
}

/// Person and tenant in the first line, what is left of it in the second; plain text, whatever the tenant calls itself.
void AccountsDialog::fillAccounts()
{
    const int chosen = account();
    m_accounts->clear();
    for (const AccountsController::Row &row : m_controller.rows()) {
        const QString now = row.current ? tr("in use now, %1").arg(m_controller.untilOf(row)) : m_controller.untilOf(row);
        const QString first = tr("%1 in %2", "user name, tenant").arg(row.account.userName, m_controller.tenantOf(row));
        auto *item = new QListWidgetItem(first + QLatin1Char('\n') + row.account.displayName + QStringLiteral(" · ") + now);
        item->setToolTip(item->text());
        m_accounts->addItem(item);
    }
    const bool any = m_accounts->count() > 0;
    m_accounts->setVisible(any);
    m_nobody->setVisible(!any);
    m_accounts->setCurrentRow(any ? qBound(0, chosen, m_accounts->count() - 1) : -1);
}

void AccountsDialog::fillCustomers()
{
    m_customers->clear();
    for (const PartnerCustomer &one : m_controller.customers())
        m_customers->addItem(tr("%1 (%2)", "customer, domain").arg(one.displayName, one.defaultDomain));
    m_customersOf->setPlain(tr("Customers of %1").arg(m_controller.customersOf()));
    m_customerBox->setVisible(m_customers->count() > 0);
    filterCustomers(m_filter->text());
}

void AccountsDialog::filterCustomers(const QString &text)
{
    int first = -1;
    for (int i = m_customers->count() - 1; i >= 0; --i) {
        const bool fits = m_customers->item(i)->text().contains(text.trimmed(), Qt::CaseInsensitive);
        m_customers->item(i)->setHidden(!fits);
        first = fits ? i : first;
    }
    m_customers->setCurrentRow(first);
    enableButtons();
}

void AccountsDialog::enableButtons()
{
    const bool any = account() >= 0 && !m_controller.busy();
    const bool current = any && account() < m_controller.rows().size() && m_controller.rows().at(account()).current;
    m_use->setEnabled(any && !current);
    m_ask->setEnabled(any);
    m_forget->setEnabled(any);
    m_forget->setText(current ? tr("Sign &out") : tr("&Forget"));
    m_work->setEnabled(customer() >= 0 && !m_controller.busy());
}

} // namespace pimgate
