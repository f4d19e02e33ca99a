#include "look/Style.h"

#include "look/Icon.h"
#include "look/Theme.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QStyleOption>

namespace pimgate {
namespace styledrawing {

bool flag(const QWidget *widget, const char *name)
{
    return widget && widget->property(name).toBool();
}

bool enabled(const QStyleOption *option)
{
    return option->state & QStyle::State_Enabled;
}

/// A box whose line of `width` px lies inside `rect`.
void roundBox(QPainter *painter, const QRect &rect, qreal radius, const QColor &fill, const QColor &edge, qreal width)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(fill.isValid() ? QBrush(fill) : Qt::NoBrush);
    painter->setPen(edge.isValid() ? QPen(edge, width) : Qt::NoPen);
    const qreal half = edge.isValid() ? width / 2 : 0;
    painter->drawRoundedRect(QRectF(rect).adjusted(half, half, -half, -half), radius - half, radius - half);
    painter->restore();
}

void field(const QStyleOption *option, QPainter *painter)
{
    const StateColors &c = Theme::colors();
    const bool focus = option->state & QStyle::State_HasFocus && enabled(option);
    const QColor edge = focus ? c.accent : enabled(option) ? c.controlLine : c.hairline;
    roundBox(painter, option->rect, Theme::ControlRadius, enabled(option) ? c.base : c.panel, edge, focus ? 2 : 1);
}

void button(const QStyleOption *option, QPainter *painter, const QWidget *widget)
{
    const StateColors &c = Theme::colors();
    const bool pressed = option->state & (QStyle::State_Sunken | QStyle::State_On);
    const bool hover = option->state & QStyle::State_MouseOver;
    if (!enabled(option))
        return roundBox(painter, option->rect, Theme::ControlRadius, c.highContrast ? QColor() : c.window, c.hairline, 1);
    if (flag(widget, "filled"))
        return roundBox(painter, option->rect, Theme::ControlRadius, pressed || hover ? c.accentPressed : c.accent, QColor(), 0);
    const QColor resting = c.highContrast ? c.base : c.button;
    const QColor down = c.highContrast ? c.base : c.greySoft;
    roundBox(painter, option->rect, Theme::ControlRadius,
             pressed ? down
             : hover ? c.window
                     : resting,
             pressed && c.highContrast ? c.accent : c.controlLine, 1);
}

QColor buttonText(const QStyleOption *option, const QWidget *widget)
{
    const StateColors &c = Theme::colors();
    if (!enabled(option))
        return c.muted;
    if (flag(widget, "filled"))
        return c.onAccent;
    return flag(widget, "link") ? c.accent : c.text;
}

/// Icon and text side by side in the middle, drawn by hand: Qt 6.4 misplaces both right-to-left (qt-notes).
void buttonLabel(const QStyleOptionButton *option, QPainter *painter, const QWidget *widget)
{
    const QColor color = buttonText(option, widget);
    const QString name = widget ? widget->property("iconName").toString() : QString();
    const bool hasIcon = !name.isEmpty() || !option->icon.isNull();
    const int side = hasIcon ? (option->iconSize.width() > 0 ? option->iconSize.width() : 17) : 0;
    const int gap = hasIcon && !option->text.isEmpty() ? Theme::Inside : 0;
    const int textWidth = option->fontMetrics.size(Qt::TextShowMnemonic, option->text).width();
    const int total = qMin(side + gap + textWidth, option->rect.width());
    const int spare = option->rect.width() - total;
    const int left = option->rect.left() + (!flag(widget, "link") ? spare / 2 : option->direction == Qt::RightToLeft ? spare : 0);
    const QRect content(left, option->rect.top(), total, option->rect.height());
    const auto visual = [&](const QRect &rect) { return QStyle::visualRect(option->direction, content, rect); };
    if (hasIcon) {
        const QRect at = visual(QRect(content.left(), content.top(), side, content.height()));
        if (!name.isEmpty())
            Icon::paint(painter, at, name, color, side);
        else
            option->icon.paint(painter, at, Qt::AlignCenter, enabled(option) ? QIcon::Normal : QIcon::Disabled);
    }
    const QRect at = visual(QRect(content.left() + side + gap, content.top(), total - side - gap, content.height()));
    const bool showMnemonic = widget && widget->style()->styleHint(QStyle::SH_UnderlineShortcut, option, widget);
    const Qt::Alignment align =
        flag(widget, "link") ? QStyle::visualAlignment(option->direction, Qt::AlignLeft | Qt::AlignVCenter) : Qt::AlignCenter;
    painter->setPen(color);
    painter->setLayoutDirection(Qt::LayoutDirectionAuto);
    painter->drawText(at, int(align) | int(Qt::TextSingleLine) | (showMnemonic ? Qt::TextShowMnemonic : Qt::TextHideMnemonic),
                      option->text);
}

void tick(QPainter *painter, const QRectF &box, const QColor &color)
{
    QPainterPath path;
    path.moveTo(box.left() + box.width() * 0.27, box.top() + box.height() * 0.53);
    path.lineTo(box.left() + box.width() * 0.44, box.top() + box.height() * 0.69);
    path.lineTo(box.left() + box.width() * 0.74, box.top() + box.height() * 0.35);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(color, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->drawPath(path);
}

void checkBox(const QStyleOption *option, QPainter *painter)
{
    const StateColors &c = Theme::colors();
    const bool on = option->state & (QStyle::State_On | QStyle::State_NoChange);
    const QColor fill = on ? (enabled(option) ? c.accent : c.muted) : c.base;
    roundBox(painter, option->rect, Theme::CheckRadius, fill, on ? fill : enabled(option) ? c.controlLine : c.hairline, 1);
    if (option->state & QStyle::State_On) {
        painter->save();
        tick(painter, option->rect, enabled(option) ? c.onAccent : c.base);
        painter->restore();
    }
}

void radio(const QStyleOption *option, QPainter *painter)
{
    const StateColors &c = Theme::colors();
    const bool on = option->state & QStyle::State_On;
    const QColor strong = enabled(option) ? c.accent : c.muted;
    const QRectF ring = QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(on ? strong : enabled(option) ? c.controlLine : c.hairline, 1));
    painter->setBrush(on ? strong : c.base);
    painter->drawEllipse(ring);
    if (on) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(c.onAccent);
        painter->drawEllipse(ring.center(), 3, 3);
    }
    painter->restore();
}

