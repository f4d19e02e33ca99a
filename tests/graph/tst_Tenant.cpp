#include "demo/DemoTenant.h"
#include "graph/Applications.h"
#include "graph/Audit.h"
#include "graph/ConditionalAccess.h"
#include "graph/Directory.h"
#include "graph/GraphService.h"
#include "graph/Groups.h"
#include "graph/ManagementPolicies.h"
#include "graph/PrivilegedAccess.h"
#include "identity/Permissions.h"
#include "identity/Session.h"

#include <QJsonArray>
#include <QTest>

using namespace pimgate;

#define WAIT(name, task)                                                                                                         \
    const auto name = QCoro::waitFor(task);                                                                                      \
    QVERIFY2(name, name ? "" : qPrintable(name.error().text()))

/// The area classes against a whole tenant: every answer goes over HTTP and through its rules.
class tst_Tenant : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        demo::DemoTenant::Options options;
        options.timeScale = 200;
        auto tenant = demo::DemoTenant::start(options);
        QVERIFY2(tenant, tenant ? "" : qPrintable(tenant.error().text()));
        m_tenant = std::move(*tenant);
        const auto cloud = Cloud::fromJson(m_tenant->cloudFile());
        QVERIFY2(cloud, cloud ? "" : qPrintable(cloud.error().text()));
        m_cloud = *cloud;
        m_session = sessionOf(account("admin"));
        m_graph = std::make_unique<GraphService>(*m_session);
        m_session->setScopes(Permissions::all());
        WAIT(signedIn, m_session->signIn());
        QCOMPARE(signedIn->userName, account("admin"));
    }

    void directory()
    {
        Directory directory(*m_graph);
        WAIT(me, directory.me());
        QCOMPARE(me->id, m_session->account().objectId);
        WAIT(organization, directory.organization());
        QCOMPARE(organization->id, m_session->account().tenantId);
        QVERIFY(!organization->defaultDomain.isEmpty());
        WAIT(licences, directory.licences());
        QVERIFY(licences->p2 && licences->p1 && licences->pimSeats > 0);
        WAIT(defaults, directory.securityDefaultsOn());
        WAIT(roles, directory.myRoles());
        QVERIFY(!roles->isEmpty());
        WAIT(breakGlass, directory.breakGlassCandidates());
        QVERIFY(std::any_of(breakGlass->cbegin(), breakGlass->cend(),
                            [&](const Principal &p) { return p.userName == account("breakGlass"); }));
        WAIT(count, directory.userCount());
        QVERIFY(*count > 3);
        WAIT(some, directory.some());
        QVERIFY(!some->isEmpty());
        WAIT(found, directory.search(me->displayName.left(3), true));
        QVERIFY(std::any_of(found->cbegin(), found->cend(), [&](const Principal &p) { return p.id == me->id && p.isUser(); }));
        WAIT(resolved, directory.resolve({account("ordinary"), me->id}));
        QCOMPARE(resolved->value(me->id).userName, me->userName);
        QVERIFY(resolved->value(account("ordinary")).isUser());
        const auto unknown = QCoro::waitFor(directory.resolve({QStringLiteral("nobody@contoso.example")}));
        QCOMPARE(unknown.error().kind, Error::Kind::Input);
        WAIT(byIds, directory.byIds({me->id, QStringLiteral("00000000-0000-0000-0000-00000000dead")}));
        QCOMPARE(byIds->keys(), QStringList{me->id});
        QVERIFY(byIds->value(me->id).isUser());
        WAIT(groups, directory.groupsOf(me->id));
    }

    void applications()
    {
        Applications applications(*m_graph);
        WAIT(all, applications.search({}));
        QVERIFY(!all->isEmpty());
        const QJsonObject first = m_tenant->cloudFile().value(QStringLiteral("applications")).toArray().first().toObject();
        const QString appId = first.value(QStringLiteral("appId")).toString();
        WAIT(app, applications.byAppId(appId));
        QCOMPARE(app->displayName, first.value(QStringLiteral("displayName")).toString());
        WAIT(named, applications.named(app->displayName));
        QCOMPARE(named->appId, appId);
        WAIT(found, applications.search(app->displayName.left(4)));
        QVERIFY(std::any_of(found->cbegin(), found->cend(), [&](const Application &a) { return a.appId == appId; }));
        WAIT(assignments, applications.assignments(appId));
        QCOMPARE(QCoro::waitFor(applications.byAppId(QStringLiteral("00000000-0000-0000-0000-00000000dead"))).error().kind,
                 Error::Kind::Input);
        Audit audit(*m_graph);
        WAIT(signIns, audit.signIns(appId, m_clock.now().addDays(-30)));
        m_app = *app;
    }

    void guestSignsIn()
    {
        QVERIFY(account("guest").contains(QLatin1String("#EXT#")));
        const auto guest = sessionOf(account("guest"));
        guest->setScopes(Permissions::toActivate());
        WAIT(signedIn, guest->signIn());
        GraphService graph(*guest);
        Directory directory(graph);
        WAIT(me, directory.me());
        QVERIFY(me->guest);
        Directory all(*m_graph);
        WAIT(resolved, all.resolve({account("guest")}));
        QCOMPARE(resolved->value(account("guest")).id, me->id);
    }

    void groupFromMakingToActivation()
    {
        Groups groups(*m_graph);
        PrivilegedAccess pim(*m_graph);
        Directory directory(*m_graph);
        Group wanted;
        wanted.displayName = QStringLiteral("PIM-Test's & co");
        wanted.mailNickname = QStringLiteral("pim-test-1");
        WAIT(made, groups.create(wanted));
        WAIT(named, groups.named(wanted.displayName));
        QCOMPARE(named->size(), 1);
        QVERIFY(named->first().whyNotForPim().isEmpty());
        WAIT(nick, groups.withNickname(wanted.mailNickname));
        QCOMPARE(nick->value().id, made->id);
        WAIT(described, groups.describe(made->id, QStringLiteral("d")));
        WAIT(starting, groups.startingWith(QStringLiteral("PIM-Te")));
        WAIT(members, groups.members(made->id));
        QVERIFY(members->isEmpty());
        WAIT(owners, groups.owners(made->id));
        WAIT(transitive, groups.transitiveUserCount(made->id));
        QCOMPARE(*transitive, 0);

        ManagementPolicies policies(*m_graph);
        WAIT(policy, patiently([&] { return policies.forMembers(made->id); }));
        QVERIFY(policy->untouched);
        QCOMPARE(policy->maximumActivation(), IsoDuration(std::chrono::hours(8)));
        QVERIFY(policy->maximumEligibility().has_value());
        WAIT(written,
             policies.write(policy->policyId, {Rules::expiration(Rules::MaximumActivation, IsoDuration(std::chrono::hours(4))),
                                               Rules::enablement({QStringLiteral("Justification")})}));
        WAIT(after, policies.forMembers(made->id));
        QCOMPARE(after->maximumActivation(), IsoDuration(std::chrono::hours(4)));
        QVERIFY(!after->untouched);

        const QString eligible = account("eligible");
        WAIT(person, directory.resolve({eligible}));
        const QString personId = person->value(eligible).id;
        WAIT(request, patiently([&] {
                 return pim.makeEligible(made->id, personId, IsoDuration(std::chrono::hours(24 * 90)), QStringLiteral("test"));
             }));
        const auto twice =
            QCoro::waitFor(pim.makeEligible(made->id, personId, IsoDuration(std::chrono::hours(24)), QStringLiteral("test")));
        QCOMPARE(twice.error().kind, Error::Kind::Conflict);
        WAIT(schedules, patiently([&] { return pim.eligible(made->id); }));
        QTRY_COMPARE_WITH_TIMEOUT(QCoro::waitFor(pim.eligibleNow(made->id)).value().size(), 1, 5000);

        const auto hers = sessionOf(eligible);
        hers->setScopes(Permissions::toActivate());
        WAIT(signedIn, hers->signIn());
        GraphService herGraph(*hers);
        PrivilegedAccess herPim(herGraph);
        WAIT(mine, herPim.myEligible(made->id));
        QCOMPARE(mine->size(), 1);
        WAIT(activation, herPim.activate(made->id, personId, IsoDuration(std::chrono::hours(1)), QStringLiteral("test"), {}, {}));
        QTRY_COMPARE_WITH_TIMEOUT(QCoro::waitFor(herPim.request(activation->id)).value().state(), PimRequest::State::Active,
                                  5000);
        QTRY_COMPARE_WITH_TIMEOUT(QCoro::waitFor(pim.activeNow(made->id)).value().size(), 1, 5000);
        const auto tooLong = QCoro::waitFor(herPim.activate(made->id, personId, IsoDuration(std::chrono::hours(20)), {}, {}, {}));
        QVERIFY(!tooLong);

        ConditionalAccess policiesOfTenant(*m_graph);
        WAIT(list, policiesOfTenant.list());
        WAIT(whatIf, policiesOfTenant.evaluate(personId, m_app.appId));
        WAIT(removed, groups.remove(made->id));
    }

private:
    /// The first UPN of that role in the cloud file, which names one or a list.
    QString account(const char *role) const
    {
        const QJsonValue value = m_tenant->cloudFile().value(QStringLiteral("accounts")).toObject().value(QLatin1String(role));
        return value.isArray() ? value.toArray().first().toString() : value.toString();
    }

    std::unique_ptr<Session> sessionOf(const QString &upn)
    {
        return std::make_unique<Session>(m_http, m_cloud, std::make_unique<HttpBrowser>(m_http, upn));
    }

    /// A new object is not everywhere at once (pitfall P12).
    template <class F>
    auto patiently(F call) -> Task<std::decay_t<decltype(QCoro::waitFor(call()))>>
    {
        for (int tries = 0;; ++tries) {
            const auto result = co_await call();
            if (result || tries == 20)
                co_return result;
            co_await m_clock.sleep(std::chrono::seconds(10), {});
        }
    }

    Clock m_clock;
    Http m_http{m_clock};
    std::unique_ptr<demo::DemoTenant> m_tenant;
    Cloud m_cloud;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<GraphService> m_graph;
    Application m_app;
};

QTEST_GUILESS_MAIN(tst_Tenant)
#include "tst_Tenant.moc"
