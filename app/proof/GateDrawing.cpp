#include "proof/GateDrawing.h"

#include <QCoreApplication>

namespace pimgate {
namespace gatedrawing {

struct GateDrawingText
{
    Q_DECLARE_TR_FUNCTIONS(GateDrawing)
};

// The same strokes as resources/icons, which a report file cannot refer to.
constexpr const char *kPerson = "M12 4.25a3.75 3.75 0 1 0 0 7.5 3.75 3.75 0 0 0 0-7.5zM4.75 20c.6-4 3.4-6 7.25-6s6.65 2 7.25 6";
constexpr const char *kGroup = "M9 5.25a3.25 3.25 0 1 0 0 6.5 3.25 3.25 0 0 0 0-6.5zM2.75 19.5c.5-3.6 2.9-5.5 6.25-5.5s5.75 1.9 "
                               "6.25 5.5M15.5 5.6a3.25 3.25 0 0 1 0 5.8M17.6 14.4c2 .7 3.3 2.4 3.65 5.1";
constexpr const char *kApplication =
    "M5.5 4h3.75a1.5 1.5 0 0 1 1.5 1.5v3.75a1.5 1.5 0 0 1-1.5 1.5H5.5A1.5 1.5 0 0 1 4 9.25V5.5A1.5 1.5 0 0 1 5.5 4z"
    "M14.75 4h3.75A1.5 1.5 0 0 1 20 5.5v3.75a1.5 1.5 0 0 1-1.5 1.5h-3.75a1.5 1.5 0 0 1-1.5-1.5V5.5a1.5 1.5 0 0 1 1.5-1.5z"
    "M5.5 13.25h3.75a1.5 1.5 0 0 1 1.5 1.5v3.75a1.5 1.5 0 0 1-1.5 1.5H5.5A1.5 1.5 0 0 1 4 18.5v-3.75a1.5 1.5 0 0 1 1.5-1.5z"
    "M14.75 13.25h3.75a1.5 1.5 0 0 1 1.5 1.5v3.75a1.5 1.5 0 0 1-1.5 1.5h-3.75a1.5 1.5 0 0 1-1.5-1.5v-3.75a1.5 1.5 0 0 1 1.5-1.5z";
constexpr const char *kShut = "M7.25 10.75h9.5a2 2 0 0 1 2 2v5.5a2 2 0 0 1-2 2h-9.5a2 2 0 0 1-2-2v-5.5a2 2 0 0 1 2-2z"
                              "M8.25 10.75V7.5a3.75 3.75 0 0 1 7.5 0v3.25M12 14.6v1.8";
constexpr const char *kOpen = "M4.75 10.75h9.5a2 2 0 0 1 2 2v5.5a2 2 0 0 1-2 2h-9.5a2 2 0 0 1-2-2v-5.5a2 2 0 0 1 2-2z"
                              "M13.75 10.75V7a3.75 3.75 0 0 1 7.5 0v2M9.5 14.6v1.8";
constexpr const char *kEye = "M2.75 12c2-4 5.2-6 9.25-6s7.25 2 9.25 6c-2 4-5.2 6-9.25 6s-7.25-2-9.25-6z"
                             "M12 9.25a2.75 2.75 0 1 0 0 5.5 2.75 2.75 0 0 0 0-5.5z";
constexpr const char *kKey =
    "M8 12.25a3.75 3.75 0 1 0 0 7.5 3.75 3.75 0 0 0 0-7.5zM10.7 13.3 19.25 4.75M16 8l2.75 2.75M13 11l2 2";
constexpr const char *kCheck = "M5 12.75l4.5 4.5L19 7.25";

struct Geometry
{
    double height, half, doorway, wall, disc, tile, line, y;
    bool words;
};

Geometry geometry(GateSize size)
{
    switch (size) {
    case GateSize::Large:
        return {217, 70, 52, 12, 20, 30, 4, 114, true};
    case GateSize::Medium:
        return {160, 48, 40, 9, 15, 23, 4, 87, true};
    case GateSize::Mini:
        break;
    }
    return {56, 19, 20, 5, 8, 15, 2.5, 28, false};
}

/// Rough width of text in em: a generator without fonts still has to keep long names inside the drawing.
double textWidth(const QString &text, double px, bool strong)
{
    double em = 0;
    for (const QChar c : text) {
        if (c.unicode() >= 0x2E80)
            em += 1.0;
        else if (c.isSpace() || c.isPunct())
            em += 0.29;
        else
            em += c.isUpper() ? 0.66 : 0.55;
    }
    return em * px * (strong ? 1.07 : 1.0);
}

QString fitted(const QString &text, double px, bool strong, double width)
{
    if (textWidth(text, px, strong) <= width)
        return text;
    QString cut = text;
    while (!cut.isEmpty() && textWidth(cut, px, strong) > width - px)
        cut.chop(1);
    return cut.trimmed() + QChar(0x2026);
}

/// Writes one drawing; x runs from the person to the application and is mirrored here and nowhere else.
class Writer
{
public:
    Writer(const GateView &view, GateSize size, int width, const GateColours &colours)
        : m_view(view), m_g(geometry(size)), m_width(width), m_c(colours)
    {
    }

