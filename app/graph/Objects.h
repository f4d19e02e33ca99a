#pragma once

#include "base/Error.h"
#include "base/IsoDuration.h"
#include "graph/GraphRequest.h"

#include <QDateTime>
#include <QHash>
#include <QJsonObject>
#include <QSet>
#include <QStringList>

#include <optional>

namespace pimgate {

// What the areas of Graph speak of. Whoever only holds, compares or shows it needs nothing that speaks to Graph.
class Applications;
class Audit;
class ConditionalAccess;
class Directory;
class GraphService;
class Groups;
class ManagementPolicies;
class PrivilegedAccess;

/// A user or group as pickers and plans show it.
struct Principal
{
    enum class Type { User, Group, ServicePrincipal, Unknown };
    Type type = Type::Unknown;
    QString id;
    QString displayName;
    QString userName; ///< UPN of a user
    QString jobTitle;
    bool enabled = true;
    bool enabledRead = false; ///< the answer said whether the account is enabled; without it nobody knows
    bool guest = false;
    bool synced = false;  ///< from on-premises
    bool deleted = false; ///< found among the deleted objects, where Microsoft keeps it for 30 days
    bool isUser() const { return type == Type::User; }
    bool isGroup() const { return type == Type::Group; }
};

/// A directoryObject as Graph sends it. @param otherwise its type where the answer does not say.
Principal principalFrom(const QJsonObject &json, Principal::Type otherwise);

struct Organization
{
    QString id;
    QString displayName;
    QString defaultDomain;
    QStringList domains;
};

/// A customer of a partner, as the partner's own tenant lists it.
struct PartnerCustomer
{
    QString tenantId;
    QString displayName;
    QString defaultDomain;
};

struct Licences
{
    bool p1 = false, p2 = false, governance = false;
    int pimSeats = 0, pimSeatsUsed = 0; ///< of the SKUs that carry P2 or Governance
};

/// A directory role somebody holds now, or could activate.
struct RoleHeld
{
    QString templateId;
    QString displayName;
    bool active = true;
    QDateTime until; ///< invalid: no end
};

/// What became of people and groups since they were named, by object id.
struct Standing
{
    QHash<QString, Principal> people; ///< the users among them, disabled ones too
    QSet<QString> disabled, gone;
    QSet<QString> empty; ///< groups without a member
    /// Who is directly in the groups among them: at most the first page, and which lists are longer.
    QHash<QString, QList<Principal>> members;
    QSet<QString> longer;
    QHash<QString, Error> unread; ///< of whom nothing is known, and why
};

/// What somebody is in, directly or not, as the directory shows it now.
struct Memberships
{
    QStringList groups; ///< ids
    QStringList roles;  ///< template ids of active directory roles
};

/// A step that Conditional Access asks for where an application or PIM names it ("c1").
struct AuthenticationContext
{
    QString id;
    QString displayName;
    bool available = false; ///< published to applications
};

inline constexpr auto defaultAccessRole = "00000000-0000-0000-0000-000000000000";

struct AppRole
{
    QString id;
    QString displayName;
    QString value;
};

/// An enterprise application (service principal) with what matters for the gate.
struct Application
{
    QString id; ///< of the service principal
    QString appId;
    QString displayName;
    bool enabled = true;
    bool assignmentRequired = false;
    bool firstParty = false;
    bool publicClient = false; ///< cannot be targeted by Conditional Access (graph-contract 10.5)
    bool registeredHere = false;
    enum class Sso { None, Saml, Oidc, Password } sso = Sso::None;
    QString identifier;
    QStringList replyUrls;
    QDateTime certificateEnds; ///< invalid: none
    QString signInUrl;         ///< loginUrl or homepage
    QList<AppRole> roles;      ///< enabled roles that a user or group may hold
    /// Empty when the gate can be built for it, else why it must be refused and what to do.
    Error refusal() const;
    bool refused() const { return !refusal().message.isEmpty(); }
};

struct AppAssignment
{
    QString id;
    QString principalId;
    QString principalName;
    Principal::Type principalType = Principal::Type::Unknown;
    QString appRoleId;
    QString resourceId;
};

struct Group
{
    QString id;
    QString displayName;
    QString description;
    QString mailNickname;
    bool securityEnabled = true;
    bool roleAssignable = false;
    bool dynamic = false;
    bool synced = false;
    QDateTime created;
    /// Empty when PIM can manage it, else the reason in words (pitfall P8).
    QString whyNotForPim() const;
};

/// A Conditional Access policy: the members we write and compare, and the whole as the tenant sent it.
struct CaPolicy
{
    enum class State { Disabled, ReportOnly, Enabled, Unknown };
    QString id;
    QString displayName;
    QString description;
    QDateTime created, modified; ///< modified invalid: never
    State state = State::Unknown;
    QStringList includeUsers, excludeUsers, includeGroups, excludeGroups, includeRoles, excludeRoles;
    QStringList includeApplications, excludeApplications;
    QStringList clientAppTypes;
    QStringList builtInControls;
    QString grantOperator;
    QJsonObject raw;
    QStringList exclusions() const { return excludeUsers + excludeGroups; }
    static QString stateName(State state); ///< as on the wire
};

CaPolicy caPolicyFrom(const QJsonObject &json);

/// What-If for one person, one application, one policy.
struct WhatIf
{
    QString policyId;
    QString policyName;
    CaPolicy::State state = CaPolicy::State::Unknown;
    bool applies = false;
    QString reasons; ///< comma list as Microsoft gives it ("users")
    bool blocks = false;
};

/// One of the 17 rules as the tenant has it, whole: undo writes it back.
using PolicyRule = QJsonObject;

/// The member policy of a group under PIM.
struct ManagementPolicy
{
    QString policyId; ///< changes on onboarding: never kept across writes
    QString assignmentId;
    QDateTime changed;                ///< invalid: never
    bool untouched = false;           ///< lastModifiedDateTime null: PIM does not manage this group yet
    QHash<QString, PolicyRule> rules; ///< by rule id ("Expiration_EndUser_Assignment")

