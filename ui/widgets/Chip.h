#pragma once

#include "look/State.h"

#include <QWidget>

class QPainter;

namespace pimgate {

/// One of the four labels of a proof, as a pill. The short form only where a legend or the band gives the long one.
class Chip : public QWidget
{
    Q_OBJECT

public:
    explicit Chip(ProofLabel label, bool shortText = false, QWidget *parent = nullptr);
    void setLabel(ProofLabel label);
    QSize sizeHint() const override { return sizeFor(m_label, m_short); }
    QSize minimumSizeHint() const override { return sizeHint(); }

    static QSize sizeFor(ProofLabel label, bool shortText);
    static void paint(QPainter *painter, const QRect &rect, ProofLabel label, bool shortText, Qt::LayoutDirection direction);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    ProofLabel m_label;
    bool m_short;
};

} // namespace pimgate
