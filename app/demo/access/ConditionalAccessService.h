#pragma once

#include "demo/odata/Router.h"

namespace pimgate::demo {

inline const QString kCaTable = QStringLiteral("conditionalAccessPolicies");
inline const QString kCaBase = QStringLiteral("/identity/conditionalAccess/");

/// How the demo's Conditional Access behaves where life knows more than one way; row "conditionalAccess" of the table
/// demoSettings, set by POST /demo/conditionalAccess.
struct CaManners
{
    bool textInside = false;   ///< the numbered text stands in innerError.message, the outer one is general (10.6)
    QJsonObject signInFacts{}; ///< members of signInConditions that hold for real sign-ins from now on
};
CaManners caManners(const Store &store);
/// @param body {"numberedTextInside":bool, "signIn":{signInConditions}}; what is missing is as usual. What is wrong
/// with it, or nothing.
std::optional<QString> setCaManners(Store &store, const QJsonObject &body);

// Who may (10.1, 9). The licence is asked after the scopes: a token without them learns nothing about the tenant.
std::optional<Response> caLicenceMissing(const Store &store);
std::optional<Response> caMayRead(const Store &store, const Request &request);
std::optional<Response> caMayEvaluate(const Store &store, const Request &request);
/// Creating and changing policies needs three scopes together; the rest needs no view of applications.
std::optional<Response> caMayWrite(const Store &store, const Request &request, bool applications);
std::optional<Response> caMayReadContexts(const Store &store, const Request &request);
std::optional<Response> caMayWriteContexts(const Store &store, const Request &request);

/// 400 BadRequest as this service words it: the only discriminator is in the text.
Response caBadRequest(const Store &store, const QString &text);
/// 404 ResourceNotFound
Response caMissing(const QString &what, const QString &id);
/// 201 with the row.
Response caCreated(const Request &request, const QJsonObject &row, const QString &context);

/// @param kind displayName of the modified property: "ConditionalAccessPolicy", "NamedLocation"...
void caAudit(Store &store, const Request &request, const QString &activity, const QString &operation, const QString &kind,
             const QJsonObject &before, const QJsonObject &after);

/// The texts of a list member.
QStringList caList(const QJsonObject &object, const QString &member);
/// The name of a policy that is there and names the value in one of the lists at conditions/part/; else empty.
QString caUser(const Store &store, const QString &part, const QStringList &lists, const QString &value);

// One file each.
void addNamedLocationRoutes(Router &router);
void addAuthenticationContextRoutes(Router &router);
void addAuthenticationStrengthRoutes(Router &router);
/// A built-in authentication strength as Graph shows it; empty when there is none with this id.
QJsonObject authenticationStrength(const QString &id);
/// Whether a second factor of the usual kind satisfies the strength.
bool strengthMetByMfa(const QString &id);

} // namespace pimgate::demo
