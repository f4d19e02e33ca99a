#include "Wizard.h"
#include "controllers/Customer.h"
#include "pages/AccountsDialog.h"
#include "pages/PageStage.h"
#include "pages/RegistrationDialog.h"
#include "pages/WelcomePage.h"
#include "widgets/AskBand.h"

#include <QClipboard>
#include <QDirIterator>
#include <QListWidget>
#include <QSignalSpy>

using namespace pimgate;
using namespace pimgate::test;

namespace {

const QString nora = QStringLiteral("nora.berger@northwind-msp.demo");

#define SIGN_IN_AS(bench, upn)                                                                                                   \
    bench.welcome.signInToDemo(upn);                                                                                             \
    QTRY_VERIFY2_WITH_TIMEOUT(bench.welcome.state() == WelcomeController::State::SignedIn,                                       \
                              qPrintable(bench.welcome.error() ? bench.welcome.error()->text() : QString()), 15000);             \
    QTRY_VERIFY_WITH_TIMEOUT(!bench.workspace.reading(), 15000)

QStringList linesOf(const QListWidget *list)
{
    QStringList lines;
    for (int i = 0; i < list->count(); ++i)
        lines << list->item(i)->text();
    return lines;
}

/// With PIMGATE_GRAB set, a picture in that folder.
void picture(QWidget &window, const char *name)
{
    const QString folder = qEnvironmentVariable("PIMGATE_GRAB");
    QTest::qWait(20); // layouts come to rest
    if (!folder.isEmpty() && QDir().mkpath(folder))
        window.grab().save(QDir(folder).filePath(QLatin1String(name) + QLatin1String(".png")));
}

void press(QWidget &window, const char *name)
{
    auto *button = part<QPushButton>(window, name);
    QVERIFY2(button && button->isEnabled(), name);
    QTest::mouseClick(button, Qt::LeftButton);
}

const Account &accountNow(Bench &bench)
{
    static const Account nobody;
    return bench.workspace.customer() ? bench.workspace.customer()->session.account() : nobody;
}

} // namespace

