#include "demo/PimBench.h"

#include <QTest>

using namespace pimgate::demotest;

/// graph-contract.md 7.7, line by line: what PIM says when it refuses. Every expectation is typed from there.
class tst_ContractPim : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QCOMPARE(m_bench.begin(), QString()); }

    void refuses_data();
    void refuses();
    void envelopes_data();
    void envelopes();
    void envelopeOfSuccessAndPolicies();
    void youngObjects();
    void mannersAreNamed();

private:
    PimBench m_bench;
};

namespace {

/// What must be there before, and the request that is refused.
using Prepare = void (*)(PimBench &);
using Ask = Answer (*)(PimBench &);

const char *const kFailed = "RoleAssignmentRequestPolicyValidationFailed";
const char *const kNobody = "11111111-2222-3333-4444-555555555555";

struct Line
{
    const char *name;
    Prepare prepare;
    Ask ask;
    int status;
    const char *code;
    const char *message; ///< nullptr: the contract has none
    bool wrapped = false;
};

void nothing(PimBench &) {}
void adaEligible(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
}
void adaEligibleOlder(PimBench &b)
{
    adaEligible(b);
    QCOMPARE(b.manners({{QStringLiteral("olderErrors"), true}}).status, 204);
}
void adaActive(PimBench &b)
{
    adaEligible(b);
    QCOMPARE(b.activate("ada.lindqvist").text("status"), QStringLiteral("Provisioned"));
}
void needs(PimBench &b, const QStringList &enabled)
{
    adaEligible(b);
    QCOMPARE(b.rules({{kEnablement, enabledRules(enabled)}}).status, 200);
}
void older(PimBench &b, const QStringList &enabled)
{
    needs(b, enabled);
    QCOMPARE(b.manners({{QStringLiteral("olderErrors"), true}}).status, 204);
}
void targetedContext(PimBench &b)
{
    adaEligible(b);
    QCOMPARE(b.admin().post(QStringLiteral("/identity/conditionalAccess/policies"), contextPolicy("c1", "enabled")).status, 201);
    QCOMPARE(b.rules({{kContextRule, contextRule("c1")}}).status, 200);
}
void unlicensed(PimBench &b)
{
    QCOMPARE(b.admin().control("POST", QStringLiteral("directory"), {{QStringLiteral("licence"), QStringLiteral("P1")}}).status,
             204);
}

Answer adaActivates(PimBench &b)
{
    return b.activate("ada.lindqvist");
}
/// Half a ticket, or one of blanks.
Answer adaActivatesTicketed(PimBench &b, const char *number, const char *system)
{
    QJsonObject ticket;
    if (number)
        ticket.insert(QStringLiteral("ticketNumber"), QLatin1String(number));
    if (system)
        ticket.insert(QStringLiteral("ticketSystem"), QLatin1String(system));
    return b.activate("ada.lindqvist", "PT1H", both(why(), {{QStringLiteral("ticketInfo"), ticket}}));
}
Answer adaActivatesBare(PimBench &b)
{
    return b.activate("ada.lindqvist", "PT1H", {});
}
/// A body that violates Graph's own description.
Answer nonsense(PimBench &b, const QJsonObject &change)
{
    const QJsonObject body{{QStringLiteral("accessId"), QStringLiteral("member")},
                           {QStringLiteral("action"), QStringLiteral("adminAssign")},
                           {QStringLiteral("groupId"), b.group},
                           {QStringLiteral("principalId"), b.ada},
                           {QStringLiteral("scheduleInfo"), lasting("P1D")}};
    return b.admin().nonsense("POST", kPim + QStringLiteral("eligibilityScheduleRequests"), both(body, change));
}
Answer eligibleFor(PimBench &b, const QJsonObject &schedule)
{
    return askPim(b.admin(), "eligibility", "adminAssign", b.group, b.ada, schedule, why());
}

// clang-format off
const Line kLines[] = {
    {"MfaRule, older format", [](PimBench &b) { older(b, {QStringLiteral("MultiFactorAuthentication")}); }, adaActivates, 400, kFailed,
     "The following policy rules failed: [\"MfaRule\"]"},
    {"JustificationRule, older format", adaEligibleOlder, adaActivatesBare, 400, kFailed,
     "The following policy rules failed: [\"JustificationRule\"]"},
    {"ExpirationRule and JustificationRule, older format", adaEligibleOlder,
     [](PimBench &b) { return b.activate("ada.lindqvist", "PT9H", {}); }, 400, kFailed,
     "The following policy rules failed: [\"ExpirationRule\",\"JustificationRule\"]"},
    {"EligibilityRule and ExpirationRule, older format", adaEligibleOlder,
     [](PimBench &b) { return b.activate("jonas.weber", "PT9H"); }, 400, kFailed,
     "The following policy rules failed: [\"EligibilityRule\",\"ExpirationRule\"]"},
    {"TicketingRule, older format", [](PimBench &b) { older(b, {QStringLiteral("Ticketing")}); }, adaActivates, 400, kFailed,
     "The following policy rules failed: [\"TicketingRule\"]"},
    {"JustificationRule, newer format", adaEligible, adaActivatesBare, 400, kFailed,
     "The following policy rules failed: JustificationRule - Justification is required"},
    {"MfaRule, newer format", [](PimBench &b) { needs(b, {QStringLiteral("MultiFactorAuthentication")}); }, adaActivates, 400, kFailed,
     "The following policy rules failed: MfaRule - Multi-factor authentication is required"},
    {"TicketingRule, newer format", [](PimBench &b) { needs(b, {QStringLiteral("Ticketing")}); }, adaActivates, 400, kFailed,
     "The following policy rules failed: TicketingRule - Ticket information is required"},
    {"contract 7.1: a ticket number without its system", [](PimBench &b) { needs(b, {QStringLiteral("Ticketing")}); },
     [](PimBench &b) { return adaActivatesTicketed(b, "4711", nullptr); }, 400, kFailed,
     "The following policy rules failed: TicketingRule - Ticket information is required"},
    {"contract 7.1: a ticket system without a number", [](PimBench &b) { needs(b, {QStringLiteral("Ticketing")}); },
     [](PimBench &b) { return adaActivatesTicketed(b, nullptr, "Desk"); }, 400, kFailed,
     "The following policy rules failed: TicketingRule - Ticket information is required"},
    {"contract 7.1: a ticket system of nothing", [](PimBench &b) { needs(b, {QStringLiteral("Ticketing")}); },
     [](PimBench &b) { return adaActivatesTicketed(b, "4711", ""); }, 400, kFailed,
     "The following policy rules failed: TicketingRule - Ticket information is required"},
    {"authentication context needed", targetedContext, adaActivates, 400, "RoleAssignmentRequestAcrsValidationFailed",
     "&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C%20%22value%22%3A%22c1%22%7D%7D%7D", true},
    {"duplicate", adaEligible, [](PimBench &b) { return b.makeEligible(b.ada, "P30D"); }, 400, "RoleAssignmentExists",
     "The Role assignment already exists."},
    {"already active", adaActive, adaActivates, 400, "RoleAssignmentExists", "The Role assignment already exists."},
    {"deactivate what is not there", adaEligible, [](PimBench &b) { return b.deactivate("ada.lindqvist"); }, 400,
     "RoleAssignmentDoesNotExist", "The Role assignment does not exist."},
    {"remove what is not there", nothing,
     [](PimBench &b) { return askPim(b.admin(), "eligibility", "adminRemove", b.group, b.ada); }, 400,
     "RoleAssignmentDoesNotExist", "The Role assignment does not exist."},
    {"pending", [](PimBench &b) {
         adaEligible(b);
         QCOMPARE(b.needsApproval({approvingUser(b.lena)}).status, 200);
         QCOMPARE(b.activate("ada.lindqvist").text("status"), QStringLiteral("PendingApproval"));
     }, adaActivates, 400, "PendingRoleAssignmentRequest", nullptr},
    {"deactivated within five minutes", adaActive, [](PimBench &b) { return b.deactivate("ada.lindqvist"); }, 400,
     "ActiveDurationTooShort", "The Active duration is too short. Miniumum Required is 5 minutes."},
    {"removed within five minutes", adaEligible,
     [](PimBench &b) { return askPim(b.admin(), "eligibility", "adminRemove", b.group, b.ada); }, 400, "ActiveDurationTooShort",
     "The Active duration is too short. Miniumum Required is 5 minutes."},
    {"bad body: unknown action", nothing,
     [](PimBench &b) { return nonsense(b, {{QStringLiteral("action"), QStringLiteral("adminGrant")}}); }, 400,
     "InvalidRoleAssignmentRequest", "The role assignment request is invalid."},
    {"bad body: unknown member", nothing,
     [](PimBench &b) { return nonsense(b, {{QStringLiteral("roleId"), QStringLiteral("member")}}); }, 400,
     "InvalidRoleAssignmentRequest", "The role assignment request is invalid."},
    {"bad body: no principal", nothing,
     [](PimBench &b) { return nonsense(b, {{QStringLiteral("principalId"), QJsonValue::Null}}); }, 400,
     "InvalidRoleAssignmentRequest", "The role assignment request is invalid."},
    {"bad body: activation among eligibilities", adaEligible,
     [](PimBench &b) { return askPim(b.as("ada.lindqvist"), "eligibility", "selfActivate", b.group, b.ada, lasting("PT1H"), why()); },
     400, "InvalidRoleAssignmentRequest", "The role assignment request is invalid."},
    {"P6M", nothing, [](PimBench &b) { return nonsense(b, {{QStringLiteral("scheduleInfo"), lasting("P6M")}}); }, 400,
     "InvalidRoleAssignmentRequest", "The role assignment request is invalid."},
    {"missing expiration", nothing,
     [](PimBench &b) { return eligibleFor(b, {{QStringLiteral("startDateTime"), b.later(0)}}); }, 400,
     "InvalidRoleAssignmentRequest", "The role assignment request is invalid."},
    {"missing schedule", nothing, [](PimBench &b) { return eligibleFor(b, {}); }, 400, "InvalidRoleAssignmentRequest",
     "The role assignment request is invalid."},
    {"afterDateTime without an end", nothing, [](PimBench &b) { return eligibleFor(b, until("afterDateTime")); }, 400,
     "InvalidRoleAssignmentRequest", "The role assignment request is invalid."},
    {"end before start", nothing,
     [](PimBench &b) { return eligibleFor(b, until("afterDateTime", "endDateTime", b.later(-3600))); }, 400,
     "InvalidRoleAssignmentRequestSchedule", nullptr},
    {"below five minutes", nothing, [](PimBench &b) { return eligibleFor(b, lasting("PT4M59S")); }, 400,
     "InvalidRoleAssignmentRequestSchedule", nullptr},
    {"unknown principal", nothing, [](PimBench &b) { return b.makeEligible(QLatin1String(kNobody)); }, 400, "SubjectNotFound",
     "The subject is not found."},
    {"unknown group", nothing,
     [](PimBench &b) { return askPim(b.admin(), "eligibility", "adminAssign", QLatin1String(kNobody), b.ada, lasting("P1D")); }, 404,
     "ResourceNotFound", "The resource is not found."},
    {"no licence, eligibility", unlicensed, [](PimBench &b) { return b.makeEligible(b.ada); }, 400, "AadPremiumLicenseRequired",
     "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license."},
    {"no licence, activation", [](PimBench &b) { adaEligible(b); unlicensed(b); }, adaActivates, 400, "AadPremiumLicenseRequired",
     "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license."},
    {"scope missing for a write", nothing,
     [](PimBench &b) {
         return askPim(b.as("mira.kovac", {}, QStringLiteral("User.Read")), "eligibility", "adminAssign", b.group, b.ada, lasting("P1D"));
     }, 403, "PermissionScopeNotGranted",
     "Authorization failed due to missing permission scope PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup.", true},
    {"scope missing for a read", nothing,
     [](PimBench &b) {
         return b.as("mira.kovac", {}, QStringLiteral("User.Read"))
             .get(kPim + QStringLiteral("assignmentSchedules?$filter=groupId eq '%1'").arg(b.group));
     }, 403, "PermissionScopeNotGranted",
     "Authorization failed due to missing permission scope "
     "PrivilegedAssignmentSchedule.Read.AzureADGroup,PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup.", true},
    {"role and ownership missing", nothing,
     [](PimBench &b) { return askPim(b.as("ada.lindqvist"), "eligibility", "adminAssign", b.group, b.ada, lasting("P1D")); }, 403,
     "InsufficientPermissions", nullptr},
    {"activation for somebody else", adaEligible,
     [](PimBench &b) { return askPim(b.as("jonas.weber"), "assignment", "selfActivate", b.group, b.ada, lasting("PT1H"), why()); }, 403,
     "UnauthorizedAccessException", "Attempted to perform an unauthorized operation."},
};
// clang-format on

} // namespace

