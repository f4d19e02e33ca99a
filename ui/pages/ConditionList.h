#pragma once

#include "controllers/ConditionalAccessController.h"

#include <QWidget>

class QVBoxLayout;

namespace pimgate {

class SectionHead;

/// "Before the gate can close": what What-If answered, and below a line what closing does not wait for.
class ConditionList : public QWidget
{
    Q_OBJECT
public:
    explicit ConditionList(QWidget *parent = nullptr);
    void setConditions(const QList<ConditionalAccessController::Condition> &conditions, ProofLabel label, const QDateTime &asked,
                       bool asking);

Q_SIGNALS:
    void askAgain();

private:
    void addLine(const ConditionalAccessController::Condition &condition, bool soft);
    void addLabel(ProofLabel label, const QString &words, bool again);

    SectionHead *m_head;
    QVBoxLayout *m_lines;
    QWidget *m_box = nullptr;
    QString m_shown;
};

} // namespace pimgate
