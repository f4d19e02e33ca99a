#include "look/FocusRing.h"

#include <QAbstractButton>
#include <QApplication>
#include <QFocusFrame>
#include <QPointer>

namespace pimgate {
namespace focusring {

constexpr const char *kAlways = "focusRingAlways";

bool wantsRing(QWidget *widget)
{
    if (!widget)
        return false;
    if (widget->property(kAlways).toBool())
        return true;
    return qobject_cast<QAbstractButton *>(widget) && widget->window()->testAttribute(Qt::WA_KeyboardFocusChange);
}

/// QFocusFrame lives inside the window of the widget it frames and dies with it.
void moveTo(QWidget *widget)
{
    static QPointer<QFocusFrame> frame;
    if (!wantsRing(widget)) {
        if (frame)
            frame->setWidget(nullptr);
        return;
    }
    if (!frame)
        frame = new QFocusFrame(widget->window());
    frame->setWidget(widget);
}

} // namespace focusring

void FocusRing::install(QApplication &app)
{
    QObject::connect(&app, &QApplication::focusChanged, &app, [](QWidget *, QWidget *now) { focusring::moveTo(now); });
}

void FocusRing::always(QWidget *widget)
{
    widget->setProperty(focusring::kAlways, true);
}

} // namespace pimgate
