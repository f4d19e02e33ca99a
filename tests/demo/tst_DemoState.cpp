#include "demo/PimBench.h"
#include "demo/SignInDesk.h"

using namespace pimgate::demo;
using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;

namespace {

QByteArray stateOf(const QJsonObject &cloud, const QString &query = {})
{
    return DemoClient(cloud).control("GET", u"state"_s + query).body;
}

Answer postState(const QJsonObject &cloud, const QByteArray &state, const QString &query = {})
{
    const QUrl url(cloud["graph"_L1].toString() + u"/demo/state"_s + query);
    return exchange("POST", url, state,
                    {{"X-Demo-Key", cloud["controlKey"_L1].toString().toUtf8()}, {"Content-Type", "application/json"}});
}

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

/// Where two states differ by more than the seconds between two requests; empty: nowhere.
QString difference(const QJsonValue &a, const QJsonValue &b, const QString &path = {})
{
    if (a == b)
        return {};
    if (a.isObject() && b.isObject()) {
        const auto one = a.toObject(), other = b.toObject();
        if (one.keys() != other.keys())
            return path + u": "_s + one.keys().join(u' ') + u" / "_s + other.keys().join(u' ');
        for (const auto &key : one.keys()) {
            if (const auto found = difference(one[key], other[key], path + u'/' + key); !found.isEmpty())
                return found;
        }
        return {};
    }
    if (a.isArray() && b.isArray()) {
        if (a.toArray().size() != b.toArray().size())
            return u"%1: %2 / %3 rows"_s.arg(path).arg(a.toArray().size()).arg(b.toArray().size());
        for (qsizetype i = 0; i < a.toArray().size(); ++i) {
            if (const auto found = difference(a[i], b[i], u"%1/%2"_s.arg(path).arg(i)); !found.isEmpty())
                return found;
        }
        return {};
    }
    if (a.isDouble() && b.isDouble() && path.endsWith(u"/tokens"))
        return std::abs(a.toDouble() - b.toDouble()) < 50 ? QString() : path; // they grow by the millisecond
    const auto one = QDateTime::fromString(a.toString(), Qt::ISODateWithMs);
    const auto other = QDateTime::fromString(b.toString(), Qt::ISODateWithMs);
    const bool close = one.isValid() && other.isValid() && std::abs(one.secsTo(other)) < 5;
    return close ? QString() : u"%1: %2 / %3"_s.arg(path, a.toVariant().toString(), b.toVariant().toString());
}

QJsonObject parsed(const QByteArray &state)
{
    return QJsonDocument::fromJson(state).object();
}

QString grantedCode(const Answer &answer)
{
    return SignInDesk::landed(answer).value(u"code"_s);
}

/// Something that is under way in a tenant.
struct Situation
{
    const char *name;
    void (*begin)(PimBench &);
};

void midActivation(PimBench &b)
{
    b.makeEligible(b.ada);
    QCOMPARE(b.activate("ada.lindqvist", "PT2H").status, 201);
    b.advance("PT20M");
}

void pendingApproval(PimBench &b)
{
    b.makeEligible(b.ada);
    b.needsApproval({approvingUser(b.lena)});
    QCOMPARE(b.activate("ada.lindqvist", "PT2H").text("status"), u"PendingApproval"_s);
    b.advance("PT5H");
}

void nobodyApproves(PimBench &b)
{
    b.makeEligible(b.ada);
    b.manners({{u"approvalWithoutApprovers"_s, true}, {u"timedOutIsFailed"_s, true}});
    QCOMPARE(b.needsApproval({}).status, 200);
    QCOMPARE(b.activate("ada.lindqvist").text("status"), u"PendingApproval"_s);
}

void approvedAndDenied(PimBench &b)
{
    b.makeEligible(b.ada);
    b.makeEligible(b.jonas);
    b.needsApproval({approvingUser(b.lena)});
    for (const auto &[person, result] : {std::pair("ada.lindqvist", "Approve"), std::pair("jonas.weber", "Deny")}) {
        const auto approval = b.activate(person, "PT2H").text("approvalId");
        QCOMPARE(b.as("lena.fischer").patch(decisionPath(approval, approval), decision(result)).status, 204);
    }
}

void plannedAndProvisioned(PimBench &b)
{
    b.manners({{u"scheduleCreated"_s, true}, {u"provisioning"_s, u"PT20M"_s}});
    QCOMPARE(b.makeEligible(b.ada).text("status"), u"PendingProvisioning"_s);
    const auto later = startingAt(lasting("P2D"), b.later(3 * 3600));
    QCOMPARE(askPim(b.admin(), "assignment", "adminAssign", b.group, b.jonas, later, why()).text("status"), u"ScheduleCreated"_s);
}

void lastOwnerStays(PimBench &b)
{
    b.assign(b.ada, "PT1H", asOwner());
    b.advance("PT2H");
    QVERIFY(stateOf(b.cloud()).contains("_retryUntilDateTime"));
}

void expiredAndAskedFor(PimBench &b)
{
    b.makeEligible(b.ada, "P1D");
    b.makeEligible(b.jonas, "P1D");
    QCOMPARE(askPim(b.as("jonas.weber"), "eligibility", "selfExtend", b.group, b.jonas, lasting("P9D"), why()).text("status"),
             u"PendingAdminDecision"_s);
    b.advance("P2D");
    QVERIFY(stateOf(b.cloud()).contains("\"_expired\":true"));
}

void changedPolicy(PimBench &b)
{
    b.manners({{u"policyIdChanges"_s, true}});
    QCOMPARE(b.rules({{kExpiration, {{u"maximumDuration"_s, u"PT3H"_s}}}}).status, 200);
    QCOMPARE(b.rules({{kExpiration, {{u"maximumDuration"_s, u"PT4H"_s}}}}).status, 200);
}

void notVisibleYet(PimBench &b)
{
    b.hideChanges("POST", "/groups$", "PT40M");
    const auto hidden = newGroup(b.admin(), u"Hidden"_s);
    QVERIFY(!hidden.isEmpty());
    b.hideChanges("POST", "/members/", "PT90M");
    const QString ada = b.admin().member("graph") + u"/v1.0/directoryObjects/"_s + b.ada;
    QCOMPARE(b.admin().post(u"/groups/%1/members/$ref"_s.arg(b.group), {{u"@odata.id"_s, ada}}).status, 204);
    b.hideChanges("PATCH", "/groups/", "PT25H");
    QCOMPARE(b.admin().patch(u"/groups/"_s + b.group, {{u"description"_s, u"New"_s}}).status, 204);
}

void replicatedLate(PimBench &b)
{
    QCOMPARE(b.admin().control("POST", u"replication"_s, {{u"delay"_s, u"PT30M"_s}}).status, 204);
    const auto fresh = newGroup(b.admin(), u"Fresh"_s);
    QCOMPARE(askPim(b.admin(), "eligibility", "adminAssign", fresh, b.ada, lasting("P1D"), why()).code(), u"ResourceNotFound"_s);
}

void deletedThings(PimBench &b)
{
    b.admin().consent(u"User.ReadWrite.All"_s);
    DemoClient emergency(b.cloud());
    QCOMPARE(emergency.signIn(u"bg1@contosodemo.onmicrosoft.com"_s, {}, u"User.ReadWrite.All"_s), QString());
    b.assign(b.jonas, "P20D");
    QCOMPARE(emergency.remove(u"/users/"_s + b.jonas).status, 204);
    QCOMPARE(emergency.patch(u"/users/"_s + b.ada, {{u"accountEnabled"_s, false}}).status, 204);
    b.advance("P10D");
    QCOMPARE(b.admin().remove(u"/groups/"_s + newGroup(b.admin(), u"Gone"_s)).status, 204);
}

void reviewed(PimBench &b)
{
    const QString ada = b.admin().member("graph") + u"/v1.0/directoryObjects/"_s + b.ada;
    QCOMPARE(b.admin().post(u"/groups/%1/members/$ref"_s.arg(b.group), {{u"@odata.id"_s, ada}}).status, 204);
    b.admin().control(
        "POST", u"directory"_s,
        {{u"roles"_s, QJsonObject{{upn("mira.kovac"), QJsonArray{u"User Administrator"_s, u"Groups Administrator"_s}}}}});
    const QJsonObject scope{{u"@odata.type"_s, u"#microsoft.graph.accessReviewQueryScope"_s},
                            {u"query"_s, u"/groups/%1/transitiveMembers"_s.arg(b.group)},
                            {u"queryType"_s, u"MicrosoftGraph"_s}};
    const QJsonObject settings{
        {u"instanceDurationInDays"_s, 3},
        {u"defaultDecisionEnabled"_s, true},
        {u"defaultDecision"_s, u"Deny"_s},
        {u"autoApplyDecisionsEnabled"_s, true},
        {u"recurrence"_s, QJsonObject{{u"pattern"_s, QJsonObject{{u"type"_s, u"weekly"_s}, {u"interval"_s, 1}}},
                                      {u"range"_s, QJsonObject{{u"type"_s, u"numbered"_s},
                                                               {u"numberOfOccurrences"_s, 3},
                                                               {u"startDate"_s, QDate::currentDate().toString(Qt::ISODate)}}}}}};
    const auto made = b.admin().post(u"/identityGovernance/accessReviews/definitions"_s, {{u"displayName"_s, u"Who may"_s},
                                                                                          {u"descriptionForAdmins"_s, u"x"_s},
                                                                                          {u"descriptionForReviewers"_s, u"x"_s},
                                                                                          {u"scope"_s, scope},
                                                                                          {u"reviewers"_s, QJsonArray()},
                                                                                          {u"settings"_s, settings}});
    QVERIFY2(made.status == 201, made.body.constData());
}

void policiesAndLateLogs(PimBench &b)
{
    b.admin().control("POST", u"logs"_s, {{u"auditDelay"_s, u"PT5M"_s}, {u"signInDelay"_s, u"PT5M"_s}});
    b.admin().control("POST", u"conditionalAccess"_s,
                      {{u"numberedTextInside"_s, true}, {u"signIn"_s, QJsonObject{{u"signInRiskLevel"_s, u"high"_s}}}});
    QCOMPARE(b.admin().post(u"/identity/conditionalAccess/policies"_s, contextPolicy("c1", "enabled")).status, 201);
    const auto made = b.admin().post(u"/identity/conditionalAccess/policies"_s, contextPolicy("c2", "disabled"));
    QCOMPARE(b.admin().remove(u"/identity/conditionalAccess/policies/"_s + made.text("id")).status, 204);
    b.as("sam.porter");
}

void usedUpLimits(PimBench &b)
{
    b.admin().control("POST", u"throttling"_s, {{u"conditionalAccess"_s, true}, {u"directory"_s, true}});
    b.admin().get(u"/identity/conditionalAccess/policies"_s);
    b.admin().get(u"/groups"_s);
}

/// From kUnmoved on nothing of it comes to an end by itself.
const Situation kSituations[] = {{"mid-activation", midActivation},
                                 {"pending approval", pendingApproval},
                                 {"nobody who could approve", nobodyApproves},
                                 {"approved and denied", approvedAndDenied},
                                 {"planned and being provisioned", plannedAndProvisioned},
                                 {"the last owner cannot leave", lastOwnerStays},
                                 {"deleted and disabled", deletedThings},
                                 {"an access review", reviewed},
                                 {"expired, and asked to be extended", expiredAndAskedFor},
                                 {"a policy with its third id", changedPolicy},
                                 {"not visible yet", notVisibleYet},
                                 {"replicated late", replicatedLate},
                                 {"policies, and logs that are late", policiesAndLateLogs},
                                 {"limits that are used up", usedUpLimits}};
constexpr int kUnmoved = 8;

} // namespace

