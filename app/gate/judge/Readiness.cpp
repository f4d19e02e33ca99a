#include "gate/judge/Readiness.h"

#include "gate/judge/ReadinessChecks.h"
#include "graph/Applications.h"
#include "graph/Audit.h"
#include "graph/Directory.h"
#include "graph/GraphService.h"
#include "graph/Groups.h"

#include <QSet>

namespace pimgate {
namespace readinessrows {

Task<std::optional<Result<Application>>> findApplication(Applications *applications, Blueprint blueprint, std::stop_token stop)
{
    const QString appId = blueprint.application.appId, name = blueprint.application.displayName;
    if (!appId.isEmpty()) {
        const auto found = co_await applications->byAppId(appId, stop);
        co_return found;
    }
    if (!name.isEmpty()) {
        const auto found = co_await applications->named(name, stop);
        co_return found;
    }
    co_return std::nullopt;
}

/// Eligible people and approvers, groups counted by their members; at least the number of those named.
Task<int> peopleToLicense(GraphService *graph, Blueprint blueprint, std::stop_token stop)
{
    QStringList references;
    for (const Blueprint::Eligible &one : blueprint.eligible)
        references << one.principal;
    references << blueprint.activation.approvers;
    references.removeDuplicates();
    if (references.isEmpty())
        co_return 0;
    Directory directory(*graph);
    Groups groups(*graph);
    const auto resolved = co_await directory.resolve(references, stop);
    if (!resolved)
        co_return int(references.size());
    int people = 0;
    QSet<QString> counted;
    for (const QString &reference : std::as_const(references)) {
        const Principal principal = resolved->value(reference);
        const QString id = principal.id;
        if (counted.contains(id))
            continue;
        counted << id;
        if (!principal.isGroup()) {
            ++people;
            continue;
        }
        const auto members = co_await groups.transitiveUserCount(id, stop);
        people += members.value_or(1);
    }
    co_return people;
}

} // namespace readinessrows

Task<Result<QList<Check>>> Readiness::check(Blueprint blueprint, std::stop_token stop)
{
    using namespace readinessrows;
    Directory directory(m_graph);
    Applications applications(m_graph);
    Audit audit(m_graph);
    // All at once; every one is awaited before this returns, for they use the objects above.
    auto meTask = directory.me(stop);
    auto organizationTask = directory.organization(stop);
    auto rolesTask = directory.myRoles(stop);
    auto licencesTask = directory.licences(stop);
    auto peopleTask = peopleToLicense(&m_graph, blueprint, stop);
    auto candidatesTask = directory.breakGlassCandidates(stop);
    auto defaultsTask = directory.securityDefaultsOn(stop);
    auto applicationTask = findApplication(&applications, blueprint, stop);
    auto logTask = audit.probe(stop);
    const auto me = co_await meTask;
    const auto organization = co_await organizationTask;
    auto held = co_await rolesTask;
    const auto licences = co_await licencesTask;
    const auto people = co_await peopleTask;
    const auto candidates = co_await candidatesTask;
    const auto defaults = co_await defaultsTask;
    const auto application = co_await applicationTask;
    const auto log = co_await logTask;
    if (stop.stop_requested())
        co_return failure(Error::Kind::Cancelled, readinessrows::ReadinessText::tr("Stopped."));
    if (!me) // nobody is signed in, or nothing answers: no row would say more
        co_return failure(me.error());

    if (!me->isUser())
        held = readinessrows::partnerRoles(m_graph.session().account().roleTemplates);
    const QString domain = organization ? organization->defaultDomain : readinessrows::ReadinessText::tr("this tenant");
    const QString tenant = organization ? organization->displayName : readinessrows::ReadinessText::tr("the customer");
    const bool roleAssignable = blueprint.group.roleAssignable.value_or(false);
    const QDateTime now = m_graph.clock().now();
    QList<Check> checks;
    checks << readinessrows::account(*me, held, now) << readinessrows::roles(held, roleAssignable)
           << readinessrows::permissions(m_graph.session().account().scopes, domain) << readinessrows::licence(licences, people)
           << readinessrows::accessReviews(licences, tenant) << readinessrows::breakGlass(candidates, blueprint, tenant)
           << readinessrows::securityDefaults(defaults) << readinessrows::applicationRow(application, blueprint, now)
           << readinessrows::signInLog(log) << readinessrows::clockRow(m_graph.clock(), m_graph.session().cloud().isDemo());
    co_return checks;
}

} // namespace pimgate
