#include "gate/wish/Blueprint.h"
#include "wire/ScratchDir.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace pimgate;

class tst_Blueprint : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fullExample();
    void smallest();
    void refuses_data();
    void refuses();
    void firstOfSeveral();
    void accepts_data();
    void accepts();
    void roundTrip_data();
    void roundTrip();
    void namesFilledLater();
    void existingGroupKeepsItsNames();
    void load();
};

namespace {

const QByteArray example = R"({"application": {"appId": "3F2504E0-4F89-11D3-9A0C-0305E82C3301", "preset": "ninjaone"},
 "group": {"displayName": "PIM-NinjaOne-Admins", "description": "Who may enter", "roleAssignable": true, "existing": null},
 "assignment": {"required": true, "appRole": null, "otherAssignments": "keep"},
 "pim": {"eligible": [{"principal": "ada@contoso.com", "duration": "P180D"}], "eligibleOthers": "keep",
         "activation": {"maximumDuration": "PT4H", "mfa": true, "justification": true, "ticket": false, "authenticationContext": null,
                        "approval": true, "approvers": ["lee@contoso.com", "group:Service leads"]},
         "notifications": {"activation": ["soc@contoso.com"]}},
 "conditionalAccess": {"displayName": "PIM only: NinjaOne", "state": "reportOnly", "breakGlass": ["bg1@contoso.com"]},
 "accessReview": {"everyMonths": 3, "reviewers": ["group:Service leads"]}})";

QByteArray with(const QByteArray &pim, const QByteArray &more = {})
{
    return R"({"application": {"displayName": "NinjaOne"}, "pim": )" + pim + more + "}";
}

QByteArray eligibleFor(const QByteArray &duration)
{
    return with(R"({"eligible": [{"principal": "ada@contoso.com", "duration": )" + duration + "}]}");
}

QByteArray activation(const QByteArray &rules)
{
    return with(R"({"eligible": [{"principal": "ada@contoso.com"}], "activation": )" + rules + "}");
}

QByteArray policy(const QByteArray &members)
{
    return with(R"({"eligible": [{"principal": "ada@contoso.com"}]})", R"(, "conditionalAccess": )" + members);
}

} // namespace

void tst_Blueprint::fullExample()
{
    const auto parsed = Blueprint::parse(example);
    QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().text()));
    QCOMPARE(parsed->application.appId, QStringLiteral("3f2504e0-4f89-11d3-9a0c-0305e82c3301"));
    QCOMPARE(parsed->application.preset, QStringLiteral("ninjaone"));
    QCOMPARE(parsed->group.displayName, QStringLiteral("PIM-NinjaOne-Admins"));
    QCOMPARE(parsed->group.roleAssignable, std::optional(true));
    QVERIFY(parsed->group.existing.isEmpty());
    QVERIFY(parsed->assignment.required);
    QVERIFY(!parsed->assignment.removeOthers);
    QCOMPARE(parsed->eligible.size(), 1);
    QCOMPARE(parsed->eligible[0].duration->value(), std::chrono::seconds(std::chrono::hours(24 * 180)));
    QCOMPARE(parsed->activation.maximumDuration->toString(), QStringLiteral("PT4H"));
    QCOMPARE(parsed->activation.ticket, std::optional(false));
    QCOMPARE(parsed->activation.authenticationContext, std::optional(QString(QLatin1String(""))));
    QVERIFY(parsed->approvalWanted());
    QCOMPARE(parsed->activationMail, std::optional(QStringList{QStringLiteral("soc@contoso.com")}));
    QVERIFY(!parsed->policy.enabled);
    QCOMPARE(parsed->accessReview->value(QLatin1String("everyMonths")).toInt(), 3);
    const QStringList references{QStringLiteral("ada@contoso.com"), QStringLiteral("lee@contoso.com"),
                                 QStringLiteral("group:Service leads"), QStringLiteral("bg1@contoso.com")};
    QCOMPARE(parsed->references(), references);
}

