#include "demo/DemoClient.h"
#include "demo/DemoTenant.h"
#include "demo/Exchanges.h"
#include "demo/store/Store.h"
#include "wire/ScratchDir.h"

#include <QDir>
#include <QRandomGenerator>
#include <QTest>

#include <memory>

using namespace pimgate::demo;
using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;

/// The store's short ways (indexes, shared lists, notes of changes) against the long way, and the record of exchanges.
class tst_DemoStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void indexesFollowEveryWrite();
    void groupsAreFoundFromBothEnds();
    void hiddenRowsShowWhatWasBefore();
    void hiddenMembersShowWhatWasBefore();
    void aRefusedChangeHidesNothing();
    void listsAreNotChangedUnderTheirReader();
    void recordIsBounded();
    void recordGoesToAFile();
};

namespace {

const QString things = u"things"_s;

QJsonObject thing(const QString &id, const QString &name)
{
    return {{u"id"_s, id}, {u"name"_s, name}};
}

QStringList idsOf(const QList<QJsonObject> &rows)
{
    QStringList ids;
    for (const auto &row : rows)
        ids.append(row["id"_L1].toString());
    return ids;
}

} // namespace

void tst_DemoStore::indexesFollowEveryWrite()
{
    const DemoClock clock;
    Store store(&clock, 1);
    std::map<QString, QString> plain; // the same by hand: id to name
    QRandomGenerator dice(7);
    for (int turn = 0; turn < 4000; ++turn) {
        const auto id = u"ID%1"_s.arg(dice.bounded(60));
        const auto name = QChar(u'a' + dice.bounded(12)) + QString(dice.bounded(2), u'É');
        const auto known = plain.contains(id);
        switch (dice.bounded(4)) {
        case 0:
            store.put(things, thing(id, name));
            plain[id] = name;
            break;
        case 1:
            store.patch(things, id.toLower(), {{u"name"_s, name}});
            if (known)
                plain[id] = name;
            break;
        case 2:
            QCOMPARE(store.remove(things, id), known);
            plain.erase(id);
            break;
        default:
            QString first;
            for (const auto &[each, its] : plain) { // "ID5" stands before "ID50", in lower case too
                if (first.isEmpty() && its.compare(name, Qt::CaseInsensitive) == 0)
                    first = each;
            }
            const auto *found = store.findBy(things, u"name"_s, dice.bounded(2) ? name.toUpper() : name.toLower());
            QCOMPARE(found ? found->value("id"_L1).toString() : QString(), first);
            QCOMPARE(store.find(things, id.toLower()) != nullptr, known);
        }
        if (turn % 50 == 0) {
            QStringList ids;
            for (const auto &entry : plain)
                ids.append(entry.first);
            QCOMPARE(idsOf(store.rows(things)), ids);
        }
    }
}

void tst_DemoStore::groupsAreFoundFromBothEnds()
{
    const DemoClock clock;
    Store store(&clock, 1);
    for (const auto &group : {u"inner"_s, u"middle"_s, u"outer"_s})
        store.put(u"groups"_s, {{u"id"_s, group}});
    QVERIFY(store.addMember(u"Inner"_s, u"Ann"_s));
    QVERIFY(!store.addMember(u"inner"_s, u"ann"_s));
    QVERIFY(store.addMember(u"middle"_s, u"inner"_s));
    QVERIFY(store.addMember(u"outer"_s, u"middle"_s));
    QVERIFY(store.addMember(u"inner"_s, u"outer"_s)); // a circle ends nothing
    QCOMPARE(store.directGroupsOf(u"ANN"_s), (std::set<QString>{u"inner"_s}));
    QCOMPARE(store.transitiveGroupsOf(u"ann"_s), (std::set<QString>{u"inner"_s, u"middle"_s, u"outer"_s}));
    QVERIFY(store.transitiveMembersOf(u"outer"_s).contains(u"ann"_s));
    store.forgetGroup(u"middle"_s);
    QCOMPARE(store.transitiveGroupsOf(u"ann"_s), (std::set<QString>{u"inner"_s}));
    QVERIFY(store.members(u"outer"_s).empty());
    QVERIFY(store.removeMember(u"inner"_s, u"ANN"_s));
    QVERIFY(!store.removeMember(u"inner"_s, u"ann"_s));
    QVERIFY(store.directGroupsOf(u"ann"_s).empty());
}

void tst_DemoStore::hiddenRowsShowWhatWasBefore()
{
    DemoClock clock;
    Store store(&clock, 1);
    store.put(things, thing(u"a"_s, u"old"_s));
    store.put(things, thing(u"b"_s, u"gone soon"_s));
    store.hideChanges(clock.now().addSecs(40), [&] {
        store.patch(things, u"a"_s, {{u"name"_s, u"new"_s}});
        store.remove(things, u"b"_s);
        store.put(things, thing(u"c"_s, u"born"_s));
        return true;
    });
    QCOMPARE(store.find(things, u"a"_s)->value("name"_L1).toString(), u"old"_s);
    QVERIFY(store.findBy(things, u"name"_s, u"OLD"_s));
    QVERIFY(!store.findBy(things, u"name"_s, u"new"_s));
    QVERIFY(store.findBy(things, u"name"_s, u"gone soon"_s));
    QVERIFY(!store.find(things, u"c"_s));
    QVERIFY(store.holds(things, u"c"_s));
    QCOMPARE(idsOf(store.rows(things)), (QStringList{u"a"_s, u"b"_s}));
    store.put(things, thing(u"d"_s, u"seen at once"_s)); // a later write is not kept back by an earlier one
    QCOMPARE(idsOf(store.rows(things)), (QStringList{u"a"_s, u"b"_s, u"d"_s}));
    clock.advance(std::chrono::seconds(41));
    QCOMPARE(store.find(things, u"a"_s)->value("name"_L1).toString(), u"new"_s);
    QVERIFY(!store.findBy(things, u"name"_s, u"old"_s));
    QCOMPARE(idsOf(store.rows(things)), (QStringList{u"a"_s, u"c"_s, u"d"_s}));
}

