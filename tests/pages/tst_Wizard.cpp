#include "Wizard.h"
#include "controllers/Customer.h"
#include "demo/Calls.h"
#include "demo/DemoTenant.h"
#include "look/Theme.h"
#include "widgets/DemoBand.h"
#include "wire/ScratchDir.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QComboBox>
#include <QEventLoop>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QRadioButton>
#include <QRegularExpression>
#include <QTest>

using namespace pimgate;

namespace {

/// The window on a demo tenant of its own, reached over HTTP on loopback.
struct Window
{
    Window()
    {
        demo::DemoTenant::Options options;
        options.timeScale = 200; // replication passes at once, tokens still live long enough
        if (auto started = demo::DemoTenant::start(options))
            tenant = std::move(*started);
        wizard.show();
        wizard.activateWindow();
        active = QTest::qWaitForWindowActive(&wizard); // shortcuts are for the active window
    }

    QByteArray control(const QString &path)
    {
        QNetworkRequest request(QUrl(tenant->origin() + QLatin1String("/demo/") + path));
        request.setRawHeader("X-Demo-Key", tenant->controlKey().toUtf8());
        QNetworkReply *reply = network.get(request);
        QEventLoop loop;
        QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
        loop.exec();
        reply->deleteLater();
        return reply->readAll();
    }

    QList<test::Call> calls()
    {
        QList<test::Call> all;
        for (const QByteArray &line : control(QStringLiteral("exchanges")).split('\n')) {
            const QJsonObject one = QJsonDocument::fromJson(line).object();
            const QString api = one[QLatin1String("api")].toString();
            if (!one.isEmpty() && api != QLatin1String("demo"))
                all << test::Call{api, one[QLatin1String("method")].toString(), one[QLatin1String("path")].toString(),
                                  one[QLatin1String("requestBody")], one[QLatin1String("status")].toInt()};
        }
        return all;
    }

    QStringList writes()
    {
        QStringList all;
        for (const test::Call &call : calls())
            if (call.api == QLatin1String("graph") && !test::isRead(call.method, call.path, call.body))
                all << call.method + QLatin1Char(' ') + call.path;
        return all;
    }

    template <class W = QAbstractButton>
    W *find(const char *name)
    {
        return wizard.findChild<W *>(QLatin1String(name));
    }

    void click(const char *name) { QTest::mouseClick(find<QWidget>(name), Qt::LeftButton); }

    bool settled()
    {
        const Workspace &workspace = wizard.controllers().workspace;
        return workspace.signedIn() && !workspace.stale() && !workspace.reading() && !workspace.writing();
    }

    bool active = false;
    test::ScratchDir folder;
    std::unique_ptr<demo::DemoTenant> tenant;
    QNetworkAccessManager network;
    Services services{folder.path()};
    Wizard wizard{services, [this]() -> Result<QJsonObject> { return tenant->cloudFile(); }, false};
};

/// As a person does it: choose the demo, press the administrator.
#define SIGN_IN(window)                                                                                                          \
    QVERIFY(window.tenant);                                                                                                      \
    window.find<QAbstractButton>("welcome.demo")->click();                                                                       \
    adminButton(window)->click();                                                                                                \
    QTRY_VERIFY_WITH_TIMEOUT(window.wizard.controllers().workspace.applicationKnown(), 15000);                                   \
    QTRY_VERIFY_WITH_TIMEOUT(window.settled() && window.wizard.controllers().workspace.usage().readable(), 15000)

QAbstractButton *adminButton(Window &window)
{
    const auto buttons = window.wizard.findChildren<QAbstractButton *>();
    for (QAbstractButton *button : buttons)
        if (button->objectName().startsWith(QLatin1String("welcome.person.")))
            return button;
    return nullptr;
}

/// What the keyboard can reach with Tab right now.
QWidgetList stops(const QWidget &window)
{
    QWidgetList all;
    const auto widgets = window.findChildren<QWidget *>();
    for (QWidget *widget : widgets) {
        const auto *radio = qobject_cast<QRadioButton *>(widget);
        if (radio && !radio->isChecked()) // the arrow keys go from one to the other
            continue;
        if (widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) && !widget->focusProxy())
            all << widget;
    }
    return all;
}

QString nameOf(QWidget *widget)
{
    QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(widget);
    return spoken ? spoken->text(QAccessible::Name) : QString();
}

QString described(const QWidget *widget)
{
    return QString::fromLatin1(widget->metaObject()->className()) + QLatin1Char(' ') + widget->objectName();
}

} // namespace

