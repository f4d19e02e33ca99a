#pragma once

#include "controllers/ConditionalAccessController.h"
#include "widgets/RowTable.h"

namespace pimgate {

/// What the policy does with whom: now in report-only, once on, and after an activation ended. Every cell has icon and word.
class MatrixTable : public RowTable
{
    Q_OBJECT
public:
    explicit MatrixTable(QWidget *parent = nullptr);
    void setMatrix(const QList<ConditionalAccessController::MatrixRow> &matrix);
    int selected() const; ///< row of the matrix; -1: none

private:
    Row rowOf(const ConditionalAccessController::MatrixRow &line, int index) const;
};

} // namespace pimgate