/// POST /demo/state takes what GET gives, and what comes after is the same in both tenants.
class tst_DemoState : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QCOMPARE(m_bench.begin(), QString()); }
    void cleanup()
    {
        if (qstrcmp(QTest::currentTestFunction(), "refuses") == 0)
            return; // nothing becomes of anything, and no time passes
        m_bench = {};
        m_twin.reset();
    }

    void getPostGet_data() { addSituations(); }
    void getPostGet();
    void livesOnAlike_data() { addSituations(); }
    void livesOnAlike();
    void snapshotUndoesWhatCameAfter();
    void approvalGoesOnInTheTwin();
    void idsGoOn();
    void timeIsTheTenants();
    void signInsGoOn();
    void pagesGoOn();
    void deviceCodeGoesOn();
    void holdsNoSecret();
    void oneTenantAlone();
    void otherTenantsToo();
    void withoutTimesAsEver();
    void refuses_data();
    void refuses();
    void refusesForeign();
    void refusesSynced();

private:
    void addSituations()
    {
        QTest::addColumn<int>("situation");
        for (std::size_t i = 0; i < std::size(kSituations); ++i)
            QTest::newRow(kSituations[i].name) << int(i);
    }
    /// A fresh tenant beside the bench's.
    const QJsonObject &twin()
    {
        if (!m_twin)
            m_twin = std::move(*DemoTenant::start({}));
        return m_twin->cloudFile();
    }
    DemoClient signedIn(const QJsonObject &cloud, const char *name) const
    {
        DemoClient client(cloud);
        const auto problem = client.signIn(upn(name));
        if (!problem.isEmpty())
            qWarning("%s", qPrintable(problem));
        return client;
    }

    PimBench m_bench;
    std::unique_ptr<DemoTenant> m_twin;
};

