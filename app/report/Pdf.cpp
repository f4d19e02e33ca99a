#include "proof/GateDrawing.h"
#include "report/Body.h"

#include <QAbstractTextDocumentLayout>
#include <QBuffer>
#include <QCoreApplication>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QImage>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPainter>
#include <QPdfWriter>
#include <QRegularExpression>
#include <QSvgRenderer>
#include <QTextBlock>
#include <QTextDocument>

#include <cmath>

namespace pimgate {

namespace {

/// The subset of CSS that QTextDocument knows.
constexpr auto pdfStyle = R"css(
body { color: #1A2330; }
p { margin-top: 2px; margin-bottom: 6px; }
.brand { color: #4A5664; }
h1 { font-size: 17pt; font-weight: 600; margin-top: 0px; margin-bottom: 8px; }
h2 { font-size: 12pt; font-weight: 600; margin-top: 18px; margin-bottom: 4px; }
h3 { font-size: 9.5pt; font-weight: 600; margin-top: 10px; margin-bottom: 2px; }
.verdict { font-size: 14pt; font-weight: 600; margin-top: 6px; margin-bottom: 2px; }
.detail, .hint, .foot, .name { color: #4A5664; }
.hint, .foot { font-size: 7.5pt; }
.caption { font-weight: 600; font-size: 10pt; text-align: center; margin-bottom: 14px; }
.facts { margin-top: 10px; }
.drawing { margin-top: 8px; margin-bottom: 4px; }
th { background-color: #F1F3F6; color: #4A5664; text-align: left; font-weight: 600; font-size: 7.5pt; }
td { vertical-align: top; }
.t td { border-bottom: 1px solid #D8DDE4; }
.ok { color: #1B7340; } .bad { color: #B0241C; font-weight: 600; } .warn { color: #865000; }
.chip { color: #4A5664; font-size: 7.5pt; }
.played { color: #2B3644; font-weight: 600; }
.observed { color: #1B7340; font-weight: 600; }
.evaluated { color: #1A5FA8; font-weight: 600; }
.sheet { page-break-before: always; font-size: 15pt; }
.steps li { font-size: 11pt; margin-bottom: 8px; }
.foot { margin-top: 16px; }
)css";

constexpr double screenDpi = 96;
constexpr int drawingWidth = 640;

struct PdfText
{
    Q_DECLARE_TR_FUNCTIONS(Report)
};

QImage drawingOf(const Evidence &evidence)
{
    const int height = gateHeight(GateSize::Medium);
    GateView view = ReportBody::view(evidence);
    // A policy's name does not fit under the lock; the matrix names it.
    if (view.policy == GateView::Face::Shut)
        view.policyWord.clear();
    QSvgRenderer renderer(gateSvg(view, GateSize::Medium, drawingWidth, GateColours::light()));
    constexpr int sharp = 4;
    QImage image(drawingWidth * sharp, height * sharp, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::white);
    QPainter painter(&image);
    renderer.render(&painter);
    return image;
}

/// Number of the first heading after `last` that would end a page without its text; -1 when there is none.
int strandedHeading(const QTextDocument &document, double pageHeight, int last)
{
    constexpr double needed = 90; // a heading, the head of a table and its first row
    const QAbstractTextDocumentLayout *layout = document.documentLayout();
    int number = -1;
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        if (block.blockFormat().headingLevel() < 2 || ++number <= last)
            continue;
        const double rest = pageHeight - std::fmod(layout->blockBoundingRect(block).top(), pageHeight);
        if (rest < needed && !(block.blockFormat().pageBreakPolicy() & QTextFormat::PageBreak_AlwaysBefore))
            return number;
    }
    return -1;
}

/// The same markup with a page break before that heading.
QString withBreakBefore(QString html, int heading)
{
    static const QRegularExpression pattern(QStringLiteral("<h[23](?=[ >])"));
    auto found = pattern.globalMatch(html);
    for (int number = 0; found.hasNext(); ++number) {
        const QRegularExpressionMatch match = found.next();
        if (number == heading)
            return html.insert(match.capturedEnd(), QStringLiteral(" style=\"page-break-before: always\""));
    }
    return html;
}

/// Set anew after every break: a document that is changed after its layout is laid out lazily, and draw() then leaves
/// out its end (measured on 6.4).
void setPages(QTextDocument &document, QString html, const QSizeF &size)
{
    for (int heading = -1;;) {
        document.setHtml(html);
        document.setPageSize(size);
        heading = strandedHeading(document, size.height(), heading);
        if (heading < 0)
            return;
        html = withBreakBefore(html, heading);
    }
}

/// Mark, head and foot of one page, in pixels of the screen.
class Sheet
{
public:
    Sheet(const Evidence &evidence, const QFont &font, const QRectF &page, const QRectF &text)
        : m_title(ReportBody::title(evidence)), m_at(ReportBody::utc(evidence.at)), m_demo(isDemo(evidence)), m_font(font),
          m_page(page), m_text(text)
    {
    }

    void paint(QPainter &painter, int number, int of) const
    {
        if (m_demo)
            paintDemo(painter);
        QFont small = m_font;
        small.setPixelSize(10); // a point would be one of the printer
        painter.setFont(small);
        painter.setPen(QColor(0x4A, 0x56, 0x64));
        const QRectF foot(m_text.left(), m_text.bottom() + 14, m_text.width(), 16);
        painter.drawText(foot, Qt::AlignLeft | Qt::AlignVCenter, PdfText::tr("%1 · %2 UTC").arg(m_title, m_at));
        painter.drawText(foot, Qt::AlignRight | Qt::AlignVCenter, PdfText::tr("Page %1 of %2").arg(number).arg(of));
    }

private:
    void paintDemo(QPainter &painter) const
    {
        const QRectF band(m_text.left(), m_text.top() - 30, m_text.width(), 18);
        painter.fillRect(band, QColor(0x2B, 0x36, 0x44));
        QFont font = m_font;
        font.setPixelSize(10);
        font.setBold(true);
        painter.setFont(font);
        painter.setPen(Qt::white);
        painter.drawText(
            band.adjusted(8, 0, -8, 0), Qt::AlignLeft | Qt::AlignVCenter,
            QStringLiteral("DEMO   ") +
                PdfText::tr("Everything here is invented. It proves how the gate works, not that a customer has one."));
        font.setPixelSize(150);
        painter.setFont(font);
        painter.setPen(QColor(0x1A, 0x23, 0x30, 14));
        painter.drawText(m_page, Qt::AlignCenter, QStringLiteral("DEMO"));
    }

    QString m_title, m_at;
    bool m_demo;
    QFont m_font;
    QRectF m_page, m_text;
};

} // namespace

Result<QByteArray> toPdf(const Evidence &given)
{
    if (!qobject_cast<QGuiApplication *>(QCoreApplication::instance()) || QFontDatabase::families().isEmpty())
        return failure(Error::Kind::Storage,
                       QCoreApplication::translate("Report", "A PDF needs fonts, and this computer has none."),
                       QCoreApplication::translate(
                           "Report", "Install a font package such as fonts-noto-core, or write the report as .html."));
    const Evidence evidence = given.leaveOutNames ? withoutNames(given) : given;

    QByteArray pdf;
    QBuffer buffer(&pdf);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(600);
    writer.setPageSize(QPageSize(QPageSize::A4));
    writer.setPageMargins(QMarginsF());
    const QString title = ReportBody::title(evidence);
    writer.setTitle(isDemo(evidence) ? QCoreApplication::translate("Report", "Demo: %1").arg(title) : title);
    writer.setCreator(QStringLiteral("PIM Gate"));

    // Laid out in pixels of a screen and painted larger: the same proportions at every resolution.
    const double scale = writer.resolution() / screenDpi;
    const QRectF page(0, 0, writer.width() / scale, writer.height() / scale);
    const QRectF text = page.adjusted(60, 72, -60, -68);
    QFont font = QGuiApplication::font();
    font.setPointSizeF(8.5);
    // The layout follows the screen's resolution, which is not 96 everywhere.
    QImage screen(1, 1, QImage::Format_ARGB32_Premultiplied);
    screen.setDotsPerMeterX(int(std::lround(screenDpi / 0.0254)));
    screen.setDotsPerMeterY(int(std::lround(screenDpi / 0.0254)));

    QTextDocument document;
    document.documentLayout()->setPaintDevice(&screen);
    document.setDefaultFont(font);
    document.setUseDesignMetrics(true);
    document.setDocumentMargin(0);
    document.setDefaultStyleSheet(QString::fromUtf8(pdfStyle));
    document.addResource(QTextDocument::ImageResource, QUrl(QStringLiteral("gate:drawing")), drawingOf(evidence));
    const QString drawing =
        QStringLiteral("<p class=\"drawing\" align=\"center\"><img src=\"gate:drawing\" width=\"%1\" height=\"%2\"></p>")
            .arg(drawingWidth)
            .arg(gateHeight(GateSize::Medium));
    const QString hash = QJsonDocument::fromJson(toCanonicalJson(given)).object().value(QLatin1String("hash")).toString();
    document.setIndentWidth(18);
    setPages(document, QStringLiteral("<body>") + ReportBody::body(evidence, drawing, hash) + QStringLiteral("</body>"),
             text.size());

    const Sheet sheet(evidence, font, page, text);
    QPainter painter(&writer);
    painter.scale(scale, scale);
    const int pages = document.pageCount();
    for (int number = 1; number <= pages; ++number) {
        if (number > 1)
            writer.newPage();
        sheet.paint(painter, number, pages);
        painter.save();
        const QRectF part(0, (number - 1) * text.height(), text.width(), text.height());
        painter.translate(text.left(), text.top() - part.top());
        painter.setClipRect(part);
        QAbstractTextDocumentLayout::PaintContext context;
        context.clip = part;
        context.palette.setColor(QPalette::Text, QColor(0x1A, 0x23, 0x30));
        document.documentLayout()->draw(&painter, context);
        painter.restore();
    }
    painter.end();
    buffer.close();
    return pdf;
}

} // namespace pimgate
