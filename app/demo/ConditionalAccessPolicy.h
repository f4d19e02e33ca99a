#pragma once

#include "demo/Router.h"

namespace pimgate::demo {

inline const QString kCaTable = QStringLiteral("conditionalAccessPolicies");

// --- who may

std::optional<Response> caLicenceMissing(const Store &store);
std::optional<Response> caMayRead(const Store &store, const Request &request);
/// Creating and changing needs three scopes (P22); deleting needs no view of applications.
std::optional<Response> caMayWrite(const Store &store, const Request &request, bool applications);

// --- what a policy must look like

Response caBadRequest(const QString &message);
/// The members of one object of a policy and what stands there when nothing is said.
using CaForm = QList<std::pair<QString, QJsonValue>>;
const CaForm &caPolicyForm();
QJsonObject caFilled(const QJsonObject &sent, const CaForm &form);
QStringList caList(const QJsonObject &object, const QString &member);

/// A policy as the service keeps it: every member there, unknown ones refused before.
QJsonObject caNormalised(const QJsonObject &policy);
/// A known state in the service's own letter case, else empty.
QString caStateOf(const QString &text);
std::optional<Response> caUnknownMembers(const QJsonObject &sent);

/// The whole policy as it would be: a PATCH is judged by its result. Conditions only where they were sent: a policy
/// whose group is gone meanwhile can still be switched (P1).
std::optional<Response> caRefused(const Store &store, const QJsonObject &policy, bool conditionsSent);

} // namespace pimgate::demo
