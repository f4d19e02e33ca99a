#pragma once

#include "graph/Applications.h"
#include "graph/ConditionalAccess.h"
#include "graph/Directory.h"
#include "graph/Groups.h"
#include "graph/ManagementPolicies.h"
#include "graph/PrivilegedAccess.h"

namespace pimgate {

/// What the tenant has, as far as the gate is concerned: read by the steps' inspect, each its part. Nothing in here
/// is guessed; what could not be read stays empty and is named in unread.
struct Snapshot
{
    QDateTime readAt; ///< UTC, the tenant's clock
    Organization organization;

    QHash<QString, Principal> principals; ///< blueprint reference -> who it is
    QHash<QString, Principal> people;     ///< object id -> who it is, for every id that rows mention

    std::optional<Group> group;
    QList<Principal> members, owners;

    std::optional<Application> application;
    QList<AppAssignment> assignments;

    std::optional<ManagementPolicy> rules;
    QList<PimSchedule> eligible; ///< schedules
    QList<PimSchedule> active;   ///< instances

    std::optional<CaPolicy> policy; ///< the gate's own
    QList<CaPolicy> otherPolicies;  ///< that target the application
    std::optional<int> userCount;   ///< enabled users of the tenant

    QHash<QString, Error> unread; ///< part ("licences") -> why

    QString nameOf(const QString &objectId) const;
    bool eligibleProvisioned() const;
};

using SnapshotPtr = std::shared_ptr<Snapshot>;

} // namespace pimgate
