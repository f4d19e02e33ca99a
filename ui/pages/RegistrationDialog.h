#pragma once

#include "controllers/RegistrationController.h"

#include <QDialog>

class QLineEdit;
class QPushButton;
class QRadioButton;
class QVBoxLayout;

namespace pimgate {

class ErrorFrame;
class LinkButton;
class Note;
class Text;

/// Which application PIM Gate signs in as, and how to register an own one. Does not block the window.
class RegistrationDialog : public QDialog
{
    Q_OBJECT

public:
    explicit RegistrationDialog(RegistrationController &controller, QWidget *parent = nullptr);

private:
    void addChoice(QVBoxLayout *column);
    void addSteps(QVBoxLayout *column);
    QPushButton *copyButton(const char *objectName, const QString &text, const std::function<QString()> &content);
    void save();
    void refresh();

    RegistrationController &m_controller;
    QRadioButton *m_default, *m_own;
    QLineEdit *m_clientId;
    Note *m_state;
    QPushButton *m_save, *m_copyConsent = nullptr;
    ErrorFrame *m_error;
};

} // namespace pimgate
