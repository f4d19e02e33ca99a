#pragma once

#include "graph/Objects.h"

namespace pimgate {

/// The mailNickname of a group that we made is this and the run's id: so it can be found again.
inline constexpr auto groupMark = "pimgate-";

/// The description of a policy that we made is this and the run's id.
inline constexpr auto policyMark = "pimgate run ";

/// Ids that a run has learned; an id comes from here, never from a name search.
struct Ids
{
    QString run; ///< eight hex digits
    QString appId;
    QString servicePrincipalId;
    QString groupId;
    QString policyId;
};

/// What the tenant has, as far as the gate is concerned: read by the steps' inspect, each its part. Nothing in here
/// is guessed; what could not be read stays empty and is named in unread.
struct Snapshot
{
    QDateTime readAt; ///< UTC, the tenant's clock
    Ids ids;          ///< known before the read: from history, never from a name
    Organization organization;

    QHash<QString, Principal> principals; ///< blueprint reference -> who it is
    QHash<QString, Principal> people;     ///< object id -> who it is, for every id that rows mention

    std::optional<Group> group;
    QList<Group> sameName; ///< other groups of the wanted name: names are not unique
    QList<Principal> members, owners;
    std::optional<bool> operatorMayProtect; ///< is Privileged Role or Global Administrator now
    QString operatorId;                     ///< who is signed in

    std::optional<Application> application;
    QList<AppAssignment> assignments;

    std::optional<ManagementPolicy> rules;
    QList<PimSchedule> eligible; ///< schedules
    QList<PimSchedule> active;   ///< instances
    /// Of those eligible, asked to approve or named for it, as they are at this read: accounts that are disabled or gone, groups
    /// without a member and who is directly in the others.
    QSet<QString> disabled, gone, empty;
    Standing standing;
    QHash<QString, Memberships> memberships; ///< of the same people, where a policy that could stop them asks about it
    QList<AuthenticationContext> contexts;   ///< where PIM asks for one
    QHash<QString, QDateTime> activated;     ///< when each was last let into the group by an activation; where it matters

    std::optional<CaPolicy> policy;   ///< the gate's own
    QList<CaPolicy> sameNamePolicies; ///< others of the wanted name
    QList<CaPolicy> otherPolicies;    ///< that target the application
    std::optional<bool> securityDefaultsOn;
    QList<Principal> ordinary;    ///< a few people of the tenant, for What-If
    std::optional<int> userCount; ///< enabled users of the tenant

    QHash<QString, Error> unread; ///< part ("licences") -> why

    /// Every policy but the gate's own, those of its name too where there are several.
    QList<CaPolicy> foreignPolicies() const { return otherPolicies + sameNamePolicies; }
    QString nameOf(const QString &objectId) const;
    /// "bg1" of bg1@contoso.com, where there is no room for more; a group keeps its name.
    QString shortNameOf(const QString &objectId) const;
    /// Takes over who everybody is from an earlier read of the same run; nothing that a run changes.
    void carryFrom(const Snapshot &earlier);
    /// The group is new, or it is ours and PIM has not been set up on it: the page's defaults hold.
    bool fresh() const;
};

using SnapshotPtr = std::shared_ptr<Snapshot>;

} // namespace pimgate
