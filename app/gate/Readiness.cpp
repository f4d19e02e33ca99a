#include "gate/Readiness.h"

#include "gate/Presets.h"
#include "graph/Applications.h"
#include "graph/Directory.h"
#include "graph/Groups.h"

#include <QCoreApplication>
#include <QLocale>
#include <QSet>

namespace pimgate {
namespace readinessrows {

using namespace std::chrono_literals;

QString tr(const char *text, int count = -1)
{
    return QCoreApplication::translate("Readiness", text, nullptr, count);
}

Check row(const char *key, const QString &title, PageState state, const QString &found, const QString &who = {},
          const QString &advice = {})
{
    return {QLatin1String(key), state, title, found, who, advice, {}};
}

/// What could not be read is said and never red.
Check unread(const char *key, const QString &title, const Error &error)
{
    if (error.is(Error::Kind::Denied))
        return row(key, title, PageState::NotChecked, tr("Reading it was not granted"), tr("Global Administrator"),
                   error.message);
    return row(key, title, PageState::NotChecked, tr("It could not be read"), {}, error.message + QLatin1Char(' ') + error.next);
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
    return {{"roles:1", tr("Your role for steps 1 and 3"), forGroup,
             roleAssignable ? tr("Privileged Role Administrator") : tr("Groups Administrator")},
            {"roles:2", tr("Your role for step 2"), {cloudApplication, application}, tr("Cloud Application Administrator")},
            {"roles:4", tr("Your role for step 4"), {conditionalAccess, security}, tr("Conditional Access Administrator")}};
}

QString untilWords(const QDateTime &until, const QDateTime &now)
{
    const QDateTime local = until.toLocalTime();
    const QLocale locale;
    return local.date() == now.toLocalTime().date() ? locale.toString(local.time(), QLocale::ShortFormat)
                                                    : locale.toString(local, QLocale::ShortFormat);
}

Check account(const Principal &me, const Result<QList<RoleHeld>> &roles, const QDateTime &now)
{
    const QString title = tr("Your account");
    QString advice = tr("Signed in as %1.").arg(me.userName);
    if (me.guest)
        advice += QLatin1Char(' ') + tr("You are a guest here; some pages of PIM show guests less than there is.");
    if (!roles)
        return row("account", title, PageState::NotChecked, tr("Your roles could not be read"), {},
                   advice + QLatin1Char(' ') + roles.error().message);
    QStringList names;
    bool endsSoon = false;
    for (const RoleHeld &role : *roles) {
        if (!role.active)
            continue;
        endsSoon = endsSoon || (role.until.isValid() && now.secsTo(role.until) < 15 * 60);
        names << (role.until.isValid() ? tr("%1 until %2").arg(role.displayName, untilWords(role.until, now)) : role.displayName);
    }
    if (names.isEmpty())
        return row("account", title, PageState::NeedsAttention, tr("No administrator role is active"), tr("You"), advice);
    if (endsSoon)
        advice += QLatin1Char(' ') + tr("A role ends within 15 minutes; activate it again first.");
    return row("account", title, endsSoon ? PageState::NeedsAttention : PageState::Verified, names.join(QLatin1String(", ")),
               endsSoon ? tr("You") : QString(), advice);
}

bool holds(const QList<RoleHeld> &roles, const QStringList &templates, bool active)
{
    for (const RoleHeld &role : roles)
        if (role.active == active && (role.templateId == globalAdministrator || templates.contains(role.templateId)))
            return true;
    return false;
}

/// One row when every step has its role, else one for each step that has none.
QList<Check> roles(const Result<QList<RoleHeld>> &held, bool roleAssignable)
{
    if (!held)
        return {unread("roles", tr("Your roles for steps 1 to 4"), held.error())};
    QList<Check> rows;
    for (const StepRoles &step : stepRoles(roleAssignable)) {
        if (holds(*held, step.templates, true))
            continue;
        if (holds(*held, step.templates, false))
            rows << row(step.key, step.title, PageState::NeedsAttention, tr("%1: not active").arg(step.name), tr("You"),
                        tr("You are eligible: activate it before this step."));
        else
            rows << row(step.key, step.title, PageState::NeedsAttention, tr("%1: not assigned").arg(step.name),
                        tr("Privileged Role Administrator"), tr("Ask for this role, active or eligible."));
    }
    if (rows.isEmpty())
        rows << row("roles", tr("Your roles for steps 1 to 4"), PageState::Verified, tr("Every step has its role"));
    return rows;
}

struct Purpose
{
    const char *scope;
    QString what;
    bool needed;
};

QList<Purpose> purposes(bool roleAssignable, bool review)
{
    return {{"User.Read", tr("your own account"), true},
            {"User.Read.All", tr("finding people"), true},
            {"Group.ReadWrite.All", tr("creating the group"), true},
            {"RoleManagement.ReadWrite.Directory", tr("a group guarded by Privileged Role Administrators"), roleAssignable},
            {"Application.ReadWrite.All", tr("requiring assignment"), true},
            {"AppRoleAssignment.ReadWrite.All", tr("assigning the group"), true},
            {"PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup", tr("making people eligible"), true},
            {"PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup", tr("activating and ending access"), true},
            {"RoleManagementPolicy.ReadWrite.AzureADGroup", tr("activation rules"), true},
            {"Policy.Read.All", tr("reading policies"), true},
            {"Policy.ReadWrite.ConditionalAccess", tr("the Conditional Access policy"), true},
            {"Application.Read.All", tr("reading applications"), true},
            {"AuthenticationContext.Read.All", tr("authentication contexts"), false},
            {"AccessReview.ReadWrite.All", tr("access reviews"), review},
            {"AuditLog.Read.All", tr("the sign-in log"), false},
            {"Directory.Read.All", tr("nested groups and roles"), false},
            {"Organization.Read.All", tr("licences"), false},
            {"RoleManagement.Read.Directory", tr("your roles"), false},
            {"Synchronization.Read.All", tr("provisioning jobs"), false}};
}

/// Scopes may come with their resource in front, and the right to write includes the right to read.
QSet<QString> grantedScopes(const QStringList &scopes)
{
    QSet<QString> granted;
    for (const QString &scope : scopes) {
        QString name = scope.mid(scope.lastIndexOf(QLatin1Char('/')) + 1).toLower();
        granted << name;
        granted << name.replace(QLatin1String(".readwrite."), QLatin1String(".read."));
    }
    return granted;
}

Check permissions(const QStringList &scopes, const QString &tenant, bool roleAssignable, bool review)
{
    const QString title = tr("Permissions of this program");
    if (scopes.isEmpty())
        return row("permissions", title, PageState::NotChecked, tr("The sign-in does not tell what was granted"));
    const QSet<QString> granted = grantedScopes(scopes);
    const QStringList wanted = Session::wizardScopes();
    const QList<Purpose> known = purposes(roleAssignable, review);
    QStringList missing, left;
    int have = 0;
    for (const QString &scope : wanted) {
        if (granted.contains(scope.toLower())) {
            ++have;
            continue;
        }
        const auto it =
            std::find_if(known.begin(), known.end(), [&](const Purpose &p) { return scope == QLatin1String(p.scope); });
        const QString words = it == known.end() ? scope : tr("%1 (%2)").arg(it->what, scope);
        (it == known.end() || it->needed ? missing : left) << words;
    }
    const QString found = tr("%1 of %2 granted for %3").arg(have).arg(wanted.size()).arg(tenant);
    if (!missing.isEmpty())
        return row("permissions", title, PageState::NeedsAttention, found, tr("Global Administrator"),
                   tr("Missing: %1. Sign in again and grant them, or ask for consent for the whole organisation.")
                       .arg((missing + left).join(QLatin1String(", "))));
    if (!left.isEmpty())
        return row("permissions", title, PageState::Verified, found, {},
                   tr("Left out: %1. The gate can be built without.").arg(left.join(QLatin1String(", "))));
    return row("permissions", title, PageState::Verified, found);
}

/// P25: every eligible person and approver needs a seat. The directory lags purchases, so this never blocks.
Check licence(const Result<Licences> &licences, int people)
{
    const QString title = tr("Licence for PIM");
    if (!licences)
        return unread("licence", title, licences.error());
    const QString who = tr("Whoever buys licences for the customer");
    const QString need = tr("%n people need one", people);
    if (!licences->p2 && !licences->governance)
        return row("licence", title, PageState::NotLicensed, tr("No Entra ID P2 or Entra ID Governance was found"), who,
                   tr("PIM decides in the end; a licence bought today may not show yet."));
    const QString name = licences->p2 ? tr("Entra ID P2") : tr("Entra ID Governance");
    const int freeSeats = std::max(0, licences->pimSeats - licences->pimSeatsUsed);
    if (licences->pimSeats < people)
        return row("licence", title, PageState::NotLicensed, tr("%1: %2, %3").arg(name, tr("%n seats", licences->pimSeats), need),
                   who, tr("Buy more seats or name fewer people."));
    const QString found = tr("%1: %2, %3").arg(name, tr("%n seats free", freeSeats), need);
    if (freeSeats < people)
        return row("licence", title, PageState::NeedsAttention, found, who,
                   tr("Check that the people who will activate are among those who have a seat."));
    return row("licence", title, PageState::Verified, found);
}

Check accessReviews(const Result<Licences> &licences, const QString &tenant)
{
    const QString title = tr("Access reviews");
    if (!licences)
        return unread("accessReviews", title, licences.error());
    if (!licences->governance)
        return row("accessReviews", title, PageState::NotLicensed, tr("Need Entra ID Governance; left out here"), tenant);
    return row("accessReviews", title, PageState::Verified, tr("Entra ID Governance is there"));
}

QString namesOf(const QList<Principal> &people)
{
    QStringList names;
    for (const Principal &one : people)
        names << (one.userName.isEmpty() ? one.displayName : one.userName);
    return names.join(QLatin1String(", "));
}

/// P2: Graph has no mark for an emergency account, so a person confirms.
Check breakGlass(const Result<QList<Principal>> &candidates, const Blueprint &blueprint, const QString &tenant)
{
    const QString title = tr("Break-glass accounts");
    Check check;
    if (const int named = int(blueprint.policy.breakGlass.size()); named > 0)
        check = row("breakGlass", title, PageState::Verified, tr("%n named", named), {},
                    tr("Step 4 keeps them out of the block: %1.").arg(blueprint.policy.breakGlass.join(QLatin1String(", "))));
    else if (const auto &refusal = blueprint.policy.breakGlassRefusal)
        check = row("breakGlass", title, PageState::NeedsAttention, tr("Refused by %1").arg(refusal->by), refusal->by,
                    refusal->reason);
    else if (!candidates)
        return unread("breakGlass", title, candidates.error());
    else if (candidates->isEmpty())
        check = row(
            "breakGlass", title, PageState::NeedsAttention, tr("None found"), tr("You, with %1").arg(tenant),
            tr("Name an account in step 4 that is always Global Administrator and lives in the cloud only, or refuse in words."));
    else
        check =
            row("breakGlass", title, PageState::NeedsAttention,
                candidates->size() == 1 ? tr("1 found that looks like it. Is it?")
                                        : tr("%n found that look like it. Are they?", int(candidates->size())),
                tr("You, with %1").arg(tenant),
                tr("These must never be blocked: %1, cloud-only and always Global Administrator. Step 4 keeps them out of the "
                   "block. You are asked once per tenant; the answer is kept on this computer.")
                    .arg(namesOf(*candidates)));
    if (candidates)
        check.people = *candidates;
    return check;
}

/// P24: with security defaults on, Microsoft refuses to enable a policy.
Check securityDefaults(const Result<bool> &on)
{
    const QString title = tr("Security defaults");
    if (!on)
        return unread("securityDefaults", title, on.error());
    if (*on)
        return row("securityDefaults", title, PageState::NeedsAttention, tr("On, so a policy can only watch"),
                   tr("Conditional Access Administrator"),
                   tr("Switch them off before enforcing; the wizard never does it for you."));
    return row("securityDefaults", title, PageState::Verified, tr("Off, so Conditional Access can be used"));
}

QString ssoName(Application::Sso sso)
{
    switch (sso) {
    case Application::Sso::Saml:
        return tr("SAML");
    case Application::Sso::Oidc:
        return tr("OpenID Connect");
    case Application::Sso::Password:
        return tr("password-based");
    case Application::Sso::None:
        break;
    }
    return tr("no single sign-on");
}

Check foundApplication(const Application &application, const QDateTime &now)
{
    const QString title = tr("%1 in this tenant").arg(application.displayName);
    const QString who = tr("Cloud Application Administrator");
    const Error refusal = application.refusal();
    if (!refusal.message.isEmpty())
        return row("application", title, PageState::NeedsAttention, tr("It cannot be put behind the gate"), {},
                   refusal.message + QLatin1Char(' ') + refusal.next);
    if (!application.enabled)
        return row("application", title, PageState::NeedsAttention, tr("Found, but sign-in is switched off"), who,
                   tr("Switch on “Enabled for users to sign in” in its properties."));
    const QString found = tr("Found: %1").arg(ssoName(application.sso));
    if (application.sso == Application::Sso::None || application.sso == Application::Sso::Password)
        return row("application", title, PageState::NeedsAttention, found, who,
                   tr("Set up single sign-on first: without it Entra does not decide who enters."));
    if (!application.certificateEnds.isValid())
        return row("application", title, PageState::Verified, found);
    const int days = int(now.daysTo(application.certificateEnds));
    if (now >= application.certificateEnds)
        return row("application", title, PageState::NeedsAttention, tr("%1, certificate has ended").arg(found), who,
                   tr("Renew the signing certificate."));
    const QString good = tr("%1, certificate good for %n days", days).arg(found);
    if (days < 30)
        return row("application", title, PageState::NeedsAttention, good, who, tr("Renew the signing certificate soon."));
    return row("application", title, PageState::Verified, good);
}

QString wantedName(const Blueprint &blueprint)
{
    if (!blueprint.application.displayName.isEmpty())
        return blueprint.application.displayName;
    const auto facts = preset(blueprint.application.preset);
    return facts ? facts->displayName : QString();
}

Check applicationRow(const std::optional<Result<Application>> &application, const Blueprint &blueprint, const QDateTime &now)
{
    const QString name = wantedName(blueprint);
    const QString title = name.isEmpty() ? tr("The application in this tenant") : tr("%1 in this tenant").arg(name);
    if (!application)
        return row("application", title, PageState::NotChecked, tr("No application is chosen yet"));
    if (*application)
        return foundApplication(**application, now);
    const Error &error = application->error();
    if (!error.is(Error::Kind::Input) && !error.is(Error::Kind::NotFound))
        return unread("application", title, error);
    return row("application", title, PageState::NeedsAttention, tr("Not found"), tr("Cloud Application Administrator"),
               error.message + QLatin1Char(' ') + error.next);
}

Check signInLog(const Outcome &read)
{
    const QString title = tr("Sign-in log of 30 days");
    if (!read)
        return unread("signInLog", title, read.error());
    return row("signInLog", title, PageState::Verified, tr("It can be read"));
}

/// Token lifetimes, countdowns and expiry are counted by the tenant's clock, so a wrong local one is told and survived.
Check clockRow(const Clock &clock, bool demo)
{
    const QString title = tr("Clock and connection");
    if (demo)
        return row("clock", title, PageState::Verified, tr("The demo tenant has a clock of its own"));
    const auto apart = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::abs(clock.offset()));
    const QString found = apart < 10min ? tr("%n s apart", int(apart.count())) : tr("%n minutes apart", int(apart.count() / 60));
    if (apart > 5min)
        return row("clock", title, PageState::NeedsAttention, found, tr("You"), tr("Set the clock of this computer."));
    return row("clock", title, PageState::Verified, found);
}

Task<std::optional<Result<Application>>> findApplication(Applications *applications, Blueprint blueprint, std::stop_token stop)
{
    const QString appId = blueprint.application.appId, name = blueprint.application.displayName;
    if (!appId.isEmpty()) {
        const auto found = co_await applications->byAppId(appId, stop);
        co_return found;
    }
    if (!name.isEmpty()) {
        const auto found = co_await applications->named(name, stop);
        co_return found;
    }
    co_return std::nullopt;
}

/// One record is enough to know. Least: AuditLog.Read.All and Entra ID P1.
Task<Outcome> readSignInLog(GraphService *graph, std::stop_token stop)
{
    const QString path = QStringLiteral("/auditLogs/signIns?$top=1");
    const auto answer = co_await graph->get(path, stop);
    if (!answer)
        co_return failure(answer.error());
    co_return Outcome();
}

/// Eligible people and approvers, groups counted by their members; at least the number of those named.
Task<int> peopleToLicense(GraphService *graph, Blueprint blueprint, std::stop_token stop)
{
    QStringList references;
    for (const Blueprint::Eligible &one : blueprint.eligible)
        references << one.principal;
    references << blueprint.activation.approvers;
    references.removeDuplicates();
    if (references.isEmpty())
        co_return 0;
    Directory directory(*graph);
    Groups groups(*graph);
    const auto resolved = co_await directory.resolve(references, stop);
    if (!resolved)
        co_return int(references.size());
    int people = 0;
    QSet<QString> counted;
    for (const QString &reference : std::as_const(references)) {
        const Principal principal = resolved->value(reference);
        const QString id = principal.id;
        if (counted.contains(id))
            continue;
        counted << id;
        if (!principal.isGroup()) {
            ++people;
            continue;
        }
        const auto members = co_await groups.transitiveUserCount(id, stop);
        people += members.value_or(1);
    }
    co_return people;
}

} // namespace readinessrows

