#include "demo/DemoPeople.h"
#include "demo/DemoTenant.h"
#include "demo/odata/Filter.h"

#include <QRandomGenerator>
#include <QTest>

#include <functional>
#include <memory>

using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;
using pimgate::demo::DemoTenant;
using pimgate::demo::Filter;

/// Contract 1.3, 1.4 and what sections 2 to 12 say about the options of each collection.
class tst_ContractQueries : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();

    void refuses_data();
    void refuses();
    void unsupported_data();
    void unsupported();
    void selectsPeople_data();
    void selectsPeople();
    void counts_data();
    void counts();
    void orders();
    void selectsProperties();
    void expands();
    void filterLanguage_data();
    void filterLanguage();
    void filterIsNoFilter_data();
    void filterIsNoFilter();
    void agreesWithPlainReading();

private:
    Answer ask(const QString &path, bool eventual) const
    {
        return m_admin->send("GET", path, {},
                             eventual ? QList<std::pair<QByteArray, QByteArray>>{{"ConsistencyLevel", "eventual"}}
                                      : QList<std::pair<QByteArray, QByteArray>>{});
    }

    std::unique_ptr<DemoTenant> m_tenant;
    std::unique_ptr<DemoClient> m_admin;
};

void tst_ContractQueries::initTestCase()
{
    auto tenant = DemoTenant::start({});
    QVERIFY(tenant);
    m_tenant = std::move(*tenant);
    m_admin = std::make_unique<DemoClient>(m_tenant->cloudFile());
    QCOMPARE(m_admin->signIn(u"bg1@contosodemo.onmicrosoft.com"_s), QString());
}

void tst_ContractQueries::cleanupTestCase()
{
    m_admin.reset();
    m_tenant.reset();
}

