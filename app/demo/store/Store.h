#pragma once

#include "demo/store/DemoClock.h"
#include "demo/store/StateArchive.h"
#include "demo/store/StoreTable.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <unordered_set>

namespace pimgate::demo {

/// A change that is not visible yet.
template <typename T>
struct Hidden
{
    QDateTime until;
    T before;
    QString maker = {}; ///< the service that sees it already; empty: nobody does
};

/// Everything the demo tenant knows: rows of JSON by table and id, and the members and owners of groups.
///
/// A table is named after the Graph collection: users, groups, servicePrincipals, applications, appRoleAssignments,
/// roleDefinitions, roleAssignments, roleEligibilities, organization, subscribedSkus, oauth2PermissionGrants,
/// deletedItems, directoryAudits, signIns, securityDefaults, synchronizationJobs (+ "_servicePrincipalId"), domains;
/// for privileged access: eligibilityScheduleRequests, eligibilitySchedules, assignmentScheduleRequests,
/// assignmentSchedules, approvals, roleManagementPolicies; for Conditional Access: conditionalAccessPolicies,
/// deletedConditionalAccessPolicies, authenticationContexts, namedLocations; accessReviews. A new table needs no
/// declaration. Members that Graph does not show start with "_": they never leave through entity() or collection().
///
/// Ids come from the seed, the type and a natural key, so the same set of successful writes gives the same state,
/// whatever came between them.
class Store
{
public:
    Store(const DemoClock *clock, quint32 seed);

    QDateTime now() const { return m_clock->now(); }
    QString nowText() const { return DemoClock::text(now()); }
    quint32 seed() const { return m_seed; }
    const QString &tenantId() const { return m_tenantId; }

    /// The GUID of this natural key; the same in every run with the same seed.
    QString id(const QString &type, const QString &naturalKey) const;
    /// id() for a row to be created: where that id was ever used, that of "key#2", "key#3"...
    QString newId(const QString &type, const QString &naturalKey);

    // What clients see ------------------------------------------------------------------------------------------
    // A write may be kept back for a while (a fault with invisibleFor): until then these show what was before.

    /// Null when there is no such row, or it is not visible yet. Ids compare without case. Valid until the next write.
    const QJsonObject *find(const QString &table, const QString &rowId) const;
    /// A row by the value of a member (text compares without case).
    const QJsonObject *findBy(const QString &table, const QString &member, const QString &value) const;
    /// Whether the row was written, also while it is not visible yet.
    bool holds(const QString &table, const QString &rowId) const;
    /// All rows, in the order of their ids. Cheap, however many: the list is made once and shared until the next write.
    QList<QJsonObject> rows(const QString &table) const;
    QList<QJsonObject> rows(const QString &table, const std::function<bool(const QJsonObject &)> &keep) const;
    /// Rows by the value of a member (text compares without case), found by index.
    QList<QJsonObject> rowsWith(const QString &table, const QString &member, const QString &value) const;
    /// Row by row in the order of their ids, from the one after `after` on (empty: from the first), until the visitor
    /// says false. It must not write.
    void visit(const QString &table, const QString &after, const std::function<bool(const QJsonObject &)> &visitor) const;
    std::set<QString> members(const QString &groupId) const;
    std::set<QString> owners(const QString &groupId) const;

    // Writing ---------------------------------------------------------------------------------------------------
    void put(const QString &table, const QJsonObject &row); ///< creates or replaces; row["id"] is the key
    void patch(const QString &table, const QString &rowId, const QJsonObject &changes);
    bool remove(const QString &table, const QString &rowId);
    bool addMember(const QString &groupId, const QString &principalId); ///< false: was there
    bool removeMember(const QString &groupId, const QString &principalId);
    bool addOwner(const QString &groupId, const QString &principalId);
    bool removeOwner(const QString &groupId, const QString &principalId);
    void forgetGroup(const QString &groupId); ///< its members, owners and places in other groups

    // Questions that many areas ask -----------------------------------------------------------------------------
    const QJsonObject *user(const QString &idOrUpn) const;
    /// user, group or servicePrincipal; null when unknown.
    const QJsonObject *directoryObject(const QString &oid) const;
    /// "user", "group", "servicePrincipal" or empty.
    QString kindOf(const QString &oid) const;
    std::set<QString> directGroupsOf(const QString &oid) const;
    std::set<QString> transitiveGroupsOf(const QString &oid) const;
    /// Users, groups and service principals inside, through nested groups too.
    std::set<QString> transitiveMembersOf(const QString &groupId) const;
    /// Template ids of the directory roles that are active now, also through role-assignable groups.
    std::set<QString> activeRolesOf(const QString &oid) const;

    // Logs ------------------------------------------------------------------------------------------------------
    struct Audit
    {
        QString activity; ///< activityDisplayName, "Add group"
        QString service = QStringLiteral("Core Directory");
        QString category = QStringLiteral("GroupManagement");
        QString operation = QStringLiteral("Add");
        QString actor;            ///< oid of the user; empty: the service itself
        QStringList targets;      ///< oids, policy ids...; the first is the main one
        QJsonArray modified = {}; ///< modifiedProperties of the first target: {displayName,oldValue,newValue}, JSON-quoted
        QString reason = {};
    };
    /// Writes a directoryAudits row. Call it once per successful change, never for a refused one.
    void audit(const Audit &entry);