void chevron(QPainter *painter, const QRect &rect, const QColor &color)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(color, 1.75, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->setBrush(Qt::NoBrush);
    const QPointF middle = QRectF(rect).center();
    painter->drawPolyline(QPolygonF{middle + QPointF(-4, -2), middle + QPointF(0, 2.2), middle + QPointF(4, -2)});
    painter->restore();
}

int arrowWidth(const QWidget *widget)
{
    return flag(widget, "small") ? 22 : 28;
}

constexpr int kFieldPadding = 10;

/// The handle of a scroll bar without arrows.
QRect scrollHandle(const QStyleOptionSlider *option)
{
    const bool upright = option->orientation == Qt::Vertical;
    const int length = upright ? option->rect.height() : option->rect.width();
    const int range = option->maximum - option->minimum;
    if (range <= 0)
        return option->rect;
    const int handle = qBound(32, int(qint64(length) * option->pageStep / (range + option->pageStep)), qMax(32, length));
    const int at = QStyle::sliderPositionFromValue(option->minimum, option->maximum, option->sliderPosition, length - handle,
                                                   option->upsideDown);
    return upright ? QRect(option->rect.left(), option->rect.top() + at, option->rect.width(), handle)
                   : QRect(option->rect.left() + at, option->rect.top(), handle, option->rect.height());
}

void scrollBar(const QStyleOptionSlider *option, QPainter *painter)
{
    const StateColors &c = Theme::colors();
    const bool strong = c.highContrast || option->state & (QStyle::State_MouseOver | QStyle::State_Sunken);
    const QRect handle = scrollHandle(option).adjusted(2, 2, -2, -2);
    roundBox(painter, handle, qMin(handle.width(), handle.height()) / 2.0, strong ? c.controlLine : c.hairline.darker(115),
             QColor(), 0);
}

QRect headerText(const QStyleOptionHeader *option)
{
    const auto leading = option->direction == Qt::RightToLeft ? QStyleOptionHeader::End : QStyleOptionHeader::Beginning;
    const bool first = option->position == leading || option->position == QStyleOptionHeader::OnlyOneSection;
    const QRect inner = option->rect.adjusted(first ? Theme::Block : 0, 0, -Theme::Tight, -1);
    return QStyle::visualRect(option->direction, option->rect, inner);
}

