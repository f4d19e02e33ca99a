#include "demo/PimBench.h"
#include "demo/pim/PimAccess.h"
#include "demo/store/Seed.h"

#include <QRegularExpression>
#include <QTest>

using namespace pimgate::demotest;
using namespace pimgate;

/// graph-contract.md 7, 7.2 and 7.3: who may look, what he must ask for, and what he is shown.
class tst_ContractPimReading : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QCOMPARE(m_bench.begin(), QString()); }

    void semantics_data();
    void semantics();
    void roles_data();
    void roles();

private:
    PimBench m_bench;
};

namespace {

const char *const kSets[] = {"eligibilityScheduleRequests", "eligibilitySchedules", "eligibilityScheduleInstances",
                             "assignmentScheduleRequests",  "assignmentSchedules",  "assignmentScheduleInstances"};

/// Ada is eligible and has activated.
Answer activated(PimBench &b)
{
    return b.makeEligible(b.ada).status == 201 ? b.activate("ada.lindqvist", "PT2H", both(why(), ticket())) : Answer();
}

QStringList shown(QJsonObject row)
{
    row.remove(QStringLiteral("@odata.context"));
    return row.keys(); // sorted
}

QStringList sorted(QStringList names)
{
    names.sort();
    return names;
}

// --- lists --------------------------------------------------------------------------------------------------------

void filterIsRequired(PimBench &b)
{
    QCOMPARE(activated(b).status, 201);
    for (const char *set : kSets) {
        const QString path = kPim + QLatin1String(set);
        QCOMPARE(b.admin().get(path).status, 400);
        QCOMPARE(b.admin().get(path + QStringLiteral("?$filter=accessId eq 'member'")).status, 400);
        QCOMPARE(b.list(set).value().size(), 1);
        const QString his = path + QStringLiteral("?$filter=principalId eq '%1'");
        QVERIFY(!b.admin().get(his.arg(b.ada)).value().isEmpty());
        QVERIFY(b.admin().get(his.arg(b.lena) + QStringLiteral(" and groupId eq '%1'").arg(b.group)).value().isEmpty());
    }
}

void moreTermsAreFine(PimBench &b)
{
    const Answer active = activated(b);
    QCOMPARE(b.list("assignmentScheduleRequests", QStringLiteral(" and status eq 'Provisioned'")).value().size(), 1);
    QVERIFY(b.list("assignmentScheduleRequests", QStringLiteral(" and status eq 'Revoked'")).value().isEmpty());
    QCOMPARE(
        b.list("assignmentScheduleRequests", QStringLiteral(" and targetScheduleId eq '%1'").arg(active.text("targetScheduleId")))
            .value()
            .size(),
        1);
    for (const char *set : kSets) {
        QCOMPARE(b.list(set, QStringLiteral(" and accessId eq 'member'")).value().size(), 1);
        QVERIFY(b.list(set, QStringLiteral(" and accessId eq 'owner'")).value().isEmpty());
    }
}

void otherFiltersAreRefused(PimBench &b)
{
    QCOMPARE(activated(b).status, 201);
    const QString path = kPim + QStringLiteral("eligibilitySchedules?$filter=");
    const QString other = newGroup(b.admin(), QStringLiteral("Other"));
    for (const QString &filter :
         {QStringLiteral("groupId eq '%1' or groupId eq '%2'").arg(b.group, other), QStringLiteral("groupId ne '%1'").arg(other),
          QStringLiteral("groupId eq '%1' and createdUsing eq 'x'").arg(b.group),
          QStringLiteral("groupId eq '%1' and").arg(b.group), QStringLiteral("startswith(groupId,'%1')").arg(b.group.left(4)),
          QStringLiteral("not(groupId eq '%1')").arg(b.group)})
        QCOMPARE(b.admin().nonsense("GET", path + filter).status, 400);
}

/// A member of one group cannot read another's by an "or".
void noWayRoundTheRole(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.lena).status, 201);
    const QString desk = b.groupNamed("Service Desk"); // Ada is a member of that
    DemoClient &ada = b.as("ada.lindqvist");
    const QString path = kPim + QStringLiteral("eligibilityScheduleInstances?$filter=");
    QCOMPARE(ada.get(path + QStringLiteral("groupId eq '%1'").arg(desk)).status, 200);
    QCOMPARE(ada.get(path + QStringLiteral("groupId eq '%1'").arg(b.group)).status, 403);
    QCOMPARE(ada.nonsense("GET", path + QStringLiteral("groupId eq '%1' or groupId eq '%2'").arg(desk, b.group)).status, 400);
    QCOMPARE(ada.nonsense("GET", path + QStringLiteral("principalId eq '%1' or groupId eq '%2'").arg(b.ada, b.group)).status,
             400);
}