Task<Result<QList<Check>>> Readiness::check(Blueprint blueprint, std::stop_token stop)
{
    using namespace readinessrows;
    Directory directory(m_graph);
    Applications applications(m_graph);
    // All at once; every one is awaited before this returns, for they use the objects above.
    auto meTask = directory.me(stop);
    auto organizationTask = directory.organization(stop);
    auto rolesTask = directory.myRoles(stop);
    auto licencesTask = directory.licences(stop);
    auto peopleTask = peopleToLicense(&m_graph, blueprint, stop);
    auto candidatesTask = directory.breakGlassCandidates(stop);
    auto defaultsTask = directory.securityDefaultsOn(stop);
    auto applicationTask = findApplication(&applications, blueprint, stop);
    auto logTask = readSignInLog(&m_graph, stop);
    const auto me = co_await meTask;
    const auto organization = co_await organizationTask;
    const auto held = co_await rolesTask;
    const auto licences = co_await licencesTask;
    const auto people = co_await peopleTask;
    const auto candidates = co_await candidatesTask;
    const auto defaults = co_await defaultsTask;
    const auto application = co_await applicationTask;
    const auto log = co_await logTask;
    if (stop.stop_requested())
        co_return failure(Error::Kind::Cancelled, readinessrows::tr("Stopped."));
    if (!me) // nobody is signed in, or nothing answers: no row would say more
        co_return failure(me.error());

    const QString domain = organization ? organization->defaultDomain : readinessrows::tr("this tenant");
    const QString tenant = organization ? organization->displayName : readinessrows::tr("the customer");
    const bool roleAssignable = blueprint.group.roleAssignable.value_or(false);
    const QDateTime now = m_graph.clock().now();
    QList<Check> checks;
    checks << readinessrows::account(*me, held, now) << readinessrows::roles(held, roleAssignable)
           << readinessrows::permissions(m_graph.session().account().scopes, domain, roleAssignable,
                                         blueprint.accessReview.has_value())
           << readinessrows::licence(licences, people) << readinessrows::accessReviews(licences, tenant)
           << readinessrows::breakGlass(candidates, blueprint, tenant) << readinessrows::securityDefaults(defaults)
           << readinessrows::applicationRow(application, blueprint, now) << readinessrows::signInLog(log)
           << readinessrows::clockRow(m_graph.clock(), m_graph.session().cloud().isDemo());
    co_return checks;
}

} // namespace pimgate
