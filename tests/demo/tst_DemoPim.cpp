#include "demo/DemoPeople.h"
#include "demo/DemoTenant.h"

#include <QFile>
#include <QTest>

#include <memory>

using namespace pimgate::demotest;
using pimgate::demo::DemoTenant;

/// PIM for Groups as a client meets it over HTTP.
class tst_DemoPim : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void defaultsAndOnboarding();
    void policyThatNeedsOnboarding();
    void refusesRules_data();
    void refusesRules();
    void ruleByItself();
    void makesEligible();
    void refusesEligibility_data();
    void refusesEligibility();
    void removesEligibility();
    void activationIsJudgedByAllRules();
    void activationJoinsAndExpires();
    void deactivation();
    void oldErrorForm();
    void approval();
    void approvalIsDeniedOrDies();
    void authenticationContext();
    void authenticationContextFallsBackToMfa();
    void validationStoresNothing();
    void laterStart();
    void cancelsPending();
    void takenOutByHand();
    void plainMembersShowAsAssigned();
    void eligibleGroup();
    void activeAssignment();
    void scopesAndRoles();
    void unsuitableGroups();
    void rulesSurviveWhileUnseen();
    void readsSingleObjects();

private:
    DemoClient client(const char *name, const QJsonObject &claims = {});
    void makeEligible(const QString &principal, const char *duration = "P90D");

    std::unique_ptr<DemoTenant> m_tenant;
    std::unique_ptr<DemoClient> m_admin;
    QString m_group, m_ada, m_jonas;
};

