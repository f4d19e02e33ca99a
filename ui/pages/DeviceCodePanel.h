#pragma once

#include "controllers/WelcomeController.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QGridLayout;
class QPushButton;

namespace pimgate {

class LinkButton;
class LinkLabel;
class QrCode;
class Text;
class WaitRow;

/// The welcome page's left column while a sign-in waits for its code to be entered on some device.
class DeviceCodePanel : public QWidget
{
    Q_OBJECT
public:
    explicit DeviceCodePanel(WelcomeController &controller, QWidget *parent = nullptr);

protected:
    void focusInEvent(QFocusEvent *event) override;

private:
    QWidget *steps();
    QWidget *address();
    QWidget *card();
    void addStep(QGridLayout *grid, int number, QWidget *what);
    void refresh();
    void showCode(const DeviceCode &code);
    void tick();

    WelcomeController &m_controller;
    QWidget *m_steps = nullptr;
    LinkLabel *m_page;
    LinkButton *m_copyPage;
    Text *m_code;
    Text *m_left;
    QPushButton *m_copyCode;
    QrCode *m_qr;
    Text *m_who;
    WaitRow *m_wait;
    LinkButton *m_browser;
    QTimer m_tick;
    QElapsedTimer m_since;
};

} // namespace pimgate
