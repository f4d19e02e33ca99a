#pragma once

#include "controllers/ReportController.h"

#include <QWidget>

class QGridLayout;

namespace pimgate {

/// "Steps  4 of 4 verified" and its like, in two columns, one on narrow pages.
class FactGrid : public QWidget
{
    Q_OBJECT
public:
    explicit FactGrid(QWidget *parent = nullptr);
    void setFacts(const QList<ReportController::Fact> &facts);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void place();

    QGridLayout *m_grid;
    QList<QWidget *> m_lines;
    QStringList m_shown;
    int m_columns = 2;
};

} // namespace pimgate
