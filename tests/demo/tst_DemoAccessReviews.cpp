#include "demo/DemoPeople.h"
#include "demo/DemoTenant.h"

#include <QDateTime>
#include <QTest>

#include <memory>

using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;
using pimgate::demo::DemoTenant;

/// Contract 11.
class tst_DemoAccessReviews : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void createsAndShows();
    void refuses_data();
    void refuses();
    void accepts_data();
    void accepts();
    void wholeMomentsAreDates();
    void whoMay();
    void outsidersLearnNothing_data();
    void outsidersLearnNothing();
    void licence();
    void decidesAndApplies();
    void endsByItself_data();
    void endsByItself();
    void recurs_data();
    void recurs();
    void startsLater();
    void stops();
    void putAndDelete();
    void groupOfPim();
    void reviewsOneself();
    void whatIsNoMemberStays();
    void lists();
    void audits();

private:
    void advance(const QString &duration); ///< and signs in again
    DemoClient client(const QString &name) const;
    QString groupOf(const QString &name, const QStringList &members) const;
    QJsonObject definition(const QString &group, const QJsonObject &settings = {}, const QJsonObject &more = {}) const;
    QString create(const QJsonObject &body) const;
    QJsonObject instance(const QString &definition) const; ///< the last one
    QMap<QString, QJsonObject> decisions(const QString &definition) const;
    QString status(const QString &definition) const { return m_admin->get(kDefinitions + u'/' + definition).text("status"); }
    QString day(int fromNow) const;

    inline static const QString kDefinitions = u"/identityGovernance/accessReviews/definitions"_s;
    inline static const QString kAdmin = u"bg1@contosodemo.onmicrosoft.com"_s;
    std::unique_ptr<DemoTenant> m_tenant;
    std::unique_ptr<DemoClient> m_admin;
    QString m_ada, m_jonas, m_lena;
};

void tst_DemoAccessReviews::init()
{
    auto tenant = DemoTenant::start({});
    QVERIFY(tenant);
    m_tenant = std::move(*tenant);
    m_admin = std::make_unique<DemoClient>(m_tenant->cloudFile());
    QCOMPARE(m_admin->signIn(kAdmin), QString());
    m_ada = idOf(*m_admin, "ada.lindqvist");
    m_jonas = idOf(*m_admin, "jonas.weber");
    m_lena = idOf(*m_admin, "lena.fischer");
}

void tst_DemoAccessReviews::cleanup()
{
    m_admin.reset();
    m_tenant.reset();
}

void tst_DemoAccessReviews::advance(const QString &duration)
{
    QCOMPARE(m_admin->advance(duration).status, 200);
    QCOMPARE(m_admin->signIn(kAdmin), QString());
}

DemoClient tst_DemoAccessReviews::client(const QString &name) const
{
    DemoClient person(m_tenant->cloudFile());
    const auto problem = person.signIn(name);
    if (!problem.isEmpty())
        qWarning("%s", qPrintable(problem));
    return person;
}

QString tst_DemoAccessReviews::groupOf(const QString &name, const QStringList &members) const
{
    const auto group = newGroup(*m_admin, name);
    for (const auto &member : members)
        m_admin->post(u"/groups/%1/members/$ref"_s.arg(group),
                      {{u"@odata.id"_s, m_tenant->origin() + u"/v1.0/directoryObjects/"_s + member}});
    return group;
}

QJsonObject tst_DemoAccessReviews::definition(const QString &group, const QJsonObject &settings, const QJsonObject &more) const
{
    QJsonObject body{
        {u"displayName"_s, u"Review "_s + group.left(4)},
        {u"descriptionForAdmins"_s, u"Who is still needed"_s},
        {u"descriptionForReviewers"_s, u"Please look"_s},
        {u"scope"_s, QJsonObject{{u"@odata.type"_s, u"#microsoft.graph.accessReviewQueryScope"_s},
                                 {u"query"_s, u"/groups/%1/transitiveMembers"_s.arg(group)},
                                 {u"queryType"_s, u"MicrosoftGraph"_s}}},
        {u"reviewers"_s, QJsonArray{QJsonObject{{u"query"_s, u"/users/"_s + m_lena}, {u"queryType"_s, u"MicrosoftGraph"_s}}}}};
    QJsonObject all{{u"instanceDurationInDays"_s, 3}};
    for (auto it = settings.begin(); it != settings.end(); ++it)
        all.insert(it.key(), it.value());
    body.insert(u"settings"_s, all);
    for (auto it = more.begin(); it != more.end(); ++it)
        body.insert(it.key(), it.value());
    return body;
}

QString tst_DemoAccessReviews::create(const QJsonObject &body) const
{
    const auto answer = m_admin->post(kDefinitions, body);
    if (answer.status != 201)
        qWarning("%d %s", answer.status, answer.body.constData());
    return answer.text("id");
}

QJsonObject tst_DemoAccessReviews::instance(const QString &definition) const
{
    const auto all = m_admin->get(u"%1/%2/instances"_s.arg(kDefinitions, definition)).value();
    return all.isEmpty() ? QJsonObject() : all.last().toObject();
}