void tst_DemoState::getPostGet()
{
    QFETCH(int, situation);
    kSituations[situation].begin(m_bench);
    const auto state = stateOf(m_bench.cloud());
    QVERIFY(state.contains("\"clock\"") && state.contains("\"unseen\""));
    const auto taken = postState(m_bench.cloud(), state);
    QVERIFY2(taken.status == 204, taken.body.constData());
    QCOMPARE(stateOf(m_bench.cloud()), state);
    QCOMPARE(postState(twin(), state).status, 204);
    QCOMPARE(stateOf(twin()), state);
    QCOMPARE(stateOf(twin(), u"?times=0"_s), stateOf(m_bench.cloud(), u"?times=0"_s));
}

/// What is due comes in both, and leaves the same behind.
void tst_DemoState::livesOnAlike()
{
    QFETCH(int, situation);
    kSituations[situation].begin(m_bench);
    const auto token = signedIn(m_bench.cloud(), "mira.kovac").token(); // is one in the twin, too
    const auto state = stateOf(m_bench.cloud());
    QCOMPARE(postState(twin(), state).status, 204);
    const auto seen = [&](const QJsonObject &cloud) {
        QByteArray all;
        for (const auto &path : {u"/groups?$top=999&$select=id,description"_s, u"/groups/%1/members"_s.arg(m_bench.group)}) {
            const QUrl url(cloud["graph"_L1].toString() + u"/v1.0"_s + path);
            const auto answer = exchange("GET", url, {}, {{"Authorization", "Bearer " + token}});
            all += QByteArray::number(answer.status) + QJsonDocument(answer.value()).toJson();
        }
        return all;
    };
    auto before = parsed(state);
    int moved = 0;
    for (const char *step : {"PT10M", "PT25M", "PT2H", "PT15H", "P2D", "P28D", "P100D"}) {
        m_bench.advance(step);
        QCOMPARE(DemoClient(twin()).advance(QLatin1String(step)).status, 200);
        QCOMPARE(seen(twin()), seen(m_bench.cloud())); // some of it was hidden, and shows now
        const auto mine = parsed(stateOf(m_bench.cloud())), its = parsed(stateOf(twin()));
        QCOMPARE(difference(mine, its), QString());
        before.insert(u"clock"_s, mine[u"clock"_s]);
        moved += mine != before;
        before = mine;
    }
    QVERIFY(moved > 0 || situation >= kUnmoved);
}

