#include "look/Icon.h"

#include <QAbstractButton>
#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

// Outside any namespace: a static library's resources are otherwise left out by the linker.
static void initPimgateResources()
{
    Q_INIT_RESOURCE(pimgate);
}

namespace pimgate {
namespace iconfiles {

QString path(const QString &name)
{
    static const bool once = (initPimgateResources(), true);
    Q_UNUSED(once)
    return QStringLiteral(":/icons/%1.svg").arg(name);
}

QByteArray recoloured(const QString &name, const QColor &color)
{
    QFile file(path(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return file.readAll().replace("currentColor", color.name().toLatin1());
}

bool mirrored(const QString &name)
{
    return name == QLatin1String("undo") && QGuiApplication::isRightToLeft();
}

class Engine : public QIconEngine
{
public:
    Engine(QString name, Tone tone) : m_name(std::move(name)), m_tone(tone) {}
    QIconEngine *clone() const override { return new Engine(m_name, m_tone); }
    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        const Tone tone = mode == QIcon::Disabled ? Tone::Muted : m_tone;
        Icon::paint(painter, rect, m_name, Theme::color(tone), qMin(rect.width(), rect.height()));
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State) override
    {
        return Icon::pixmap(m_name, mode == QIcon::Disabled ? Tone::Muted : m_tone, qMin(size.width(), size.height()), 1.0);
    }

private:
    QString m_name;
    Tone m_tone;
};

} // namespace iconfiles

bool Icon::exists(const QString &name)
{
    return QFile::exists(iconfiles::path(name));
}

QPixmap Icon::pixmap(const QString &name, const QColor &color, int size, qreal dpr)
{
    const bool mirror = iconfiles::mirrored(name);
    const QString key = QStringLiteral("pimgate/%1/%2/%3/%4/%5").arg(name, color.name()).arg(size).arg(dpr).arg(mirror ? 1 : 0);
    QPixmap result;
    if (QPixmapCache::find(key, &result))
        return result;
    const int pixels = qRound(size * dpr);
    QImage image(pixels, pixels, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    QSvgRenderer renderer(iconfiles::recoloured(name, color));
    renderer.render(&painter, QRectF(0, 0, pixels, pixels));
    painter.end();
    result = QPixmap::fromImage(mirror ? image.mirrored(true, false) : image);
    result.setDevicePixelRatio(dpr);
    QPixmapCache::insert(key, result);
    return result;
}

QPixmap Icon::pixmap(const QString &name, Tone tone, int size, qreal dpr)
{
    return pixmap(name, Theme::color(tone), size, dpr);
}

void Icon::paint(QPainter *painter, const QRect &rect, const QString &name, const QColor &color, int size)
{
    const QPixmap picture = pixmap(name, color, size, painter->device()->devicePixelRatioF());
    painter->drawPixmap(rect.left() + (rect.width() - size) / 2, rect.top() + (rect.height() - size) / 2, picture);
}

QIcon Icon::themed(const QString &name, Tone tone)
{
    return QIcon(new iconfiles::Engine(name, tone));
}

void Icon::set(QAbstractButton *button, const QString &name)
{
    button->setProperty("iconName", name);
    button->setIcon(name.isEmpty() ? QIcon() : themed(name));
    button->setIconSize(QSize(17, 17));
}

} // namespace pimgate