class tst_Accounts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere"); // nobody's keychain is touched
        Theme::setMotion(false);
        Theme::apply(*qApp, Theme::Mode::Light);
    }

    void whoIsSignedInIsListedUsedAndForgotten()
    {
        Bench bench;
        QVERIFY(bench.tenant);
        SIGN_IN_AS(bench, bench.admin());
        SIGN_IN_AS(bench, QStringLiteral("ada.lindqvist@contoso.demo"));
        AccountsController accounts(bench.workspace, bench.welcome);
        auto *dialog = new AccountsDialog(accounts);
        dialog->show();
        auto *list = part<QListWidget>(*dialog, "accounts.list");
        QTRY_COMPARE(list->count(), 2);
        QVERIFY2(linesOf(list).first().contains(QLatin1String("ada.lindqvist")), qPrintable(linesOf(list).first()));
        QVERIFY(linesOf(list).first().contains(QLatin1String("in use now")));
        QVERIFY(!part<QPushButton>(*dialog, "accounts.use")->isEnabled()); // she is already
        list->setCurrentRow(1);
        const auto asked = bench.control("GET", QStringLiteral("exchanges?api=login")).count("oauth2/v2.0/authorize");
        press(*dialog, "accounts.use");
        QTRY_COMPARE_WITH_TIMEOUT(accountNow(bench).userName, bench.admin(), 15000);
        // Taken up silently.
        QCOMPARE(bench.control("GET", QStringLiteral("exchanges?api=login")).count("oauth2/v2.0/authorize"), asked);

        auto *again = new AccountsDialog(accounts);
        again->show();
        list = part<QListWidget>(*again, "accounts.list");
        QTRY_VERIFY(list->count() == 2 && linesOf(list).first().contains(bench.admin()));
        list->setCurrentRow(1);
        press(*again, "accounts.forget");
        QTRY_COMPARE(list->count(), 1);
        QCOMPARE(accountNow(bench).userName, bench.admin());
        list->setCurrentRow(0);
        press(*again, "accounts.forget"); // reads "Sign out" for the one in use
        QTRY_VERIFY(!bench.workspace.signedIn());
        QTRY_COMPARE(list->count(), 0);
        again->close();
    }

    void aPartnerTakesUpHisCustomers()
    {
        Bench bench;
        QVERIFY(bench.tenant);
        SIGN_IN_AS(bench, nora);
        QVERIFY(!bench.workspace.readError());
        const QString first = accountNow(bench).tenantId;
        AccountsController accounts(bench.workspace, bench.welcome);
        auto *dialog = new AccountsDialog(accounts);
        dialog->show();
        QTRY_COMPARE(part<QListWidget>(*dialog, "accounts.list")->count(), 1);
        press(*dialog, "accounts.customers");
        auto *customers = part<QListWidget>(*dialog, "accounts.customerList");
        QTRY_VERIFY2_WITH_TIMEOUT(customers->count() == 2, qPrintable(accounts.error() ? accounts.error()->text() : QString()),
                                  15000);
        picture(*dialog, "accounts-customers");
        // The customer she is not in now, found by typing.
        QString other;
        for (const PartnerCustomer &one : accounts.customers())
            if (one.tenantId != first)
                other = one.defaultDomain;
        QVERIFY(!other.isEmpty());
        QTest::keyClicks(part<QLineEdit>(*dialog, "accounts.filter"), other);
        press(*dialog, "accounts.work");
        QTRY_VERIFY2_WITH_TIMEOUT(bench.welcome.state() == WelcomeController::State::SignedIn,
                                  qPrintable(bench.welcome.error() ? bench.welcome.error()->text() : QString()), 15000);
        QVERIFY(accountNow(bench).tenantId != first);
        QCOMPARE(accountNow(bench).userName, nora);
        for (const Call &call : bench.writes())
            QFAIL(qPrintable(call.path));
    }

    /// The program ended between two steps: Welcome says so, and each button does what it says.
    void whatWasLeftUnfinishedIsOffered_data()
    {
        QTest::addColumn<bool>("goOn");
        QTest::newRow("go on") << true;
        QTest::newRow("not now") << false;
    }
    void whatWasLeftUnfinishedIsOffered()
    {
        QFETCH(bool, goOn);
        std::shared_ptr<demo::DemoTenant> tenant;
        std::shared_ptr<ScratchDir> data;
        {
            Bench bench;
            tenant = bench.tenant;
            data = bench.data;
            ENTER(bench);
            PRESS(bench, group);
        }
        Bench bench(tenant, data);
        WelcomePage page(bench.welcome, bench.unfinished, bench.workspace);
        page.preferDemo();
        stage(page);
        auto *offer = part<QWidget>(page, "welcome.unfinished");
        QVERIFY(!offer->isVisible());
        ENTER(bench);
        QTRY_VERIFY_WITH_TIMEOUT(offer->isVisible(), 15000);
        grab(page, "welcome-unfinished");
        QString said;
        for (const QLabel *label : offer->findChildren<QLabel *>())
            said += label->text() + QLatin1Char(' ');
        QVERIFY2(said.contains(QLatin1String("NinjaOne")) && said.contains(QLatin1String("1 change")), qPrintable(said));
        QSignalSpy takenUp(&bench.unfinished, &UnfinishedController::takenUp);
        QTest::mouseClick(part<QPushButton>(page, goOn ? "welcome.takeUp" : "welcome.later"), Qt::LeftButton);
        QTRY_VERIFY(!offer->isVisible());
        if (!goOn) {
            QVERIFY(bench.workspace.runId().isEmpty());
            return;
        }
        QTRY_COMPARE_WITH_TIMEOUT(takenUp.size(), 1, 15000);
        QCOMPARE(takenUp.first().first().value<PageId>(), PageId::Sso);
    }

    void withoutAKeychainThePersonChoosesThisSessionOnly()
    {
        Bench bench;
        QVERIFY(bench.tenant);
        SIGN_IN_AS(bench, bench.admin());
        const auto kept = QCoro::waitFor(bench.services.memory().accounts());
        QCOMPARE(kept->size(), 1);
        CachedAccount account = kept->first();
        account.accessToken = Secret(); // renewed, and kept at once
        WelcomePage page(bench.welcome, bench.unfinished, bench.workspace);
        stage(page);
        auto *note = part<QWidget>(page, "welcome.notKept");
        QVERIFY(!note->isVisible());
        bench.welcome.signInAs(*bench.welcome.cloudOf(account), account, Services::Kept::Yes);
        QTRY_VERIFY_WITH_TIMEOUT(note->isVisible() && bench.workspace.signedIn(), 15000);
        checkKeyboard(page);
        picture(page, "welcome-not-kept");
        press(page, "welcome.keepAgain"); // still none
        QTRY_VERIFY(bench.welcome.notKept() && note->isVisible());
        press(page, "welcome.thisSessionOnly");
        QTRY_VERIFY(!note->isVisible());
        QTest::qWait(50);
        QVERIFY(!bench.welcome.notKept());
        AccountsController accounts(bench.workspace, bench.welcome);
        accounts.refresh();
        QTRY_VERIFY(!accounts.rows().isEmpty());
        for (const AccountsController::Row &row : accounts.rows())
            QVERIFY2(accounts.untilOf(row).contains(QLatin1String("ends with the program")), qPrintable(accounts.untilOf(row)));
        // Never a file.
        QDirIterator files(bench.folder.path(), QDir::Files, QDirIterator::Subdirectories);
        const QByteArray secret = account.refreshToken.reveal();
        QVERIFY(!secret.isEmpty());
        while (files.hasNext()) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY2(!file.readAll().contains(secret), qPrintable(file.fileName()));
        }
    }

    void theWrongTenantIsLeftBeforeAnythingWasWritten()
    {
        Bench bench;
        QVERIFY(bench.tenant);
        SIGN_IN_AS(bench, bench.admin());
        WelcomePage page(bench.welcome, bench.unfinished, bench.workspace);
        stage(page);
        const QString shown = part<QLabel>(page, "welcome.account")->text();
        QVERIFY2(shown.contains(QLatin1String("Mira")) && shown.contains(QLatin1String("Contoso")), qPrintable(shown));
        picture(page, "welcome-signed-in");
        press(page, "welcome.notThisTenant");
        QVERIFY(!bench.workspace.signedIn());
        QVERIFY(bench.writes().isEmpty());
        const auto kept = QCoro::waitFor(bench.services.memory().accounts());
        QCOMPARE(kept->size(), 1); // only left, not forgotten
    }

    void whoIsNoPartnerHasNoCustomers()
    {
        Bench bench;
        QVERIFY(bench.tenant);
        SIGN_IN_AS(bench, bench.admin());
        AccountsController accounts(bench.workspace, bench.welcome);
        auto *dialog = new AccountsDialog(accounts);
        dialog->show();
        QTRY_COMPARE(part<QListWidget>(*dialog, "accounts.list")->count(), 1);
        press(*dialog, "accounts.customers");
        QTRY_VERIFY_WITH_TIMEOUT(part<QWidget>(*dialog, "accounts.error")->isVisible(), 15000);
        QVERIFY2(accounts.error()->message.contains(QLatin1String("no customers")), qPrintable(accounts.error()->message));
        QVERIFY(!part<QWidget>(*dialog, "accounts.customerList")->isVisible());
        dialog->close();
    }

    void registrationIsSavedAndNotYetVerified()
    {
        Bench bench;
        RegistrationController registration(bench.workspace);
        registration.choose(*Cloud::named(QStringLiteral("china")));
        auto *dialog = new RegistrationDialog(registration);
        dialog->show();
        QVERIFY(!part<QRadioButton>(*dialog, "registration.default")->isEnabled()); // none is known there
        auto *field = part<QLineEdit>(*dialog, "registration.clientId");
        QTest::keyClicks(field, QStringLiteral("PIM Gate"));
        press(*dialog, "registration.save");
        QVERIFY(part<QWidget>(*dialog, "registration.error")->isVisible());
        field->clear();
        QTest::keyClicks(field, QStringLiteral("aaaaaaaa-1111-2222-3333-444444444444"));
        press(*dialog, "registration.save");
        QVERIFY(!part<QWidget>(*dialog, "registration.error")->isVisible());
        QVERIFY(!registration.verified());
        picture(*dialog, "registration");
        QVERIFY2(registration.stateText().contains(QLatin1String("Not verified")), qPrintable(registration.stateText()));
        press(*dialog, "registration.copyConsent");
        const QString link = QGuiApplication::clipboard()->text();
        QVERIFY2(
            link.startsWith(QLatin1String("https://login.chinacloudapi.cn/organizations/v2.0/adminconsent?client_id=aaaaaaaa")),
            qPrintable(link));
        dialog->close();
        // The next sign-in there goes through it.
        QCOMPARE(bench.services.registrations().applied(*Cloud::named(QStringLiteral("china"))).clientId,
                 QStringLiteral("aaaaaaaa-1111-2222-3333-444444444444"));
    }

    void theBrowsersQuestionStandsAcrossTheWindow()
    {
        Bench bench;
        QVERIFY(bench.tenant);
        Wizard wizard(
            bench.services, [&bench]() -> Result<QJsonObject> { return bench.tenant->cloudFile(); }, true);
        wizard.show();
        auto *band = wizard.findChild<AskBand *>();
        QVERIFY(band && !band->isVisible());
        // Offscreen no browser opens: the question stands until somebody answers.
        const auto session = bench.services.visitor(*Cloud::fromJson(bench.tenant->cloudFile()), {}, Services::Kept::No);
        bool ended = false;
        launch(&wizard, session->signIn(Who{QStringLiteral("ada.lindqvist@contoso.demo"), {}}),
               [&ended](const Result<Account> &account) { ended = !account; });
        auto *copy = wizard.findChild<QPushButton *>(QStringLiteral("wizard.ask.copy"));
        QTRY_VERIFY(band->isVisible() && copy->isVisible());
        QVERIFY2(band->accessibleName().contains(QLatin1String("ada.lindqvist@contoso.demo")),
                 qPrintable(band->accessibleName()));
        picture(wizard, "asking");
        QTest::mouseClick(copy, Qt::LeftButton);
        QVERIFY(QGuiApplication::clipboard()->text().contains(QLatin1String("/oauth2/v2.0/authorize?")));
        QTest::mouseClick(wizard.findChild<QPushButton *>(QStringLiteral("wizard.ask.cancel")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(ended && !band->isVisible(), 1000);
    }
};

QTEST_MAIN(tst_Accounts)
#include "tst_Accounts.moc"
