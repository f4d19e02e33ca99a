#pragma once

#include "proof/ProofRun.h"
#include "widgets/RowTable.h"

namespace pimgate {

/// The lines of a proof, one label each. The demo's labels are short, because band and footer say the long form.
class ProofTable : public RowTable
{
    Q_OBJECT
public:
    explicit ProofTable(QWidget *parent = nullptr);
    void setLines(const QList<ProofLine> &lines, bool demo);
    void select(int line);

Q_SIGNALS:
    void lineChosen(int line); ///< by the person, never by select()
    void spacePressed();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    bool m_quiet = false;
};

} // namespace pimgate