void tst_ContractQueries::refuses_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("message");
    const auto noSuch = [](const char *name, const char *type) {
        return u"Could not find a property named '%1' on type 'microsoft.graph.%2'."_s.arg(QLatin1String(name),
                                                                                           QLatin1String(type));
    };
    QTest::newRow("contract 1: case of names, $select") << u"/users?$select=DisplayName"_s << noSuch("DisplayName", "user");
    QTest::newRow("contract 1: case of names, $filter")
        << u"/users?$filter=displayname eq 'a'"_s << noSuch("displayname", "user");
    QTest::newRow("unknown in $select") << u"/groups?$select=id,colour"_s << noSuch("colour", "group");
    QTest::newRow("unknown in $select of one") << u"/me?$select=colour"_s << noSuch("colour", "user");
    QTest::newRow("unknown in $filter") << u"/groups?$filter=colour eq 'red'"_s << noSuch("colour", "group");
    QTest::newRow("unknown in $orderby") << u"/servicePrincipals?$orderby=colour"_s << noSuch("colour", "servicePrincipal");
    QTest::newRow("contract 5.1: no createdDateTime")
        << u"/servicePrincipals?$select=createdDateTime"_s << noSuch("createdDateTime", "servicePrincipal");
    QTest::newRow("unknown in a list's items")
        << u"/servicePrincipals?$filter=appRoles/any(r:r/colour eq 'x')"_s << noSuch("colour", "appRole");
    QTest::newRow("unknown below an object")
        << u"/auditLogs/signIns?$filter=status/colour eq 1"_s << noSuch("colour", "signInStatus");
    QTest::newRow("unknown in a policy") << u"/identity/conditionalAccess/policies?$filter=colour eq 'x'"_s
                                         << noSuch("colour", "conditionalAccessPolicy");
    QTest::newRow("a word without quotes is a name") << u"/users?$filter=displayName eq Ada"_s << noSuch("Ada", "user");
    QTest::newRow("a truth in quotes") << u"/users?$filter=accountEnabled eq 'true'"_s << u"incompatible types"_s;
    QTest::newRow("contract 12: moments unquoted")
        << u"/auditLogs/directoryAudits?$filter=activityDateTime ge '2026-01-01T00:00:00Z'"_s << u"incompatible types"_s;
    QTest::newRow("a number for a text") << u"/users?$filter=displayName eq 1"_s << u"incompatible types"_s;
    QTest::newRow("any over a text") << u"/users?$filter=displayName/any(d:d eq 'a')"_s << u"collection"_s;
    QTest::newRow("half an expression") << u"/users?$filter=displayName eq"_s << u"Syntax error"_s;
    QTest::newRow("an open quote") << u"/users?$filter=displayName eq 'a"_s << u"unterminated"_s;
    QTest::newRow("an open parenthesis") << u"/users?$filter=(displayName eq 'a'"_s << u"Syntax error"_s;
    QTest::newRow("too deep") << u"/users?$filter="_s + QString(200, u'(') + u"displayName eq 'a'"_s + QString(200, u')')
                              << u"recursion limit"_s;
    QTest::newRow("contract 1.3: $top 1000") << u"/groups?$top=1000"_s << u"between 1 and 999"_s;
    QTest::newRow("$top 0") << u"/groups?$top=0"_s << u"between 1 and 999"_s;
    QTest::newRow("contract 1.3: reviews give 100")
        << u"/identityGovernance/accessReviews/definitions?$top=101"_s << u"between 1 and 100"_s;
    QTest::newRow("contract 12: logs give 1000") << u"/auditLogs/directoryAudits?$top=1001"_s << u"between 1 and 1000"_s;
    QTest::newRow("contract 2.3: only $select, $filter") << u"/subscribedSkus?$filter=skuPartNumber eq 'x'"_s << u"'$filter'"_s;
    QTest::newRow("contract 2.3: only $select, $top") << u"/subscribedSkus?$top=1"_s << u"'$top'"_s;
    QTest::newRow("contract 12: signIns, $select") << u"/auditLogs/signIns?$select=id"_s << u"'$select'"_s;
    QTest::newRow("contract 12: signIns, $orderby") << u"/auditLogs/signIns?$orderby=createdDateTime"_s << u"'$orderby'"_s;
    QTest::newRow("contract 12: signIns, $count") << u"/auditLogs/signIns?$count=true"_s << u"'$count'"_s;
    QTest::newRow("contract 10.1: policies, $search")
        << u"/identity/conditionalAccess/policies?$search=\"displayName:a\""_s << u"'$search'"_s;
    QTest::newRow("contract 10.1: policies, $expand")
        << u"/identity/conditionalAccess/policies?$expand=conditions"_s << u"'$expand'"_s;
    QTest::newRow("the directory has no $skip") << u"/users?$skip=5"_s << u"'$skip'"_s;
    QTest::newRow("contract 1.4: $expand never nests") << u"/groups?$expand=members($expand=memberOf)"_s << u"nested"_s;
    QTest::newRow("$expand of a plain property") << u"/groups?$expand=displayName"_s << u"cannot be expanded"_s;
    QTest::newRow("$count is true or false") << u"/users?$count=yes"_s << u"'yes'"_s;
    QTest::newRow("$orderby up and away") << u"/users?$orderby=displayName up"_s << u"Syntax error"_s;
}

void tst_ContractQueries::refuses()
{
    QFETCH(QString, path);
    QFETCH(QString, message);
    const auto answer = m_admin->nonsense("GET", path);
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.code(), u"Request_BadRequest"_s);
    QVERIFY2(answer.message().contains(message), qPrintable(answer.message()));
}

