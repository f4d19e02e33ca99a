#pragma once

#include <QImage>
#include <QWidget>

namespace pimgate {

/// An address as a QR code, black on white in every theme with its quiet zone: cameras do not read light on dark.
/// Every module is a whole number of the screen's pixels, so that its edges are sharp at every scale.
class QrCode : public QWidget
{
    Q_OBJECT

public:
    explicit QrCode(QWidget *parent = nullptr);

    void setContent(const QString &content);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int modules() const; ///< along one side, quiet zone included

    QImage m_modules; ///< one bit each, set where black
};

} // namespace pimgate