void tst_Blueprint::smallest()
{
    const auto parsed = Blueprint::parse(with(R"({"eligible": [{"principal": "ada@contoso.com"}]})"));
    QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().text()));
    QCOMPARE(parsed->group.displayName, QStringLiteral("PIM-NinjaOne-Admins"));
    QCOMPARE(parsed->group.description, QStringLiteral("Active members can sign in to NinjaOne."));
    QCOMPARE(parsed->policy.displayName, QStringLiteral("PIM only: NinjaOne"));
    QVERIFY(parsed->assignment.required);
    QVERIFY(!parsed->approvalWanted());
    QVERIFY(!parsed->activation.mfa && !parsed->activation.maximumDuration && !parsed->activation.authenticationContext);
    QVERIFY(!parsed->eligible[0].duration && !parsed->activationMail && !parsed->accessReview);
}

void tst_Blueprint::refuses_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("where");
    QTest::addColumn<QString>("says"); ///< in message and next step together
    const auto row = [](const char *name, const QByteArray &json, const char *where, const char *says) {
        QTest::newRow(name) << json << QString::fromUtf8(where) << QString::fromUtf8(says);
    };
    row("months", eligibleFor(R"("P6M")"), "pim.eligible[0].duration", "P180D");
    row("one year", eligibleFor(R"("P1Y")"), "pim.eligible[0].duration", "Did you mean “P365D”");
    row("too long", eligibleFor(R"("P366D")"), "pim.eligible[0].duration", "P365D");
    row("too short", eligibleFor(R"("PT4M")"), "pim.eligible[0].duration", "PT5M");
    row("duration is a number", eligibleFor("180"), "pim.eligible[0].duration", "text in quotes");
    row("activation too long", activation(R"({"maximumDuration": "PT48H"})"), "pim.activation.maximumDuration", "P1D");
    row("activation too short", activation(R"({"maximumDuration": "PT10M"})"), "pim.activation.maximumDuration", "PT30M");
    row("activation between steps", activation(R"({"maximumDuration": "PT45M"})"), "pim.activation.maximumDuration",
        "30 minutes");
    row("activation in words", activation(R"({"maximumDuration": "4 hours"})"), "pim.activation.maximumDuration", "PT4H");
    row("approval without approvers", activation(R"({"approval": true})"), "pim.activation.approval", "approvers");
    row("approval with an empty list", activation(R"({"approval": true, "approvers": []})"), "pim.activation.approval",
        "approvers");
    row("own approver", activation(R"({"approvers": ["ADA@contoso.com"]})"), "pim.activation.approvers[0]", "second approver");
    row("mfa with context", activation(R"({"mfa": true, "authenticationContext": "c1"})"), "pim.activation.authenticationContext",
        "mfa");
    row("context", activation(R"({"authenticationContext": "C1"})"), "pim.activation.authenticationContext", "c1 to c99");
    row("mfa is text", activation(R"({"mfa": "yes"})"), "pim.activation.mfa", "true or false");
    row("enabled without break-glass", policy(R"({"state": "enabled"})"), "conditionalAccess.breakGlass", "breakGlassRefusal");
    row("enabled with none", policy(R"({"state": "enabled", "breakGlass": []})"), "conditionalAccess.breakGlass",
        "breakGlassRefusal");
    row("a list where a name belongs", policy(R"({"breakGlass": [["bg1@contoso.com"]]})"), "conditionalAccess.breakGlass[0]",
        "list");
    row("refusal without reason", policy(R"({"state": "enabled", "breakGlassRefusal": {"by": "Ada"}})"),
        "conditionalAccess.breakGlassRefusal.reason", "missing");
    row("refusal with an empty reason", policy(R"({"state": "enabled", "breakGlassRefusal": {"by": "Ada", "reason": " "}})"),
        "conditionalAccess.breakGlassRefusal.reason", "empty");
    row("state", policy(R"({"state": "enable"})"), "conditionalAccess.state", "Did you mean “enabled”");
    row("no application", R"({"pim": {"eligible": [{"principal": "ada@contoso.com"}]}})", "application", "No application");
    row("application without a name", R"({"application": {"preset": "ninjaone"}, "pim": {"eligible": [{"principal": "a@b.c"}]}})",
        "application", "displayName");
    row("application is text", R"({"application": "NinjaOne", "pim": {"eligible": [{"principal": "a@b.c"}]}})", "application",
        "an object");
    row("reserved target", R"({"application": {"appId": "All"}, "pim": {"eligible": [{"principal": "a@b.c"}]}})",
        "application.appId", "GUID");
    row("preset", R"({"application": {"displayName": "x", "preset": "ninjone"}, "pim": {"eligible": [{"principal": "a@b.c"}]}})",
        "application.preset", "Did you mean “ninjaone”");
    row("no pim", R"({"application": {"displayName": "NinjaOne"}})", "pim", "Nobody");
    row("no eligible", with("{}"), "pim.eligible", "Nobody");
    row("empty eligible", with(R"({"eligible": []})"), "pim.eligible", "at least one");
    row("eligible without a principal", with(R"({"eligible": [{"duration": "P1D"}]})"), "pim.eligible[0].principal", "missing");
    row("eligible is text", with(R"({"eligible": ["ada@contoso.com"]})"), "pim.eligible[0]", "an object");
    row("principal is a name", with(R"({"eligible": [{"principal": "Ada"}]})"), "pim.eligible[0].principal", "group:");
    row("group without a name", with(R"({"eligible": [{"principal": "group: "}]})"), "pim.eligible[0].principal", "group:");
    row("principal twice", with(R"({"eligible": [{"principal": "ada@contoso.com"}, {"principal": "Ada@contoso.com"}]})"),
        "pim.eligible[1].principal", "twice");
    row("unknown key", with(R"({"elligible": [], "eligible": [{"principal": "a@b.c"}]})"), "pim.elligible",
        "Did you mean “eligible”");
    row("unknown key lists", with(R"({"zzzzzz": 1, "eligible": [{"principal": "a@b.c"}]})"), "pim.zzzzzz",
        "activation, eligible, eligibleOthers, notifications");
    row("key elsewhere", with(R"({"eligible": [{"principal": "a@b.c"}]})", R"(, "breakGlass": [])"), "breakGlass",
        "conditionalAccess");
    row("key twice", with(R"({"eligible": [{"principal": "a@b.c"}], "eligible": [{"principal": "d@b.c"}]})"), "pim.eligible",
        "twice");
    row("mail", with(R"({"eligible": [{"principal": "a@b.c"}], "notifications": {"activation": ["soc"]}})"),
        "pim.notifications.activation[0]", "mail address");
    row("review",
        with(R"({"eligible": [{"principal": "a@b.c"}]})", R"(, "accessReview": {"everyMonths": 2, "reviewers": ["a@b.c"]})"),
        "accessReview.everyMonths", "1, 3, 6, 12");
    row("comment", R"({"application": {"appId": "x" /* or "displayName" */}})", "line 1, column 32", "comments");
    row("trailing comma", R"({"application": {},})", "line 1", "JSON");
    row("a list", "[]", "", "object");
    row("empty", "", "line 1, column 1", "JSON");
}

