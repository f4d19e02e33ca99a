#include "demo/access/ConditionalAccessService.h"

#include <QRegularExpression>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString kContexts = u"authenticationContexts"_s;
const QString kContextsContext = u"identity/conditionalAccess/authenticationContextClassReferences"_s;
const QString kContextKind = u"AuthenticationContextClassReference"_s;

/// c1 to c99 (9).
bool isContextId(const QString &id)
{
    static const QRegularExpression form(u"^c[1-9][0-9]?$"_s);
    return form.match(id).hasMatch();
}

QString contextFormFault(const QJsonObject &row)
{
    if (!isContextId(row["id"_L1].toString()))
        return u"The id of an authentication context must be c1 to c99."_s;
    if (row["displayName"_L1].toString().trimmed().isEmpty())
        return u"The displayName of an authentication context is required."_s;
    if (!row["isAvailable"_L1].isBool() || !(row["description"_L1].isString() || row["description"_L1].isNull()))
        return u"isAvailable must be true or false, and description a text."_s;
    return {};
}

QString unknownContextMember(const QJsonObject &sent)
{
    static const QStringList known{u"id"_s, u"displayName"_s, u"description"_s, u"isAvailable"_s};
    for (const QString &member : sent.keys())
        if (!member.contains(u'@') && !known.contains(member))
            return member;
    return {};
}

/// Puts the row there and tells the log; refuses what does not fit.
std::optional<Response> writeContext(Store &store, const Request &request, const QJsonObject &before, const QJsonObject &row)
{
    if (const QString unknown = unknownContextMember(request.body); !unknown.isEmpty())
        return caBadRequest(store, u"Invalid property '%1' in the request body."_s.arg(unknown));
    if (const QString fault = contextFormFault(row); !fault.isEmpty())
        return caBadRequest(store, fault);
    store.put(kContexts, row);
    const bool isNew = before.isEmpty();
    caAudit(store, request, (isNew ? u"Add "_s : u"Update "_s) + kContextKind, isNew ? u"Add"_s : u"Update"_s, kContextKind,
            before, row);
    return {};
}

QJsonObject changedContext(QJsonObject row, const QJsonObject &sent)
{
    for (const auto &member : {u"displayName"_s, u"description"_s, u"isAvailable"_s})
        if (sent.contains(member))
            row.insert(member, sent[member]);
    return row;
}

QJsonObject blankContext(const QString &id)
{
    return {{u"id"_s, id}, {u"displayName"_s, QString()}, {u"description"_s, QString()}, {u"isAvailable"_s, false}};
}

Response createContext(Store &store, const Request &request)
{
    if (auto denied = caMayWriteContexts(store, request))
        return *denied;
    const QString id = request.body["id"_L1].toString();
    if (store.find(kContexts, id))
        return caBadRequest(store, u"The authentication context %1 exists already."_s.arg(id));
    const QJsonObject row = changedContext(blankContext(id), request.body);
    if (auto refused = writeContext(store, request, {}, row))
        return *refused;
    return caCreated(request, row, kContextsContext);
}

Response upsertContext(Store &store, const Request &request)
{
    if (auto denied = caMayWriteContexts(store, request))
        return *denied;
    const QString id = request.param(u"id"_s);
    const QJsonObject *found = store.find(kContexts, id);
    const QJsonObject before = found ? *found : QJsonObject();
    if (request.body.contains("id"_L1) && request.body["id"_L1].toString() != id)
        return caBadRequest(store, u"The id of an authentication context cannot be changed."_s);
    const QJsonObject row = changedContext(found ? before : blankContext(id), request.body);
    if (auto refused = writeContext(store, request, before, row))
        return *refused;
    return Response::noContent();
}

Response deleteContext(Store &store, const Request &request)
{
    if (auto denied = caMayWriteContexts(store, request))
        return *denied;
    const QJsonObject *found = store.find(kContexts, request.param(u"id"_s));
    if (!found)
        return caMissing(u"authentication context"_s, request.param(u"id"_s));
    const QJsonObject row = *found;
    const QString id = row["id"_L1].toString();
    // The documentation of the operation: published 403, used by a policy 400.
    if (row["isAvailable"_L1].toBool())
        return graphError(403, u"Forbidden"_s, u"The authentication context %1 is published and cannot be deleted."_s.arg(id));
    const QString user = caUser(store, u"applications"_s, {u"includeAuthenticationContextClassReferences"_s}, id);
    if (!user.isEmpty())
        return caBadRequest(store, u"The authentication context %1 is used by the policy '%2'."_s.arg(id, user));
    store.remove(kContexts, id);
    caAudit(store, request, u"Delete "_s + kContextKind, u"Delete"_s, kContextKind, row, {});
    return Response::noContent();
}

} // namespace

void addAuthenticationContextRoutes(Router &router)
{
    const QString all = kCaBase + u"authenticationContextClassReferences"_s, one = all + u"/{id}"_s;
    router.add("GET", all, [](Store &store, const Request &request) {
        if (auto denied = caMayReadContexts(store, request))
            return *denied;
        return collection(request, store.rows(kContexts), kContextsContext);
    });
    router.add("GET", one, [](Store &store, const Request &request) {
        if (auto denied = caMayReadContexts(store, request))
            return *denied;
        const QJsonObject *row = store.find(kContexts, request.param(u"id"_s));
        return row ? entity(request, *row, kContextsContext) : caMissing(u"authentication context"_s, request.param(u"id"_s));
    });
    router.add("POST", all, createContext);
    router.add("PATCH", one, upsertContext);
    router.add("DELETE", one, deleteContext);
}

} // namespace pimgate::demo
