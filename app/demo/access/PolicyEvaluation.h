#pragma once

#include <QJsonObject>
#include <QSet>
#include <QString>
#include <QStringList>

#include <optional>

namespace pimgate::demo {

/// What is known about one sign-in, real or supposed. An empty optional is "not said": a condition that needs it
/// cannot be decided then. A real sign-in knows everything.
struct SignInFacts
{
    QString userId; ///< empty for a workload
    QString servicePrincipalId;
    QSet<QString> guestTypes;          ///< "b2bCollaborationGuest"...; empty: nobody's guest
    std::optional<QString> homeTenant; ///< of a guest
    QSet<QString> groups;              ///< ids of groups, transitive: Conditional Access honours nesting
    QSet<QString> roles;               ///< template ids of the roles active now

    QStringList applications;      ///< appIds; empty where the context is one of the next two
    QString authenticationContext; ///< "c1"
    QString userAction;            ///< "urn:user:registersecurityinfo"

    std::optional<QString> clientAppType;
    std::optional<QString> platform;
    std::optional<QSet<QString>> locations; ///< ids of the named locations of the address, and AllTrusted
    std::optional<QString> signInRisk;
    std::optional<QString> userRisk;
    std::optional<QString> servicePrincipalRisk;
    std::optional<QString> insiderRisk;
    std::optional<QString> transferMethod;
    std::optional<QJsonObject> device; ///< attributes as in deviceInfo; {}: a device that nobody registered
};

struct PolicyAnswer
{
    bool applies = false;
    QStringList reasons; ///< members of whatIfAnalysisReasons; "notSet" alone where it applies
};

/// The one evaluation of Conditional Access: What-If and every sign-in ask it. All conditions must match, exclusion
/// beats inclusion. Report-only policies are evaluated like enabled ones; a disabled one never applies.
PolicyAnswer evaluatePolicy(const QJsonObject &policy, const SignInFacts &facts);

/// What somebody who signs in can show.
struct GrantMeans
{
    bool mfa = false;
    bool compliantDevice = false;
    bool hybridDevice = false;
};

/// What a policy that applies asks for beyond these means; empty when it is content. "block" alone where access is
/// never granted, else the unmet controls; "authenticationStrength", "termsOfUse" and "customAuthenticationFactors" for
/// those members.
QStringList unmetControls(const QJsonObject &policy, const GrantMeans &means);

} // namespace pimgate::demo