void headerLabel(const QStyleOptionHeader *option, QPainter *painter)
{
    QRect rect = headerText(option);
    painter->save();
    painter->setLayoutDirection(Qt::LayoutDirectionAuto);
    if (!option->icon.isNull()) {
        const QRect at = QStyle::visualRect(option->direction, rect, QRect(rect.left(), rect.top(), 15, rect.height()));
        option->icon.paint(painter, at);
        rect = QStyle::visualRect(option->direction, rect, rect.adjusted(22, 0, 0, 0));
    }
    painter->setFont(Theme::font(Theme::HintStrong));
    painter->setPen(Theme::colors().text2);
    const auto align = QStyle::visualAlignment(option->direction, Qt::AlignLeft | Qt::AlignVCenter);
    painter->drawText(rect, int(align) | Qt::TextSingleLine,
                      painter->fontMetrics().elidedText(option->text, Qt::ElideRight, rect.width()));
    painter->restore();
}

void headerSection(const QStyleOption *option, QPainter *painter)
{
    painter->fillRect(option->rect, option->palette.color(QPalette::AlternateBase));
    painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), Theme::colors().hairline);
}

} // namespace styledrawing

Style::Style() : QProxyStyle(QStringLiteral("fusion")) {}

void Style::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    // Enter presses the filled button and no other: a button does not become the default by having focus.
    if (auto *button = qobject_cast<QPushButton *>(widget)) {
        button->setAutoDefault(false);
        button->setAttribute(Qt::WA_Hover);
    }
    if (auto *edit = qobject_cast<QLineEdit *>(widget); edit && !qobject_cast<QComboBox *>(edit->parentWidget())) {
        const int padding = edit->actions().isEmpty() ? styledrawing::kFieldPadding - 3 : 4; // an icon brings its own room
        edit->setTextMargins(padding, 0, padding, 0);
        if (edit->isRightToLeft()) // the edge is the window's, whatever is typed
            edit->setAlignment(Qt::AlignRight | Qt::AlignAbsolute | Qt::AlignVCenter);
    }
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
        return 16;
    case PM_CheckBoxLabelSpacing:
        return 10;
    case PM_RadioButtonLabelSpacing:
        return 9;
    case PM_FocusFrameHMargin:
    case PM_FocusFrameVMargin:
        return 4;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
    case PM_ButtonDefaultIndicator:
        return 0;
    case PM_ScrollBarExtent:
        return 12;
    case PM_ButtonIconSize:
        return 17;
    case PM_LineEditIconSize:
        return 17;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *data) const
{
    switch (hint) {
    case SH_FocusFrame_AboveWidget:
        return 1;
    case SH_FocusFrame_Mask:
        return 0;
    case SH_UnderlineShortcut:
        return widget && widget->window()->testAttribute(Qt::WA_KeyboardFocusChange);
    case SH_Widget_Animation_Duration:
        return Theme::motion() ? 150 : 0;
    case SH_EtchDisabledText:
    case SH_DialogButtonBox_ButtonsHaveIcons:
        return 0;
    default:
        return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size, const QWidget *widget) const
{
    switch (type) {
    case CT_PushButton:
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option)) {
            const bool small = styledrawing::flag(widget, "small");
            const bool link = styledrawing::flag(widget, "link");
            const int side = button->icon.isNull() ? 0 : button->iconSize.width() + (button->text.isEmpty() ? 0 : Theme::Inside);
            const int text = button->fontMetrics.size(Qt::TextShowMnemonic, button->text).width();
            if (link)
                return {side + text + 2, qMax(button->fontMetrics.height(), 17)};
            const int padding = small ? 10 : button->text.isEmpty() ? 7 : 15;
            const int base = small ? Theme::SmallHeight : Theme::ControlHeight;
            return {side + text + 2 * padding, qMax(base, button->fontMetrics.height() + (small ? 8 : 11))};
        }
        break;
    case CT_LineEdit:
        return {size.width() + 12, qMax(int(Theme::ControlHeight), option->fontMetrics.height() + 11)};
    case CT_ComboBox: {
        const bool small = styledrawing::flag(widget, "small");
        const int base = small ? Theme::SmallHeight : Theme::ControlHeight;
        return {size.width() + styledrawing::kFieldPadding + styledrawing::arrowWidth(widget),
                qMax(base, option->fontMetrics.height() + (small ? 5 : 11))};
    }
    case CT_SpinBox: {
        const QSize spin = QProxyStyle::sizeFromContents(type, option, size, widget);
        return {spin.width() + 8, qMax(int(Theme::ControlHeight), spin.height())};
    }
    case CT_HeaderSection: {
        QSize section = QProxyStyle::sizeFromContents(type, option, size, widget);
        section.setHeight(qMax(int(Theme::HeadHeight), QFontMetrics(Theme::font(Theme::HintStrong)).height() + 9));
        return section;
    }
    default:
        break;
    }
    return QProxyStyle::sizeFromContents(type, option, size, widget);
}