void tst_DemoState::snapshotUndoesWhatCameAfter()
{
    midActivation(m_bench);
    const auto state = stateOf(m_bench.cloud());
    m_bench.deactivate("ada.lindqvist");
    m_bench.advance("P40D");
    QVERIFY(m_bench.activations().isEmpty());
    QCOMPARE(postState(m_bench.cloud(), state).status, 204);
    QCOMPARE(stateOf(m_bench.cloud()), state);
    QCOMPARE(m_bench.activations().size(), 1);
}

void tst_DemoState::approvalGoesOnInTheTwin()
{
    pendingApproval(m_bench);
    QCOMPARE(postState(twin(), stateOf(m_bench.cloud())).status, 204);
    const auto lena = signedIn(twin(), "lena.fischer"), mira = signedIn(twin(), "mira.kovac");
    const auto waiting = lena.get(kPim + u"assignmentApprovals/filterByCurrentUser(on='approver')"_s).value();
    QCOMPARE(waiting.size(), 1);
    const auto approval = waiting[0]["id"_L1].toString();
    QCOMPARE(lena.patch(decisionPath(approval, approval), decision("Approve")).status, 204);
    QVERIFY(memberIds(mira, m_bench.group).contains(m_bench.ada));
    QVERIFY(!m_bench.isMember(m_bench.ada));
    QCOMPARE(mira.advance(u"PT3H"_s).status, 200);
    QVERIFY(!memberIds(signedIn(twin(), "mira.kovac"), m_bench.group).contains(m_bench.ada));
}

