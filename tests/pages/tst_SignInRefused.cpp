// A refusal of the sign-in host on the page where somebody signs in: read by a person, copied for somebody who looks into it.
#include "pages/PageStage.h"
#include "pages/WelcomePage.h"
#include "widgets/ErrorFrame.h"

#include <QClipboard>

using namespace pimgate;
using namespace pimgate::test;

class tst_SignInRefused : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theFrameSaysWhyWhoAndWhatNext_data()
    {
        QTest::addColumn<QString>("said");
        QTest::addColumn<QStringList>("shown");
        QTest::newRow("unknown number") << QStringLiteral("AADSTS999999: The moon for %1 is full. Wait.").arg(person())
                                        << QStringList{QStringLiteral("AADSTS999999: The moon for %1 is full.").arg(person()),
                                                       QStringLiteral("An administrator of this tenant")};
        QTest::newRow("known number") << QStringLiteral("AADSTS53003: Access has been blocked for %1.").arg(person())
                                      << QStringList{QStringLiteral("A Conditional Access policy blocks this sign-in."),
                                                     QStringLiteral("A Conditional Access Administrator of this tenant."),
                                                     QStringLiteral("sign-in log")};
    }
    void theFrameSaysWhyWhoAndWhatNext()
    {
        QFETCH(QString, said);
        QFETCH(QStringList, shown);
        Bench bench;
        QVERIFY(bench.tenant);
        const QString description =
            said + QStringLiteral(" Trace ID: %1 Correlation ID: %2 Timestamp: 2026-03-01 12:34:56Z").arg(trace(), correlation());
        bench.faults({QJsonObject{{QStringLiteral("match"), QJsonObject{{QStringLiteral("path"), QStringLiteral("/token$")}}},
                                  {QStringLiteral("status"), 400},
                                  {QStringLiteral("code"), QStringLiteral("invalid_grant")},
                                  {QStringLiteral("message"), description}}});
        WelcomePage page(bench.welcome, bench.unfinished, bench.workspace);
        page.preferDemo();
        stage(page);

        auto *administrator = page.findChild<QPushButton *>(QLatin1String("welcome.person.") + bench.admin());
        QVERIFY(administrator);
        QTest::mouseClick(administrator, Qt::LeftButton);
        auto *frame = page.findChild<ErrorFrame *>();
        QTRY_VERIFY_WITH_TIMEOUT(frame->isVisible() && frame->hasFocus(), 15000);
        const QString spoken = frame->accessibleName() + QLatin1Char(' ') + frame->accessibleDescription();
        for (const QString &words : shown)
            QVERIFY2(spoken.contains(words), qPrintable(spoken));
        grab(page, "sign-in-refused");

        QPushButton *copy = nullptr;
        for (QPushButton *button : frame->findChildren<QPushButton *>())
            if (button->text() == QLatin1String("Copy details"))
                copy = button;
        QVERIFY(copy && copy->isVisible());
        QTest::mouseClick(copy, Qt::LeftButton);
        const QString copied = QApplication::clipboard()->text();
        QCOMPARE(copied, QStringLiteral("400 %1 · request %2 · trace %3 · 2026-03-01 12:34:56 UTC")
                             .arg(said.section(QLatin1Char(':'), 0, 0), correlation(), trace()));
        QVERIFY2(!copied.contains(person()), qPrintable(copied));
    }

private:
    static QString person() { return QStringLiteral("ada@contoso.example"); }
    static QString correlation() { return QStringLiteral("8b6f1c52-93a4-4f5e-8a1d-2c3b4d5e6f70"); }
    static QString trace() { return QStringLiteral("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e100"); }
};

QTEST_MAIN(tst_SignInRefused)
#include "tst_SignInRefused.moc"
