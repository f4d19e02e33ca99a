#include "demo/PimBench.h"

#include <QTest>

using namespace pimgate::demotest;

/// graph-contract.md 7.5 and 6: approvals, one row for each sentence.
class tst_ContractPimApprovals : public QObject
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

const QString kApprovals = kPim + QStringLiteral("assignmentApprovals");

/// Ada waits for Lena.
Answer pending(PimBench &b, const char *duration = "PT1H")
{
    if (b.makeEligible(b.ada).status != 201 || b.needsApproval({approvingUser(b.lena)}).status != 200)
        return {};
    return b.activate("ada.lindqvist", duration);
}

QString pathOf(const Answer &request)
{
    return decisionPath(request.text("approvalId"), request.text("approvalId"));
}

Answer mine(DemoClient &client, const char *on, const char *more = "")
{
    return client.get(kApprovals + QStringLiteral("/filterByCurrentUser(on='%1')%2").arg(QLatin1String(on), QLatin1String(more)));
}

void collectionForApprover(PimBench &b)
{
    const Answer asked = pending(b);
    QCOMPARE(asked.text("status"), QStringLiteral("PendingApproval"));
    QCOMPARE(asked.text("approvalId"), asked.text("id"));
    const Answer plain = mine(b.as("lena.fischer"), "approver");
    QCOMPARE(plain.value().size(), 1);
    QCOMPARE(plain.first().keys(), QStringList{QStringLiteral("id")}); // "id only unless $expand=stages"
    const Answer expanded = mine(b.as("lena.fischer"), "approver", "?$expand=stages");
    QCOMPARE(expanded.first()[QLatin1String("stages")].toArray().size(), 1);
    QVERIFY(mine(b.as("jonas.weber"), "approver").value().isEmpty());
    for (const char *on : {"principal", "createdBy"}) {
        QCOMPARE(mine(b.as("ada.lindqvist"), on).value().size(), 1);
        QVERIFY(mine(b.as("lena.fischer"), on).value().isEmpty());
    }
    QCOMPARE(b.as("lena.fischer").nonsense("GET", kApprovals + QStringLiteral("/filterByCurrentUser(on='anybody')")).status, 400);
}

void pendingStage(PimBench &b)
{
    const Answer asked = pending(b);
    const Answer approval = b.as("lena.fischer").get(kApprovals + QLatin1Char('/') + asked.text("approvalId"));
    const QJsonObject stage = approval.json()[QLatin1String("stages")][0].toObject();
    QCOMPARE(stage[QLatin1String("status")].toString(), QStringLiteral("InProgress"));
    QCOMPARE(stage[QLatin1String("reviewResult")].toString(), QStringLiteral("NotReviewed"));
    QCOMPARE(stage[QLatin1String("assignedToMe")], QJsonValue(true));
    QVERIFY(stage.contains(QLatin1String("displayName")) && stage[QLatin1String("displayName")].isNull());
    QCOMPARE(stage[QLatin1String("justification")], QJsonValue(QString()));
    QVERIFY(stage[QLatin1String("reviewedBy")].isNull() && stage[QLatin1String("reviewedDateTime")].isNull());
    const QString stages = kApprovals + QStringLiteral("/%1/stages").arg(asked.text("approvalId"));
    QCOMPARE(b.as("lena.fischer").get(stages).value().size(), 1);
    const QJsonObject hers = b.as("ada.lindqvist").get(stages + QLatin1Char('/') + stage[QLatin1String("id")].toString()).json();
    QCOMPARE(hers[QLatin1String("assignedToMe")], QJsonValue(false)); // who asks may look, and not decide
}

void approves(PimBench &b)
{
    const Answer asked = pending(b);
    QVERIFY(!b.isMember(b.ada));
    QCOMPARE(b.as("lena.fischer").patch(pathOf(asked), decision("Approve")).status, 204);
    QCOMPARE(b.statusOf("assignment", asked), QStringLiteral("Provisioned"));
    QVERIFY(b.isMember(b.ada));
    const QJsonObject stage = b.as("lena.fischer").get(pathOf(asked)).json();
    QCOMPARE(stage[QLatin1String("status")].toString(), QStringLiteral("Completed"));
    QVERIFY(stage[QLatin1String("reviewResult")].toString().startsWith(QLatin1String("Approve")));
    QCOMPARE(stage[QLatin1String("reviewedBy")][QLatin1String("id")].toString(), b.lena);
    QCOMPARE(stage[QLatin1String("justification")].toString(), QStringLiteral("Known work"));
    for (const char *activity :
         {"Add member to role requested (PIM activation)", "Add member to role approval requested (PIM activation)",
          "Add member to role request approved (PIM activation)", "Add member to role completed (PIM activation)"})
        QVERIFY2(b.activities().contains(QLatin1String(activity)), activity);
}

