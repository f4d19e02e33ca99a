#include "identity/Cloud.h"
#include "identity/Permissions.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>
#include <QUrlQuery>

using namespace pimgate;

class tst_Permissions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void signingInAsksForNothingThatWrites()
    {
        for (const QString &scope : Permissions::toLook())
            QVERIFY2(!scope.contains(QLatin1String("Write")), qPrintable(scope));
    }

    void eachHasAPurposeOfItsOwn()
    {
        QSet<QString> purposes;
        for (const QString &scope : Permissions::all()) {
            QVERIFY2(Permissions::purpose(scope) != scope, qPrintable(scope));
            purposes << Permissions::purpose(scope);
        }
        QCOMPARE(purposes.size(), Permissions::all().size());
        QCOMPARE(Permissions::purpose(QStringLiteral("Mail.Read")), QStringLiteral("Mail.Read"));
    }

    void theRightToWriteIncludesTheRightToRead()
    {
        const QStringList granted{QStringLiteral("https://graph.microsoft.us/application.readwrite.all"),
                                  QStringLiteral("User.Read")};
        QCOMPARE(Permissions::missing(
                     {QStringLiteral("Application.Read.All"), QStringLiteral("user.read"), QStringLiteral("Policy.Read.All")},
                     granted),
                 QStringList{QStringLiteral("Policy.Read.All")});
    }

    /// Whoever registers an application by the README misses none.
    void readmeNamesThemAll()
    {
        QFile file(QStringLiteral(PIMGATE_SOURCE_DIR "/README.md"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(file.readAll());
        QSet<QString> named;
        static const QRegularExpression scope(QStringLiteral("`([A-Z][A-Za-z]+\\.Read[A-Za-z.]*)`"));
        for (auto match = scope.globalMatch(text); match.hasNext();)
            named << match.next().captured(1);
        const QStringList all = Permissions::all();
        QCOMPARE(named, QSet<QString>(all.begin(), all.end()));
    }

    void consentLinkNamesTenantClientAndScopes()
    {
        Cloud cloud = *Cloud::named(QStringLiteral("usgov"));
        cloud.tenant = QStringLiteral("contoso.us");
        const QUrl link = Permissions::adminConsent(cloud, {QStringLiteral("Policy.Read.All")});
        QCOMPARE(link.host(), QStringLiteral("login.microsoftonline.us"));
        QCOMPARE(link.path(), QStringLiteral("/contoso.us/v2.0/adminconsent"));
        const QUrlQuery query(link);
        QCOMPARE(query.queryItemValue(QStringLiteral("client_id")), QString::fromLatin1(defaultClientId));
        QVERIFY(query.queryItemValue(QStringLiteral("scope"), QUrl::FullyDecoded)
                    .contains(QLatin1String("https://graph.microsoft.us/Policy.Read.All")));
        QCOMPARE(query.queryItemValue(QStringLiteral("redirect_uri"), QUrl::FullyDecoded), QStringLiteral("http://localhost"));
    }
};

QTEST_GUILESS_MAIN(tst_Permissions)
#include "tst_Permissions.moc"
