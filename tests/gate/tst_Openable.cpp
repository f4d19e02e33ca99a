// What is judged ("can somebody open the gate?") against what is played: the people of the demo tenant really activate over
// HTTP, approvers really approve, and the application is really opened.
#include "demo/SignInDesk.h"
#include "gate/DriftBench.h"
#include "gate/judge/OpenableWords.h"

using namespace pimgate;
using namespace pimgate::test;
using demotest::DemoClient;
using Answer = Openable::Answer;
using Lack = Openable::Lack;

namespace {

/// A gate in NinjaOne that Ada and Jonas may open, Lena or Omar approving; each row starts from it anew.
class OpenableBench : public DriftBench
{
public:
    OpenableBench() : m_other(tenant->cloudFile())
    {
        client->consent(QStringLiteral("User.ReadWrite.All"));
        const QString refused = m_other.signIn(breakGlass(), {}, QStringLiteral("User.ReadWrite.All"));
        if (!refused.isEmpty())
            problem = refused;
        m_built = client->control("GET", stateOfTenant()).body;
    }

    void restore()
    {
        problem.clear();
        put(m_built);
    }
    /// The tenant becomes what GET state gave.
    void put(const QByteArray &state)
    {
        const QUrl url(tenant->origin() + QStringLiteral("/demo/") + stateOfTenant());
        const auto answer = demotest::exchange(
            "POST", url, state, {{"X-Demo-Key", tenant->controlKey().toUtf8()}, {"Content-Type", "application/json"}});
        QCOMPARE(answer.status, 204);
    }