    QByteArray write()
    {
        begin();
        if (m_view.demo)
            watermark();
        path();
        lock(m_at[1], m_view.assignment, GateDrawingText::tr("Assignment"));
        lock(m_at[2], m_view.policy, GateDrawingText::tr("Conditional Access"));
        if (m_g.words)
            words();
        person();
        application();
        m_svg += QLatin1String("</svg>\n");
        return m_svg.toUtf8();
    }

private:
    static QString n(double value) { return QString::number(value, 'g', 6); }
    double x(double fromStart) const { return m_view.rightToLeft ? m_width - fromStart : fromStart; }

    void begin()
    {
        const double places[] = {0.095, 0.365, 0.635, 0.905};
        for (int i = 0; i < 4; ++i)
            m_at[i] = places[i] * m_width;
        m_svg = QStringLiteral(
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1\" height=\"%2\" viewBox=\"0 0 %1 %2\" role=\"img\" "
                    "direction=\"%3\" font-family=\"Noto Sans, Segoe UI, Helvetica, Arial, sans-serif\" fill=\"none\">"
                    "<title>%4</title>")
                    .arg(n(m_width), n(m_g.height), QLatin1String(m_view.rightToLeft ? "rtl" : "ltr"),
                         gateText(m_view).toHtmlEscaped());
    }

    void stroke(double x1, double y1, double x2, double y2, const QString &colour, double width, const QString &dash = {})
    {
        m_svg += QStringLiteral("<path d=\"M%1 %2L%3 %4\" stroke=\"%5\" stroke-width=\"%6\" stroke-linecap=\"%7\"%8/>")
                     .arg(n(x(x1)), n(y1), n(x(x2)), n(y2), colour, n(width), QLatin1String(dash.isEmpty() ? "round" : "butt"),
                          dashes(dash));
    }

    static QString dashes(const QString &dash)
    {
        return dash.isEmpty() ? QString() : QStringLiteral(" stroke-dasharray=\"%1\"").arg(dash);
    }

    void circle(double cx, double cy, double r, const QString &fill, const QString &edge, double width, const QString &dash = {})
    {
        m_svg += QStringLiteral("<circle cx=\"%1\" cy=\"%2\" r=\"%3\" fill=\"%4\" stroke=\"%5\" stroke-width=\"%6\"%7/>")
                     .arg(n(x(cx)), n(cy), n(r), fill, edge, n(width), dashes(dash));
    }

    void box(double left, double top, double width, double height, double radius, const QString &fill, const QString &edge,
             double line, const QString &dash = {})
    {
        const double at = m_view.rightToLeft ? m_width - left - width : left;
        m_svg +=
            QStringLiteral("<rect x=\"%1\" y=\"%2\" width=\"%3\" height=\"%4\" rx=\"%5\" ry=\"%5\" fill=\"%6\" stroke=\"%7\" "
                           "stroke-width=\"%8\"%9/>")
                .arg(n(at), n(top), n(width), n(height), n(radius), fill, edge, n(line), dashes(dash));
    }

    /// Icons keep their own direction: none of these is an arrow.
    void icon(const char *strokes, double cx, double cy, double size, const QString &colour)
    {
        m_svg += QStringLiteral("<path transform=\"translate(%1 %2) scale(%3)\" d=\"%4\" stroke=\"%5\" stroke-width=\"1.75\" "
                                "stroke-linecap=\"round\" stroke-linejoin=\"round\"/>")
                     .arg(n(x(cx) - size / 2), n(cy - size / 2), n(size / 24), QLatin1String(strokes), colour);
    }

