#include "demo/PimBench.h"
#include "demo/odata/Router.h"
#include "demo/store/Seed.h"

#include <QTest>

using namespace pimgate::demotest;
using namespace pimgate;

/// graph-contract.md 6, 7.2 and 13: what the clock, the owners and other hands do to PIM.
class tst_ContractPimOverTime : public QObject
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

bool owns(PimBench &b, const QString &principal)
{
    for (const auto &owner : b.admin().get(QStringLiteral("/groups/%1/owners").arg(b.group)).value())
        if (owner[QLatin1String("id")].toString() == principal)
            return true;
    return false;
}

Answer addOwner(PimBench &b, const QString &principal)
{
    return b.admin().post(
        QStringLiteral("/groups/%1/owners/$ref").arg(b.group),
        {{QStringLiteral("@odata.id"), b.admin().member("graph") + QStringLiteral("/v1.0/directoryObjects/") + principal}});
}

// --- 6 and 7.2: states over time ----------------------------------------------------------------------------------

void laterStart(PimBench &b)
{
    const QJsonObject later = startingAt(lasting("P1D"), b.later(7200));
    const Answer planned = askPim(b.admin(), "eligibility", "adminAssign", b.group, b.ada, later, why());
    QCOMPARE(planned.text("status"), QStringLiteral("Granted"));
    QVERIFY(!b.isEligible(b.ada));
    QVERIFY(refusalIn(b.activate("ada.lindqvist")).message.contains(QLatin1String("EligibilityRule")));
    b.advance("PT121M");
    QVERIFY(b.isEligible(b.ada));
    QCOMPARE(b.statusOf("eligibility", planned), QStringLiteral("Provisioned"));
    QCOMPARE(b.manners({{QStringLiteral("scheduleCreated"), true}}).status, 204);
    QCOMPARE(askPim(b.admin(), "eligibility", "adminAssign", b.group, b.jonas, startingAt(lasting("P1D"), b.later(7200)), why())
                 .text("status"),
             QStringLiteral("ScheduleCreated"));
}

void laterActivation(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    const auto plan = [&] {
        return askPim(b.as("ada.lindqvist"), "assignment", "selfActivate", b.group, b.ada,
                      startingAt(lasting("PT1H"), b.later(3600)), why());
    };
    const Answer planned = plan();
    QCOMPARE(planned.text("status"), QStringLiteral("Granted"));
    QVERIFY(!b.isMember(b.ada));
    QCOMPARE(codeOf(b.deactivate("ada.lindqvist")), QStringLiteral("RoleAssignmentDoesNotExist")); // it has not begun
    b.advance("PT61M");
    QVERIFY(b.isMember(b.ada));
    QCOMPARE(codeOf(b.deactivate("ada.lindqvist")), QStringLiteral("ActiveDurationTooShort")); // counted from its start
    b.advance("PT60M");
    QVERIFY(!b.isMember(b.ada));
    const Answer second = plan();
    QCOMPARE(second.text("status"), QStringLiteral("Granted"));
    QCOMPARE(b.ask("eligibility", "adminRemove", b.ada).status, 201);
    b.advance("PT61M");
    QCOMPARE(b.statusOf("assignment", second), QStringLiteral("Failed")); // nobody is eligible any more
    QVERIFY(!b.isMember(b.ada));
}

void provisioningTakesTime(PimBench &b)
{
    QCOMPARE(b.manners({{QStringLiteral("provisioning"), QStringLiteral("PT20S")}}).status, 204);
    const Answer eligible = b.makeEligible(b.ada);
    QCOMPARE(eligible.text("status"), QStringLiteral("PendingProvisioning"));
    QVERIFY(!b.isEligible(b.ada));
    b.advance("PT21S");
    QCOMPARE(b.statusOf("eligibility", eligible), QStringLiteral("Provisioned"));
    const Answer active = b.activate("ada.lindqvist");
    QCOMPARE(active.text("status"), QStringLiteral("PendingProvisioning")); // 201 does not mean active
    QVERIFY(!b.isMember(b.ada));
    b.advance("PT21S");
    QVERIFY(b.isMember(b.ada));
    QCOMPARE(b.statusOf("assignment", active), QStringLiteral("Provisioned"));
}