void tst_ContractQueries::unsupported_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("advanced"); // whether ConsistencyLevel and $count make it good
    const auto search = u"?$search=\"displayName:a\""_s;
    for (const auto &each : {u"/users"_s, u"/groups"_s, u"/servicePrincipals"_s, u"/applications"_s})
        QTest::newRow(qPrintable(u"contract 1.4: $search "_s + each)) << each + search << true;
    QTest::newRow("contract 1.4: endsWith") << u"/users?$filter=endswith(mail,'@contoso.demo')"_s << true;
    QTest::newRow("contract 1.4: ne") << u"/users?$filter=department ne 'Sales'"_s << true;
    QTest::newRow("contract 1.4: ne null") << u"/users?$filter=department ne null"_s << true;
    QTest::newRow("contract 1.4: not") << u"/groups?$filter=not startswith(displayName,'A')"_s << true;
    QTest::newRow("contract 1.4: NOT in parentheses") << u"/groups?$filter=not(displayName eq 'A')"_s << true;
    QTest::newRow("contract 1.4: not, written as eq false") << u"/groups?$filter=startswith(displayName,'A') eq false"_s << true;
    QTest::newRow("contract 1.4: $filter and $orderby")
        << u"/users?$filter=accountEnabled eq true&$orderby=displayName"_s << true;
    QTest::newRow("contract 1.4: a list counted") << u"/users?$filter=businessPhones/$count eq 0"_s << true;
    QTest::newRow("contract 1.4: members") << u"/groups/%1/members?$filter=displayName ne 'x'"_s << true;
    QTest::newRow("contract 1.4: members of a kind, counted")
        << u"/groups/%1/members/microsoft.graph.user?$search=\"displayName:a\""_s << true;
    QTest::newRow("contains is for other services") << u"/users?$filter=contains(displayName,'a')"_s << false;
    QString many = u"/users?$filter=displayName eq '0'"_s;
    for (int n = 1; n <= 15; ++n)
        many += u" or displayName eq '%1'"_s.arg(n);
    QTest::newRow("sixteen alternatives") << many << false;
    QTest::newRow("contract 12: not in the list of filters")
        << u"/auditLogs/directoryAudits?$filter=resultReason eq 'x'"_s << false;
    QTest::newRow("contract 10.1: policies by conditions")
        << u"/identity/conditionalAccess/policies?$filter=conditions/userRiskLevels/any(r:r eq 'high')"_s << false;
}

void tst_ContractQueries::unsupported()
{
    QFETCH(QString, path);
    QFETCH(bool, advanced);
    if (path.contains(u"%1"))
        path = path.arg(m_admin->get(u"/groups?$filter=displayName eq 'Service Desk'"_s).first()["id"_L1].toString());
    const auto counted = path + u"&$count=true"_s;
    const bool directory = !path.contains(u"/auditLogs") && !path.contains(u"/identity/");
    QList<Answer> refused{ask(path, false), ask(path, true)};
    if (directory)
        refused << ask(counted, false);
    for (const auto &answer : refused) { // the header alone, or $count alone, is not enough
        QCOMPARE(answer.status, 400);
        QCOMPARE(answer.code(), u"Request_UnsupportedQuery"_s);
    }
    if (directory)
        QCOMPARE(ask(counted, true).status, advanced ? 200 : 400);
}