void ordersAndSelects(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    b.advance("PT1M");
    QCOMPARE(b.makeEligible(b.jonas).status, 201);
    const QJsonArray newest = b.list("eligibilityScheduleRequests", QStringLiteral("&$orderby=createdDateTime desc")).value();
    QCOMPARE(newest.size(), 2);
    QCOMPARE(newest.first()[QLatin1String("principalId")].toString(), b.jonas);
    const QJsonArray oldest = b.list("eligibilityScheduleRequests", QStringLiteral("&$orderby=createdDateTime")).value();
    QCOMPARE(oldest.first()[QLatin1String("principalId")].toString(), b.ada);
    const QJsonObject few = b.list("eligibilitySchedules", QStringLiteral("&$select=id,principalId")).first();
    QCOMPARE(few.keys(), (QStringList{QStringLiteral("id"), QStringLiteral("principalId")}));
    QCOMPARE(b.list("eligibilitySchedules", QStringLiteral("&$top=1")).value().size(), 1);
}

void expands(PimBench &b)
{
    const Answer active = activated(b);
    const QString request = kPim + QStringLiteral("assignmentScheduleRequests/") + active.text("id");
    const QJsonObject row =
        b.admin().get(request + QStringLiteral("?$expand=group,principal,targetSchedule,activatedUsing")).json();
    QCOMPARE(row[QLatin1String("group")][QLatin1String("id")].toString(), b.group);
    QCOMPARE(row[QLatin1String("principal")][QLatin1String("id")].toString(), b.ada);
    QCOMPARE(row[QLatin1String("activatedUsing")][QLatin1String("principalId")].toString(), b.ada);
    const QJsonObject instance = b.list("assignmentScheduleInstances", QStringLiteral("&$expand=activatedUsing,group")).first();
    QCOMPARE(instance[QLatin1String("activatedUsing")][QLatin1String("principalId")].toString(), b.ada);
    QCOMPARE(instance[QLatin1String("group")][QLatin1String("id")].toString(), b.group);
    QCOMPARE(b.admin().nonsense("GET", request + QStringLiteral("?$expand=owner")).status, 400);
    QCOMPARE(
        b.admin()
            .nonsense("GET",
                      kPim + QStringLiteral("eligibilitySchedules?$filter=groupId eq '%1'&$expand=activatedUsing").arg(b.group))
            .status,
        400);
    // "$expand=group on instances is reported unreliable"
    QCOMPARE(b.manners({{QStringLiteral("instancesLackGroup"), true}}).status, 204);
    for (const char *set : {"assignmentScheduleInstances", "eligibilityScheduleInstances"}) {
        const QJsonObject bare = b.list(set, QStringLiteral("&$expand=group,principal")).first();
        QVERIFY(bare.contains(QLatin1String("group")) && bare[QLatin1String("group")].isNull());
        QCOMPARE(bare[QLatin1String("principal")][QLatin1String("id")].toString(), b.ada);
    }
    QVERIFY(b.admin().get(request + QStringLiteral("?$expand=group")).json()[QLatin1String("group")].isObject());
}