class tst_Wizard : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void opensEveryPageBeforeSignIn();
    void nextAndBackOnlyRead();
    void namesEveryControl();
    void hasUniqueMnemonics();
    void visitsEveryControlOnce();
    void escapeNeverCloses();
    void keepsItsPagesInTheLeastWindow();
    void makesStepsOneAndTwo();
    void asksBeforeClosingDuringARun();
    void startsWhereTheCommandLineSays();
    void waitsForACodeInSight();

private:
    static QStringList doubles(const QWidget &window);
    static QStringList nameless(const QWidget &window);
    static QString walk(QWidget &window);
};

void tst_Wizard::initTestCase()
{
    Theme::setMotion(false);
    Theme::apply(*qApp, Theme::Mode::Light);
}

void tst_Wizard::opensEveryPageBeforeSignIn()
{
    Window window;
    QVERIFY(window.active);
    const QList<PageEntry> entries = pageList();
    for (const PageEntry &entry : entries) {
        QTest::keyClick(&window.wizard, Qt::Key(Qt::Key_1 + int(entry.id)), Qt::ControlModifier);
        QCOMPARE(window.wizard.currentPage()->id(), entry.id);
        QTest::keyClick(&window.wizard, Qt::Key_F5);
        QVERIFY(!window.wizard.currentPage()->help().isEmpty());
        QVERIFY(!window.wizard.currentPage()->accessibleName().isEmpty());
    }
    window.wizard.open(PageId::Welcome);
    window.find<QAbstractButton>("welcome.demo")->click();
    QTest::qWait(300); // longer than the blueprint takes to settle
    QCOMPARE(window.calls().size(), 0);
    QCOMPARE(window.wizard.windowTitle(), QStringLiteral("PIM Gate – Demo tenant"));
}

void tst_Wizard::nextAndBackOnlyRead()
{
    Window window;
    SIGN_IN(window);
    const int pages = int(pageList().size());
    for (int i = 1; i < pages; ++i) {
        window.click("wizard.next");
        QCOMPARE(window.wizard.currentPage()->id(), pageList()[i].id);
        QTRY_VERIFY_WITH_TIMEOUT(window.settled(), 15000);
    }
    for (int i = pages - 2; i >= 0; --i) {
        window.click("wizard.back");
        QCOMPARE(window.wizard.currentPage()->id(), pageList()[i].id);
    }
    QTRY_VERIFY_WITH_TIMEOUT(window.settled(), 15000);
    QCOMPARE(window.writes(), QStringList());
    QVERIFY(window.calls().size() > 10); // the predicate saw something
}

QStringList tst_Wizard::nameless(const QWidget &window)
{
    QStringList missing;
    for (QWidget *widget : stops(window))
        if (nameOf(widget).trimmed().isEmpty())
            missing << described(widget);
    return missing;
}

void tst_Wizard::namesEveryControl()
{
    Window window;
    for (const bool signedIn : {false, true}) {
        if (signedIn) {
            window.wizard.open(PageId::Welcome);
            SIGN_IN(window);
        }
        for (const PageEntry &entry : pageList()) {
            window.wizard.open(entry.id);
            if (signedIn)
                QTRY_VERIFY_WITH_TIMEOUT(window.settled(), 15000);
            QCOMPARE(nameless(window.wizard), QStringList());
        }
    }
}

QStringList tst_Wizard::doubles(const QWidget &window)
{
    QMap<QString, QStringList> users;
    const auto take = [&](const QString &text, const QWidget *widget) {
        const QString letter = QKeySequence::mnemonic(text).toString();
        if (!letter.isEmpty() && widget->isVisible())
            users[letter] << text;
    };
    for (const QAbstractButton *button : window.findChildren<QAbstractButton *>())
        take(button->text(), button);
    for (const QLabel *label : window.findChildren<QLabel *>())
        if (label->buddy())
            take(label->text(), label);
    QStringList twice;
    for (auto it = users.cbegin(); it != users.cend(); ++it)
        if (it->size() > 1)
            twice << it->join(QLatin1String(" | "));
    return twice;
}

void tst_Wizard::hasUniqueMnemonics()
{
    Window window;
    for (const bool signedIn : {false, true}) {
        if (signedIn) {
            window.wizard.open(PageId::Welcome);
            SIGN_IN(window);
        }
        for (const PageEntry &entry : pageList()) {
            window.wizard.open(entry.id);
            if (signedIn)
                QTRY_VERIFY_WITH_TIMEOUT(window.settled(), 15000);
            QCOMPARE(doubles(window.wizard), QStringList());
        }
    }
}