void tst_ContractQueries::selectsPeople_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<bool>("advanced");
    QTest::addColumn<QStringList>("names");
    const QStringList sales{u"Grace O'Neill"_s, u"Sam Porter"_s};
    QTest::newRow("eq") << u"$filter=department eq 'Sales'"_s << false << sales;
    QTest::newRow("text compares without case") << u"$filter=department eq 'sALES'"_s << false << sales;
    QTest::newRow("contract 1: a quote doubled")
        << u"$filter=displayName eq 'Grace O''Neill'"_s << false << QStringList{sales.first()};
    QTest::newRow("in") << u"$filter=userPrincipalName in ('sam.porter@contoso.demo','grace.oneill@contoso.demo','x')"_s << false
                        << sales;
    QTest::newRow("startsWith in any case") << u"$filter=startsWith(displayName,'SAM') or startswith(displayName,'grace')"_s
                                            << false << sales;
    QTest::newRow("parentheses")
        << u"$filter=(department eq 'Sales' or department eq 'Legal') and (startswith(displayName,'S') or "
           "startswith(displayName,'T'))"_s
        << false << QStringList{u"Sam Porter"_s, u"Tereza Dvořáková"_s};
    QTest::newRow("and before or") << u"$filter=department eq 'Legal' or department eq 'Sales' and startswith(displayName,'S')"_s
                                   << false << QStringList{u"Sam Porter"_s, u"Tereza Dvořáková"_s};
    QTest::newRow("a truth") << u"$filter=accountEnabled eq false"_s << false << QStringList{u"Bernd Vogt"_s};
    QTest::newRow("guests") << u"$filter=userType eq 'Guest'"_s << false
                            << QStringList{u"Elif Kaya (Fabrikam)"_s, u"Tom Okafor (Northwind IT)"_s};
    QTest::newRow("null") << u"$filter=mail eq null and startswith(displayName,'Break')"_s << false
                          << QStringList{u"Break glass 1"_s, u"Break glass 2"_s};
    QTest::newRow("ne") << u"$filter=department ne 'Service Desk' and startswith(displayName,'A')"_s << true
                        << QStringList{u"Aarav Patel"_s};
    QTest::newRow("endsWith") << u"$filter=endsWith(userPrincipalName,'onmicrosoft.com') and userType ne 'Guest'"_s << true
                              << QStringList{u"Break glass 1"_s, u"Break glass 2"_s};
    QTest::newRow("not") << u"$filter=not(endswith(userPrincipalName,'@contoso.demo')) and not startswith(displayName,'Break')"_s
                         << true << QStringList{u"Elif Kaya (Fabrikam)"_s, u"Tom Okafor (Northwind IT)"_s};
    QTest::newRow("contract 3: the picker") << u"$search=\"displayName:ann\" OR \"userPrincipalName:ann\""_s << true
                                            << QStringList{u"Anna Lindgren"_s, u"Annika Berg"_s};
    QTest::newRow("search finds the second word") << u"$search=\"displayName:porter\""_s << true << QStringList{u"Sam Porter"_s};
    QTest::newRow("search takes the beginnings of several")
        << u"$search=\"displayName:gla bre\""_s << true << QStringList{u"Break glass 1"_s, u"Break glass 2"_s};
    QTest::newRow("not the middle of a word") << u"$search=\"displayName:orter\""_s << true << QStringList();
    QTest::newRow("other properties by their beginning only")
        << u"$search=\"userPrincipalName:porter\""_s << true << QStringList();
    QTest::newRow("AND before OR") << u"$search=\"displayName:tereza\" OR \"displayName:sam\" AND \"mail:grace\""_s << true
                                   << QStringList{u"Tereza Dvořáková"_s};
    QTest::newRow("search in parentheses") << u"$search=(\"displayName:tereza\" OR \"displayName:sam\") AND \"mail:sam\""_s
                                           << true << QStringList{u"Sam Porter"_s};
    QTest::newRow("$search and $filter") << u"$search=\"displayName:sam\"&$filter=department eq 'Legal'"_s << true
                                         << QStringList();
}

void tst_ContractQueries::selectsPeople()
{
    QFETCH(QString, query);
    QFETCH(bool, advanced);
    QFETCH(QStringList, names);
    const auto path = u"/users?$select=displayName&"_s + query + (advanced ? u"&$count=true"_s : QString());
    const auto answer = ask(path, advanced);
    QVERIFY2(answer.status == 200, answer.body.constData());
    QStringList found;
    for (const auto &row : answer.value())
        found << row["displayName"_L1].toString();
    found.sort();
    QCOMPARE(found, names);
    if (advanced)
        QCOMPARE(answer.json()["@odata.count"_L1].toInt(), int(names.size()));
}

void tst_ContractQueries::counts_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("eventual");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("contract 1.4: all") << u"/users/$count"_s << true << 200 << QByteArray("40");
    QTest::newRow("with a filter") << u"/users/$count?$filter=userType eq 'Guest'"_s << true << 200 << QByteArray("2");
    QTest::newRow("contract 4.2: the members") << u"/groups/%1/members/$count"_s << true << 200 << QByteArray("8");
    QTest::newRow("contract 1.4: needs the header") << u"/users/$count"_s << false << 400 << QByteArray();
}

