#pragma once

#include "demo/PimBench.h"

#include <QRandomGenerator>

#include <functional>
#include <set>

namespace pimgate::demotest {

struct Reply
{
    int status = 0;
    QJsonObject json;
};

/// A tenant that can be played on: over the wire, or without it.
struct Stage
{
    std::function<Reply(const QString &actor, const QByteArray &method, const QString &path, const QJsonObject &body)> call;
    std::function<void(int seconds)> advance;
    std::function<QDateTime()> now;
    QString graph; ///< where its objects live: "https://graph.microsoft.com"
};

/// Plays random operations of PIM, sensible and not, on one group, and knows what must hold after each of them.
class PimPlay
{
public:
    struct Move
    {
        QString actor;
        QByteArray method; ///< empty: the clock moves on
        QString path;
        QJsonObject body;
        int seconds = 0;
        int status = 0;
    };

    PimPlay(quint32 seed, Stage stage) : m_random(seed), m_stage(std::move(stage)) {}

    /// The group, owned by Lena so that no owner is ever the last one, and the ids of its people.
    void begin()
    {
        for (const char *name : {"ada.lindqvist", "jonas.weber", "priya.raman", "lena.fischer"})
            m_ids[QLatin1String(name)] = read(QStringLiteral("/users/") + upn(name))[QLatin1String("id")].toString();
        const QString desk =
            read(QStringLiteral("/groups?$filter=displayName eq 'Service Desk'"))[QLatin1String("value")][0][QLatin1String("id")]
                .toString();
        m_ids[QStringLiteral("Service Desk")] = desk; // holds Ada and Jonas
        const QString owner = m_stage.graph + QStringLiteral("/v1.0/users/") + m_ids[QStringLiteral("lena.fischer")];
        const Reply made = send(QStringLiteral("mira.kovac"), "POST", QStringLiteral("/groups"),
                                {{QStringLiteral("displayName"), QStringLiteral("PIM-Play")},
                                 {QStringLiteral("mailNickname"), QStringLiteral("PIM-Play")},
                                 {QStringLiteral("mailEnabled"), false},
                                 {QStringLiteral("securityEnabled"), true},
                                 {QStringLiteral("owners@odata.bind"), QJsonArray{owner}}});
        group = made.json[QLatin1String("id")].toString();
    }

    void move()
    {
        switch (below(13)) {
        case 0:
        case 1:
            return ask("eligibility",
                       pick({"adminAssign", "adminAssign", "adminUpdate", "adminExtend", "adminRenew", "adminRemove"}));
        case 2:
            return ask("assignment", pick({"adminAssign", "adminUpdate", "adminExtend", "adminRenew", "adminRemove"}));
        case 3:
        case 4:
        case 5:
            return askSelf("assignment", "selfActivate");
        case 6:
            return askSelf("assignment", "selfDeactivate");
        case 7:
            return askSelf(pick({"eligibility", "assignment"}), pick({"selfExtend", "selfRenew"}));
        case 8:
            return decide();
        case 9:
            return cancel();
        case 10:
            return linkByHand();
        case 11:
            return changeRules();
        default:
            return pass(pickOf({60, 240, 300, 1800, 3600, 7200, 86400}));
        }
    }

    void pass(int seconds)
    {
        m_stage.advance(seconds);
        moves.append({{}, {}, {}, {}, seconds, 0});
    }

    /// What does not hold; empty when all does.
    QString broken()
    {
        for (const char *half : {"eligibility", "assignment"})
            if (const QString wrong = brokenHalf(QLatin1String(half)); !wrong.isEmpty())
                return wrong;
        for (const auto &access : {QStringLiteral("member"), QStringLiteral("owner")}) {
            std::set<QString> expected =
                access == QLatin1String("member") ? m_plain : std::set<QString>{m_ids[QStringLiteral("lena.fischer")]};
            for (const auto &schedule : set(QStringLiteral("assignmentSchedules")))
                if (schedule[QLatin1String("status")].toString() == QLatin1String("Provisioned") &&
                    schedule[QLatin1String("accessId")].toString() == access)
                    expected.insert(schedule[QLatin1String("principalId")].toString());
            if (const std::set<QString> there = people(access); there != expected)
                return QStringLiteral("the %1s of the group are not those whom a schedule or a hand put there: %2, not %3")
                    .arg(access, named(there), named(expected));
        }
        return {};
    }
    /// Plain members only: everything that PIM gave has run out.
    bool isQuiet() { return people(QStringLiteral("member")) == m_plain && set(QStringLiteral("assignmentSchedules")).isEmpty(); }

    QString group;
    QList<Move> moves;

private:
    int below(int end) { return int(m_random.bounded(end)); }
    const char *pick(std::initializer_list<const char *> words) { return *(words.begin() + below(int(words.size()))); }
    int pickOf(std::initializer_list<int> numbers) { return *(numbers.begin() + below(int(numbers.size()))); }
    bool sometimes() { return below(6) == 0; }

