#pragma once

#include "controllers/AccountsController.h"

#include <QDialog>

class QLineEdit;
class QListWidget;
class QPushButton;

namespace pimgate {

class ErrorFrame;
class Note;
class Text;

/// Who is signed in, where, until when: switch, add, forget; a partner's customers. Does not block the window.
class AccountsDialog : public QDialog
{
    Q_OBJECT

public:
    explicit AccountsDialog(AccountsController &controller, QWidget *parent = nullptr);

Q_SIGNALS:
    void addWanted(); ///< another sign-in: Welcome does that

private:
    QWidget *accounts();
    QWidget *customers();
    int account() const;
    int customer() const;
    void refresh();
    void fillAccounts();
    void fillCustomers();
    void filterCustomers(const QString &text);
    void enableButtons();

    AccountsController &m_controller;
    QListWidget *m_accounts;
    QPushButton *m_use, *m_ask, *m_forget;
    Text *m_nobody;
    Note *m_keychain;
    QWidget *m_customerBox = nullptr;
    Text *m_customersOf;
    QLineEdit *m_filter;
    QListWidget *m_customers;
    QPushButton *m_work;
    ErrorFrame *m_error;
};

} // namespace pimgate
