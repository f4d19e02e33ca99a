#pragma once

#include "look/Theme.h"

#include <QIcon>
#include <QPixmap>

class QAbstractButton;
class QPainter;
class QRect;

namespace pimgate {

/// The icons of resources/icons, recoloured where they are used. Names are file names without ".svg".
namespace Icon {
/// `size` in px of the device-independent kind; cached per name, colour, size and device pixel ratio.
QPixmap pixmap(const QString &name, const QColor &color, int size, qreal dpr);
QPixmap pixmap(const QString &name, Tone tone, int size, qreal dpr);
/// Draws into the middle of `rect`. "undo", the one arrow of direction, is mirrored right-to-left.
void paint(QPainter *painter, const QRect &rect, const QString &name, const QColor &color, int size);
/// An icon that follows the theme: it asks for its colour when it is drawn.
QIcon themed(const QString &name, Tone tone = Tone::Normal);
/// The style draws it in the colour of the button's own text.
void set(QAbstractButton *button, const QString &name);
bool exists(const QString &name);
} // namespace Icon

} // namespace pimgate
