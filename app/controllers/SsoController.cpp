#include "controllers/SsoController.h"

#include "controllers/Customer.h"
#include "graph/Applications.h"
#include "graph/Audit.h"
#include "graph/Directory.h"

namespace pimgate {
namespace {

constexpr int usageDays = 30;

/// The sign-in log and who in it is a guest: two reads, one after the other.
Task<Usage> loadUsage(Customer *customer, QString appId, QDateTime since)
{
    const QString everybody;
    const auto records = co_await customer->audit.signIns(appId, since, everybody);
    if (!records)
        co_return Usage(appId, {}, records.error());
    Usage usage(appId, *records);
    QStringList ids;
    for (const Usage::User &user : usage.people())
        ids << user.who.id;
    if (ids.isEmpty())
        co_return usage;
    const auto people = co_await customer->directory.byIds(ids);
    if (people)
        usage.learn(*people);
    co_return usage;
}

} // namespace

SsoController::SsoController(Workspace &workspace, QObject *parent) : StepController(workspace, StepId::Sso, PageId::Sso, parent)
{
    connect(&workspace, &Workspace::signedInChanged, this, &SsoController::findPresetApplication);
    connect(&workspace, &Workspace::usageChanged, this, &SsoController::updateState);
    connect(&workspace, &Workspace::blueprintChanged, this, [this] {
        if (!m_workspace.applicationKnown()) { // another customer, or another choice
            m_decisions.clear();
            m_addedAsEligible.clear();
        }
        findPresetApplication();
    });
    updateState();
}

/// With a preset the application is mostly found by its name: one less field to fill in.
void SsoController::findPresetApplication()
{
    Customer *customer = m_workspace.customer();
    const auto preset = m_workspace.preset();
    if (!customer || !preset || m_workspace.applicationKnown() || m_lookedFor == customer)
        return;
    m_lookedFor = customer;
    launch(this, customer->applications.search(preset->displayName),
           [this, customer, names = preset->names + QStringList(preset->displayName)](const Result<QList<Application>> &found) {
               if (!found || customer != m_workspace.customer() || m_workspace.applicationKnown())
                   return;
               QList<Application> fitting;
               for (const Application &application : *found)
                   if (names.contains(application.displayName, Qt::CaseInsensitive) && !application.refused())
                       fitting << application;
               m_found = *found;
               if (fitting.size() == 1)
                   m_workspace.setApplication(fitting.first().appId, fitting.first().displayName);
               else
                   Q_EMIT changed();
           });
}

void SsoController::search(const QString &text)
{
    Customer *customer = m_workspace.customer();
    if (!customer)
        return;
    launch(this, customer->applications.search(text.trimmed()),
           [this, turn = ++m_search](const Result<QList<Application>> &found) {
               if (turn != m_search)
                   return;
               m_found = found.value_or(QList<Application>());
               Q_EMIT changed();
           });
}

void SsoController::choose(const QString &appId)
{
    if (appId == m_workspace.blueprint().application.appId)
        return;
    m_decisions.clear();
    for (const Application &application : std::as_const(m_found))
        if (application.appId == appId)
            return m_workspace.setApplication(appId, application.displayName);
    m_workspace.setApplication(appId, {});
}

std::optional<Application> SsoController::application() const
{
    const auto &wish = m_workspace.blueprint().application;
    const Snapshot *snapshot = m_workspace.snapshot();
    const bool current = snapshot && snapshot->application &&
                         (wish.appId.isEmpty() ? wish.displayName == snapshot->application->displayName
                                               : wish.appId == snapshot->application->appId);
    if (current && m_workspace.applicationKnown())
        return snapshot->application;
    for (const Application &application : m_found)
        if (!wish.appId.isEmpty() && application.appId == wish.appId)
            return application;
    return {};
}

QString SsoController::applicationHint() const
{
    const auto chosen = application();
    if (chosen && chosen->refused()) {
        const Error refusal = chosen->refusal();
        return tr("%1 %2", "two sentences").arg(refusal.message, refusal.next).trimmed();
    }
    if (chosen)
        return tr("Found in the tenant.");
    return m_workspace.signedIn() ? tr("Type two letters of its name.") : tr("Sign in to see the applications of the tenant.");
}

QList<SsoController::SsoFact> SsoController::ssoFacts() const
{
    const auto chosen = application();
    if (!chosen)
        return {};
    QList<SsoFact> facts;
    if (chosen->sso == Application::Sso::None) {
        facts << SsoFact{PageState::NeedsAttention, tr("Single sign-on"), tr("not set up")};
    } else {
        const auto known = [](const QString &text) { return text.isEmpty() ? PageState::NotChecked : PageState::Verified; };
        const QString reply = chosen->replyUrls.value(0);
        facts << SsoFact{known(chosen->identifier), tr("Identifier"),
                         chosen->identifier.isEmpty() ? tr("not found") : chosen->identifier};
        facts << SsoFact{known(reply), tr("Reply URL"), reply.isEmpty() ? tr("not found") : reply};
    }
    if (chosen->sso == Application::Sso::Saml) {
        const qint64 days = m_workspace.services().clock().now().daysTo(chosen->certificateEnds);
        if (!chosen->certificateEnds.isValid())
            facts << SsoFact{PageState::NeedsAttention, tr("Certificate"), tr("none")};
        else if (days < 0)
            facts << SsoFact{PageState::NeedsAttention, tr("Certificate"), tr("ended %n day(s) ago", nullptr, int(-days))};
        else
            facts << SsoFact{days < 30 ? PageState::NeedsAttention : PageState::Verified, tr("Certificate"),
                             tr("good for %n day(s)", nullptr, int(days))};
    }
    const Usage &usage = m_workspace.usage();
    if (usage.appId() != chosen->appId)
        facts << SsoFact{PageState::Working, tr("Worked lately"), tr("reading the sign-in log")};
    else if (usage.error())
        facts << SsoFact{PageState::NotChecked, tr("Worked lately"),
                         usage.error()->is(Error::Kind::Denied)
                             ? tr("Not checked: reading the sign-in log was not granted. A Global Administrator can grant it.")
                             : tr("Not checked: %1").arg(usage.error()->message)};
    else
        facts << SsoFact{usage.admitted() > 0 ? PageState::Verified : PageState::NeedsAttention, tr("Worked lately"),
                         tr("%n sign-in(s) in 30 days", nullptr, usage.admitted())};
    return facts;
}

QList<AppRole> SsoController::roles() const
{
    const auto chosen = application();
    return chosen ? chosen->roles : QList<AppRole>();
}

QString SsoController::role() const
{
    const QString wish = m_workspace.blueprint().assignment.appRole;
    const QList<AppRole> all = roles();
    for (const AppRole &role : all)
        if (role.id == wish || role.value == wish || role.displayName == wish)
            return role.id;
    return wish.isEmpty() && all.size() == 1 ? all.first().id : wish;
}

void SsoController::setRole(const QString &roleId)
{
    if (roleId != role())
        edit([&](Blueprint &blueprint) { blueprint.assignment.appRole = roleId; });
}

bool SsoController::assignmentRequired() const
{
    return m_workspace.blueprint().assignment.required;
}

void SsoController::setAssignmentRequired(bool on)
{
    if (on != assignmentRequired())
        edit([&](Blueprint &blueprint) { blueprint.assignment.required = on; });
}

void SsoController::planRead()
{
    readUsage();
    const Snapshot *snapshot = m_workspace.snapshot();
    const auto &wish = m_workspace.blueprint().assignment;
    if (!snapshot || m_workspace.stale())
        return;
    // A blueprint that says who is removed has decided already.
    for (const AppAssignment &assignment : snapshot->assignments) {
        const Principal who = snapshot->people.value(assignment.principalId);
        const bool named = wish.removeOthers || wish.remove.contains(assignment.principalId) ||
                           (!who.userName.isEmpty() && wish.remove.contains(who.userName, Qt::CaseInsensitive));
        if (named && !m_decisions.contains(assignment.principalId))
            m_decisions.insert(assignment.principalId, Decision::ThroughPim);
    }
}

void SsoController::readUsage()
{
    Customer *customer = m_workspace.customer();
    const auto chosen = application();
    if (!customer || !chosen || m_workspace.usage().appId() == chosen->appId || m_readingUsageOf == chosen->appId)
        return;
    m_readingUsageOf = chosen->appId;
    const QDateTime since = m_workspace.services().clock().now().addDays(-usageDays);
    launch(this, loadUsage(customer, chosen->appId, since), [this, customer](const Usage &usage) {
        m_readingUsageOf.clear();
        const auto now = application();
        if (customer == m_workspace.customer() && now && now->appId == usage.appId())
            m_workspace.setUsage(usage);
    });
}

SsoController::Decision SsoController::decisionOf(const QString &principalId) const
{
    return m_decisions.value(principalId, Decision::Undecided);
}

bool SsoController::isEligible(const Principal &person) const
{
    for (const Blueprint::Eligible &wish : m_workspace.blueprint().eligible)
        if (wish.principal == person.id || wish.principal.compare(person.userName, Qt::CaseInsensitive) == 0)
            return true;
    return false;
}

QString SsoController::lastSignIn(const QString &userId) const
{
    const Usage &usage = m_workspace.usage();
    if (!usage.readable())
        return tr("not checked");
    const QDateTime last = usage.lastOf(userId);
    return last.isValid() ? ago(last, m_workspace.services().clock().now()) : tr("not in 30 days");
}

SsoController::Today::Afterwards SsoController::afterwards(const Today &line, bool direct) const
{
    using Afterwards = Today::Afterwards;
    const auto &blueprint = m_workspace.blueprint();
    const Snapshot *snapshot = m_workspace.snapshot();
    const bool excluded = snapshot && std::any_of(blueprint.policy.breakGlass.begin(), blueprint.policy.breakGlass.end(),
                                                  [&](const QString &reference) {
                                                      return snapshot->principals.value(reference).id == line.principalId;
                                                  });
    const bool blocked = blueprint.policy.enabled && !excluded;
    if (line.needsDecision && line.decision == Decision::Undecided)
        return Afterwards::NotDecided;
    if (line.decision == Decision::ThroughPim)
        return line.kind == Today::Kind::Service ? Afterwards::CannotActivate : Afterwards::WhileActive;
    if (direct)
        return blocked ? Afterwards::AssignedBlocked : Afterwards::Keeps;
    if (blueprint.assignment.required)
        return line.decision == Decision::Keep ? Afterwards::NotAssigned : Afterwards::Loses;
    return blocked ? Afterwards::Blocked : Afterwards::Keeps;
}

QList<SsoController::Today> SsoController::assignedDirectly() const
{
    const Snapshot *snapshot = m_workspace.snapshot();
    QList<Today> lines;
    if (!snapshot)
        return lines;
    const QString gate = snapshot->group ? snapshot->group->id : QString();
    for (const AppAssignment &assignment : snapshot->assignments) {
        const bool person = assignment.principalType == Principal::Type::User;
        const bool group = assignment.principalType == Principal::Type::Group;
        if (assignment.principalId == gate || (!person && !group)) // another application's own access is not a person's
            continue;
        const Principal who = snapshot->people.value(assignment.principalId);
        Today line;
        line.assignmentId = assignment.id;
        line.principalId = assignment.principalId;
        line.name = assignment.principalName.isEmpty() ? who.displayName : assignment.principalName;
        line.kind = group                                                           ? Today::Kind::Group
                    : looksLikeService(line.name) || looksLikeService(who.userName) ? Today::Kind::Service
                    : who.guest                                                     ? Today::Kind::Guest
                                                                                    : Today::Kind::Person;
        line.assigned = tr("directly");
        line.lastSignIn = person ? lastSignIn(assignment.principalId) : QString();
        line.needsDecision = true;
        line.decision = decisionOf(assignment.principalId);
        line.afterwards = afterwards(line, true);
        lines << line;
    }
    return lines;
}

QList<SsoController::Today> SsoController::openToAll(const QList<Today> &direct) const
{
    const Snapshot *snapshot = m_workspace.snapshot();
    QList<Today> lines;
    if (!snapshot || !snapshot->application || snapshot->application->assignmentRequired)
        return lines;
    QSet<QString> known;
    for (const Today &line : direct)
        known.insert(line.principalId);

    const Usage &usage = m_workspace.usage();
    int used = 0;
    for (const Usage::User &user : usage.people()) {
        const Principal &person = user.who;
        if (known.contains(person.id))
            continue;
        known.insert(person.id);
        Today line;
        line.principalId = person.id;
        line.name = person.displayName;
        line.assigned = tr("open to all");
        line.lastSignIn = lastSignIn(person.id);
        if (user.service || person.guest) {
            line.kind = user.service ? Today::Kind::Service : Today::Kind::Guest;
            line.needsDecision = user.service;
            line.decision = user.service ? decisionOf(person.id) : Decision::Undecided;
        } else if (isEligible(person)) {
            line.kind = Today::Kind::Person;
            line.decision = Decision::ThroughPim;
        } else {
            ++used;
            continue;
        }
        line.afterwards = afterwards(line, false);
        lines << line;
    }
    std::stable_sort(lines.begin(), lines.end(),
                     [](const Today &a, const Today &b) { return a.needsDecision > b.needsDecision; });

    const auto others = [&](int count, bool lately, const QString &when) {
        Today line;
        line.kind = Today::Kind::Others;
        line.name = tr("%n other people", nullptr, count);
        line.assigned = tr("open to all");
        line.lastSignIn = when;
        line.people = count;
        line.used = lately;
        line.afterwards = !m_workspace.blueprint().assignment.required && !m_workspace.blueprint().policy.enabled
                              ? Today::Afterwards::Keeps
                              : Today::Afterwards::Loses;
        if (count > 0)
            lines << line;
    };
    others(used, true, tr("in 30 days"));
    if (snapshot->userCount) {
        const auto groups =
            std::count_if(direct.begin(), direct.end(), [](const Today &line) { return line.kind == Today::Kind::Group; });
        const int rest = *snapshot->userCount - int(known.size() - groups) - used;
        others(std::max(0, rest), false, usage.readable() ? tr("not in 30 days") : tr("not checked"));
    }
    return lines;
}

QList<SsoController::Today> SsoController::today() const
{
    const QList<Today> direct = assignedDirectly();
    return direct + openToAll(direct);
}

QString SsoController::todayNote() const
{
    if (!application())
        return {};
    int people = 0, services = 0;
    for (const Today &line : today()) {
        if (line.kind == Today::Kind::Service)
            ++services;
        else if (line.kind != Today::Kind::Group)
            people += line.people;
    }
    const QString counted = tr("%n people", nullptr, people);
    return services == 0 ? counted
                         : tr("%1 and %2", "people, service accounts")
                               .arg(counted, tr("%n service account(s), by name: a guess", nullptr, services));
}

/// Through PIM: the direct assignment goes when the gate closes, and a person becomes eligible in step 3.
void SsoController::decide(const QString &principalId, Decision decision)
{
    m_decisions.insert(principalId, decision);
    Today line;
    for (const Today &candidate : today())
        if (candidate.principalId == principalId)
            line = candidate;
    const Snapshot *snapshot = m_workspace.snapshot();
    const bool person = line.kind == Today::Kind::Person || line.kind == Today::Kind::Guest;
    Principal who = snapshot ? snapshot->people.value(principalId) : Principal();
    edit([&](Blueprint &blueprint) {
        QStringList &remove = blueprint.assignment.remove;
        if (!who.userName.isEmpty())
            remove.removeIf([&](const QString &reference) { return reference.compare(who.userName, Qt::CaseInsensitive) == 0; });
        remove.removeAll(principalId);
        if (blueprint.assignment.removeOthers && decision != Decision::ThroughPim) { // from now on each by name
            blueprint.assignment.removeOthers = false;
            for (const Today &other : today())
                if (!other.assignmentId.isEmpty() && other.principalId != principalId && !remove.contains(other.principalId))
                    remove << other.principalId;
        }
        if (decision == Decision::ThroughPim && !line.assignmentId.isEmpty() && !blueprint.assignment.removeOthers)
            remove << principalId;
        if (!person || who.userName.isEmpty())
            return;
        if (decision == Decision::ThroughPim && !isEligible(who)) {
            const QString reference = m_workspace.know(who);
            blueprint.eligible << Blueprint::Eligible{reference, {}};
            m_addedAsEligible.insert(reference);
        } else if (decision != Decision::ThroughPim && m_addedAsEligible.remove(who.userName)) {
            blueprint.eligible.removeIf([&](const Blueprint::Eligible &wish) { return wish.principal == who.userName; });
        }
    });
}

int SsoController::undecided() const
{
    const QList<Today> lines = today();
    return int(std::count_if(lines.begin(), lines.end(),
                             [](const Today &line) { return line.needsDecision && line.decision == Decision::Undecided; }));
}

QString SsoController::blockedBecause() const
{
    if (!m_workspace.signedIn())
        return StepController::blockedBecause();
    if (!m_workspace.applicationKnown())
        return tr("Choose the application first.");
    const auto chosen = application();
    if (chosen && chosen->refused())
        return applicationHint();
    if (chosen && !m_workspace.stale() && chosen->roles.size() > 1 && role().isEmpty())
        return tr("Choose the role that active members get.");
    QStringList open;
    for (const Today &line : today())
        if (line.needsDecision && line.decision == Decision::Undecided)
            open << line.name;
    if (open.size() == 1)
        return tr("Decide about %1 first.").arg(open.first());
    if (open.size() > 1)
        return tr("Decide about %1 and %n more first.", nullptr, int(open.size()) - 1).arg(open.first());
    return StepController::blockedBecause();
}

std::pair<PageState, QString> SsoController::pageState() const
{
    const int left = application() && m_workspace.plan() ? undecided() : 0;
    if (left > 0)
        return {PageState::NeedsAttention, tr("%n decision(s) left", nullptr, left)};
    return StepController::pageState();
}

} // namespace pimgate
