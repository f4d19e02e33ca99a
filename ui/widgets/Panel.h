#pragma once

#include "look/Theme.h"

#include <QWidget>

namespace pimgate {

/// A box with a hairline and radius 6: grey for what the tenant says, white for tables, soft for waits.
class Panel : public QWidget
{
    Q_OBJECT

public:
    enum Fill { Grey, White, Waiting };
    explicit Panel(Fill fill = Grey, QWidget *parent = nullptr);
    void setFill(Fill fill);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Fill m_fill;
};

/// A Panel around one view or list; its line is drawn over the corners of the content.
class RoundFrame : public Panel
{
    Q_OBJECT

public:
    explicit RoundFrame(QWidget *content, Fill fill = White, QWidget *parent = nullptr);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *m_outline;
};

/// One px of hairline.
class Hairline : public QWidget
{
    Q_OBJECT

public:
    explicit Hairline(QWidget *parent = nullptr);
    QSize sizeHint() const override { return {16, 1}; }

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace pimgate
