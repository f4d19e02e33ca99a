#include "demo/DemoClient.h"
#include "demo/DemoTenant.h"

#include <QElapsedTimer>
#include <QTest>

#include <memory>
#include <set>

using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;
using pimgate::demo::DemoTenant;

/// A large tenant: invented people and applications, paging through them, and how long pickers wait.
class tst_DemoScale : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void inventedPeopleAreTheSameEveryTime();
    void inventedPeopleAreAskedForAsOthers();
    void everyPersonOnceThoughPeopleLeave_data();
    void everyPersonOnceThoughPeopleLeave();
    void everyPersonOnceThoughFiltered();
    void aPageTokenIsForItsOwnQuery();
    void pickersAnswerAtOnce_data();
    void pickersAnswerAtOnce();
    void bulkIsRead();

private:
    void start(int users, int apps = 0, quint32 seed = 1);
    QString nextOf(const Answer &page) const;

    std::unique_ptr<DemoTenant> m_tenant;
    std::unique_ptr<DemoClient> m_admin;
    int m_users = 0;
};

namespace {

using Headers = QList<std::pair<QByteArray, QByteArray>>;

const Headers eventual{{"ConsistencyLevel", "eventual"}};
constexpr int largeTenant = 20000;
constexpr int seededPeople = 200; ///< more than the seed file holds

QStringList idsOf(const Answer &page)
{
    QStringList ids;
    for (const auto &row : page.value())
        ids.append(row[QLatin1String("id")].toString());
    return ids;
}

} // namespace

void tst_DemoScale::start(int users, int apps, quint32 seed)
{
    if (m_tenant && users == m_users)
        return; // nobody has changed what the others look at
    m_admin.reset();
    m_tenant.reset();
    DemoTenant::Options options;
    options.users = users;
    options.apps = apps;
    options.seed = seed;
    auto tenant = DemoTenant::start(options);
    QVERIFY2(tenant, qPrintable(tenant ? QString() : tenant.error().text()));
    m_tenant = std::move(*tenant);
    m_users = users;
    m_admin = std::make_unique<DemoClient>(m_tenant->cloudFile());
    QCOMPARE(m_admin->signIn(u"mira.kovac@contoso.demo"_s), QString());
}

/// Below /v1.0, as DemoClient takes it; empty at the end.
QString tst_DemoScale::nextOf(const Answer &page) const
{
    return page.text("@odata.nextLink").mid((m_tenant->origin() + u"/v1.0"_s).size());
}

void tst_DemoScale::inventedPeopleAreTheSameEveryTime()
{
    const auto peopleOf = [&](int users, quint32 seed) {
        m_users = 0;
        start(users, 3, seed);
        QHash<QString, QJsonObject> people;
        for (const auto &row : m_admin->get(u"/users?$select=id,userPrincipalName,displayName,department&$top=999"_s).value())
            people.insert(row[QLatin1String("userPrincipalName")].toString(), row.toObject());
        return people;
    };
    const auto few = peopleOf(30, 1);
    const auto fewState = m_admin->control("GET", u"state?times=0"_s).body;
    const auto again = peopleOf(30, 1);
    QCOMPARE(m_admin->control("GET", u"state?times=0"_s).body, fewState);
    QCOMPARE(again, few);
    const auto more = peopleOf(300, 1);
    for (auto it = few.begin(); it != few.end(); ++it)
        QCOMPARE(more.value(it.key()), it.value()); // a larger tenant holds the smaller one
    QCOMPARE(more.size(), few.size() + 270);
    const auto others = peopleOf(30, 2);
    QCOMPARE(others.keys().size(), few.keys().size());
    for (auto it = few.begin(); it != few.end(); ++it) {
        QVERIFY(others.contains(it.key())); // the same names
        QVERIFY(others.value(it.key())["id"_L1] != it.value()["id"_L1]);
    }
    m_users = 0;
}

void tst_DemoScale::inventedPeopleAreAskedForAsOthers()
{
    start(2500);
    const auto person = m_admin->get(u"/users/user02500@contoso.demo"_s);
    QCOMPARE(person.status, 200);
    QCOMPARE(person.text("displayName"), u"User 02500"_s);
    QCOMPARE(m_admin->get(u"/users/"_s + person.text("id").toUpper()).text("id"), person.text("id"));
    QCOMPARE(m_admin->get(u"/users/user02501@contoso.demo"_s).status, 404);
    DemoClient somebody(m_tenant->cloudFile());
    QCOMPARE(somebody.signIn(u"user02500@contoso.demo"_s), QString());
    QCOMPARE(somebody.get(u"/me"_s).text("id"), person.text("id"));
}

void tst_DemoScale::everyPersonOnceThoughPeopleLeave_data()
{
    QTest::addColumn<QString>("query");
    QTest::newRow("contract 1.3: default page") << u"/users?$select=id"_s;
    QTest::newRow("contract 1.3: $top 999") << u"/users?$select=id&$top=999"_s;
    QTest::newRow("contract 1.3: no $select") << u"/users?$top=500"_s;
    QTest::newRow("contract 1.3: ordered") << u"/users?$orderby=displayName desc&$select=id&$top=500"_s;
}

