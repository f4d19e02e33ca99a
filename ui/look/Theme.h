#pragma once

#include <QColor>
#include <QEvent>
#include <QFont>

class QApplication;
class QPalette;
class QPushButton;

namespace pimgate {

struct GateColours;

/// The colour roles of the visual standard that QPalette has no place for, together with those it has.
struct StateColors
{
    QColor text, text2, muted, accent, onAccent, accentPressed, ok, warn, bad, grey, controlLine, hairline, demo, onDemo;
    QColor window, base, panel, button, accentSoft, okSoft, warnSoft, badSoft, greySoft;
    bool highContrast = false; ///< surfaces lose their fills: selection, waits and errors become lines of 2 px

    QPalette palette() const;
    GateColours gate(const QColor &surface) const;
};

/// What a word or an icon says by its colour.
enum class Tone { Normal, Second, Muted, Accent, OnAccent, Ok, Warn, Bad, Grey, ControlLine, OnDemo };

/// The fill of a row or frame.
enum class Soft { None, Accent, Ok, Warn, Bad, Grey };

/// Colours, type and spacing in force. One for the program; widgets ask it when they paint.
class Theme
{
public:
    enum class Mode { System, Light, Dark, HighContrast };
    enum Role {
        PageQuestion, ///< 17 semibold
        VerdictText,  ///< 15 semibold
        Title,        ///< 12 semibold: tenant name, gate sentence, error title
        Section,      ///< 11 semibold
        Body,         ///< 10
        BodyStrong,   ///< 10 semibold
        Hint,         ///< 9
        HintStrong,   ///< 9 semibold: table head
        Code          ///< 24 semibold, fixed width
    };

    /// Space in px, steps of 4.
    enum Space { Tight = 4, Inside = 8, Group = 12, Block = 16, Columns = 24, Margin = 28 };
    enum Size {
        ControlHeight = 30,
        SmallHeight = 25,
        RowHeight = 29,
        TwoLineRowHeight = 47,
        HeadHeight = 26,
        SideRowHeight = 44
    };
    enum Radius { ControlRadius = 4, PanelRadius = 6, CheckRadius = 3 };

    /// Sets style, palette and base font; may be called again to change the mode.
    static void apply(QApplication &app, Mode mode);
    static Mode mode(); ///< never System: what it came to
    static const StateColors &colors();
    static StateColors colorsFor(Mode mode);
    static QColor color(Tone tone);
    static QColor soft(Soft soft); ///< invalid for None, and in high contrast for all
    static QColor softLine(Soft soft);

    static QFont font(Role role);
    /// Presenter mode: 1.25.
    static void setScale(QApplication &app, qreal scale);

    /// Sent to every widget after apply() and setScale(); arrives in customEvent(). Qt's own palette event leaves out
    /// widgets with colours of their own until the program's event loop runs.
    static QEvent::Type changed();

    /// Off in tests and by the user's wish: changes of state are then shown at once.
    static void setMotion(bool on);
    static bool motion();

    /// The one thing to do now. A button that takes access away is filled but never the default: Enter does not press it.
    static void setFilled(QPushButton *button, bool filled, bool isDefault = true);
    /// 25 px high, hint type.
    static void setSmall(QPushButton *button);
};

} // namespace pimgate
