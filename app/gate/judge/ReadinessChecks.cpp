#include "gate/judge/ReadinessChecks.h"

#include "gate/wish/Presets.h"
#include "identity/Permissions.h"

#include <QLocale>

namespace pimgate::readinessrows {

using namespace std::chrono_literals;

namespace {

Check row(const char *key, const QString &title, PageState state, const QString &found, const QString &who = {},
          const QString &advice = {})
{
    return {QLatin1String(key), state, title, found, who, advice, {}};
}

/// What could not be read is said and never red.
Check unread(const char *key, const QString &title, const Error &error)
{
    if (error.is(Error::Kind::Denied))
        return row(key, title, PageState::NotChecked, ReadinessText::tr("Reading it was not granted"),
                   ReadinessText::tr("Global Administrator"), error.message);
    return row(key, title, PageState::NotChecked, ReadinessText::tr("It could not be read"), {},
               error.message + QLatin1Char(' ') + error.next);
}

/// A step and the roles any one of which is enough for it (graph-contract 2.4). The first is the one to ask for.
struct StepRoles
{
    const char *key;
    QString title;
    QStringList templates;
    QString name;
};

const auto globalAdministrator = QLatin1String("62e90394-69f5-4237-9190-012177145e10");
const auto privilegedRoleAdministrator = QLatin1String("e8611ab8-c189-46e8-94e1-60213ab1f814");

QList<StepRoles> stepRoles(bool roleAssignable)
{
    const QString groups = QStringLiteral("fdd7a751-b60b-444a-984c-02652fe8fa1c");
    const QString users = QStringLiteral("fe930be7-5e62-47db-91af-98c3a49a38b1");
    const QString governance = QStringLiteral("45d8d3c5-c802-45c6-b32a-1d70b5e1e86e");
    const QString cloudApplication = QStringLiteral("158c047a-c907-4556-b7ef-446551a6b5f7");
    const QString application = QStringLiteral("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3");
    const QString conditionalAccess = QStringLiteral("b1be1c3e-b65d-4f19-8427-f6fa0d97feb9");
    const QString security = QStringLiteral("194ae4cb-b126-40b2-bd5b-6091b380977d");
    // A role-assignable group and its PIM rules belong to Privileged Role Administrators alone (P10).
    const QStringList forGroup = roleAssignable ? QStringList{privilegedRoleAdministrator}
                                                : QStringList{groups, users, governance, privilegedRoleAdministrator};
    return {{"roles:1", ReadinessText::tr("Your role for steps 1 and 3"), forGroup,
             roleAssignable ? ReadinessText::tr("Privileged Role Administrator") : ReadinessText::tr("Groups Administrator")},
            {"roles:2",
             ReadinessText::tr("Your role for step 2"),
             {cloudApplication, application},
             ReadinessText::tr("Cloud Application Administrator")},
            {"roles:4",
             ReadinessText::tr("Your role for step 4"),
             {conditionalAccess, security},
             ReadinessText::tr("Conditional Access Administrator")}};
}

/// What the roles of the steps are called, and the two that include the others.
QString roleName(const QString &templateId)
{
    if (templateId == globalAdministrator)
        return ReadinessText::tr("Global Administrator");
    for (const bool roleAssignable : {true, false})
        for (const StepRoles &step : stepRoles(roleAssignable))
            if (step.templates.first() == templateId)
                return step.name;
    return templateId;
}

QString untilWords(const QDateTime &until, const QDateTime &now)
{
    const QDateTime local = until.toLocalTime();
    const QLocale locale;
    return local.date() == now.toLocalTime().date() ? locale.toString(local.time(), QLocale::ShortFormat)
                                                    : locale.toString(local, QLocale::ShortFormat);
}

} // namespace

QList<RoleHeld> partnerRoles(const QStringList &templates)
{
    QList<RoleHeld> roles;
    for (const QString &id : templates)
        roles << RoleHeld{id, roleName(id), true, {}};
    return roles;
}

Check account(const Principal &me, const Result<QList<RoleHeld>> &roles, const QDateTime &now)
{
    const QString title = ReadinessText::tr("Your account");
    QString advice = ReadinessText::tr("Signed in as %1.").arg(me.userName);
    if (!me.isUser())
        advice +=
            QLatin1Char(' ') + ReadinessText::tr("You work here for a partner; your roles come from its delegated relationship.");
    if (me.guest)
        advice += QLatin1Char(' ') + ReadinessText::tr("You are a guest here; some pages of PIM show guests less than there is.");
    if (!roles)
        return row("account", title, PageState::NotChecked, ReadinessText::tr("Your roles could not be read"), {},
                   advice + QLatin1Char(' ') + roles.error().message);
    QStringList names;
    bool endsSoon = false;
    for (const RoleHeld &role : *roles) {
        if (!role.active)
            continue;
        endsSoon = endsSoon || (role.until.isValid() && now.secsTo(role.until) < 15 * 60);
        names << (role.until.isValid() ? ReadinessText::tr("%1 until %2").arg(role.displayName, untilWords(role.until, now))
                                       : role.displayName);
    }
    if (names.isEmpty())
        return row("account", title, PageState::NeedsAttention, ReadinessText::tr("No administrator role is active"),
                   ReadinessText::tr("You"), advice);
    if (endsSoon)
        advice += QLatin1Char(' ') + ReadinessText::tr("A role ends within 15 minutes; activate it again first.");
    const int more = int(names.size()) - 1;
    if (more > 0)
        advice += QLatin1Char(' ') + ReadinessText::tr("Active: %1.").arg(names.join(QLatin1String(", ")));
    const QString found = more > 0 ? ReadinessText::tr("%1 and %n more", nullptr, more).arg(names.first()) : names.first();
    return row("account", title, endsSoon ? PageState::NeedsAttention : PageState::Verified, found,
               endsSoon ? ReadinessText::tr("You") : QString(), advice);
}

namespace {

bool holds(const QList<RoleHeld> &roles, const QStringList &templates, bool active)
{
    for (const RoleHeld &role : roles)
        if (role.active == active && (role.templateId == globalAdministrator || templates.contains(role.templateId)))
            return true;
    return false;
}

} // namespace

QList<Check> roles(const Result<QList<RoleHeld>> &held, bool roleAssignable)
{
    if (!held)
        return {unread("roles", ReadinessText::tr("Your roles for steps 1 to 4"), held.error())};
    QList<Check> rows;
    for (const StepRoles &step : stepRoles(roleAssignable)) {
        if (holds(*held, step.templates, true))
            continue;
        if (holds(*held, step.templates, false))
            rows << row(step.key, step.title, PageState::NeedsAttention, ReadinessText::tr("%1: not active").arg(step.name),
                        ReadinessText::tr("You"), ReadinessText::tr("You are eligible: activate it before this step."));
        else
            rows << row(step.key, step.title, PageState::NeedsAttention, ReadinessText::tr("%1: not assigned").arg(step.name),
                        ReadinessText::tr("Privileged Role Administrator"),
                        ReadinessText::tr("Ask for this role, active or eligible."));
    }
    if (rows.isEmpty())
        rows << row("roles", ReadinessText::tr("Your roles for steps 1 to 4"), PageState::Verified,
                    ReadinessText::tr("Every step has its role"));
    return rows;
}

namespace {

/// Without these a page says "not checked" somewhere, and the gate can still be built.
bool canDoWithout(const QString &scope)
{
    static const QStringList scopes{QStringLiteral("AuthenticationContext.Read.All"),
                                    QStringLiteral("AuditLog.Read.All"),
                                    QStringLiteral("Directory.Read.All"),
                                    QStringLiteral("Organization.Read.All"),
                                    QStringLiteral("RoleManagement.Read.Directory"),
                                    QStringLiteral("Synchronization.Read.All")};
    return scopes.contains(scope);
}

} // namespace

Check permissions(const QStringList &scopes, const QString &tenant)
{
    const QString title = ReadinessText::tr("Permissions of this program");
    if (scopes.isEmpty())
        return row("permissions", title, PageState::NotChecked, ReadinessText::tr("The sign-in does not tell what was granted"));
    const QStringList wanted = Permissions::toLook();
    QStringList needed, left;
    for (const QString &scope : Permissions::missing(wanted, scopes))
        (canDoWithout(scope) ? left : needed) << scope;
    const auto have = wanted.size() - needed.size() - left.size();
    const QString found = ReadinessText::tr("%1 of %2 for looking granted for %3").arg(have).arg(wanted.size()).arg(tenant);
    if (!needed.isEmpty())
        return row("permissions", title, PageState::NeedsAttention, found, ReadinessText::tr("Global Administrator"),
                   ReadinessText::tr("Missing: %1. Sign in again and grant them, or ask for consent for the whole organisation.")
                       .arg(Permissions::inWords(needed + left)));
    const QString later = ReadinessText::tr("Each step asks for its own before it writes.");
    if (!left.isEmpty())
        return row("permissions", title, PageState::Verified, found, {},
                   ReadinessText::tr("Left out: %1. The gate can be built without.").arg(Permissions::inWords(left)) +
                       QLatin1Char(' ') + later);
    return row("permissions", title, PageState::Verified, found, {}, later);
}

Check licence(const Result<Licences> &licences, int people)
{
    const QString title = ReadinessText::tr("Licence for PIM");
    if (!licences)
        return unread("licence", title, licences.error());
    const QString who = ReadinessText::tr("Whoever buys licences for the customer");
    const QString need = ReadinessText::tr("%n people need one", nullptr, people);
    if (!licences->p2 && !licences->governance)
        return row("licence", title, PageState::NotLicensed, ReadinessText::tr("No Entra ID P2 or Entra ID Governance was found"),
                   who, ReadinessText::tr("PIM decides in the end; a licence bought today may not show yet."));
    const QString name = licences->p2 ? ReadinessText::tr("Entra ID P2") : ReadinessText::tr("Entra ID Governance");
    const int freeSeats = std::max(0, licences->pimSeats - licences->pimSeatsUsed);
    if (licences->pimSeats < people)
        return row("licence", title, PageState::NotLicensed,
                   ReadinessText::tr("%1: %2, %3").arg(name, ReadinessText::tr("%n seats", nullptr, licences->pimSeats), need),
                   who, ReadinessText::tr("Buy more seats or name fewer people."));
    const QString found = ReadinessText::tr("%1: %2, %3").arg(name, ReadinessText::tr("%n seats free", nullptr, freeSeats), need);
    if (freeSeats < people)
        return row("licence", title, PageState::NeedsAttention, found, who,
                   ReadinessText::tr("Check that the people who will activate are among those who have a seat."));
    return row("licence", title, PageState::Verified, found);
}

Check accessReviews(const Result<Licences> &licences, const QString &tenant)
{
    const QString title = ReadinessText::tr("Access reviews");
    if (!licences)
        return unread("accessReviews", title, licences.error());
    if (!licences->governance)
        return row("accessReviews", title, PageState::NotLicensed, ReadinessText::tr("Need Entra ID Governance; left out here"),
                   tenant);
    return row("accessReviews", title, PageState::Verified, ReadinessText::tr("Entra ID Governance is there"));
}

namespace {

QString namesOf(const QList<Principal> &people)
{
    QStringList names;
    for (const Principal &one : people)
        names << (one.userName.isEmpty() ? one.displayName : one.userName);
    return names.join(QLatin1String(", "));
}

} // namespace

Check breakGlass(const Result<QList<Principal>> &candidates, const Blueprint &blueprint, const QString &tenant)
{
    const QString title = ReadinessText::tr("Break-glass accounts");
    Check check;
    if (const int named = int(blueprint.policy.breakGlass.size()); named > 0)
        check = row("breakGlass", title, PageState::Verified, ReadinessText::tr("%n named", nullptr, named), {},
                    ReadinessText::tr("Step 4 keeps them out of the block: %1.")
                        .arg(blueprint.policy.breakGlass.join(QLatin1String(", "))));
    else if (const auto &refusal = blueprint.policy.breakGlassRefusal)
        check = row("breakGlass", title, PageState::NeedsAttention, ReadinessText::tr("Refused by %1").arg(refusal->by),
                    refusal->by, refusal->reason);
    else if (!candidates)
        return unread("breakGlass", title, candidates.error());
    else if (candidates->isEmpty())
        check = row("breakGlass", title, PageState::NeedsAttention, ReadinessText::tr("None found"),
                    ReadinessText::tr("You, with %1").arg(tenant),
                    ReadinessText::tr("Name an account in step 4 that is always Global Administrator and lives in the cloud "
                                      "only, or refuse in words."));
    else
        check =
            row("breakGlass", title, PageState::NeedsAttention,
                candidates->size() == 1
                    ? ReadinessText::tr("1 found that looks like it. Is it?")
                    : ReadinessText::tr("%n found that look like it. Are they?", nullptr, int(candidates->size())),
                ReadinessText::tr("You, with %1").arg(tenant),
                ReadinessText::tr(
                    "These must never be blocked: %1, cloud-only and always Global Administrator. Step 4 keeps them out of the "
                    "block. You are asked once per tenant; the answer is kept on this computer.")
                    .arg(namesOf(*candidates)));
    if (candidates)
        check.people = *candidates;
    return check;
}

Check securityDefaults(const Result<bool> &on)
{
    const QString title = ReadinessText::tr("Security defaults");
    if (!on)
        return unread("securityDefaults", title, on.error());
    if (*on)
        return row("securityDefaults", title, PageState::NeedsAttention, ReadinessText::tr("On, so a policy can only watch"),
                   ReadinessText::tr("Conditional Access Administrator"),
                   ReadinessText::tr("Switch them off before enforcing; the wizard never does it for you."));
    return row("securityDefaults", title, PageState::Verified, ReadinessText::tr("Off, so Conditional Access can be used"));
}

namespace {

QString ssoName(Application::Sso sso)
{
    switch (sso) {
    case Application::Sso::Saml:
        return ReadinessText::tr("SAML");
    case Application::Sso::Oidc:
        return ReadinessText::tr("OpenID Connect");
    case Application::Sso::Password:
        return ReadinessText::tr("password-based");
    case Application::Sso::None:
        break;
    }
    return ReadinessText::tr("no single sign-on");
}

Check foundApplication(const Application &application, const QDateTime &now)
{
    const QString title = ReadinessText::tr("%1 in this tenant").arg(application.displayName);
    const QString who = ReadinessText::tr("Cloud Application Administrator");
    const Error refusal = application.refusal();
    if (!refusal.message.isEmpty())
        return row("application", title, PageState::NeedsAttention, ReadinessText::tr("It cannot be put behind the gate"), {},
                   refusal.message + QLatin1Char(' ') + refusal.next);
    if (!application.enabled)
        return row("application", title, PageState::NeedsAttention, ReadinessText::tr("Found, but sign-in is switched off"), who,
                   ReadinessText::tr("Switch on “Enabled for users to sign in” in its properties."));
    const QString found = ReadinessText::tr("Found: %1").arg(ssoName(application.sso));
    if (application.sso == Application::Sso::None || application.sso == Application::Sso::Password)
        return row("application", title, PageState::NeedsAttention, found, who,
                   ReadinessText::tr("Set up single sign-on first: without it Entra does not decide who enters."));
    if (!application.certificateEnds.isValid())
        return row("application", title, PageState::Verified, found);
    const int days = int(now.daysTo(application.certificateEnds));
    if (now >= application.certificateEnds)
        return row("application", title, PageState::NeedsAttention, ReadinessText::tr("%1, certificate has ended").arg(found),
                   who, ReadinessText::tr("Renew the signing certificate."));
    const QString good = ReadinessText::tr("%1, certificate good for %n days", nullptr, days).arg(found);
    if (days < 30)
        return row("application", title, PageState::NeedsAttention, good, who,
                   ReadinessText::tr("Renew the signing certificate soon."));
    return row("application", title, PageState::Verified, good);
}

QString wantedName(const Blueprint &blueprint)
{
    if (!blueprint.application.displayName.isEmpty())
        return blueprint.application.displayName;
    const auto facts = preset(blueprint.application.preset);
    return facts ? facts->displayName : QString();
}

} // namespace

Check applicationRow(const std::optional<Result<Application>> &application, const Blueprint &blueprint, const QDateTime &now)
{
    const QString name = wantedName(blueprint);
    const QString title =
        name.isEmpty() ? ReadinessText::tr("The application in this tenant") : ReadinessText::tr("%1 in this tenant").arg(name);
    if (!application)
        return row("application", title, PageState::NotChecked, ReadinessText::tr("No application is chosen yet"));
    if (*application)
        return foundApplication(**application, now);
    const Error &error = application->error();
    if (!error.is(Error::Kind::Input) && !error.is(Error::Kind::NotFound))
        return unread("application", title, error);
    return row("application", title, PageState::NeedsAttention, ReadinessText::tr("Not found"),
               ReadinessText::tr("Cloud Application Administrator"), error.message + QLatin1Char(' ') + error.next);
}

Check signInLog(const Outcome &read)
{
    const QString title = ReadinessText::tr("Sign-in log of 30 days");
    if (!read)
        return unread("signInLog", title, read.error());
    return row("signInLog", title, PageState::Verified, ReadinessText::tr("It can be read"));
}

Check clockRow(const Clock &clock, bool demo)
{
    const QString title = ReadinessText::tr("Clock and connection");
    if (demo)
        return row("clock", title, PageState::Verified, ReadinessText::tr("The demo tenant has a clock of its own"));
    const auto apart = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::abs(clock.offset()));
    const QString found = apart < 10min ? ReadinessText::tr("%n s apart", nullptr, int(apart.count()))
                                        : ReadinessText::tr("%n minutes apart", nullptr, int(apart.count() / 60));
    if (apart > 5min)
        return row("clock", title, PageState::NeedsAttention, found, ReadinessText::tr("You"),
                   ReadinessText::tr("Set the clock of this computer."));
    return row("clock", title, PageState::Verified, found);
}

} // namespace pimgate::readinessrows