QMap<QString, QJsonObject> tst_DemoAccessReviews::decisions(const QString &definition) const
{
    QMap<QString, QJsonObject> by;
    const auto path = u"%1/%2/instances/%3/decisions"_s.arg(kDefinitions, definition, instance(definition)["id"_L1].toString());
    for (const auto &row : m_admin->get(path).value())
        by.insert(row["principal"_L1]["id"_L1].toString(), row.toObject());
    return by;
}

QString tst_DemoAccessReviews::day(int fromNow) const
{
    const auto stamp = QLocale::c().toDateTime(QString::fromLatin1(m_admin->get(u"/me?$select=id"_s).header("Date")).chopped(4),
                                               u"ddd, dd MMM yyyy HH:mm:ss"_s);
    return stamp.date().addDays(fromNow).toString(Qt::ISODate);
}

void tst_DemoAccessReviews::createsAndShows()
{
    const auto group = groupOf(u"Shown"_s, {m_ada, m_jonas});
    const auto created = m_admin->post(kDefinitions, definition(group, {{u"defaultDecision"_s, u"deny"_s}}));
    QCOMPARE(created.status, 201);
    QVERIFY(created.header("Location").contains(created.text("id").toLatin1()));
    const auto shown = m_admin->get(kDefinitions + u'/' + created.text("id")).json();
    QCOMPARE(shown["status"_L1].toString(), u"InProgress"_s); // without a recurrence it starts at once
    QCOMPARE(shown["createdBy"_L1]["userPrincipalName"_L1].toString(), kAdmin);
    QCOMPARE(shown["scope"_L1]["query"_L1].toString(), u"/groups/%1/transitiveMembers"_s.arg(group));
    QVERIFY(shown["scope"_L1].toObject().contains("queryRoot"_L1) && shown["scope"_L1]["queryRoot"_L1].isNull());
    QCOMPARE(shown["settings"_L1]["autoApplyDecisionsEnabled"_L1].toBool(true), false);
    QVERIFY(shown["settings"_L1]["recurrence"_L1].isNull());
    const auto running = instance(created.text("id"));
    QCOMPARE(running["status"_L1].toString(), u"InProgress"_s);
    const auto start = QDateTime::fromString(running["startDateTime"_L1].toString(), Qt::ISODate);
    QCOMPARE(start.daysTo(QDateTime::fromString(running["endDateTime"_L1].toString(), Qt::ISODate)), 3);
    const auto all = decisions(created.text("id"));
    QCOMPARE(all.keys(), (m_ada < m_jonas ? QStringList{m_ada, m_jonas} : QStringList{m_jonas, m_ada}));
    QCOMPARE(all[m_ada]["decision"_L1].toString(), u"NotReviewed"_s);
    QCOMPARE(all[m_ada]["principal"_L1]["displayName"_L1].toString(), u"Ada Lindqvist"_s);
    QCOMPARE(all[m_ada]["resource"_L1]["id"_L1].toString(), group);
    QCOMPARE(m_admin->get(kDefinitions + u"/11111111-2222-3333-4444-555555555555"_s).status, 404);
}

namespace {

QJsonObject weekly(const QJsonObject &range, int interval = 1)
{
    return {{u"pattern"_s, QJsonObject{{u"type"_s, u"weekly"_s}, {u"interval"_s, interval}}}, {u"range"_s, range}};
}

QJsonObject scopeOf(const QString &query)
{
    return {{u"@odata.type"_s, u"#microsoft.graph.accessReviewQueryScope"_s},
            {u"query"_s, query},
            {u"queryType"_s, u"MicrosoftGraph"_s}};
}

QJsonArray reviewer(const QString &query, const QString &root = {})
{
    QJsonObject one{{u"query"_s, query}, {u"queryType"_s, u"MicrosoftGraph"_s}};
    if (!root.isEmpty())
        one.insert(u"queryRoot"_s, root);
    return {one};
}

} // namespace