void expiresByTheClock(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QVERIFY(!b.isMember(b.ada)); // eligible does not touch members
    QCOMPARE(b.activate("ada.lindqvist", "PT30M").status, 201);
    QVERIFY(b.isMember(b.ada));
    b.advance("PT29M");
    QVERIFY(b.isMember(b.ada));
    b.advance("PT1M");
    QVERIFY(!b.isMember(b.ada));
    QVERIFY(b.activities().contains(QStringLiteral("Remove member from role (PIM activation expired)")));
    QCOMPARE(b.activities().count(QStringLiteral("Add member to role requested (PIM activation)")), 1);
    QCOMPARE(b.activities().count(QStringLiteral("Add member to role completed (PIM activation)")), 1);
}

void assignedOutlivesActivation(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.activate("ada.lindqvist").status, 201);
    QCOMPARE(b.assign(b.ada, "P1D").status, 201);
    b.advance("PT2H");
    QVERIFY(b.isMember(b.ada)); // the activation is over, the assignment is not
    QVERIFY(b.activations().isEmpty());
    b.advance("P1D");
    QVERIFY(!b.isMember(b.ada));
}

void ownersToo(PimBench &b)
{
    QCOMPARE(addOwner(b, b.lena).status, 204);
    QCOMPARE(b.makeEligible(b.ada, "P90D", asOwner()).status, 201);
    QVERIFY(refusalIn(b.activate("ada.lindqvist")).message.contains(QLatin1String("EligibilityRule"))); // not as member
    QCOMPARE(b.activate("ada.lindqvist", "PT1H", both(why(), asOwner())).text("status"), QStringLiteral("Provisioned"));
    QVERIFY(owns(b, b.ada));
    QVERIFY(!b.isMember(b.ada));
    b.advance("PT5M");
    QCOMPARE(b.deactivate("ada.lindqvist", asOwner()).text("status"), QStringLiteral("Revoked"));
    QVERIFY(!owns(b, b.ada));
    QCOMPARE(b.assign(b.jonas, "P1D", asOwner()).status, 201);
    QVERIFY(owns(b, b.jonas));
    b.advance("P1D");
    QVERIFY(!owns(b, b.jonas));
}

void lastOwnerStays(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada, "P90D", asOwner()).status, 201);
    QCOMPARE(b.activate("ada.lindqvist", "PT1H", both(why(), asOwner())).status, 201);
    b.advance("PT2H");
    QVERIFY(owns(b, b.ada)); // cannot be removed, and PIM keeps trying
    QCOMPARE(b.activations().size(), 1);
    QCOMPARE(addOwner(b, b.lena).status, 204);
    QVERIFY(!owns(b, b.ada));
    QVERIFY(b.activations().isEmpty());
    QCOMPARE(b.admin().remove(QStringLiteral("/groups/%1/owners/%2/$ref").arg(b.group, b.lena)).status, 400);
    QCOMPARE(b.activate("ada.lindqvist", "PT1H", both(why(), asOwner())).status, 201);
    QCOMPARE(b.admin().remove(QStringLiteral("/groups/%1/owners/%2/$ref").arg(b.group, b.lena)).status, 204);
    b.advance("P32D");
    QVERIFY(owns(b, b.ada)); // given up after thirty days: an owner like any other
    QVERIFY(b.activations().isEmpty());
}

void unsuitableGroups(PimBench &b)
{
    for (const char *name : {"All staff", "Print operators"}) { // dynamic, synchronized
        const QString group = b.groupNamed(name);
        const Answer refused = askPim(b.admin(), "eligibility", "adminAssign", group, b.ada, lasting("P1D"), why());
        QCOMPARE(refused.status, 400);
        QCOMPARE(codeOf(refused), QStringLiteral("InvalidRoleAssignmentRequest"));
    }
    // A Microsoft 365 group will do; a role-assignable one too: a group may be eligible for it, but never a member of it.
    QCOMPARE(askPim(b.admin(), "eligibility", "adminAssign", b.groupNamed("Sales"), b.ada, lasting("P1D"), why()).status, 201);
    const QString guarded = newGroup(b.admin(), QStringLiteral("Guarded"), true);
    QCOMPARE(askPim(b.admin(), "eligibility", "adminAssign", guarded, b.ada, lasting("P1D"), why()).status, 201);
    const QString desk = b.groupNamed("Service Desk");
    QCOMPARE(askPim(b.admin(), "assignment", "adminAssign", guarded, desk, lasting("P1D"), why()).status, 400);
    QCOMPARE(askPim(b.admin(), "eligibility", "adminAssign", guarded, desk, lasting("P1D"), why()).status, 201);
}

