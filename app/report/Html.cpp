#include "proof/GateDrawing.h"
#include "report/Body.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>

namespace pimgate {

namespace {

/// The light palette of visual/design.md section 2: paper is light.
constexpr auto htmlStyle = R"css(
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #F1F3F6; color: #1A2330; font: 14px/1.45 "Segoe UI", "Noto Sans", system-ui, sans-serif; }
main { max-width: 1032px; margin: 24px auto; padding: 28px; background: #FFFFFF; border: 1px solid #D8DDE4; border-radius: 6px; }
p { margin: 4px 0 12px; }
.brand { color: #4A5664; margin: 0 0 4px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 16px; font-weight: 600; }
h2 { font-size: 17px; margin: 32px 0 8px; font-weight: 600; break-after: avoid; }
h3 { font-size: 14px; margin: 20px 0 6px; font-weight: 600; break-after: avoid; }
.verdict { font-size: 20px; line-height: 1.3; font-weight: 600; margin: 0; padding: 14px 16px 12px; border-left: 4px solid #7C8794; background: #F7F8FA; }
.verdict:has(+ .detail) { padding-bottom: 2px; }
.verdict + .detail { margin: 0; padding: 0 16px 14px; border-left: 4px solid #7C8794; background: #F7F8FA; }
.verdict.ok, .verdict.ok + .detail { color: #1A2330; border-color: #1B7340; background: #E6F3EB; }
.verdict.warn, .verdict.warn + .detail { color: #1A2330; border-color: #865000; background: #FFF3D9; }
.verdict.bad, .verdict.bad + .detail { color: #1A2330; border-color: #B0241C; background: #FCEBE9; }
.detail { color: #4A5664; }
figure { margin: 16px 0 0; padding: 20px 0 12px; background: #F7F8FA; border: 1px solid #D8DDE4; border-radius: 6px; text-align: center; }
figure svg { max-width: 100%; height: auto; }
.caption { text-align: center; font-weight: 600; font-size: 15px; margin: 10px 0 20px; }
table { border-collapse: collapse; width: 100%; }
.facts td { padding: 3px 8px 3px 0; vertical-align: top; }
.facts .name { color: #4A5664; }
.t { margin: 6px 0 8px; }
.t th { text-align: left; font-size: 12px; color: #4A5664; background: #F7F8FA; padding: 6px 8px; border-bottom: 1px solid #D8DDE4; font-weight: 600; }
.t td { vertical-align: top; padding: 6px 8px; border-bottom: 1px solid #D8DDE4; overflow-wrap: anywhere; }
.t tr { break-inside: avoid; }
.hint { font-size: 12px; color: #4A5664; }
.ok { color: #1B7340; } .bad { color: #B0241C; font-weight: 600; } .warn { color: #865000; }
.chip { display: inline-block; white-space: nowrap; font-size: 12px; padding: 1px 8px; border-radius: 10px; border: 1px dashed #7C8794; color: #4A5664; }
.chip.played { border: 1px solid #2B3644; background: #2B3644; color: #FFFFFF; }
.chip.observed { border: 1px solid #1B7340; background: #E6F3EB; color: #1B7340; }
.chip.evaluated { border: 1px solid #1A5FA8; background: #E4EEF8; color: #1A5FA8; }
.sheet { font-size: 20px; margin-top: 48px; padding-top: 24px; border-top: 1px solid #D8DDE4; }
ul, ol { margin: 4px 0 12px; padding-left: 22px; } li { margin: 2px 0; }
.steps li { font-size: 16px; margin: 6px 0; }
.foot { margin-top: 32px; padding-top: 8px; border-top: 1px solid #D8DDE4; font-size: 12px; color: #4A5664; overflow-wrap: anywhere; }
.demo-band { position: sticky; top: 0; z-index: 2; background: #2B3644; color: #FFFFFF; padding: 5px 16px; font-size: 13px; }
.demo-band b { letter-spacing: 0.04em; margin-right: 10px; }
.demo-mark { display: none; }
@page { size: A4; margin: 16mm 14mm 18mm; }
@media print {
  body { background: #FFFFFF; font-size: 12px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { border: 0; margin: 0; padding: 0; max-width: none; }
  .demo-band { position: static; }
  .sheet { break-before: page; border-top: 0; }
  .demo-mark { display: block; position: fixed; top: 38%; left: 0; right: 0; text-align: center; font-size: 150px; font-weight: 700;
    letter-spacing: 0.2em; color: #1A2330; opacity: 0.06; pointer-events: none; }
  figure, .verdict { break-inside: avoid; }
}
)css";

} // namespace

QString toHtml(const Evidence &given)
{
    const Evidence evidence = given.leaveOutNames ? withoutNames(given) : given;
    const bool demo = isDemo(evidence);
    const QString language = QLocale().bcp47Name();
    QByteArray svg = gateSvg(ReportBody::view(evidence), GateSize::Large, 976, GateColours::light());
    // Inline SVG needs neither prolog nor doctype.
    svg = svg.mid(std::max<qsizetype>(0, svg.indexOf("<svg")));
    const QString drawing = QStringLiteral("<figure role=\"img\" aria-label=\"%1\">%2</figure>\n")
                                .arg(gateText(ReportBody::view(evidence)).toHtmlEscaped(), QString::fromUtf8(svg));
    const QString hash = QJsonDocument::fromJson(toCanonicalJson(given)).object().value(QLatin1String("hash")).toString();
    const QString heading =
        (demo ? QCoreApplication::translate("Report", "Demo: %1") : QStringLiteral("%1")).arg(ReportBody::title(evidence));

    QString html =
        QStringLiteral(
            "<!DOCTYPE html>\n<html lang=\"%1\" dir=\"%2\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
            .arg(language, QLocale().textDirection() == Qt::RightToLeft ? QStringLiteral("rtl") : QStringLiteral("ltr"));
    html += QStringLiteral("<title>%1</title>\n<style>%2</style>\n</head>\n<body>\n")
                .arg(heading.toHtmlEscaped(), QString::fromUtf8(htmlStyle));
    if (demo)
        html += QStringLiteral(
                    "<div class=\"demo-band\"><b>DEMO</b>%1</div>\n<div class=\"demo-mark\" aria-hidden=\"true\">DEMO</div>\n")
                    .arg(QCoreApplication::translate(
                             "Report", "Everything here is invented. It proves how the gate works, not that a customer has one.")
                             .toHtmlEscaped());
    return html + QStringLiteral("<main>\n") + ReportBody::body(evidence, drawing, hash) +
           QStringLiteral("</main>\n</body>\n</html>\n");
}

} // namespace pimgate
