// What verify tells of people that the gate leans on: gone, disabled, about to lose their eligibility, or owners of the group.
#include "gate/DriftBench.h"

using namespace pimgate;
using namespace pimgate::test;

using Weight = Finding::Weight;

namespace {

bool tells(const QList<Finding> &findings, Weight weight, const char *key, const char *text)
{
    return std::any_of(findings.cbegin(), findings.cend(), [&](const Finding &finding) {
        return finding.weight == weight && finding.key.startsWith(QLatin1String(key)) &&
               finding.text.contains(QString::fromUtf8(text));
    });
}

QStringList placesOf(const QList<Error> &refusals)
{
    QStringList places;
    for (const Error &refusal : refusals)
        places << refusal.where;
    return places;
}

/// Somebody who may delete people.
std::unique_ptr<demotest::DemoClient> emergency(const GateBench &bench)
{
    auto client = std::make_unique<demotest::DemoClient>(bench.tenant->cloudFile());
    const QString scope = QStringLiteral("User.ReadWrite.All");
    client->consent(scope);
    return client->signIn(bench.breakGlass(), {}, scope).isEmpty() ? std::move(client) : nullptr;
}

} // namespace

class tst_DriftPeople : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void eligibilityEnds();
    void deletedPeople();
    void deletedUnnamed();
    void disabledPeople();
    void approverGroups();
    void ownersOfOurGroup();
    void ownersOfAnotherGroup();
    void oneMoreRequest();
};

/// Told in time, and found when it is over.
void tst_DriftPeople::eligibilityEnds()
{
    DriftBench bench;
    GATE_READY(bench);
    QCOMPARE(bench.client->advance(QStringLiteral("P59D")).status, 200);
    QVERIFY2(bench.findings().isEmpty(), listed(bench.findings()).constData());
    QCOMPARE(bench.client->advance(QStringLiteral("P2D")).status, 200);
    const QList<Finding> soon = bench.findings();
    QVERIFY2(soon.size() == 1 && tells(soon, Weight::Note, "eligibleEnds:", "Jonas Weber is eligible until"),
             listed(soon).constData());
    QCOMPARE(verifyStatus(soon, false), 0);
    QCOMPARE(bench.client->advance(QStringLiteral("P30D")).status, 200);
    const QList<Finding> over = bench.findings();
    QVERIFY2(over.size() == 1 && tells(over, Weight::Drift, "eligible:", "Jonas Weber is not eligible"),
             listed(over).constData());
    QVERIFY2(bench.problem.isEmpty(), qPrintable(bench.problem));
}

/// Named, deleted, and still told by name; nothing is built on them.
void tst_DriftPeople::deletedPeople()
{
    DriftBench bench;
    GATE_READY(bench);
    const QString jonas = bench.id("jonas.weber"), omar = bench.id("omar.haddad");
    const auto administrator = emergency(bench);
    QVERIFY(administrator);
    QCOMPARE(administrator->remove(QStringLiteral("/users/") + jonas).status, 204);
    QCOMPARE(administrator->remove(QStringLiteral("/users/") + omar).status, 204);
    const QList<Finding> found = bench.findings();
    QVERIFY2(found.size() == 2, listed(found).constData());
    QVERIFY2(tells(found, Weight::Drift, "eligibleDeleted:", "Jonas Weber, who is to be eligible, was deleted"),
             listed(found).constData());
    QVERIFY2(tells(found, Weight::Drift, "approverDeleted:", "Omar Haddad, who is to approve activations, was deleted"),
             listed(found).constData());
    const auto plan = bench.plan(bench.wanted);
    QVERIFY(plan);
    QCOMPARE(placesOf(plan->refusals),
             (QStringList{QStringLiteral("pim.eligible[1].principal"), QStringLiteral("pim.activation.approvers[1]")}));
    // Put back: the account comes back from the bin, its eligibility does not.
    for (const QString &id : {jonas, omar})
        QCOMPARE(administrator->post(QStringLiteral("/directory/deletedItems/%1/restore").arg(id), {}).status, 200);
    bench.must(demotest::askPim(*bench.client, "eligibility", "adminAssign", bench.group, jonas, demotest::lasting("P90D")));
    const QList<Finding> again = bench.findings();
    QVERIFY2(again.isEmpty(), listed(again).constData());
    // Gone for good, the name is unknown: refused, as any other.
    QCOMPARE(administrator->remove(QStringLiteral("/users/") + jonas).status, 204);
    QCOMPARE(administrator->remove(QStringLiteral("/directory/deletedItems/") + jonas).status, 204);
    const auto unknown = bench.plan(bench.wanted);
    QVERIFY(!unknown && unknown.error().is(Error::Kind::Input));
    QCOMPARE(unknown.error().where, QStringLiteral("pim.eligible[1].principal"));
}

/// An approver whom the blueprint does not name, and who is gone, has no name any more.
void tst_DriftPeople::deletedUnnamed()
{
    DriftBench bench;
    GATE_READY(bench);
    const QString sam = bench.id("sam.porter");
    bench.approvers({"lena.fischer", "omar.haddad", "sam.porter"});
    const auto administrator = emergency(bench);
    QVERIFY(administrator);
    QCOMPARE(administrator->remove(QStringLiteral("/users/") + sam).status, 204);
    const QList<Finding> found = bench.findings();
    QVERIFY2(found.size() == 1 && found.first().key == QLatin1String("approverDeleted:") + sam, listed(found).constData());
}