/// Empty, or what went wrong on a walk with Tab through the whole window.
QString tst_Wizard::walk(QWidget &window)
{
    const QWidgetList all = stops(window);
    if (all.isEmpty())
        return QStringLiteral("nothing to visit");
    auto *start = window.findChild<QWidget *>(QStringLiteral("wizard.pages"));
    start->setFocus(Qt::TabFocusReason);
    QSet<QWidget *> seen;
    QStringList order;
    for (int i = 0; i <= all.size(); ++i) {
        QWidget *now = QApplication::focusWidget();
        if (!now)
            return QStringLiteral("the focus is lost");
        if (seen.contains(now)) {
            if (now != start)
                return QStringLiteral("visited twice: ") + described(now);
            break;
        }
        seen.insert(now);
        order << described(now);
        QTest::keyClick(now, Qt::Key_Tab);
    }
    const auto group = [&](const QWidget *widget) { // of radio buttons: one stop, then the arrow keys
        return qobject_cast<const QRadioButton *>(widget) && std::any_of(seen.begin(), seen.end(), [&](QWidget *other) {
                   return qobject_cast<QRadioButton *>(other) && other->parentWidget() == widget->parentWidget();
               });
    };
    // Help, Back, Next; then round to the tenant's link, which stands above the side list where the walk began.
    if (order.indexOf(QLatin1String("pimgate::LinkButton wizard.help")) < order.size() - 4)
        return QStringLiteral("the footer is not last: ") + order.join(QLatin1String(", "));
    for (QWidget *widget : all)
        if (!seen.contains(widget) && !group(widget))
            return QStringLiteral("never visited: ") + described(widget) + QLatin1String("; visited: ") +
                   order.join(QLatin1String(", "));
    return {};
}

void tst_Wizard::visitsEveryControlOnce()
{
    Window window;
    QVERIFY(window.active);
    for (const bool signedIn : {false, true}) {
        if (signedIn) {
            window.wizard.open(PageId::Welcome);
            SIGN_IN(window);
        }
        for (const PageEntry &entry : pageList()) {
            window.wizard.open(entry.id);
            if (signedIn)
                QTRY_VERIFY_WITH_TIMEOUT(window.settled(), 15000);
            const QString wrong = walk(window.wizard);
            QVERIFY2(wrong.isEmpty(), qPrintable(entry.sideTitle + QLatin1String(": ") + wrong));
        }
    }
}

void tst_Wizard::escapeNeverCloses()
{
    Window window;
    for (const PageEntry &entry : pageList()) {
        window.wizard.open(entry.id);
        QTest::keyClick(&window.wizard, Qt::Key_Escape);
        QVERIFY(window.wizard.isVisible());
    }
}

void tst_Wizard::keepsItsPagesInTheLeastWindow()
{
    Window window;
    window.wizard.resize(640, 360);
    for (const PageEntry &entry : pageList()) {
        window.wizard.open(entry.id);
        QCoreApplication::processEvents();
        QCOMPARE(window.wizard.size(), QSize(640, 360)); // no page asks for more
        QWidget *next = window.find<QWidget>("wizard.next");
        QVERIFY(window.wizard.rect().contains(QRect(next->mapTo(&window.wizard, QPoint()), next->size())));
    }
}

