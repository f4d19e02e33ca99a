#include "demo/PimBench.h"

#include <QTest>

using namespace pimgate::demotest;

/// graph-contract.md 7.4: what the requests of PIM do, one row for each sentence.
class tst_ContractPimActions : public QObject
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

Answer adaAsks(PimBench &b, const char *half, const char *action, const char *duration, const QJsonObject &more = why())
{
    return askPim(b.as("ada.lindqvist"), half, action, b.group, b.ada, lasting(duration), more);
}

// --- 7.4, in the order of the contract ----------------------------------------------------------------------------

void updateInsteadOfAssign(PimBench &b)
{
    const Answer first = b.makeEligible(b.ada);
    QCOMPARE(codeOf(b.makeEligible(b.ada, "P30D")), QStringLiteral("RoleAssignmentExists"));
    const Answer update = b.ask("eligibility", "adminUpdate", b.ada, lasting("P30D"));
    QCOMPARE(update.status, 201);
    QVERIFY(update.text("id") != first.text("id"));
    QCOMPARE(update.text("status"), QStringLiteral("Provisioned"));
    QCOMPARE(b.list("eligibilitySchedules").value().size(), 1);
    b.advance("P31D");
    QVERIFY(!b.isEligible(b.ada));
}

void assignKindsAreTwo(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.assign(b.ada).status, 201); // active is another kind than eligible
    QCOMPARE(codeOf(b.assign(b.ada)), QStringLiteral("RoleAssignmentExists"));
}

void removeReadsRevoked(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    b.advance("PT5M");
    const Answer removed = b.ask("eligibility", "adminRemove", b.ada, {}, why());
    QCOMPARE(removed.status, 201);
    const Answer stored = b.admin().get(kPim + QStringLiteral("eligibilityScheduleRequests/") + removed.text("id"));
    QCOMPARE(stored.text("status"), QStringLiteral("Revoked"));
    for (const char *member : {"scheduleInfo", "targetScheduleId", "completedDateTime"}) {
        QVERIFY2(stored.json().contains(QLatin1String(member)), member);
        QVERIFY2(stored.json()[QLatin1String(member)].isNull(), member);
    }
    QVERIFY(!b.isEligible(b.ada));
}

void removedEligibilityLeavesActivation(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.activate("ada.lindqvist").status, 201);
    b.advance("PT5M");
    QCOMPARE(b.ask("eligibility", "adminRemove", b.ada).status, 201);
    QVERIFY(b.isMember(b.ada));
    QCOMPARE(b.ask("assignment", "adminRemove", b.ada).text("status"), QStringLiteral("Revoked"));
    QVERIFY(!b.isMember(b.ada));
    QVERIFY(b.activations().isEmpty());
}

void deletedMemberEndsActivation(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.activate("ada.lindqvist").status, 201);
    QCOMPARE(b.admin().remove(QStringLiteral("/groups/%1/members/%2/$ref").arg(b.group, b.ada)).status, 204);
    QVERIFY(b.activations().isEmpty());
    QVERIFY(b.isEligible(b.ada));
    QCOMPARE(b.activate("ada.lindqvist").text("status"), QStringLiteral("Provisioned"));
}

void extendBeforeRenewAfter(PimBench &b)
{
    QCOMPARE(codeOf(b.ask("eligibility", "adminRenew", b.ada, lasting("P1D"))), QStringLiteral("RoleAssignmentDoesNotExist"));
    QCOMPARE(b.makeEligible(b.ada, "P1D").status, 201);
    QCOMPARE(codeOf(b.ask("eligibility", "adminRenew", b.ada, lasting("P1D"))), QStringLiteral("RoleAssignmentExists"));
    QCOMPARE(b.ask("eligibility", "adminExtend", b.ada, lasting("P3D")).text("status"), QStringLiteral("Provisioned"));
    b.advance("P2D");
    QVERIFY(b.isEligible(b.ada));
    b.advance("P2D");
    QVERIFY(!b.isEligible(b.ada));
    QCOMPARE(codeOf(b.ask("eligibility", "adminExtend", b.ada, lasting("P3D"))), QStringLiteral("RoleAssignmentDoesNotExist"));
    QCOMPARE(b.ask("eligibility", "adminRenew", b.ada, lasting("P3D")).text("status"), QStringLiteral("Provisioned"));
    QVERIFY(b.isEligible(b.ada));
    b.advance("PT5M");
    QCOMPARE(b.ask("eligibility", "adminRemove", b.ada).status, 201); // removed is not expired
    QCOMPARE(codeOf(b.ask("eligibility", "adminRenew", b.ada, lasting("P3D"))), QStringLiteral("RoleAssignmentDoesNotExist"));
}

void renewsActiveAssignment(PimBench &b)
{
    QCOMPARE(b.assign(b.ada, "P1D").status, 201);
    b.advance("P1D");
    QVERIFY(!b.isMember(b.ada));
    QCOMPARE(b.ask("assignment", "adminRenew", b.ada, lasting("P1D"), why()).text("status"), QStringLiteral("Provisioned"));
    QVERIFY(b.isMember(b.ada));
}

