#include "controllers/Customer.h"
#include "demo/SignInDesk.h"
#include "pages/DeviceCodePanel.h"
#include "pages/PageStage.h"
#include "pages/WelcomePage.h"
#include "widgets/ErrorFrame.h"
#include "widgets/Labels.h"
#include "widgets/QrCode.h"
#include "widgets/WaitRow.h"
#include "wire/LoginScript.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QElapsedTimer>
#include <QPainter>
#include <QProcess>
#include <QScrollArea>
#include <QStandardPaths>

#include <memory>

using namespace pimgate;
using namespace pimgate::test;
using demotest::SignInDesk;

class BrowserStandIn : public QObject
{
    Q_OBJECT
public:
    QUrl url;
public Q_SLOTS:
    void open(const QUrl &given) { url = given; }
};

namespace {

/// The page beside a demo tenant that stands in for a customer's, as with --cloud FILE.
struct Desk
{
    explicit Desk(double scale, const QString &signInAs = {}) : bench(scale)
    {
        if (const auto cloud = bench.tenant ? Cloud::fromJson(bench.tenant->cloudFile())
                                            : failure(Error::Kind::Input, QStringLiteral("no tenant")))
            bench.welcome.setGiven(*cloud, signInAs);
        page = std::make_unique<WelcomePage>(bench.welcome, bench.unfinished, bench.workspace);
        page->takeGiven();
    }

    template <class Widget = QWidget>
    Widget *find(const char *name) const
    {
        return part<Widget>(*page, name);
    }
    void click(const char *name) const { QTest::mouseClick(find(name), Qt::LeftButton); }
    void cancel() const { QTest::mouseClick(find("welcome.codeWait")->findChild<QPushButton *>(), Qt::LeftButton); }
    QString code() const { return find<Text>("welcome.code")->text(); }
    QString left() const { return find<Text>("welcome.codeLeft")->text(); }
    /// Seconds in "valid for another 13:52".
    int secondsLeft() const
    {
        const QStringList parts = left().section(QLatin1Char(' '), -1).split(QLatin1Char(':'));
        return parts.value(0).toInt() * 60 + parts.value(1).toInt();
    }
    /// Presses the link by the keyboard; what a browser is given then.
    QUrl opened() const
    {
        BrowserStandIn browser;
        QDesktopServices::setUrlHandler(QStringLiteral("http"), &browser, "open");
        auto *link = find<LinkLabel>("welcome.codePage");
        link->setFocus(Qt::TabFocusReason);
        QTest::keyClick(link, Qt::Key_Return);
        QDesktopServices::unsetUrlHandler(QStringLiteral("http"));
        return browser.url;
    }
    /// What Tab meets from the link on, each once.
    QString walk() const
    {
        QStringList names;
        find("welcome.codePage")->setFocus(Qt::TabFocusReason);
        for (const QWidget *at = page->focusWidget(); at; at = page->focusWidget()) {
            const QWidget *named = at->objectName().isEmpty() ? at->parentWidget() : at;
            const QString name = named->objectName().section(QLatin1Char('.'), 1);
            if (names.contains(name))
                break;
            names << name;
            QTest::keyClick(page->focusWidget(), Qt::Key_Tab);
        }
        return names.join(QLatin1Char(' '));
    }
    QPushButton *newCode() const
    {
        for (QPushButton *button : find<ErrorFrame>("welcome.error")->findChildren<QPushButton *>())
            if (button->isVisible() && button->text().remove(QLatin1Char('&')) == QLatin1String("Get a new code"))
                return button;
        return nullptr;
    }
    QString said() const { return find("welcome.error")->accessibleDescription(); }
    void pass(const char *duration)
    {
        bench.control("POST", QStringLiteral("clock"),
                      QJsonDocument(QJsonObject{{QStringLiteral("advance"), QLatin1String(duration)}}));
    }

    Bench bench;
    std::unique_ptr<WelcomePage> page;
};

/// The page is shown, the button pressed, the code there.
#define ASK_FOR_CODE(desk)                                                                                                       \
    QVERIFY(desk.bench.tenant);                                                                                                  \
    stage(*desk.page);                                                                                                           \
    desk.click("welcome.useCode");                                                                                               \
    QTRY_VERIFY_WITH_TIMEOUT(desk.find("welcome.code")->isVisible(), 5000)

/// What a camera makes of the picture, by a reader that is not ours.
QString read(const QImage &picture)
{
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("qr.png"));
    QProcess reader;
    if (!picture.save(file))
        return {};
    reader.start(QStringLiteral("zbarimg"), {QStringLiteral("--quiet"), QStringLiteral("--raw"), file});
    reader.waitForFinished();
    return QString::fromUtf8(reader.readAllStandardOutput()).trimmed();
}

