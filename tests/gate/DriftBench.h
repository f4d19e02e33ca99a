#pragma once

#include "gate/GateBench.h"

namespace pimgate::test {

/// A gate that stands and is armed, and somebody who changes the tenant behind its back.
struct DriftBench : GateBench
{
    using Back = std::function<void()>;

    /// @param activation members of pim.activation beside, or instead of, those of wish()
    explicit DriftBench(const QJsonObject &activation = {}, const QJsonArray &alsoEligible = {})
    {
        if (!tenant || !problem.isEmpty())
            return;
        wanted = wish("NinjaOne", true);
        QJsonObject pim = wanted[QLatin1String("pim")].toObject();
        QJsonObject asked = pim[QLatin1String("activation")].toObject();
        for (auto it = activation.begin(); it != activation.end(); ++it)
            asked.insert(it.key(), it.value());
        QJsonArray eligible = pim[QLatin1String("eligible")].toArray();
        for (const auto &one : alsoEligible)
            eligible << one;
        pim.insert(QStringLiteral("activation"), asked);
        pim.insert(QStringLiteral("eligible"), eligible);
        wanted.insert(QStringLiteral("pim"), pim);
        const auto built = apply(wanted);
        if (!built || built->state != RunState::Verified)
            problem = QString::fromUtf8(told(built));
        group = row("groups", "displayName", QStringLiteral("PIM-NinjaOne-Admins"))[QLatin1String("id")].toString();
        policyPath = QStringLiteral("/identity/conditionalAccess/policies/") + policy("NinjaOne")[QLatin1String("id")].toString();
        application = GateBench::application("NinjaOne")[QLatin1String("id")].toString();
        appId = GateBench::application("NinjaOne")[QLatin1String("appId")].toString();
    }

    QList<Finding> findings()
    {
        const qsizetype before = writes().size();
        const auto planned = plan(wanted);
        if (!planned) {
            problem = planned.error().text();
            return {Finding{Finding::Weight::Drift, QStringLiteral("noPlan"), problem}};
        }
        if (writes().size() != before)
            problem = QStringLiteral("planning sent a write");
        return planned->findings;
    }

    void must(const demotest::Answer &answer)
    {
        if (answer.status >= 300)
            problem = QString::fromUtf8(answer.body);
    }

