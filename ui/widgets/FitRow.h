#pragma once

#include <QWidget>

class QBoxLayout;

namespace pimgate {

/// Widgets side by side; one below the other where they would not fit (narrow pages, longer languages).
/// Those with a horizontal stretch take the room that is left.
class FitRow : public QWidget
{
    Q_OBJECT

public:
    FitRow(const QWidgetList &widgets, int spacing, QWidget *parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    void arrange();
    int rowWidth() const;

    QWidgetList m_widgets;
    QBoxLayout *m_row;
};

} // namespace pimgate