void tst_DemoAccessReviews::refuses_data()
{
    QTest::addColumn<QJsonObject>("more");
    QTest::addColumn<QJsonObject>("settings");
    QTest::addColumn<int>("status");
    const QJsonObject none;
    const QJsonObject noEnd{{u"type"_s, u"noEnd"_s}, {u"startDate"_s, u"2026-01-01"_s}};
    const auto setting = [](const QString &name, const QJsonValue &value) { return QJsonObject{{name, value}}; };
    for (const auto &name : {u"displayName"_s, u"descriptionForAdmins"_s, u"descriptionForReviewers"_s})
        QTest::newRow(qPrintable(u"contract 11: required "_s + name)) << QJsonObject{{name, QString()}} << none << 400;
    QTest::newRow("contract 11: required scope") << QJsonObject{{u"scope"_s, QJsonValue()}} << none << 400;
    QTest::newRow("unknown member") << QJsonObject{{u"colour"_s, u"red"_s}} << none << 400;
    auto untyped = scopeOf(u"/groups/%1/members"_s);
    untyped.remove(u"@odata.type"_s);
    QTest::newRow("contract 11: a scope without its type") << QJsonObject{{u"scope"_s, untyped}} << none << 400;
    QTest::newRow("a scope that is no members") << QJsonObject{{u"scope"_s, scopeOf(u"/groups/%1/owners"_s)}} << none << 400;
    QTest::newRow("a scope of everything") << QJsonObject{{u"scope"_s, scopeOf(u"/users"_s)}} << none << 400;
    QTest::newRow("a group that is not there")
        << QJsonObject{{u"scope"_s, scopeOf(u"/groups/11111111-2222-3333-4444-555555555555/members"_s)}} << none << 404;
    QTest::newRow("a reviewer who is not there") << QJsonObject{{u"reviewers"_s, reviewer(u"/users/nobody"_s)}} << none << 400;
    QTest::newRow("contract 11: the manager needs queryRoot")
        << QJsonObject{{u"reviewers"_s, reviewer(u"./manager"_s)}} << none << 400;
    QTest::newRow("a fallback reviewer that is no query")
        << QJsonObject{{u"fallbackReviewers"_s, reviewer(u"Lena"_s)}} << none << 400;
    QTest::newRow("contract 11: 181 days") << none << setting(u"instanceDurationInDays"_s, 181) << 400;
    QTest::newRow("days below 0") << none << setting(u"instanceDurationInDays"_s, -1) << 400;
    QTest::newRow("contract 11: longer than the cadence")
        << none << QJsonObject{{u"instanceDurationInDays"_s, 8}, {u"recurrence"_s, weekly(noEnd)}} << 400;
    QTest::newRow("contract 11: default decision") << none << setting(u"defaultDecision"_s, u"Perhaps"_s) << 400;
    QTest::newRow("a truth in quotes") << none << setting(u"autoApplyDecisionsEnabled"_s, u"true"_s) << 400;
    QTest::newRow("unknown setting") << none << setting(u"colour"_s, u"red"_s) << 400;
    QTest::newRow("contract 1: a duration of months") << none << setting(u"recommendationLookBackDuration"_s, u"P1M"_s) << 400;
    QTest::newRow("an action for guests only")
        << none
        << setting(u"applyActions"_s,
                   QJsonArray{QJsonObject{{u"@odata.type"_s, u"#microsoft.graph.disableAndDeleteUserApplyAction"_s}}})
        << 400;
    const auto recurrence = [&](const QJsonObject &value) { return setting(u"recurrence"_s, value); };
    QTest::newRow("contract 11: daily") << none
                                        << recurrence({{u"pattern"_s, QJsonObject{{u"type"_s, u"daily"_s}, {u"interval"_s, 1}}},
                                                       {u"range"_s, noEnd}})
                                        << 400;
    QTest::newRow("an interval of 0") << none << recurrence(weekly(noEnd, 0)) << 400;
    QTest::newRow("a range without its kind") << none << recurrence(weekly({{u"startDate"_s, u"2026-01-01"_s}})) << 400;
    QTest::newRow("a range without its start") << none << recurrence(weekly({{u"type"_s, u"noEnd"_s}})) << 400;
    QTest::newRow("contract 11: endDate without one")
        << none << recurrence(weekly({{u"type"_s, u"endDate"_s}, {u"startDate"_s, u"2026-01-01"_s}})) << 400;
    QTest::newRow("an end before the start")
        << none
        << recurrence(weekly({{u"type"_s, u"endDate"_s}, {u"startDate"_s, u"2026-01-01"_s}, {u"endDate"_s, u"2025-01-01"_s}}))
        << 400;
    QTest::newRow("contract 11: numbered without a number")
        << none << recurrence(weekly({{u"type"_s, u"numbered"_s}, {u"startDate"_s, u"2026-01-01"_s}})) << 400;
}

void tst_DemoAccessReviews::refuses()
{
    QFETCH(QJsonObject, more);
    QFETCH(QJsonObject, settings);
    const auto group = groupOf(u"Refused"_s, {m_ada});
    if (more.contains("scope"_L1) && more["scope"_L1].isObject()) {
        auto scope = more["scope"_L1].toObject();
        if (scope["query"_L1].toString().contains(u"%1"))
            scope[u"query"_s] = scope["query"_L1].toString().arg(group);
        more[u"scope"_s] = scope;
    }
    const auto before = m_admin->control("GET", u"state?times=0"_s).body;
    const auto answer = m_admin->nonsense("POST", kDefinitions, definition(group, settings, more));
    QTEST(answer.status, "status");
    QCOMPARE(m_admin->control("GET", u"state?times=0"_s).body, before);
}