void tst_Blueprint::refuses()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, where);
    QFETCH(QString, says);
    const auto parsed = Blueprint::parse(json);
    QVERIFY(!parsed);
    const Error error = parsed.error();
    QVERIFY(error.is(Error::Kind::Input));
    if (where.startsWith(QLatin1String("line")))
        QVERIFY2(error.where.startsWith(where), qPrintable(error.text()));
    else
        QCOMPARE(error.where, where);
    QVERIFY2((error.message + QLatin1Char(' ') + error.next).contains(says), qPrintable(error.text()));
    QVERIFY(!error.message.isEmpty() && !error.next.isEmpty());
}

void tst_Blueprint::firstOfSeveral()
{
    // In the order of the file, which is not the order of the alphabet.
    const auto parsed = Blueprint::parse(R"({"pim": {"eligible": [{"principal": "ada@contoso.com", "duration": "P6M"}]},
        "conditionalAccess": {"state": "on"}, "application": {"displayName": "x", "appid": "y"}})");
    QVERIFY(!parsed);
    QCOMPARE(parsed.error().where, QStringLiteral("pim.eligible[0].duration"));
    QVERIFY2(parsed.error().next.contains(QLatin1String("2 more problem")), qPrintable(parsed.error().next));
}

void tst_Blueprint::accepts_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("24 hours") << activation(R"({"maximumDuration": "PT24H"})");
    QTest::newRow("half an hour") << activation(R"({"maximumDuration": "PT30M"})");
    QTest::newRow("a year") << eligibleFor(R"("P365D")");
    QTest::newRow("five minutes") << eligibleFor(R"("PT5M")");
    QTest::newRow("context without mfa") << activation(R"({"mfa": false, "authenticationContext": "c1"})");
    QTest::newRow("refusal") << policy(R"({"state": "enabled", "breakGlassRefusal": {"by": "Ada", "reason": "none exists"}})");
    QTest::newRow("break-glass") << policy(R"({"state": "enabled", "breakGlass": ["group:Emergency"]})");
    QTest::newRow("report-only") << policy(R"({"state": "reportOnly"})");
    QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBF") + activation("{}");
    QTest::newRow("object id") << with(R"({"eligible": [{"principal": "3f2504e0-4f89-11d3-9a0c-0305e82c3301"}]})");
    QTest::newRow("remove") << with(R"({"eligible": [{"principal": "a@b.c"}]})", R"(, "assignment": {"remove": ["d@b.c"]})");
    QTest::newRow("escaped key") << with(R"({"\u0065ligible": [{"principal": "a@b.c"}]})");
}