void mine(PimBench &b)
{
    QCOMPARE(activated(b).status, 201);
    const auto size = [&](const char *who, const char *set, const char *on) {
        const Answer answer = b.as(who).nonsense(
            "GET", kPim + QStringLiteral("%1/filterByCurrentUser(on='%2')").arg(QLatin1String(set), QLatin1String(on)));
        return answer.status == 200 ? int(answer.value().size()) : -answer.status;
    };
    for (const char *set : kSets)
        QCOMPARE(size("ada.lindqvist", set, "principal"), 1);
    QCOMPARE(size("ada.lindqvist", "assignmentScheduleRequests", "createdBy"), 1);
    QCOMPARE(size("ada.lindqvist", "eligibilityScheduleRequests", "createdBy"), 0);
    QCOMPARE(size("mira.kovac", "eligibilityScheduleRequests", "createdBy"), 1);
    QCOMPARE(size("mira.kovac", "eligibilityScheduleRequests", "principal"), 0);
    QCOMPARE(size("ada.lindqvist", "assignmentScheduleRequests", "approver"), 0);
    QCOMPARE(size("ada.lindqvist", "eligibilitySchedules", "createdBy"), -400);
    QCOMPARE(size("ada.lindqvist", "assignmentScheduleRequests", "everybody"), -400);
}

// --- shapes -------------------------------------------------------------------------------------------------------

void requestObject(PimBench &b)
{
    const Answer active = activated(b);
    const QStringList members = sorted(
        {QStringLiteral("id"), QStringLiteral("status"), QStringLiteral("createdDateTime"), QStringLiteral("completedDateTime"),
         QStringLiteral("approvalId"), QStringLiteral("customData"), QStringLiteral("createdBy"), QStringLiteral("action"),
         QStringLiteral("isValidationOnly"), QStringLiteral("justification"), QStringLiteral("principalId"),
         QStringLiteral("accessId"), QStringLiteral("groupId"), QStringLiteral("targetScheduleId"),
         QStringLiteral("scheduleInfo"), QStringLiteral("ticketInfo")});
    QCOMPARE(shown(active.json()), members);
    const QJsonObject row = b.admin().get(kPim + QStringLiteral("assignmentScheduleRequests/") + active.text("id")).json();
    QCOMPARE(shown(row), members);
    QCOMPARE(row[QLatin1String("createdBy")].toObject().keys(),
             (QStringList{QStringLiteral("application"), QStringLiteral("device"), QStringLiteral("user")}));
    QVERIFY(row[QLatin1String("createdBy")][QLatin1String("application")].isNull());
    QCOMPARE(row[QLatin1String("createdBy")][QLatin1String("user")][QLatin1String("id")].toString(), b.ada);
    QVERIFY(row[QLatin1String("approvalId")].isNull());
    QCOMPARE(row[QLatin1String("action")].toString(), QStringLiteral("selfActivate"));
    QCOMPARE(row[QLatin1String("accessId")].toString(), QStringLiteral("member"));
    QCOMPARE(row[QLatin1String("ticketInfo")][QLatin1String("ticketNumber")].toString(), QStringLiteral("4711"));
    const QJsonObject schedule = row[QLatin1String("scheduleInfo")].toObject();
    QCOMPARE(schedule.keys(),
             (QStringList{QStringLiteral("expiration"), QStringLiteral("recurrence"), QStringLiteral("startDateTime")}));
    QVERIFY(schedule[QLatin1String("recurrence")].isNull());
    QCOMPARE(schedule[QLatin1String("expiration")].toObject().keys(),
             (QStringList{QStringLiteral("duration"), QStringLiteral("endDateTime"), QStringLiteral("type")}));
}