void tst_ContractQueries::counts()
{
    QFETCH(QString, path);
    QFETCH(bool, eventual);
    if (path.contains(u"%1"))
        path = path.arg(m_admin->get(u"/groups?$filter=displayName eq 'Service Desk'"_s).first()["id"_L1].toString());
    const auto answer = ask(path, eventual);
    QTEST(answer.status, "status");
    if (answer.status != 200)
        return;
    QVERIFY(answer.header("Content-Type").startsWith("text/plain"));
    QTEST(answer.body, "body");
}

void tst_ContractQueries::orders()
{
    const auto names = [&](const QString &order) {
        QStringList list;
        for (const auto &row : m_admin->get(u"/groups?$select=displayName&$orderby="_s + order).value())
            list << row["displayName"_L1].toString();
        return list;
    };
    const auto up = names(u"displayName"_s);
    QCOMPARE(up.size(), 10);
    auto sorted = up;
    std::sort(sorted.begin(), sorted.end(),
              [](const QString &a, const QString &b) { return a.compare(b, Qt::CaseInsensitive) < 0; });
    QCOMPARE(up, sorted);
    const auto down = names(u"displayName desc"_s);
    QCOMPARE(QStringList(down.rbegin(), down.rend()), up);
    const auto audits = m_admin->get(u"/auditLogs/directoryAudits?$orderby=activityDateTime desc"_s).value();
    for (qsizetype i = 1; i < audits.size(); ++i)
        QVERIFY(audits.at(i - 1)["activityDateTime"_L1].toString() >= audits.at(i)["activityDateTime"_L1].toString());
}

void tst_ContractQueries::selectsProperties()
{
    const auto one = m_admin->get(u"/me?$select=id,jobTitle,onPremisesSyncEnabled"_s).json();
    QCOMPARE(one.keys(), (QStringList{u"@odata.context"_s, u"id"_s, u"jobTitle"_s, u"onPremisesSyncEnabled"_s}));
    QVERIFY(one["onPremisesSyncEnabled"_L1].isNull()); // asked for and not set: null, not missing
    const auto plain = m_admin->get(u"/me"_s).json();
    QVERIFY(plain.contains("userPrincipalName"_L1) && !plain.contains("accountEnabled"_L1)); // only the default properties
    for (const auto &row : m_admin->get(u"/groups?$select=id"_s).value())
        QCOMPARE(row.toObject().keys(), QStringList{u"id"_s});
}

void tst_ContractQueries::expands()
{
    const auto all =
        m_admin->get(u"/groups?$filter=displayName eq 'All staff'&$expand=members($select=id,displayName)"_s).first();
    const auto members = all["members"_L1].toArray();
    QCOMPARE(members.size(), 20); // of 34 (contract 1.4)
    QCOMPARE(members.first().toObject().keys(), (QStringList{u"@odata.type"_s, u"displayName"_s, u"id"_s}));
    const auto owned = m_admin->get(u"/groups?$filter=displayName eq 'Sales'&$expand=owners&$select=id"_s).first();
    QCOMPARE(owned["owners"_L1].toArray().size(), 1);
    for (const auto &name : owned["owners"_L1][0].toObject().keys())
        QVERIFY2(!name.startsWith(u'_'), qPrintable(name)); // what is the tenant's own
    QVERIFY(!owned.contains("displayName"_L1));
}

// ---------------------------------------------------------------------------------------- the language by itself