    /// Text centred on (cx, cy): first part semibold in `colour`, the rest regular in text2.
    void text(double cx, double cy, double px, const QString &strong, const QString &rest, const QString &colour)
    {
        m_svg += QStringLiteral("<text x=\"%1\" y=\"%2\" font-size=\"%3\" text-anchor=\"middle\" fill=\"%4\">")
                     .arg(n(x(cx)), n(cy + px * 0.357), n(px), m_c.text2);
        if (!strong.isEmpty())
            m_svg += QStringLiteral("<tspan font-weight=\"600\" fill=\"%1\">%2</tspan>").arg(colour, strong.toHtmlEscaped());
        m_svg += rest.toHtmlEscaped() + QLatin1String("</text>");
    }

    void watermark()
    {
        const double scale = m_g.half / 70;
        const double offsets[] = {-143, -57, 40, 143};
        for (int i = 0; i < 4; ++i) {
            const double at = m_width / 2.0 + offsets[i] * scale; // a Latin word: never mirrored
            m_svg +=
                QStringLiteral("<text x=\"%1\" y=\"%2\" font-size=\"%3\" font-weight=\"600\" text-anchor=\"middle\" fill=\"%4\" "
                               "fill-opacity=\"0.07\">%5</text>")
                    .arg(n(at), n(m_g.y + 31 * scale), n(87 * scale), m_c.ink, QString(QLatin1String("DEMO")[i]));
        }
    }

    /// Solid from the person to the first shut lock, dotted from there; or an arrow to the tile.
    void path()
    {
        const GateView::Face faces[] = {m_view.assignment, m_view.policy};
        const double start = m_at[0] + m_g.tile + 8;
        const double end = m_at[3] - m_g.tile - (m_g.words ? 10 : 8);
        const double reach = m_g.disc + 7;
        if (m_view.letIn) {
            arrow(start, end);
            return;
        }
        int stop = 0;
        while (stop < 2 && faces[stop] != GateView::Face::Shut && faces[stop] != GateView::Face::Unknown)
            ++stop;
        if (stop == 2) { // not let in although nothing is shut: the answer is not known
            dotted(start, end);
            return;
        }
        const double bar = m_at[stop + 1] - reach;
        stroke(start, m_g.y, bar, m_g.y, m_c.accent, m_g.line);
        if (faces[stop] == GateView::Face::Shut)
            stroke(bar, m_g.y - m_g.disc * 0.63, bar, m_g.y + m_g.disc * 0.63, m_c.accent, m_g.line);
        double from = faces[stop] == GateView::Face::Shut ? m_at[stop + 1] + reach : bar + 6;
        if (stop == 0 && faces[1] == GateView::Face::Shut) {
            dotted(from, m_at[2] - reach);
            from = m_at[2] + reach;
        }
        dotted(from, end + 2);
    }

    void arrow(double start, double end)
    {
        const double arm = m_g.words ? 10 : 5;
        stroke(start, m_g.y, end, m_g.y, m_c.accent, m_g.line);
        m_svg += QStringLiteral("<path d=\"M%1 %2L%3 %4L%1 %5\" stroke=\"%6\" stroke-width=\"%7\" stroke-linecap=\"round\" "
                                "stroke-linejoin=\"round\"/>")
                     .arg(n(x(end - arm)), n(m_g.y - arm), n(x(end)), n(m_g.y), n(m_g.y + arm), m_c.accent, n(m_g.line));
    }

    void dotted(double from, double to) { stroke(from, m_g.y, to, m_g.y, m_c.line, 2, QStringLiteral("2.5 4")); }

    void lock(double cx, GateView::Face face, const QString &title)
    {
        if (m_g.words)
            text(cx, m_g.y - m_g.half - m_g.disc - 14, 40 / 3.0, title, {}, m_c.ink);
        switch (face) {
        case GateView::Face::Shut:
            return shut(cx);
        case GateView::Face::Open:
            return open(cx);
        case GateView::Face::ReportOnly:
            return reportOnly(cx);
        case GateView::Face::Off:
        case GateView::Face::Unknown:
            return off(cx);
        }
    }

    void shut(double cx)
    {
        stroke(cx, m_g.y - m_g.half, cx, m_g.y + m_g.half, m_c.ink, m_g.wall);
        circle(cx, m_g.y, m_g.disc, m_c.ink, m_c.surface, m_g.words ? 4 : 2);
        icon(kShut, cx, m_g.y, m_g.disc * 1.05, m_c.base);
    }

