#pragma once

#include "base/Clock.h"
#include "gate/judge/Readiness.h"
#include "graph/Objects.h"

#include <QCoreApplication>

namespace pimgate::readinessrows {

struct ReadinessText
{
    Q_DECLARE_TR_FUNCTIONS(Readiness)
};

// One row each, from what was read.

Check account(const Principal &me, const Result<QList<RoleHeld>> &roles, const QDateTime &now);
/// One row when every step has its role, else one for each step that has none.
QList<Check> roles(const Result<QList<RoleHeld>> &held, bool roleAssignable);
/// The roles that a partner's person has here: his token alone names them.
QList<RoleHeld> partnerRoles(const QStringList &templates);
Check permissions(const QStringList &scopes, const QString &tenant);
/// P25: every eligible person and approver needs a seat. The directory lags purchases, so this never blocks.
Check licence(const Result<Licences> &licences, int people);
Check accessReviews(const Result<Licences> &licences, const QString &tenant);
/// P2: Graph has no mark for an emergency account, so a person confirms.
Check breakGlass(const Result<QList<Principal>> &candidates, const Blueprint &blueprint, const QString &tenant);
/// P24: with security defaults on, Microsoft refuses to enable a policy.
Check securityDefaults(const Result<bool> &on);
Check applicationRow(const std::optional<Result<Application>> &application, const Blueprint &blueprint, const QDateTime &now);
Check signInLog(const Outcome &read);
/// Token lifetimes, countdowns and expiry are counted by the tenant's clock, so a wrong local one is told and survived.
Check clockRow(const Clock &clock, bool demo);

} // namespace pimgate::readinessrows