void tst_ContractQueries::filterLanguage_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<bool>("selects");
    QTest::newRow("nested any") << u"targets/any(t:t/tags/any(x:x eq 'a') and t/id eq '1')"_s << true;
    QTest::newRow("any without a condition") << u"none/any()"_s << false;
    QTest::newRow("all") << u"tags/all(t:startswith(t,'a') or t eq 'b')"_s << true;
    QTest::newRow("all of nothing") << u"none/all(t:t eq 'x')"_s << true;
    QTest::newRow("a path") << u"status/errorCode eq 53003"_s << true;
    QTest::newRow("a path into nothing is null") << u"status/nothing/deeper eq null"_s << true;
    QTest::newRow("more than nothing") << u"nothing gt 1 or nothing le 1"_s << false;
    QTest::newRow("moments, unlike texts")
        << u"when ge 2026-01-01T00:00:05Z and when lt 2026-01-01T00:00:05.0000001Z or when eq 2026-01-01T00:00:05.000Z"_s << true;
    QTest::newRow("a moment of another zone") << u"when eq 2026-01-01T01:00:05+01:00"_s << true;
    QTest::newRow("a day") << u"when gt 2026-01-01"_s << true;
    QTest::newRow("contract 1: a GUID unquoted") << u"guid eq 7F0B2A3C-0000-4000-8000-000000000001"_s << true;
    QTest::newRow("... and quoted") << u"guid eq '7f0b2a3c-0000-4000-8000-000000000001'"_s << true;
    QTest::newRow("counted") << u"tags/$count eq 2"_s << true;
    QTest::newRow("in numbers") << u"status/errorCode in (50105, 53003)"_s << true;
    QTest::newRow("a cast that fits") << u"contains(scope/microsoft.graph.query/text,'groups')"_s << true;
    QTest::newRow("a cast that does not") << u"contains(scope/microsoft.graph.other/text,'groups')"_s << false;
    QTest::newRow("operators in capitals") << u"NOT (name EQ 'x') AND Name2 eq null"_s << true;
    QTest::newRow("eq false") << u"startswith(name,'Q') eq false"_s << true;
    QTest::newRow("not binds tighter than and") << u"not name eq 'x' and name eq 'Zoë'"_s << true;
}

void tst_ContractQueries::filterLanguage()
{
    const QJsonObject row{{u"name"_s, u"Zoë"_s},
                          {u"when"_s, u"2026-01-01T00:00:05.0000000Z"_s},
                          {u"guid"_s, u"7f0b2a3c-0000-4000-8000-000000000001"_s},
                          {u"tags"_s, QJsonArray{u"a1"_s, u"b"_s}},
                          {u"none"_s, QJsonArray()},
                          {u"status"_s, QJsonObject{{u"errorCode"_s, 53003}}},
                          {u"scope"_s, QJsonObject{{u"@odata.type"_s, u"#microsoft.graph.query"_s}, {u"text"_s, u"/groups/x"_s}}},
                          {u"targets"_s, QJsonArray{QJsonObject{{u"id"_s, u"2"_s}, {u"tags"_s, QJsonArray()}},
                                                    QJsonObject{{u"id"_s, u"1"_s}, {u"tags"_s, QJsonArray{u"a"_s}}}}}};
    QFETCH(QString, filter);
    QString problem;
    const auto parsed = Filter::parse(filter, &problem);
    QVERIFY2(parsed, qPrintable(problem));
    QTEST(parsed->matches(row), "selects");
}

void tst_ContractQueries::filterIsNoFilter_data()
{
    QTest::addColumn<QString>("filter");
    for (const char *text : {"",
                             " ",
                             "(",
                             ")",
                             "a",
                             "a eq",
                             "eq 'a'",
                             "a eq 'b' and",
                             "a eq 'b' or or c eq 'd'",
                             "a in ()",
                             "a in ('b'",
                             "a in (b)",
                             "startswith(a)",
                             "startswith(a,'b'",
                             "startswith a,'b'",
                             "tags/any(t eq 'a')",
                             "tags/all()",
                             "a eq 'b' 'c'",
                             "a eq 2026-13-45T00:00:00Z",
                             "a like 'b'",
                             "a = 'b'",
                             "not",
                             "a eq 'b')",
                             "a eq \"b\"",
                             "a//b eq 'c'",
                             "/a eq 'c'",
                             "a/ eq 'c'",
                             "a eq 1e5",
                             "a eq --1",
                             "$count eq 1"})
        QTest::newRow(text) << QString::fromLatin1(text);
    QTest::newRow("very long") << u"a eq '"_s + QString(Filter::longest, u'x') + u'\'';
    QTest::newRow("very deep") << QString(100000, u'(').left(Filter::longest - 10);
    QTest::newRow("a tower of not") << u"not "_s.repeated(3000) + u"a eq 'b'"_s;
}