/// As a screen of that scale shows it, in the middle of its surroundings.
QImage photographed(QWidget &code, qreal scale, const QColor &ground)
{
    QImage picture((code.size() + QSize(40, 40)) * scale, QImage::Format_RGB32);
    picture.setDevicePixelRatio(scale);
    picture.fill(ground);
    QPainter painter(&picture);
    code.render(&painter, QPoint(20, 20));
    return picture;
}

/// Words and buttons that have less room than they need, or stand outside the page.
QStringList cut(const Page &page)
{
    QStringList all;
    const auto *scroll = page.findChild<QScrollArea *>();
    if (scroll->widget()->width() > scroll->viewport()->width())
        all << QStringLiteral("%1 px of page in %2").arg(scroll->widget()->width()).arg(scroll->viewport()->width());
    for (const QWidget *widget : page.findChildren<QWidget *>()) {
        const auto *label = qobject_cast<const QLabel *>(widget);
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        if (!widget->isVisible() || (!label && !button && !qobject_cast<const QrCode *>(widget)))
            continue;
        const int wide = label && label->wordWrap() ? 0 : widget->sizeHint().width();
        const int high = label && label->wordWrap() ? label->heightForWidth(label->width()) : widget->sizeHint().height();
        const int left = widget->mapTo(&page, QPoint()).x();
        if (widget->width() < wide || widget->height() < high || left < 0 || left + widget->width() > page.width())
            all << QStringLiteral("%1 %2: %3x%4 instead of %5x%6")
                       .arg(widget->objectName(), label ? label->text() : QString())
                       .arg(widget->width())
                       .arg(widget->height())
                       .arg(wide)
                       .arg(high);
    }
    return all;
}

} // namespace

