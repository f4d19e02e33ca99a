// What is asked of PIM and what it shows are the same when a person would say so.
#include "gate/steps/RuleFacts.h"
#include "graph/ManagementPolicies.h"

#include <QTest>

using namespace pimgate;

namespace {

ManagementPolicy policyOf(const QList<PolicyRule> &rules)
{
    ManagementPolicy policy;
    for (const PolicyRule &rule : rules)
        policy.rules.insert(rule[QLatin1String("id")].toString(), rule);
    return policy;
}

PolicyRule longest(const char *duration)
{
    PolicyRule rule = Rules::expiration(Rules::MaximumActivation, IsoDuration());
    rule.insert(QStringLiteral("maximumDuration"), QLatin1String(duration));
    return rule;
}

PolicyRule approvers(const QStringList &ids, bool required = true)
{
    QList<Principal> people;
    for (const QString &id : ids) {
        Principal person;
        person.id = id;
        person.type = Principal::Type::User;
        people << person;
    }
    return Rules::approval(people, required);
}

} // namespace

class tst_RuleFacts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void compare_data()
    {
        QTest::addColumn<PolicyRule>("asked");
        QTest::addColumn<PolicyRule>("shown");
        QTest::addColumn<QStringList>("different");
        const QStringList same;
        QTest::newRow("PT24H is P1D") << longest("PT24H") << longest("P1D") << same;
        QTest::newRow("PT90M is PT1H30M") << longest("PT90M") << longest("PT1H30M") << same;
        QTest::newRow("longer") << longest("PT2H") << longest("PT12H") << QStringList{QStringLiteral("maximumDuration")};
        QTest::newRow("order and case of what is enabled")
            << Rules::enablement({QStringLiteral("MultiFactorAuthentication"), QStringLiteral("Justification")})
            << Rules::enablement({QStringLiteral("justification"), QStringLiteral("multiFactorAuthentication")}) << same;
        QTest::newRow("MFA gone") << Rules::enablement(
                                         {QStringLiteral("MultiFactorAuthentication"), QStringLiteral("Justification")})
                                  << Rules::enablement({QStringLiteral("Justification")}) << QStringList{QStringLiteral("mfa")};
        QTest::newRow("order and case of approvers") << approvers({QStringLiteral("a1"), QStringLiteral("b2")})
                                                     << approvers({QStringLiteral("B2"), QStringLiteral("A1")}) << same;
        QTest::newRow("approver gone") << approvers({QStringLiteral("a1"), QStringLiteral("b2")})
                                       << approvers({QStringLiteral("a1")}) << QStringList{QStringLiteral("approval")};
        QTest::newRow("no approval, whoever is named") << approvers({}, false) << approvers({}, false) << same;
        QTest::newRow("context") << Rules::authenticationContext(QStringLiteral("c1")) << Rules::authenticationContext(QString())
                                 << QStringList{QStringLiteral("authenticationContext")};
        QTest::newRow("order and case of mail")
            << Rules::activationMail({QStringLiteral("soc@contoso.com"), QStringLiteral("it@contoso.com")})
            << Rules::activationMail({QStringLiteral("IT@contoso.com"), QStringLiteral("soc@contoso.com")}) << same;
    }
    void compare()
    {
        QFETCH(PolicyRule, asked);
        QFETCH(PolicyRule, shown);
        QFETCH(QStringList, different);
        const RuleFacts wanted = RuleFacts::shown(policyOf({asked})), there = RuleFacts::shown(policyOf({shown}));
        QCOMPARE(wanted.differFrom(there), different);
    }

    void onlyWhatIsAskedCounts()
    {
        RuleFacts asked;
        asked.ticket = true;
        const RuleFacts shown = RuleFacts::shown(policyOf({longest("PT12H"), Rules::enablement({QStringLiteral("Ticketing")})}));
        QVERIFY(asked.differFrom(shown).isEmpty());
        QCOMPARE(asked.sameFieldsOf(shown).toJson().keys(), QStringList{QStringLiteral("ticket")});
    }

    void keptInHistory()
    {
        RuleFacts facts;
        facts.longest = IsoDuration(std::chrono::hours(2));
        facts.mfa = false;
        facts.context = QString();
        facts.approvers = QStringList{QStringLiteral("a1")};
        const RuleFacts back = RuleFacts::fromJson(facts.toJson());
        QVERIFY(facts.differFrom(back).isEmpty() && back.differFrom(facts).isEmpty());
        QVERIFY(!back.justification && !back.mail);
    }
};

QTEST_GUILESS_MAIN(tst_RuleFacts)
#include "tst_RuleFacts.moc"