void tst_DemoAccessReviews::accepts_data()
{
    QTest::addColumn<QJsonObject>("more");
    QTest::addColumn<QJsonObject>("settings");
    QTest::addColumn<bool>("metadata"); // as the metadata has it; documentation's samples differ
    QTest::addColumn<int>("principals");
    const QJsonObject none;
    QTest::newRow("contract 11: users only")
        << QJsonObject{{u"scope"_s, scopeOf(u"/groups/%1/transitiveMembers/microsoft.graph.user"_s)}} << none << true << 2;
    QTest::newRow("contract 11: direct ones, groups too")
        << QJsonObject{{u"scope"_s, scopeOf(u"/groups/%1/members"_s)}} << none << true << 2;
    QTest::newRow("contract 11: transitive ones, groups too") << none << none << true << 3;
    QTest::newRow("guests by a filter")
        << QJsonObject{{u"scope"_s,
                        scopeOf(u"/groups/%1/transitiveMembers/microsoft.graph.user/?$count=true&$filter=(userType eq "
                                "'Guest')"_s)}}
        << none << true << 0;
    QTest::newRow("contract 11: owners as reviewers")
        << QJsonObject{{u"reviewers"_s, reviewer(u"/groups/%1/owners"_s)}} << none << true << 3;
    QTest::newRow("contract 11: the manager")
        << QJsonObject{{u"reviewers"_s, reviewer(u"./manager"_s, u"decisions"_s)}} << none << true << 3;
    QTest::newRow("contract 11: a whole moment as startDate")
        << none
        << QJsonObject{{u"recurrence"_s, weekly({{u"type"_s, u"noEnd"_s}, {u"startDate"_s, u"2026-01-01T08:00:00.000Z"_s}})}}
        << false << 3;
    QTest::newRow("contract 1: enum values in any case")
        << none
        << QJsonObject{{u"defaultDecision"_s, u"APPROVE"_s},
                       {u"recurrence"_s, weekly({{u"type"_s, u"NOEND"_s}, {u"startDate"_s, u"2026-01-01"_s}})}}
        << true << 3;
    QTest::newRow("the second time is after all calendars")
        << none
        << QJsonObject{{u"recurrence"_s, weekly({{u"type"_s, u"noEnd"_s}, {u"startDate"_s, u"2026-01-01"_s}}, 2147483647)}}
        << true << 3;
    QTest::newRow("contract 11: 180 days") << none << QJsonObject{{u"instanceDurationInDays"_s, 180}} << true << 3;
}

void tst_DemoAccessReviews::accepts()
{
    QFETCH(QJsonObject, more);
    QFETCH(QJsonObject, settings);
    QFETCH(bool, metadata);
    const auto inner = groupOf(u"Inner"_s, {m_jonas});
    const auto group = groupOf(u"Accepted"_s, {m_ada, inner});
    for (const auto &name : {u"scope"_s, u"reviewers"_s}) {
        const auto text = QJsonDocument(QJsonObject{{u"x"_s, more.value(name)}}).toJson().replace("%1", group.toLatin1());
        if (more.contains(name))
            more[name] = QJsonDocument::fromJson(text).object()["x"_L1];
    }
    const auto body = definition(group, settings, more);
    const auto answer = metadata ? m_admin->post(kDefinitions, body) : m_admin->nonsense("POST", kDefinitions, body);
    QVERIFY2(answer.status == 201, answer.body.constData());
    QTEST(int(decisions(answer.text("id")).size()), "principals");
}

/// Contract 11: YYYY-MM-DD, and a whole moment is accepted for it.
void tst_DemoAccessReviews::wholeMomentsAreDates()
{
    const auto group = groupOf(u"Dates"_s, {m_ada});
    const QJsonObject range{{u"type"_s, u"endDate"_s},
                            {u"startDate"_s, u"2026-12-01T08:30:00Z"_s},
                            {u"endDate"_s, u"2027-12-01T00:00:00.0000000Z"_s}};
    const auto body = definition(group, {{u"recurrence"_s, weekly(range)}});
    const auto made = m_admin->nonsense("POST", kDefinitions, body);
    QVERIFY2(made.status == 201, made.body.constData());
    const auto path = kDefinitions + u'/' + made.text("id");
    const auto shown = [&] { return m_admin->get(path).json()["settings"_L1]["recurrence"_L1]["range"_L1].toObject(); };
    QCOMPARE(made.json()["settings"_L1]["recurrence"_L1]["range"_L1]["startDate"_L1].toString(), u"2026-12-01"_s);
    QCOMPARE(shown()["startDate"_L1].toString(), u"2026-12-01"_s);
    QCOMPARE(shown()["endDate"_L1].toString(), u"2027-12-01"_s);
    auto oneDay = range;
    oneDay[u"endDate"_s] = u"2026-12-01"_s; // the same day, whatever the time
    QCOMPARE(m_admin->nonsense("PUT", path, definition(group, {{u"recurrence"_s, weekly(oneDay)}})).status, 204);
    QCOMPARE(shown()["startDate"_L1].toString(), u"2026-12-01"_s);
    QCOMPARE(shown()["endDate"_L1].toString(), u"2026-12-01"_s);
}