void formOfIds(PimBench &b)
{
    const Answer active = activated(b);
    const QRegularExpression form(
        QStringLiteral("^%1_member_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$").arg(QRegularExpression::escape(b.group)));
    const auto isForm = [&](const QJsonValue &id) { return form.match(id.toString()).hasMatch(); };
    QVERIFY(isForm(active.json()[QLatin1String("targetScheduleId")]));
    for (const char *half : {"eligibility", "assignment"}) {
        const QJsonObject schedule = b.list(qPrintable(QLatin1String(half) + QStringLiteral("Schedules"))).first();
        const QJsonObject instance = b.list(qPrintable(QLatin1String(half) + QStringLiteral("ScheduleInstances"))).first();
        QVERIFY(isForm(schedule[QLatin1String("id")]));
        QVERIFY(isForm(instance[QLatin1String("id")]));
        QVERIFY(instance[QLatin1String("id")] != schedule[QLatin1String("id")]); // "with their own guid"
        QCOMPARE(instance[QLatin1String(half) + QStringLiteral("ScheduleId")], schedule[QLatin1String("id")]);
    }
}

void scheduleObjects(PimBench &b)
{
    const Answer active = activated(b);
    const QStringList eligibility =
        sorted({QStringLiteral("id"), QStringLiteral("principalId"), QStringLiteral("groupId"), QStringLiteral("accessId"),
                QStringLiteral("memberType"), QStringLiteral("createdUsing"), QStringLiteral("createdDateTime"),
                QStringLiteral("modifiedDateTime"), QStringLiteral("status"), QStringLiteral("scheduleInfo")});
    const QJsonObject eligible = b.list("eligibilitySchedules").first();
    QCOMPARE(shown(eligible), eligibility);
    QCOMPARE(eligible[QLatin1String("memberType")].toString(), QStringLiteral("Direct"));
    QCOMPARE(eligible[QLatin1String("status")].toString(), QStringLiteral("Provisioned"));
    const QJsonObject assignment = b.list("assignmentSchedules").first();
    QCOMPARE(shown(assignment), sorted(eligibility + QStringList{QStringLiteral("assignmentType")}));
    QCOMPARE(assignment[QLatin1String("assignmentType")].toString(), QStringLiteral("Activated"));
    QCOMPARE(assignment[QLatin1String("createdUsing")].toString(), active.text("id"));
}

void instanceObjects(PimBench &b)
{
    QCOMPARE(activated(b).status, 201);
    const QStringList common{QStringLiteral("id"),         QStringLiteral("principalId"), QStringLiteral("groupId"),
                             QStringLiteral("accessId"),   QStringLiteral("memberType"),  QStringLiteral("startDateTime"),
                             QStringLiteral("endDateTime")};
    QCOMPARE(shown(b.list("eligibilityScheduleInstances").first()),
             sorted(common + QStringList{QStringLiteral("eligibilityScheduleId")}));
    QCOMPARE(shown(b.list("assignmentScheduleInstances").first()),
             sorted(common + QStringList{QStringLiteral("assignmentScheduleId"), QStringLiteral("assignmentType")}));
}

void permanentEligibility(PimBench &b)
{
    QCOMPARE(
        b.rules({{QStringLiteral("Expiration_Admin_Eligibility"), {{QStringLiteral("isExpirationRequired"), false}}}}).status,
        200);
    QCOMPARE(b.ask("eligibility", "adminAssign", b.ada, until("noExpiration"), why()).status, 201);
    QVERIFY(b.list("eligibilityScheduleInstances").first()[QLatin1String("endDateTime")].isNull());
    b.advance("P3650D");
    QVERIFY(b.isEligible(b.ada));
}

