#include "gate/PimRows.h"

#include <QJsonArray>
#include <QLocale>

namespace pimgate {

namespace pimrows {

ManagementPolicy policyOf(const QList<PolicyRule> &rules)
{
    ManagementPolicy policy;
    for (const PolicyRule &rule : rules)
        policy.rules.insert(rule.value(QStringLiteral("id")).toString(), rule);
    return policy;
}

namespace {

QString enabledText(const ManagementPolicy &policy, const char *rule)
{
    return policy.enabledOnActivation().contains(QLatin1String(rule)) ? PimText::tr("required") : PimText::tr("not asked");
}

QString approversText(const ManagementPolicy &policy, const Snapshot &snapshot)
{
    if (!policy.approvalRequired())
        return PimText::tr("nobody");
    QStringList names;
    for (const QString &id : policy.approverIds())
        names << snapshot.nameOf(id);
    return names.isEmpty() ? PimText::tr("nobody named") : names.join(QLatin1String(", "));
}

QString contextText(const ManagementPolicy &policy)
{
    return policy.authenticationContext().isEmpty() ? PimText::tr("none") : policy.authenticationContext();
}

QString mailText(const ManagementPolicy &policy)
{
    QStringList addresses;
    const QJsonArray list = policy.rules.value(Rules::ActivationMail).value(QStringLiteral("notificationRecipients")).toArray();
    for (const QJsonValue &value : list)
        addresses << value.toString();
    return addresses.isEmpty() ? PimText::tr("nobody more") : addresses.join(QLatin1String(", "));
}

/// What / Now / Asked of every setting that a rule carries.
QList<ChangeDetail> detailsOf(const ManagementPolicy &now, const ManagementPolicy &asked, const Snapshot &snapshot)
{
    QList<ChangeDetail> details;
    const auto add = [&](const QString &rule, const char *key, const char *what, const QString &before, const QString &after) {
        if (!asked.rules.contains(rule))
            return;
        // A list in another order reads differently and is the same.
        const bool same =
            before == after || (rule != Rules::Enablement && PimStep::sameRule(asked.rules.value(rule), now.rules.value(rule)));
        details << ChangeDetail{PimText::tr(what), before, after, same, QLatin1String(key)};
    };
    const auto enabled = [&](const char *key, const char *what, const char *name) {
        add(Rules::Enablement, key, what, enabledText(now, name), enabledText(asked, name));
    };
    add(Rules::MaximumActivation, "maximumDuration", "Longest activation", now.maximumActivation().human(),
        asked.maximumActivation().human());
    enabled("mfa", "MFA", "MultiFactorAuthentication");
    enabled("justification", "Reason", "Justification");
    enabled("ticket", "Ticket", "Ticketing");
    add(Rules::Approval, "approval", "Approval by", approversText(now, snapshot), approversText(asked, snapshot));
    add(Rules::AuthenticationContext, "authenticationContext", "Authentication context", contextText(now), contextText(asked));
    add(Rules::ActivationMail, "notifications", "Mail on activation to", mailText(now), mailText(asked));
    return details;
}

QJsonArray arrayOf(const QList<PolicyRule> &rules)
{
    QJsonArray array;
    for (const PolicyRule &rule : rules)
        array << rule;
    return array;
}

} // namespace

QList<PolicyRule> rulesIn(const QJsonObject &values)
{
    QList<PolicyRule> rules;
    const QJsonArray array = values.value(QStringLiteral("rules")).toArray();
    for (const QJsonValue &value : array)
        rules << value.toObject();
    return rules;
}

QString untilText(const PimSchedule &schedule)
{
    return schedule.end.isValid()
               ? PimText::tr("until %1").arg(QLocale().toString(schedule.end.toLocalTime().date(), QLocale::ShortFormat))
               : PimText::tr("without end");
}

bool lasts(const PimSchedule &schedule, IsoDuration duration)
{
    return schedule.start.isValid() && schedule.end.isValid() &&
           qAbs(schedule.start.secsTo(schedule.end) - duration.value().count()) < 60;
}

const PimSchedule *scheduleOf(const QList<PimSchedule> &schedules, const QString &principalId)
{
    for (const PimSchedule &schedule : schedules)
        if (schedule.principalId == principalId && schedule.direct &&
            schedule.accessId.compare(QLatin1String("member"), Qt::CaseInsensitive) == 0)
            return &schedule;
    return nullptr;
}

Change eligibleRow(const Blueprint::Eligible &wish, const Principal &who, const Snapshot &snapshot)
{
    const IsoDuration duration = wish.duration.value_or(Blueprint::defaultEligibility());
    Change row;
    row.key = QLatin1String("eligible:") + who.id;
    row.step = StepId::Pim;
    row.what = who.displayName;
    row.before = PimText::tr("not eligible");
    row.after = PimText::tr("eligible, %1").arg(duration.human());
    row.sentence = PimText::tr("%1 becomes eligible for %2.").arg(who.displayName, duration.human());
    row.undo = PimText::tr("The eligibility is removed, not earlier than five minutes after it was made.");
    row.waitsFor = {QStringLiteral("group"), QStringLiteral("rules")};
    row.targetId = who.id;
    row.wanted = {{QStringLiteral("duration"), duration.toString()}};
    if (const PimSchedule *has = scheduleOf(snapshot.eligible, who.id)) {
        row.before = untilText(*has);
        row.done = has->provisioned() && (!wish.duration || lasts(*has, duration));
        row.original = {{QStringLiteral("start"), has->start.toString(Qt::ISODate)},
                        {QStringLiteral("end"), has->end.toString(Qt::ISODate)}};
        row.seen = row.original;
    }
    return row;
}

Change uneligibleRow(const PimSchedule &schedule, const Snapshot &snapshot)
{
    Change row;
    row.key = QLatin1String("uneligible:") + schedule.principalId;
    row.step = StepId::Pim;
    row.kind = Change::Kind::Closing;
    row.what = snapshot.nameOf(schedule.principalId);
    row.before = PimText::tr("eligible %1").arg(untilText(schedule));
    row.after = PimText::tr("not eligible");
    row.sentence = PimText::tr("%1 is no longer eligible.").arg(row.what);
    row.undo = PimText::tr("The person becomes eligible again, until the same day.");
    row.targetId = schedule.principalId;
    row.original = row.seen = {{QStringLiteral("start"), schedule.start.toString(Qt::ISODate)},
                               {QStringLiteral("end"), schedule.end.toString(Qt::ISODate)}};
    return row;
}

bool sameTimes(const QJsonObject &seen, const PimSchedule &schedule)
{
    return seen.value(QStringLiteral("start")).toString() == schedule.start.toString(Qt::ISODate) &&
           seen.value(QStringLiteral("end")).toString() == schedule.end.toString(Qt::ISODate);
}

Change rulesRow(const Blueprint &blueprint, const Snapshot &snapshot)
{
    const QList<PolicyRule> wanted = PimStep::wantedRules(blueprint, snapshot);
    QList<PolicyRule> different, originals;
    for (const PolicyRule &rule : wanted) {
        const QString id = rule.value(QStringLiteral("id")).toString();
        const PolicyRule has = snapshot.rules ? snapshot.rules->rules.value(id) : PolicyRule();
        if (PimStep::sameRule(rule, has))
            continue;
        different << rule;
        if (!has.isEmpty())
            originals << has;
    }
    Change row;
    row.key = QStringLiteral("rules");
    row.step = StepId::Pim;
    row.what = PimText::tr("Activation rules");
    row.before = snapshot.rules ? PimText::tr("other rules") : PimText::tr("none yet");
    row.after = PimText::tr("as chosen");
    row.sentence = PimText::tr("PIM manages the group, and its activation rules are set.");
    row.undo = PimText::tr("The old rules are written back. PIM keeps managing the group until the group is deleted.");
    row.waitsFor = {QStringLiteral("group")};
    row.targetId = snapshot.group ? snapshot.group->id : QString();
    row.done = snapshot.rules && different.isEmpty();
    if (row.done)
        row.before = row.after;
    row.details = detailsOf(snapshot.rules.value_or(ManagementPolicy()), policyOf(wanted), snapshot);
    row.wanted = {{QStringLiteral("rules"), arrayOf(row.done ? wanted : different)}};
    row.original = row.seen = {{QStringLiteral("rules"), arrayOf(originals)}};
    return row;
}

} // namespace pimrows

} // namespace pimgate