void tst_DemoAccessReviews::outsidersLearnNothing_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("tail");
    QTest::addColumn<int>("administrator"); // what one hears who may
    const auto unknown = u"/11111111-2222-3333-4444-555555555555"_s;
    QTest::newRow("contract 11: create") << QByteArray("POST") << QString() << 400;
    QTest::newRow("contract 11: put") << QByteArray("PUT") << unknown << 404;
    QTest::newRow("contract 11: delete") << QByteArray("DELETE") << unknown << 404;
    QTest::newRow("contract 11: stop") << QByteArray("POST") << unknown + u"/stop"_s << 404;
}

/// The scope is there and no role: the refusal comes before what is wrong, and before whether it is there.
void tst_DemoAccessReviews::outsidersLearnNothing()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, tail);
    const bool hasBody = method != "DELETE" && !tail.endsWith(u"/stop");
    const auto body = hasBody ? std::optional(QJsonObject{{u"colour"_s, u"red"_s}}) : std::nullopt;
    for (const char *outsider : {"sam.porter", "olga.ivanova"}) // nobody, and Security Reader
        QCOMPARE(client(upn(outsider)).nonsense(method, kDefinitions + tail, body).status, 403);
    // Privileged Role Administrator, and below Global Administrator
    QTEST(client(upn("mira.kovac")).nonsense(method, kDefinitions + tail, body).status, "administrator");
    QTEST(m_admin->nonsense(method, kDefinitions + tail, body).status, "administrator");
}

void tst_DemoAccessReviews::whoMay()
{
    const auto plain = groupOf(u"Plain"_s, {m_ada});
    const auto privileged = newGroup(*m_admin, u"Privileged"_s, true);
    const auto mira = client(upn("mira.kovac")); // Privileged Role Administrator, not User Administrator
    const auto valeria = client(upn("valeria.conti"));
    const auto forbidden = [](const Answer &answer) {
        return answer.status == 403 && answer.code() == u"UnauthorizedAccessException";
    };
    QVERIFY(forbidden(mira.post(kDefinitions, definition(plain))));
    QCOMPARE(mira.post(kDefinitions, definition(privileged)).status, 201);
    QVERIFY(forbidden(valeria.post(kDefinitions, definition(plain))));
    const auto review = create(definition(plain));
    QVERIFY(forbidden(valeria.get(kDefinitions + u'/' + review)));
    QVERIFY(forbidden(valeria.remove(kDefinitions + u'/' + review)));
    QCOMPARE(client(upn("olga.ivanova")).get(kDefinitions + u'/' + review).status, 200); // Security Reader
    QCOMPARE(client(upn("lena.fischer")).get(kDefinitions + u'/' + review).status, 200); // the reviewer
    QCOMPARE(client(upn("lena.fischer")).get(kDefinitions + u"/filterByCurrentUser(on='reviewer')"_s).value().size(), 1);
    QVERIFY(forbidden(client(upn("lena.fischer")).remove(kDefinitions + u'/' + review)));
    DemoClient poor(m_tenant->cloudFile());
    QCOMPARE(poor.signIn(kAdmin, {}, u"User.Read"_s), QString());
    QVERIFY(forbidden(poor.get(kDefinitions)));
    DemoClient reader(m_tenant->cloudFile());
    QCOMPARE(reader.signIn(kAdmin, {}, u"AccessReview.Read.All"_s), QString());
    QCOMPARE(reader.get(kDefinitions).status, 200);
    QVERIFY(forbidden(reader.post(kDefinitions, definition(plain))));
}

void tst_DemoAccessReviews::licence()
{
    const auto group = groupOf(u"Licence"_s, {m_ada});
    QCOMPARE(m_admin->control("POST", u"directory"_s, {{u"licence"_s, u"P2"_s}}).status, 204);
    QCOMPARE(m_admin->post(kDefinitions, definition(group)).status, 201);
    QCOMPARE(m_admin->control("POST", u"directory"_s, {{u"licence"_s, u"P1"_s}}).status, 204);
    const auto answer = m_admin->post(kDefinitions, definition(group));
    QCOMPARE(answer.status, 403);
    QCOMPARE(answer.code(), u"AadPremiumLicenseRequired"_s);
}