    IsoDuration maximumActivation() const;
    std::optional<IsoDuration> maximumEligibility() const; ///< empty: permanent allowed
    QStringList enabledOnActivation() const;               ///< "MultiFactorAuthentication", "Justification", "Ticketing"
    bool approvalRequired() const;
    QStringList approverIds() const;       ///< users and groups; reads userId, groupId and the old "id"
    QString authenticationContext() const; ///< "c1", empty when off
};

/// A current or future eligible or active assignment of one principal to the group (schedule or instance).
struct PimSchedule
{
    QString id;
    QString principalId;
    QString groupId;
    QString accessId;       ///< "member" or "owner"
    QString status;         ///< of a schedule: "Provisioned"
    bool activated = false; ///< an active assignment that came from an activation
    bool direct = true;
    QDateTime start, end; ///< UTC; end invalid: no end
    bool provisioned() const
    {
        return status.isEmpty() || status.compare(QLatin1String("Provisioned"), Qt::CaseInsensitive) == 0;
    }
};

/// A schedule request: HTTP 201 does not mean active, the status decides (pitfall P27).
struct PimRequest
{
    QString id;
    QString status;
    QString action;
    QString principalId;
    QString groupId;
    QString approvalId;
    QString justification;
    QDateTime created, start;
    IsoDuration duration;

    enum class State { Working, Waiting /*for approval*/, Active, Scheduled, Ended /*revoked, cancelled*/, Denied, Failed };
    State state() const;
};

struct Approval
{
    QString id;
    struct Stage
    {
        QString id, status, reviewResult, reviewedBy, justification;
        QDateTime reviewed;
        bool assignedToMe = false;
    };
    QList<Stage> stages;
};

struct SignInRecord
{
    QString id;
    QDateTime at; ///< UTC
    QString userId, userName, userDisplayName;
    int errorCode = 0; ///< 0: admitted; 50105, 53003…
    QString failureReason;
    QString conditionalAccessStatus;
    bool interactive = true;
};

} // namespace pimgate