/// An id that was ever used is not given again, also where its row is gone.
void tst_DemoState::idsGoOn()
{
    QCOMPARE(m_bench.admin().remove(u"/groups/"_s + newGroup(m_bench.admin(), u"Again"_s)).status, 204);
    m_bench.admin().control("POST", u"directory"_s, {{u"securityGroupsAreGoneAtOnce"_s, true}});
    const auto second = newGroup(m_bench.admin(), u"Again"_s);
    QCOMPARE(m_bench.admin().remove(u"/groups/"_s + second).status, 204);
    QCOMPARE(postState(twin(), stateOf(m_bench.cloud())).status, 204);
    const auto third = newGroup(m_bench.admin(), u"Again"_s);
    QVERIFY(third != second);
    QCOMPARE(newGroup(signedIn(twin(), "mira.kovac"), u"Again"_s), third);
}

void tst_DemoState::timeIsTheTenants()
{
    const auto now = [](const QJsonObject &cloud) {
        return QDateTime::fromString(DemoClient(cloud).advance(u"PT1S"_s).text("now"), Qt::ISODate);
    };
    const auto early = stateOf(m_bench.cloud());
    m_bench.advance("P3D");
    QCOMPARE(postState(twin(), stateOf(m_bench.cloud())).status, 204);
    QVERIFY(std::abs(now(twin()).secsTo(now(m_bench.cloud()))) < 5);
    QCOMPARE(postState(twin(), early).status, 204); // three days back
    QVERIFY(std::abs(now(twin()).secsTo(now(m_bench.cloud())) - qint64(3) * 86400) < 5);
}

/// Whoever signed in at one tenant goes on at the other, and who was thrown out there is out here.
void tst_DemoState::signInsGoOn()
{
    SignInDesk desk(m_bench.cloud());
    const auto code = grantedCode(desk.authorize(desk.atOnce(upn("ada.lindqvist"))));
    const auto tokens = desk.token(desk.codeForm(code));
    QCOMPARE(tokens.status, 200);
    const auto unused = grantedCode(desk.authorize(desk.atOnce(upn("jonas.weber"))));
    DemoClient out(m_bench.cloud());
    QCOMPARE(out.signIn(upn("sam.porter")), QString());
    QCOMPARE(m_bench.admin()
                 .control("POST", u"directory"_s,
                          {{u"roles"_s, QJsonObject{{upn("mira.kovac"), QJsonArray{u"Global Administrator"_s}}}}})
                 .status,
             204);
    QCOMPARE(m_bench.admin().send("POST", u"/users/%1/revokeSignInSessions"_s.arg(upn("sam.porter"))).status, 200);
    QCOMPARE(postState(twin(), stateOf(m_bench.cloud())).status, 204);

    SignInDesk there(twin());
    QCOMPARE(there.token(SignInDesk::refreshForm(tokens)).status, 200);
    QCOMPARE(there.token(desk.codeForm(unused)).status, 200);
    const auto again = there.token(desk.codeForm(code)); // was redeemed before
    QVERIFY(again.text("error_description").contains(u"AADSTS54005"));
    const auto refused =
        there.token({{u"grant_type"_s, u"refresh_token"_s}, {u"refresh_token"_s, QString::fromLatin1(out.refreshToken())}});
    QVERIFY(refused.text("error_description").contains(u"AADSTS50173"));
    const auto me =
        exchange("GET", QUrl(twin()["graph"_L1].toString() + u"/v1.0/me"_s), {}, {{"Authorization", "Bearer " + out.token()}});
    QCOMPARE(me.status, 401);
}

/// A browser that was signed in, and one between two pages.
void tst_DemoState::pagesGoOn()
{
    SignInDesk desk(m_bench.cloud());
    auto page = desk.authorize(desk.authorizeForm({{u"prompt"_s, u"select_account"_s}}));
    QCOMPARE(page.status, 200);
    QCOMPARE(postState(twin(), stateOf(m_bench.cloud())).status, 204);
    SignInDesk there(twin());
    there.cookies = desk.cookies;
    page = there.press(page, u"login"_s, upn("ada.lindqvist"));
    QVERIFY2(!grantedCode(page).isEmpty(), page.body.constData());
    QCOMPARE(postState(m_bench.cloud(), stateOf(twin())).status, 204);
    desk.cookies = there.cookies;
    const auto silent = desk.authorize(desk.authorizeForm({{u"prompt"_s, u"none"_s}, {u"login_hint"_s, upn("ada.lindqvist")}}));
    QVERIFY2(!grantedCode(silent).isEmpty(), silent.header("Location").constData());
}