void plainMembers(PimBench &b)
{
    const QJsonObject reference{
        {QStringLiteral("@odata.id"), b.admin().member("graph") + QStringLiteral("/v1.0/directoryObjects/") + b.jonas}};
    QCOMPARE(b.admin().post(QStringLiteral("/groups/%1/members/$ref").arg(b.group), reference).status, 204);
    const QJsonObject instance = b.list("assignmentScheduleInstances").first();
    QCOMPARE(instance[QLatin1String("principalId")].toString(), b.jonas);
    QCOMPARE(instance[QLatin1String("assignmentType")].toString(), QStringLiteral("Assigned"));
    QVERIFY(instance[QLatin1String("startDateTime")].isNull() && instance[QLatin1String("endDateTime")].isNull());
    QCOMPARE(codeOf(b.assign(b.jonas)), QStringLiteral("RoleAssignmentExists"));
    QCOMPARE(b.ask("assignment", "adminRemove", b.jonas).text("status"), QStringLiteral("Revoked"));
    QVERIFY(!b.isMember(b.jonas));
}

void singleObjects(PimBench &b)
{
    const Answer active = activated(b);
    const QString instance = b.list("assignmentScheduleInstances").first()[QLatin1String("id")].toString();
    const QString none = QStringLiteral("11111111-2222-3333-4444-555555555555");
    for (const auto &[set, id] : {std::pair{"assignmentScheduleRequests", active.text("id")},
                                  std::pair{"assignmentSchedules", active.text("targetScheduleId")},
                                  std::pair{"assignmentScheduleInstances", instance}}) {
        const QString path = kPim + QLatin1String(set) + QLatin1Char('/');
        QCOMPARE(b.admin().get(path + id).status, 200);
        QCOMPARE(b.as("ada.lindqvist").get(path + id).status, 200);
        QCOMPARE(b.as("jonas.weber").get(path + id).status, 403);
        QCOMPARE(b.admin().get(path + none).status, 404);
        QCOMPARE(b.as("ada.lindqvist").get(path + id + QStringLiteral("/principal")).text("id"), b.ada);
        QCOMPARE(b.as("ada.lindqvist").get(path + id + QStringLiteral("/group")).text("id"), b.group);
        QCOMPARE(b.as("ada.lindqvist").get(path + id + QStringLiteral("/activatedUsing")).text("principalId"), b.ada);
    }
}

// --- permissions --------------------------------------------------------------------------------------------------

void ownersAndMembers(PimBench &b)
{
    const QString desk = b.groupNamed("Service Desk"); // Omar owns it, Jonas is in it
    const QString path = kPim + QStringLiteral("eligibilitySchedules?$filter=groupId eq '%1'").arg(desk);
    QCOMPARE(b.as("omar.haddad").get(path).status, 200);
    QCOMPARE(b.as("jonas.weber").get(path).status, 200);
    QCOMPARE(codeOf(b.as("sam.porter").get(path)), QStringLiteral("InsufficientPermissions"));
    QCOMPARE(askPim(b.as("omar.haddad"), "eligibility", "adminAssign", desk, b.lena, lasting("P1D")).status, 201);
    const Answer member = askPim(b.as("jonas.weber"), "eligibility", "adminAssign", desk, b.lena, lasting("P1D"));
    QCOMPARE(member.status, 403);
    QCOMPARE(codeOf(member), QStringLiteral("InsufficientPermissions"));
}

void selfActionsNeedTheScopeOnly(PimBench &b)
{
    QCOMPARE(b.makeEligible(b.ada).status, 201);
    const QString scope = QStringLiteral("PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup");
    DemoClient &ada = b.as("ada.lindqvist", {}, QStringLiteral("User.Read ") + scope);
    QCOMPARE(askPim(ada, "assignment", "selfActivate", b.group, b.ada, lasting("PT1H"), why()).status, 201);
    b.advance("PT5M");
    QCOMPARE(askPim(ada, "assignment", "selfDeactivate", b.group, b.ada).status, 201);
    const Answer other = askPim(ada, "eligibility", "selfExtend", b.group, b.ada, lasting("P10D"), why());
    QCOMPARE(codeOf(other), QStringLiteral("PermissionScopeNotGranted")); // eligibility has scopes of its own
}

