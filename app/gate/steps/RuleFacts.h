#pragma once

#include "gate/Snapshot.h"
#include "gate/wish/Blueprint.h"

namespace pimgate {

/// What the activation rules come to, as a person would say it; a field that is empty is not asked. What is asked is read
/// from the blueprint and what is shown from the tenant, neither from the bodies that are sent: a body built wrong shows in
/// the read-back. Compared as the service means it: PT24H is P1D, lists have no order and no case.
struct RuleFacts
{
    std::optional<IsoDuration> longest;
    std::optional<bool> mfa, justification, ticket;
    std::optional<QString> context;       ///< empty: none
    std::optional<QStringList> approvers; ///< object ids; none: nobody has to approve
    std::optional<QStringList> mail;      ///< addresses beside the default ones

    /// What a blueprint asks of this group; what it does not name keeps what an existing group has.
    static RuleFacts asked(const Blueprint &blueprint, const Snapshot &snapshot);
    static RuleFacts shown(const ManagementPolicy &policy);
    /// These fields of the other alone: what was shown where something is asked.
    RuleFacts sameFieldsOf(const RuleFacts &other) const;
    /// Names of the fields that are asked here and are not so there: "maximumDuration", "mfa", "justification", "ticket",
    /// "approval", "authenticationContext", "notifications".
    QStringList differFrom(const RuleFacts &shown) const;

    QJsonObject toJson() const;
    static RuleFacts fromJson(const QJsonObject &json);
};

} // namespace pimgate
