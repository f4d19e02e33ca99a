// What must not be applied ends with 2 before anything is sent but reads, and says in one paragraph where and what instead.
#include "cli/DemoProcess.h"

#include <memory>

using namespace cliprocess;

class tst_Refused : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<DemoProcess> m_demo;

    static QJsonValue put(QJsonValue into, QStringList path, const QJsonValue &value)
    {
        if (path.isEmpty())
            return value;
        const QString key = path.takeFirst();
        bool isIndex = false;
        const int index = key.toInt(&isIndex);
        if (isIndex) {
            QJsonArray array = into.toArray();
            array[index] = put(array.at(index), path, value);
            return array;
        }
        QJsonObject object = into.toObject();
        object.insert(key, put(object.value(key), path, value));
        return object;
    }

    QString blueprint(const QList<std::pair<const char *, QJsonValue>> &changes) const
    {
        QJsonValue wish = m_demo->blueprint();
        for (const auto &[path, value] : changes)
            wish = put(wish, QString::fromLatin1(path).split(QLatin1Char('/')), value);
        return m_demo->write("blueprint.json", wish.toObject());
    }

    QStringList runs() const
    {
        QStringList ids;
        const Ended history = m_demo->command({"history", "--json"});
        for (const QJsonValue &run : history.json().value(QLatin1String("runs")).toArray())
            ids << run[QLatin1String("run")].toString();
        return history.status == 0 ? ids : QStringList{QStringLiteral("the history cannot be read")};
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_demo = std::make_unique<DemoProcess>();
        QVERIFY(m_demo->start(words({"--time-scale", "600"})));
    }

    void cleanupTestCase() { m_demo.reset(); }

    void refused_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QString>("where");
        QTest::addColumn<QStringList>("says");
        const auto row = [](const char *name, const char *path, const QJsonValue &value, const char *where,
                            std::initializer_list<const char *> says) {
            QTest::newRow(name) << QString::fromLatin1(path) << value << QString::fromLatin1(where) << words(says);
        };
        const auto app = [](const char *name) {
            return QJsonValue(QJsonObject{{QStringLiteral("displayName"), QString::fromUtf8(name)}});
        };
        const auto list = [](const char *one) { return QJsonValue(QJsonArray{QString::fromUtf8(one)}); };
        row("public client", "application", app("Contoso Field App"), "application",
            {"public client", "Allow public client flows"});
        row("first-party application", "application", app("Microsoft Graph Command Line Tools"), "application",
            {"Choose the application"});
        row("no single sign-on", "application", app("Legacy Timesheets"), "application", {"no single sign-on", "Set up"});
        row("disabled application", "application", app("Old RMM"), "application", {"disabled", "Enable it"});
        row("application not found", "application", app("No such app"), "application", {"No such app"});
        row("unknown person", "pim/eligible/0/principal", QStringLiteral("nobody@contoso.demo"), "pim.eligible[0].principal",
            {"nobody@contoso.demo"});
        row("unknown approver", "pim/activation/approvers", list("nobody@contoso.demo"), "pim.activation.approvers[0]",
            {"nobody@contoso.demo"});
        row("unknown break-glass account", "conditionalAccess/breakGlass", list("nobody@contoso.demo"),
            "conditionalAccess.breakGlass[0]", {"nobody@contoso.demo"});
        row("approval without approvers", "pim/activation", QJsonObject{{QStringLiteral("approval"), true}},
            "pim.activation.approval", {"approvers"});
        row("enabled without break-glass", "conditionalAccess", QJsonObject{{QStringLiteral("state"), QStringLiteral("enabled")}},
            "conditionalAccess", {"breakGlass", "breakGlassRefusal"});
        row("activation of two days", "pim/activation/maximumDuration", QStringLiteral("PT48H"), "pim.activation.maximumDuration",
            {"PT48H", "PT30M to P1D"});
        row("months", "pim/eligible/0/duration", QStringLiteral("P6M"), "pim.eligible[0].duration", {"P6M", "P180D"});
        row("unknown key", "pim/eligable", 1, "pim.eligable", {"eligible"});
        row("wrong type", "pim/eligible", QStringLiteral("ada"), "pim.eligible", {"list"});
    }

    void refused()
    {
        QFETCH(QString, path);
        QFETCH(QJsonValue, value);
        QFETCH(QString, where);
        QFETCH(QStringList, says);
        const qsizetype before = m_demo->exchanges().size();
        const QString file = blueprint({{path.toLatin1().constData(), value}});
        for (const QStringList &command :
             {QStringList{QStringLiteral("plan"), file}, QStringList{QStringLiteral("apply"), file, QStringLiteral("--yes")},
              QStringList{QStringLiteral("test"), file, QStringLiteral("--user"), m_demo->eligible()}}) {
            const Ended ended = m_demo->command(command);
            QVERIFY2(ended.status == 2, ended.err + ended.out);
            QCOMPARE(ended.out, QByteArray());
            QVERIFY2(ended.err.count('\n') == 1 && ended.err.startsWith("pimgate: "), ended.err);
            QVERIFY2(ended.err.contains(where.toUtf8()), ended.err);
            for (const QString &text : says)
                QVERIFY2(ended.err.contains(text.toUtf8()), ended.err);
        }
        QCOMPARE(m_demo->writes(before), QStringList());
        QCOMPARE(runs(), QStringList());
    }

    void everyReasonInOneDocument()
    {
        const QString file = blueprint(
            {{"application/displayName", QStringLiteral("Old RMM")}, {"group/existing", QStringLiteral("No such group")}});
        const Ended text = m_demo->command({QStringLiteral("plan"), file});
        QCOMPARE(text.status, 2);
        QVERIFY2(text.err.contains("Further reasons: 1;") && text.err.count('\n') == 1, text.err);
        const Ended json = m_demo->command({QStringLiteral("plan"), file, QStringLiteral("--json")});
        QCOMPARE(json.status, 2);
        QStringList places;
        for (const QJsonValue &refusal : json.json().value(QLatin1String("refusals")).toArray()) {
            QVERIFY(!refusal[QLatin1String("message")].toString().isEmpty() &&
                    !refusal[QLatin1String("next")].toString().isEmpty());
            places << refusal[QLatin1String("where")].toString();
        }
        QCOMPARE(places, words({"application", "group.existing"}));
    }

    /// verify looks: what apply would refuse is a state of the tenant to tell about.
    void verifyTellsInstead()
    {
        const QString file = blueprint({{"application/displayName", QStringLiteral("Old RMM")}});
        const Ended ended = m_demo->command({QStringLiteral("verify"), file, QStringLiteral("--json")});
        QVERIFY2(ended.status == 1, ended.err + ended.out);
        QCOMPARE(ended.json().value(QLatin1String("reason")).toString(), QStringLiteral("drift"));
        QCOMPARE(runs(), QStringList());
    }
};

QTEST_GUILESS_MAIN(tst_Refused)
#include "tst_Refused.moc"
