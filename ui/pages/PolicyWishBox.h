#pragma once

#include "controllers/ConditionalAccessController.h"

#include <QWidget>

class QCheckBox;
class QLineEdit;

namespace pimgate {

class PrincipalPicker;

/// What the policy is called and whom it never blocks: asked before the policy exists.
class PolicyWishBox : public QWidget
{
    Q_OBJECT
public:
    explicit PolicyWishBox(ConditionalAccessController &controller, QWidget *parent = nullptr);
    void refresh();
    QLineEdit *nameField() const { return m_name; }

private:
    QWidget *refusal();
    void sayRefusal();

    ConditionalAccessController &m_controller;
    QLineEdit *m_name;
    PrincipalPicker *m_breakGlass;
    QCheckBox *m_refuse;
    QWidget *m_refusal;
    QLineEdit *m_by;
    QLineEdit *m_why;
};

} // namespace pimgate