void tst_ContractQueries::filterIsNoFilter()
{
    QFETCH(QString, filter);
    QString problem;
    QVERIFY(!Filter::parse(filter, &problem));
    QVERIFY(!problem.isEmpty());
}

namespace {

/// An expression and what it means, made together: the meaning knows nothing of the text.
struct Sentence
{
    QString text;
    std::function<bool(const QJsonObject &)> means;
};

class Speaker
{
public:
    explicit Speaker(quint32 seed) : m_random(seed) {}

    Sentence say(int depth)
    {
        if (depth == 0 || m_random.bounded(4) == 0)
            return simple();
        const auto left = say(depth - 1);
        const auto right = say(depth - 1);
        switch (m_random.bounded(3)) {
        case 0:
            return {u"(%1) and (%2)"_s.arg(left.text, right.text),
                    [=](const QJsonObject &row) { return left.means(row) && right.means(row); }};
        case 1:
            return {u"(%1) or (%2)"_s.arg(left.text, right.text),
                    [=](const QJsonObject &row) { return left.means(row) || right.means(row); }};
        default:
            return {u"not (%1)"_s.arg(left.text), [=](const QJsonObject &row) { return !left.means(row); }};
        }
    }

private:
    Sentence simple()
    {
        const auto number = m_random.bounded(5);
        const auto letter = QString(QChar(u'a' + m_random.bounded(3)));
        switch (m_random.bounded(7)) {
        case 0:
            return {u"n lt %1"_s.arg(number),
                    [=](const QJsonObject &row) { return !row["n"_L1].isNull() && row["n"_L1].toInt() < number; }};
        case 1:
            return {u"n ge %1"_s.arg(number),
                    [=](const QJsonObject &row) { return !row["n"_L1].isNull() && row["n"_L1].toInt() >= number; }};
        case 2:
            return {u"n ne %1"_s.arg(number),
                    [=](const QJsonObject &row) { return row["n"_L1].isNull() || row["n"_L1].toInt() != number; }};
        case 3:
            return {u"startswith(s,'%1')"_s.arg(letter),
                    [=](const QJsonObject &row) { return row["s"_L1].toString().startsWith(letter); }};
        case 4:
            return {u"s in ('%1','b''b','x')"_s.arg(letter), [=](const QJsonObject &row) {
                        const auto s = row["s"_L1].toString();
                        return s == letter || s == u"b'b" || s == u"x";
                    }};
        case 5:
            return {u"n eq null"_s, [](const QJsonObject &row) { return row["n"_L1].isNull(); }};
        default:
            return {u"l/any(x:x eq '%1')"_s.arg(letter),
                    [=](const QJsonObject &row) { return row["l"_L1].toArray().contains(letter); }};
        }
    }

    QRandomGenerator m_random;
};

} // namespace

void tst_ContractQueries::agreesWithPlainReading()
{
    QList<QJsonObject> rows;
    for (int n = -1; n < 5; ++n) {
        for (const auto &s : {u"a"_s, u"b'b"_s, u"ca"_s})
            rows << QJsonObject{{u"n"_s, n < 0 ? QJsonValue() : QJsonValue(n)},
                                {u"s"_s, s},
                                {u"l"_s, n % 2 ? QJsonArray{s.left(1), u"z"_s} : QJsonArray()}};
    }
    Speaker speaker(20260301);
    int both = 0;
    for (int turn = 0; turn < 400; ++turn) {
        const auto sentence = speaker.say(turn % 5);
        const auto filter = Filter::parse(sentence.text);
        QVERIFY2(filter, qPrintable(sentence.text));
        for (const auto &row : rows) {
            const bool meant = sentence.means(row);
            both += meant ? 1 : 0;
            QVERIFY2(filter->matches(row) == meant,
                     qPrintable(sentence.text + u' ' + QString::fromUtf8(QJsonDocument(row).toJson(QJsonDocument::Compact))));
        }
    }
    QVERIFY(both > 1000 && both < 400 * rows.size() - 1000); // the sentences are neither all true nor all false
}

QTEST_GUILESS_MAIN(tst_ContractQueries)
#include "tst_ContractQueries.moc"