/// Nobody signs in with an account that is off, so the token must be older than that: asked without the wire.
void switchedOffAccount(PimBench &)
{
    const demo::DemoClock clock;
    demo::Store store(&clock, 1);
    demo::fillStore(store, 0, 0);
    demo::Router router;
    demo::addPimRoutes(router, store);
    const QString users = QStringLiteral("users"), id = QStringLiteral("id");
    const QString bernd = store.user(upn("bernd.vogt"))->value(id).toString();
    QVERIFY(!store.find(users, bernd)->value(QStringLiteral("accountEnabled")).toBool());
    const QString group = store.findBy(QStringLiteral("groups"), QStringLiteral("displayName"), QStringLiteral("Service Desk"))
                              ->value(id)
                              .toString();
    const auto post = [&](const char *half, const char *action, const QString &caller, const char *duration) {
        demo::Request request;
        request.method = "POST";
        request.path = kPim + QLatin1String(half) + QStringLiteral("ScheduleRequests");
        request.caller.oid = caller;
        request.caller.roles = store.activeRolesOf(caller);
        request.caller.scopes = demo::consentedScopes();
        request.body = both(why(), {{QStringLiteral("accessId"), QStringLiteral("member")},
                                    {QStringLiteral("action"), QLatin1String(action)},
                                    {QStringLiteral("groupId"), group},
                                    {QStringLiteral("principalId"), bernd},
                                    {QStringLiteral("scheduleInfo"), lasting(duration)}});
        return router.route(demo::Router::Area::Graph, store, request).status;
    };
    QCOMPARE(post("eligibility", "adminAssign", store.user(upn("mira.kovac"))->value(id).toString(), "P1D"), 201);
    QCOMPARE(post("assignment", "selfActivate", bernd, "PT1H"), 403);
    store.patch(users, bernd, {{QStringLiteral("accountEnabled"), true}});
    QCOMPARE(post("assignment", "selfActivate", bernd, "PT1H"), 201);
}

// --- 13: undo -----------------------------------------------------------------------------------------------------

void undoLeavesHistory(PimBench &b)
{
    const Answer first = b.makeEligible(b.ada);
    const QString policyId = memberPolicy(b.admin(), b.group)[QLatin1String("id")].toString();
    b.advance("PT5M");
    QCOMPARE(b.ask("eligibility", "adminRemove", b.ada).status, 201);
    QVERIFY(b.list("eligibilitySchedules").value().isEmpty());
    QCOMPARE(b.list("eligibilityScheduleRequests").value().size(), 2); // request history stays
    QCOMPARE(b.statusOf("eligibility", first), QStringLiteral("Provisioned"));
    QCOMPARE(memberPolicy(b.admin(), b.group)[QLatin1String("id")].toString(), policyId); // no off-boarding
}

void deletedGroupTakesActivations(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    QCOMPARE(b.activate("ada.lindqvist").status, 201);
    QCOMPARE(b.admin().remove(QStringLiteral("/groups/") + b.group).status, 204);
    QCOMPARE(codeOf(b.list("assignmentScheduleInstances")), QStringLiteral("ResourceNotFound"));
    if (b.admin().send("POST", QStringLiteral("/directory/deletedItems/%1/restore").arg(b.group)).status != 200)
        return;                  // gone for good is documented too
    QVERIFY(!b.isMember(b.ada)); // restored, without those who had activated
    QVERIFY(b.activations().isEmpty());
}

const Sentence kSentences[] = {
    {"7.2: future start", laterStart},
    {"6: activation with a future start", laterActivation},
    {"7.2: 201 does not mean active", provisioningTakesTime},
    {"6: active joins, expiry leaves", expiresByTheClock},
    {"6: an assignment beside an activation keeps the member", assignedOutlivesActivation},
    {"6: owners have their own access", ownersToo},
    {"6: the last owner cannot be removed, retried for 30 days", lastOwnerStays},
    {"6: allowed groups", unsuitableGroups},
    {"6: a disabled account cannot activate", switchedOffAccount},
    {"13, 6: history stays, no off-boarding", undoLeavesHistory},
    {"13, 4.4: a deleted group", deletedGroupTakesActivations},
};

} // namespace

void tst_ContractPimOverTime::semantics_data()
{
    addSentences(kSentences);
}

void tst_ContractPimOverTime::semantics()
{
    QFETCH(int, row);
    kSentences[row].act(m_bench);
}

QTEST_GUILESS_MAIN(tst_ContractPimOverTime)
#include "tst_ContractPimOverTime.moc"
