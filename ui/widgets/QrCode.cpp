#include "widgets/QrCode.h"

#include <QPainter>
#include <qrencode.h>

#include <memory>

namespace pimgate {
namespace qrparts {

constexpr int quietZone = 4;  // modules, as ISO/IEC 18004 wants it
constexpr int moduleSide = 3; // px, read from an arm's length

QImage encoded(const QString &content)
{
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
        QRcode_encodeString(content.toUtf8().constData(), 0, QR_ECLEVEL_M, QR_MODE_8, 1), &QRcode_free);
    if (!code) // longer than any QR code
        return {};
    QImage modules(code->width, code->width, QImage::Format_Mono);
    for (int y = 0; y < code->width; ++y)
        for (int x = 0; x < code->width; ++x)
            modules.setPixel(x, y, code->data[y * code->width + x] & 1u);
    return modules;
}

} // namespace qrparts

QrCode::QrCode(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void QrCode::setContent(const QString &content)
{
    m_modules = qrparts::encoded(content);
    updateGeometry();
    update();
}

int QrCode::modules() const
{
    return m_modules.width() + 2 * qrparts::quietZone;
}

QSize QrCode::sizeHint() const
{
    return QSize(modules(), modules()) * qrparts::moduleSide;
}

void QrCode::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), Qt::white);
    const qreal screen = devicePixelRatioF();
    const int pixels = int(qMin(width(), height()) * screen) / modules();
    const qreal module = pixels / screen;
    const auto start = [&](int length) { return int((length - module * m_modules.width()) / 2 * screen) / screen; };
    const QPointF corner(start(width()), start(height()));
    for (int y = 0; y < m_modules.height(); ++y)
        for (int x = 0; x < m_modules.width(); ++x)
            if (m_modules.pixelIndex(x, y) == 1)
                painter.fillRect(QRectF(corner + QPointF(x, y) * module, QSizeF(module, module)), Qt::black);
}

} // namespace pimgate