void selfExtendWaitsForAdministrator(PimBench &b)
{
    QCOMPARE(codeOf(adaAsks(b, "eligibility", "selfExtend", "P30D")), QStringLiteral("RoleAssignmentDoesNotExist"));
    QCOMPARE(b.makeEligible(b.ada, "P1D").status, 201);
    QCOMPARE(refusalIn(adaAsks(b, "eligibility", "selfExtend", "P366D", {})).message,
             QStringLiteral("The following policy rules failed: ExpirationRule - The requested duration is not allowed, "
                            "JustificationRule - Justification is required"));
    const Answer asked = adaAsks(b, "eligibility", "selfExtend", "P30D");
    QCOMPARE(asked.status, 201);
    QCOMPARE(asked.text("status"), QStringLiteral("PendingAdminDecision"));
    QCOMPARE(codeOf(adaAsks(b, "eligibility", "selfExtend", "P30D")), QStringLiteral("PendingRoleAssignmentRequest"));
    QCOMPARE(b.ask("eligibility", "adminExtend", b.ada, lasting("P30D"), why()).status, 201);
    QCOMPARE(b.statusOf("eligibility", asked), QStringLiteral("Provisioned"));
    b.advance("P2D");
    QVERIFY(b.isEligible(b.ada));
    QVERIFY(b.activities().contains(QStringLiteral("Update eligible member in PIM requested (extend)")));
    QVERIFY(b.activities().contains(QStringLiteral("Update member in PIM approved by admin (extend/renew)")));
}

void selfRenewWaitsForAdministrator(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada, "P1D").status, 201);
    QCOMPARE(codeOf(adaAsks(b, "eligibility", "selfRenew", "P30D")), QStringLiteral("RoleAssignmentExists"));
    b.advance("P1D");
    const Answer asked = adaAsks(b, "eligibility", "selfRenew", "P30D");
    QCOMPARE(asked.text("status"), QStringLiteral("PendingAdminDecision"));
    QVERIFY(!b.isEligible(b.ada));
    QCOMPARE(b.ask("eligibility", "adminRenew", b.ada, lasting("P30D"), why()).status, 201);
    QCOMPARE(b.statusOf("eligibility", asked), QStringLiteral("Provisioned"));
    QVERIFY(b.isEligible(b.ada));
}

void selfExtendWaitsForApprovers(PimBench &b)
{
    QCOMPARE(b.needsApproval({approvingUser(b.lena)}, {}, {{QStringLiteral("isApprovalRequiredForExtension"), true}}).status,
             200);
    QCOMPARE(b.assign(b.ada, "P1D").status, 201);
    const Answer asked = adaAsks(b, "assignment", "selfExtend", "P10D");
    QCOMPARE(asked.text("status"), QStringLiteral("PendingApproval"));
    const QString approval = asked.text("approvalId");
    QCOMPARE(b.as("lena.fischer").patch(decisionPath(approval, approval), decision("Approve")).status, 204);
    QCOMPARE(b.statusOf("assignment", asked), QStringLiteral("Provisioned"));
    b.advance("P2D");
    QVERIFY(b.isMember(b.ada));
}

void activatesThroughGroup(PimBench &b)
{
    const QString desk = b.groupNamed("Service Desk");
    QCOMPARE(b.makeEligible(desk).status, 201);
    const QJsonObject mine = b.as("ada.lindqvist")
                                 .get(kPim + QStringLiteral("eligibilityScheduleInstances/filterByCurrentUser(on='principal')"))
                                 .first();
    QCOMPARE(mine[QLatin1String("memberType")].toString(), QStringLiteral("Group"));
    QCOMPARE(b.activate("ada.lindqvist").text("status"), QStringLiteral("Provisioned"));
    QVERIFY(b.isMember(b.ada));
    QVERIFY(!b.isMember(b.jonas)); // individually
    QVERIFY(!b.isMember(desk));
    QVERIFY(refusalIn(b.activate("lena.fischer")).message.contains(QLatin1String("EligibilityRule"))); // not in that group
}

void activatesThroughNestedGroup(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.groupNamed("All technicians")).status, 201); // holds Service Desk, which holds Ada
    QCOMPARE(b.activate("ada.lindqvist").text("status"), QStringLiteral("Provisioned"));
}

void chainedActivation(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.activate("ada.lindqvist").status, 201);
    const Answer again = b.activate("ada.lindqvist");
    QCOMPARE(refusalIn(again).message, QStringLiteral("The Role assignment already exists."));
    const Answer chained = askPim(b.as("ada.lindqvist"), "assignment", "selfActivate", b.group, b.ada,
                                  startingAt(lasting("PT1H"), b.later(7200)), why());
    QCOMPARE(codeOf(chained), QStringLiteral("RoleAssignmentExists"));
}

void noEligibility(PimBench &b)
{
    const PimRefusal refusal = refusalIn(b.activate("ada.lindqvist"));
    QCOMPARE(refusal.code, QStringLiteral("RoleAssignmentRequestPolicyValidationFailed"));
    QVERIFY(refusal.message.contains(QLatin1String("EligibilityRule")));
}

