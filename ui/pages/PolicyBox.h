#pragma once

#include "base/States.h"
#include "gate/Snapshot.h"
#include "widgets/Panel.h"

class QGridLayout;

namespace pimgate {

/// The policy as Microsoft shows it: state, whom it blocks, whom not. Read-only; the closing button arms it.
class PolicyBox : public Panel
{
    Q_OBJECT
public:
    explicit PolicyBox(QWidget *parent = nullptr);
    void setPolicy(const Snapshot &snapshot, const QString &application);

private:
    struct Fact
    {
        PageState state;
        QString what, found;
    };
    void setFacts(const QString &name, const QList<Fact> &facts);

    QGridLayout *m_grid;
    QStringList m_shown;
};

} // namespace pimgate