    void open(double cx)
    {
        const double edge = m_g.doorway / 2 + m_g.wall / 2;
        const double top = m_g.y - m_g.half;
        const double leaf = m_g.wall * 0.6;
        stroke(cx, top, cx, m_g.y - edge, m_c.ink, m_g.wall);
        stroke(cx, m_g.y + edge, cx, m_g.y + m_g.half, m_c.ink, m_g.wall);
        stroke(cx, m_g.y - edge, cx + m_g.doorway - leaf / 2 + 1, m_g.y - edge, m_c.ink, leaf);
        circle(cx, top, m_g.disc, m_c.base, m_c.accent, m_g.words ? 2 : 1.5);
        icon(kOpen, cx, top, m_g.disc * 1.07, m_c.accent);
    }

    void reportOnly(double cx)
    {
        const double width = m_g.words ? 2 : 1.5;
        const double top = m_g.y - m_g.half;
        const QString dash = m_g.words ? QStringLiteral("4.5 3") : QStringLiteral("3 2");
        const double stub = top + m_g.disc;
        box(cx - m_g.wall / 2, stub - 4, m_g.wall, m_g.y - m_g.doorway / 2 - stub + 4, m_g.wall / 2, QStringLiteral("none"),
            m_c.warn, width, dash);
        box(cx - m_g.wall / 2, m_g.y + m_g.doorway / 2, m_g.wall, m_g.half - m_g.doorway / 2 + m_g.wall / 2, m_g.wall / 2,
            QStringLiteral("none"), m_c.warn, width, dash);
        circle(cx, top, m_g.disc, m_c.base, m_c.warn, width, dash);
        icon(kEye, cx, top, m_g.disc * 1.07, m_c.warn);
    }

    void off(double cx)
    {
        const double width = m_g.words ? 2 : 1.5;
        const double top = m_g.y - m_g.half;
        const QString dots = m_g.words ? QStringLiteral("3 4") : QStringLiteral("2 3");
        stroke(cx, top + m_g.disc, cx, m_g.y - m_g.doorway / 2, m_c.line, width, dots);
        stroke(cx, m_g.y + m_g.doorway / 2, cx, m_g.y + m_g.half, m_c.line, width, dots);
        circle(cx, top, m_g.disc, m_c.base, m_c.line, width, QStringLiteral("3 3"));
        stroke(cx - m_g.disc * 0.36, top, cx + m_g.disc * 0.36, top, m_c.text2, m_g.words ? 2 : 1.5);
    }

    QString faceColour(GateView::Face face) const
    {
        switch (face) {
        case GateView::Face::Shut:
            return m_c.ink;
        case GateView::Face::Open:
            return m_c.accent;
        case GateView::Face::ReportOnly:
            return m_c.warn;
        case GateView::Face::Off:
        case GateView::Face::Unknown:
            break;
        }
        return m_c.grey;
    }

    static QString reason(const QString &word) { return word.isEmpty() ? QString() : GateDrawingText::tr(": %1").arg(word); }

    /// Both lock words lie on one line, so together they may not be wider than the locks stand apart.
    void words()
    {
        const double px = 12;
        const double apart = m_at[2] - m_at[1] - 10;
        const double y = m_g.y + m_g.half + (m_g.half > 50 ? 19 : 15);
        const QString strong[] = {gateFaceWord(m_view.assignment), gateFaceWord(m_view.policy)};
        QString rest[] = {reason(m_view.assignmentWord), reason(m_view.policyWord)};
        const double own[] = {textWidth(strong[0], px, true), textWidth(strong[1], px, true)};
        if ((own[0] + own[1] + textWidth(rest[0], px, false) + textWidth(rest[1], px, false)) / 2 > apart)
            for (int i = 0; i < 2; ++i)
                rest[i] = fitted(rest[i], px, false, apart - own[i]);
        text(m_at[1], y, px, strong[0], rest[0], faceColour(m_view.assignment));
        text(m_at[2], y, px, strong[1], rest[1], faceColour(m_view.policy));
    }

    /// Name and note under person or tile, kept inside the drawing.
    void caption(double cx, const QString &name, const QString &note)
    {
        const double limit = m_width * 0.29;
        const auto place = [&](double width) {
            const double half = width / 2 + 2;
            return qMin(qMax(cx, half), m_width - half);
        };
        const double big = 40 / 3.0;
        const QString first = fitted(name, big, true, limit);
        // In the smaller drawing the note shares its height with the words of the locks.
        const QString second = fitted(note, 12, false, m_g.half > 50 ? limit : qMin(limit, m_width * 0.365 - 70));
        text(place(textWidth(first, big, true)), m_g.y + m_g.tile + 15, big, first, {}, m_c.ink);
        if (!second.isEmpty())
            text(place(textWidth(second, 12, false)), m_g.y + m_g.tile + 32.5, 12, {}, second, m_c.text2);
    }

