#include "demo/reviews/AccessReviews.h"

namespace pimgate::demo::reviews {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString instancesContext = u"identityGovernance/accessReviews/definitions/instances"_s;
const QString decisionsContext = u"identityGovernance/accessReviews/definitions/instances/decisions"_s;

/// What the path names, as far as it names it, or the refusal.
struct ReviewPath
{
    QJsonObject definition;
    QJsonObject instance;
    QJsonObject decision;
    std::optional<Response> refusal;
};

ReviewPath pathOf(const Store &store, const Request &request, bool write)
{
    const bool granted = request.caller.hasScope(u"AccessReview.ReadWrite.All"_s) ||
                         (!write && request.caller.hasScope(u"AccessReview.Read.All"_s));
    if (!granted)
        return {{}, {}, {}, reviewForbidden()};
    const auto *definition = store.find(definitionsTable, request.param(u"id"_s));
    if (!definition)
        return {{}, {}, {}, reviewMissing()};
    ReviewPath path{*definition, {}, {}, {}};
    if (request.params.contains(u"instance"_s)) {
        const auto *instance = store.find(instancesTable, request.param(u"instance"_s));
        if (!instance || instance->value("_definition"_L1) != definition->value("id"_L1))
            return {{}, {}, {}, reviewMissing()};
        path.instance = *instance;
    }
    if (request.params.contains(u"decision"_s)) {
        const auto *decision = store.find(decisionsTable, request.param(u"decision"_s));
        if (!decision || decision->value("_instance"_L1) != path.instance["id"_L1])
            return {{}, {}, {}, reviewMissing()};
        path.decision = *decision;
    }
    return path;
}

ReviewPath readablePath(const Store &store, const Request &request)
{
    auto path = pathOf(store, request, false);
    if (!path.refusal)
        path.refusal = refuseReader(store, request, path.definition);
    return path;
}

ReviewPath administeredPath(const Store &store, const Request &request)
{
    auto path = pathOf(store, request, true);
    if (!path.refusal)
        path.refusal = refuseWriter(store, request, groupOfQuery(path.definition["scope"_L1]["query"_L1].toString()));
    return path;
}

Response listInstances(Store &store, const Request &request)
{
    const auto path = readablePath(store, request);
    return path.refusal
               ? *path.refusal
               : collection(request, instancesOf(store, path.definition["id"_L1].toString()), instancesContext, 100, 100);
}

Response getInstance(Store &store, const Request &request)
{
    const auto path = readablePath(store, request);
    return path.refusal ? *path.refusal : entity(request, path.instance, instancesContext);
}

Response stopInstance(Store &store, const Request &request)
{
    const auto path = administeredPath(store, request);
    if (path.refusal)
        return *path.refusal;
    if (path.instance["status"_L1].toString() != u"InProgress")
        return badReview(u"Only an instance in progress can be stopped."_s);
    auditReview(store, u"Access review ended"_s, u"Update"_s, request.caller.oid, {path.definition["id"_L1].toString()});
    finishInstance(store, path.instance, store.now());
    refreshStatus(store, path.definition["id"_L1].toString());
    return Response::noContent();
}

Response applyInstance(Store &store, const Request &request)
{
    const auto path = administeredPath(store, request);
    if (path.refusal)
        return *path.refusal;
    const auto status = path.instance["status"_L1].toString();
    if (status != u"Completed" && status != u"AutoReviewed")
        return badReview(u"Decisions can be applied when the instance is over and not applied yet."_s);
    applyDecisions(store, path.instance, request.caller.oid, store.now());
    refreshStatus(store, path.definition["id"_L1].toString());
    return Response::noContent();
}

Response listDecisions(Store &store, const Request &request)
{
    const auto path = readablePath(store, request);
    return path.refusal ? *path.refusal
                        : collection(request, decisionsOf(store, path.instance["id"_L1].toString()), decisionsContext, 100, 100);
}

Response getDecision(Store &store, const Request &request)
{
    const auto path = readablePath(store, request);
    return path.refusal ? *path.refusal : entity(request, path.decision, decisionsContext);
}

std::optional<Response> refuseVerdict(const QJsonObject &definition, const QJsonObject &body)
{
    static const QStringList verdicts{u"Approve"_s, u"Deny"_s, u"DontKnow"_s, u"NotReviewed"_s};
    const auto verdict = body["decision"_L1].toString();
    if (!verdicts.contains(verdict, Qt::CaseInsensitive))
        return badReview(u"decision has to be Approve, Deny, DontKnow or NotReviewed."_s);
    const bool approves = verdict.compare(u"Approve", Qt::CaseInsensitive) == 0;
    if (approves && definition["settings"_L1]["justificationRequiredOnApproval"_L1].toBool() &&
        body["justification"_L1].toString().trimmed().isEmpty())
        return badReview(u"A justification is required to approve."_s);
    return {};
}

Response decide(Store &store, const Request &request)
{
    const auto path = pathOf(store, request, true);
    if (path.refusal)
        return *path.refusal;
    const auto principal = path.decision["_principal"_L1].toString();
    if (!reviewersFor(store, path.definition, principal).contains(request.caller.oid.toLower()))
        return reviewForbidden();
    if (path.instance["status"_L1].toString() != u"InProgress")
        return badReview(u"The instance is not in progress."_s);
    if (auto refusal = refuseVerdict(path.definition, request.body))
        return *refusal;
    static const QStringList verdicts{u"Approve"_s, u"Deny"_s, u"DontKnow"_s, u"NotReviewed"_s};
    const auto given = request.body["decision"_L1].toString();
    const auto verdict = *std::find_if(verdicts.begin(), verdicts.end(),
                                       [&](const QString &each) { return each.compare(given, Qt::CaseInsensitive) == 0; });
    const auto *reviewer = store.find(u"users"_s, request.caller.oid);
    store.patch(
        decisionsTable, path.decision["id"_L1].toString(),
        {{u"decision"_s, verdict},
         {u"justification"_s, request.body["justification"_L1].isString() ? request.body["justification"_L1] : QJsonValue()},
         {u"reviewedBy"_s, QJsonObject{{u"id"_s, request.caller.oid},
                                       {u"displayName"_s, reviewer->value("displayName"_L1)},
                                       {u"userPrincipalName"_s, reviewer->value("userPrincipalName"_L1)}}},
         {u"reviewedDateTime"_s, store.nowText()}});
    auditReview(store,
                verdict == u"Deny"      ? u"Deny decision"_s
                : verdict == u"Approve" ? u"Approve decision"_s
                                        : u"Reset decision"_s,
                u"Update"_s, request.caller.oid, {principal, path.definition["id"_L1].toString()});
    return Response::noContent();
}

} // namespace

void addInstanceRoutes(Router &router)
{
    const auto instances = u"/identityGovernance/accessReviews/definitions/{id}/instances"_s;
    const auto one = instances + u"/{instance}"_s;
    router.add("GET", instances, listInstances);
    router.add("GET", one, getInstance);
    router.add("POST", one + u"/stop"_s, stopInstance);
    router.add("POST", one + u"/applyDecisions"_s, applyInstance);
    router.add("GET", one + u"/decisions"_s, listDecisions);
    router.add("GET", one + u"/decisions/{decision}"_s, getDecision);
    router.add("PATCH", one + u"/decisions/{decision}"_s, decide);
}

} // namespace pimgate::demo::reviews