    Reply send(const QString &actor, const QByteArray &method, const QString &path, const QJsonObject &body = {})
    {
        const Reply reply = m_stage.call(actor, method, path, body);
        moves.append({actor, method, path, body, 0, reply.status});
        return reply;
    }
    QJsonObject read(const QString &path) { return m_stage.call(QStringLiteral("mira.kovac"), "GET", path, {}).json; }
    QJsonArray set(const QString &name)
    {
        return read(kPim + name + QStringLiteral("?$filter=groupId eq '%1'&$top=999").arg(group))[QLatin1String("value")]
            .toArray();
    }
    std::set<QString> people(const QString &access)
    {
        std::set<QString> ids;
        for (const auto &each : read(QStringLiteral("/groups/%1/%2s").arg(group, access))[QLatin1String("value")].toArray())
            ids.insert(each[QLatin1String("id")].toString());
        return ids;
    }

    QJsonObject schedule()
    {
        if (sometimes())
            return until(pick({"noExpiration", "notSpecified"}));
        const QJsonObject span = lasting(pick({"PT4M", "PT5M", "PT30M", "PT2H", "PT8H", "PT9H", "P1D", "P3D", "P400D"}));
        if (!sometimes())
            return span;
        return startingAt(span, m_stage.now().addSecs(3600 * (1 + below(30))).toString(Qt::ISODate));
    }
    QJsonObject body(const char *action, const QString &principal)
    {
        QJsonObject wish{{QStringLiteral("action"), QLatin1String(action)},
                         {QStringLiteral("accessId"), below(4) == 0 ? QStringLiteral("owner") : QStringLiteral("member")},
                         {QStringLiteral("groupId"), group},
                         {QStringLiteral("principalId"), principal},
                         {QStringLiteral("scheduleInfo"), schedule()}};
        if (!sometimes())
            wish.insert(QStringLiteral("justification"), QStringLiteral("Play"));
        if (sometimes())
            wish.insert(QStringLiteral("isValidationOnly"), true);
        return wish;
    }
    static QString requests(const char *half) { return kPim + QLatin1String(half) + QStringLiteral("ScheduleRequests"); }

    void ask(const char *half, const char *action)
    {
        const QString principal = m_ids[QLatin1String(pick({"ada.lindqvist", "jonas.weber", "priya.raman", "Service Desk"}))];
        const QString actor = QLatin1String(sometimes() ? "ada.lindqvist" : "mira.kovac");
        const QJsonObject wish = body(action, principal);
        const bool owner = wish[QLatin1String("accessId")].toString() == QLatin1String("owner");
        const bool scheduled = isScheduled(principal);
        const Reply reply = send(actor, "POST", requests(half), wish);
        const bool removed = reply.status == 201 && qstrcmp(action, "adminRemove") == 0 && qstrcmp(half, "assignment") == 0;
        if (removed && !owner && !scheduled && !wish.contains(QLatin1String("isValidationOnly")))
            m_plain.erase(principal);
    }
    bool isScheduled(const QString &principal)
    {
        for (const auto &each : set(QStringLiteral("assignmentSchedules")))
            if (each[QLatin1String("principalId")].toString() == principal &&
                each[QLatin1String("accessId")].toString() == QLatin1String("member"))
                return true;
        return false;
    }
    void askSelf(const char *half, const char *action)
    {
        const QString name = QLatin1String(pick({"ada.lindqvist", "jonas.weber", "priya.raman"}));
        const QString principal = sometimes() ? m_ids[QStringLiteral("lena.fischer")] : m_ids[name];
        send(name, "POST", requests(half), body(action, principal));
    }
    void decide()
    {
        for (const auto &each : set(QStringLiteral("assignmentScheduleRequests"))) {
            const QString approval = each[QLatin1String("approvalId")].toString();
            if (approval.isEmpty() ||
                (each[QLatin1String("status")].toString() != QLatin1String("PendingApproval") && below(4) > 0))
                continue;
            send(QLatin1String(pick({"lena.fischer", "lena.fischer", "ada.lindqvist", "priya.raman"})), "PATCH",
                 decisionPath(approval, approval), decision(pick({"Approve", "Approve", "Deny"})));
            return;
        }
    }
    void cancel()
    {
        const char *half = pick({"eligibility", "assignment"});
        const QJsonArray all = set(QLatin1String(half) + QStringLiteral("ScheduleRequests"));
        if (all.isEmpty())
            return;
        const QString id = all.at(below(int(all.size())))[QLatin1String("id")].toString();
        send(QLatin1String(pick({"mira.kovac", "ada.lindqvist", "jonas.weber"})), "POST",
             requests(half) + QStringLiteral("/%1/cancel").arg(id));
    }
    void linkByHand()
    {
        const QString principal = m_ids[QLatin1String(pick({"ada.lindqvist", "jonas.weber", "priya.raman"}))];
        const QString members = QStringLiteral("/groups/%1/members/").arg(group);
        if (sometimes()) {
            const QJsonObject link{
                {QStringLiteral("@odata.id"), m_stage.graph + QStringLiteral("/v1.0/directoryObjects/") + principal}};
            if (send(QStringLiteral("mira.kovac"), "POST", members + QStringLiteral("$ref"), link).status == 204)
                m_plain.insert(principal);
        } else if (send(QStringLiteral("mira.kovac"), "DELETE", members + principal + QStringLiteral("/$ref")).status == 204) {
            m_plain.erase(principal);
        }
    }
    void changeRules()
    {
        const QString filter = QStringLiteral(
            "?$filter=scopeId eq '%1' and scopeType eq 'Group' and roleDefinitionId eq '%2'&$expand=policy($expand=rules)");
        const QString access = QLatin1String(pick({"member", "member", "owner"}));
        const QJsonObject policy = read(QStringLiteral("/policies/roleManagementPolicyAssignments") +
                                        filter.arg(group, access))[QLatin1String("value")][0][QLatin1String("policy")]
                                       .toObject();
        QJsonObject rule, change;
        if (below(2) == 0) {
            rule = ruleOf(policy, "Approval_EndUser_Assignment");
            change =
                approvalSetting(sometimes() ? QJsonArray() : QJsonArray{approvingUser(m_ids[QStringLiteral("lena.fischer")])});
            QJsonObject setting = change[QLatin1String("setting")].toObject();
            setting.insert(QStringLiteral("isApprovalRequired"), below(2) == 0);
            setting.insert(QStringLiteral("isApprovalRequiredForExtension"), below(2) == 0);
            change.insert(QStringLiteral("setting"), setting);
        } else {
            rule = ruleOf(policy, "Expiration_EndUser_Assignment");
            change = {{QStringLiteral("maximumDuration"), QLatin1String(pick({"PT1H", "PT8H", "P1D", "P2D"}))}};
        }
        send(QStringLiteral("mira.kovac"), "PATCH",
             QStringLiteral("/policies/roleManagementPolicies/") + policy[QLatin1String("id")].toString(),
             {{QStringLiteral("rules"), QJsonArray{both(rule, change)}}});
    }

