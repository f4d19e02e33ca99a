#pragma once

#include "base/IsoDuration.h"
#include "demo/DemoPeople.h"
#include "demo/DemoTenant.h"

#include <map>
#include <memory>

namespace pimgate::demotest {

// --- bodies -------------------------------------------------------------------------------------------------------

inline QJsonObject why(const char *text = "Ticket 4711")
{
    return {{QStringLiteral("justification"), QLatin1String(text)}};
}

inline QJsonObject ticket()
{
    return {{QStringLiteral("ticketInfo"), QJsonObject{{QStringLiteral("ticketNumber"), QStringLiteral("4711")},
                                                       {QStringLiteral("ticketSystem"), QStringLiteral("Desk")}}}};
}

inline QJsonObject both(QJsonObject one, const QJsonObject &other)
{
    for (auto it = other.begin(); it != other.end(); ++it)
        one.insert(it.key(), it.value());
    return one;
}

inline QJsonObject asOwner()
{
    return {{QStringLiteral("accessId"), QStringLiteral("owner")}};
}

inline QJsonObject enabledRules(const QStringList &rules)
{
    return {{QStringLiteral("enabledRules"), QJsonArray::fromStringList(rules)}};
}

inline QJsonObject contextRule(const char *claim)
{
    return {{QStringLiteral("isEnabled"), true}, {QStringLiteral("claimValue"), QLatin1String(claim)}};
}

inline QJsonObject approvingUser(const QString &id)
{
    return {{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.singleUser")}, {QStringLiteral("userId"), id}};
}

inline QJsonObject approvingGroup(const QString &id)
{
    return {{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.groupMembers")}, {QStringLiteral("groupId"), id}};
}

/// A schedule of any form: {"expiration":{"type":…,…}}.
inline QJsonObject until(const char *type, const char *member = nullptr, const QString &value = {})
{
    QJsonObject expiration{{QStringLiteral("type"), QLatin1String(type)}};
    if (member)
        expiration.insert(QLatin1String(member), value);
    return {{QStringLiteral("expiration"), expiration}};
}

inline QJsonObject startingAt(QJsonObject schedule, const QString &moment)
{
    schedule.insert(QStringLiteral("startDateTime"), moment);
    return schedule;
}

inline QJsonObject decision(const char *result, const char *reason = "Known work")
{
    return {{QStringLiteral("reviewResult"), QLatin1String(result)}, {QStringLiteral("justification"), QLatin1String(reason)}};
}

inline QString decisionPath(const QString &approval, const QString &stage)
{
    return kPim + QStringLiteral("assignmentApprovals/%1/stages/%2").arg(approval, stage);
}

inline const QString kEnablement = QStringLiteral("Enablement_EndUser_Assignment");
inline const QString kExpiration = QStringLiteral("Expiration_EndUser_Assignment");
inline const QString kApproval = QStringLiteral("Approval_EndUser_Assignment");
inline const QString kContextRule = QStringLiteral("AuthenticationContext_EndUser_Assignment");

using RuleChanges = QMap<QString, QJsonObject>;

/// A policy of Conditional Access that asks for MFA where an authentication context is asked for.
inline QJsonObject contextPolicy(const char *claim, const char *state)
{
    const QJsonObject conditions{
        {QStringLiteral("clientAppTypes"), QJsonArray{QStringLiteral("all")}},
        {QStringLiteral("applications"),
         QJsonObject{{QStringLiteral("includeAuthenticationContextClassReferences"), QJsonArray{QLatin1String(claim)}}}},
        {QStringLiteral("users"), QJsonObject{{QStringLiteral("includeUsers"), QJsonArray{QStringLiteral("All")}}}}};
    return {
        {QStringLiteral("displayName"), QStringLiteral("Step up")},
        {QStringLiteral("state"), QLatin1String(state)},
        {QStringLiteral("conditions"), conditions},
        {QStringLiteral("grantControls"), QJsonObject{{QStringLiteral("operator"), QStringLiteral("OR")},
                                                      {QStringLiteral("builtInControls"), QJsonArray{QStringLiteral("mfa")}}}}};
}

inline QJsonObject contextClaim(const char *claim, const QStringList &capabilities = {QStringLiteral("cp1")})
{
    return {{QStringLiteral("acrs"),
             QJsonObject{{QStringLiteral("essential"), true}, {QStringLiteral("value"), QLatin1String(claim)}}},
            {QStringLiteral("xms_cc"), QJsonObject{{QStringLiteral("values"), QJsonArray::fromStringList(capabilities)}}}};
}

/// An error of PIM, out of whichever envelope it came in (contract 7.7).
struct PimRefusal
{
    QString code, message;
    bool wrapped = false;
};
inline PimRefusal refusalIn(const Answer &answer)
{
    if (!answer.message().startsWith(QLatin1Char('{')))
        return {answer.code(), answer.message(), false};
    const QJsonObject inside = QJsonDocument::fromJson(answer.message().toUtf8()).object();
    return {inside[QLatin1String("errorCode")].toString(), inside[QLatin1String("message")].toString(), true};
}

class PimBench;
/// A sentence of the contract and what plays it.
struct Sentence
{
    const char *name;
    void (*act)(PimBench &);
};
template <std::size_t count>
void addSentences(const Sentence (&sentences)[count])
{
    QTest::addColumn<int>("row");
    for (std::size_t i = 0; i < count; ++i)
        QTest::newRow(qPrintable(QStringLiteral("contract ") + QLatin1String(sentences[i].name))) << int(i);
}

// --- the bench ----------------------------------------------------------------------------------------------------

/// A tenant with a fresh security group, and its people, signed in when they are needed. One tenant serves a whole
/// test program: between tests it is reset.
class PimBench
{
public:
    /// Nothing where it worked.
    QString begin()
    {
        if (!m_tenant) {
            auto tenant = demo::DemoTenant::start({});
            if (!tenant)
                return tenant.error().message;
            m_tenant = std::move(*tenant);
        } else {
            admin().control("POST", QStringLiteral("reset"));
        }
        group = newGroup(admin(), QStringLiteral("PIM-Ninja"));
        ada = id("ada.lindqvist");
        jonas = id("jonas.weber");
        lena = id("lena.fischer");
        return group.isEmpty() || ada.isEmpty() || lena.isEmpty() ? QStringLiteral("no group or no people") : QString();
    }

    /// Somebody, signed in: once for each set of claims and scopes, until his token would run out.
    DemoClient &as(const char *name, const QJsonObject &claims = {}, const QString &scope = QStringLiteral(".default"))
    {
        const QString key = QLatin1String(name) + scope + QString::fromUtf8(QJsonDocument(claims).toJson());
        auto found = m_people.find(key);
        if (found == m_people.end() || m_elapsed - found->second.since > std::chrono::minutes(20)) {
            DemoClient person(m_tenant->cloudFile());
            if (const QString refusal = person.signIn(upn(name), claims, scope); !refusal.isEmpty())
                qWarning().noquote() << name << refusal;
            found = m_people.insert_or_assign(key, Person{person, m_elapsed}).first;
        }
        return found->second.client;
    }
    DemoClient &admin() { return as("mira.kovac"); }
    QString id(const char *name) { return idOf(admin(), name); }

    void advance(const char *duration)
    {
        DemoClient(m_tenant->cloudFile()).advance(QLatin1String(duration)); // needs no token
        m_elapsed += IsoDuration::parse(QLatin1String(duration))->value();
    }
    /// The tenant's time, so much later.
    QString later(int seconds)
    {
        const QString now =
            admin().control("POST", QStringLiteral("clock"), {{QStringLiteral("advance"), QStringLiteral("PT1S")}}).text("now");
        return QDateTime::fromString(now, Qt::ISODate).addSecs(seconds).toString(Qt::ISODate);
    }
    Answer manners(const QJsonObject &wanted) { return admin().control("POST", QStringLiteral("pim"), wanted); }
    QByteArray state() { return admin().control("GET", QStringLiteral("state?times=0")).body; }
    /// What a POST, PATCH… to that path changes stays unseen that long.
    void hideChanges(const char *method, const char *path, const char *duration)
    {
        const QJsonObject match{{QStringLiteral("method"), QLatin1String(method)}, {QStringLiteral("path"), QLatin1String(path)}};
        const QJsonArray faults{
            QJsonObject{{QStringLiteral("match"), match}, {QStringLiteral("invisibleFor"), QLatin1String(duration)}}};
        exchange("POST", QUrl(admin().member("graph") + QStringLiteral("/demo/faults")), QJsonDocument(faults).toJson(),
                 {{"X-Demo-Key", admin().member("controlKey").toUtf8()}, {"Content-Type", "application/json"}});
    }

    // What tests do again and again; each answers as the tenant did.
    Answer makeEligible(const QString &principal, const char *duration = "P90D", const QJsonObject &more = {})
    {
        return askPim(admin(), "eligibility", "adminAssign", group, principal, lasting(duration), both(why(), more));
    }
    Answer assign(const QString &principal, const char *duration = "P30D", const QJsonObject &more = {})
    {
        return askPim(admin(), "assignment", "adminAssign", group, principal, lasting(duration), both(why(), more));
    }
    Answer activate(const char *name, const char *duration = "PT1H", const QJsonObject &more = why(),
                    const QJsonObject &claims = {})
    {
        return askPim(as(name, claims), "assignment", "selfActivate", group, id(name), lasting(duration), more);
    }
    Answer deactivate(const char *name, const QJsonObject &more = {})
    {
        return askPim(as(name), "assignment", "selfDeactivate", group, id(name), {}, more);
    }
    Answer rules(const RuleChanges &changes) { return changeRules(admin(), group, changes); }
    /// Activations of members need an approval by these.
    Answer needsApproval(const QJsonArray &approvers, const QJsonObject &stage = {}, const QJsonObject &setting = {})
    {
        QJsonObject body = approvalSetting(approvers);
        QJsonObject inside = both(body[QLatin1String("setting")].toObject(), setting);
        const QJsonObject first = both(inside[QLatin1String("approvalStages")][0].toObject(), stage);
        inside.insert(QStringLiteral("approvalStages"), QJsonArray{first});
        body.insert(QStringLiteral("setting"), inside);
        return rules({{kApproval, body}});
    }
    QString groupNamed(const char *name)
    {
        return admin()
            .get(QStringLiteral("/groups?$filter=displayName eq '%1'").arg(QLatin1String(name)))
            .first()[QLatin1String("id")]
            .toString();
    }
    bool isMember(const QString &principal) { return memberIds(admin(), group).contains(principal); }
    /// A set of the group: "eligibilitySchedules"…
    Answer list(const char *set, const QString &more = {})
    {
        return admin().get(kPim + QLatin1String(set) + QStringLiteral("?$filter=groupId eq '%1'").arg(group) + more);
    }
    QString statusOf(const char *half, const Answer &request)
    {
        return admin().get(kPim + QLatin1String(half) + QStringLiteral("ScheduleRequests/") + request.text("id")).text("status");
    }
    /// An administrator's request about the group.
    Answer ask(const char *half, const char *action, const QString &principal, const QJsonObject &schedule = {},
               const QJsonObject &more = {})
    {
        return askPim(admin(), half, action, group, principal, schedule, more);
    }
    bool isEligible(const QString &principal)
    {
        return !list("eligibilityScheduleInstances", QStringLiteral(" and principalId eq '%1'").arg(principal)).value().isEmpty();
    }
    QJsonArray activations()
    {
        return list("assignmentScheduleInstances", QStringLiteral(" and assignmentType eq 'Activated'")).value();
    }
    /// The activities that PIM wrote to the audit log.
    QStringList activities()
    {
        QStringList names;
        const QJsonObject all = admin().control("GET", QStringLiteral("state")).json();
        for (const auto &row : all[QLatin1String("directoryAudits")].toArray())
            if (row[QLatin1String("loggedByService")].toString() == QLatin1String("PIM"))
                names << row[QLatin1String("activityDisplayName")].toString();
        names.sort();
        return names;
    }
    const QJsonObject cloud() const { return m_tenant->cloudFile(); }

    QString group, ada, jonas, lena;

private:
    struct Person
    {
        DemoClient client;
        std::chrono::seconds since;
    };
    std::unique_ptr<demo::DemoTenant> m_tenant;
    std::map<QString, Person> m_people;
    std::chrono::seconds m_elapsed{0};
};

inline QString codeOf(const Answer &answer)
{
    return refusalIn(answer).code;
}

} // namespace pimgate::demotest