void tst_DemoState::deviceCodeGoesOn()
{
    SignInDesk desk(m_bench.cloud());
    const auto asked = desk.post(desk.endpoint(u"/oauth2/v2.0/devicecode"_s),
                                 {{u"client_id"_s, desk.clientId}, {u"scope"_s, u"openid User.Read"_s}});
    QCOMPARE(asked.status, 200);
    QCOMPARE(postState(twin(), stateOf(m_bench.cloud())).status, 204);
    SignInDesk there(twin());
    const auto done =
        there.get(QUrl(twin()["graph"_L1].toString() + u"/common/oauth2/deviceauth"_s),
                  {{u"user_code"_s, asked.text("user_code")}, {u"prompt"_s, u"none"_s}, {u"login_hint"_s, upn("ada.lindqvist")}});
    QCOMPARE(done.status, 200);
    QCOMPARE(there
                 .token({{u"grant_type"_s, u"urn:ietf:params:oauth:grant-type:device_code"_s},
                         {u"device_code"_s, asked.text("device_code")}})
                 .status,
             200);
}

/// With a state in hand nobody signs in: it knows codes, tokens and cookies by their digests.
void tst_DemoState::holdsNoSecret()
{
    SignInDesk desk(m_bench.cloud());
    const auto page = desk.authorize(desk.authorizeForm({{u"prompt"_s, u"select_account"_s}}));
    const auto code = grantedCode(desk.authorize(desk.atOnce(upn("ada.lindqvist"))));
    const auto tokens = desk.token(desk.codeForm(code));
    const auto device = desk.post(desk.endpoint(u"/oauth2/v2.0/devicecode"_s),
                                  {{u"client_id"_s, desk.clientId}, {u"scope"_s, u"openid User.Read"_s}});
    const auto state = stateOf(m_bench.cloud());
    QByteArrayList secrets{code.toLatin1(), tokens.text("refresh_token").toLatin1(), tokens.text("access_token").toLatin1(),
                           device.text("device_code").toLatin1()};
    for (const auto &cookie : desk.cookies)
        secrets.append(cookie);
    for (const auto &secret : secrets) {
        QVERIFY(secret.size() > 20);
        QVERIFY(!state.contains(secret));
    }
}

void tst_DemoState::oneTenantAlone()
{
    const auto query = u"?tenant=northwind-msp.demo"_s;
    const auto before = stateOf(m_bench.cloud(), query);
    auto file = m_bench.cloud();
    file.insert(u"tenant"_s, u"northwind-msp.demo"_s);
    DemoClient partner(file);
    QCOMPARE(partner.signIn(u"nora.berger@northwind-msp.demo"_s), QString());
    QVERIFY(!newGroup(partner, u"Partner's"_s).isEmpty());
    const auto after = stateOf(m_bench.cloud(), query);
    QVERIFY(before != after);
    const auto home = stateOf(m_bench.cloud(), u"?times=0"_s);
    QCOMPARE(postState(m_bench.cloud(), before, query).status, 204);
    QCOMPARE(stateOf(m_bench.cloud(), query), before);
    QCOMPARE(stateOf(m_bench.cloud(), u"?times=0"_s), home);
    QCOMPARE(postState(twin(), after, query).status, 204);
    QCOMPARE(stateOf(twin(), query), after);
    // The home tenant by its id, without the rest of the server.
    const auto own = u"?tenant="_s + m_bench.cloud()["tenant"_L1].toString();
    const auto mine = stateOf(m_bench.cloud(), own);
    QVERIFY(!mine.contains("\"signIn\":{") && !parsed(mine).contains(u"tenants"_s));
    QCOMPARE(postState(twin(), mine, own).status, 204);
    QCOMPARE(stateOf(twin(), own), mine);
    QCOMPARE(postState(twin(), mine, u"?tenant=nowhere.example"_s).status, 404);
}

void tst_DemoState::otherTenantsToo()
{
    auto file = m_bench.cloud();
    file.insert(u"tenant"_s, u"litware.demo"_s);
    DemoClient litware(file);
    QCOMPARE(litware.signIn(u"hanna.keller@litware.demo"_s), QString());
    const auto group = newGroup(litware, u"Litware's"_s);
    QVERIFY(!group.isEmpty());
    QCOMPARE(postState(twin(), stateOf(m_bench.cloud())).status, 204);
    QVERIFY(stateOf(twin(), u"?tenant=litware.demo"_s).contains(group.toLatin1()));
    QCOMPARE(postState(twin(),
                       [&] {
                           auto whole = parsed(stateOf(twin()));
                           auto tenants = whole[u"tenants"_s].toObject();
                           tenants.erase(tenants.begin());
                           whole.insert(u"tenants"_s, tenants);
                           return compact(whole);
                       }())
                 .status,
             400);
}