    // Replication (contract 14) ---------------------------------------------------------------------------------
    /// From now on other services see a new row so much later than the one that has made it.
    void setReplication(std::chrono::seconds delay) { m_replication = delay; }
    /// Whose eyes and hands the store lends until the next call; empty: the tenant's own, which see everything.
    void serveAs(const QString &service);

    // Whole state -----------------------------------------------------------------------------------------------
    /// Sorted and stable. Without times every member that holds a moment is left out, and what Graph shows nobody.
    QJsonObject state(bool times) const;
    /// A store of the same tenant in that state, which was told with times.
    Store inState(QJsonObject state, const QString &path, StateFault &fault) const;
    /// Runs the work. Where it returns true, clients go on seeing what was before it, until the moment.
    void hideChanges(const QDateTime &until, const std::function<bool()> &work);

private:
    using Table = StoreTable;
    using Ids = std::set<QString>;
    /// Members or owners of groups, by the key of the group; and the other way round.
    struct Links
    {
        std::map<QString, Ids> of;
        std::map<QString, Ids> groupsOf;
    };
    using HiddenRows = std::map<QString, Hidden<std::optional<QJsonObject>>>;
    using HiddenLinks = std::map<QString, Hidden<Ids>>;
    /// What was before each write, noted while hideChanges() runs.
    struct Notes
    {
        std::map<QString, std::map<QString, std::optional<QJsonObject>>> rows;
        std::map<QString, Ids> members;
        std::map<QString, Ids> owners;
    };

    /// What rows and links do not tell.
    struct Unseen
    {
        std::set<QString> usedIds; ///< beside those of the rows
        qint64 replication = 0;    ///< seconds
        std::map<QString, HiddenRows> rows;
        HiddenLinks members;
        HiddenLinks owners;
    };
    template <typename Archive>
    friend void describe(Archive &archive, Unseen &unseen);

    Unseen unseen() const;
    void takeRows(const QString &table, const QJsonValue &rows, const QString &path, StateFault &fault);
    const QJsonObject *policyOrReview(const QString &rowId) const;
    const HiddenRows *hiddenIn(const QString &table) const;
    QList<const QJsonObject *> findAllBy(const QString &table, const QString &member, const QString &value) const;
    bool hides(const QString &table, const Hidden<std::optional<QJsonObject>> &entry) const;
    void note(const QString &table, const QString &rowKey);
    bool link(Links &links, const QString &groupId, const QString &principalId);
    bool unlink(Links &links, const QString &groupId, const QString &principalId);
    void note(const Links &links, const QString &groupKey);
    const Ids &shown(const Links &links, const HiddenLinks &hidden, const QString &groupKey) const;
    void forgetWhatIsShown();

    const DemoClock *m_clock;
    quint32 m_seed;
    QString m_tenantId;
    std::map<QString, Table> m_tables;
    std::unordered_set<QString> m_usedIds;
    Links m_members;
    Links m_owners;
    std::map<QString, HiddenRows> m_hiddenRows; ///< by table
    HiddenLinks m_hiddenMembers;
    HiddenLinks m_hiddenOwners;
    std::chrono::seconds m_replication{0};
    QString m_service;
    Notes *m_notes = nullptr; ///< set while hideChanges() runs
};

/// Well-known template ids of directory roles.
namespace roles {
inline QString globalAdministrator()
{
    return QStringLiteral("62e90394-69f5-4237-9190-012177145e10");
}
inline QString privilegedRoleAdministrator()
{
    return QStringLiteral("e8611ab8-c189-46e8-94e1-60213ab1f814");
}
inline QString conditionalAccessAdministrator()
{
    return QStringLiteral("b1be1c3e-b65d-4f19-8427-f6fa0d97feb9");
}
inline QString securityAdministrator()
{
    return QStringLiteral("194ae4cb-b126-40b2-bd5b-6091b380977d");
}
inline QString applicationAdministrator()
{
    return QStringLiteral("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3");
}
inline QString cloudApplicationAdministrator()
{
    return QStringLiteral("158c047a-c907-4556-b7ef-446551a6b5f7");
}
inline QString groupsAdministrator()
{
    return QStringLiteral("fdd7a751-b60b-444a-984c-02652fe8fa1c");
}
inline QString userAdministrator()
{
    return QStringLiteral("fe930be7-5e62-47db-91af-98c3a49a38b1");
}
inline QString identityGovernanceAdministrator()
{
    return QStringLiteral("45d8d3c5-c802-45c6-b32a-1d70b5e1e86e");
}
inline QString directoryWriters()
{
    return QStringLiteral("9360feb5-f418-4baa-8175-e2a00bac4301");
}
inline QString directoryReaders()
{
    return QStringLiteral("88d8e3e3-8f55-4a1e-953a-9b9898b8876b");
}
inline QString globalReader()
{
    return QStringLiteral("f2ef992c-3afb-46b9-b7cf-a126ee74c451");
}
inline QString securityReader()
{
    return QStringLiteral("5d6b6bb7-de71-4623-b4af-96380a352509");
}
inline QString reportsReader()
{
    return QStringLiteral("4a5d8f65-41da-4de4-8968-e035b65339cf");
}
inline QString privilegedAuthenticationAdministrator()
{
    return QStringLiteral("7be44c8a-adaf-4e2a-84d6-ab2649e08a13");
}
} // namespace roles

} // namespace pimgate::demo
