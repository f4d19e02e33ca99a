#include "gate/wish/Presets.h"
#include "gate/wish/Resources.h"

#include <QDate>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace pimgate;

class tst_Presets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void allAreThere();
    void facts_data();
    void facts();
    void namesAreUnique();
    void byApplicationName_data();
    void byApplicationName();
};

void tst_Presets::allAreThere()
{
    QStringList ids;
    for (const Preset &one : presets())
        ids << one.id;
    const QStringList expected{QStringLiteral("inforcer"),       QStringLiteral("informer"), QStringLiteral("kaseyaone"),
                               QStringLiteral("nable-ncentral"), QStringLiteral("ninjaone"), QStringLiteral("simeoncloud")};
    QCOMPARE(ids, expected);
    QVERIFY(!preset(QStringLiteral("nobody")));
    QCOMPARE(preset(QStringLiteral("ninjaone"))->groupName, QStringLiteral("PIM-NinjaOne-Admins"));
}

void tst_Presets::facts_data()
{
    QTest::addColumn<QString>("id");
    for (const Preset &one : presets())
        QTest::newRow(qPrintable(one.id)) << one.id;
}

void tst_Presets::facts()
{
    QFETCH(QString, id);
    const Preset facts = preset(id).value();
    for (const QString &text : {facts.displayName, facts.groupName, facts.policyName, facts.session})
        QVERIFY(!text.isEmpty());
    QVERIFY(facts.names.contains(facts.displayName));
    QVERIFY(facts.policyName.size() <= 256 && facts.groupName.size() <= 256);
    QVERIFY(facts.bypass.size() >= 5);
    QSet<QString> keys;
    for (const Preset::Question &question : facts.bypass) {
        QVERIFY2(!question.question.isEmpty() && !question.what.isEmpty(), qPrintable(question.key));
        QVERIFY2(!question.source.isEmpty(), qPrintable(question.key));
        const QDate date = QDate::fromString(question.date, Qt::ISODate);
        QVERIFY2(date.isValid() && date >= QDate(2025, 1, 1), qPrintable(question.key));
        QVERIFY2(!keys.contains(question.key), qPrintable(question.key));
        keys << question.key;
    }
    // P3, P4, P5, P14 are asked for every application; P31: what else the sign-in opens.
    const QJsonObject file = QJsonDocument::fromJson(gateResource(QStringLiteral("presets/%1.json").arg(id))).object();
    QVERIFY(keys.contains(QStringLiteral("session")));
    QVERIFY(!file.value(QLatin1String("blastRadius")).toString().isEmpty());
    QSet<QString> kinds;
    for (const QJsonValue &one : file.value(QLatin1String("bypass")).toArray())
        kinds << one[QLatin1String("kind")].toString();
    QVERIFY(kinds.contains(QStringLiteral("localLogin")) || kinds.contains(QStringLiteral("serviceUser")));
    QVERIFY(kinds.contains(QStringLiteral("apiKey")) || kinds.contains(QStringLiteral("serviceUser")));
}

void tst_Presets::namesAreUnique()
{
    QSet<QString> seen;
    for (const Preset &one : presets()) {
        QStringList names = one.names;
        names << one.groupName << one.policyName;
        for (const QString &name : names) {
            QVERIFY2(!seen.contains(name.toCaseFolded()), qPrintable(name));
            seen << name.toCaseFolded();
        }
    }
}

void tst_Presets::byApplicationName_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("id");
    QTest::newRow("same") << QStringLiteral("NinjaOne") << QStringLiteral("ninjaone");
    QTest::newRow("small letters and more") << QStringLiteral("ninjaone SSO (production)") << QStringLiteral("ninjaone");
    QTest::newRow("part of a word") << QStringLiteral("NinjaOneTwo") << QString();
    QTest::newRow("inforcer") << QStringLiteral("inforcer") << QStringLiteral("inforcer");
    QTest::newRow("Informer") << QStringLiteral("Informer") << QStringLiteral("informer");
    QTest::newRow("N-central") << QStringLiteral("Contoso N-central") << QStringLiteral("nable-ncentral");
    QTest::newRow("Simeon") << QStringLiteral("Simeon Cloud") << QStringLiteral("simeoncloud");
    QTest::newRow("none") << QStringLiteral("Salesforce") << QString();
    QTest::newRow("empty") << QString() << QString();
}

void tst_Presets::byApplicationName()
{
    QFETCH(QString, name);
    QFETCH(QString, id);
    const auto found = presetFor(name);
    QCOMPARE(found ? found->id : QString(), id);
}

QTEST_GUILESS_MAIN(tst_Presets)
#include "tst_Presets.moc"