void tst_DemoStore::hiddenMembersShowWhatWasBefore()
{
    DemoClock clock;
    Store store(&clock, 1);
    store.put(u"groups"_s, {{u"id"_s, u"g"_s}});
    store.addMember(u"g"_s, u"stays"_s);
    store.addMember(u"g"_s, u"leaves"_s);
    store.hideChanges(clock.now().addSecs(40), [&] {
        store.removeMember(u"g"_s, u"leaves"_s);
        store.addMember(u"g"_s, u"comes"_s);
        return true;
    });
    QCOMPARE(store.members(u"g"_s), (std::set<QString>{u"leaves"_s, u"stays"_s}));
    QVERIFY(store.directGroupsOf(u"leaves"_s).contains(u"g"_s));
    QVERIFY(store.directGroupsOf(u"comes"_s).empty());
    clock.advance(std::chrono::seconds(41));
    QCOMPARE(store.members(u"g"_s), (std::set<QString>{u"comes"_s, u"stays"_s}));
    QVERIFY(store.directGroupsOf(u"leaves"_s).empty());
    QVERIFY(store.directGroupsOf(u"comes"_s).contains(u"g"_s));
}

void tst_DemoStore::aRefusedChangeHidesNothing()
{
    DemoClock clock;
    Store store(&clock, 1);
    store.hideChanges(clock.now().addSecs(40), [&] {
        store.put(things, thing(u"a"_s, u"seen"_s));
        return false;
    });
    QVERIFY(store.find(things, u"a"_s));
    store.put(things, thing(u"b"_s, u"noted no more"_s));
    QCOMPARE(idsOf(store.rows(things)), (QStringList{u"a"_s, u"b"_s}));
}

void tst_DemoStore::listsAreNotChangedUnderTheirReader()
{
    const DemoClock clock;
    Store store(&clock, 1);
    store.put(things, thing(u"a"_s, u"old"_s));
    const auto before = store.rows(things);
    store.patch(things, u"a"_s, {{u"name"_s, u"new"_s}});
    store.put(things, thing(u"b"_s, u"more"_s));
    QCOMPARE(before.size(), 1);
    QCOMPARE(before.first()["name"_L1].toString(), u"old"_s);
    QCOMPARE(store.rows(things).first()["name"_L1].toString(), u"new"_s);
}

void tst_DemoStore::recordIsBounded()
{
    Exchanges record({}, 40 * 1024);
    for (int n = 0; n < 100; ++n) {
        HttpRequest request;
        request.method = "GET";
        request.target = "/v1.0/users/" + QByteArray::number(n);
        HttpResponse response;
        response.body = QByteArray(1000, 'x');
        record.add({n % 2 ? u"graph"_s : u"login"_s, request, response, {}});
    }
    const auto kept = record.lines({}).split('\n').size() - 1;
    QVERIFY2(kept >= 5 && kept <= 40, qPrintable(QString::number(kept)));
    QCOMPARE(record.dropped(), 100 - kept);
    QVERIFY(record.lines(u"graph"_s).contains("/v1.0/users/99\"")); // the newest stay
    QVERIFY(!record.lines(u"login"_s).contains("/v1.0/users/99\""));
    QVERIFY(!record.lines({}).contains("/v1.0/users/0\""));
    record.clear();
    QCOMPARE(record.dropped(), 0);
    QVERIFY(record.lines({}).isEmpty());
}

void tst_DemoStore::recordGoesToAFile()
{
    const auto asked = qgetenv("PIMGATE_EXCHANGES");
    const pimgate::test::ScratchDir folder;
    qputenv("PIMGATE_EXCHANGES", folder.filePath(u"made/when/needed"_s).toUtf8());
    auto first = DemoTenant::start({});
    auto second = DemoTenant::start({});
    asked.isEmpty() ? qunsetenv("PIMGATE_EXCHANGES") : qputenv("PIMGATE_EXCHANGES", asked);
    QVERIFY(first && second);
    DemoClient client((*first)->cloudFile());
    QCOMPARE(client.signIn(u"mira.kovac@contoso.demo"_s), QString());
    QCOMPARE(client.get(u"/me"_s).status, 200);
    QCOMPARE(client.nonsense("GET", u"/nothing"_s).status, 400);
    const auto shown = client.control("GET", u"exchanges?api=graph"_s);
    QCOMPARE(shown.header("X-Demo-Dropped"), "0");
    QCOMPARE(client.control("POST", u"reset"_s).status, 204);
    QCOMPARE(client.signIn(u"mira.kovac@contoso.demo"_s), QString());
    QCOMPARE(client.get(u"/organization"_s).status, 200);

    const QDir made(folder.filePath(u"made/when/needed"_s));
    const auto names = made.entryList({u"*.jsonl"_s}, QDir::Files);
    QCOMPARE(names.size(), 2); // one each
    QByteArray kept;
    for (const auto &name : names) {
        QFile file(made.filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        kept += file.readAll();
    }
    QVERIFY(kept.startsWith(shown.body)); // what was before the reset is still there
    QCOMPARE(kept.count('\n'), 3);
    QCOMPARE(kept.count("\"raw\":true"), 1);
    QVERIFY(kept.contains("/v1.0/organization"));
    QVERIFY(!kept.contains("oauth2"));
}

QTEST_GUILESS_MAIN(tst_DemoStore)
#include "tst_DemoStore.moc"