    QString named(const std::set<QString> &ids) const
    {
        QStringList names;
        for (const auto &[name, id] : m_ids)
            if (ids.contains(id))
                names << name;
        return QStringLiteral("[%1 of %2]").arg(names.join(QLatin1String(", "))).arg(ids.size());
    }

    /// Instances and schedules of a half say the same: none outlives its schedule, none is missing.
    QString brokenHalf(const QString &half)
    {
        const QDateTime now = m_stage.now();
        std::map<QString, QJsonObject> running;
        for (const auto &schedule : set(half + QStringLiteral("Schedules")))
            if (schedule[QLatin1String("status")].toString() == QLatin1String("Provisioned"))
                running[schedule[QLatin1String("id")].toString()] = schedule.toObject();
        for (const auto &instance : set(half + QStringLiteral("ScheduleInstances"))) {
            if (instance[QLatin1String("startDateTime")].isNull())
                continue; // put there by hand
            const auto schedule = running.find(instance[half + QStringLiteral("ScheduleId")].toString());
            if (schedule == running.end())
                return QStringLiteral("an %1 instance without a schedule that runs").arg(half);
            const QDateTime end = endOf(schedule->second);
            const QDateTime shown = QDateTime::fromString(instance[QLatin1String("endDateTime")].toString(), Qt::ISODate);
            if (end.isValid() && (shown != end || end <= now))
                return QStringLiteral("an %1 instance outlives its schedule").arg(half);
            if (QDateTime::fromString(instance[QLatin1String("startDateTime")].toString(), Qt::ISODate) > now)
                return QStringLiteral("an %1 instance before its time").arg(half);
            running.erase(schedule);
        }
        return running.empty() ? QString() : QStringLiteral("an %1 schedule runs without an instance").arg(half);
    }
    static QDateTime endOf(const QJsonObject &schedule)
    {
        const QJsonObject info = schedule[QLatin1String("scheduleInfo")].toObject();
        const QJsonObject expiration = info[QLatin1String("expiration")].toObject();
        if (const auto duration = IsoDuration::parse(expiration[QLatin1String("duration")].toString()))
            return QDateTime::fromString(info[QLatin1String("startDateTime")].toString(), Qt::ISODate)
                .addSecs(duration->value().count());
        return QDateTime::fromString(expiration[QLatin1String("endDateTime")].toString(), Qt::ISODate);
    }

    QRandomGenerator m_random;
    Stage m_stage;
    std::map<QString, QString> m_ids;
    std::set<QString> m_plain; ///< members whom a hand put into the group
};

} // namespace pimgate::demotest
