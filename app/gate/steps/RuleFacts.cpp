#include "gate/steps/RuleFacts.h"

#include "graph/Json.h"
#include "graph/ManagementPolicies.h"

namespace pimgate {
namespace {

QStringList normal(QStringList list)
{
    for (QString &item : list)
        item = item.toLower();
    list.removeDuplicates();
    list.sort();
    return list;
}

template <class Value>
bool same(const Value &a, const Value &b)
{
    return a == b;
}

bool same(const QStringList &a, const QStringList &b)
{
    return normal(a) == normal(b);
}

bool has(const QStringList &enabledRules, const char *name)
{
    return enabledRules.contains(QLatin1String(name), Qt::CaseInsensitive);
}

/// Calls visit(name, field of a, field of b) for every field.
template <class Facts, class OtherFacts, class Visit>
void forEachField(Facts &a, OtherFacts &b, Visit visit)
{
    visit("maximumDuration", a.longest, b.longest);
    visit("mfa", a.mfa, b.mfa);
    visit("justification", a.justification, b.justification);
    visit("ticket", a.ticket, b.ticket);
    visit("approval", a.approvers, b.approvers);
    visit("authenticationContext", a.context, b.context);
    visit("notifications", a.mail, b.mail);
}

QJsonValue jsonOf(const IsoDuration &duration)
{
    return duration.toString();
}
QJsonValue jsonOf(bool on)
{
    return on;
}
QJsonValue jsonOf(const QString &text)
{
    return text;
}
QJsonValue jsonOf(const QStringList &list)
{
    return QJsonArray::fromStringList(list);
}

void read(const QJsonValue &json, std::optional<IsoDuration> &into)
{
    if (const auto duration = IsoDuration::parse(json.toString()))
        into = *duration;
}
void read(const QJsonValue &json, std::optional<bool> &into)
{
    into = json.toBool();
}
void read(const QJsonValue &json, std::optional<QString> &into)
{
    into = json.toString();
}
void read(const QJsonValue &json, std::optional<QStringList> &into)
{
    QStringList list;
    for (const auto &item : json.toArray())
        list << item.toString();
    into = list;
}

/// Of a group that is new, where the blueprint names nothing: the page's defaults.
RuleFacts defaults(bool withContext)
{
    RuleFacts facts;
    facts.mfa = !withContext;
    facts.justification = true;
    facts.ticket = false;
    return facts;
}

} // namespace

RuleFacts RuleFacts::asked(const Blueprint &blueprint, const Snapshot &snapshot)
{
    const Blueprint::ActivationWish &wish = blueprint.activation;
    const bool fresh = snapshot.fresh();
    const bool withContext = !wish.authenticationContext.value_or(QString()).isEmpty();
    RuleFacts facts;
    if (wish.maximumDuration || fresh)
        facts.longest = wish.maximumDuration.value_or(Blueprint::defaultActivation());
    if (fresh || wish.mfa || wish.justification || wish.ticket || withContext) {
        const RuleFacts otherwise = snapshot.rules && !fresh ? shown(*snapshot.rules) : defaults(withContext);
        // MFA and an authentication context exclude each other (graph-contract 8.3).
        facts.mfa = withContext ? false : wish.mfa.value_or(*otherwise.mfa);
        facts.justification = wish.justification.value_or(*otherwise.justification);
        facts.ticket = wish.ticket.value_or(*otherwise.ticket);
    }
    facts.context = wish.authenticationContext;
    if (wish.approval || !wish.approvers.isEmpty()) {
        QStringList approvers;
        if (blueprint.approvalWanted())
            for (const QString &reference : wish.approvers)
                approvers << snapshot.principals.value(reference).id;
        facts.approvers = approvers;
    }
    if (blueprint.activationMail)
        facts.mail = *blueprint.activationMail;
    return facts;
}

RuleFacts RuleFacts::shown(const ManagementPolicy &policy)
{
    const QStringList enabled = policy.enabledOnActivation();
    RuleFacts facts;
    facts.longest = policy.maximumActivation();
    facts.mfa = has(enabled, "MultiFactorAuthentication");
    facts.justification = has(enabled, "Justification");
    facts.ticket = has(enabled, "Ticketing");
    facts.context = policy.authenticationContext();
    facts.approvers = policy.approvalRequired() ? policy.approverIds() : QStringList();
    facts.mail = Json::texts(policy.rules.value(Rules::ActivationMail), "notificationRecipients");
    return facts;
}

RuleFacts RuleFacts::sameFieldsOf(const RuleFacts &other) const
{
    RuleFacts same = other;
    forEachField(*this, same, [](const char *, const auto &mine, auto &theirs) {
        if (!mine)
            theirs.reset();
    });
    return same;
}

QStringList RuleFacts::differFrom(const RuleFacts &shown) const
{
    QStringList fields;
    forEachField(*this, shown, [&fields](const char *name, const auto &asked, const auto &there) {
        if (asked && !(there && same(*asked, *there)))
            fields << QLatin1String(name);
    });
    return fields;
}

QJsonObject RuleFacts::toJson() const
{
    QJsonObject json;
    forEachField(*this, *this, [&json](const char *name, const auto &field, const auto &) {
        if (field)
            json.insert(QLatin1String(name), jsonOf(*field));
    });
    return json;
}

RuleFacts RuleFacts::fromJson(const QJsonObject &json)
{
    RuleFacts facts;
    forEachField(facts, facts, [&json](const char *name, auto &field, const auto &) {
        if (json.contains(QLatin1String(name)))
            read(json.value(QLatin1String(name)), field);
    });
    return facts;
}

} // namespace pimgate
