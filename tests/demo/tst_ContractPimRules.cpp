#include "demo/PimPolicyBench.h"

#include <QTest>

using namespace pimgate::demotest;

/// graph-contract.md 8, 6 and 18: how the two policies of a group are found and changed, and what their rules do.
class tst_ContractPimRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QCOMPARE(m_bench.begin(), QString()); }

    void semantics_data();
    void semantics();

private:
    PimBench m_bench;
};

namespace {

// --- 8.1 ----------------------------------------------------------------------------------------------------------

void resolves(PimBench &b)
{
    QCOMPARE(found(b, kAssignments, {}).size(), 2);
    for (const char *access : {"member", "owner"}) {
        const QJsonArray one = found(b, kAssignments, QStringLiteral(" and roleDefinitionId eq '%1'").arg(QLatin1String(access)));
        QCOMPARE(one.size(), 1);
        const QJsonObject assignment = one.first().toObject();
        const QString policyId = assignment[QLatin1String("policyId")].toString();
        QVERIFY(policyId.startsWith(QStringLiteral("Group_%1_").arg(b.group)));
        QCOMPARE(assignment[QLatin1String("id")].toString(), policyId + QLatin1Char('_') + QLatin1String(access));
        QCOMPARE(assignment[QLatin1String("scopeId")].toString(), b.group);
        QCOMPARE(assignment[QLatin1String("scopeType")].toString(), QStringLiteral("Group"));
    }
    const QJsonArray policies = found(b, kPolicies, QStringLiteral("&$expand=rules"));
    QCOMPARE(policies.size(), 2); // without telling which is which
    QCOMPARE(policies.first()[QLatin1String("rules")].toArray().size(), 17);
    const QString bare = QStringLiteral("?$filter=scopeId eq '%1'").arg(b.group);
    for (const QString &set : {kPolicies, kAssignments}) {
        QCOMPARE(b.admin().get(set).status, 400);
        QCOMPARE(b.admin().get(set + bare).status, 400);
        QCOMPARE(b.admin().get(set + QStringLiteral("?$filter=scopeType eq 'Group'")).status, 400);
    }
}

void untouched(PimBench &b)
{
    const QJsonObject policy = policyOf(b, "owner");
    QCOMPARE(policy[QLatin1String("displayName")].toString(), QStringLiteral("Group"));
    QCOMPARE(policy[QLatin1String("isOrganizationDefault")], QJsonValue(false));
    QVERIFY(policy[QLatin1String("lastModifiedDateTime")].isNull());
    const QJsonObject by = policy[QLatin1String("lastModifiedBy")].toObject();
    QVERIFY(by.contains(QLatin1String("id")) && by[QLatin1String("id")].isNull() && by[QLatin1String("displayName")].isNull());
}

void scopesAndRoles(PimBench &b)
{
    const QString list = kPolicies + QStringLiteral("?$filter=scopeId eq '%1' and scopeType eq 'Group'").arg(b.group);
    const Answer narrow = b.as("mira.kovac", {}, QStringLiteral("User.Read")).get(list);
    QCOMPARE(narrow.status, 403);
    QVERIFY(refusalIn(narrow).message.contains(QLatin1String("RoleManagementPolicy.Read.AzureADGroup")));
    const Answer stranger = b.as("jonas.weber").get(list);
    QCOMPARE(stranger.status, 403);
    QCOMPARE(codeOf(stranger), QStringLiteral("InsufficientPermissions"));
    QCOMPARE(b.as("valeria.conti").get(list).status, 200); // Groups Administrator
    const QString guarded = newGroup(b.admin(), QStringLiteral("Guarded"), true);
    const QString guardedList = kPolicies + QStringLiteral("?$filter=scopeId eq '%1' and scopeType eq 'Group'").arg(guarded);
    QCOMPARE(b.as("valeria.conti").get(guardedList).status, 403);
    QCOMPARE(b.admin().get(guardedList).status, 200);
}

// --- 6 and 8.4: onboarding and ids --------------------------------------------------------------------------------

void onboardsByPatch(PimBench &b)
{
    const QString before = idOfPolicy(b), owners = idOfPolicy(b, "owner");
    QCOMPARE(idOfPolicy(b), before); // looking does not onboard
    const Answer changed = patched(b, "member", {{kExpiration, object(R"({"maximumDuration":"PT4H"})")}});
    QCOMPARE(changed.status, 200);
    QVERIFY(!changed.json().contains(QLatin1String("rules"))); // "200 policy (without rules)"
    const QString after = idOfPolicy(b);
    QVERIFY(after != before);
    QVERIFY(idOfPolicy(b, "owner") != owners); // both
    QCOMPARE(b.admin().get(kPolicies + QLatin1Char('/') + before).status, 404);
    const int stale = b.admin().patch(kPolicies + QLatin1Char('/') + before, {{QStringLiteral("rules"), QJsonArray()}}).status;
    QVERIFY(stale == 404 || stale == 400);
    QCOMPARE(patched(b, "member", {{kExpiration, object(R"({"maximumDuration":"PT3H"})")}}).status, 200);
    QCOMPARE(idOfPolicy(b), after);
    QVERIFY(!policyOf(b, "member")[QLatin1String("lastModifiedDateTime")].isNull());
    QCOMPARE(policyOf(b, "member")[QLatin1String("lastModifiedBy")][QLatin1String("displayName")].toString(),
             QStringLiteral("Mira Kovač"));
    QVERIFY(policyOf(b, "owner")[QLatin1String("lastModifiedDateTime")].isNull());
}

void onboardsByRequest(PimBench &b)
{
    const QString before = idOfPolicy(b);
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QVERIFY(idOfPolicy(b) != before);
    QCOMPARE(policyOf(b, "member")[QLatin1String("rules")].toArray().size(), 17);
    QVERIFY(!b.activities().contains(QStringLiteral("Onboarded resource to PIM"))); // silently
}

void rulesFirstRefused(PimBench &b)
{
    QCOMPARE(b.manners({{QStringLiteral("policyNeedsOnboarding"), true}}).status, 204);
    QCOMPARE(patched(b, "member", {{kExpiration, object(R"({"maximumDuration":"PT4H"})")}}).status, 404);
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(patched(b, "member", {{kExpiration, object(R"({"maximumDuration":"PT4H"})")}}).status, 200);
}

void idsThatChange(PimBench &b)
{
    QCOMPARE(b.manners({{QStringLiteral("policyIdChanges"), true}}).status, 204);
    QStringList ids{idOfPolicy(b)};
    for (const char *hours : {"PT4H", "PT5H", "PT6H"}) {
        const Answer changed = patched(b, "member", {{kExpiration, {{QStringLiteral("maximumDuration"), QLatin1String(hours)}}}});
        QCOMPARE(changed.status, 200);
        QVERIFY(!ids.contains(idOfPolicy(b)));
        QCOMPARE(changed.text("id"), idOfPolicy(b));
        QCOMPARE(b.admin().get(kPolicies + QLatin1Char('/') + ids.last()).status, 404);
        ids << idOfPolicy(b);
        QCOMPARE(ruleOf(policyOf(b, "member"), "Expiration_EndUser_Assignment")[QLatin1String("maximumDuration")].toString(),
                 QLatin1String(hours));
    }
}

void rulePatch(PimBench &b)
{
    const Answer silent = patchedAlone(b, kExpiration, object(R"({"maximumDuration":"PT1H45M"})")); // the page's own example
    QCOMPARE(silent.status, 204);
    QVERIFY(silent.body.isEmpty());
    QCOMPARE(b.manners({{QStringLiteral("rulePatchAnswers200"), true}}).status, 204);
    const Answer told = patchedAlone(b, kExpiration, object(R"({"maximumDuration":"PT2H"})"));
    QCOMPARE(told.status, 200);
    QCOMPARE(told.text("id"), kExpiration);
    QCOMPARE(told.text("maximumDuration"), QStringLiteral("PT2H"));
    QCOMPARE(b.activities().count(QStringLiteral("Update role setting in PIM")), 2);
    QCOMPARE(b.admin().get(kPolicies + QStringLiteral("/%1/rules/%2").arg(idOfPolicy(b), kExpiration)).text("maximumDuration"),
             QStringLiteral("PT2H"));
    const QString none = kPolicies + QStringLiteral("/%1/rules/Expiration_EndUser_Eligibility").arg(idOfPolicy(b));
    QCOMPARE(b.admin().get(none).status, 404);
}

void othersStay(PimBench &b)
{
    const QJsonArray before = policyOf(b, "member")[QLatin1String("rules")].toArray();
    QCOMPARE(patched(b, "member", {{kEnablement, enabledRules({})}}).status, 200);
    const QJsonArray after = policyOf(b, "member")[QLatin1String("rules")].toArray();
    for (qsizetype i = 0; i < before.size(); ++i)
        if (before.at(i)[QLatin1String("id")].toString() != kEnablement)
            QCOMPARE(after.at(i), before.at(i));
    QVERIFY(ruleOf(policyOf(b, "member"), "Enablement_EndUser_Assignment")[QLatin1String("enabledRules")].toArray().isEmpty());
    QCOMPARE(ruleOf(policyOf(b, "owner"), "Enablement_EndUser_Assignment")[QLatin1String("enabledRules")].toArray(),
             QJsonArray{QStringLiteral("Justification")});
}

void allOrNothing(PimBench &b)
{
    const Answer refused = patched(b, "member",
                                   {{kEnablement, enabledRules({})},
                                    {kExpiration, object(R"({"isExpirationRequired":false})")},
                                    {QStringLiteral("Expiration_Admin_Assignment"), object(R"({"maximumDuration":null})")}});
    QCOMPARE(refused.status, 400);
    QCOMPARE(refused.json()[QLatin1String("error")][QLatin1String("details")].toArray().size(), 2); // every reason
    QCOMPARE(ruleOf(policyOf(b, "member"), "Enablement_EndUser_Assignment")[QLatin1String("enabledRules")].toArray(),
             QJsonArray{QStringLiteral("Justification")});
}

void undoWithOriginals(PimBench &b)
{
    const QJsonArray originals = policyOf(b, "member")[QLatin1String("rules")].toArray();
    QCOMPARE(
        patched(b, "member", {{kExpiration, object(R"({"maximumDuration":"PT1H"})")}, {kEnablement, enabledRules({})}}).status,
        200);
    QCOMPARE(b.admin().patch(kPolicies + QLatin1Char('/') + idOfPolicy(b), {{QStringLiteral("rules"), originals}}).status, 200);
    QCOMPARE(policyOf(b, "member")[QLatin1String("rules")].toArray(), originals);
    QVERIFY(!policyOf(b, "member")[QLatin1String("lastModifiedDateTime")].isNull()); // "lastModified changes"
}

// --- 8.3: what rules do -------------------------------------------------------------------------------------------

void contextAndMfa(PimBench &b)
{
    const QStringList mfa{QStringLiteral("MultiFactorAuthentication")};
    QCOMPARE(patchedAlone(b, kEnablement, enabledRules(mfa)).status, 204);
    QCOMPARE(patchedAlone(b, kContextRule, contextRule("c1")).code(), QStringLiteral("InvalidPolicy")); // wrong order
    QCOMPARE(patched(b, "member", {{kContextRule, contextRule("c1")}, {kEnablement, enabledRules(mfa)}}).code(),
             QStringLiteral("InvalidPolicy"));
    QCOMPARE(patchedAlone(b, kEnablement, enabledRules({})).status, 204); // remove MFA first
    QCOMPARE(patchedAlone(b, kContextRule, contextRule("c1")).status, 204);
    QCOMPARE(patchedAlone(b, kEnablement, enabledRules(mfa)).code(), QStringLiteral("InvalidPolicy")); // and the reverse
    QCOMPARE(patched(b, "member", {{kContextRule, object(R"({"isEnabled":false})")}, {kEnablement, enabledRules(mfa)}}).status,
             200); // both in one
}

void escalationIsDropped(PimBench &b)
{
    const QJsonArray approvers{approvingUser(b.lena)};
    QCOMPARE(b.needsApproval(approvers, {{QStringLiteral("escalationApprovers"), approvers}}).status, 200);
    const QJsonObject stage =
        ruleOf(policyOf(b, "member"), "Approval_EndUser_Assignment")[QLatin1String("setting")][QLatin1String("approvalStages")][0]
            .toObject();
    QCOMPARE(stage[QLatin1String("primaryApprovers")].toArray(), approvers);
    QVERIFY(stage[QLatin1String("escalationApprovers")].toArray().isEmpty());
}

void permanentAllowed(PimBench &b)
{
    const QJsonObject open{{QStringLiteral("isExpirationRequired"), false}};
    QCOMPARE(
        patched(b, "member",
                {{QStringLiteral("Expiration_Admin_Eligibility"), open}, {QStringLiteral("Expiration_Admin_Assignment"), open}})
            .status,
        200);
    QCOMPARE(b.ask("eligibility", "adminAssign", b.ada, until("noExpiration"), why()).status, 201);
    QCOMPARE(b.ask("assignment", "adminAssign", b.jonas, until("noExpiration"), why()).status, 201);
    QVERIFY(b.activities().contains(QStringLiteral("Add eligible member to role in PIM completed (permanent)")));
}

void adminEnablement(PimBench &b)
{
    const QStringList all{QStringLiteral("MultiFactorAuthentication"), QStringLiteral("Justification"),
                          QStringLiteral("Ticketing")};
    QCOMPARE(patched(b, "member",
                     {{QStringLiteral("Enablement_Admin_Eligibility"), enabledRules(all)},
                      {QStringLiteral("Enablement_Admin_Assignment"), enabledRules(all)}})
                 .status,
             200);
    QCOMPARE(b.ask("eligibility", "adminAssign", b.ada, lasting("P1D")).status, 201); // stored, and without effect
    // An owner, who signs in with less than an administrator.
    const QJsonObject owner{
        {QStringLiteral("@odata.id"), b.admin().member("graph") + QStringLiteral("/v1.0/directoryObjects/") + b.jonas}};
    QCOMPARE(b.admin().post(QStringLiteral("/groups/%1/owners/$ref").arg(b.group), owner).status, 204);
    QCOMPARE(
        askPim(b.as("jonas.weber"), "assignment", "adminAssign", b.group, b.lena, lasting("P1D")).message(),
        QStringLiteral("The following policy rules failed: JustificationRule - Justification is required, TicketingRule - Ticket "
                       "information is required, MfaRule - Multi-factor authentication is required"));
    const QJsonObject complete = both(why(), ticket());
    QCOMPARE(
        askPim(b.as("jonas.weber", mfaClaim()), "assignment", "adminAssign", b.group, b.lena, lasting("P1D"), complete).status,
        201);
}

void twoPolicies(PimBench &b)
{
    QCOMPARE(patched(b, "owner", {{kExpiration, object(R"({"maximumDuration":"PT1H"})")}}).status, 200);
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.makeEligible(b.ada, "P90D", asOwner()).status, 201);
    QCOMPARE(codeOf(b.activate("ada.lindqvist", "PT2H", both(why(), asOwner()))),
             QStringLiteral("RoleAssignmentRequestPolicyValidationFailed"));
    QCOMPARE(b.activate("ada.lindqvist", "PT2H").status, 201);
}