namespace {

QJsonObject why(const char *text = "Ticket 4711")
{
    return {{QStringLiteral("justification"), QLatin1String(text)}};
}

QMap<QString, QJsonObject> approvedBy(const QJsonArray &approvers)
{
    return {{QStringLiteral("Approval_EndUser_Assignment"), approvalSetting(approvers)}};
}

QJsonObject approvingUser(const QString &id)
{
    return {{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.singleUser")}, {QStringLiteral("userId"), id}};
}

QJsonObject approvingGroup(const QString &id)
{
    return {{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.groupMembers")}, {QStringLiteral("groupId"), id}};
}

QJsonObject enabledRules(const QStringList &rules)
{
    return {{QStringLiteral("enabledRules"), QJsonArray::fromStringList(rules)}};
}

const QString kEnablement = QStringLiteral("Enablement_EndUser_Assignment");
const QString kContextRule = QStringLiteral("AuthenticationContext_EndUser_Assignment");

QJsonObject contextRule(const char *claim)
{
    return {{QStringLiteral("isEnabled"), true}, {QStringLiteral("claimValue"), QLatin1String(claim)}};
}

QString groupFilter(const QString &group)
{
    return QStringLiteral("?$filter=groupId eq '%1'").arg(group);
}

QString decisionPath(const QString &approval, const QString &stage)
{
    return kPim + QStringLiteral("assignmentApprovals/%1/stages/%2").arg(approval, stage);
}

QJsonObject decision(const char *result)
{
    return {{QStringLiteral("reviewResult"), QLatin1String(result)},
            {QStringLiteral("justification"), QStringLiteral("Known work")}};
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
    keepExchanges(*m_admin, QStringLiteral("pim"));
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

void tst_DemoPim::defaultsAndOnboarding()
{
    const QJsonObject before = memberPolicy(*m_admin, m_group);
    QCOMPARE(before[QLatin1String("rules")].toArray().size(), 17);
    QVERIFY(before[QLatin1String("lastModifiedDateTime")].isNull());
    QCOMPARE(ruleOf(before, "Expiration_EndUser_Assignment")[QLatin1String("maximumDuration")].toString(),
             QStringLiteral("PT8H"));
    QCOMPARE(ruleOf(before, "Expiration_Admin_Eligibility")[QLatin1String("maximumDuration")].toString(),
             QStringLiteral("P365D"));
    QCOMPARE(ruleOf(before, "Enablement_EndUser_Assignment")[QLatin1String("enabledRules")].toArray(),
             QJsonArray{QStringLiteral("Justification")});

    const Answer changed = changeRules(
        *m_admin, m_group,
        {{QStringLiteral("Expiration_EndUser_Assignment"), {{QStringLiteral("maximumDuration"), QStringLiteral("PT4H")}}}});
    QCOMPARE(changed.status, 200);
    QVERIFY(!changed.json().contains(QLatin1String("rules")));
    const QJsonObject after = memberPolicy(*m_admin, m_group);
    QVERIFY(after[QLatin1String("id")] != before[QLatin1String("id")]);
    QCOMPARE(changed.text("id"), after[QLatin1String("id")].toString());
    QCOMPARE(ruleOf(after, "Expiration_EndUser_Assignment")[QLatin1String("maximumDuration")].toString(), QStringLiteral("PT4H"));
    QCOMPARE(after[QLatin1String("rules")].toArray().size(), 17);
    const Answer stale =
        m_admin->get(QStringLiteral("/policies/roleManagementPolicies/") + before[QLatin1String("id")].toString());
    QCOMPARE(stale.status, 404);
    // The owner policy has its own id and keeps its defaults; without roleDefinitionId both come.
    const Answer both =
        m_admin->get(QStringLiteral("/policies/roleManagementPolicyAssignments?$filter=scopeId eq '%1' and scopeType eq "
                                    "'Group'&$expand=policy($expand=rules)")
                         .arg(m_group));
    QCOMPARE(both.value().size(), 2);
    for (const auto &each : both.value()) {
        const bool member = each[QLatin1String("roleDefinitionId")].toString() == QLatin1String("member");
        QCOMPARE(
            ruleOf(each[QLatin1String("policy")].toObject(), "Expiration_EndUser_Assignment")[QLatin1String("maximumDuration")]
                .toString(),
            member ? QStringLiteral("PT4H") : QStringLiteral("PT8H"));
    }
    QCOMPARE(m_admin->get(QStringLiteral("/policies/roleManagementPolicies?$filter=scopeId eq '%1'").arg(m_group)).status, 400);
}

void tst_DemoPim::policyThatNeedsOnboarding()
{
    m_admin->control("POST", QStringLiteral("pim"), {{QStringLiteral("policyNeedsOnboarding"), true}});
    const QMap<QString, QJsonObject> change{
        {QStringLiteral("Expiration_EndUser_Assignment"), {{QStringLiteral("maximumDuration"), QStringLiteral("PT4H")}}}};
    QCOMPARE(changeRules(*m_admin, m_group, change).status, 404);
    makeEligible(m_ada);
    QCOMPARE(changeRules(*m_admin, m_group, change).status, 200);
}

void tst_DemoPim::refusesRules_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<QJsonObject>("change");
    const QString endUser = QStringLiteral("Expiration_EndUser_Assignment");
    const QString maximum = QStringLiteral("maximumDuration");
    QTest::newRow("activation without end") << endUser << QJsonObject{{QStringLiteral("isExpirationRequired"), false}};
    QTest::newRow("no maximum") << endUser << QJsonObject{{maximum, QJsonValue::Null}};
    QTest::newRow("empty maximum") << endUser << QJsonObject{{maximum, QString()}};
    QTest::newRow("months") << QStringLiteral("Expiration_Admin_Eligibility") << QJsonObject{{maximum, QStringLiteral("P6M")}};
    QTest::newRow("longer than a day") << endUser << QJsonObject{{maximum, QStringLiteral("P2D")}};
    QTest::newRow("unknown word") << kEnablement << enabledRules({QStringLiteral("Fingerprint")});
    QTest::newRow("nobody approves") << QStringLiteral("Approval_EndUser_Assignment") << approvalSetting({});
    QTest::newRow("approver by id") << QStringLiteral("Approval_EndUser_Assignment")
                                    << approvalSetting({QJsonObject{
                                           {QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.singleUser")},
                                           {QStringLiteral("id"), QStringLiteral("x")}}});
    QTest::newRow("context without claim") << kContextRule << QJsonObject{{QStringLiteral("isEnabled"), true}};
    QTest::newRow("unknown member") << kEnablement << QJsonObject{{QStringLiteral("isEnabled"), true}};
    QTest::newRow("wrong type") << kEnablement
                                << QJsonObject{{QStringLiteral("@odata.type"),
                                                QStringLiteral("#microsoft.graph.unifiedRoleManagementPolicyExpirationRule")}};
    QTest::newRow("no target") << kEnablement << QJsonObject{{QStringLiteral("target"), QJsonValue::Null}};
}

void tst_DemoPim::refusesRules()
{
    QFETCH(QString, rule);
    QFETCH(QJsonObject, change);
    m_admin->sendsNonsense = true;
    const Answer answer = changeRules(*m_admin, m_group, {{rule, change}});
    m_admin->sendsNonsense = false;
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.code(), QStringLiteral("InvalidPolicy"));
    QCOMPARE(answer.json()[QLatin1String("error")][QLatin1String("details")][0][QLatin1String("code")].toString(),
             QStringLiteral("RoleManagementPolicyRuleValidationError"));
    QVERIFY(memberPolicy(*m_admin, m_group)[QLatin1String("lastModifiedDateTime")].isNull());
}

void tst_DemoPim::ruleByItself()
{
    makeEligible(m_ada);
    const QJsonObject policy = memberPolicy(*m_admin, m_group);
    const QString path = QStringLiteral("/policies/roleManagementPolicies/%1/rules/").arg(policy[QLatin1String("id")].toString());
    QJsonObject rule = m_admin->get(path + kEnablement).json();
    rule.remove(QStringLiteral("@odata.context"));
    rule.insert(QStringLiteral("enabledRules"),
                QJsonArray{QStringLiteral("MultiFactorAuthentication"), QStringLiteral("Justification")});
    QCOMPARE(m_admin->patch(path + kEnablement, rule).status, 204);
    // MFA and a context together are refused, in one call as in two; swapping both in one call is fine.
    QCOMPARE(changeRules(*m_admin, m_group, {{kContextRule, contextRule("c1")}}).code(), QStringLiteral("InvalidPolicy"));
    QCOMPARE(changeRules(*m_admin, m_group,
                         {{kContextRule, contextRule("c1")}, {kEnablement, enabledRules({QStringLiteral("Justification")})}})
                 .status,
             200);
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

void tst_DemoPim::refusesEligibility_data()
{
    QTest::addColumn<QJsonObject>("schedule");
    QTest::addColumn<QString>("code");
    const auto expiration = [](const QJsonObject &pattern) { return QJsonObject{{QStringLiteral("expiration"), pattern}}; };
    const QString type = QStringLiteral("type");
    QTest::newRow("too long") << lasting("P366D") << QStringLiteral("RoleAssignmentRequestPolicyValidationFailed");
    QTest::newRow("permanent") << expiration({{type, QStringLiteral("noExpiration")}})
                               << QStringLiteral("RoleAssignmentRequestPolicyValidationFailed");
    QTest::newRow("months") << lasting("P6M") << QStringLiteral("InvalidRoleAssignmentRequest");
    QTest::newRow("no expiration") << QJsonObject{{QStringLiteral("recurrence"), QJsonValue::Null}}
                                   << QStringLiteral("InvalidRoleAssignmentRequest");
    QTest::newRow("ended before it began") << expiration(
                                                  {{type, QStringLiteral("afterDateTime")},
                                                   {QStringLiteral("endDateTime"), QStringLiteral("2020-01-01T00:00:00Z")}})
                                           << QStringLiteral("InvalidRoleAssignmentRequestSchedule");
    QTest::newRow("below five minutes") << lasting("PT4M") << QStringLiteral("InvalidRoleAssignmentRequestSchedule");
}

void tst_DemoPim::refusesEligibility()
{
    QFETCH(QJsonObject, schedule);
    QFETCH(QString, code);
    m_admin->sendsNonsense = true;
    const Answer answer = askPim(*m_admin, "eligibility", "adminAssign", m_group, m_ada, schedule, why());
    m_admin->sendsNonsense = false;
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.code(), code);
    QVERIFY(m_admin->get(kPim + QStringLiteral("eligibilitySchedules") + groupFilter(m_group)).value().isEmpty());
}

void tst_DemoPim::removesEligibility()
{
    makeEligible(m_ada);
    QCOMPARE(askPim(*m_admin, "eligibility", "adminRemove", m_group, m_ada).code(), QStringLiteral("ActiveDurationTooShort"));
    m_admin->advance(QStringLiteral("PT5M"));
    const Answer removed = askPim(*m_admin, "eligibility", "adminRemove", m_group, m_ada);
    QCOMPARE(removed.status, 201);
    QCOMPARE(removed.text("status"), QStringLiteral("Revoked"));
    QVERIFY(removed.json()[QLatin1String("scheduleInfo")].isNull());
    QVERIFY(m_admin->get(kPim + QStringLiteral("eligibilitySchedules") + groupFilter(m_group)).value().isEmpty());
    QCOMPARE(askPim(*m_admin, "eligibility", "adminRemove", m_group, m_ada).code(), QStringLiteral("RoleAssignmentDoesNotExist"));
    const QString nobody = QStringLiteral("11111111-2222-3333-4444-555555555555");
    QCOMPARE(askPim(*m_admin, "eligibility", "adminAssign", m_group, nobody, lasting("P1D")).code(),
             QStringLiteral("SubjectNotFound"));
    const Answer unknown = askPim(*m_admin, "eligibility", "adminAssign", nobody, m_ada, lasting("P1D"));
    QCOMPARE(unknown.status, 404);
    QCOMPARE(unknown.code(), QStringLiteral("ResourceNotFound"));
}

void tst_DemoPim::activationIsJudgedByAllRules()
{
    makeEligible(m_ada);
    QCOMPARE(changeRules(*m_admin, m_group,
                         {{kEnablement, enabledRules({QStringLiteral("MultiFactorAuthentication"),
                                                      QStringLiteral("Justification"), QStringLiteral("Ticketing")})}})
                 .status,
             200);
    const DemoClient ada = client("ada.lindqvist");
    const Answer refused = askPim(ada, "assignment", "selfActivate", m_group, m_ada, lasting("PT9H"));
    QCOMPARE(refused.status, 400);
    QCOMPARE(refused.code(), QStringLiteral("RoleAssignmentRequestPolicyValidationFailed"));
    for (const char *rule : {"ExpirationRule", "JustificationRule", "TicketingRule", "MfaRule"})
        QVERIFY2(refused.message().contains(QLatin1String(rule)), qPrintable(refused.message()));
    QVERIFY(refused.message().contains(QLatin1String("MfaRule - Multi-factor authentication is required")));
    QVERIFY(!refused.message().contains(QLatin1String("EligibilityRule")));

    const DemoClient stepped = client("ada.lindqvist", mfaClaim());
    QJsonObject complete = why();
    complete.insert(QStringLiteral("ticketInfo"), QJsonObject{{QStringLiteral("ticketNumber"), QStringLiteral("4711")},
                                                              {QStringLiteral("ticketSystem"), QStringLiteral("Desk")}});
    QCOMPARE(askPim(stepped, "assignment", "selfActivate", m_group, m_ada, lasting("PT8H"), complete).text("status"),
             QStringLiteral("Provisioned"));

    const DemoClient jonas = client("jonas.weber", mfaClaim());
    QVERIFY(askPim(jonas, "assignment", "selfActivate", m_group, m_jonas, lasting("PT1H"), complete)
                .message()
                .contains(QLatin1String("EligibilityRule")));
    QCOMPARE(askPim(jonas, "assignment", "selfActivate", m_group, m_ada, lasting("PT1H"), complete).status, 403);
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

void tst_DemoPim::deactivation()
{
    makeEligible(m_ada);
    const DemoClient ada = client("ada.lindqvist");
    QCOMPARE(askPim(ada, "assignment", "selfDeactivate", m_group, m_ada).code(), QStringLiteral("RoleAssignmentDoesNotExist"));
    QCOMPARE(askPim(ada, "assignment", "selfActivate", m_group, m_ada, lasting("PT4H"), why()).status, 201);
    const Answer early = askPim(ada, "assignment", "selfDeactivate", m_group, m_ada);
    QCOMPARE(early.code(), QStringLiteral("ActiveDurationTooShort"));
    QCOMPARE(early.message(), QStringLiteral("The Active duration is too short. Miniumum Required is 5 minutes."));
    m_admin->advance(QStringLiteral("PT5M"));
    QCOMPARE(askPim(ada, "assignment", "selfDeactivate", m_group, m_ada).text("status"), QStringLiteral("Revoked"));
    QVERIFY(!memberIds(*m_admin, m_group).contains(m_ada));
    QCOMPARE(askPim(ada, "assignment", "selfActivate", m_group, m_ada, lasting("PT4H"), why()).status, 201);
}

void tst_DemoPim::oldErrorForm()
{
    m_admin->control("POST", QStringLiteral("pim"), {{QStringLiteral("olderErrors"), true}});
    const DemoClient ada = client("ada.lindqvist");
    QCOMPARE(askPim(ada, "assignment", "selfActivate", m_group, m_ada, lasting("PT9H"), why()).message(),
             QStringLiteral("The following policy rules failed: [\"EligibilityRule\",\"ExpirationRule\"]"));
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

void tst_DemoPim::approvalIsDeniedOrDies()
{
    makeEligible(m_ada);
    makeEligible(m_jonas);
    QCOMPARE(changeRules(*m_admin, m_group, approvedBy({approvingUser(idOf(*m_admin, "lena.fischer"))})).status, 200);
    const Answer ada = askPim(client("ada.lindqvist"), "assignment", "selfActivate", m_group, m_ada, lasting("PT1H"), why());
    const Answer jonas = askPim(client("jonas.weber"), "assignment", "selfActivate", m_group, m_jonas, lasting("PT1H"), why());
    QCOMPARE(client("lena.fischer").patch(decisionPath(ada.text("approvalId"), ada.text("approvalId")), decision("Deny")).status,
             204);
    const auto statusOf = [&](const Answer &request) {
        return client("mira.kovac").get(kPim + QStringLiteral("assignmentScheduleRequests/") + request.text("id")).text("status");
    };
    QCOMPARE(statusOf(ada), QStringLiteral("Denied"));
    QCOMPARE(statusOf(jonas), QStringLiteral("PendingApproval"));
    m_admin->advance(QStringLiteral("PT24H"));
    QCOMPARE(statusOf(jonas), QStringLiteral("TimedOut"));
    QCOMPARE(client("lena.fischer")
                 .patch(decisionPath(jonas.text("approvalId"), jonas.text("approvalId")), decision("Approve"))
                 .status,
             409);
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

void tst_DemoPim::authenticationContextFallsBackToMfa()
{
    makeEligible(m_ada);
    QCOMPARE(changeRules(*m_admin, m_group, {{kContextRule, contextRule("c77")}}).status, 200);
    QVERIFY(askPim(client("ada.lindqvist"), "assignment", "selfActivate", m_group, m_ada, lasting("PT1H"), why())
                .message()
                .contains(QLatin1String("MfaRule")));
    QCOMPARE(
        askPim(client("ada.lindqvist", mfaClaim()), "assignment", "selfActivate", m_group, m_ada, lasting("PT1H"), why()).status,
        201);
}

void tst_DemoPim::validationStoresNothing()
{
    makeEligible(m_ada);
    const DemoClient ada = client("ada.lindqvist");
    const QByteArray before = m_admin->control("GET", QStringLiteral("state?times=0")).body;
    QJsonObject only = why();
    only.insert(QStringLiteral("isValidationOnly"), true);
    QCOMPARE(askPim(ada, "assignment", "selfActivate", m_group, m_ada, lasting("PT1H"), only).status, 201);
    QCOMPARE(askPim(*m_admin, "eligibility", "adminAssign", m_group, m_jonas, lasting("P1D"), only).status, 201);
    QCOMPARE(
        askPim(ada, "assignment", "selfActivate", m_group, m_ada, lasting("PT1H"), {{QStringLiteral("isValidationOnly"), true}})
            .status,
        400);
    QCOMPARE(m_admin->control("GET", QStringLiteral("state?times=0")).body, before);
}

void tst_DemoPim::laterStart()
{
    const QString later = QDateTime::currentDateTimeUtc().addSecs(7200).toString(Qt::ISODate);
    QJsonObject schedule = lasting("P1D");
    schedule.insert(QStringLiteral("startDateTime"), later);
    QCOMPARE(askPim(*m_admin, "eligibility", "adminAssign", m_group, m_ada, schedule).text("status"), QStringLiteral("Granted"));
    const QString instances = kPim + QStringLiteral("eligibilityScheduleInstances") + groupFilter(m_group);
    QVERIFY(m_admin->get(instances).value().isEmpty());
    m_admin->advance(QStringLiteral("PT121M"));
    QCOMPARE(client("mira.kovac").get(instances).value().size(), 1);
}

void tst_DemoPim::cancelsPending()
{
    makeEligible(m_ada);
    QCOMPARE(changeRules(*m_admin, m_group, approvedBy({approvingUser(idOf(*m_admin, "lena.fischer"))})).status, 200);
    const DemoClient ada = client("ada.lindqvist");
    const QString requests = kPim + QStringLiteral("assignmentScheduleRequests/");
    const Answer asked = askPim(ada, "assignment", "selfActivate", m_group, m_ada, lasting("PT1H"), why());
    QCOMPARE(client("jonas.weber").send("POST", requests + asked.text("id") + QStringLiteral("/cancel")).status, 403);
    QCOMPARE(ada.send("POST", requests + asked.text("id") + QStringLiteral("/cancel")).status, 204);
    QCOMPARE(ada.get(requests + asked.text("id")).text("status"), QStringLiteral("Canceled"));
    QCOMPARE(ada.send("POST", requests + asked.text("id") + QStringLiteral("/cancel")).status, 400);
    QVERIFY(client("lena.fischer")
                .get(kPim + QStringLiteral("assignmentApprovals/filterByCurrentUser(on='approver')"))
                .value()
                .isEmpty());
}

void tst_DemoPim::takenOutByHand()
{
    makeEligible(m_ada);
    QCOMPARE(askPim(client("ada.lindqvist"), "assignment", "selfActivate", m_group, m_ada, lasting("PT1H"), why()).status, 201);
    QCOMPARE(m_admin->remove(QStringLiteral("/groups/%1/members/%2/$ref").arg(m_group, m_ada)).status, 204);
    QVERIFY(m_admin->get(kPim + QStringLiteral("assignmentScheduleInstances") + groupFilter(m_group)).value().isEmpty());
    QVERIFY(!memberIds(*m_admin, m_group).contains(m_ada));
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

void tst_DemoPim::unsuitableGroups()
{
    const QString dynamic =
        m_admin->get(QStringLiteral("/groups?$filter=displayName eq 'All staff'")).first()[QLatin1String("id")].toString();
    QVERIFY(!dynamic.isEmpty());
    QCOMPARE(askPim(*m_admin, "eligibility", "adminAssign", dynamic, m_ada, lasting("P1D")).status, 400);
    const QString desk =
        m_admin->get(QStringLiteral("/groups?$filter=displayName eq 'Service Desk'")).first()[QLatin1String("id")].toString();
    const QString guarded = newGroup(*m_admin, QStringLiteral("Guarded"), true);
    QCOMPARE(askPim(*m_admin, "eligibility", "adminAssign", guarded, desk, lasting("P1D")).status, 400); // no nesting
}

/// A change that is not visible yet must not be lost when the next request onboards the group again.
void tst_DemoPim::rulesSurviveWhileUnseen()
{
    const QJsonArray faults{
        QJsonObject{{QStringLiteral("match"), QJsonObject{{QStringLiteral("method"), QStringLiteral("PATCH")},
                                                          {QStringLiteral("path"), QStringLiteral("roleManagementPolicies")}}},
                    {QStringLiteral("invisibleFor"), QStringLiteral("PT40S")}}};
    QCOMPARE(exchange("POST", QUrl(m_admin->member("graph") + QStringLiteral("/demo/faults")), QJsonDocument(faults).toJson(),
                      {{"X-Demo-Key", m_admin->member("controlKey").toUtf8()}, {"Content-Type", "application/json"}})
                 .status,
             204);
    const QMap<QString, QJsonObject> change{
        {QStringLiteral("Expiration_EndUser_Assignment"), {{QStringLiteral("maximumDuration"), QStringLiteral("PT4H")}}}};
    QCOMPARE(changeRules(*m_admin, m_group, change).status, 200);
    const auto maximum = [&] {
        return ruleOf(memberPolicy(*m_admin, m_group), "Expiration_EndUser_Assignment")[QLatin1String("maximumDuration")]
            .toString();
    };
    QCOMPARE(maximum(), QStringLiteral("PT8H"));
    makeEligible(m_ada);
    m_admin->advance(QStringLiteral("PT41S"));
    QCOMPARE(maximum(), QStringLiteral("PT4H"));
}

void tst_DemoPim::readsSingleObjects()
{
    makeEligible(m_ada);
    const DemoClient ada = client("ada.lindqvist"), jonas = client("jonas.weber");
    const Answer asked = askPim(ada, "assignment", "selfActivate", m_group, m_ada, lasting("PT1H"), why());
    const QString schedule = kPim + QStringLiteral("assignmentSchedules/") + asked.text("targetScheduleId");
    const QString request = kPim + QStringLiteral("assignmentScheduleRequests/") + asked.text("id");
    const QString instance = kPim + QStringLiteral("assignmentScheduleInstances/") +
                             ada.get(kPim + QStringLiteral("assignmentScheduleInstances/filterByCurrentUser(on='principal')"))
                                 .first()[QLatin1String("id")]
                                 .toString();
    for (const QString &path : {schedule, request, instance}) {
        QCOMPARE(ada.get(path).status, 200);
        QCOMPARE(jonas.get(path).status, 403);
        QCOMPARE(ada.get(path + QStringLiteral("/principal")).text("id"), m_ada);
        QCOMPARE(ada.get(path + QStringLiteral("/group")).text("id"), m_group);
        QCOMPARE(ada.get(path + QStringLiteral("/activatedUsing")).text("principalId"), m_ada);
        QCOMPARE(ada.get(path + QStringLiteral("?$expand=group,principal"))
                     .json()[QLatin1String("group")][QLatin1String("id")]
                     .toString(),
                 m_group);
    }
    QCOMPARE(ada.get(kPim + QStringLiteral("assignmentScheduleRequests/unknown")).status, 404);
    QCOMPARE(ada.get(schedule).text("createdUsing"), asked.text("id"));
}

QTEST_GUILESS_MAIN(tst_DemoPim)
#include "tst_DemoPim.moc"