/// Who is there all the time is listed exactly once, though somebody already listed is deleted before every page.
void tst_DemoScale::everyPersonOnceThoughPeopleLeave()
{
    QFETCH(const QString, query);
    m_users = 0;
    start(2500);
    std::set<QString> left;
    QStringList listed;
    const auto total = m_admin->send("GET", u"/users/$count"_s, {}, eventual).body.toInt();
    QVERIFY(total > 2500 && total < 2500 + seededPeople);
    DemoClient remover(m_tenant->cloudFile());
    QCOMPARE(remover.consent(u"User.ReadWrite.All"_s).status, 204);
    QCOMPARE(remover.signIn(u"bg1@contosodemo.onmicrosoft.com"_s, {}, u"User.ReadWrite.All"_s), QString());
    const auto me = m_admin->get(u"/me?$select=id"_s).text("id");
    const auto removers = remover.get(u"/me?$select=id"_s).text("id");
    for (auto next = query; !next.isEmpty();) {
        const auto page = m_admin->get(next);
        QCOMPARE(page.status, 200);
        const auto ids = idsOf(page);
        listed += ids;
        next = nextOf(page);
        for (const auto &leaver : {ids.first(), ids.last()}) {
            if (leaver != me && leaver != removers && left.insert(leaver).second)
                QCOMPARE(remover.remove(u"/users/"_s + leaver).status, 204);
        }
    }
    QCOMPARE(listed.size(), total);
    QCOMPARE(std::set<QString>(listed.begin(), listed.end()).size(), std::size_t(total));
    QCOMPARE(m_admin->send("GET", u"/users/$count"_s, {}, eventual).body.toInt(), total - int(left.size()));
    m_users = 0;
}

void tst_DemoScale::everyPersonOnceThoughFiltered()
{
    start(2500);
    std::set<QString> listed;
    int pages = 0;
    for (auto next = u"/users?$filter=startswith(displayName,'User 01')&$select=id&$top=100"_s; !next.isEmpty(); ++pages) {
        const auto page = m_admin->get(next);
        QCOMPARE(page.status, 200);
        for (const auto &id : idsOf(page))
            QVERIFY2(listed.insert(id).second, qPrintable(id));
        next = nextOf(page);
    }
    QCOMPARE(listed.size(), std::size_t(1000)); // User 01000 to User 01999
    QCOMPARE(pages, 10);
}

void tst_DemoScale::aPageTokenIsForItsOwnQuery()
{
    start(2500);
    const auto answer = m_admin->get(u"/users?$top=10&$skiptoken=bm9uc2Vuc2U"_s);
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.code(), u"Directory_ExpiredPageToken"_s); // contract 1.2
}

void tst_DemoScale::pickersAnswerAtOnce_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("found");
    QTest::newRow("by UPN") << u"/users/user19999@contoso.demo"_s << -1;
    QTest::newRow("by UPN, filter") << u"/users?$filter=userPrincipalName eq 'user19999@contoso.demo'"_s << 1;
    QTest::newRow("startswith") << u"/users?$filter=startswith(displayName,'User 1999')&$top=25"_s << 10;
    QTest::newRow("startswith, many") << u"/users?$filter=startswith(displayName,'User')&$top=25"_s << 25;
    QTest::newRow("$search") << u"/users?$search=\"displayName:1999\" OR \"mail:user1999\"&$top=25&$count=true"_s << 10;
    QTest::newRow("$search, many") << u"/users?$search=\"displayName:User\"&$top=25&$count=true"_s << 25;
    QTest::newRow("nobody") << u"/users?$search=\"displayName:Zarathustra\"&$top=25&$count=true"_s << 0;
    QTest::newRow("count") << u"/users/$count"_s << -1;
    QTest::newRow("applications, startswith")
        << u"/servicePrincipals?$filter=startswith(displayName,'Business application 19')&$top=25"_s << 25;
    QTest::newRow("applications, $search") << u"/servicePrincipals?$search=\"displayName:1999\"&$top=25&$count=true"_s << 1;
}

void tst_DemoScale::pickersAnswerAtOnce()
{
    QFETCH(const QString, path);
    QFETCH(const int, found);
    start(largeTenant, 2000);
    qint64 best = 1'000'000;
    for (int turn = 0; turn < 3; ++turn) { // a busy machine may spoil one or two
        QElapsedTimer timer;
        timer.start();
        const auto answer = m_admin->send("GET", path, {}, eventual);
        best = qMin(best, timer.elapsed());
        QCOMPARE(answer.status, 200);
        if (found >= 0)
            QCOMPARE(answer.value().size(), found);
    }
    QVERIFY2(best < 700, qPrintable(u"%1 ms"_s.arg(best))); // tens of milliseconds in a release build
}

void tst_DemoScale::bulkIsRead()
{
    start(largeTenant, 2000);
    QStringList ids;
    const auto page = m_admin->get(u"/users?$select=id&$top=999"_s);
    for (const auto &row : page.value())
        ids.append(row[QLatin1String("id")].toString());
    const auto answer = m_admin->post(u"/directoryObjects/getByIds"_s,
                                      {{u"ids"_s, QJsonArray::fromStringList(ids)}, {u"types"_s, QJsonArray{u"user"_s}}});
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.value().size(), 999);
    std::set<QString> listed;
    QElapsedTimer timer;
    timer.start();
    for (auto next = u"/users?$select=id&$top=999"_s; !next.isEmpty();) {
        const auto each = m_admin->get(next);
        QCOMPARE(each.status, 200);
        for (const auto &id : idsOf(each))
            QVERIFY(listed.insert(id).second);
        next = nextOf(each);
    }
    QVERIFY(listed.size() > std::size_t(largeTenant));
    QVERIFY2(timer.elapsed() < 15'000, qPrintable(u"%1 ms"_s.arg(timer.elapsed())));
}

QTEST_GUILESS_MAIN(tst_DemoScale)
#include "tst_DemoScale.moc"
