#include "demo/access/ConditionalAccessService.h"

#include "demo/access/SignInFacts.h"
#include "demo/pim/PimAccess.h"

#include <QJsonDocument>

#include <algorithm>

namespace pimgate::demo {

namespace {

const QString kCaSettings = QStringLiteral("demoSettings");
const QString kCaSettingsRow = QStringLiteral("conditionalAccess");

Response caScopesMissing()
{
    return graphError(403, QStringLiteral("AccessDenied"),
                      QStringLiteral("You cannot perform the requested operation, required scopes are missing in the token."));
}

std::optional<Response> caNeedRole(const Store &store, const Request &request, const std::set<QString> &anyOf)
{
    if (auto refused = caLicenceMissing(store))
        return refused;
    return requireRole(request, anyOf);
}

const std::set<QString> &caWriters()
{
    static const std::set<QString> allowed{roles::conditionalAccessAdministrator(), roles::securityAdministrator()};
    return allowed;
}

const std::set<QString> &caReaders()
{
    static const std::set<QString> allowed{roles::conditionalAccessAdministrator(), roles::securityAdministrator(),
                                           roles::globalReader(), roles::securityReader()};
    return allowed;
}

} // namespace

CaManners caManners(const Store &store)
{
    const QJsonObject *row = store.find(kCaSettings, kCaSettingsRow);
    if (!row)
        return {};
    return {row->value(QLatin1String("numberedTextInside")).toBool(), row->value(QLatin1String("signIn")).toObject()};
}

std::optional<QString> setCaManners(Store &store, const QJsonObject &body)
{
    static const QStringList known{QStringLiteral("numberedTextInside"), QStringLiteral("signIn")};
    for (const QString &member : body.keys())
        if (!known.contains(member))
            return QStringLiteral("Conditional Access of the demo has no setting '%1'.").arg(member);
    SignInFacts unused;
    if (const QString wrong = readSignInConditions(store, body.value(QLatin1String("signIn")).toObject(), &unused);
        !wrong.isEmpty())
        return wrong;
    store.put(kCaSettings, {{QStringLiteral("id"), kCaSettingsRow},
                            {QStringLiteral("numberedTextInside"), body.value(QLatin1String("numberedTextInside")).toBool()},
                            {QStringLiteral("signIn"), body.value(QLatin1String("signIn")).toObject()}});
    return {};
}

std::optional<Response> caLicenceMissing(const Store &store)
{
    if (hasPremiumLicence(store))
        return {};
    return graphError(403, QStringLiteral("AccessDenied"), QStringLiteral("Your tenant is not licensed for this feature."));
}

std::optional<Response> caMayRead(const Store &store, const Request &request)
{
    if (requireScope(request, {"Policy.Read.ConditionalAccess", "Policy.Read.All"}))
        return caScopesMissing();
    return caNeedRole(store, request, caReaders());
}

std::optional<Response> caMayEvaluate(const Store &store, const Request &request)
{
    if (requireScope(request, {"Policy.Read.ConditionalAccess", "Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"}))
        return caScopesMissing();
    return caNeedRole(store, request, caReaders());
}

std::optional<Response> caMayWrite(const Store &store, const Request &request, bool applications)
{
    const bool missing = requireScope(request, {"Policy.ReadWrite.ConditionalAccess"}) ||
                         requireScope(request, {"Policy.Read.All"}) ||
                         (applications && requireScope(request, {"Application.Read.All", "Application.ReadWrite.All"}));
    return missing ? caScopesMissing() : caNeedRole(store, request, caWriters());
}

std::optional<Response> caMayReadContexts(const Store &store, const Request &request)
{
    if (requireScope(request, {"AuthenticationContext.Read.All", "Policy.Read.ConditionalAccess", "Policy.Read.All",
                               "AuthenticationContext.ReadWrite.All", "Policy.ReadWrite.ConditionalAccess"}))
        return caScopesMissing();
    return caNeedRole(store, request,
                      {roles::conditionalAccessAdministrator(), roles::securityAdministrator(), roles::globalReader()});
}

std::optional<Response> caMayWriteContexts(const Store &store, const Request &request)
{
    if (requireScope(request, {"AuthenticationContext.ReadWrite.All", "Policy.ReadWrite.ConditionalAccess"}))
        return caScopesMissing();
    return caNeedRole(store, request, caWriters());
}

Response caBadRequest(const Store &store, const QString &text)
{
    const QString code = QStringLiteral("BadRequest");
    if (!caManners(store).textInside)
        return graphError(400, code, text);
    const QJsonObject inside{{QStringLiteral("message"), text}};
    return {400, QJsonObject{{QStringLiteral("error"),
                              QJsonObject{{QStringLiteral("code"), code},
                                          {QStringLiteral("message"), QStringLiteral("The server could not process the request "
                                                                                     "because it is malformed or incorrect.")},
                                          {QStringLiteral("innerError"), inside}}}}};
}

Response caMissing(const QString &what, const QString &id)
{
    return graphError(404, QStringLiteral("ResourceNotFound"), QStringLiteral("No %1 with id '%2' was found.").arg(what, id));
}

Response caCreated(const Request &request, const QJsonObject &row, const QString &context)
{
    Response response = entity(request, row, context);
    response.status = 201;
    return response;
}

void caAudit(Store &store, const Request &request, const QString &activity, const QString &operation, const QString &kind,
             const QJsonObject &before, const QJsonObject &after)
{
    const auto quoted = [](QJsonObject row) {
        if (row.isEmpty())
            return QJsonValue();
        for (const auto &moment :
             {QStringLiteral("createdDateTime"), QStringLiteral("modifiedDateTime"), QStringLiteral("deletedDateTime")})
            row.remove(moment);
        return QJsonValue(QString::fromUtf8(QJsonDocument(row).toJson(QJsonDocument::Compact)));
    };
    Store::Audit entry;
    entry.activity = activity;
    entry.service = QStringLiteral("Conditional Access");
    entry.category = QStringLiteral("Policy");
    entry.operation = operation;
    entry.actor = request.caller.oid;
    entry.targets = {(after.isEmpty() ? before : after).value(QLatin1String("id")).toString()};
    entry.modified = {QJsonObject{{QStringLiteral("displayName"), kind},
                                  {QStringLiteral("oldValue"), quoted(before)},
                                  {QStringLiteral("newValue"), quoted(after)}}};
    store.audit(entry);
}

QStringList caList(const QJsonObject &object, const QString &member)
{
    QStringList values;
    for (const auto &entry : object.value(member).toArray())
        values << entry.toString();
    return values;
}

QString caUser(const Store &store, const QString &part, const QStringList &lists, const QString &value)
{
    for (const QJsonObject &policy : store.rows(kCaTable)) {
        const QJsonObject object = policy.value(QLatin1String("conditions")).toObject().value(part).toObject();
        for (const QString &list : lists)
            if (caList(object, list).contains(value, Qt::CaseInsensitive))
                return policy.value(QLatin1String("displayName")).toString();
    }
    return {};
}

} // namespace pimgate::demo