void tst_DemoAccessReviews::decidesAndApplies()
{
    const auto group = groupOf(u"Decided"_s, {m_ada, m_jonas});
    const auto review = create(definition(group, {{u"justificationRequiredOnApproval"_s, true}}));
    const auto lena = client(upn("lena.fischer"));
    const auto path = u"%1/%2/instances/%3"_s.arg(kDefinitions, review, instance(review)["id"_L1].toString());
    const auto decide = [&](const DemoClient &who, const QString &principal, const QJsonObject &body) {
        return who.patch(path + u"/decisions/"_s + decisions(review)[principal]["id"_L1].toString(), body).status;
    };
    QCOMPARE(decide(client(upn("sam.porter")), m_ada, {{u"decision"_s, u"Deny"_s}}), 403);
    QCOMPARE(decide(lena, m_ada, {{u"decision"_s, u"Maybe"_s}}), 400);
    QCOMPARE(decide(lena, m_jonas, {{u"decision"_s, u"Approve"_s}}), 400); // a justification is required
    QCOMPARE(decide(lena, m_jonas, {{u"decision"_s, u"Approve"_s}, {u"justification"_s, u"on call"_s}}), 204);
    QCOMPARE(decide(lena, m_ada, {{u"decision"_s, u"Deny"_s}}), 204);
    const auto denied = decisions(review)[m_ada];
    QCOMPARE(denied["decision"_L1].toString(), u"Deny"_s);
    QCOMPARE(denied["reviewedBy"_L1]["id"_L1].toString(), m_lena);
    QCOMPARE(m_admin->send("POST", path + u"/applyDecisions"_s).status, 400); // not over yet
    advance(u"P3DT1M"_s);
    QCOMPARE(instance(review)["status"_L1].toString(), u"Completed"_s);
    QCOMPARE(status(review), u"Completed"_s);
    QCOMPARE(decide(client(upn("lena.fischer")), m_ada, {{u"decision"_s, u"Deny"_s}}), 400);
    QCOMPARE(memberIds(*m_admin, group).size(), 2); // nothing is applied by itself
    QCOMPARE(m_admin->send("POST", path + u"/applyDecisions"_s).status, 204);
    QCOMPARE(memberIds(*m_admin, group), QStringList{m_jonas});
    QCOMPARE(instance(review)["status"_L1].toString(), u"Applied"_s);
    QCOMPARE(decisions(review)[m_ada]["applyResult"_L1].toString(), u"AppliedSuccessfully"_s);
}

void tst_DemoAccessReviews::endsByItself_data()
{
    QTest::addColumn<QString>("decision");
    QTest::addColumn<bool>("byDefault");
    QTest::addColumn<bool>("apply");
    QTest::addColumn<QString>("status");
    QTest::addColumn<int>("members");
    QTest::newRow("nothing is decided") << u"Deny"_s << false << false << u"Completed"_s << 2;
    QTest::newRow("decided, not applied") << u"Deny"_s << true << false << u"AutoReviewed"_s << 2;
    QTest::newRow("denied and applied") << u"Deny"_s << true << true << u"Applied"_s << 0;
    QTest::newRow("approved and applied") << u"Approve"_s << true << true << u"Applied"_s << 2;
    QTest::newRow("recommended: no sign-in for long") << u"Recommendation"_s << true << true << u"Applied"_s << 0;
    QTest::newRow("None changes nothing") << u"None"_s << true << true << u"Applied"_s << 2;
}

void tst_DemoAccessReviews::endsByItself()
{
    QFETCH(QString, decision);
    QFETCH(bool, byDefault);
    QFETCH(bool, apply);
    advance(u"P90D"_s); // so that the seed's sign-ins are old
    const auto group = groupOf(u"Ends"_s, {m_ada, m_jonas});
    const auto review =
        create(definition(group, {{u"defaultDecision"_s, decision},
                                  {u"defaultDecisionEnabled"_s, byDefault},
                                  {u"autoApplyDecisionsEnabled"_s, apply},
                                  {u"recommendationsEnabled"_s, true},
                                  {u"recommendationLookBackDuration"_s, u"P30D"_s},
                                  {u"applyActions"_s,
                                   QJsonArray{QJsonObject{{u"@odata.type"_s, u"#microsoft.graph.removeAccessApplyAction"_s}}}}}));
    advance(u"P2DT23H"_s);
    QCOMPARE(status(review), u"InProgress"_s);
    advance(u"PT2H"_s);
    QTEST(status(review), "status");
    QTEST(int(memberIds(*m_admin, group).size()), "members");
}

void tst_DemoAccessReviews::recurs_data()
{
    QTest::addColumn<QJsonObject>("pattern");
    QTest::addColumn<QJsonObject>("range");
    QTest::addColumn<QString>("time");
    QTest::addColumn<int>("instances");
    QTest::addColumn<QString>("status");
    const QJsonObject week{{u"type"_s, u"weekly"_s}, {u"interval"_s, 1}};
    const QJsonObject month{{u"type"_s, u"absoluteMonthly"_s}, {u"interval"_s, 1}};
    const QJsonObject noEnd{{u"type"_s, u"noEnd"_s}};
    QTest::newRow("weekly, at first") << week << noEnd << u"P6D"_s << 1 << u"InProgress"_s;
    QTest::newRow("weekly, a week later") << week << noEnd << u"P7DT1H"_s << 2 << u"InProgress"_s;
    QTest::newRow("every second week") << QJsonObject{{u"type"_s, u"weekly"_s}, {u"interval"_s, 2}} << noEnd << u"P15D"_s << 2
                                       << u"InProgress"_s;
    QTest::newRow("monthly") << month << noEnd << u"P70D"_s << 3 << u"InProgress"_s;
    QTest::newRow("twice") << week << QJsonObject{{u"type"_s, u"numbered"_s}, {u"numberOfOccurrences"_s, 2}} << u"P60D"_s << 2
                           << u"Completed"_s;
    QTest::newRow("until a day") << week << QJsonObject{{u"type"_s, u"endDate"_s}, {u"endDate"_s, u"+16"_s}} << u"P60D"_s << 3
                                 << u"Completed"_s;
}