    // What somebody does behind our back -----------------------------------------------------------------------------
    void off(const char *name) { must(m_other.patch(userPath(name), {{QStringLiteral("accountEnabled"), false}})); }
    void gone(const char *name) { must(m_other.remove(userPath(name))); }
    void noLongerEligible(const char *name) { eligibility("adminRemove", name); }
    void noApproval()
    {
        rule("Approval_EndUser_Assignment",
             {{QStringLiteral("setting"), QJsonObject{{QStringLiteral("isApprovalRequired"), false}}}});
    }
    QString newGroup(const char *name, std::initializer_list<QString> members)
    {
        const QString made = demotest::newGroup(*client, QLatin1String(name));
        for (const QString &member : members)
            must(client->post(
                QStringLiteral("/groups/%1/members/$ref").arg(made),
                {{QStringLiteral("@odata.id"), cloud.graphUrl(QStringLiteral("/directoryObjects/") + member).toString()}}));
        return made;
    }
    void approvedBy(const QString &groupId)
    {
        rule("Approval_EndUser_Assignment", demotest::approvalSetting({QJsonObject{
                                                {QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.groupMembers")},
                                                {QStringLiteral("groupId"), groupId}}}));
    }
    void approvedByNobody()
    {
        must(client->control("POST", QStringLiteral("pim"), {{QStringLiteral("approvalWithoutApprovers"), true}}));
        rule("Approval_EndUser_Assignment", demotest::approvalSetting({}));
    }
    void eligibleToo(const QString &principal, const char *duration = "P90D")
    {
        must(demotest::askPim(*client, "eligibility", "adminAssign", group, principal, demotest::lasting(duration)));
    }
    void eligibleFrom(const char *name, const QString &start)
    {
        QJsonObject schedule = demotest::lasting("P90D");
        schedule.insert(QStringLiteral("startDateTime"), start);
        must(demotest::askPim(*client, "eligibility", "adminUpdate", group, GateBench::id(name), schedule));
    }
    void context(const char *claim)
    {
        must(demotest::changeRules(
            *client, group,
            {{QStringLiteral("Enablement_EndUser_Assignment"),
              {{QStringLiteral("enabledRules"), QJsonArray{QStringLiteral("Justification")}}}},
             {QStringLiteral("AuthenticationContext_EndUser_Assignment"),
              {{QStringLiteral("isEnabled"), true}, {QStringLiteral("claimValue"), QLatin1String(claim)}}}}));
    }
    /// A further policy. @param applications, users, grant members of its parts
    void policyOf(QJsonObject applications, QJsonObject users, QJsonObject grant, QJsonObject more = {},
                  const char *state = "enabled", const char *name = "Somebody's policy")
    {
        QJsonObject conditions{{QStringLiteral("clientAppTypes"), QJsonArray{QStringLiteral("all")}},
                               {QStringLiteral("applications"), applications},
                               {QStringLiteral("users"), users}};
        for (auto it = more.begin(); it != more.end(); ++it)
            conditions.insert(it.key(), it.value());
        must(client->post(QStringLiteral("/identity/conditionalAccess/policies"),
                          {{QStringLiteral("displayName"), QLatin1String(name)},
                           {QStringLiteral("state"), QLatin1String(state)},
                           {QStringLiteral("conditions"), conditions},
                           {QStringLiteral("grantControls"), grant}}));
    }
    QJsonObject here() const { return {{QStringLiteral("includeApplications"), QJsonArray{appId}}}; }
    static QJsonObject everywhere() { return {{QStringLiteral("includeApplications"), QJsonArray{QStringLiteral("All")}}}; }
    static QJsonObject toContext(const char *claim)
    {
        return {{QStringLiteral("includeAuthenticationContextClassReferences"), QJsonArray{QLatin1String(claim)}}};
    }
    static QJsonObject all() { return {{QStringLiteral("includeUsers"), QJsonArray{QStringLiteral("All")}}}; }
    QJsonObject only(const char *name) { return {{QStringLiteral("includeUsers"), QJsonArray{GateBench::id(name)}}}; }
    QJsonObject allBut(const char *name)
    {
        QJsonObject users = all();
        users.insert(QStringLiteral("excludeUsers"), QJsonArray{GateBench::id(name)});
        return users;
    }
    static QJsonObject asking(std::initializer_list<const char *> controls, const char *how = "OR")
    {
        QJsonArray list;
        for (const char *control : controls)
            list << QLatin1String(control);
        return {{QStringLiteral("operator"), QLatin1String(how)}, {QStringLiteral("builtInControls"), list}};
    }
    static QJsonObject block() { return asking({"block"}); }

    QString guestId() const
    {
        const QString guest = tenant->cloudFile()[QLatin1String("accounts")][QLatin1String("guest")].toString();
        return row("users", "userPrincipalName", guest)[QLatin1String("id")].toString();
    }

    // What is played -------------------------------------------------------------------------------------------------
    /// That person activates, somebody approves where that is asked, and opens the application with the gate closed.
    bool opens(const QString &name)
    {
        closeTheGate();
        const QString user = name + QStringLiteral("@contoso.demo");
        DemoClient person(tenant->cloudFile());
        if (!person.signIn(user, demotest::mfaClaim()).isEmpty())
            return false;
        const QString me = person.get(QStringLiteral("/me")).text("id");
        auto asked = activate(person, me);
        if (asked.code().contains(QLatin1String("Acrs")) || asked.body.contains("AcrsValidationFailed")) {
            QJsonObject claims = demotest::mfaClaim();
            claims.insert(QStringLiteral("acrs"),
                          QJsonObject{{QStringLiteral("essential"), true}, {QStringLiteral("value"), QStringLiteral("c1")}});
            if (!person.signIn(user, claims).isEmpty())
                return false;
            asked = activate(person, me);
        }
        if (asked.status >= 300)
            return false;
        if (asked.text("status") == QLatin1String("PendingApproval") && !somebodyApproves())
            return false;
        return admitted(user);
    }

private:
    QString stateOfTenant() const
    {
        return QStringLiteral("state?tenant=") + tenant->cloudFile()[QLatin1String("tenant")].toString();
    }
    static QString userPath(const char *name) { return QStringLiteral("/users/") + demotest::upn(name); }

    demotest::Answer activate(const DemoClient &person, const QString &me) const
    {
        return demotest::askPim(person, "assignment", "selfActivate", group, me, demotest::lasting("PT1H"),
                                {{QStringLiteral("justification"), QStringLiteral("Patch night")}});
    }
    bool somebodyApproves() const
    {
        for (const char *name : {"lena.fischer", "omar.haddad", "ada.lindqvist", "jonas.weber", "priya.raman"}) {
            DemoClient approver(tenant->cloudFile());
            if (!approver.signIn(demotest::upn(name)).isEmpty())
                continue;
            const QString waiting =
                demotest::kPim + QStringLiteral("assignmentScheduleRequests/filterByCurrentUser(on='approver')?$filter=status eq "
                                                "'PendingApproval' and groupId eq '%1'")
                                     .arg(group);
            for (const auto &request : approver.get(waiting).value()) {
                const QString approval =
                    demotest::kPim + QStringLiteral("assignmentApprovals/") + request[QLatin1String("approvalId")].toString();
                const QString stage = approver.get(approval).json()[QLatin1String("stages")][0][QLatin1String("id")].toString();
                const auto decided = approver.patch(approval + QStringLiteral("/stages/") + stage,
                                                    {{QStringLiteral("reviewResult"), QStringLiteral("Approve")},
                                                     {QStringLiteral("justification"), QStringLiteral("Known")}});
                if (decided.status == 204)
                    return true;
            }
        }
        return false;
    }
    void closeTheGate()
    {
        must(client->patch(QStringLiteral("/servicePrincipals/") + application,
                           {{QStringLiteral("appRoleAssignmentRequired"), true}}));
        must(client->patch(policyPath, {{QStringLiteral("state"), QStringLiteral("enabled")}}));
    }
    bool admitted(const QString &user) const
    {
        QUrl url(cloud.login);
        url.setPath(QStringLiteral("/%1/api/signin/%2").arg(tenant->cloudFile()[QLatin1String("tenant")].toString(), appId));
        demotest::SignInDesk desk(tenant->cloudFile());
        auto answer = desk.get(url, {{QStringLiteral("login_hint"), user}});
        for (int steps = 0; steps < 4; ++steps) { // what a person at the browser does
            if (answer.body.contains("id=\"number\""))
                answer = desk.confirmNumber(answer);
            else if (answer.body.contains("name=\"login\""))
                answer = desk.choose(answer, user);
            else if (answer.status >= 300 && answer.status < 400)
                answer = desk.get(url.resolved(QUrl::fromEncoded(answer.header("Location"))));
        }
        return answer.status == 200 && !answer.body.contains("AADSTS");
    }

    DemoClient m_other; ///< an administrator who may change people
    QByteArray m_built;
};

struct Wanted
{
    const char *who; ///< "ada.lindqvist"; the name of a group where nobody in it is named
    Answer answer;
    Lack lack = Lack::None;
};

/// How far a row is known: documented, reported from the field, or unknown (then both may be true, and no path is claimed).
enum class Source { Documented, Field, Unknown };

struct Row
{
    const char *name;
    Source source;
    void (*act)(OpenableBench &);
    QList<Wanted> wanted;
};

const Wanted adaCan{"ada.lindqvist", Answer::Yes}, jonasCan{"jonas.weber", Answer::Yes};

Wanted cannot(const char *who, Lack lack)
{
    return {who, Answer::No, lack};
}

Wanted notKnown(const char *who, Lack lack)
{
    return {who, Answer::NotKnown, lack};
}

QList<Wanted> both(Answer answer, Lack lack)
{
    return {{"ada.lindqvist", answer, lack}, {"jonas.weber", answer, lack}};
}

using B = OpenableBench;

const QList<Row> &rows()
{
    static const QList<Row> table{
        {"as it was built", Source::Documented, [](B &) {}, {adaCan, jonasCan}},
        // The account
        {"disabled",
         Source::Documented,
         [](B &b) { b.off("ada.lindqvist"); },
         {cannot("ada.lindqvist", Lack::AccountDisabled), jonasCan}},
        {"all disabled", Source::Documented,
         [](B &b) {
             b.off("ada.lindqvist");
             b.off("jonas.weber");
         },
         both(Answer::No, Lack::AccountDisabled)},
        {"deleted", Source::Documented, [](B &b) { b.gone("ada.lindqvist"); }, {jonasCan}},
        {"a guest", Source::Unknown, [](B &b) { b.eligibleToo(b.guestId()); }, {adaCan, jonasCan}},
        // The eligibility
        {"from next month on",
         Source::Documented,
         [](B &b) { b.eligibleFrom("ada.lindqvist", b.clock.now().addDays(30).toString(Qt::ISODate)); },
         {cannot("ada.lindqvist", Lack::NotYet), jonasCan}},
        {"removed", Source::Documented, [](B &b) { b.noLongerEligible("ada.lindqvist"); }, {jonasCan}},
        {"through a group",
         Source::Documented,
         [](B &b) { b.eligibleToo(b.newGroup("Night shift", {b.id("priya.raman")})); },
         {adaCan, jonasCan, {"priya.raman", Answer::Yes}}},
        {"through a group of disabled people",
         Source::Documented,
         [](B &b) { b.eligibleToo(b.newGroup("Night shift", {b.id("bernd.vogt")})); },
         {adaCan, jonasCan, cannot("bernd.vogt", Lack::AccountDisabled)}},
        {"through an empty group",
         Source::Documented,
         [](B &b) { b.eligibleToo(b.newGroup("Night shift", {})); },
         {adaCan, jonasCan, cannot("Night shift", Lack::GroupEmpty)}},
        {"through a group in a group",
         Source::Unknown,
         [](B &b) { b.eligibleToo(b.newGroup("Night shift", {b.newGroup("Inner", {b.id("priya.raman")})})); },
         {adaCan, jonasCan, notKnown("Night shift", Lack::OnlyNested)}},
        // Approval
        {"nobody has to approve", Source::Documented, [](B &b) { b.noApproval(); }, {adaCan, jonasCan}},
        {"one approver disabled", Source::Documented, [](B &b) { b.off("lena.fischer"); }, {adaCan, jonasCan}},
        {"both approvers disabled", Source::Documented,
         [](B &b) {
             b.off("lena.fischer");
             b.off("omar.haddad");
         },
         both(Answer::No, Lack::NobodyApproves)},
        {"both approvers deleted", Source::Documented,
         [](B &b) {
             b.gone("lena.fischer");
             b.gone("omar.haddad");
         },
         both(Answer::No, Lack::NobodyApproves)},
        {"the person approves",
         Source::Documented,
         [](B &b) { b.approvers({"ada.lindqvist"}); },
         {cannot("ada.lindqvist", Lack::NobodyApproves), jonasCan}},
        {"the two approve for each other",
         Source::Documented,
         [](B &b) {
             b.approvers({"ada.lindqvist", "jonas.weber"});
         },
         {adaCan, jonasCan}},
        {"each other's approver, one disabled",
         Source::Documented,
         [](B &b) {
             b.approvers({"ada.lindqvist", "jonas.weber"});
             b.off("jonas.weber");
         },
         {cannot("ada.lindqvist", Lack::NobodyApproves), cannot("jonas.weber", Lack::AccountDisabled)}},
        {"a group approves",
         Source::Documented,
         [](B &b) { b.approvedBy(b.newGroup("Leads", {b.id("lena.fischer")})); },
         {adaCan, jonasCan}},
        {"an empty group approves", Source::Documented, [](B &b) { b.approvedBy(b.newGroup("Leads", {})); },
         both(Answer::No, Lack::NobodyApproves)},
        {"a group of disabled people approves", Source::Documented,
         [](B &b) { b.approvedBy(b.newGroup("Leads", {b.id("bernd.vogt")})); }, both(Answer::No, Lack::NobodyApproves)},
        {"a group of the person alone approves",
         Source::Documented,
         [](B &b) { b.approvedBy(b.newGroup("Leads", {b.id("ada.lindqvist")})); },
         {cannot("ada.lindqvist", Lack::NobodyApproves), jonasCan}},
        {"a group in a group approves", Source::Unknown,
         [](B &b) { b.approvedBy(b.newGroup("Leads", {b.newGroup("Inner", {b.id("lena.fischer")})})); },
         both(Answer::NotKnown, Lack::ApproverNotKnown)},
        {"the gate's own group approves", Source::Documented, [](B &b) { b.approvedBy(b.group); },
         both(Answer::No, Lack::NobodyApproves)},
        {"approval with nobody to approve", Source::Field, [](B &b) { b.approvedByNobody(); },
         both(Answer::No, Lack::NobodyApproves)},
        // The application
        {"the application is off", Source::Documented,
         [](B &b) {
             b.must(b.client->patch(QStringLiteral("/servicePrincipals/") + b.application,
                                    {{QStringLiteral("accountEnabled"), false}}));
         },
         both(Answer::No, Lack::ApplicationOff)},
        {"the group is not assigned", Source::Documented, [](B &b) { b.groupUnassigned(); },
         both(Answer::No, Lack::GroupNotAssigned)},
        // Our policy
        {"our policy lost the group", Source::Documented, [](B &b) { b.users("excludeGroups", QJsonArray()); },
         both(Answer::No, Lack::PolicyBlocks)},
        // Other policies at the application
        {"another policy blocks everybody", Source::Documented, [](B &b) { b.policyOf(b.here(), b.all(), b.block()); },
         both(Answer::No, Lack::PolicyBlocks)},
        {"another policy of our name blocks everybody", Source::Documented,
         [](B &b) { b.policyOf(b.here(), b.all(), b.block(), {}, "enabled", "PIM only: NinjaOne"); },
         both(Answer::No, Lack::PolicyBlocks)},
        {"another policy blocks one",
         Source::Documented,
         [](B &b) { b.policyOf(b.here(), b.only("ada.lindqvist"), b.block()); },
         {cannot("ada.lindqvist", Lack::PolicyBlocks), jonasCan}},
        {"another policy blocks all but one",
         Source::Documented,
         [](B &b) { b.policyOf(b.here(), b.allBut("ada.lindqvist"), b.block()); },
         {adaCan, cannot("jonas.weber", Lack::PolicyBlocks)}},
        {"another policy blocks a group of his",
         Source::Documented,
         [](B &b) {
             const QString contractors = b.newGroup("Contractors", {b.id("ada.lindqvist")});
             b.policyOf(b.here(), {{QStringLiteral("includeGroups"), QJsonArray{contractors}}}, b.block());
         },
         {cannot("ada.lindqvist", Lack::PolicyBlocks), jonasCan}},
        {"another policy leaves a group of his out",
         Source::Documented,
         [](B &b) {
             const QString trusted = b.newGroup("Trusted", {b.newGroup("Inner", {b.id("ada.lindqvist")})});
             QJsonObject users = b.all();
             users.insert(QStringLiteral("excludeGroups"), QJsonArray{trusted});
             b.policyOf(b.here(), users, b.block());
         },
         {adaCan, cannot("jonas.weber", Lack::PolicyBlocks)}},
        {"another policy leaves the gate's group out",
         Source::Documented,
         [](B &b) {
             QJsonObject users = b.all();
             users.insert(QStringLiteral("excludeGroups"), QJsonArray{b.group});
             b.policyOf(b.here(), users, b.block());
         },
         {adaCan, jonasCan}},
        {"another policy would block, report-only",
         Source::Documented,
         [](B &b) { b.policyOf(b.here(), b.all(), b.block(), {}, "enabledForReportingButNotEnforced"); },
         {adaCan, jonasCan}},
        {"another policy blocks old clients",
         Source::Documented,
         [](B &b) {
             b.policyOf(b.here(), b.all(), b.block(), {{QStringLiteral("clientAppTypes"), QJsonArray{QStringLiteral("other")}}});
         },
         {adaCan, jonasCan}},
        {"another policy blocks device codes",
         Source::Documented,
         [](B &b) {
             b.policyOf(b.here(), b.all(), b.block(),
                        {{QStringLiteral("authenticationFlows"),
                          QJsonObject{{QStringLiteral("transferMethods"), QStringLiteral("deviceCodeFlow")}}}});
         },
         {adaCan, jonasCan}},
        {"another policy blocks a platform", Source::Unknown,
         [](B &b) {
             b.policyOf(b.here(), b.all(), b.block(),
                        {{QStringLiteral("platforms"),
                          QJsonObject{{QStringLiteral("includePlatforms"), QJsonArray{QStringLiteral("macOS")}}}}});
         },
         both(Answer::NotKnown, Lack::PolicyNotKnown)},
        {"another policy blocks a risk",
         Source::Documented,
         [](B &b) {
             b.policyOf(b.here(), b.all(), b.block(), {{QStringLiteral("signInRiskLevels"), QJsonArray{QStringLiteral("high")}}});
         },
         {adaCan, jonasCan}},
        {"MFA for everybody",
         Source::Documented,
         [](B &b) { b.policyOf(b.here(), b.all(), b.asking({"mfa"})); },
         {adaCan, jonasCan}},
        {"a device or MFA",
         Source::Documented,
         [](B &b) {
             b.policyOf(b.here(), b.all(), b.asking({"mfa", "compliantDevice"}));
         },
         {adaCan, jonasCan}},
        {"a device", Source::Unknown, [](B &b) { b.policyOf(b.here(), b.all(), b.asking({"compliantDevice"})); },
         both(Answer::NotKnown, Lack::PolicyNotKnown)},
        {"a device and MFA", Source::Unknown,
         [](B &b) {
             b.policyOf(b.here(), b.all(), b.asking({"mfa", "compliantDevice"}, "AND"));
         },
         both(Answer::NotKnown, Lack::PolicyNotKnown)},
        // The road to activation
        {"everything is blocked but for the gate's group", Source::Documented,
         [](B &b) {
             QJsonObject users = b.all();
             users.insert(QStringLiteral("excludeGroups"), QJsonArray{b.group});
             users.insert(QStringLiteral("excludeUsers"), QJsonArray{b.id("mira.kovac"), b.id("lena.fischer")});
             b.policyOf(b.everywhere(), users, b.block());
         },
         both(Answer::No, Lack::RoadBlocked)},
        {"everything is blocked for the approvers", Source::Documented,
         [](B &b) {
             b.policyOf(b.everywhere(), {{QStringLiteral("includeUsers"), QJsonArray{b.id("lena.fischer"), b.id("omar.haddad")}}},
                        b.block());
         },
         both(Answer::No, Lack::NobodyApproves)},
        {"the admin portals are blocked",
         Source::Unknown,
         [](B &b) {
             b.policyOf({{QStringLiteral("includeApplications"), QJsonArray{QStringLiteral("MicrosoftAdminPortals")}}},
                        b.only("ada.lindqvist"), b.block());
         },
         {notKnown("ada.lindqvist", Lack::RoadNotKnown), jonasCan}},
        // The authentication context
        {"a context that no policy targets", Source::Documented, [](B &b) { b.context("c1"); }, {adaCan, jonasCan}},
        {"a context whose policy is off",
         Source::Documented,
         [](B &b) {
             b.context("c1");
             b.policyOf(b.toContext("c1"), b.all(), b.asking({"mfa"}), {}, "disabled");
         },
         {adaCan, jonasCan}},
        {"a context whose policy is report-only",
         Source::Documented,
         [](B &b) {
             b.context("c1");
             b.policyOf(b.toContext("c1"), b.all(), b.asking({"mfa"}), {}, "enabledForReportingButNotEnforced");
         },
         {adaCan, jonasCan}},
        {"a context whose policy leaves one out",
         Source::Documented,
         [](B &b) {
             b.context("c1");
             b.policyOf(b.toContext("c1"), b.allBut("ada.lindqvist"), b.block());
         },
         {adaCan, cannot("jonas.weber", Lack::ContextBlocks)}},
        {"a context whose policy asks for MFA", Source::Unknown,
         [](B &b) {
             b.context("c1");
             b.policyOf(b.toContext("c1"), b.all(), b.asking({"mfa"}));
         },
         both(Answer::NotKnown, Lack::ContextAsks)},
        {"a context whose policy blocks", Source::Documented,
         [](B &b) {
             b.context("c1");
             b.policyOf(b.toContext("c1"), b.all(), b.block());
         },
         both(Answer::No, Lack::ContextBlocks)},
        {"a context that is not published", Source::Unknown,
         [](B &b) {
             b.context("c1");
             b.policyOf(b.toContext("c1"), b.only("sam.porter"), b.asking({"mfa"}));
             b.must(b.client->patch(QStringLiteral("/identity/conditionalAccess/authenticationContextClassReferences/c1"),
                                    {{QStringLiteral("isAvailable"), false}}));
         },
         both(Answer::NotKnown, Lack::ContextNotPublished)},
        // Two that interact
        {"one disabled, the other blocked",
         Source::Documented,
         [](B &b) {
             b.off("ada.lindqvist");
             b.policyOf(b.here(), b.only("jonas.weber"), b.block());
         },
         {cannot("ada.lindqvist", Lack::AccountDisabled), cannot("jonas.weber", Lack::PolicyBlocks)}},
        {"one left, whose approver is himself",
         Source::Documented,
         [](B &b) {
             b.noLongerEligible("jonas.weber");
             b.approvers({"ada.lindqvist"});
         },
         {cannot("ada.lindqvist", Lack::NobodyApproves)}},
        {"a group whose only member approves",
         Source::Documented,
         [](B &b) {
             b.eligibleToo(b.newGroup("Night shift", {b.id("priya.raman")}));
             b.approvers({"priya.raman"});
         },
         {adaCan, jonasCan, cannot("priya.raman", Lack::NobodyApproves)}},
    };
    return table;
}

QString lineOf(const Openable::Candidate &one)
{
    return QStringLiteral("%1: %2 %3 %4").arg(one.who.displayName, nameOf(one.answer), nameOf(one.lack), one.about);
}

} // namespace

class tst_Openable : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_bench = std::make_unique<OpenableBench>();
        QVERIFY2(m_bench->problem.isEmpty(), qPrintable(m_bench->problem));
    }
    void cleanupTestCase() { m_bench.reset(); }

    void judgedIsPlayed_data()
    {
        QTest::addColumn<int>("row");
        for (int i = 0; i < rows().size(); ++i)
            QTest::newRow(rows().at(i).name) << i;
    }
    /// What is judged of each person is what the person meets.
    void judgedIsPlayed()
    {
        QFETCH(int, row);
        const Row &one = rows().at(row);
        OpenableBench &b = *m_bench;
        b.restore();
        one.act(b);
        QVERIFY2(b.problem.isEmpty(), qPrintable(b.problem));
        const auto plan = b.plan(b.wanted);
        QVERIFY2(plan, qPrintable(plan ? QString() : plan.error().text()));
        const Openable judged = plan->openable;
        QStringList lines;
        for (const Openable::Candidate &person : judged.people)
            lines << lineOf(person);
        const QByteArray told = lines.join(QLatin1Char('\n')).toUtf8();

        for (const Wanted &wanted : one.wanted) {
            const Openable::Candidate *found = find(judged, wanted.who);
            QVERIFY2(found, wanted.who + QByteArray(" is not judged\n") + told);
            QVERIFY2(found->answer == wanted.answer && found->lack == wanted.lack, told);
        }
        const bool somebody = std::any_of(one.wanted.cbegin(), one.wanted.cend(),
                                          [](const Wanted &wanted) { return wanted.answer == Answer::Yes; });
        QCOMPARE(judged.path() != nullptr, somebody);
        QCOMPARE(pathSentence(judged).isEmpty(), !somebody);
        QCOMPARE(noPathSentence(judged).isEmpty(), somebody);
        QCOMPARE(mendSentence(judged).isEmpty(), somebody);

        const QByteArray before =
            b.client->control("GET", QStringLiteral("state?tenant=") + b.tenant->cloudFile()[QLatin1String("tenant")].toString())
                .body;
        for (const Openable::Candidate &person : judged.people) {
            if (person.answer == Answer::NotKnown || !person.who.isUser())
                continue;
            b.put(before);
            const bool opened = b.opens(person.who.userName.section(QLatin1Char('@'), 0, 0));
            QVERIFY2(b.problem.isEmpty(), qPrintable(b.problem));
            QVERIFY2(opened == (person.answer == Answer::Yes),
                     (opened ? QByteArray("opened it: ") : QByteArray("did not open it: ")) + lineOf(person).toUtf8());
        }
    }

private:
    static const Openable::Candidate *find(const Openable &judged, const char *who)
    {
        for (const Openable::Candidate &one : judged.people)
            if (one.who.userName.section(QLatin1Char('@'), 0, 0) == QLatin1String(who) ||
                one.who.displayName == QLatin1String(who))
                return &one;
        return nullptr;
    }

    std::unique_ptr<OpenableBench> m_bench;
};

QTEST_GUILESS_MAIN(tst_Openable)
#include "tst_Openable.moc"