QRect Style::subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const
{
    if (element == SE_PushButtonContents || element == SE_PushButtonFocusRect)
        return option->rect;
    return QProxyStyle::subElementRect(element, option, widget);
}

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl part,
                            const QWidget *widget) const
{
    if (const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option); bar && control == CC_ScrollBar) {
        const QRect handle = styledrawing::scrollHandle(bar);
        const bool upright = bar->orientation == Qt::Vertical;
        const QRect &all = option->rect;
        switch (part) {
        case SC_ScrollBarGroove:
            return all;
        case SC_ScrollBarSlider:
            return handle;
        case SC_ScrollBarSubPage:
            return upright ? QRect(all.left(), all.top(), all.width(), handle.top() - all.top())
                           : QRect(all.left(), all.top(), handle.left() - all.left(), all.height());
        case SC_ScrollBarAddPage:
            return upright ? QRect(all.left(), handle.bottom() + 1, all.width(), all.bottom() - handle.bottom())
                           : QRect(handle.right() + 1, all.top(), all.right() - handle.right(), all.height());
        default:
            return {};
        }
    }
    if (control == CC_ComboBox) {
        const QRect &all = option->rect;
        if (part == SC_ComboBoxEditField)
            return visualRect(option->direction, all,
                              all.adjusted(styledrawing::kFieldPadding, 1, -styledrawing::arrowWidth(widget), -1));
        if (part == SC_ComboBoxArrow)
            return visualRect(
                option->direction, all,
                QRect(all.right() - styledrawing::arrowWidth(widget), all.top(), styledrawing::arrowWidth(widget), all.height()));
    }
    return QProxyStyle::subControlRect(control, option, part, widget);
}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    switch (element) {
    case PE_PanelButtonCommand:
        if (!styledrawing::flag(widget, "link"))
            styledrawing::button(option, painter, widget);
        return;
    case PE_PanelLineEdit:
        if (const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option); frame && frame->lineWidth > 0)
            return styledrawing::field(option, painter);
        break;
    case PE_FrameLineEdit:
        return;
    case PE_IndicatorCheckBox:
        return styledrawing::checkBox(option, painter);
    case PE_IndicatorRadioButton:
        return styledrawing::radio(option, painter);
    case PE_FrameFocusRect: // buttons wear the ring of FocusRing, views mark the row themselves
        return;
    default:
        break;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

void Style::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    switch (element) {
    case CE_PushButtonLabel:
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option))
            return styledrawing::buttonLabel(button, painter, widget);
        break;
    case CE_FocusFrame:
        return styledrawing::roundBox(painter, option->rect, Theme::PanelRadius + 2, QColor(), Theme::colors().accent, 2);
    case CE_Header: // Fusion would move the label two pixels in
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option)) {
            styledrawing::headerSection(option, painter);
            return styledrawing::headerLabel(header, painter);
        }
        break;
    case CE_HeaderSection:
    case CE_HeaderEmptyArea:
        return styledrawing::headerSection(option, painter);
    case CE_HeaderLabel:
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option))
            return styledrawing::headerLabel(header, painter);
        break;
    case CE_ComboBoxLabel:
        if (const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option)) {
            QRect text = subControlRect(CC_ComboBox, combo, SC_ComboBoxEditField, widget);
            painter->save();
            painter->setLayoutDirection(Qt::LayoutDirectionAuto);
            painter->setPen(styledrawing::enabled(option) ? Theme::colors().text : Theme::colors().muted);
            if (!combo->currentIcon.isNull()) {
                const QRect at =
                    visualRect(combo->direction, text, QRect(text.left(), text.top(), combo->iconSize.width(), text.height()));
                combo->currentIcon.paint(painter, at);
                text = visualRect(combo->direction, text, text.adjusted(combo->iconSize.width() + Theme::Inside, 0, 0, 0));
            }
            const auto align = visualAlignment(combo->direction, Qt::AlignLeft | Qt::AlignVCenter);
            painter->drawText(text, int(align) | Qt::TextSingleLine,
                              combo->fontMetrics.elidedText(combo->currentText, Qt::ElideRight, text.width()));
            painter->restore();
            return;
        }
        break;
    default:
        break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                               const QWidget *widget) const
{
    if (control == CC_ComboBox) {
        styledrawing::field(option, painter);
        const QColor color = styledrawing::enabled(option) ? Theme::colors().text : Theme::colors().muted;
        styledrawing::chevron(painter, subControlRect(control, option, SC_ComboBoxArrow, widget), color);
        return;
    }
    if (const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option); bar && control == CC_ScrollBar)
        return styledrawing::scrollBar(bar, painter);
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

} // namespace pimgate
