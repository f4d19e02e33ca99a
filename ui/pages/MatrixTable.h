#pragma once

#include "controllers/PolicyMatrix.h"
#include "widgets/RowTable.h"

namespace pimgate {

/// What the policy does with whom: now in report-only, once on, and after an activation ended. Every cell has icon and word.
class MatrixTable : public RowTable
{
    Q_OBJECT
public:
    explicit MatrixTable(QWidget *parent = nullptr);
    void setMatrix(const QList<MatrixRow> &matrix);
    int selected() const;                            ///< row of the matrix; -1: none
    static QString who(const MatrixRow &line);       ///< "Ada, once active", "bg1, bg2", "You"
    static QString firstName(const MatrixRow &line); ///< "Ada"

private:
    static QString note(MatrixRow::Kind kind);
    static Cell answer(MatrixRow::Answer is);
    static Row rowOf(const MatrixRow &line, int index);
};

} // namespace pimgate
