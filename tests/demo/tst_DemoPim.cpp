#include "demo/PimBench.h"

#include <QTest>

#include <memory>

using namespace pimgate::demotest;
using pimgate::demo::DemoTenant;

/// PIM for Groups as a client meets it over HTTP, from the first request to the last; sentence by sentence the contract
/// is played in tst_ContractPim*.
class tst_DemoPim : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void makesEligible();
    void activationJoinsAndExpires();
    void approval();
    void authenticationContext();
    void plainMembersShowAsAssigned();
    void eligibleGroup();
    void activeAssignment();
    void scopesAndRoles();

private:
    DemoClient client(const char *name, const QJsonObject &claims = {});
    void makeEligible(const QString &principal, const char *duration = "P90D");

    std::unique_ptr<DemoTenant> m_tenant;
    std::unique_ptr<DemoClient> m_admin;
    QString m_group, m_ada, m_jonas;
};

namespace {

RuleChanges approvedBy(const QJsonArray &approvers)
{
    return {{kApproval, approvalSetting(approvers)}};
}

QString groupFilter(const QString &group)
{
    return QStringLiteral("?$filter=groupId eq '%1'").arg(group);
}

} // namespace

void tst_DemoPim::init()
{
    auto tenant = DemoTenant::start({});
    QVERIFY(tenant);
    m_tenant = std::move(*tenant);
    m_admin = std::make_unique<DemoClient>(m_tenant->cloudFile());
    QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString());
    m_group = newGroup(*m_admin, QStringLiteral("PIM-Ninja"));
    m_ada = idOf(*m_admin, "ada.lindqvist");
    m_jonas = idOf(*m_admin, "jonas.weber");
    QVERIFY(!m_group.isEmpty());
    QVERIFY(!m_ada.isEmpty());
}

void tst_DemoPim::cleanup()
{
    m_tenant.reset();
}

DemoClient tst_DemoPim::client(const char *name, const QJsonObject &claims)
{
    DemoClient person(m_tenant->cloudFile());
    const QString refusal = person.signIn(upn(name), claims);
    if (!refusal.isEmpty())
        qWarning().noquote() << refusal;
    return person;
}

void tst_DemoPim::makeEligible(const QString &principal, const char *duration)
{
    const Answer answer = askPim(*m_admin, "eligibility", "adminAssign", m_group, principal, lasting(duration), why());
    QCOMPARE(answer.status, 201);
    QCOMPARE(answer.text("status"), QStringLiteral("Provisioned"));
}

void tst_DemoPim::makesEligible()
{
    makeEligible(m_ada);
    const Answer schedules =
        m_admin->get(kPim + QStringLiteral("eligibilitySchedules") + groupFilter(m_group) + QStringLiteral("&$expand=principal"));
    QCOMPARE(schedules.value().size(), 1);
    QCOMPARE(schedules.first()[QLatin1String("principal")][QLatin1String("displayName")].toString(),
             QStringLiteral("Ada Lindqvist"));
    const QJsonObject instance =
        m_admin->get(kPim + QStringLiteral("eligibilityScheduleInstances") + groupFilter(m_group)).first();
    QCOMPARE(instance[QLatin1String("eligibilityScheduleId")], schedules.first()[QLatin1String("id")]);
    QVERIFY(instance[QLatin1String("id")] != instance[QLatin1String("eligibilityScheduleId")]);
    QVERIFY(!memberIds(*m_admin, m_group).contains(m_ada)); // eligible is not a member
    QCOMPARE(askPim(*m_admin, "eligibility", "adminAssign", m_group, m_ada, lasting("P30D")).code(),
             QStringLiteral("RoleAssignmentExists"));
    QCOMPARE(askPim(*m_admin, "eligibility", "adminUpdate", m_group, m_jonas, lasting("P30D")).code(),
             QStringLiteral("RoleAssignmentDoesNotExist"));
    QCOMPARE(askPim(*m_admin, "eligibility", "adminUpdate", m_group, m_ada, lasting("P30D")).status, 201);
    m_admin->advance(QStringLiteral("P31D"));
    QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString());
    QVERIFY(m_admin->get(kPim + QStringLiteral("eligibilityScheduleInstances") + groupFilter(m_group)).value().isEmpty());
    for (const char *set :
         {"eligibilitySchedules", "eligibilityScheduleInstances", "eligibilityScheduleRequests", "assignmentScheduleInstances"})
        QCOMPARE(m_admin->get(kPim + QLatin1String(set)).status, 400);
    const DemoClient ada = client("ada.lindqvist");
    QCOMPARE(ada.get(kPim + QStringLiteral("eligibilityScheduleRequests/filterByCurrentUser(on='principal')")).value().size(), 2);
}