/// Every date is left out, and what depends on them; such a text is no state to become.
void tst_DemoState::withoutTimesAsEver()
{
    midActivation(m_bench);
    const auto text = stateOf(m_bench.cloud(), u"?times=0"_s);
    for (const auto &member : {u"clock"_s, u"unseen"_s, u"signIn"_s, u"tenants"_s, u"throttle"_s})
        QVERIFY(!parsed(text).contains(member));
    QVERIFY(!text.contains("DateTime"));
    const auto refused = postState(m_bench.cloud(), text);
    QCOMPARE(refused.status, 400);
    QVERIFY2(refused.message().contains(u"/clock"), refused.body.constData());
}

void tst_DemoState::refuses_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QJsonValue>("value");
    QTest::addColumn<QString>("blamed");
    const auto row = [](const char *name, const char *path, const QJsonValue &value, const char *blamed = nullptr) {
        QTest::newRow(name) << QString::fromLatin1(path) << value << QString::fromLatin1(blamed ? blamed : path);
    };
    const QJsonValue gone(QJsonValue::Undefined);
    row("a table that is none", "/machines", QJsonArray());
    row("a table that is no list", "/users", u"all"_s);
    row("a row that is no object", "/users/2", 7);
    row("a row without id", "/groups/1/id", gone);
    row("an id that is no text", "/groups/1/id", 5);
    row("somebody without a name", "/users/0/userPrincipalName", gone);
    row("enabled, or not", "/users/3/accountEnabled", u"yes"_s);
    row("a member of another type", "/users/3/displayName", 12);
    row("a member inside", "/organization/0/verifiedDomains/0/isDefault", u"true"_s);
    row("a date", "/groups/0/createdDateTime", u"yesterday"_s);
    row("a date of a schedule", "/assignmentSchedules/0/modifiedDateTime", u"soon"_s);
    row("a date inside", "/approvals/0/stages/0/reviewedDateTime", 4711);
    row("another organization", "/organization/0/id", u"00000000-1111-2222-3333-444444444444"_s);
    row("no organization", "/organization", gone);
    row("a schedule without its span", "/assignmentSchedules/0/scheduleInfo", gone);
    row("a schedule of no access", "/assignmentSchedules/0/accessId", u"guest"_s);
    row("a request of no status", "/assignmentScheduleRequests/0/status", u"Perhaps"_s);
    row("an approval without stages", "/approvals/0/stages", QJsonValue());
    row("a policy of no role", "/roleManagementPolicies/0/_role", u"visitor"_s);
    row("a setting that is none", "/demoSettings/0/id", u"weather"_s, "/demoSettings/0");
    row("a setting that cannot be set", "/demoSettings/0/timedOutIsFailed", 1, "/demoSettings/0");
    row("members of a group", "/groupMembers", QJsonArray());
    row("no owners", "/groupOwners", gone);
    row("a member that is no id", "/groupMembers/x", QJsonArray{1}, "/groupMembers/x/0");
    row("no clock", "/clock", gone);
    row("a clock without start", "/clock/startDateTime", gone);
    row("a start that is no moment", "/clock/startDateTime", u"now"_s);
    row("a clock of another pace", "/clock/scale", 60);
    row("time that is no number", "/clock/advancedSeconds", u"PT8H"_s);
    row("after the last year", "/clock/advancedSeconds", 1e11, "/clock");
    row("before the machine's time began", "/clock/startDateTime", u"1822-01-01T00:00:00.000Z"_s, "/clock");
    row("nothing unseen", "/unseen", gone);
    row("a hidden change", "/unseen/members/x", QJsonObject{{u"before"_s, QJsonArray()}, {u"maker"_s, u""_s}},
        "/unseen/members/x/untilDateTime");
    row("more that is unseen", "/unseen/ghosts", true);
    row("no sign-ins", "/signIn", gone);
    row("a sign-in page of no kind", "/signIn/flows/x", QJsonObject{{u"kind"_s, u"magic"_s}}, "/signIn/flows/x/kind");
    row("a token without session", "/signIn/refreshTokens/x", QJsonObject{{u"issuedDateTime"_s, u"2026-01-01T00:00:00.000Z"_s}},
        "/signIn/refreshTokens/x/session");
    row("limits", "/throttle/units", u"many"_s);
    row("no other tenants", "/tenants", gone);
    row("a tenant of nobody", "/tenants/x", QJsonObject());
}