void activationMaximum(PimBench &b)
{
    QCOMPARE(patched(b, "member", {{kExpiration, object(R"({"maximumDuration":"P1D"})")}}).status, 200); // portal: up to 24 h
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.activate("ada.lindqvist", "PT24H").status, 201); // PT24H and P1D are equal
}

void notificationsAreData(PimBench &b)
{
    const QJsonObject change = object(
        R"({"notificationLevel":"Critical","isDefaultRecipientsEnabled":false,"notificationRecipients":["soc@contoso.demo"]})");
    QCOMPARE(patched(b, "member", {{QStringLiteral("Notification_Admin_EndUser_Assignment"), change}}).status, 200);
    const QJsonObject rule = ruleOf(policyOf(b, "member"), "Notification_Admin_EndUser_Assignment");
    for (auto it = change.begin(); it != change.end(); ++it)
        QCOMPARE(rule[it.key()], it.value());
}

void lettersOfEnums(PimBench &b)
{
    const QJsonObject target = object(
        R"({"caller":"endUser","operations":["all"],"level":"assignment","inheritableSettings":[],"enforcedSettings":[]})");
    QCOMPARE(patchedAlone(b, kExpiration,
                          {{QStringLiteral("target"), target}, {QStringLiteral("maximumDuration"), QStringLiteral("PT2H")}})
                 .status,
             204);
    QCOMPARE(ruleOf(policyOf(b, "member"), "Expiration_EndUser_Assignment")[QLatin1String("target")][QLatin1String("caller")]
                 .toString(),
             QStringLiteral("EndUser"));
    QCOMPARE(b.ask("eligibility", "AdminAssign", b.ada, until("AfterDuration", "duration", QStringLiteral("P1D")), why()).status,
             201);
}

