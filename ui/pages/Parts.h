#pragma once

#include <QString>

class QAbstractButton;
class QVBoxLayout;
class QWidget;

namespace pimgate {

class Text;

/// Small pieces that several pages are put together from.
namespace Parts {
/// A column without margins; its pieces bring their own space.
QVBoxLayout *column(QWidget *owner, int spacing = 0);
/// A hint below a radio button or check box, indented to its words; read out as the button's description.
Text *hintBelow(QAbstractButton *button, const QString &text);
/// A button and its hint without a gap, for columns with one.
QVBoxLayout *pair(QAbstractButton *button, Text *hint);
/// Changes that hint and the description together.
void setHint(QAbstractButton *button, Text *hint, const QString &text);
/// Radio buttons whose words are a heading.
void makeHeading(QAbstractButton *button);
} // namespace Parts

} // namespace pimgate