namespace {

/// The value with the one at the path replaced, or taken out.
QJsonValue changed(const QJsonValue &value, QStringList path, const QJsonValue &to)
{
    const auto name = path.takeFirst();
    const bool last = path.isEmpty();
    if (value.isArray()) {
        auto array = value.toArray();
        const int index = name.toInt();
        array[index] = last ? to : changed(array.at(index), path, to);
        return array;
    }
    auto object = value.toObject();
    if (last && to.isUndefined())
        object.remove(name);
    else
        object.insert(name, last ? to : changed(object[name], path, to));
    return object;
}

} // namespace

void tst_DemoState::refuses()
{
    QFETCH(QString, path);
    QFETCH(QJsonValue, value);
    QFETCH(QString, blamed);
    nobodyApproves(m_bench);
    m_bench.assign(m_bench.jonas);
    const auto before = stateOf(m_bench.cloud());
    const auto wrong = changed(parsed(before), path.split(u'/', Qt::SkipEmptyParts), value).toObject();
    QVERIFY(compact(wrong) != before);
    const auto refused = postState(m_bench.cloud(), compact(wrong));
    QCOMPARE(refused.status, 400);
    QCOMPARE(refused.json()["error"_L1]["details"_L1][0]["target"_L1].toString(), blamed);
    QVERIFY2(refused.message().contains(blamed + u": "_s), refused.body.constData());
    QCOMPARE(stateOf(m_bench.cloud()), before);
}

void tst_DemoState::refusesForeign()
{
    const auto before = stateOf(m_bench.cloud());
    for (const char *body : {"", "no json", "[]", "{}", "\"text\""})
        QCOMPARE(postState(m_bench.cloud(), body).status, 400);
    DemoTenant::Options options;
    options.seed = 2;
    const auto foreign = DemoTenant::start(options);
    QVERIFY(foreign);
    const auto refused = postState(m_bench.cloud(), stateOf((*foreign)->cloudFile()));
    QCOMPARE(refused.status, 400);
    QVERIFY2(refused.message().contains(u"/tenants/") || refused.message().contains(u"/organization/0/id"),
             refused.body.constData());
    const auto home = stateOf((*foreign)->cloudFile(), u"?tenant=contoso.demo"_s);
    QVERIFY(postState(m_bench.cloud(), home, u"?tenant=contoso.demo"_s).message().contains(u"/organization/0/id"));
    // One tenant's state is not all of the server's, and the other way round.
    const auto own = stateOf(m_bench.cloud(), u"?tenant=contoso.demo"_s);
    QVERIFY(postState(m_bench.cloud(), own).message().contains(u"/signIn"));
    QCOMPARE(postState(m_bench.cloud(), before, u"?tenant=contoso.demo"_s).status, 400);
    QCOMPARE(postState(m_bench.cloud(), stateOf(m_bench.cloud(), u"?tenant=litware.demo"_s), u"?tenant=contoso.demo"_s).status,
             400);
    QCOMPARE(exchange("POST", QUrl(twin()["graph"_L1].toString() + u"/demo/state"_s), before, {{"X-Demo-Key", "guess"}}).status,
             403);
    QCOMPARE(stateOf(m_bench.cloud()), before);
}

/// Any state: one that no request leads to, as a person who comes from an on-premises directory.
void tst_DemoState::refusesSynced()
{
    auto state = parsed(stateOf(m_bench.cloud()));
    auto users = state[u"users"_s].toArray();
    for (auto &&each : users) {
        auto user = each.toObject();
        if (user["userPrincipalName"_L1].toString() == upn("sam.porter"))
            user.insert(u"onPremisesSyncEnabled"_s, true);
        each = user;
    }
    state.insert(u"users"_s, users);
    QCOMPARE(postState(m_bench.cloud(), compact(state)).status, 204);
    m_bench.admin().consent(u"User.ReadWrite.All"_s);
    DemoClient emergency(m_bench.cloud());
    QCOMPARE(emergency.signIn(u"bg1@contosodemo.onmicrosoft.com"_s, {}, u"User.ReadWrite.All"_s), QString());
    const auto refused = emergency.patch(u"/users/"_s + upn("sam.porter"), {{u"accountEnabled"_s, false}});
    QCOMPARE(refused.code(), u"Request_BadRequest"_s);
    QVERIFY(refused.message().contains(u"on-premises"));
}

QTEST_GUILESS_MAIN(tst_DemoState)
#include "tst_DemoState.moc"