void tst_Blueprint::accepts()
{
    QFETCH(QByteArray, json);
    const auto parsed = Blueprint::parse(json);
    QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().text()));
}

void tst_Blueprint::roundTrip_data()
{
    accepts_data();
    QTest::newRow("full example") << example;
    QTest::newRow("by id only") << QByteArray(
        R"({"application": {"appId": "3f2504e0-4f89-11d3-9a0c-0305e82c3301"}, "pim": {"eligible": [{"principal": "a@b.c"}]}})");
    QTest::newRow("existing group") << with(R"({"eligible": [{"principal": "a@b.c"}], "notifications": {"activation": []}})",
                                            R"(, "group": {"existing": "Old group"}, "assignment": {"required": false})");
}

void tst_Blueprint::roundTrip()
{
    QFETCH(QByteArray, json);
    const auto first = Blueprint::parse(json);
    QVERIFY(first);
    const auto second = Blueprint::parse(QJsonDocument(first->toJson()).toJson());
    QVERIFY2(second, second ? "" : qPrintable(second.error().text()));
    QCOMPARE(second->toJson(), first->toJson());
    QVERIFY(*second == *first);
}

void tst_Blueprint::namesFilledLater()
{
    auto parsed = Blueprint::parse(R"({"application": {"appId": "3f2504e0-4f89-11d3-9a0c-0305e82c3301"},
        "group": {"description": "Mine"}, "pim": {"eligible": [{"principal": "a@b.c"}]}})");
    QVERIFY(parsed);
    QVERIFY(parsed->group.displayName.isEmpty() && parsed->policy.displayName.isEmpty());
    parsed->fillNames(QStringLiteral("Contoso Remote Desk"));
    QCOMPARE(parsed->group.displayName, QStringLiteral("PIM-ContosoRemoteDesk-Admins"));
    QCOMPARE(parsed->policy.displayName, QStringLiteral("PIM only: Contoso Remote Desk"));
    QCOMPARE(parsed->group.description, QStringLiteral("Mine"));
    parsed->fillNames(QStringLiteral("Another"));
    QCOMPARE(parsed->group.displayName, QStringLiteral("PIM-ContosoRemoteDesk-Admins"));
}

void tst_Blueprint::existingGroupKeepsItsNames()
{
    const auto parsed =
        Blueprint::parse(with(R"({"eligible": [{"principal": "a@b.c"}]})", R"(, "group": {"existing": "Old group"})"));
    QVERIFY(parsed);
    QVERIFY(parsed->group.displayName.isEmpty() && parsed->group.description.isEmpty());
    QCOMPARE(parsed->policy.displayName, QStringLiteral("PIM only: NinjaOne"));
}

void tst_Blueprint::load()
{
    test::ScratchDir folder;
    const QString name = folder.filePath(QStringLiteral("blueprint.json"));
    const auto missing = Blueprint::load(name);
    QVERIFY(!missing);
    QCOMPARE(missing.error().where, name);
    QFile file(name);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(example);
    file.close();
    QVERIFY(Blueprint::load(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(2 << 20, ' '));
    file.close();
    const auto huge = Blueprint::load(name);
    QVERIFY(!huge);
    QVERIFY(huge.error().message.contains(QLatin1String("1 MB")));
}

QTEST_GUILESS_MAIN(tst_Blueprint)
#include "tst_Blueprint.moc"
