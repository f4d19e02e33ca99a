#pragma once

#include <QWidget>

namespace pimgate {

/// The dark band across the window that says: everything here is invented. Shown in the demo only, always.
class DemoBand : public QWidget
{
    Q_OBJECT

public:
    explicit DemoBand(QWidget *parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace pimgate