void tst_DemoPim::activationJoinsAndExpires()
{
    makeEligible(m_ada);
    const DemoClient ada = client("ada.lindqvist");
    QCOMPARE(askPim(ada, "assignment", "selfActivate", m_group, m_ada, lasting("PT1H"), why()).text("status"),
             QStringLiteral("Provisioned"));
    QVERIFY(memberIds(*m_admin, m_group).contains(m_ada));
    const QJsonObject instance = m_admin
                                     ->get(kPim + QStringLiteral("assignmentScheduleInstances") + groupFilter(m_group) +
                                           QStringLiteral("&$expand=activatedUsing"))
                                     .first();
    QCOMPARE(instance[QLatin1String("assignmentType")].toString(), QStringLiteral("Activated"));
    QCOMPARE(instance[QLatin1String("activatedUsing")][QLatin1String("principalId")].toString(), m_ada);
    QCOMPARE(askPim(ada, "assignment", "selfActivate", m_group, m_ada, lasting("PT1H"), why()).code(),
             QStringLiteral("RoleAssignmentExists"));

    m_admin->advance(QStringLiteral("PT59M"));
    QVERIFY(memberIds(*m_admin, m_group).contains(m_ada));
    m_admin->advance(QStringLiteral("PT2M"));
    QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString());
    QVERIFY(!memberIds(*m_admin, m_group).contains(m_ada));
    QVERIFY(m_admin->get(kPim + QStringLiteral("assignmentScheduleInstances") + groupFilter(m_group)).value().isEmpty());
    const QString state = QString::fromUtf8(m_admin->control("GET", QStringLiteral("state")).body);
    QVERIFY(state.contains(QLatin1String("PIM activation expired")));
    QVERIFY(state.contains(QLatin1String("eligibilitySchedules")));
}

void tst_DemoPim::approval()
{
    makeEligible(m_ada);
    const QString leads =
        m_admin->get(QStringLiteral("/groups?$filter=displayName eq 'Service leads'")).first()[QLatin1String("id")].toString();
    QCOMPARE(changeRules(*m_admin, m_group, approvedBy({approvingGroup(leads), approvingUser(m_ada)})).status, 200);
    const DemoClient ada = client("ada.lindqvist");
    const Answer asked = askPim(ada, "assignment", "selfActivate", m_group, m_ada, lasting("PT1H"), why());
    QCOMPARE(asked.status, 201);
    QCOMPARE(asked.text("status"), QStringLiteral("PendingApproval"));
    QVERIFY(!memberIds(*m_admin, m_group).contains(m_ada));
    QCOMPARE(askPim(ada, "assignment", "selfActivate", m_group, m_ada, lasting("PT1H"), why()).code(),
             QStringLiteral("PendingRoleAssignmentRequest"));

    m_admin->advance(QStringLiteral("PT30M"));
    const DemoClient lena = client("lena.fischer"), omar = client("omar.haddad"), jonas = client("jonas.weber");
    const Answer waiting =
        lena.get(kPim + QStringLiteral(
                            "assignmentScheduleRequests/filterByCurrentUser(on='approver')?$filter=status eq 'PendingApproval'"));
    QCOMPARE(waiting.value().size(), 1);
    const QString approvalId = waiting.first()[QLatin1String("approvalId")].toString();
    const QJsonObject stage =
        lena.get(kPim + QStringLiteral("assignmentApprovals/") + approvalId).json()[QLatin1String("stages")][0].toObject();
    QCOMPARE(stage[QLatin1String("status")].toString(), QStringLiteral("InProgress"));
    QVERIFY(stage[QLatin1String("assignedToMe")].toBool());
    QCOMPARE(lena.get(kPim + QStringLiteral("assignmentApprovals/%1/stages").arg(approvalId)).value().size(), 1);
    QCOMPARE(lena.get(kPim + QStringLiteral("assignmentApprovals/filterByCurrentUser(on='approver')")).value().size(), 1);
    const QString path = decisionPath(approvalId, stage[QLatin1String("id")].toString());
    QCOMPARE(ada.patch(path, decision("Approve")).status, 403); // named as approver, yet it is her own request
    QCOMPARE(jonas.patch(path, decision("Approve")).status, 403);
    QCOMPARE(lena.patch(path, {{QStringLiteral("reviewResult"), QStringLiteral("Maybe")}}).status, 400);
    QCOMPARE(lena.patch(decisionPath(approvalId, QStringLiteral("unknown")), decision("Approve")).status, 404);
    QCOMPARE(lena.patch(path, decision("Approve")).status, 204);
    QCOMPARE(omar.patch(path, decision("Deny")).status, 409);
    QCOMPARE(omar.get(path).json()[QLatin1String("reviewedBy")][QLatin1String("displayName")].toString(),
             QStringLiteral("Lena Fischer"));

    const QJsonObject done = ada.get(kPim + QStringLiteral("assignmentScheduleRequests/") + asked.text("id")).json();
    QCOMPARE(done[QLatin1String("status")].toString(), QStringLiteral("Provisioned"));
    QVERIFY(memberIds(*m_admin, m_group).contains(m_ada));
    m_admin->advance(QStringLiteral("PT45M")); // the hour runs from the approval
    QVERIFY(memberIds(client("mira.kovac"), m_group).contains(m_ada));
    m_admin->advance(QStringLiteral("PT16M"));
    QVERIFY(!memberIds(client("mira.kovac"), m_group).contains(m_ada));
}