    // Each changes something and tells how it is put back -----------------------------------------------------------
    Back users(const char *member, const QJsonArray &value, bool add = false)
    {
        const QJsonObject before = client->get(policyPath).json()[QLatin1String("conditions")][QLatin1String("users")].toObject();
        QJsonObject after = before;
        QJsonArray list = add ? before[QLatin1String(member)].toArray() : QJsonArray();
        for (const auto &one : value)
            list << one;
        after.insert(QLatin1String(member), list);
        const auto set = [this](const QJsonObject &to) {
            must(client->patch(policyPath, {{QStringLiteral("conditions"), QJsonObject{{QStringLiteral("users"), to}}}}));
        };
        set(after);
        return [set, before] { set(before); };
    }
    Back condition(const char *member, const QJsonValue &value)
    {
        const QJsonValue before = client->get(policyPath).json()[QLatin1String("conditions")][QLatin1String(member)];
        const auto set = [this, member](const QJsonValue &to) {
            must(client->patch(policyPath, {{QStringLiteral("conditions"), QJsonObject{{QLatin1String(member), to}}}}));
        };
        set(value);
        return [set, before] { set(before.isUndefined() ? QJsonValue() : before); };
    }
    Back ofPolicy(const char *member, const QJsonValue &value)
    {
        const QJsonValue before = client->get(policyPath).json()[QLatin1String(member)];
        const auto set = [this, member](const QJsonValue &to) { must(client->patch(policyPath, {{QLatin1String(member), to}})); };
        set(value);
        return [set, before] { set(before); };
    }
    Back rule(const char *id, const QJsonObject &members)
    {
        const QJsonObject before = demotest::ruleOf(demotest::memberPolicy(*client, group), id);
        const auto set = [this, id](const QJsonObject &to) {
            must(demotest::changeRules(*client, group, {{QLatin1String(id), to}}));
        };
        set(members);
        return [set, before] { set(before); };
    }
    Back enabledRules(const QJsonArray &names)
    {
        return rule("Enablement_EndUser_Assignment", {{QStringLiteral("enabledRules"), names}});
    }
    Back approvers(std::initializer_list<const char *> names)
    {
        QJsonArray list;
        for (const char *name : names)
            list << QJsonObject{{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.singleUser")},
                                {QStringLiteral("userId"), GateBench::id(name)}};
        return rule("Approval_EndUser_Assignment", demotest::approvalSetting(list));
    }
    /// @param relation "members" or "owners"
    Back linked(const char *relation, const QString &who)
    {
        const QString path = QStringLiteral("/groups/%1/%2/").arg(group, QLatin1String(relation));
        must(
            client->post(path + QStringLiteral("$ref"),
                         {{QStringLiteral("@odata.id"), cloud.graphUrl(QStringLiteral("/directoryObjects/") + who).toString()}}));
        return [this, path, who] { must(client->remove(path + who + QStringLiteral("/$ref"))); };
    }
    Back assigned(const QString &who)
    {
        const QString path = QStringLiteral("/servicePrincipals/%1/appRoleAssignedTo").arg(application);
        const auto made = client->post(path, {{QStringLiteral("principalId"), who},
                                              {QStringLiteral("resourceId"), application},
                                              {QStringLiteral("appRoleId"), QLatin1String(defaultAccessRole)}});
        must(made);
        return [this, path, id = made.text("id")] { must(client->remove(path + QLatin1Char('/') + id)); };
    }
    Back groupUnassigned()
    {
        const QString path = QStringLiteral("/servicePrincipals/%1/appRoleAssignedTo").arg(application);
        for (const auto &one : client->get(path).value())
            if (one[QLatin1String("principalId")].toString() == group)
                must(client->remove(path + QLatin1Char('/') + one[QLatin1String("id")].toString()));
        return [this] { assigned(group); };
    }
    Back assignmentNotRequired()
    {
        const auto set = [this](bool on) {
            must(client->patch(QStringLiteral("/servicePrincipals/") + application,
                               {{QStringLiteral("appRoleAssignmentRequired"), on}}));
        };
        set(false);
        return [set] { set(true); };
    }
    Back activeInPim(const char *name)
    {
        const QString who = GateBench::id(name);
        must(demotest::askPim(*client, "assignment", "adminAssign", group, who, demotest::lasting("P10D"),
                              {{QStringLiteral("justification"), QStringLiteral("On call")}}));
        return [this, who] {
            must(client->advance(QStringLiteral("PT10M")));
            must(demotest::askPim(*client, "assignment", "adminRemove", group, who));
        };
    }
    Back eligibility(const char *action, const char *name, const QJsonObject &schedule = {})
    {
        must(client->advance(QStringLiteral("PT10M"))); // nothing is removed within five minutes (P26)
        const QString who = GateBench::id(name);
        must(demotest::askPim(*client, "eligibility", action, group, who, schedule));
        const bool removed = QLatin1String(action) == QLatin1String("adminRemove");
        return [this, who, removed] {
            must(client->advance(QStringLiteral("PT10M")));
            must(demotest::askPim(*client, "eligibility", removed ? "adminAssign" : "adminRemove", group, who,
                                  removed ? demotest::lasting("P90D") : QJsonObject()));
        };
    }
    /// A further policy, switched on.
    Back another(const char *name, const QJsonObject &applications, const QJsonObject &users, const char *control,
                 const char *clients = "all")
    {
        const QJsonObject conditions{{QStringLiteral("clientAppTypes"), QJsonArray{QLatin1String(clients)}},
                                     {QStringLiteral("applications"), applications},
                                     {QStringLiteral("users"), users}};
        const auto made = client->post(QStringLiteral("/identity/conditionalAccess/policies"),
                                       {{QStringLiteral("displayName"), QLatin1String(name)},
                                        {QStringLiteral("state"), QStringLiteral("enabled")},
                                        {QStringLiteral("conditions"), conditions},
                                        {QStringLiteral("grantControls"),
                                         QJsonObject{{QStringLiteral("operator"), QStringLiteral("OR")},
                                                     {QStringLiteral("builtInControls"), QJsonArray{QLatin1String(control)}}}}});
        must(made);
        return
            [this, id = made.text("id")] { must(client->remove(QStringLiteral("/identity/conditionalAccess/policies/") + id)); };
    }

    QJsonObject wanted;
    QString group, policyPath, application, appId;
};

inline QByteArray listed(const QList<Finding> &findings)
{
    QStringList lines;
    for (const Finding &finding : findings)
        lines << QStringLiteral("%1 [%2] %3").arg(QString::number(int(finding.weight)), finding.key, finding.text);
    return lines.join(QLatin1Char('\n')).toUtf8();
}

} // namespace pimgate::test