void tst_DemoAccessReviews::recurs()
{
    QFETCH(QJsonObject, pattern);
    QFETCH(QJsonObject, range);
    QFETCH(QString, time);
    range[u"startDate"_s] = day(0);
    if (range.contains("endDate"_L1))
        range[u"endDate"_s] = day(16);
    const auto group = groupOf(u"Recurs"_s, {m_ada});
    const auto review = create(definition(group, {{u"recurrence"_s, QJsonObject{{u"pattern"_s, pattern}, {u"range"_s, range}}}}));
    advance(time);
    const auto all = m_admin->get(u"%1/%2/instances"_s.arg(kDefinitions, review)).value();
    QTEST(int(all.size()), "instances");
    QTEST(status(review), "status");
}

void tst_DemoAccessReviews::startsLater()
{
    const auto group = groupOf(u"Later"_s, {m_ada});
    const QJsonObject range{{u"type"_s, u"noEnd"_s}, {u"startDate"_s, day(10)}};
    const auto review = create(definition(group, {{u"recurrence"_s, weekly(range)}}));
    QCOMPARE(status(review), u"NotStarted"_s);
    QCOMPARE(instance(review)["status"_L1].toString(), u"NotStarted"_s);
    QVERIFY(decisions(review).isEmpty());
    advance(u"P10D"_s);
    QCOMPARE(status(review), u"InProgress"_s);
    QCOMPARE(decisions(review).size(), 1);
}

void tst_DemoAccessReviews::stops()
{
    const auto group = groupOf(u"Stopped"_s, {m_ada});
    const auto review =
        create(definition(group, {{u"defaultDecision"_s, u"Deny"_s},
                                  {u"defaultDecisionEnabled"_s, true},
                                  {u"autoApplyDecisionsEnabled"_s, true},
                                  {u"recurrence"_s, weekly({{u"type"_s, u"noEnd"_s}, {u"startDate"_s, day(0)}})}}));
    QCOMPARE(m_admin->send("POST", u"%1/%2/stop"_s.arg(kDefinitions, review)).status, 204);
    QCOMPARE(status(review), u"Applied"_s);
    QVERIFY(memberIds(*m_admin, group).isEmpty());
    QCOMPARE(m_admin->send("POST", u"%1/%2/stop"_s.arg(kDefinitions, review)).status, 400);
    advance(u"P20D"_s);
    QCOMPARE(m_admin->get(u"%1/%2/instances"_s.arg(kDefinitions, review)).value().size(), 1);
}

void tst_DemoAccessReviews::putAndDelete()
{
    const auto group = groupOf(u"Put"_s, {m_ada});
    const auto review = create(definition(group));
    const auto path = kDefinitions + u'/' + review;
    auto whole = m_admin->get(path).json();
    whole.remove(u"@odata.context"_s);
    whole[u"displayName"_s] = u"New name"_s;
    QCOMPARE(m_admin->send("PUT", path, whole).status, 204);
    QCOMPARE(m_admin->get(path).text("displayName"), u"New name"_s);
    QCOMPARE(m_admin->send("PUT", path, QJsonObject{{u"displayName"_s, u"Only this"_s}}).status, 400); // the whole object
    auto other = whole;
    other[u"scope"_s] = scopeOf(u"/groups/%1/members"_s.arg(groupOf(u"Other"_s, {})));
    QCOMPARE(m_admin->send("PUT", path, other).status, 400);
    QCOMPARE(m_admin->patch(path, {{u"displayName"_s, u"x"_s}}).status, 405);
    QCOMPARE(m_admin->get(path).text("displayName"), u"New name"_s);
    QCOMPARE(m_admin->remove(path).status, 204);
    QCOMPARE(m_admin->get(path).status, 404);
    QCOMPARE(m_admin->get(path + u"/instances"_s).status, 404);
    QCOMPARE(memberIds(*m_admin, group), QStringList{m_ada});
}