void tst_DemoPim::authenticationContext()
{
    const QString claim = m_admin->get(QStringLiteral("/identity/conditionalAccess/authenticationContextClassReferences"))
                              .first()[QLatin1String("id")]
                              .toString();
    QVERIFY(!claim.isEmpty());
    const QJsonObject policy{
        {QStringLiteral("displayName"), QStringLiteral("Step up")},
        {QStringLiteral("state"), QStringLiteral("enabledForReportingButNotEnforced")},
        {QStringLiteral("conditions"),
         QJsonObject{
             {QStringLiteral("clientAppTypes"), QJsonArray{QStringLiteral("all")}},
             {QStringLiteral("applications"),
              QJsonObject{{QStringLiteral("includeAuthenticationContextClassReferences"), QJsonArray{claim}}}},
             {QStringLiteral("users"), QJsonObject{{QStringLiteral("includeUsers"), QJsonArray{QStringLiteral("All")}}}}}},
        {QStringLiteral("grantControls"), QJsonObject{{QStringLiteral("operator"), QStringLiteral("OR")},
                                                      {QStringLiteral("builtInControls"), QJsonArray{QStringLiteral("mfa")}}}}};
    QCOMPARE(m_admin->post(QStringLiteral("/identity/conditionalAccess/policies"), policy).status, 201);
    makeEligible(m_ada);
    QCOMPARE(changeRules(*m_admin, m_group, {{kContextRule, contextRule(claim.toLatin1().constData())}}).status, 200);
    const Answer refused = askPim(client("ada.lindqvist"), "assignment", "selfActivate", m_group, m_ada, lasting("PT1H"), why());
    QCOMPARE(refused.status, 400);
    QCOMPARE(refused.code(), QStringLiteral("UnknownError")); // the wrapped form
    const QJsonObject inside = QJsonDocument::fromJson(refused.message().toUtf8()).object();
    QCOMPARE(inside[QLatin1String("errorCode")].toString(), QStringLiteral("RoleAssignmentRequestAcrsValidationFailed"));
    const QString fragment = inside[QLatin1String("message")].toString();
    QVERIFY(fragment.startsWith(QLatin1String("&claims=%7B")));
    const QJsonObject claims = QJsonDocument::fromJson(QByteArray::fromPercentEncoding(fragment.mid(8).toLatin1())).object();
    QCOMPARE(claims[QLatin1String("access_token")][QLatin1String("acrs")][QLatin1String("value")].toString(), claim);
    const DemoClient stepped = client("ada.lindqvist", claims[QLatin1String("access_token")].toObject());
    QCOMPARE(askPim(stepped, "assignment", "selfActivate", m_group, m_ada, lasting("PT1H"), why()).text("status"),
             QStringLiteral("Provisioned"));
}

void tst_DemoPim::plainMembersShowAsAssigned()
{
    const QJsonObject reference{
        {QStringLiteral("@odata.id"), m_admin->member("graph") + QStringLiteral("/v1.0/directoryObjects/") + m_jonas}};
    QCOMPARE(m_admin->post(QStringLiteral("/groups/%1/members/$ref").arg(m_group), reference).status, 204);
    const QJsonObject instance = m_admin
                                     ->get(kPim + QStringLiteral("assignmentScheduleInstances") + groupFilter(m_group) +
                                           QStringLiteral(" and accessId eq 'member'"))
                                     .first();
    QCOMPARE(instance[QLatin1String("principalId")].toString(), m_jonas);
    QCOMPARE(instance[QLatin1String("assignmentType")].toString(), QStringLiteral("Assigned"));
    QVERIFY(instance[QLatin1String("endDateTime")].isNull());
    const Answer his =
        m_admin->get(kPim + QStringLiteral("assignmentScheduleInstances?$filter=principalId eq '%1'").arg(m_jonas));
    QVERIFY(his.value().contains(QJsonValue(instance)));
    QVERIFY(m_admin->get(kPim + QStringLiteral("assignmentSchedules") + groupFilter(m_group)).value().isEmpty());
}

