#include "gate/steps/Interlock.h"

#include "gate/PortalLinks.h"
#include "graph/ConditionalAccess.h"
#include "graph/Directory.h"
#include "identity/Cloud.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QSet>

#include <algorithm>
#include <array>

namespace pimgate {
namespace {

using namespace std::chrono_literals;

constexpr std::array copyPauses = {0s, 5s, 10s, 20s, 30s};
constexpr std::array readBackPauses = {0s, 5s, 10s, 10s};
constexpr int copyLooks = 18; ///< further looks, as far apart as the last two, at what is only not shown yet (P12)
constexpr auto evidenceHolds = 10min;
constexpr std::array disablePauses = {0s, 2s, 5s, 10s, 20s, 30s, 30s};

struct LockText
{
    Q_DECLARE_TR_FUNCTIONS(Interlock)
};

QSet<QString> lowerSet(const QStringList &list)
{
    QSet<QString> set;
    for (const QString &item : list)
        set << item.toLower();
    return set;
}

Error notShown(const QString &message)
{
    Error error;
    error.kind = Error::Kind::Differs;
    error.code = QLatin1String(notShownCode);
    error.message = message;
    error.next = LockText::tr("Read again in some minutes; it is not sent a second time.");
    return error;
}

Error unsafe(const QString &message, const QString &next)
{
    Error error;
    error.kind = Error::Kind::Unsafe;
    error.message = message;
    error.next = next;
    return error;
}

} // namespace

Interlock::Interlock(ConditionalAccess &policies, Directory &directory, Clock &clock, QUrl portal)
    : m_policies(policies), m_directory(directory), m_clock(clock), m_portal(std::move(portal))
{
}

QString Interlock::reservedTarget(const QString &appId)
{
    static const QStringList words = {QStringLiteral("All"), QStringLiteral("None"), QStringLiteral("Office365"),
                                      QStringLiteral("MicrosoftAdminPortals")};
    // Microsoft Graph, Azure management, Azure portal, Entra admin center, Graph command line, Azure AD PowerShell.
    static const QStringList management = {QStringLiteral("00000003-0000-0000-c000-000000000000"),
                                           QStringLiteral("797f4846-ba00-4fd7-ba43-dac1f8f63013"),
                                           QStringLiteral("c44b4083-3bb0-49c1-b47d-974e53cbdf3c"),
                                           QStringLiteral("00000002-0000-0000-c000-000000000000"),
                                           QLatin1String(defaultClientId),
                                           QStringLiteral("1b730954-1685-4b74-9bfd-dac224a7b894")};
    if (words.contains(appId, Qt::CaseInsensitive) || appId.isEmpty())
        return LockText::tr("“%1” stands for many applications at once; blocking it could lock everybody out of the tenant.")
            .arg(appId);
    if (management.contains(appId, Qt::CaseInsensitive))
        return LockText::tr("This application manages the tenant itself; blocking it could lock its administrators out.");
    return {};
}

QStringList Interlock::differences(const CaPolicy &wanted, const CaPolicy &read)
{
    QStringList fields;
    const auto compare = [&fields](const char *name, const QStringList &a, const QStringList &b) {
        if (lowerSet(a) != lowerSet(b))
            fields << QLatin1String(name);
    };
    compare("includeUsers", wanted.includeUsers, read.includeUsers);
    // An exclusion that somebody added only loosens; a lost one shuts people out.
    if (!lowerSet(read.excludeUsers).contains(lowerSet(wanted.excludeUsers)))
        fields << QStringLiteral("excludeUsers");
    if (!lowerSet(read.excludeGroups).contains(lowerSet(wanted.excludeGroups)))
        fields << QStringLiteral("excludeGroups");
    compare("includeGroups", wanted.includeGroups, read.includeGroups);
    compare("includeRoles", wanted.includeRoles, read.includeRoles);
    compare("includeApplications", wanted.includeApplications, read.includeApplications);
    compare("excludeApplications", wanted.excludeApplications, read.excludeApplications);
    compare("clientAppTypes", wanted.clientAppTypes, read.clientAppTypes);
    compare("grantControls", wanted.builtInControls, read.builtInControls);
    return fields;
}

QStringList Interlock::shapeDifferences(const CaPolicy &policy, const QString &appId)
{
    CaPolicy wanted = policy; // whom it leaves out is a matter of its own
    wanted.includeUsers = QStringList{QStringLiteral("All")};
    wanted.includeApplications = QStringList{appId};
    wanted.excludeApplications.clear();
    wanted.builtInControls = QStringList{QStringLiteral("block")};
    wanted.clientAppTypes = QStringList{QStringLiteral("all")};
    QStringList fields = differences(wanted, policy);
    // Every further condition narrows the block: "everyone, but only from phones" is not this gate.
    const QJsonObject conditions = policy.raw.value(QLatin1String("conditions")).toObject();
    for (const char *name : {"locations", "platforms", "devices", "clientApplications", "authenticationFlows", "signInRiskLevels",
                             "userRiskLevels", "servicePrincipalRiskLevels", "insiderRiskLevels"}) {
        const QJsonValue value = conditions.value(QLatin1String(name));
        if (value.isObject() || !value.toArray().isEmpty() || !value.toString().isEmpty())
            fields << QLatin1String(name);
    }
    return fields;
}

Task<Outcome> Interlock::exclusionsExist(CaPolicy wanted, std::stop_token stop)
{
    const QStringList excluded = wanted.exclusions();
    QStringList missing;
    for (const auto pause : copyPauses) { // a new group may be copied still (P12)
        const bool goesOn = co_await m_clock.sleep(pause, stop);
        if (!goesOn)
            co_return failure(Error::Kind::Cancelled, LockText::tr("Stopped before anything was sent."));
        const auto found = co_await m_directory.byIds(excluded, stop);
        if (!found)
            co_return failure(found.error());
        missing.clear();
        for (const QString &id : excluded)
            if (!found->contains(id))
                missing << id;
        if (missing.isEmpty())
            co_return {};
    }
    const QString message =
        LockText::tr("The policy must leave out %1, which the tenant no longer has. Nothing was sent, because everybody "
                     "would have been locked out.")
            .arg(missing.join(QLatin1String(", ")));
    co_return failure(unsafe(message, LockText::tr("Choose the group and the break-glass accounts again.")));
}

Task<Result<CaPolicy>> Interlock::create(CaPolicy wanted, std::stop_token stop)
{
    for (const QString &appId : wanted.includeApplications)
        if (const QString reason = reservedTarget(appId); !reason.isEmpty())
            co_return failure(unsafe(reason, LockText::tr("Choose one enterprise application.")));
    if (wanted.includeApplications.size() != 1 || wanted.excludeGroups.isEmpty())
        co_return failure(unsafe(LockText::tr("The policy must name one application and leave out the group."),
                                 LockText::tr("Make the group first, then the policy.")));
    const auto exist = co_await exclusionsExist(wanted, stop);
    if (!exist)
        co_return failure(exist.error());
    const auto made = co_await m_policies.create(wanted, stop);
    if (!made)
        co_return failure(made.error());
    co_return co_await readBack(made->id, wanted, CaPolicy::State::ReportOnly, stop);
}

Outcome Interlock::mayArm(const QString &policyId, const CaPolicy &wanted, bool breakGlassRefused)
{
    const auto evidence = std::exchange(m_evidence, std::nullopt);
    const bool fresh =
        evidence && evidence->policyId == policyId && evidence->at.addSecs(evidenceHolds.count() * 60) >= m_clock.now();
    if (!fresh)
        return failure(unsafe(LockText::tr("Microsoft was not asked in the last ten minutes whom this policy would block, so it "
                                           "was not switched on."),
                              LockText::tr("Ask What-If again, then close the gate.")));
    if (!evidence->complete())
        return failure(unsafe(evidence->problem, LockText::tr("Put that right, then close the gate.")));
    const bool onlyTheGroup = wanted.exclusions().size() <= 1;
    if (onlyTheGroup && !breakGlassRefused)
        return failure(unsafe(LockText::tr("No break-glass account is left out of the policy, so it was not switched on."),
                              LockText::tr("Name one, or write down who refuses it and why.")));
    return {};
}

Task<Result<CaPolicy>> Interlock::arm(QString policyId, CaPolicy wanted, bool breakGlassRefused, std::stop_token stop)
{
    const auto may = mayArm(policyId, wanted, breakGlassRefused);
    if (!may)
        co_return failure(may.error());
    auto exclusions = exclusionsExist(wanted, stop);
    auto policy = m_policies.byId(policyId, stop);
    const auto exist = co_await exclusions;
    const auto before = co_await policy;
    if (!exist)
        co_return failure(exist.error());
    if (!before)
        co_return failure(before.error());
    if (!*before)
        co_return failure(Error::Kind::Changed, LockText::tr("The policy is gone."),
                          LockText::tr("Read again, then make the policy anew."));
    const QStringList differ = differences(wanted, **before);
    if (!differ.isEmpty())
        co_return failure(unsafe(LockText::tr("The policy is not as it was made (%1), so it was not switched on.")
                                     .arg(differ.join(QLatin1String(", "))),
                                 LockText::tr("Read again and look at step 4.")));
    if (stop.stop_requested())
        co_return failure(Error::Kind::Cancelled, LockText::tr("Stopped before anything was sent."));
    // Once it is on its way a stop must not cut it off: it would leave a policy armed that nobody read back (P1).
    const std::stop_token unstoppable;
    const auto armed = co_await m_policies.setState(policyId, CaPolicy::State::Enabled, unstoppable);
    const bool refused = !armed && armed.error().status >= 400 && armed.error().status < 500;
    if (refused)
        co_return failure(armed.error()); // a lost or garbled answer is settled by looking
    const auto back = co_await readBack(policyId, wanted, CaPolicy::State::Enabled, stop);
    if (!back && !armed && back.error().code == QLatin1String(notShownCode))
        co_return failure(armed.error()); // it did not act: nobody has accepted anything
    co_return back;
}

Task<Result<CaPolicy>> Interlock::readBack(QString policyId, CaPolicy wanted, CaPolicy::State state, std::stop_token)
{
    // A difference is looked at again before it counts; a stop must not leave an unread policy behind (P1).
    const std::stop_token unstoppable;
    QStringList differ;
    std::optional<Error> trouble;
    const QStringList noPolicy{QStringLiteral("policy")}, notInForce{QStringLiteral("state")};
    const int looks = int(readBackPauses.size());
    for (int look = 0; look < looks + copyLooks; ++look) {
        // A new policy or a new state may take its time to show and hurts nobody meanwhile; a lost exclusion counts now.
        if (look >= looks && differ != noPolicy && differ != notInForce)
            break;
        const std::chrono::seconds pause = readBackPauses[size_t(std::min(look, looks - 1))];
        co_await m_clock.sleep(pause, unstoppable);
        const auto read = co_await m_policies.byId(policyId, unstoppable);
        trouble.reset();
        differ.clear();
        if (!read) {
            trouble = read.error();
            continue;
        }
        if (!*read) {
            differ << QStringLiteral("policy");
            continue;
        }
        differ = differences(wanted, **read);
        if (differ.isEmpty() && (*read)->state == state)
            co_return **read;
        if (differ.isEmpty())
            differ << QStringLiteral("state");
    }
    if (differ == noPolicy)
        co_return failure(notShown(LockText::tr("Microsoft does not show the policy.")));
    if (differ == notInForce)
        co_return failure(notShown(LockText::tr("Microsoft does not show the state of the policy that was asked.")));
    if (trouble)
        differ << trouble->message;
    co_return failure(co_await disableLoudly(policyId, differ, unstoppable));
}

Task<Error> Interlock::disableLoudly(QString policyId, QStringList lost, std::stop_token stop)
{
    bool off = false;
    for (const auto pause : disablePauses) {
        co_await m_clock.sleep(pause, stop);
        co_await m_policies.setState(policyId, CaPolicy::State::Disabled, stop);
        const auto read = co_await m_policies.byId(policyId, stop);
        off = read && (!*read || (*read)->state == CaPolicy::State::Disabled);
        if (off)
            break;
    }
    Error error;
    error.kind = Error::Kind::Differs;
    error.code = QStringLiteral("exclusionLost");
    const QString fields = lost.join(QLatin1String(", "));
    error.message =
        off ? LockText::tr("The policy came back different (%1), so it was switched off at once and read back as off.")
                  .arg(fields)
            : LockText::tr(
                  "The policy came back different (%1), and switching it off could not be confirmed. People may be locked "
                  "out right now.")
                  .arg(fields);
    error.next = off ? LockText::tr("Look at the policy in the Entra admin center, then try step 4 again.")
                     : LockText::tr("Switch the policy off by hand now: %1").arg(policyLink(policyId, m_portal).toString());
    co_return error;
}

CaPolicy Interlock::alsoLeavingOut(CaPolicy policy, const QStringList &users, const QStringList &groups)
{
    for (const QString &id : users)
        if (!policy.excludeUsers.contains(id))
            policy.excludeUsers << id;
    for (const QString &id : groups)
        if (!policy.excludeGroups.contains(id))
            policy.excludeGroups << id;
    return policy;
}

Task<Outcome> Interlock::addExclusions(QString policyId, QStringList users, QStringList groups, std::stop_token stop)
{
    const auto read = co_await m_policies.byId(policyId, stop);
    if (!read)
        co_return failure(read.error());
    if (!*read)
        co_return failure(Error::Kind::NotFound, LockText::tr("The policy is gone."),
                          LockText::tr("Read again, then make the policy anew."));
    const CaPolicy wanted = alsoLeavingOut(**read, users, groups);
    // An id that is gone would make the service refuse the whole PATCH.
    const auto exist = co_await exclusionsExist(wanted, stop);
    if (!exist)
        co_return exist;
    const auto written = co_await m_policies.leaveOut(wanted, stop);
    if (!written)
        co_return written;
    // Adding makes nothing worse, however long it takes to show; what was left out before must not have gone.
    const CaPolicy before = **read;
    const auto back = co_await readBack(policyId, before, before.state, stop);
    if (!back)
        co_return failure(back.error());
    co_return {};
}

Task<Outcome> Interlock::loosen(QString policyId, CaPolicy::State state, std::stop_token stop)
{
    if (state == CaPolicy::State::Enabled || state == CaPolicy::State::Unknown)
        co_return failure(unsafe(LockText::tr("Arming a policy is not loosening."), {}));
    const auto written = co_await m_policies.setState(policyId, state, stop);
    if (!written && written.error().status == 404) // gone is looser still; a refusal that names something missing is not
        co_return {};
    co_return written;
}

Task<Outcome> Interlock::remove(QString policyId, std::stop_token stop)
{
    const auto gone = co_await m_policies.remove(policyId, stop);
    if (!gone && gone.error().status == 404)
        co_return {};
    co_return gone;
}

} // namespace pimgate
