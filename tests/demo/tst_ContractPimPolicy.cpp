#include "demo/PimPolicyBench.h"

#include <QTest>

using namespace pimgate::demotest;

/// graph-contract.md 8.2 and 8.3: the 17 rules of a policy as they are, and what they must not become.
class tst_ContractPimPolicy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QCOMPARE(m_bench.begin(), QString()); }

    void defaults_data();
    void defaults();
    void orderOfRules();
    void refusals_data();
    void refusals();

private:
    PimBench m_bench;
};

namespace {

struct Rule
{
    const char *id, *kind, *body, *caller, *level;
};

// clang-format off
const Rule kDefaults[] = { // contract 8.2, in its order
    {"Expiration_Admin_Eligibility", "ExpirationRule", R"({"isExpirationRequired":true,"maximumDuration":"P365D"})", "Admin", "Eligibility"},
    {"Enablement_Admin_Eligibility", "EnablementRule", R"({"enabledRules":[]})", "Admin", "Eligibility"},
    {"Notification_Admin_Admin_Eligibility", "NotificationRule", R"({"recipientType":"Admin"})", "Admin", "Eligibility"},
    {"Notification_Requestor_Admin_Eligibility", "NotificationRule", R"({"recipientType":"Requestor"})", "Admin", "Eligibility"},
    {"Notification_Approver_Admin_Eligibility", "NotificationRule", R"({"recipientType":"Approver"})", "Admin", "Eligibility"},
    {"Expiration_Admin_Assignment", "ExpirationRule", R"({"isExpirationRequired":true,"maximumDuration":"P180D"})", "Admin", "Assignment"},
    {"Enablement_Admin_Assignment", "EnablementRule", R"({"enabledRules":["Justification"]})", "Admin", "Assignment"},
    {"Notification_Admin_Admin_Assignment", "NotificationRule", R"({"recipientType":"Admin"})", "Admin", "Assignment"},
    {"Notification_Requestor_Admin_Assignment", "NotificationRule", R"({"recipientType":"Requestor"})", "Admin", "Assignment"},
    {"Notification_Approver_Admin_Assignment", "NotificationRule", R"({"recipientType":"Approver"})", "Admin", "Assignment"},
    {"Expiration_EndUser_Assignment", "ExpirationRule", R"({"isExpirationRequired":true,"maximumDuration":"PT8H"})", "EndUser", "Assignment"},
    {"Enablement_EndUser_Assignment", "EnablementRule", R"({"enabledRules":["Justification"]})", "EndUser", "Assignment"},
    {"Approval_EndUser_Assignment", "ApprovalRule",
     R"({"setting":{"isApprovalRequired":false,"isApprovalRequiredForExtension":false,"isRequestorJustificationRequired":true,"approvalMode":"SingleStage","approvalStages":[{"approvalStageTimeOutInDays":1,"isApproverJustificationRequired":true,"escalationTimeInMinutes":0,"isEscalationEnabled":false,"primaryApprovers":[],"escalationApprovers":[]}]}})",
     "EndUser", "Assignment"},
    {"AuthenticationContext_EndUser_Assignment", "AuthenticationContextRule", R"({"isEnabled":false,"claimValue":""})", "EndUser", "Assignment"},
    {"Notification_Admin_EndUser_Assignment", "NotificationRule", R"({"recipientType":"Admin"})", "EndUser", "Assignment"},
    {"Notification_Requestor_EndUser_Assignment", "NotificationRule", R"({"recipientType":"Requestor"})", "EndUser", "Assignment"},
    {"Notification_Approver_EndUser_Assignment", "NotificationRule", R"({"recipientType":"Approver"})", "EndUser", "Assignment"},
};

struct Refused
{
    const char *name, *rule, *change;
};
const Refused kRefused[] = { // contract 8.3 and 7.7, last paragraph
    {"8.3: for EndUser isExpirationRequired must stay true", "Expiration_EndUser_Assignment", R"({"isExpirationRequired":false})"},
    {"7.7: isExpirationRequired true without maximumDuration", "Expiration_Admin_Eligibility", R"({"maximumDuration":null})"},
    {"8.3: an empty maximumDuration", "Expiration_EndUser_Assignment", R"({"maximumDuration":""})"},
    {"1: no months", "Expiration_Admin_Assignment", R"({"maximumDuration":"P6M"})"},
    {"6: an activation of more than 24 hours", "Expiration_EndUser_Assignment", R"({"maximumDuration":"P1DT1M"})"},
    {"6: assignments below five minutes", "Expiration_EndUser_Assignment", R"({"maximumDuration":"PT4M"})"},
    {"8.3: enabledRules, any subset of three", "Enablement_EndUser_Assignment", R"({"enabledRules":["Justification","Fingerprint"]})"},
    {"8.3: c1..c99", "AuthenticationContext_EndUser_Assignment", R"({"isEnabled":true,"claimValue":"c100"})"},
    {"8.3: an enabled context names a claim", "AuthenticationContext_EndUser_Assignment", R"({"isEnabled":true,"claimValue":""})"},
    {"6: approval with an empty list", "Approval_EndUser_Assignment", R"({"setting":{"isApprovalRequired":true,"approvalStages":[{"approvalStageTimeOutInDays":1,"primaryApprovers":[]}]}})"},
    {"8.3: send userId, not id", "Approval_EndUser_Assignment", R"({"setting":{"isApprovalRequired":true,"approvalStages":[{"approvalStageTimeOutInDays":1,"primaryApprovers":[{"@odata.type":"#microsoft.graph.singleUser","id":"x"}]}]}})"},
    {"8.3: an approver exists", "Approval_EndUser_Assignment", R"({"setting":{"isApprovalRequired":true,"approvalStages":[{"approvalStageTimeOutInDays":1,"primaryApprovers":[{"@odata.type":"#microsoft.graph.singleUser","userId":"11111111-2222-3333-4444-555555555555"}]}]}})"},
    {"8.3: SingleStage", "Approval_EndUser_Assignment", R"({"setting":{"isApprovalRequired":true,"approvalStages":[]}})"},
    {"8.3: notificationLevel None, Critical or All", "Notification_Admin_EndUser_Assignment", R"({"notificationLevel":"Some"})"},
    {"8.4: the full rule, with its type", "Enablement_EndUser_Assignment", R"({"@odata.type":"#microsoft.graph.unifiedRoleManagementPolicyExpirationRule"})"},
    {"8.4: the full rule, with its target", "Enablement_EndUser_Assignment", R"({"target":null})"},
    {"8.2: the target is the rule's own", "Enablement_EndUser_Assignment", R"({"target":{"caller":"Admin","operations":["All"],"level":"Assignment"}})"},
    {"8.3: nothing that its type does not have", "Enablement_EndUser_Assignment", R"({"isExpirationRequired":true})"},
    {"8.2: no eighteenth rule", "Enablement_EndUser_Assignment", R"({"id":"Enablement_EndUser_Eligibility"})"},
};
// clang-format on

} // namespace

void tst_ContractPimPolicy::defaults_data()
{
    QTest::addColumn<int>("row");
    for (int i = 0; i < int(std::size(kDefaults)); ++i)
        QTest::newRow(qPrintable(QStringLiteral("contract 8.2: ") + QLatin1String(kDefaults[i].id))) << i;
}

void tst_ContractPimPolicy::defaults()
{
    QFETCH(int, row);
    const Rule &expected = kDefaults[row];
    QJsonObject body = object(expected.body);
    if (qstrcmp(expected.kind, "NotificationRule") == 0) // "Email, …, All, defaultRecipients true, []"
        body = both(
            body,
            object(
                R"({"notificationType":"Email","notificationLevel":"All","isDefaultRecipientsEnabled":true,"notificationRecipients":[]})"));
    for (const char *access : {"member", "owner"}) {
        const QJsonObject rule = ruleOf(policyOf(m_bench, access), expected.id);
        QCOMPARE(rule[QLatin1String("@odata.type")].toString(), kType + QLatin1String(expected.kind));
        for (auto it = body.begin(); it != body.end(); ++it)
            QCOMPARE(rule[it.key()], it.value());
        QCOMPARE(rule.size(), body.size() + 3); // @odata.type, id and target besides
        const QJsonObject target = rule[QLatin1String("target")].toObject();
        QCOMPARE(target[QLatin1String("caller")].toString(), QLatin1String(expected.caller));
        QCOMPARE(target[QLatin1String("level")].toString(), QLatin1String(expected.level));
        QCOMPARE(target[QLatin1String("operations")].toArray(), QJsonArray{QStringLiteral("All")});
        for (const char *empty : {"inheritableSettings", "enforcedSettings"})
            QVERIFY(target[QLatin1String(empty)].isArray() && target[QLatin1String(empty)].toArray().isEmpty());
    }
}

void tst_ContractPimPolicy::orderOfRules()
{
    QStringList expected, ids;
    for (const Rule &rule : kDefaults)
        expected << QLatin1String(rule.id);
    for (const auto &rule : policyOf(m_bench, "member")[QLatin1String("rules")].toArray())
        ids << rule[QLatin1String("id")].toString();
    QCOMPARE(ids, expected);
}

void tst_ContractPimPolicy::refusals_data()
{
    QTest::addColumn<int>("row");
    for (int i = 0; i < int(std::size(kRefused)); ++i)
        QTest::newRow(qPrintable(QStringLiteral("contract ") + QLatin1String(kRefused[i].name))) << i;
}

void tst_ContractPimPolicy::refusals()
{
    QFETCH(int, row);
    const Refused &refused = kRefused[row];
    const QByteArray before = m_bench.state();
    m_bench.admin().sendsNonsense = true;
    const Answer answer = patched(m_bench, "member", {{QLatin1String(refused.rule), object(refused.change)}});
    m_bench.admin().sendsNonsense = false;
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.code(), QStringLiteral("InvalidPolicy"));
    QCOMPARE(answer.message(), QStringLiteral("The policy is invalid."));
    const QJsonObject detail = answer.json()[QLatin1String("error")][QLatin1String("details")][0].toObject();
    QCOMPARE(detail[QLatin1String("code")].toString(), QStringLiteral("RoleManagementPolicyRuleValidationError"));
    QVERIFY(!detail[QLatin1String("message")].toString().isEmpty());
    QCOMPARE(m_bench.state(), before);
}

QTEST_GUILESS_MAIN(tst_ContractPimPolicy)
#include "tst_ContractPimPolicy.moc"