void tst_ContractPim::refuses_data()
{
    QTest::addColumn<int>("line");
    for (int i = 0; i < int(std::size(kLines)); ++i)
        QTest::newRow(qPrintable(QStringLiteral("contract 7.7: ") + QLatin1String(kLines[i].name))) << i;
}

void tst_ContractPim::refuses()
{
    QFETCH(int, line);
    const Line &expected = kLines[line];
    expected.prepare(m_bench);
    if (QTest::currentTestFailed())
        return;
    const QByteArray before = m_bench.state();
    const Answer answer = expected.ask(m_bench);
    const PimRefusal refusal = refusalIn(answer);
    QCOMPARE(answer.status, expected.status);
    QCOMPARE(refusal.code, QString::fromLatin1(expected.code));
    if (expected.message)
        QCOMPARE(refusal.message, QString::fromLatin1(expected.message));
    QVERIFY(!refusal.message.isEmpty());
    QCOMPARE(refusal.wrapped, expected.wrapped);
    if (expected.wrapped)
        QCOMPARE(answer.code(), QStringLiteral("UnknownError"));
    QCOMPARE(m_bench.state(), before); // what is refused changes nothing, and writes no audit
}

void tst_ContractPim::envelopes_data()
{
    QTest::addColumn<QString>("envelope");
    QTest::addColumn<bool>("existsWrapped");
    QTest::addColumn<bool>("scopeWrapped");
    QTest::newRow("contract 7.7: as captured") << QString() << false << true;
    QTest::newRow("contract 7.7: form (a), plain") << QStringLiteral("plain") << false << false;
    QTest::newRow("contract 7.7: form (b), wrapped") << QStringLiteral("wrapped") << true << true;
}