const Sentence kSentences[] = {
    {"7: a $filter with groupId or principalId is required", filterIsRequired},
    {"7: extra and-terms are fine", moreTermsAreFine},
    {"7: other filters are refused", otherFiltersAreRefused},
    {"7: the role is judged on every group that is shown", noWayRoundTheRole},
    {"7: $orderby, $select, $top", ordersAndSelects},
    {"7: $expand, and group on instances", expands},
    {"7: filterByCurrentUser", mine},
    {"7.2: response object", requestObject},
    {"7.2: form of schedule and instance ids", formOfIds},
    {"7.3: schedules", scheduleObjects},
    {"7.3: instances", instanceObjects},
    {"7.3, 8.2: endDateTime null when permanent", permanentEligibility},
    {"7.3: plain direct members", plainMembers},
    {"7: get one", singleObjects},
    {"7: owners and members", ownersAndMembers},
    {"7: self actions need only the scope", selfActionsNeedTheScopeOnly},
};

} // namespace

void tst_ContractPimReading::semantics_data()
{
    addSentences(kSentences);
}

void tst_ContractPimReading::semantics()
{
    QFETCH(int, row);
    kSentences[row].act(m_bench);
}

/// contract 7, "Permissions"; the ids are those of contract 2.4.
void tst_ContractPimReading::roles_data()
{
    QTest::addColumn<QString>("role");
    QTest::addColumn<QString>("may"); ///< reads and writes of an ordinary group, then of a role-assignable one
    const auto row = [](const char *name, const char *id, const char *may) {
        QTest::newRow(qPrintable(QStringLiteral("contract 7: ") + QLatin1String(name)))
            << QString::fromLatin1(id) << QString::fromLatin1(may);
    };
    row("Directory Writers", "9360feb5-f418-4baa-8175-e2a00bac4301", "rw--");
    row("Groups Administrator", "fdd7a751-b60b-444a-984c-02652fe8fa1c", "rw--");
    row("Identity Governance Administrator", "45d8d3c5-c802-45c6-b32a-1d70b5e1e86e", "rw--");
    row("User Administrator", "fe930be7-5e62-47db-91af-98c3a49a38b1", "rw--");
    row("Privileged Role Administrator", "e8611ab8-c189-46e8-94e1-60213ab1f814", "--rw");
    row("Global Reader", "f2ef992c-3afb-46b9-b7cf-a126ee74c451", "r-r-");
    row("Global Administrator", "62e90394-69f5-4237-9190-012177145e10", "rwrw");
    row("Security Administrator", "194ae4cb-b126-40b2-bd5b-6091b380977d", "----");
    row("Directory Readers", "88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "----");
    row("Conditional Access Administrator", "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9", "----");
    row("Security Reader", "5d6b6bb7-de71-4623-b4af-96380a352509", "----");
}

void tst_ContractPimReading::roles()
{
    QFETCH(QString, role);
    QFETCH(QString, may);
    const demo::DemoClock clock;
    demo::Store store(&clock, 1);
    store.put(QStringLiteral("groups"),
              {{QStringLiteral("id"), QStringLiteral("plain")}, {QStringLiteral("isAssignableToRole"), false}});
    store.put(QStringLiteral("groups"),
              {{QStringLiteral("id"), QStringLiteral("guarded")}, {QStringLiteral("isAssignableToRole"), true}});
    demo::Request request;
    request.caller.oid = QStringLiteral("somebody");
    request.caller.roles = {role};
    QString found;
    for (const auto &group : {QStringLiteral("plain"), QStringLiteral("guarded")}) {
        found += demo::requirePimRole(store, request, group, demo::PimNeed::Read) ? QLatin1Char('-') : QLatin1Char('r');
        found += demo::requirePimRole(store, request, group, demo::PimNeed::Write) ? QLatin1Char('-') : QLatin1Char('w');
    }
    QCOMPARE(found, may);
}

QTEST_GUILESS_MAIN(tst_ContractPimReading)
#include "tst_ContractPimReading.moc"