void activationCannotBeExtended(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.activate("ada.lindqvist").status, 201);
    QCOMPARE(codeOf(adaAsks(b, "assignment", "selfExtend", "PT2H")), QStringLiteral("RoleAssignmentDoesNotExist"));
    b.advance("PT5M");
    QCOMPARE(b.deactivate("ada.lindqvist").status, 201);
    QCOMPARE(b.activate("ada.lindqvist", "PT8H").text("status"), QStringLiteral("Provisioned"));
}

void deactivationIsRevoked(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.activate("ada.lindqvist").status, 201);
    b.advance("PT5M");
    const Answer done = b.deactivate("ada.lindqvist"); // no scheduleInfo
    QCOMPARE(done.status, 201);
    QCOMPARE(done.text("status"), QStringLiteral("Revoked"));
    QVERIFY(!b.isMember(b.ada));
    QVERIFY(b.isEligible(b.ada));
    for (const char *step :
         {"Remove member from role requested (PIM deactivate)", "Remove member from role completed (PIM deactivate)"})
        QVERIFY2(b.activities().contains(QLatin1String(step)), step);
}

void cancels(PimBench &b)
{
    const auto cancel = [&](DemoClient &who, const char *half, const Answer &request) {
        return who.send("POST", kPim + QLatin1String(half) + QStringLiteral("ScheduleRequests/%1/cancel").arg(request.text("id")))
            .status;
    };
    const Answer planned =
        askPim(b.admin(), "eligibility", "adminAssign", b.group, b.ada, startingAt(lasting("P1D"), b.later(7200)), why());
    QCOMPARE(planned.text("status"), QStringLiteral("Granted"));
    QCOMPARE(cancel(b.as("jonas.weber"), "eligibility", planned), 403);
    QCOMPARE(cancel(b.as("valeria.conti"), "eligibility", planned), 204); // not its creator, an administrator
    QCOMPARE(b.statusOf("eligibility", planned), QStringLiteral("Canceled"));
    QVERIFY(b.list("eligibilitySchedules").value().isEmpty());
    const Answer eligible = b.makeEligible(b.ada);
    QCOMPARE(cancel(b.admin(), "eligibility", eligible), 400); // Provisioned
    QCOMPARE(b.needsApproval({approvingUser(b.lena)}).status, 200);
    const Answer pending = b.activate("ada.lindqvist");
    QCOMPARE(cancel(b.as("ada.lindqvist"), "assignment", pending), 204);
    QCOMPARE(b.statusOf("assignment", pending), QStringLiteral("Canceled"));
    QCOMPARE(cancel(b.as("ada.lindqvist"), "assignment", pending), 400);
    QCOMPARE(b.activate("ada.lindqvist").text("status"), QStringLiteral("PendingApproval"));
    for (const char *activity :
         {"Add eligible member to role in PIM canceled (timebound)", "Add member to role canceled (PIM activation)"})
        QVERIFY2(b.activities().contains(QLatin1String(activity)), activity);
}

const Sentence kSentences[] = {
    {"7.4: adminAssign on the same kind is refused, adminUpdate replaces the schedule", updateInsteadOfAssign},
    {"7.4: eligible and active are two kinds", assignKindsAreTwo},
    {"7.4: adminRemove reads Revoked with nulls", removeReadsRevoked},
    {"7.4: removing eligibility leaves a running activation; adminRemove of the assignment ends it",
     removedEligibilityLeavesActivation},
    {"7.4, 4.3: members/$ref delete ends the activation", deletedMemberEndsActivation},
    {"7.4: adminExtend before expiry, adminRenew after", extendBeforeRenewAfter},
    {"7.4: adminRenew of an active assignment", renewsActiveAssignment},
    {"7.1, 7.2: selfExtend is PendingAdminDecision", selfExtendWaitsForAdministrator},
    {"7.1, 7.2: selfRenew is PendingAdminDecision", selfRenewWaitsForAdministrator},
    {"7.1, 8.3: selfExtend with isApprovalRequiredForExtension is PendingApproval", selfExtendWaitsForApprovers},
    {"7.4, 6: selfActivate via group, individually", activatesThroughGroup},
    {"7.4, 6: selfActivate via a group in a group", activatesThroughNestedGroup},
    {"7.4: already active, and a future-dated chained activation", chainedActivation},
    {"7.4: no eligibility", noEligibility},
    {"7.4: no extending of an activation", activationCannotBeExtended},
    {"7.4: selfDeactivate", deactivationIsRevoked},
    {"7.4: cancel", cancels},
};

} // namespace

void tst_ContractPimActions::semantics_data()
{
    addSentences(kSentences);
}

void tst_ContractPimActions::semantics()
{
    QFETCH(int, row);
    kSentences[row].act(m_bench);
}

QTEST_GUILESS_MAIN(tst_ContractPimActions)
#include "tst_ContractPimActions.moc"