void tst_ContractPim::envelopes()
{
    QFETCH(QString, envelope);
    QFETCH(bool, existsWrapped);
    QFETCH(bool, scopeWrapped);
    adaEligible(m_bench);
    QCOMPARE(m_bench.manners({{QStringLiteral("envelope"), envelope}}).status, 204);
    const PimRefusal exists = refusalIn(m_bench.makeEligible(m_bench.ada));
    QCOMPARE(exists.code, QStringLiteral("RoleAssignmentExists"));
    QCOMPARE(exists.message, QStringLiteral("The Role assignment already exists."));
    QCOMPARE(exists.wrapped, existsWrapped);
    const PimRefusal scope = refusalIn(m_bench.as("mira.kovac", {}, QStringLiteral("User.Read"))
                                           .get(kPim + QStringLiteral("eligibilityScheduleRequests/filterByCurrentUser(on='"
                                                                      "principal')")));
    QCOMPARE(scope.code, QStringLiteral("PermissionScopeNotGranted"));
    QVERIFY(scope.message.contains(QLatin1String("PrivilegedEligibilitySchedule.Read.AzureADGroup")));
    QCOMPARE(scope.wrapped, scopeWrapped);
}

void tst_ContractPim::envelopeOfSuccessAndPolicies()
{
    QCOMPARE(m_bench.manners({{QStringLiteral("envelope"), QStringLiteral("wrapped")}}).status, 204);
    QCOMPARE(m_bench.makeEligible(m_bench.ada).text("status"), QStringLiteral("Provisioned"));
    // InvalidPolicy says why in details, for which the wrapped form has no place.
    const Answer refused = m_bench.rules({{kExpiration, {{QStringLiteral("isExpirationRequired"), false}}}});
    QCOMPARE(refused.code(), QStringLiteral("InvalidPolicy"));
}

