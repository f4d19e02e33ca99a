#include "look/Theme.h"

#include "look/FocusRing.h"
#include "look/Style.h"
#include "proof/GateDrawing.h"

#include <QAccessibleWidget>
#include <QApplication>
#include <QFontDatabase>
#include <QPalette>
#include <QPushButton>
#include <QToolTip>

#ifdef Q_OS_WIN
#include <windows.h>
#endif

namespace pimgate {
namespace themestate {

struct State
{
    Theme::Mode mode = Theme::Mode::Light;
    StateColors colors = Theme::colorsFor(Theme::Mode::Light);
    qreal scale = 1.0;
    bool motion = true;
    QPalette systemPalette;
    bool applied = false;
};

State &state()
{
    static State one;
    return one;
}

bool systemHasContrastTheme()
{
#ifdef Q_OS_WIN
    HIGHCONTRASTW contrast{};
    contrast.cbSize = sizeof(contrast);
    return SystemParametersInfoW(SPI_GETHIGHCONTRAST, sizeof(contrast), &contrast, 0) && (contrast.dwFlags & HCF_HIGHCONTRASTON);
#else
    return qEnvironmentVariable("GTK_THEME").contains(QLatin1String("HighContrast"));
#endif
}

/// Roles that Qt cannot guess: the error frame is read out at once, the gate is a picture with a text.
QAccessibleInterface *accessible(const QString &className, QObject *object)
{
    if (!object || !object->isWidgetType())
        return nullptr;
    if (className == QLatin1String("pimgate::ErrorFrame"))
        return new QAccessibleWidget(static_cast<QWidget *>(object), QAccessible::AlertMessage);
    if (className == QLatin1String("pimgate::GateDrawingWidget") || className == QLatin1String("pimgate::QrCode"))
        return new QAccessibleWidget(static_cast<QWidget *>(object), QAccessible::Graphic);
    return nullptr;
}

/// The system's own contrast palette, with only the shapes and line widths from us.
StateColors contrastOf(const QPalette &p)
{
    StateColors c = Theme::colorsFor(Theme::Mode::HighContrast);
    const QColor text = p.color(QPalette::WindowText);
    const QColor ground = p.color(QPalette::Window);
    c.text = c.text2 = c.controlLine = c.hairline = c.demo = text;
    c.muted = c.grey = p.color(QPalette::Disabled, QPalette::WindowText);
    c.window = c.base = c.panel = c.button = c.onDemo = ground;
    c.accent = p.color(QPalette::Highlight);
    c.onAccent = p.color(QPalette::HighlightedText);
    c.accentPressed = text;
    if (ground.lightness() > 127) // our yellow and green are for dark grounds
        c.ok = c.warn = c.bad = text;
    return c;
}

Theme::Mode resolved(Theme::Mode wanted, const QPalette &system)
{
    if (wanted != Theme::Mode::System)
        return wanted;
    if (systemHasContrastTheme())
        return Theme::Mode::HighContrast;
    return system.color(QPalette::Window).lightness() < 128 ? Theme::Mode::Dark : Theme::Mode::Light;
}

} // namespace themestate

StateColors Theme::colorsFor(Mode mode)
{
    const auto c = [](const char *hex) { return QColor(QLatin1String(hex)); };
    switch (mode) {
    case Mode::Dark:
        return {c("#E8ECF1"), c("#B4BEC9"), c("#98A3AF"), c("#86B8F0"), c("#0E1B2A"), c("#A6CBF5"), c("#74CC93"), c("#F1BF5B"),
                c("#FF9B92"), c("#A9B4C0"), c("#7D8996"), c("#39424D"), c("#D8DEE6"), c("#181C21"), c("#181C21"), c("#20252C"),
                c("#1B2026"), c("#2A3038"), c("#243648"), c("#1E3327"), c("#3A2F17"), c("#42221F"), c("#2C333C"), false};
    case Mode::HighContrast:
        return {c("#FFFFFF"), c("#FFFFFF"), c("#C8C8C8"), c("#1AEBFF"), c("#000000"), c("#FFFFFF"), c("#3FF23F"), c("#FFFF00"),
                c("#FF9A9A"), c("#D6D6D6"), c("#FFFFFF"), c("#FFFFFF"), c("#FFFFFF"), c("#000000"), c("#000000"), c("#000000"),
                c("#000000"), c("#000000"), QColor(),     QColor(),     QColor(),     QColor(),     QColor(),     true};
    case Mode::System:
    case Mode::Light:
        break;
    }
    return {c("#1A2330"), c("#4A5664"), c("#5F6B79"), c("#1A5FA8"), c("#FFFFFF"), c("#144B86"), c("#1B7340"), c("#865000"),
            c("#B0241C"), c("#5A6572"), c("#7C8794"), c("#D8DDE4"), c("#2B3644"), c("#FFFFFF"), c("#F1F3F6"), c("#FFFFFF"),
            c("#F7F8FA"), c("#FBFCFD"), c("#E4EEF8"), c("#E6F3EB"), c("#FFF3D9"), c("#FCEBE9"), c("#EBEEF2"), false};
}

QPalette StateColors::palette() const
{
    QPalette p;
    p.setColor(QPalette::Window, window);
    p.setColor(QPalette::Base, base);
    p.setColor(QPalette::AlternateBase, panel);
    p.setColor(QPalette::Button, button);
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText, QPalette::ToolTipText})
        p.setColor(role, text);
    p.setColor(QPalette::ToolTipBase, panel);
    p.setColor(QPalette::BrightText, onAccent);
    p.setColor(QPalette::PlaceholderText, muted);
    p.setColor(QPalette::Highlight, accent);
    p.setColor(QPalette::HighlightedText, onAccent);
    p.setColor(QPalette::Link, accent);
    p.setColor(QPalette::LinkVisited, accent);
    p.setColor(QPalette::Light, base);
    p.setColor(QPalette::Midlight, panel);
    p.setColor(QPalette::Mid, hairline);
    p.setColor(QPalette::Dark, controlLine);
    p.setColor(QPalette::Shadow, controlLine);
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, muted);
    return p;
}