void tst_DemoAccessReviews::groupOfPim()
{
    QCOMPARE(m_admin->control("POST", u"directory"_s, {{u"licence"_s, u"governance"_s}}).status, 204);
    const auto group = groupOf(u"Managed"_s, {m_jonas});
    const auto request =
        askPim(*m_admin, "eligibility", "adminAssign", group, m_ada, lasting("P90D"), {{u"justification"_s, u"x"_s}});
    QVERIFY2(request.status == 201, request.body.constData());
    QCOMPARE(m_admin->post(kDefinitions, definition(group)).status, 400); // contract 11: a fallback reviewer is required
    const QJsonObject owners{{u"reviewers"_s, reviewer(u"/groups/%1/owners"_s.arg(group))},
                             {u"fallbackReviewers"_s, reviewer(u"/users/"_s + m_lena)}};
    const auto review = create(definition(group, {{u"autoApplyDecisionsEnabled"_s, true}}, owners));
    QCOMPARE(decisions(review).size(), 2); // the active and the eligible one
    const auto path = u"%1/%2/instances/%3/decisions/%4"_s.arg(kDefinitions, review, instance(review)["id"_L1].toString(),
                                                               decisions(review)[m_ada]["id"_L1].toString());
    const auto lena = client(upn("lena.fischer")); // there is no owner
    QCOMPARE(lena.patch(path, {{u"decision"_s, u"Deny"_s}}).status, 204);
    QVERIFY(client(upn("valeria.conti")).remove(kDefinitions + u'/' + review).status == 403);
    advance(u"P4D"_s);
    QCOMPARE(status(review), u"Applied"_s);
    QCOMPARE(memberIds(*m_admin, group), QStringList{m_jonas});
    QCOMPARE(m_admin->get(kPim + u"eligibilitySchedules?$filter=groupId eq '%1'"_s.arg(group)).value().size(), 0);
    QCOMPARE(m_admin->control("POST", u"directory"_s, {{u"licence"_s, u"P2"_s}}).status, 204);
    const auto unlicensed = m_admin->post(kDefinitions, definition(group, {}, owners));
    QCOMPARE(unlicensed.status, 403);
    QCOMPARE(unlicensed.code(), u"AadPremiumLicenseRequired"_s);
    QVERIFY(unlicensed.message().contains(u"Microsoft Entra ID Governance"_s)); // contract 2.3: P2 is not enough
    QVERIFY(!unlicensed.message().contains(u"P2"_s));
}

void tst_DemoAccessReviews::reviewsOneself()
{
    const auto group = groupOf(u"Self"_s, {m_ada, m_jonas});
    const auto review = create(definition(group, {}, {{u"reviewers"_s, QJsonArray()}}));
    const auto path = u"%1/%2/instances/%3/decisions/"_s.arg(kDefinitions, review, instance(review)["id"_L1].toString());
    const auto ada = client(upn("ada.lindqvist"));
    QCOMPARE(ada.patch(path + decisions(review)[m_jonas]["id"_L1].toString(), {{u"decision"_s, u"Deny"_s}}).status, 403);
    QCOMPARE(ada.patch(path + decisions(review)[m_ada]["id"_L1].toString(), {{u"decision"_s, u"approve"_s}}).status, 204);
    QCOMPARE(decisions(review)[m_ada]["decision"_L1].toString(), u"Approve"_s);
}

void tst_DemoAccessReviews::whatIsNoMemberStays()
{
    const auto inner = groupOf(u"Nested"_s, {m_jonas});
    const auto group = groupOf(u"Outer"_s, {inner});
    const auto review = create(definition(
        group, {{u"defaultDecision"_s, u"Deny"_s}, {u"defaultDecisionEnabled"_s, true}, {u"autoApplyDecisionsEnabled"_s, true}},
        {{u"scope"_s, scopeOf(u"/groups/%1/transitiveMembers/microsoft.graph.user"_s.arg(group))}}));
    advance(u"P4D"_s);
    QCOMPARE(decisions(review)[m_jonas]["applyResult"_L1].toString(), u"ApplyNotSupported"_s);
    QCOMPARE(memberIds(*m_admin, inner), QStringList{m_jonas});
    QCOMPARE(memberIds(*m_admin, group), QStringList{inner});
}

void tst_DemoAccessReviews::lists()
{
    const auto group = groupOf(u"Listed"_s, {m_ada});
    for (const auto &name : {u"One"_s, u"Two"_s, u"Three"_s})
        create(definition(group, {}, {{u"displayName"_s, name}}));
    const auto count = [&](const QString &options) { return int(m_admin->get(kDefinitions + options).value().size()); };
    QCOMPARE(count({}), 3);
    QCOMPARE(count(u"?$top=2"_s), 2);
    QCOMPARE(count(u"?$top=2&$skip=2"_s), 1);
    QCOMPARE(count(u"?$filter=displayName eq 'Two'&$select=id"_s), 1);
    QCOMPARE(count(u"?$filter=status eq 'InProgress'"_s), 3);
    QCOMPARE(count(u"?$filter=contains(scope/microsoft.graph.accessReviewQueryScope/query, '/groups/%1')"_s.arg(group)), 3);
    QCOMPARE(count(u"?$filter=contains(scope/microsoft.graph.accessReviewQueryScope/query, './manager')"_s), 0);
}

void tst_DemoAccessReviews::audits()
{
    const auto group = groupOf(u"Audited"_s, {m_ada});
    const auto review = create(definition(group));
    QCOMPARE(m_admin->send("POST", u"%1/%2/stop"_s.arg(kDefinitions, review)).status, 204);
    QCOMPARE(m_admin->remove(kDefinitions + u'/' + review).status, 204);
    QStringList names;
    for (const auto &row : m_admin->get(u"/auditLogs/directoryAudits?$filter=loggedByService eq 'Access Reviews'"_s).value())
        names << row["activityDisplayName"_L1].toString();
    names.sort();
    QCOMPARE(names, (QStringList{u"Access review ended"_s, u"Create access review"_s, u"Delete access review"_s}));
}

QTEST_GUILESS_MAIN(tst_DemoAccessReviews)
#include "tst_DemoAccessReviews.moc"