void tst_Wizard::makesStepsOneAndTwo()
{
    Window window;
    SIGN_IN(window);
    window.wizard.open(PageId::Group);
    auto *name = window.find<QLineEdit>("group.name");
    name->selectAll();
    QTest::keyClicks(name, QStringLiteral("PIM-Door"));
    auto *write = window.find<QAbstractButton>("group.write");
    QTRY_VERIFY_WITH_TIMEOUT(window.settled() && write->isEnabled(), 15000);
    QVERIFY2(write->text().contains(QLatin1Char('1')) && write->text().endsWith(QLatin1String(" in contoso.demo")),
             qPrintable(write->text()));
    QTest::mouseClick(write, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(window.wizard.controllers().workspace.state(PageId::Group), PageState::Verified, 30000);
    QTRY_VERIFY_WITH_TIMEOUT(window.settled(), 15000);
    QVERIFY(window.find<QAbstractButton>("group.undo")->isVisible());

    window.wizard.open(PageId::Sso);
    for (QComboBox *combo : window.wizard.currentPage()->findChildren<QComboBox *>())
        if (combo->objectName().startsWith(QLatin1String("sso.decision.")))
            QTest::keyClick(combo, Qt::Key_Down);
    auto *assign = window.find<QAbstractButton>("sso.write");
    QTRY_VERIFY_WITH_TIMEOUT(window.settled() && assign->isEnabled(), 15000);
    QTest::mouseClick(assign, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(window.wizard.controllers().workspace.stateWord(PageId::Sso),
                              QStringLiteral("verified; closes in step 4"), 30000);

    const QByteArray state = window.control(QStringLiteral("state"));
    QVERIFY(state.contains("\"PIM-Door\""));
    const QString group = window.wizard.controllers().workspace.snapshot()->group->id;
    const QRegularExpression assigned(QStringLiteral("\"principalId\": ?\"%1\"").arg(group));
    QVERIFY(QString::fromUtf8(state).contains(assigned));
    QCOMPARE(window.writes().size(), 2);
}

void tst_Wizard::asksBeforeClosingDuringARun()
{
    Window window;
    SIGN_IN(window);
    window.wizard.open(PageId::Group);
    auto *write = window.find<QAbstractButton>("group.write");
    QTRY_VERIFY_WITH_TIMEOUT(window.settled() && write->isEnabled(), 15000);
    write->click();
    QVERIFY(window.wizard.controllers().workspace.writing().has_value());
    window.wizard.close();
    QVERIFY(window.wizard.isVisible());
    auto *ask = window.find<QMessageBox>("wizard.leave");
    QVERIFY(ask);
    for (QAbstractButton *button : ask->buttons())
        if (ask->buttonRole(button) == QMessageBox::DestructiveRole)
            button->click();
    QTRY_VERIFY_WITH_TIMEOUT(!window.wizard.isVisible(), 8000);
}

/// --cloud FILE --tenant ID --sign-in-as UPN: no browser is opened, and the tenant's own sign-in answers.
void tst_Wizard::startsWhereTheCommandLineSays()
{
    Window window;
    QVERIFY(window.tenant);
    const QJsonObject file = window.tenant->cloudFile();
    const auto cloud = Cloud::fromJson(file);
    QVERIFY(cloud);
    const QString admin = file[QLatin1String("accounts")].toObject()[QLatin1String("admin")].toString();
    window.wizard.startAt(*cloud, admin);
    auto *choice = window.find<QComboBox>("welcome.cloud");
    QCOMPARE(choice->currentText(), cloud->name);
    QCOMPARE(window.find<QLineEdit>("welcome.tenant")->text(), cloud->tenant);
    auto *signIn = window.find<QAbstractButton>("welcome.signIn");
    QVERIFY2(signIn->text().endsWith(admin), qPrintable(signIn->text()));
    signIn->click();
    QTRY_VERIFY_WITH_TIMEOUT(window.wizard.controllers().workspace.signedIn(), 15000);
    QCOMPARE(window.services.customer()->session.account().userName, admin);
}

/// The frame says where the sign-in leads, and that this is a demo, before anybody has signed in; Esc stops the wait.
void tst_Wizard::waitsForACodeInSight()
{
    Window window;
    QVERIFY(window.tenant);
    const auto cloud = Cloud::fromJson(window.tenant->cloudFile());
    QVERIFY(cloud);
    window.wizard.startAt(*cloud, {});
    const auto says = [&](const char *words) {
        const auto labels = window.find<QWidget>("wizard.pages")->window()->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) {
            return label->isVisible() && label->text().contains(QLatin1String(words));
        });
    };
    QVERIFY(says("Not signed in"));
    QVERIFY(!window.wizard.findChild<DemoBand *>()->isVisible());
    window.click("welcome.useCode");
    QTRY_VERIFY_WITH_TIMEOUT(window.find<QWidget>("welcome.code")->isVisible(), 5000);
    QVERIFY(says("nobody signed in yet") && !says("Not signed in"));
    QVERIFY(window.wizard.findChild<DemoBand *>()->isVisible());
    QCOMPARE(walk(window.wizard), QString());
    QCOMPARE(doubles(window.wizard), QStringList());
    QTest::keyClick(&window.wizard, Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(!window.find<QWidget>("welcome.code")->isVisible(), 1000);
    QVERIFY(window.wizard.isVisible() && says("Not signed in"));
}

QTEST_MAIN(tst_Wizard)
#include "tst_Wizard.moc"