void tst_DemoPim::eligibleGroup()
{
    const QString desk =
        m_admin->get(QStringLiteral("/groups?$filter=displayName eq 'Service Desk'")).first()[QLatin1String("id")].toString();
    makeEligible(desk);
    const DemoClient ada = client("ada.lindqvist");
    const QJsonObject mine =
        ada.get(kPim + QStringLiteral("eligibilityScheduleInstances/filterByCurrentUser(on='principal')")).first();
    QCOMPARE(mine[QLatin1String("memberType")].toString(), QStringLiteral("Group"));
    QCOMPARE(mine[QLatin1String("principalId")].toString(), m_ada);
    QCOMPARE(askPim(ada, "assignment", "selfActivate", m_group, m_ada, lasting("PT1H"), why()).text("status"),
             QStringLiteral("Provisioned"));
    QVERIFY(memberIds(*m_admin, m_group).contains(m_ada));
    QVERIFY(!memberIds(*m_admin, m_group).contains(m_jonas)); // each activates for himself
}

void tst_DemoPim::activeAssignment()
{
    QVERIFY(askPim(*m_admin, "assignment", "adminAssign", m_group, m_jonas, lasting("P30D"))
                .message()
                .contains(QLatin1String("JustificationRule")));
    QCOMPARE(askPim(*m_admin, "assignment", "adminAssign", m_group, m_jonas, lasting("P30D"), why()).text("status"),
             QStringLiteral("Provisioned"));
    QVERIFY(memberIds(*m_admin, m_group).contains(m_jonas));
    QCOMPARE(m_admin->get(kPim + QStringLiteral("assignmentSchedules") + groupFilter(m_group))
                 .first()[QLatin1String("assignmentType")]
                 .toString(),
             QStringLiteral("Assigned"));
    QCOMPARE(askPim(*m_admin, "assignment", "adminAssign", m_group, m_jonas, lasting("P1D"), why()).code(),
             QStringLiteral("RoleAssignmentExists"));
    m_admin->advance(QStringLiteral("PT6M"));
    QCOMPARE(askPim(*m_admin, "assignment", "adminRemove", m_group, m_jonas).text("status"), QStringLiteral("Revoked"));
    QVERIFY(!memberIds(*m_admin, m_group).contains(m_jonas));
}

void tst_DemoPim::scopesAndRoles()
{
    const DemoClient ada = client("ada.lindqvist");
    QCOMPARE(askPim(ada, "eligibility", "adminAssign", m_group, m_ada, lasting("P1D")).code(),
             QStringLiteral("InsufficientPermissions"));
    QCOMPARE(ada.get(kPim + QStringLiteral("eligibilitySchedules") + groupFilter(m_group)).status, 403);
    QCOMPARE(ada.get(kPim + QStringLiteral("eligibilitySchedules") + groupFilter(m_group) +
                     QStringLiteral(" and principalId eq '%1'").arg(m_ada))
                 .status,
             200);
    // Groups Administrator manages this group, and not a role-assignable one.
    const DemoClient valeria = client("valeria.conti");
    QCOMPARE(askPim(valeria, "eligibility", "adminAssign", m_group, m_jonas, lasting("P1D")).status, 201);
    const QString guarded = newGroup(*m_admin, QStringLiteral("Guarded"), true);
    QVERIFY(!guarded.isEmpty());
    QCOMPARE(askPim(valeria, "eligibility", "adminAssign", guarded, m_jonas, lasting("P1D")).status, 403);
    QCOMPARE(askPim(*m_admin, "eligibility", "adminAssign", guarded, m_jonas, lasting("P1D")).status, 201);

    DemoClient narrow(m_tenant->cloudFile());
    QCOMPARE(narrow.signIn(upn("mira.kovac"), {}, QStringLiteral("User.Read")), QString());
    const Answer refused = askPim(narrow, "eligibility", "adminAssign", m_group, m_ada, lasting("P1D"));
    QCOMPARE(refused.status, 403);
    const QJsonObject inside = QJsonDocument::fromJson(refused.message().toUtf8()).object();
    QCOMPARE(inside[QLatin1String("errorCode")].toString(), QStringLiteral("PermissionScopeNotGranted"));
    QVERIFY(inside[QLatin1String("message")].toString().contains(
        QLatin1String("PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup")));
}

QTEST_GUILESS_MAIN(tst_DemoPim)
#include "tst_DemoPim.moc"
