#pragma once

#include "base/Error.h"
#include "base/IsoDuration.h"
#include "graph/Objects.h"

#include <QJsonObject>
#include <QStringList>

#include <optional>

namespace pimgate {

/// What is wanted: the gate as a file or the pages describe it (interface.md). Additive for people, authoritative for
/// settings: a setting that is not named (an empty optional) keeps what an existing group has and takes the page's
/// default on a new one.
struct Blueprint
{
    struct ApplicationWish
    {
        QString appId;       ///< or
        QString displayName; ///< exact name in the tenant
        QString preset;      ///< "ninjaone", may be empty
        friend bool operator==(const ApplicationWish &, const ApplicationWish &) = default;
    } application;

    struct GroupWish
    {
        QString displayName;
        QString description;
        bool descriptionNamed = false; ///< not named: an existing group keeps its own
        std::optional<bool> roleAssignable;
        QString existing; ///< object id or display name of a group to use; empty: create (or find by displayName)
        friend bool operator==(const GroupWish &, const GroupWish &) = default;
    } group;

    struct AssignmentWish
    {
        bool required = true;
        QString appRole;           ///< id, value or display name of an app role; empty: the default access, or the only role
        bool removeOthers = false; ///< "otherAssignments": "remove"
        QStringList remove;        ///< principals whose direct assignment goes when the gate closes, with removeOthers false
        friend bool operator==(const AssignmentWish &, const AssignmentWish &) = default;
    } assignment;

    struct Eligible
    {
        QString principal;                   ///< UPN, object id or "group:<displayName>"
        std::optional<IsoDuration> duration; ///< empty: the default, 180 days
        friend bool operator==(const Eligible &, const Eligible &) = default;
    };
    QList<Eligible> eligible;
    bool removeOtherEligibles = false; ///< "eligibleOthers": "remove"

    struct ActivationWish
    {
        std::optional<IsoDuration> maximumDuration;
        std::optional<bool> mfa, justification, ticket, approval;
        std::optional<QString> authenticationContext; ///< "c1"; an empty string switches it off
        QStringList approvers;                        ///< principals; naming some switches approval on
        friend bool operator==(const ActivationWish &, const ActivationWish &) = default;
    } activation;
    std::optional<QStringList> activationMail; ///< "notifications": {"activation": [...]}

    struct PolicyWish
    {
        QString displayName;
        bool enabled = false;    ///< "state": "enabled"; false: report-only
        bool stateNamed = false; ///< not named: an armed policy stays armed
        QStringList breakGlass;
        struct Refusal
        {
            QString by, reason;
            friend bool operator==(const Refusal &, const Refusal &) = default;
        };
        std::optional<Refusal> breakGlassRefusal;
        friend bool operator==(const PolicyWish &, const PolicyWish &) = default;
    } policy;

    std::optional<QJsonObject> accessReview; ///< kept as written; see gate/README of what is built

    bool approvalWanted() const { return activation.approval.value_or(!activation.approvers.isEmpty()); }
    /// Defaults that the pages show for a new group.
    static IsoDuration defaultEligibility() { return IsoDuration(std::chrono::hours(24 * 180)); }
    static IsoDuration defaultActivation() { return IsoDuration(std::chrono::hours(4)); }
    /// Every principal reference that must resolve before anything is sent.
    QStringList references() const;

    /// Refuses unknown keys, wrong types, bad durations and contradictions with the JSON path and what is allowed there
    /// (Error.where = "pim.eligible[0].duration"). Fills displayName, group name and policy name from application and preset.
    static Result<Blueprint> parse(const QByteArray &json);
    static Result<Blueprint> load(const QString &fileName);
    /// Of a run that this program has kept, as it was: a wizard's run may have ended before everything was chosen.
    static Blueprint ofRun(const QJsonObject &kept);
    /// Fills group name, description and policy name that are still empty, once the application's name in the tenant is
    /// known; a preset's names go first. An existing group keeps its own name and description.
    void fillNames(const QString &applicationName);
    /// What a new group says of itself, unless the blueprint names it; kept by the tenant, so the same in every language.
    static QString usualDescription(const QString &application);
    /// In the form that parse() reads: parse(toJson()) gives an equal blueprint.
    QJsonObject toJson() const;
    friend bool operator==(const Blueprint &, const Blueprint &) = default;
};

} // namespace pimgate