GateColours StateColors::gate(const QColor &surface) const
{
    const QColor fill = accentSoft.isValid() ? accentSoft : base;
    return {surface.name(),     base.name(),   text.name(),     text2.name(), grey.name(),
            controlLine.name(), accent.name(), onAccent.name(), fill.name(),  warn.name()};
}

void Theme::apply(QApplication &app, Mode mode)
{
    auto &s = themestate::state();
    if (!s.applied)
        s.systemPalette = app.palette();
    s.mode = themestate::resolved(mode, s.systemPalette);
    s.colors = mode == Mode::System && s.mode == Mode::HighContrast ? themestate::contrastOf(s.systemPalette) : colorsFor(s.mode);
    if (!s.applied) {
        app.setStyle(new Style);
        FocusRing::install(app);
        QAccessible::installFactory(themestate::accessible);
        s.applied = true;
    }
    app.setPalette(s.colors.palette());
    QToolTip::setPalette(s.colors.palette());
    setScale(app, s.scale);
}

Theme::Mode Theme::mode()
{
    return themestate::state().mode;
}

const StateColors &Theme::colors()
{
    return themestate::state().colors;
}

QColor Theme::color(Tone tone)
{
    const StateColors &c = colors();
    switch (tone) {
    case Tone::Normal:
        return c.text;
    case Tone::Second:
        return c.text2;
    case Tone::Muted:
        return c.muted;
    case Tone::Accent:
        return c.accent;
    case Tone::OnAccent:
        return c.onAccent;
    case Tone::Ok:
        return c.ok;
    case Tone::Warn:
        return c.warn;
    case Tone::Bad:
        return c.bad;
    case Tone::Grey:
        return c.grey;
    case Tone::ControlLine:
        return c.controlLine;
    case Tone::OnDemo:
        return c.onDemo;
    }
    return c.text;
}

QColor Theme::soft(Soft soft)
{
    const StateColors &c = colors();
    switch (soft) {
    case Soft::None:
        return {};
    case Soft::Accent:
        return c.accentSoft;
    case Soft::Ok:
        return c.okSoft;
    case Soft::Warn:
        return c.warnSoft;
    case Soft::Bad:
        return c.badSoft;
    case Soft::Grey:
        return c.greySoft;
    }
    return {};
}

QColor Theme::softLine(Soft soft)
{
    switch (soft) {
    case Soft::None:
        return {};
    case Soft::Accent:
        return colors().accent;
    case Soft::Ok:
        return colors().ok;
    case Soft::Warn:
        return colors().warn;
    case Soft::Bad:
        return colors().bad;
    case Soft::Grey:
        return colors().grey;
    }
    return {};
}

QFont Theme::font(Role role)
{
    static const struct
    {
        qreal points;
        QFont::Weight weight;
    } table[] = {{17, QFont::DemiBold}, {15, QFont::DemiBold}, {12, QFont::DemiBold}, {11, QFont::DemiBold}, {10, QFont::Normal},
                 {10, QFont::DemiBold}, {9, QFont::Normal},    {9, QFont::DemiBold},  {24, QFont::DemiBold}};
    QFont font = role == Code ? QFontDatabase::systemFont(QFontDatabase::FixedFont) : QApplication::font();
    font.setPointSizeF(table[role].points * themestate::state().scale);
    font.setWeight(table[role].weight);
    if (role == Code)
        font.setLetterSpacing(QFont::AbsoluteSpacing, 2 * themestate::state().scale);
    return font;
}

void Theme::setScale(QApplication &app, qreal scale)
{
    themestate::state().scale = scale;
    QFont base = app.font();
#ifdef Q_OS_LINUX
    // A bare X or offscreen session names no font of its own; the pictures use this one.
    if (QFontDatabase::hasFamily(QStringLiteral("Noto Sans")))
        base.setFamily(QStringLiteral("Noto Sans"));
#endif
    base.setHintingPreference(QFont::PreferNoHinting); // widths as designed, so that text fits at every scale
    base.setPointSizeF(10 * scale);
    app.setFont(base);
    const QWidgetList widgets = QApplication::allWidgets();
    for (QWidget *widget : widgets) {
        // These carry a font of their own.
        if (auto *button = qobject_cast<QPushButton *>(widget); button && !button->property("link").toBool()) {
            const bool small = button->property("small").toBool();
            button->setFont(font(small ? Hint : button->property("filled").toBool() ? BodyStrong : Body));
        }
        QEvent event(changed());
        QCoreApplication::sendEvent(widget, &event);
        widget->update();
    }
}

QEvent::Type Theme::changed()
{
    static const auto type = QEvent::Type(QEvent::registerEventType());
    return type;
}

void Theme::setMotion(bool on)
{
    themestate::state().motion = on;
}

bool Theme::motion()
{
    return themestate::state().motion;
}

void Theme::setFilled(QPushButton *button, bool filled, bool isDefault)
{
    button->setProperty("filled", filled);
    button->setDefault(filled && isDefault);
    button->setFont(font(filled ? BodyStrong : Body));
    button->updateGeometry();
    button->update();
}

void Theme::setSmall(QPushButton *button)
{
    button->setProperty("small", true);
    button->setFont(font(Hint));
    button->updateGeometry();
}

} // namespace pimgate