void denies(PimBench &b)
{
    const Answer asked = pending(b);
    QCOMPARE(b.as("lena.fischer").patch(pathOf(asked), decision("Deny")).status, 204);
    QCOMPARE(b.statusOf("assignment", asked), QStringLiteral("Denied"));
    QVERIFY(!b.isMember(b.ada));
    QVERIFY(b.activities().contains(QStringLiteral("Add member to role request denied (PIM activation)")));
    QCOMPARE(b.activate("ada.lindqvist").text("status"), QStringLiteral("PendingApproval")); // she may ask again
}

void notAnApprover(PimBench &b)
{
    const Answer asked = pending(b);
    const QByteArray before = b.state();
    QCOMPARE(b.as("jonas.weber").patch(pathOf(asked), decision("Approve")).status, 403);
    QCOMPARE(b.admin().patch(pathOf(asked), decision("Approve")).status, 403); // no default approvers for groups
    QCOMPARE(b.state(), before);
}

void ownRequest(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.needsApproval({approvingUser(b.ada), approvingUser(b.lena)}).status, 200);
    const Answer asked = b.activate("ada.lindqvist");
    QCOMPARE(b.as("ada.lindqvist").patch(pathOf(asked), decision("Approve")).status, 403);
    const QString waiting = kPim + QStringLiteral("assignmentScheduleRequests/filterByCurrentUser(on='approver')");
    QVERIFY(b.as("ada.lindqvist").get(waiting).value().isEmpty());
    QCOMPARE(b.as("lena.fischer").get(waiting).value().size(), 1);
}

void unknownOnes(PimBench &b)
{
    const Answer asked = pending(b);
    const QString nobody = QStringLiteral("11111111-2222-3333-4444-555555555555");
    DemoClient &lena = b.as("lena.fischer");
    QCOMPARE(lena.patch(decisionPath(nobody, nobody), decision("Approve")).status, 404);
    QCOMPARE(lena.patch(decisionPath(asked.text("approvalId"), nobody), decision("Approve")).status, 404);
    QCOMPARE(lena.get(kApprovals + QLatin1Char('/') + nobody).status, 404);
    QCOMPARE(lena.get(decisionPath(asked.text("approvalId"), nobody)).status, 404);
}

void secondDecision(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.needsApproval({approvingGroup(b.groupNamed("Service leads"))}).status, 200);
    const Answer asked = b.activate("ada.lindqvist");
    QCOMPARE(b.as("lena.fischer").patch(pathOf(asked), decision("Approve")).status, 204);
    QCOMPARE(b.as("omar.haddad").patch(pathOf(asked), decision("Deny")).status, 409);
    QCOMPARE(b.as("lena.fischer").patch(pathOf(asked), decision("Approve")).status, 409);
    QVERIFY(b.isMember(b.ada)); // the first answer stands
}

void groupInGroupApproves(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.needsApproval({approvingGroup(b.groupNamed("All technicians"))}).status, 200); // holds Service Desk, holds Jonas
    const Answer asked = b.activate("ada.lindqvist");
    QCOMPARE(b.as("lena.fischer").patch(pathOf(asked), decision("Approve")).status, 403);
    QCOMPARE(b.as("jonas.weber").patch(pathOf(asked), decision("Approve")).status, 204);
}

void wordsOfADecision(PimBench &b)
{
    const Answer asked = pending(b);
    DemoClient &lena = b.as("lena.fischer");
    QCOMPARE(lena.patch(pathOf(asked), decision("Maybe")).status, 400);
    QCOMPARE(lena.patch(pathOf(asked), decision("Approve", "")).status, 400); // isApproverJustificationRequired
    QCOMPARE(b.statusOf("assignment", asked), QStringLiteral("PendingApproval"));
    QCOMPARE(lena.patch(pathOf(asked), decision("approve")).status, 204);
}

void justificationNotAsked(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.needsApproval({approvingUser(b.lena)}, {{QStringLiteral("isApproverJustificationRequired"), false}}).status, 200);
    const Answer asked = b.activate("ada.lindqvist");
    QCOMPARE(b.as("lena.fischer").patch(pathOf(asked), {{QStringLiteral("reviewResult"), QStringLiteral("Approve")}}).status,
             204);
}