/// Signing in by device code, operated as a person does; the demo tenant stands in for the customer's.
class tst_WelcomePage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup()
    {
        QApplication::setLayoutDirection(Qt::LeftToRight);
        Theme::setScale(*qApp, 1);
        Theme::apply(*qApp, Theme::Mode::Light);
    }

    void goesOnWhenTheCodeWasEntered()
    {
        Desk desk(20);
        QVERIFY(desk.bench.tenant);
        stage(*desk.page);
        grab(*desk.page, "welcome-customer");
        desk.click("welcome.useCode");
        QTRY_VERIFY_WITH_TIMEOUT(desk.find("welcome.code")->isVisible(), 5000);
        QVERIFY(!desk.find("welcome.tenant")->isVisible());
        QCOMPARE(desk.bench.workspace.stateWord(PageId::Welcome), QStringLiteral("waiting for the code"));
        QVERIFY(desk.find("welcome.copyCode")->hasFocus());
        desk.page->entered(); // as after a look at another page
        QVERIFY(desk.find("welcome.copyCode")->hasFocus());
        QVERIFY(desk.find("welcome.copyCode")->accessibleDescription().endsWith(desk.code().back()));
        checkKeyboard(*desk.page);
        if (QTest::currentTestFailed())
            return;
        QCOMPARE(desk.walk(), QStringLiteral("codePage copyPage code copyCode codeWait browserAfterAll"));
        grab(*desk.page, "welcome-code");

        SignInDesk person(desk.bench.tenant->cloudFile());
        const QUrl address = desk.opened();
        QVERIFY(address.isValid());
        auto page = person.get(address, {{QStringLiteral("user_code"), desk.code()}});
        QCOMPARE(SignInDesk::titleOf(page), QStringLiteral("Pick an account"));
        page = person.choose(page, desk.bench.admin());
        page = person.press(page, QStringLiteral("accept"), QStringLiteral("1"));
        page = person.confirmNumber(page);
        QVERIFY2(SignInDesk::titleOf(page).startsWith(QLatin1String("You have signed in")), page.body.constData());
        QTRY_COMPARE_WITH_TIMEOUT(desk.bench.welcome.state(), WelcomeController::State::SignedIn, 10000);
        QCOMPARE(desk.bench.services.customer()->session.account().userName, desk.bench.admin());
        QVERIFY(desk.find("welcome.signOut")->isVisible());
        QVERIFY(!desk.find("welcome.code")->isVisible());
        QVERIFY(desk.page->nextIsDue());
        QTRY_VERIFY_WITH_TIMEOUT(desk.bench.settled(), 15000); // its token is good for reading
    }

    void cancelsWithinASecondAndStartsAgain()
    {
        Desk desk(1); // asks every five seconds, as in life
        ASK_FOR_CODE(desk);
        const QString first = desk.code();
        QElapsedTimer timer;
        timer.start();
        desk.cancel();
        QTRY_COMPARE_WITH_TIMEOUT(desk.bench.welcome.state(), WelcomeController::State::Idle, 1000);
        QVERIFY(timer.elapsed() < 1000);
        QVERIFY(desk.find("welcome.useCode")->hasFocus());
        QVERIFY(!desk.find("welcome.error")->isVisible());
        QCOMPARE(desk.bench.workspace.stateWord(PageId::Welcome), QStringLiteral("to do"));

        QTest::keyClick(desk.find("welcome.useCode"), Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(desk.find("welcome.code")->isVisible() && desk.code() != first, 5000);
        QTest::keyClick(desk.find("welcome.codeWait"), Qt::Key_Escape);
        QTRY_COMPARE_WITH_TIMEOUT(desk.bench.welcome.state(), WelcomeController::State::Idle, 1000);
    }

    void countsDownByTheTenantsClock()
    {
        Desk desk(20);
        ASK_FOR_CODE(desk);
        QVERIFY2(desk.secondsLeft() > 14 * 60, qPrintable(desk.left()));
        const QString before = desk.left();
        QTRY_VERIFY_WITH_TIMEOUT(desk.left() != before, 2000);
        desk.pass("PT10M");
        QTRY_VERIFY2_WITH_TIMEOUT(desk.secondsLeft() < 5 * 60, qPrintable(desk.left()), 5000);
    }

    void copies()
    {
        Desk desk(20);
        ASK_FOR_CODE(desk);
        desk.click("welcome.copyCode");
        QCOMPARE(QApplication::clipboard()->text(), desk.code());
        QVERIFY(QRegularExpression(QStringLiteral("^[A-Z0-9]{9}$")).match(desk.code()).hasMatch());
        desk.click("welcome.copyPage");
        QCOMPARE(QUrl(QApplication::clipboard()->text()), desk.opened());
        auto *code = desk.find<Text>("welcome.code");
        code->setFocus(Qt::TabFocusReason);
        QTest::keyClick(code, Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(code->selectedText(), desk.code());
    }

    void anExpiredCodeOffersANewOne()
    {
        Desk desk(20);
        ASK_FOR_CODE(desk);
        const QString first = desk.code();
        desk.pass("PT15M");
        QTRY_COMPARE_WITH_TIMEOUT(desk.bench.welcome.state(), WelcomeController::State::Failed, 5000);
        QVERIFY2(desk.said().contains(QLatin1String("The code has expired")), qPrintable(desk.said()));
        QVERIFY(desk.find("welcome.error")->hasFocus());
        QVERIFY(desk.find("welcome.tenant")->isVisible());
        QPushButton *again = desk.newCode();
        QVERIFY(again);
        checkKeyboard(*desk.page);
        if (QTest::currentTestFailed())
            return;
        grab(*desk.page, "welcome-code-expired");
        QTest::mouseClick(again, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(desk.find("welcome.code")->isVisible() && desk.code() != first, 5000);
        QVERIFY(!desk.find("welcome.error")->isVisible());
    }

    void aDeclinedSignInSaysSo()
    {
        Desk desk(20);
        ASK_FOR_CODE(desk);
        SignInDesk person(desk.bench.tenant->cloudFile());
        auto page = person.get(desk.opened(), {{QStringLiteral("user_code"), desk.code()}});
        page = person.choose(page, desk.bench.admin());
        page = person.press(page, QStringLiteral("decline"), QStringLiteral("1"));
        QTRY_COMPARE_WITH_TIMEOUT(desk.bench.welcome.state(), WelcomeController::State::Failed, 5000);
        QVERIFY2(desk.said().contains(QLatin1String("declined on the other device")), qPrintable(desk.said()));
        QVERIFY(desk.newCode());
        desk.find<QAbstractButton>("welcome.demo")->click(); // there is no code for its people
        QVERIFY(!desk.newCode());
    }

    void takesTheBrowserAfterAll()
    {
        Desk desk(20, QStringLiteral("mira.kovac@contoso.demo"));
        ASK_FOR_CODE(desk);
        desk.click("welcome.browserAfterAll");
        QVERIFY(!desk.find("welcome.code")->isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(desk.bench.welcome.state(), WelcomeController::State::SignedIn, 10000);
        QTest::qWait(600); // the code left behind is asked about no more
        QCOMPARE(desk.bench.welcome.state(), WelcomeController::State::SignedIn);
    }

    void anotherClientOrTenantIsRefusedOnThePage()
    {
        Desk desk(20);
        QVERIFY(desk.bench.tenant);
        stage(*desk.page);
        desk.find<QLineEdit>("welcome.tenant")->setText(QStringLiteral("nowhere.example"));
        desk.click("welcome.useCode");
        QTRY_COMPARE_WITH_TIMEOUT(desk.bench.welcome.state(), WelcomeController::State::Failed, 5000);
        QVERIFY2(desk.said().contains(QLatin1String("This tenant does not exist")), qPrintable(desk.said()));
        QVERIFY(!desk.newCode());
        QVERIFY(desk.find("welcome.tenant")->isVisible());
    }

    void theDemoOffersNoCode()
    {
        Desk desk(20);
        QVERIFY(desk.bench.tenant);
        stage(*desk.page);
        QVERIFY(desk.find("welcome.useCode")->isVisible());
        desk.find<QAbstractButton>("welcome.demo")->click();
        QVERIFY(!desk.find("welcome.useCode")->isVisible());
    }

    void aCameraReadsTheAddress_data()
    {
        QTest::addColumn<int>("mode");
        QTest::addColumn<double>("scale");
        for (const double scale : {1.0, 1.25, 2.0}) {
            QTest::addRow("light, %g", scale) << int(Theme::Mode::Light) << scale;
            QTest::addRow("dark, %g", scale) << int(Theme::Mode::Dark) << scale;
            QTest::addRow("contrast, %g", scale) << int(Theme::Mode::HighContrast) << scale;
        }
    }
    void aCameraReadsTheAddress()
    {
        QFETCH(int, mode);
        QFETCH(double, scale);
        QVERIFY2(!QStandardPaths::findExecutable(QStringLiteral("zbarimg")).isEmpty(), "zbarimg is missing: package zbar-tools");
        Desk desk(20);
        ASK_FOR_CODE(desk);
        Theme::apply(*qApp, Theme::Mode(mode));
        auto *qr = desk.find<QrCode>("welcome.qr");
        QVERIFY(qr->accessibleName().contains(QStringLiteral("/common/oauth2/deviceauth")));
        QTRY_COMPARE(qr->size(), qr->sizeHint());
        grab(*desk.page, qPrintable(QStringLiteral("welcome-code-") + QLatin1String(QTest::currentDataTag())));
        const QString seen = read(photographed(*qr, scale, Theme::colors().panel));
        QCOMPARE(QUrl(seen), desk.opened());
    }

    /// A sign-in host that puts the code into an address; Microsoft's does not, today.
    void aCameraTakesTheCodeAlong_data()
    {
        QTest::addColumn<QString>("withCode");
        QTest::addColumn<QString>("seen");
        const QString page = QStringLiteral("https://microsoft.com/devicelogin");
        QTest::newRow("none") << QString() << page;
        QTest::newRow("same host") << page + QStringLiteral("?otc=F4K9TQ2MX") << page + QStringLiteral("?otc=F4K9TQ2MX");
        QTest::newRow("another host") << QStringLiteral("https://evil.example/?otc=F4K9TQ2MX") << page;
    }
    void aCameraTakesTheCodeAlong()
    {
        QFETCH(QString, withCode);
        QFETCH(QString, seen);
        WireServer host;
        host.setHandler([&](const WireRequest &request) {
            const QJsonObject code{{QStringLiteral("user_code"), QStringLiteral("F4K9TQ2MX")},
                                   {QStringLiteral("device_code"), QStringLiteral("device")},
                                   {QStringLiteral("verification_uri"), QStringLiteral("https://microsoft.com/devicelogin")},
                                   {QStringLiteral("verification_uri_complete"), withCode},
                                   {QStringLiteral("expires_in"), 900},
                                   {QStringLiteral("interval"), 5}};
            const QJsonObject pending{{QStringLiteral("error"), QStringLiteral("authorization_pending")}};
            return LoginScript::isToken(request) ? WireAnswer::json(pending, 400) : WireAnswer::json(code);
        });
        Desk desk(1);
        desk.bench.welcome.setGiven(testCloud(host.origin()), {});
        desk.page->takeGiven();
        ASK_FOR_CODE(desk);
        auto *qr = desk.find<QrCode>("welcome.qr");
        QTRY_COMPARE(qr->size(), qr->sizeHint());
        grab(*desk.page, "welcome-code-microsoft");
        QCOMPARE(read(photographed(*qr, 1, Theme::colors().panel)), seen);
        QVERIFY(
            desk.find<LinkLabel>("welcome.codePage")->accessibleName().endsWith(QLatin1String("open microsoft.com/devicelogin")));
        desk.cancel();
        QTRY_COMPARE_WITH_TIMEOUT(desk.bench.welcome.state(), WelcomeController::State::Idle, 1000);
    }

    void modulesAreSharp_data()
    {
        QTest::addColumn<double>("scale");
        for (const double scale : {1.0, 1.25, 1.5, 2.0, 3.0})
            QTest::addRow("%g", scale) << scale;
    }
    /// Pure black and white, and the quiet zone of four modules all around.
    void modulesAreSharp()
    {
        QFETCH(double, scale);
        Theme::apply(*qApp, Theme::Mode::HighContrast); // whose pages are black
        QrCode code;
        code.setContent(QStringLiteral("https://microsoft.com/devicelogin"));
        code.resize(code.sizeHint());
        const QImage picture = photographed(code, scale, Qt::white);
        int first = picture.width();
        for (int y = 0; y < picture.height(); ++y)
            for (int x = 0; x < picture.width(); ++x) {
                const QColor colour = picture.pixelColor(x, y);
                QVERIFY2(colour == QColor(Qt::black) || colour == QColor(Qt::white), qPrintable(colour.name()));
                if (colour == QColor(Qt::black))
                    first = qMin(first, x);
            }
        const int module = 3; // px, of the widget
        QVERIFY2(first >= int((20 + 4 * module) * scale), qPrintable(QString::number(first)));
    }

    void isNotCut_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("mirrored");
        QTest::addColumn<double>("type");
        for (const bool mirrored : {false, true})
            for (const QSize &size : {QSize(1032, 606), QSize(672, 606), QSize(640, 264)})
                for (const double type : {1.0, 1.25})
                    QTest::addRow("%dx%d%s, %g", size.width(), size.height(), mirrored ? " mirrored" : "", type)
                        << size << mirrored << type;
    }
    void isNotCut()
    {
        QFETCH(QSize, size);
        QFETCH(bool, mirrored);
        QFETCH(double, type);
        QApplication::setLayoutDirection(mirrored ? Qt::RightToLeft : Qt::LeftToRight);
        Desk desk(20);
        QVERIFY(desk.bench.tenant);
        stage(*desk.page);
        Theme::setScale(*qApp, type);
        desk.page->resize(size);
        QCoreApplication::processEvents();
        QTRY_COMPARE(cut(*desk.page).join(QLatin1Char('\n')), QString());
        auto *scroll = desk.page->findChild<QScrollArea *>();
        scroll->ensureWidgetVisible(desk.find("welcome.useCode")); // where it can be pressed
        desk.click("welcome.useCode");
        QTRY_VERIFY_WITH_TIMEOUT(desk.find("welcome.code")->isVisible(), 5000);
        QCOMPARE(desk.page->size(), size);
        auto *viewport = scroll->viewport();
        const auto where = [&] { return desk.find("welcome.codePage")->mapTo(viewport, QPoint()).y(); };
        QTRY_VERIFY2(where() >= 0 && where() < viewport->height(), "the first step is in sight");
        QTRY_COMPARE(cut(*desk.page).join(QLatin1Char('\n')), QString());
        grab(*desk.page,
             qPrintable(
                 QStringLiteral("welcome-code-%1%2-%3").arg(size.width()).arg(QLatin1String(mirrored ? "-rtl" : "")).arg(type)));
    }
};

QTEST_MAIN(tst_WelcomePage)
#include "tst_WelcomePage.moc"
