#pragma once

#include "controllers/UnfinishedController.h"
#include "controllers/WelcomeController.h"
#include "pages/Page.h"

#include <QElapsedTimer>
#include <QTimer>

class QComboBox;
class QLineEdit;
class QPushButton;
class QRadioButton;
class QVBoxLayout;

namespace pimgate {

class DeviceCodePanel;
class ErrorFrame;
class LinkButton;
class Text;
class UnfinishedPanel;
class WaitRow;

/// Where to work, and the sign-in.
class WelcomePage : public Page
{
    Q_OBJECT
public:
    WelcomePage(WelcomeController &controller, UnfinishedController &unfinished, Workspace &workspace, QWidget *parent = nullptr);
    /// `--demo`: the demo tenant is chosen, nothing is signed in yet.
    void preferDemo();
    void takeGiven();
    bool demoChosen() const;
    QString cloudChosen() const; ///< as the controllers name it
    QString tenantTyped() const;
    void entered() override;
    bool nextIsDue() const override { return m_controller.state() == WelcomeController::State::SignedIn; }
    QString help() const override;

Q_SIGNALS:
    void placeChosen(); ///< demo or a customer's tenant
    void accountsWanted();
    void registrationWanted();

private:
    QWidget *leftSide();
    QWidget *choices();
    QWidget *details();
    QWidget *people();
    QWidget *waiting();
    QWidget *more();
    QWidget *account();
    QWidget *keychainNote();
    void refreshAccount();
    QWidget *promise();
    void placeDetails();
    void fillPeople();
    void orderTabs();
    void signIn();
    void signInByCode();
    void showCode(bool shown);
    void refresh();

    WelcomeController &m_controller;
    Workspace &m_workspace;
    QRadioButton *m_demo;
    QRadioButton *m_customer;
    QWidget *m_choices = nullptr;
    QVBoxLayout *m_column = nullptr;
    QWidget *m_details = nullptr;
    QWidget *m_onlyCustomer = nullptr;
    QWidget *m_cloudBox = nullptr;
    QWidget *m_browserBox = nullptr;
    QWidget *m_people = nullptr;
    QLineEdit *m_tenant;
    QComboBox *m_cloud;
    QComboBox *m_preset;
    QPushButton *m_browser;
    QPushButton *m_useCode;
    QList<QPushButton *> m_persons;
    QWidget *m_waiting = nullptr;
    WaitRow *m_wait;
    QPushButton *m_copy;
    QWidget *m_account = nullptr;
    Text *m_accountName = nullptr, *m_accountUntil = nullptr;
    QWidget *m_notKept = nullptr;
    Text *m_notKeptText = nullptr;
    LinkButton *m_accounts = nullptr, *m_registration = nullptr;
    QPushButton *m_signOut;
    ErrorFrame *m_error;
    DeviceCodePanel *m_code;
    UnfinishedPanel *m_unfinished;
    QTimer m_tick;
    QElapsedTimer m_since;
};

} // namespace pimgate