void readBackLags(PimBench &b)
{
    b.hideChanges("PATCH", "roleManagementPolicies", "PT40S");
    QCOMPARE(patched(b, "member", {{kExpiration, object(R"({"maximumDuration":"PT4H"})")}}).status, 200);
    const auto maximum = [&] {
        return ruleOf(policyOf(b, "member"), "Expiration_EndUser_Assignment")[QLatin1String("maximumDuration")].toString();
    };
    QCOMPARE(maximum(), QStringLiteral("PT8H"));
    QCOMPARE(b.makeEligible(b.ada).status, 201); // onboards nothing anew, although the change is not to be seen
    b.advance("PT41S");
    QCOMPARE(maximum(), QStringLiteral("PT4H"));
}

const Sentence kSentences[] = {
    {"8.1: resolve", resolves},
    {"8.1: nulls while untouched", untouched},
    {"8.1: scopes and roles", scopesAndRoles},
    {"6: the first policy PATCH onboards silently, ids change, a stale id is refused", onboardsByPatch},
    {"6: the first request onboards silently, ids change", onboardsByRequest},
    {"18.8: a rules-first PATCH may be refused", rulesFirstRefused},
    {"6: the id may change on modification", idsThatChange},
    {"8.4, 18.3: rule PATCH 204 or 200", rulePatch},
    {"8.4: rules not listed stay, the other policy too", othersStay},
    {"8.4: atomic, and every reason in details", allOrNothing},
    {"13: PATCH saved originals", undoWithOriginals},
    {"8.3: context and MFA are exclusive, in this order or in one call", contextAndMfa},
    {"8.3: escalation approvers are silently dropped", escalationIsDropped},
    {"8.2: isExpirationRequired false allows permanent", permanentAllowed},
    {"8.3: Enablement of administrators", adminEnablement},
    {"6: two independent policies", twoPolicies},
    {"8.3, 1: activation up to P1D", activationMaximum},
    {"8.3: notifications", notificationsAreData},
    {"1: enum values in any letter case", lettersOfEnums},
    {"8.4: read-back can lag", readBackLags},
};

} // namespace

void tst_ContractPimRules::semantics_data()
{
    addSentences(kSentences);
}

void tst_ContractPimRules::semantics()
{
    QFETCH(int, row);
    kSentences[row].act(m_bench);
}

QTEST_GUILESS_MAIN(tst_ContractPimRules)
#include "tst_ContractPimRules.moc"