void tst_DriftPeople::disabledPeople()
{
    const QString bernd = demotest::upn("bernd.vogt");
    DriftBench bench({{QStringLiteral("approvers"), QJsonArray{demotest::upn("lena.fischer"), bernd}}},
                     {QJsonObject{{QStringLiteral("principal"), bernd}}});
    GATE_READY(bench);
    const QList<Finding> found = bench.findings();
    QVERIFY2(found.size() == 2, listed(found).constData());
    QVERIFY2(tells(found, Weight::Drift, "eligibleDisabled:", "Bernd Vogt is eligible, and the account is disabled"),
             listed(found).constData());
    QVERIFY2(tells(found, Weight::Drift, "approverDisabled:", "Bernd Vogt, who is to approve activations, is disabled"),
             listed(found).constData());
}

void tst_DriftPeople::approverGroups()
{
    DriftBench bench({{QStringLiteral("approvers"), QJsonArray{QStringLiteral("group:Service leads")}}});
    GATE_READY(bench);
    QVERIFY2(bench.findings().isEmpty(), listed(bench.findings()).constData());
    const QString leads = bench.row("groups", "displayName", QStringLiteral("Service leads"))[QLatin1String("id")].toString();
    for (const QString &member : demotest::memberIds(*bench.client, leads))
        bench.must(bench.client->remove(QStringLiteral("/groups/%1/members/%2/$ref").arg(leads, member)));
    const QList<Finding> empty = bench.findings();
    QVERIFY2(empty.size() == 2 && tells(empty, Weight::Drift, "approverEmpty:", "Service leads, whose members") &&
                 tells(empty, Weight::Drift, "lockedOut", "Service leads (nobody is in the group)"),
             listed(empty).constData());
    QCOMPARE(bench.client->remove(QStringLiteral("/groups/") + leads).status, 204);
    const QList<Finding> gone = bench.findings();
    QVERIFY2(gone.size() == 2 && tells(gone, Weight::Drift, "approverDeleted:", "Service leads") &&
                 tells(gone, Weight::Drift, "lockedOut", "Nobody can open the gate"),
             listed(gone).constData());
    QVERIFY2(bench.problem.isEmpty(), qPrintable(bench.problem));
}

void tst_DriftPeople::ownersOfOurGroup()
{
    DriftBench bench;
    GATE_READY(bench);
    const auto first = bench.linked("owners", bench.id("mira.kovac"));
    const QList<Finding> mine = bench.findings();
    QVERIFY2(mine.size() == 1 && tells(mine, Weight::Note, "owner:", "Mira Kovač, who is signed in, owns the group"),
             listed(mine).constData());
    const auto back = bench.linked("owners", bench.id("sam.porter"));
    const QList<Finding> both = bench.findings();
    QVERIFY2(both.size() == 2 && tells(both, Weight::Drift, "owner:", "Sam Porter became an owner of the group"),
             listed(both).constData());
    first(); // now the only one, who made himself owner of a group that had none
    const QList<Finding> only = bench.findings();
    QVERIFY2(only.size() == 1 && tells(only, Weight::Drift, "owner:", "Sam Porter"), listed(only).constData());
    QCOMPARE(verifyStatus(only, false), 1);
    QVERIFY2(bench.problem.isEmpty(), qPrintable(bench.problem));
}

/// A group that was there before keeps its owners; they are worth a word.
void tst_DriftPeople::ownersOfAnotherGroup()
{
    GateBench bench;
    GATE_READY(bench);
    QJsonObject wish = bench.wish("NinjaOne", false);
    wish.insert(QStringLiteral("group"), QJsonObject{{QStringLiteral("existing"), QStringLiteral("Service leads")}});
    const auto plan = bench.plan(wish);
    QVERIFY2(plan, qPrintable(plan ? QString() : plan.error().text()));
    QVERIFY2(tells(plan->findings, Weight::Note, "owner:", "Lena Fischer is an owner of the group"),
             listed(plan->findings).constData());
}

/// Who is disabled or gone costs one request more, whoever they are.
void tst_DriftPeople::oneMoreRequest()
{
    DriftBench bench;
    GATE_READY(bench);
    const auto asked = [&bench](const char *pattern) {
        qsizetype count = 0;
        const QRegularExpression path(QLatin1String(pattern) + QStringLiteral("$"));
        for (const QByteArray &line : bench.client->control("GET", QStringLiteral("exchanges?api=graph")).body.split('\n'))
            count += path.match(QJsonDocument::fromJson(line).object()[QLatin1String("path")].toString()).hasMatch();
        return count;
    };
    const qsizetype batches = asked("/\\$batch"), lists = asked("/getByIds");
    bench.findings();
    QCOMPARE(asked("/\\$batch") - batches, 2); // names of the blueprint, and what became of them
    QCOMPARE(asked("/getByIds") - lists, 0);
}

QTEST_GUILESS_MAIN(tst_DriftPeople)
#include "tst_DriftPeople.moc"
