#pragma once

#include <QJsonObject>
#include <QString>

namespace pimgate::demo {

/// Whether a policy that was sent has the form of a conditionalAccessPolicy (10.2): no unknown members, every value of
/// its type, every enum value known (in any letter case). Missing members are not judged.
bool caHasForm(const QJsonObject &sent);

/// A policy as the service keeps it: every member there, empty lists for lists, null for the rest, enum values in the
/// service's own letter case.
QJsonObject caNormalised(const QJsonObject &policy);

/// What a PATCH makes of a policy: members of complex values that are not sent stay.
QJsonObject caMerged(const QJsonObject &before, const QJsonObject &sent);

} // namespace pimgate::demo