void scopes(PimBench &b)
{
    const Answer asked = pending(b);
    const QString readOnly = QStringLiteral("PrivilegedAssignmentSchedule.Read.AzureADGroup");
    DemoClient narrow(b.cloud());
    QCOMPARE(narrow.signIn(upn("lena.fischer"), {}, QStringLiteral("User.Read")), QString());
    QCOMPARE(narrow.get(pathOf(asked)).status, 403);
    QCOMPARE(codeOf(narrow.patch(pathOf(asked), decision("Approve"))), QStringLiteral("PermissionScopeNotGranted"));
    DemoClient reader(b.cloud());
    QCOMPARE(reader.consent(readOnly).status, 204);
    QCOMPARE(reader.signIn(upn("lena.fischer"), {}, readOnly), QString());
    QCOMPARE(reader.get(pathOf(asked)).status, 200);
    QCOMPARE(codeOf(reader.patch(pathOf(asked), decision("Approve"))), QStringLiteral("PermissionScopeNotGranted"));
}

void stepsAreRefused(PimBench &b)
{
    const Answer asked = pending(b);
    const QString steps = kApprovals + QStringLiteral("/%1/steps").arg(asked.text("approvalId"));
    const int list = b.as("lena.fischer").nonsense("GET", steps).status;
    QVERIFY(list == 400 || list == 404);
    const int decide =
        b.as("lena.fischer").nonsense("PATCH", steps + QLatin1Char('/') + asked.text("approvalId"), decision("Approve")).status;
    QVERIFY(decide == 400 || decide == 404);
    QCOMPARE(b.statusOf("assignment", asked), QStringLiteral("PendingApproval"));
}

void discovery(PimBench &b)
{
    const Answer asked = pending(b);
    const QString waiting =
        kPim + QStringLiteral("assignmentScheduleRequests/filterByCurrentUser(on='approver')?$filter=status eq "
                              "'PendingApproval' and groupId eq '%1'");
    const QJsonObject found = b.as("lena.fischer").get(waiting.arg(b.group)).first();
    QCOMPARE(found[QLatin1String("id")].toString(), asked.text("id"));
    QCOMPARE(found[QLatin1String("approvalId")].toString(), asked.text("approvalId"));
    QCOMPARE(found[QLatin1String("justification")].toString(), QStringLiteral("Ticket 4711"));
    QVERIFY(b.as("jonas.weber").get(waiting.arg(b.group)).value().isEmpty());
}

void timeRunsFromApproval(PimBench &b)
{
    const Answer asked = pending(b);
    b.advance("PT50M");
    QCOMPARE(b.as("lena.fischer").patch(pathOf(asked), decision("Approve")).status, 204);
    b.advance("PT55M");
    QVERIFY(b.isMember(b.ada));
    b.advance("PT5M");
    QVERIFY(!b.isMember(b.ada));
}

void laterStartStays(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.needsApproval({approvingUser(b.lena)}).status, 200);
    const Answer asked = askPim(b.as("ada.lindqvist"), "assignment", "selfActivate", b.group, b.ada,
                                startingAt(lasting("PT1H"), b.later(7200)), why());
    QCOMPARE(b.as("lena.fischer").patch(pathOf(asked), decision("Approve")).status, 204);
    QCOMPARE(b.statusOf("assignment", asked), QStringLiteral("Granted"));
    QVERIFY(!b.isMember(b.ada));
    b.advance("PT121M");
    QVERIFY(b.isMember(b.ada));
}

void pendingProvisioning(PimBench &b)
{
    const Answer asked = pending(b);
    QCOMPARE(b.manners({{QStringLiteral("provisioning"), QStringLiteral("PT15S")}}).status, 204);
    QCOMPARE(b.as("lena.fischer").patch(pathOf(asked), decision("Approve")).status, 204);
    QCOMPARE(b.statusOf("assignment", asked), QStringLiteral("PendingProvisioning"));
    QVERIFY(!b.isMember(b.ada));
    b.advance("PT16S");
    QCOMPARE(b.statusOf("assignment", asked), QStringLiteral("Provisioned"));
    QVERIFY(b.isMember(b.ada));
}

void approvedTooLate(PimBench &b)
{
    const Answer asked = pending(b);
    b.advance("PT5M");
    QCOMPARE(b.ask("eligibility", "adminRemove", b.ada).status, 201);
    QCOMPARE(b.as("lena.fischer").patch(pathOf(asked), decision("Approve")).status, 204);
    QCOMPARE(b.statusOf("assignment", asked), QStringLiteral("Failed")); // no longer eligible
    QVERIFY(!b.isMember(b.ada));
}

void diesAfterADay(PimBench &b)
{
    const Answer asked = pending(b);
    b.advance("PT23H59M");
    QCOMPARE(b.statusOf("assignment", asked), QStringLiteral("PendingApproval"));
    b.advance("PT1M");
    QCOMPARE(b.statusOf("assignment", asked), QStringLiteral("TimedOut"));
    QCOMPARE(b.as("lena.fischer").patch(pathOf(asked), decision("Approve")).status, 409);
    QCOMPARE(b.as("lena.fischer").get(pathOf(asked)).text("status"), QStringLiteral("Expired"));
    QVERIFY(mine(b.as("lena.fischer"), "approver").value().isEmpty());
    QVERIFY(b.activities().contains(QStringLiteral("PIM activation request expired")));
}

