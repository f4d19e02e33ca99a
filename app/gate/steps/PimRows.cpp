#include "gate/steps/PimRows.h"

#include "graph/ManagementPolicies.h"

#include <QJsonArray>
#include <QLocale>

namespace pimgate {

namespace pimrows {

namespace {

const QString approvingGroups = QStringLiteral("approvingGroups"); ///< those of the approvers that are groups

QString enabledText(bool on)
{
    return on ? PimText::tr("required") : PimText::tr("not asked");
}

QString listText(const QStringList &list, const QString &none)
{
    return list.isEmpty() ? none : list.join(QLatin1String(", "));
}

QString approversText(const QStringList &ids, const Snapshot &snapshot)
{
    QStringList names;
    for (const QString &id : ids)
        names << snapshot.nameOf(id);
    return listText(names, PimText::tr("nobody"));
}

QString contextText(const QString &context)
{
    return context.isEmpty() ? PimText::tr("none") : context;
}

/// What / Now / Asked of every setting that is asked.
QList<ChangeDetail> detailsOf(const RuleFacts &now, const RuleFacts &asked, const Snapshot &snapshot)
{
    const QStringList different = asked.differFrom(now);
    QList<ChangeDetail> details;
    const auto add = [&](const char *key, const QString &what, const auto &before, const auto &after, const auto &say) {
        if (after)
            details << ChangeDetail{what, before ? say(*before) : QString(), say(*after), !different.contains(QLatin1String(key)),
                                    QLatin1String(key)};
    };
    add("maximumDuration", PimText::tr("Longest activation"), now.longest, asked.longest,
        [](IsoDuration time) { return time.human(); });
    add("mfa", PimText::tr("MFA"), now.mfa, asked.mfa, enabledText);
    add("justification", PimText::tr("Reason"), now.justification, asked.justification, enabledText);
    add("ticket", PimText::tr("Ticket"), now.ticket, asked.ticket, enabledText);
    add("approval", PimText::tr("Approval by"), now.approvers, asked.approvers,
        [&snapshot](const QStringList &ids) { return approversText(ids, snapshot); });
    add("authenticationContext", PimText::tr("Authentication context"), now.context, asked.context, contextText);
    add("notifications", PimText::tr("Mail on activation to"), now.mail, asked.mail,
        [](const QStringList &addresses) { return listText(addresses, PimText::tr("nobody more")); });
    return details;
}

/// The rule of PIM that carries a setting.
QString ruleOf(const QString &field)
{
    static const QHash<QString, QString> rules{{QStringLiteral("maximumDuration"), Rules::MaximumActivation},
                                               {QStringLiteral("mfa"), Rules::Enablement},
                                               {QStringLiteral("justification"), Rules::Enablement},
                                               {QStringLiteral("ticket"), Rules::Enablement},
                                               {QStringLiteral("approval"), Rules::Approval},
                                               {QStringLiteral("authenticationContext"), Rules::AuthenticationContext},
                                               {QStringLiteral("notifications"), Rules::ActivationMail}};
    return rules.value(field);
}

QStringList rulesOf(const QStringList &fields)
{
    QStringList rules;
    for (const QString &field : fields)
        if (!rules.contains(ruleOf(field)))
            rules << ruleOf(field);
    return rules;
}

/// What else is enabled on a group that PIM knows stays.
PolicyRule enablementOf(const RuleFacts &asked, const std::optional<ManagementPolicy> &there)
{
    QStringList enabled = there && !there->untouched ? there->enabledOnActivation() : QStringList();
    const auto set = [&enabled](const char *name, const std::optional<bool> &on) {
        enabled.removeIf([name](const QString &has) { return has.compare(QLatin1String(name), Qt::CaseInsensitive) == 0; });
        if (on.value_or(false))
            enabled << QLatin1String(name);
    };
    set("MultiFactorAuthentication", asked.mfa);
    set("Justification", asked.justification);
    set("Ticketing", asked.ticket);
    return Rules::enablement(enabled);
}

PolicyRule approvalOf(const RuleFacts &asked, const QJsonArray &groups)
{
    QList<Principal> approvers;
    for (const QString &id : *asked.approvers) {
        Principal approver;
        approver.id = id;
        approver.type = groups.contains(id) ? Principal::Type::Group : Principal::Type::User;
        approvers << approver;
    }
    return Rules::approval(approvers, !approvers.isEmpty());
}

QJsonArray groupsAmong(const QStringList &ids, const Snapshot &snapshot)
{
    QJsonArray groups;
    for (const Principal &who : snapshot.principals)
        if (who.isGroup() && ids.contains(who.id) && !groups.contains(who.id))
            groups << who.id;
    return groups;
}

/// The provisional policy of a group that PIM does not know may refuse the rules: the row then needs somebody to begin with.
QJsonObject firstPerson(const Blueprint &blueprint, const Snapshot &snapshot)
{
    const Blueprint::Eligible &first = blueprint.eligible.first();
    return {{QStringLiteral("id"), snapshot.principals.value(first.principal).id},
            {QStringLiteral("duration"), first.duration.value_or(Blueprint::defaultEligibility()).toString()}};
}

QJsonObject wantedRules(const RuleFacts &asked, const Blueprint &blueprint, const Snapshot &snapshot)
{
    QJsonObject wanted{{QStringLiteral("facts"), asked.toJson()}};
    if (const QJsonArray groups = groupsAmong(asked.approvers.value_or(QStringList()), snapshot); !groups.isEmpty())
        wanted.insert(approvingGroups, groups);
    if (!blueprint.eligible.isEmpty())
        wanted.insert(QStringLiteral("firstPerson"), firstPerson(blueprint, snapshot));
    return wanted;
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

RuleFacts factsIn(const QJsonObject &values)
{
    return RuleFacts::fromJson(values.value(QStringLiteral("facts")).toObject());
}

QList<PolicyRule> rulesToWrite(const Change &change, const std::optional<ManagementPolicy> &there)
{
    const RuleFacts asked = factsIn(change.wanted);
    QList<PolicyRule> bodies;
    const QStringList rules = rulesOf(asked.differFrom(factsIn(change.seen)));
    for (const QString &rule : rules) {
        if (rule == Rules::MaximumActivation)
            bodies << Rules::expiration(rule, *asked.longest);
        else if (rule == Rules::Enablement)
            bodies << enablementOf(asked, there);
        else if (rule == Rules::Approval)
            bodies << approvalOf(asked, change.wanted.value(approvingGroups).toArray());
        else if (rule == Rules::AuthenticationContext)
            bodies << Rules::authenticationContext(*asked.context);
        else
            bodies << Rules::activationMail(*asked.mail);
    }
    return bodies;
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
    row.key = {ChangeKey::Kind::Eligible, who.id};
    row.step = StepId::Pim;
    row.what = who.displayName;
    row.before = PimText::tr("not eligible");
    row.after = PimText::tr("eligible, %1").arg(duration.human());
    row.sentence = PimText::tr("%1 becomes eligible for %2.").arg(who.displayName, duration.human());
    row.undo = PimText::tr("The eligibility is removed, not earlier than five minutes after it was made.");
    row.waitsFor = {{ChangeKey::Kind::Group}, {ChangeKey::Kind::Rules}};
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
    row.key = {ChangeKey::Kind::Uneligible, schedule.principalId};
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
    const RuleFacts asked = RuleFacts::asked(blueprint, snapshot);
    const RuleFacts now = snapshot.rules ? RuleFacts::shown(*snapshot.rules) : RuleFacts();
    const QStringList rules = rulesOf(asked.differFrom(now));
    QList<PolicyRule> originals;
    for (const QString &rule : rules)
        if (snapshot.rules && snapshot.rules->rules.contains(rule))
            originals << snapshot.rules->rules.value(rule);
    Change row;
    row.key = {ChangeKey::Kind::Rules};
    row.step = StepId::Pim;
    row.what = PimText::tr("Activation rules");
    row.before = snapshot.rules ? PimText::tr("other rules") : PimText::tr("none yet");
    row.after = PimText::tr("as chosen");
    row.sentence = PimText::tr("PIM manages the group, and its activation rules are set.");
    row.undo = PimText::tr("The old rules are written back. PIM keeps managing the group until the group is deleted.");
    row.waitsFor = {{ChangeKey::Kind::Group}};
    row.targetId = snapshot.group ? snapshot.group->id : QString();
    row.done = snapshot.rules && rules.isEmpty();
    if (row.done)
        row.before = row.after;
    row.details = detailsOf(now, asked, snapshot);
    row.wanted = wantedRules(asked, blueprint, snapshot);
    row.seen = {{QStringLiteral("facts"), asked.sameFieldsOf(now).toJson()}};
    row.original = {{QStringLiteral("rules"), arrayOf(originals)}};
    return row;
}

} // namespace pimrows

} // namespace pimgate