/// contract 14: a principal or group that PIM has not heard of yet; the same request goes through later.
void tst_ContractPim::youngObjects()
{
    m_bench.hideChanges("POST", "/groups$", "PT40S");
    const QString young = newGroup(m_bench.admin(), QStringLiteral("Young"));
    QVERIFY(!young.isEmpty());
    QCOMPARE(m_bench.makeEligible(young).code(), QStringLiteral("SubjectNotFound"));
    const auto inYoung = [&] {
        return askPim(m_bench.admin(), "eligibility", "adminAssign", young, m_bench.ada, lasting("P1D"), why());
    };
    const Answer refused = inYoung();
    QCOMPARE(refused.status, 404);
    QCOMPARE(refused.code(), QStringLiteral("ResourceNotFound"));
    m_bench.advance("PT41S");
    QCOMPARE(m_bench.makeEligible(young).status, 201);
    QCOMPARE(inYoung().status, 201);

    // A request is accepted, and what it made is not to be seen yet.
    m_bench.hideChanges("POST", "eligibilityScheduleRequests", "PT30S");
    const Answer asked = m_bench.makeEligible(m_bench.jonas);
    QCOMPARE(asked.status, 201);
    const QString schedule = kPim + QStringLiteral("eligibilitySchedules/") + asked.text("targetScheduleId");
    QCOMPARE(m_bench.admin().get(schedule).status, 404);
    m_bench.advance("PT31S");
    QCOMPARE(m_bench.admin().get(schedule).status, 200);
}

void tst_ContractPim::mannersAreNamed()
{
    const QByteArray before = m_bench.state();
    QCOMPARE(m_bench.manners({{QStringLiteral("olderError"), true}}).status, 400);
    QCOMPARE(m_bench.manners({{QStringLiteral("olderErrors"), 1}}).status, 400);
    QCOMPARE(m_bench.manners({{QStringLiteral("envelope"), QStringLiteral("paper")}}).status, 400);
    QCOMPARE(m_bench.manners({{QStringLiteral("provisioning"), QStringLiteral("P1M")}}).status, 400);
    QCOMPARE(m_bench.state(), before);
}

QTEST_GUILESS_MAIN(tst_ContractPim)
#include "tst_ContractPim.moc"
