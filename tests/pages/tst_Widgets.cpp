#include "look/Icon.h"
#include "look/State.h"
#include "pages/Gallery.h"
#include "widgets/ChangePanel.h"
#include "widgets/DurationCombo.h"
#include "widgets/ErrorFrame.h"
#include "widgets/GateDrawingWidget.h"
#include "widgets/Labels.h"
#include "widgets/PageFrame.h"
#include "widgets/PeopleList.h"
#include "widgets/RowDelegate.h"
#include "widgets/RowTable.h"
#include "widgets/SideList.h"
#include "widgets/TimeLine.h"
#include "widgets/WaitRow.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFontDatabase>
#include <QHeaderView>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalSpy>
#include <QSvgRenderer>
#include <QTest>
#include <QXmlStreamReader>

#include <cmath>
#include <functional>
#include <memory>

using namespace pimgate;
using Face = GateView::Face;

namespace {

double luminance(const QColor &color)
{
    const auto channel = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    return 0.2126 * channel(color.redF()) + 0.7152 * channel(color.greenF()) + 0.0722 * channel(color.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    const double high = std::max(luminance(a), luminance(b));
    const double low = std::min(luminance(a), luminance(b));
    return (high + 0.05) / (low + 0.05);
}

/// The rule of the visual standard, section 7, as an oracle of its own.
GateView viewFor(bool assigned, bool member, bool excluded, Face policyFace)
{
    GateView view;
    view.who = QStringLiteral("Ada Lindqvist");
    view.application = QStringLiteral("NinjaOne");
    view.member = member;
    view.assignment = assigned && member ? Face::Open : Face::Shut;
    view.policy = policyFace != Face::Shut ? policyFace : member && excluded ? Face::Open : Face::Shut;
    view.letIn = view.assignment != Face::Shut && view.policy != Face::Shut;
    view.sentence = view.letIn ? QStringLiteral("Ada is let in.") : QStringLiteral("Ada is stopped.");
    return view;
}

QList<GateView> all24()
{
    QList<GateView> views;
    for (int bits = 7; bits >= 0; --bits)
        for (const Face face : {Face::Shut, Face::ReportOnly, Face::Off})
            views << viewFor(bits & 4, bits & 2, bits & 1, face);
    return views;
}

QImage render(const QByteArray &svg)
{
    QSvgRenderer renderer(svg);
    QImage image(renderer.defaultSize(), QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    renderer.render(&painter, QRectF(image.rect()));
    return image;
}

/// Share of pixels that differ visibly.
double difference(const QImage &a, const QImage &b)
{
    int differing = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x)
            differing += std::abs(qGray(a.pixel(x, y)) - qGray(b.pixel(x, y))) > 40;
    return double(differing) / (a.width() * a.height());
}

struct Named
{
    const char *name;
    QWidget *(*make)();
    int page;
};
const Named kPages[] = {{"welcome", gallery::welcome, 0},    {"step1", gallery::step1, 2},       {"step2", gallery::step2, 3},
                        {"step3", gallery::step3Applied, 4}, {"error", gallery::step3Failed, 4}, {"closing", gallery::closing, 5},
                        {"proof", gallery::proof, 6},        {"report", gallery::report, 7}};

std::unique_ptr<QWidget> shown(QWidget *widget)
{
    widget->show();
    (void)QTest::qWaitForWindowExposed(widget);
    return std::unique_ptr<QWidget>(widget);
}

std::unique_ptr<QWidget> shownPage(const Named &page)
{
    return shown(gallery::window(page.make(), page.page, qstrcmp(page.name, "proof") == 0));
}

void save(QWidget *widget, const QString &name)
{
    const QDir folder(QCoreApplication::applicationDirPath() + QStringLiteral("/widgets"));
    folder.mkpath(QStringLiteral("."));
    QVERIFY(widget->grab().save(folder.filePath(name + QStringLiteral(".png"))));
}

void useMode(Theme::Mode mode)
{
    Theme::apply(*qApp, mode);
}

} // namespace

class tst_Widgets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(!QFontDatabase::families().isEmpty(), "without a font every picture is made of boxes");
        Theme::setMotion(false);
        useMode(Theme::Mode::Light);
    }

    void cleanup()
    {
        QApplication::setLayoutDirection(Qt::LeftToRight);
        useMode(Theme::Mode::Light);
    }

    void contrastIsAsListed_data()
    {
        QTest::addColumn<int>("mode");
        QTest::addColumn<QList<double>>("least"); // text text2 muted accent onAccent pressed ok warn bad grey control demo
        QTest::newRow("light") << int(Theme::Mode::Light)
                               << QList<double>{14.2, 6.7, 4.8, 5.5, 6.4, 8.8, 5.1, 5.9, 5.8, 5.0, 3.2, 12.2};
        QTest::newRow("dark") << int(Theme::Mode::Dark)
                              << QList<double>{12.9, 8.1, 6.0, 5.9, 8.3, 10.3, 6.9, 7.7, 6.9, 6.0, 4.3, 12.6};
        QTest::newRow("contrast") << int(Theme::Mode::HighContrast)
                                  << QList<double>{21, 21, 12.5, 14.3, 14.3, 21, 13.9, 19.5, 10.3, 14.4, 21, 21};
    }

    void contrastIsAsListed()
    {
        QFETCH(int, mode);
        QFETCH(QList<double>, least);
        const StateColors c = Theme::colorsFor(Theme::Mode(mode));
        const auto lowest = [&](const QColor &ink, QList<QColor> grounds) {
            grounds << c.base << c.window << c.panel;
            double low = 99;
            for (const QColor &ground : grounds)
                if (ground.isValid())
                    low = std::min(low, contrast(ink, ground));
            return low;
        };
        const QList<double> found{lowest(c.text, {}),
                                  lowest(c.text2, {}),
                                  lowest(c.muted, {}),
                                  lowest(c.accent, {c.accentSoft}),
                                  contrast(c.onAccent, c.accent),
                                  contrast(c.onAccent, c.accentPressed),
                                  lowest(c.ok, {c.okSoft}),
                                  lowest(c.warn, {c.warnSoft}),
                                  lowest(c.bad, {c.badSoft}),
                                  lowest(c.grey, {c.greySoft}),
                                  lowest(c.controlLine, {}),
                                  contrast(c.demo, c.onDemo)};
        for (int i = 0; i < least.size(); ++i)
            QVERIFY2(found.at(i) >= least.at(i) - 0.06,
                     qPrintable(QStringLiteral("column %1: %2 instead of %3").arg(i).arg(found.at(i)).arg(least.at(i))));
    }

    void statesDifferInGreyscale()
    {
        QList<QImage> icons;
        QStringList words;
        for (const PageState state : allPageStates()) {
            const StateLook style = look(state);
            QVERIFY2(Icon::exists(style.icon), qPrintable(style.icon));
            QVERIFY(!words.contains(style.word));
            words << style.word;
            QImage image(48, 48, QImage::Format_RGB32);
            image.fill(Qt::white);
            QPainter(&image).drawPixmap(0, 0, Icon::pixmap(style.icon, style.tone, 48, 1.0));
            icons << image;
        }
        for (int a = 0; a < icons.size(); ++a)
            for (int b = a + 1; b < icons.size(); ++b)
                QVERIFY2(difference(icons.at(a), icons.at(b)) > 0.05,
                         qPrintable(words.at(a) + QLatin1String(" looks like ") + words.at(b)));
    }

    void iconsFollowColourAndScreen()
    {
        const QPixmap two = Icon::pixmap(QStringLiteral("key"), QColor(Qt::red), 17, 2.0);
        QCOMPARE(two.size(), QSize(34, 34));
        QCOMPARE(two.devicePixelRatio(), 2.0);
        const QImage image = two.toImage();
        bool red = false;
        for (int y = 0; y < 34; ++y)
            for (int x = 0; x < 34; ++x)
                red = red || image.pixelColor(x, y) == QColor(Qt::red);
        QVERIFY(red);
        const QImage left = Icon::pixmap(QStringLiteral("undo"), Tone::Normal, 24, 1.0).toImage();
        const QImage check = Icon::pixmap(QStringLiteral("check"), Tone::Normal, 24, 1.0).toImage();
        QApplication::setLayoutDirection(Qt::RightToLeft);
        QCOMPARE(Icon::pixmap(QStringLiteral("undo"), Tone::Normal, 24, 1.0).toImage(), left.mirrored(true, false));
        QCOMPARE(Icon::pixmap(QStringLiteral("check"), Tone::Normal, 24, 1.0).toImage(), check);
    }

    void gateIsWellFormedInAllStates()
    {
        const QList<GateView> views = all24();
        QCOMPARE(views.size(), 24);
        for (const GateSize size : {GateSize::Large, GateSize::Medium, GateSize::Mini}) {
            QImage sheet(3 * 420, 8 * 70, QImage::Format_RGB32);
            sheet.fill(Qt::white);
            QPainter painter(&sheet);
            for (int i = 0; i < views.size(); ++i) {
                const int width = size == GateSize::Large ? 976 : size == GateSize::Medium ? 488 : 410;
                const QByteArray svg = gateSvg(views.at(i), size, width, GateColours::light());
                QXmlStreamReader reader(svg);
                while (!reader.atEnd())
                    if (reader.readNext() == QXmlStreamReader::StartElement)
                        if (const auto moved = reader.attributes().value(QLatin1String("transform")); !moved.isEmpty())
                            QVERIFY2(moved.startsWith(QLatin1String("translate(")),
                                     qPrintable(moved.toString())); // an icon in its place
                QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
                QVERIFY(!svg.contains("#B0241C")); // never red: shut is what we want
                const QImage image = render(svg);
                QCOMPARE(image.size(), QSize(width, gateHeight(size)));
                if (size == GateSize::Mini)
                    painter.drawImage(i % 3 * 420, i / 3 * 70, image);
            }
            painter.end();
            if (size == GateSize::Mini) {
                QDir(QCoreApplication::applicationDirPath()).mkpath(QStringLiteral("widgets"));
                QVERIFY(sheet.save(QCoreApplication::applicationDirPath() + QStringLiteral("/widgets/gate-states.png")));
            }
        }
    }

    void gatePathEndsWhereTheAnswerSays()
    {
        const QColor accent(QStringLiteral("#1A5FA8"));
        for (const GateView &view : all24()) {
            const QImage image = render(gateSvg(view, GateSize::Mini, 480, GateColours::light()));
            const auto solidAt = [&](double share) {
                for (int x = int(share * 480) - 3; x <= int(share * 480) + 3; ++x)
                    if (contrast(image.pixelColor(x, 28), accent) > 1.2)
                        return false;
                return true;
            };
            QVERIFY(solidAt(0.22)); // from the person to the first lock always
            QCOMPARE(solidAt(0.50), view.assignment != Face::Shut);
            QCOMPARE(solidAt(0.75), view.letIn);
        }
    }

    void gateMirrorsRightToLeft()
    {
        for (GateView view : all24()) {
            const QImage left = render(gateSvg(view, GateSize::Mini, 480, GateColours::light()));
            view.rightToLeft = true;
            const QImage right = render(gateSvg(view, GateSize::Mini, 480, GateColours::light()));
            // Icons keep their direction, so a few pixels of the padlocks stay as they were.
            const double unlike = difference(left.mirrored(true, false), right);
            QVERIFY2(unlike < 0.012, qPrintable(QString::number(unlike)));
            QVERIFY(difference(left, right) > 0.01);
        }
    }

    void gateTextSaysBothLocks()
    {
        GateView view = viewFor(true, true, false, Face::ReportOnly);
        view.policyWord = QStringLiteral("would block");
        const QString text = gateText(view);
        QVERIFY(text.startsWith(view.sentence));
        QVERIFY(text.contains(QStringLiteral("Assignment: Open.")));
        QVERIFY(text.contains(QStringLiteral("Conditional Access: Report-only, would block.")));
        view.who = QStringLiteral("A <b>&\"% %1");
        QXmlStreamReader reader(gateSvg(view, GateSize::Large, 976, GateColours::light()));
        bool shown = false;
        while (!reader.atEnd())
            shown = (reader.readNext() == QXmlStreamReader::Characters && reader.text() == view.who) || shown;
        QVERIFY2(!reader.hasError() && shown, "a name is text, never markup");
        QVERIFY(!gateSvg(view, GateSize::Large, 976, GateColours::light()).contains("fill-opacity"));
        view.demo = true;
        QVERIFY(gateSvg(view, GateSize::Large, 976, GateColours::light()).contains("fill-opacity"));
    }

    void pagesAreDrawn_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < int(std::size(kPages)); ++i)
            QTest::newRow(kPages[i].name) << i;
    }

    /// Saves the pictures that are compared with the standard by eye.
    void pagesAreDrawn()
    {
        QFETCH(int, index);
        const Named &page = kPages[index];
        const auto window = shownPage(page);
        const QString name = QLatin1String(page.name);
        if (auto *error = window->findChild<ErrorFrame *>())
            error->takeFocus();
        QCoreApplication::processEvents();
        save(window.get(), name);
        useMode(Theme::Mode::Dark);
        QCoreApplication::processEvents();
        save(window.get(), name + QStringLiteral("-dark"));
        useMode(Theme::Mode::HighContrast);
        QCoreApplication::processEvents();
        save(window.get(), name + QStringLiteral("-contrast"));
        useMode(Theme::Mode::Light);
        window->resize(640, 620);
        QCoreApplication::processEvents();
        save(window.get(), name + QStringLiteral("-narrow"));
        QApplication::setLayoutDirection(Qt::RightToLeft);
        window->resize(1280, 634);
        QCoreApplication::processEvents();
        save(window.get(), name + QStringLiteral("-rtl"));
    }

    void statesAreDrawn()
    {
        const auto sheet = shown(gallery::states());
        save(sheet.get(), QStringLiteral("states"));
    }

    void everyControlHasAName_data() { pagesAreDrawn_data(); }
    void everyControlHasAName()
    {
        QFETCH(int, index);
        const auto window = shownPage(kPages[index]);
        int seen = 0;
        for (QWidget *widget : window->findChildren<QWidget *>()) {
            if (!widget->isVisible() || !(widget->focusPolicy() & Qt::TabFocus) || qobject_cast<QHeaderView *>(widget))
                continue;
            QAccessibleInterface *face = QAccessible::queryAccessibleInterface(widget);
            const QString name = face ? face->text(QAccessible::Name) : QString();
            QVERIFY2(!name.isEmpty(), qPrintable(QStringLiteral("%1 %2").arg(QLatin1String(widget->metaObject()->className()),
                                                                             widget->objectName())));
            ++seen;
        }
        QVERIFY(seen > 2);
    }

    void tabReachesEveryControl_data() { pagesAreDrawn_data(); }
    void tabReachesEveryControl()
    {
        QFETCH(int, index);
        const auto window = shownPage(kPages[index]);
        window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        QSet<QWidget *> wanted;
        for (QWidget *widget : window->findChildren<QWidget *>())
            if (widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus &&
                !widget->focusProxy())
                wanted << widget;
        QSet<QWidget *> reached;
        for (int i = 0; i < 3 * wanted.size() + 5; ++i) {
            QWidget *now = QApplication::focusWidget();
            QTest::keyClick(now ? now : window.get(), Qt::Key_Tab);
            if (QApplication::focusWidget())
                reached << QApplication::focusWidget();
        }
        for (QWidget *widget : std::as_const(wanted)) {
            const auto *radio = qobject_cast<QAbstractButton *>(widget); // arrows, not Tab, move within a group
            if (radio && radio->autoExclusive() && radio->isCheckable() && !radio->isChecked())
                continue;
            QVERIFY2(reached.contains(widget), widget->metaObject()->className());
        }
    }

    void nothingIsCutAtTheDefaultSize_data() { pagesAreDrawn_data(); }
    void nothingIsCutAtTheDefaultSize()
    {
        QFETCH(int, index);
        const auto window = shownPage(kPages[index]);
        for (Text *label : window->findChildren<Text *>())
            if (label->isVisible() && !label->wordWrap())
                QVERIFY2(label->width() >= label->sizeHint().width(), qPrintable(label->text()));
        for (QPushButton *button : window->findChildren<QPushButton *>())
            if (button->isVisible())
                QVERIFY2(button->width() >= button->sizeHint().width(), qPrintable(button->text()));
        for (RowTable *table : window->findChildren<RowTable *>()) {
            const RowModel &model = table->rowModel();
            const auto *delegate = static_cast<RowDelegate *>(table->itemDelegate());
            for (int r = 0; r < model.rowCount(); ++r)
                for (int c = 0; c < model.columnCount(); ++c) {
                    const Row &row = model.rows().at(r);
                    if (row.section || row.spanned)
                        continue;
                    // neededWidth has 8 px of air; names next to a chip may use them up
                    QVERIFY2(delegate->neededWidth(model.index(r, c)) <= table->header()->sectionSize(c) + 8,
                             qPrintable(QStringLiteral("%1 / %2").arg(row.key).arg(c)));
                }
        }
    }

    void columnsStackOnNarrowPages()
    {
        auto *frame = static_cast<PageFrame *>(gallery::step1());
        const auto window = shown(frame);
        frame->resize(1032, 634);
        QCoreApplication::processEvents();
        auto *panel = frame->findChild<ChangePanel *>();
        QVERIFY(!frame->isStacked());
        QVERIFY(panel->isAncestorOf(panel->foot()));
        QCOMPARE(panel->width(), 560);
        frame->resize(600, 400);
        QCoreApplication::processEvents();
        QVERIFY(frame->isStacked());
        QVERIFY(!panel->isAncestorOf(panel->foot()));
        const QRect foot(panel->foot()->mapTo(frame, QPoint()), panel->foot()->size());
        QVERIFY2(panel->foot()->isVisible() && foot.bottom() < frame->height() && foot.bottom() > frame->height() - 30,
                 "the button row sticks to the lower edge");
        frame->resize(1032, 634);
        QCoreApplication::processEvents();
        QVERIFY(panel->isAncestorOf(panel->foot()));
    }

    void pagesFitTheLeastWindow_data() { pagesAreDrawn_data(); }
    void pagesFitTheLeastWindow()
    {
        QFETCH(int, index);
        auto *frame = static_cast<PageFrame *>(kPages[index].make());
        const auto window = shown(frame);
        frame->resize(640, 320);
        QCoreApplication::processEvents();
        QCOMPARE(frame->width(), 640);
        auto *scroll = frame->findChild<QScrollArea *>();
        QVERIFY2(scroll->widget()->width() <= scroll->viewport()->width(),
                 qPrintable(QStringLiteral("%1 in %2").arg(scroll->widget()->width()).arg(scroll->viewport()->width())));
        QVERIFY(scroll->viewport()->height() > 80);
    }

    void aNewThemeReachesEveryWord()
    {
        const auto window = shownPage(kPages[3]);
        useMode(Theme::Mode::Dark);
        const StateColors dark = Theme::colorsFor(Theme::Mode::Dark);
        const QList<QColor> allowed{dark.text, dark.text2, dark.muted, dark.accent, dark.ok, dark.warn, dark.bad, dark.grey};
        for (Text *text : window->findChildren<Text *>())
            QVERIFY2(allowed.contains(text->palette().color(QPalette::WindowText)), qPrintable(text->text()));
        for (RowTable *table : window->findChildren<RowTable *>())
            QVERIFY(contrast(table->palette().color(QPalette::Base), dark.text) > 10);
        useMode(Theme::Mode::Light);
        LinkLabel link(QStringLiteral("microsoft.com"), QStringLiteral("https://microsoft.com"));
        useMode(Theme::Mode::Dark);
        QImage picture(link.sizeHint(), QImage::Format_RGB32);
        picture.fill(dark.base);
        link.resize(link.sizeHint());
        link.render(&picture, {}, {}, QWidget::DrawChildren);
        double best = 1;
        for (int y = 0; y < picture.height(); ++y)
            for (int x = 0; x < picture.width(); ++x)
                best = std::max(best, contrast(picture.pixelColor(x, y), dark.base));
        QVERIFY2(best > 5, qPrintable(QString::number(best)));
    }

    void aClosingButtonIsNeverTheDefault()
    {
        ChangePanel panel;
        QSignalSpy writes(&panel, &ChangePanel::writeRequested);
        panel.setWriteButton(QStringLiteral("Make 1 change in contoso.com"), true);
        QVERIFY(panel.writeButton()->isDefault());
        panel.setWriteButton(QStringLiteral("Close the gate: 5 changes in contoso.com"), true, true);
        QVERIFY(!panel.writeButton()->isDefault());
        QVERIFY(panel.writeButton()->property("filled").toBool());
        panel.setFootWarning(QStringLiteral("Decide about svc-ninja-sync first."));
        panel.setWriteButton(QStringLiteral("Make 1 change in contoso.com"), false);
        QTest::mouseClick(panel.writeButton(), Qt::LeftButton);
        QCOMPARE(writes.size(), 0);
        QCOMPARE(panel.writeButton()->accessibleDescription(), QStringLiteral("Decide about svc-ninja-sync first."));
        panel.setWriteButton(QStringLiteral("Make 1 change in contoso.com"), true);
        QTest::mouseClick(panel.writeButton(), Qt::LeftButton);
        QCOMPARE(writes.size(), 1);
    }

    void rowsKeepSelectionAndControls()
    {
        RowTable table(QStringLiteral("Rows"));
        table.setColumns({{QStringLiteral("What"), 200}, {QStringLiteral("After"), 0}});
        Row one{.key = QStringLiteral("1"), .cells = {{.text = QStringLiteral("Group")}, {.text = QStringLiteral("PIM")}}};
        Row two{.key = QStringLiteral("2"), .cells = {{.text = QStringLiteral("Kind")}, {.text = QStringLiteral("cloud")}}};
        two.link = QStringLiteral("https://entra.microsoft.com/");
        table.setRows({one, two});
        auto *combo = new QComboBox;
        table.setCellWidget(QStringLiteral("2"), 1, combo);
        table.selectKey(QStringLiteral("2"));
        two.state = PageState::Verified;
        table.setRows({one, two});
        QCOMPARE(table.selectedKey(), QStringLiteral("2"));
        QVERIFY(table.indexWidget(table.rowModel().index(1, 1))->isAncestorOf(combo));
        QTest::keyClick(&table, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("verified\tKind\tcloud"));
        QSignalSpy links(&table, &RowTable::linkActivated);
        QTest::keyClick(&table, Qt::Key_Return);
        QCOMPARE(links.size(), 1);
        QCOMPARE(table.rowModel().index(1, 0).data(Qt::AccessibleTextRole).toString(), QStringLiteral("Kind, verified"));
    }

    void tenantTextIsNeverMarkup()
    {
        Text text(Theme::Body);
        text.setPlain(QStringLiteral("<img src=x>"));
        QCOMPARE(text.textFormat(), Qt::PlainText);
        text.setRuns(QStringLiteral("<b>A"), QStringLiteral("<i>B"));
        QVERIFY(text.text().contains(QStringLiteral("&lt;b&gt;A")) && text.text().contains(QStringLiteral("&lt;i&gt;B")));
        RowTable table(QStringLiteral("Rows"));
        table.setColumns({{QStringLiteral("What"), 0}});
        table.setRows({Row{.key = QStringLiteral("1"), .cells = {{}}, .toolTip = QStringLiteral("<h1>x")}});
        QVERIFY(!table.rowModel().index(0, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("<h1>")));
    }

    void theErrorTakesFocusAndIsAnAlert()
    {
        const auto window = shownPage(kPages[4]);
        window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        auto *error = window->findChild<ErrorFrame *>();
        error->takeFocus();
        QVERIFY(error->hasFocus());
        QAccessibleInterface *face = QAccessible::queryAccessibleInterface(error);
        QCOMPARE(face->role(), QAccessible::AlertMessage);
        QVERIFY(face->text(QAccessible::Name).contains(QStringLiteral("Your role ended")));
        QVERIFY(face->text(QAccessible::Description).contains(QStringLiteral("Activate it for one hour")));
        QSignalSpy copied(error, &ErrorFrame::detailsCopied);
        for (QPushButton *button : error->findChildren<QPushButton *>())
            if (button->text() == QStringLiteral("Copy details"))
                QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(copied.size(), 1);
        QVERIFY(QApplication::clipboard()->text().startsWith(QStringLiteral("403 InsufficientPermissions")));
    }

    void gateWidgetHasItsTextForScreenReaders()
    {
        GateDrawingWidget gate(GateSize::Large);
        gate.setView(viewFor(true, true, true, Face::Shut));
        QAccessibleInterface *face = QAccessible::queryAccessibleInterface(&gate);
        QCOMPARE(face->role(), QAccessible::Graphic);
        QVERIFY(face->text(QAccessible::Description).startsWith(QStringLiteral("Ada is let in.")));
    }

    void peopleAreSearchedAfterAPause()
    {
        PeopleList list(QStringLiteral("Who may open the gate"), QStringLiteral("Add a person or group"));
        list.show();
        list.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&list));
        list.field()->setFocus();
        QSignalSpy wanted(&list, &PeopleList::searchWanted);
        QTest::keyClicks(list.field(), QStringLiteral("a"));
        QVERIFY(!wanted.wait(400)); // one letter asks nothing
        QTest::keyClicks(list.field(), QStringLiteral("da"));
        QVERIFY(wanted.wait(2000));
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted.at(0).at(0).toString(), QStringLiteral("ada"));

        QSignalSpy adds(&list, &PeopleList::addRequested);
        list.setCandidates({{QStringLiteral("7"), QStringLiteral("Ada Lindqvist"), QStringLiteral("Operations")}});
        QWidget *popup = QApplication::activePopupWidget();
        QVERIFY(popup);
        QTest::keyClick(popup, Qt::Key_Down);
        QTest::keyClick(popup, Qt::Key_Return);
        QTRY_COMPARE(adds.size(), 1);
        QCOMPARE(adds.at(0).at(0).value<PersonRow>().id, QStringLiteral("7"));
        QTRY_VERIFY(list.field()->text().isEmpty());

        list.setPeople({{QStringLiteral("7"), QStringLiteral("Ada Lindqvist"), QString()}});
        QSignalSpy removals(&list, &PeopleList::removeRequested);
        for (QAbstractButton *button : list.findChildren<QAbstractButton *>())
            if (button->accessibleName() == QStringLiteral("Remove Ada Lindqvist"))
                QTest::keyClick(button, Qt::Key_Space);
        QCOMPARE(removals.size(), 1);
        QCOMPARE(removals.at(0).at(0).toString(), QStringLiteral("7"));
    }

    void durationsSpeakWords()
    {
        DurationCombo combo(QStringLiteral("for at most"));
        QSignalSpy chosen(&combo, &DurationCombo::valueChosen);
        combo.setChoices({QStringLiteral("PT1H"), QStringLiteral("P1D")});
        combo.setValue(QStringLiteral("PT24H")); // the same as P1D
        QCOMPARE(combo.value(), QStringLiteral("P1D"));
        combo.setValue(QStringLiteral("PT90M"));
        QCOMPARE(combo.count(), 3);
        QCOMPARE(combo.value(), QStringLiteral("PT90M"));
        QVERIFY(combo.currentText() != combo.value());
        QCOMPARE(chosen.size(), 0);
    }

    void theTimeLineEndsWithAFailure()
    {
        TimeLine line;
        line.resize(720, 98);
        line.setMoments({{QStringLiteral("Blocked"), {}, {}, QStringLiteral("lock-shut"), Moment::State::Past},
                         {QStringLiteral("Requested"), {}, {}, QStringLiteral("document"), Moment::State::Failed},
                         {QStringLiteral("Approved"), {}, {}, QStringLiteral("check"), Moment::State::ToCome}});
        QCOMPARE(line.buttons().size(), 2);
        QSignalSpy chosen(&line, &TimeLine::momentChosen);
        QTest::keyClick(line.buttons().at(1), Qt::Key_Space);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.at(0).at(0).toInt(), 1);
    }

    void theSideListOpensAnyPage()
    {
        const auto window = shownPage(kPages[1]);
        auto *side = window->findChild<SideList *>();
        QSignalSpy chosen(side, &SideList::pageChosen);
        const QModelIndex last = side->list()->model()->index(7, 0);
        QVERIFY2(side->list()->visualRect(last).bottom() < side->list()->viewport()->height(), "eight rows without scrolling");
        QTest::mouseClick(side->list()->viewport(), Qt::LeftButton, {}, side->list()->visualRect(last).center());
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.at(0).at(0).toInt(), 7);
        QCOMPARE(last.data(Qt::AccessibleTextRole).toString(), QStringLiteral("Report, to do"));
        side->setCompact(true);
        QCOMPARE(side->sizeHint().height(), 42);
        QCOMPARE(last.data(Qt::ToolTipRole).toString(), QStringLiteral("Report, to do"));
    }

    void escapeStopsAWait()
    {
        WaitRow wait;
        QSignalSpy stops(&wait, &WaitRow::stopRequested);
        QTest::keyClick(&wait, Qt::Key_Escape);
        QCOMPARE(stops.size(), 1);
        wait.setStopText({});
        QTest::keyClick(&wait, Qt::Key_Escape);
        QCOMPARE(stops.size(), 1);
        QCOMPARE(elapsedText(14), QStringLiteral("0:14"));
        QCOMPARE(elapsedText(3723), QStringLiteral("1:02:03"));
    }
};

QTEST_MAIN(tst_Widgets)
#include "tst_Widgets.moc"