    void badge(double cx, double cy, const char *strokes)
    {
        const double r = m_g.words ? m_g.tile * 0.38 : 5;
        circle(cx, cy, r, m_c.accent, m_c.surface, m_g.words ? 2 : 1);
        if (m_g.words)
            icon(strokes, cx, cy, r * 1.35, m_c.onAccent);
    }

    void person()
    {
        const QString edge = m_view.member ? m_c.accent : m_c.line;
        circle(m_at[0], m_g.y, m_g.tile, m_view.member ? m_c.accentSoft : m_c.base, edge, m_g.words ? 2 : 1.5);
        icon(m_view.everyone ? kGroup : kPerson, m_at[0], m_g.y, m_g.tile * 1.13, m_view.member ? m_c.accent : m_c.ink);
        if (m_view.member)
            badge(m_at[0] + m_g.tile * 0.74, m_g.y - m_g.tile * 0.74, kKey);
        if (m_g.words)
            caption(m_at[0], m_view.who, m_view.whoNote);
    }

    void application()
    {
        const QString edge = m_view.letIn ? m_c.accent : m_c.line;
        box(m_at[3] - m_g.tile, m_g.y - m_g.tile, 2 * m_g.tile, 2 * m_g.tile, m_g.words ? 6 : 3,
            m_view.letIn ? m_c.accentSoft : m_c.base, edge, m_g.words ? 2 : 1.5);
        icon(kApplication, m_at[3], m_g.y, m_g.tile * 1.08, edge);
        if (m_view.letIn && m_g.words)
            badge(m_at[3] + m_g.tile * 0.9, m_g.y - m_g.tile * 0.9, kCheck);
        if (m_g.words)
            caption(m_at[3], m_view.application, m_view.applicationNote);
    }

    const GateView &m_view;
    const Geometry m_g;
    const int m_width;
    const GateColours &m_c;
    double m_at[4] = {};
    QString m_svg;
};

} // namespace gatedrawing

GateColours GateColours::light()
{
    const auto c = [](const char *text) { return QString::fromLatin1(text); };
    return {c("#FFFFFF"), c("#FFFFFF"), c("#1A2330"), c("#4A5664"), c("#5A6572"),
            c("#7C8794"), c("#1A5FA8"), c("#FFFFFF"), c("#E4EEF8"), c("#865000")};
}

int gateHeight(GateSize size)
{
    return int(gatedrawing::geometry(size).height);
}

QByteArray gateSvg(const GateView &view, GateSize size, int width, const GateColours &colours)
{
    return gatedrawing::Writer(view, size, width, colours).write();
}

QString gateFaceWord(GateView::Face face)
{
    switch (face) {
    case GateView::Face::Shut:
        return gatedrawing::GateDrawingText::tr("Shut");
    case GateView::Face::Open:
        return gatedrawing::GateDrawingText::tr("Open");
    case GateView::Face::ReportOnly:
        return gatedrawing::GateDrawingText::tr("Report-only");
    case GateView::Face::Off:
        return gatedrawing::GateDrawingText::tr("Off");
    case GateView::Face::Unknown:
        break;
    }
    return gatedrawing::GateDrawingText::tr("Not checked");
}

QString gateText(const GateView &view)
{
    const auto lockLine = [](const QString &lock, GateView::Face face, const QString &word) {
        const QString state = gateFaceWord(face);
        return word.isEmpty() ? gatedrawing::GateDrawingText::tr("%1: %2.").arg(lock, state)
                              : gatedrawing::GateDrawingText::tr("%1: %2, %3.").arg(lock, state, word);
    };
    QString text = view.sentence.isEmpty() ? view.who + QLatin1Char('.') : view.sentence;
    text += QLatin1Char(' ') + lockLine(gatedrawing::GateDrawingText::tr("Assignment"), view.assignment, view.assignmentWord);
    text += QLatin1Char(' ') + lockLine(gatedrawing::GateDrawingText::tr("Conditional Access"), view.policy, view.policyWord);
    return view.demo ? gatedrawing::GateDrawingText::tr("Demo. %1").arg(text) : text;
}

} // namespace pimgate