void diesAfterTheDaysOfTheRule(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.needsApproval({approvingUser(b.lena)}, {{QStringLiteral("approvalStageTimeOutInDays"), 3}}).status, 200);
    QCOMPARE(b.manners({{QStringLiteral("timedOutIsFailed"), true}}).status, 204);
    const Answer asked = b.activate("ada.lindqvist");
    b.advance("P2D");
    QCOMPARE(b.statusOf("assignment", asked), QStringLiteral("PendingApproval"));
    b.advance("P1D");
    QCOMPARE(b.statusOf("assignment", asked), QStringLiteral("Failed")); // the literal is not known: either can be chosen
}

void nobodyToAsk(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(codeOf(b.needsApproval({})), QStringLiteral("InvalidPolicy"));
    QCOMPARE(b.manners({{QStringLiteral("approvalWithoutApprovers"), true}}).status, 204);
    QCOMPARE(b.needsApproval({}).status, 200);
    // Also by a rule of its own, that does not speak of approvers at all.
    const QJsonObject policy = memberPolicy(b.admin(), b.group);
    QJsonObject rule = ruleOf(policy, "Approval_EndUser_Assignment"), setting = rule[QLatin1String("setting")].toObject();
    QJsonObject stage = setting[QLatin1String("approvalStages")][0].toObject();
    stage.remove(QStringLiteral("primaryApprovers"));
    setting.insert(QStringLiteral("approvalStages"), QJsonArray{stage});
    rule.insert(QStringLiteral("setting"), setting);
    QCOMPARE(b.admin()
                 .patch(QStringLiteral("/policies/roleManagementPolicies/%1/rules/Approval_EndUser_Assignment")
                            .arg(policy[QLatin1String("id")].toString()),
                        rule)
                 .status,
             204);
    const Answer asked = b.activate("ada.lindqvist");
    QCOMPARE(asked.text("status"), QStringLiteral("PendingApproval"));
    QCOMPARE(b.admin().patch(pathOf(asked), decision("Approve")).status, 403); // there are no default approvers
    for (const char *person : {"lena.fischer", "mira.kovac", "ada.lindqvist"})
        QCOMPARE(b.as(person).get(kPim + QStringLiteral("assignmentApprovals/filterByCurrentUser(on='approver')")).value().size(),
                 0);
    b.advance("PT23H");
    QCOMPARE(b.statusOf("assignment", asked), QStringLiteral("PendingApproval"));
    b.advance("PT2H");
    QCOMPARE(b.statusOf("assignment", asked), QStringLiteral("TimedOut"));
}

const Sentence kSentences[] = {
    {"7.5: filterByCurrentUser", collectionForApprover},
    {"7.5: a pending stage", pendingStage},
    {"7.5: Approve is 204", approves},
    {"7.5: Deny", denies},
    {"7.5: 403 not an approver", notAnApprover},
    {"7.5: 403 own request", ownRequest},
    {"7.5: 404 unknown", unknownOnes},
    {"7.5: 409 already decided by another approver", secondDecision},
    {"7.5, 8.3: a group approves, its nested members too", groupInGroupApproves},
    {"7.5: reviewResult and justification", wordsOfADecision},
    {"8.3: isApproverJustificationRequired false", justificationNotAsked},
    {"7.5: scopes", scopes},
    {"7.5, 18.1: steps are refused in v1.0", stepsAreRefused},
    {"7.5: approver discovery by requests", discovery},
    {"7.5: activation time starts at approval", timeRunsFromApproval},
    {"7.5, 6: a later start stays one", laterStartStays},
    {"7.5: PendingApproval, PendingProvisioning, Provisioned", pendingProvisioning},
    {"7.5: approved after the eligibility went", approvedTooLate},
    {"6: not decided within 24 h", diesAfterADay},
    {"8.3: approvalStageTimeOutInDays", diesAfterTheDaysOfTheRule},
    {"6, 18.5: approval with an empty list", nobodyToAsk},
};

} // namespace

void tst_ContractPimApprovals::semantics_data()
{
    addSentences(kSentences);
}

void tst_ContractPimApprovals::semantics()
{
    QFETCH(int, row);
    kSentences[row].act(m_bench);
}

QTEST_GUILESS_MAIN(tst_ContractPimApprovals)
#include "tst_ContractPimApprovals.moc"
