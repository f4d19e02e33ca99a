#include "gate/wish/Blueprint.h"

#include "gate/wish/BlueprintJudge.h"
#include "gate/wish/BlueprintWords.h"
#include "gate/wish/Presets.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace pimgate {
namespace blueprintfile {

tl::unexpected<Error> refused(const QString &where, const QString &message, const QString &next)
{
    Error error;
    error.kind = Error::Kind::Input;
    error.where = where;
    error.message = message;
    error.next = next.simplified();
    return failure(error);
}

tl::unexpected<Error> notJson(const QByteArray &text, const QJsonParseError &problem)
{
    const QByteArray before = text.left(problem.offset);
    const qsizetype line = before.count('\n') + 1;
    const qsizetype column = before.size() - before.lastIndexOf('\n');
    const QByteArray around = text.mid(std::max(0, problem.offset - 2), 4);
    const bool comment = around.contains("/*") || around.contains("//");
    return refused(BlueprintText::tr("line %1, column %2").arg(line).arg(column),
                   BlueprintText::tr("This is not JSON: %1.").arg(problem.errorString()),
                   comment ? BlueprintText::tr("JSON takes no comments; remove it.")
                           : BlueprintText::tr("Mend the file at this place."));
}

QStringList strings(const QJsonValue &value)
{
    QStringList list;
    const QJsonArray array = value.toArray();
    for (const QJsonValue &one : array)
        list << one.toString().trimmed();
    return list;
}

std::optional<bool> flag(const QJsonValue &value)
{
    return value.isBool() ? std::optional(value.toBool()) : std::nullopt;
}

std::optional<IsoDuration> duration(const QJsonValue &value)
{
    const auto parsed = IsoDuration::parse(value.toString());
    return parsed ? std::optional(*parsed) : std::nullopt;
}

void readPim(const QJsonObject &pim, Blueprint &blueprint)
{
    const QJsonArray eligible = pim.value(QLatin1String("eligible")).toArray();
    for (const QJsonValue &one : eligible)
        blueprint.eligible << Blueprint::Eligible{one[QLatin1String("principal")].toString().trimmed(),
                                                  duration(one[QLatin1String("duration")])};
    blueprint.removeOtherEligibles = pim.value(QLatin1String("eligibleOthers")).toString() == QLatin1String("remove");
    const QJsonObject rules = pim.value(QLatin1String("activation")).toObject();
    auto &activation = blueprint.activation;
    activation.maximumDuration = duration(rules.value(QLatin1String("maximumDuration")));
    activation.mfa = flag(rules.value(QLatin1String("mfa")));
    activation.justification = flag(rules.value(QLatin1String("justification")));
    activation.ticket = flag(rules.value(QLatin1String("ticket")));
    activation.approval = flag(rules.value(QLatin1String("approval")));
    if (rules.contains(QLatin1String("authenticationContext"))) // null is named: it switches off
        activation.authenticationContext = rules.value(QLatin1String("authenticationContext")).toString(QLatin1String(""));
    activation.approvers = strings(rules.value(QLatin1String("approvers")));
    const QJsonObject mail = pim.value(QLatin1String("notifications")).toObject();
    if (mail.contains(QLatin1String("activation")))
        blueprint.activationMail = strings(mail.value(QLatin1String("activation")));
}

void readPolicy(const QJsonObject &json, Blueprint::PolicyWish &policy)
{
    policy.displayName = json.value(QLatin1String("displayName")).toString().trimmed();
    policy.enabled = json.value(QLatin1String("state")).toString() == QLatin1String("enabled");
    policy.stateNamed = json.contains(QLatin1String("state"));
    policy.breakGlass = strings(json.value(QLatin1String("breakGlass")));
    const QJsonObject refusal = json.value(QLatin1String("breakGlassRefusal")).toObject();
    if (!refusal.isEmpty())
        policy.breakGlassRefusal = Blueprint::PolicyWish::Refusal{refusal.value(QLatin1String("by")).toString(),
                                                                  refusal.value(QLatin1String("reason")).toString()};
}

Blueprint read(const QJsonObject &root)
{
    Blueprint blueprint;
    const QJsonObject application = root.value(QLatin1String("application")).toObject();
    blueprint.application = {application.value(QLatin1String("appId")).toString().toLower(),
                             application.value(QLatin1String("displayName")).toString().trimmed(),
                             application.value(QLatin1String("preset")).toString()};
    const QJsonObject group = root.value(QLatin1String("group")).toObject();
    blueprint.group.displayName = group.value(QLatin1String("displayName")).toString().trimmed();
    blueprint.group.description = group.value(QLatin1String("description")).toString();
    blueprint.group.descriptionNamed = group.contains(QLatin1String("description"));
    blueprint.group.roleAssignable = flag(group.value(QLatin1String("roleAssignable")));
    blueprint.group.existing = group.value(QLatin1String("existing")).toString().trimmed();
    const QJsonObject assignment = root.value(QLatin1String("assignment")).toObject();
    blueprint.assignment = {assignment.value(QLatin1String("required")).toBool(true),
                            assignment.value(QLatin1String("appRole")).toString().trimmed(),
                            assignment.value(QLatin1String("otherAssignments")).toString() == QLatin1String("remove"),
                            strings(assignment.value(QLatin1String("remove")))};
    readPim(root.value(QLatin1String("pim")).toObject(), blueprint);
    readPolicy(root.value(QLatin1String("conditionalAccess")).toObject(), blueprint.policy);
    if (root.contains(QLatin1String("accessReview")))
        blueprint.accessReview = root.value(QLatin1String("accessReview")).toObject();
    return blueprint;
}

void put(QJsonObject &json, const char *key, const QString &text)
{
    if (!text.isEmpty())
        json.insert(QLatin1String(key), text);
}

void put(QJsonObject &json, const char *key, const std::optional<bool> &value)
{
    if (value)
        json.insert(QLatin1String(key), *value);
}

void put(QJsonObject &json, const char *key, const QStringList &list)
{
    if (!list.isEmpty())
        json.insert(QLatin1String(key), QJsonArray::fromStringList(list));
}

void put(QJsonObject &json, const char *key, const QJsonObject &object)
{
    if (!object.isEmpty())
        json.insert(QLatin1String(key), object);
}

QString keepOrRemove(bool remove)
{
    return remove ? QStringLiteral("remove") : QStringLiteral("keep");
}

QJsonObject activationJson(const Blueprint::ActivationWish &activation)
{
    QJsonObject json;
    if (activation.maximumDuration)
        put(json, "maximumDuration", activation.maximumDuration->toString());
    put(json, "mfa", activation.mfa);
    put(json, "justification", activation.justification);
    put(json, "ticket", activation.ticket);
    if (activation.authenticationContext)
        json.insert(QLatin1String("authenticationContext"), activation.authenticationContext->isEmpty()
                                                                ? QJsonValue(QJsonValue::Null)
                                                                : QJsonValue(*activation.authenticationContext));
    put(json, "approval", activation.approval);
    put(json, "approvers", activation.approvers);
    return json;
}

QJsonObject pimJson(const Blueprint &blueprint)
{
    QJsonArray eligible;
    for (const Blueprint::Eligible &one : blueprint.eligible) {
        QJsonObject entry;
        put(entry, "principal", one.principal);
        if (one.duration)
            put(entry, "duration", one.duration->toString());
        eligible << entry;
    }
    QJsonObject json;
    json.insert(QLatin1String("eligible"), eligible);
    put(json, "eligibleOthers", keepOrRemove(blueprint.removeOtherEligibles));
    put(json, "activation", activationJson(blueprint.activation));
    if (blueprint.activationMail) {
        QJsonObject notifications;
        notifications.insert(QLatin1String("activation"), QJsonArray::fromStringList(*blueprint.activationMail));
        json.insert(QLatin1String("notifications"), notifications);
    }
    return json;
}

QJsonObject policyJson(const Blueprint::PolicyWish &policy)
{
    QJsonObject json;
    put(json, "displayName", policy.displayName);
    if (policy.stateNamed || policy.enabled) // not named: an armed policy stays armed
        put(json, "state", policy.enabled ? QStringLiteral("enabled") : QStringLiteral("reportOnly"));
    put(json, "breakGlass", policy.breakGlass);
    if (policy.breakGlassRefusal) {
        QJsonObject refusal;
        put(refusal, "by", policy.breakGlassRefusal->by);
        put(refusal, "reason", policy.breakGlassRefusal->reason);
        json.insert(QLatin1String("breakGlassRefusal"), refusal);
    }
    return json;
}

} // namespace blueprintfile

QStringList Blueprint::references() const
{
    QStringList all;
    for (const Eligible &one : eligible)
        all << one.principal;
    all << activation.approvers << policy.breakGlass << assignment.remove;
    if (accessReview)
        all << blueprintfile::strings(accessReview->value(QLatin1String("reviewers")));
    all.removeDuplicates();
    return all;
}

Result<Blueprint> Blueprint::parse(const QByteArray &json)
{
    using namespace blueprintfile;
    const QByteArray text = json.startsWith("\xEF\xBB\xBF") ? json.mid(3) : json; // Windows editors add the mark
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(text, &problem);
    if (problem.error != QJsonParseError::NoError)
        return notJson(text, problem);
    if (!document.isObject())
        return refused({}, BlueprintText::tr("A blueprint is an object in { }."),
                       BlueprintText::tr("Allowed here: application, group, assignment, pim, "
                                         "conditionalAccess, accessReview."));
    const QList<Problem> problems = problemsOf(document.object(), text);
    if (!problems.isEmpty()) {
        const Problem &first = problems.first();
        const int more = int(problems.size()) - 1;
        return refused(first.where, first.message,
                       more == 0
                           ? first.next
                           : first.next + QLatin1Char(' ') + BlueprintText::tr("%n more problem(s) follow.", nullptr, more));
    }
    Blueprint blueprint = read(document.object());
    blueprint.fillNames(blueprint.application.displayName);
    return blueprint;
}

Blueprint Blueprint::ofRun(const QJsonObject &kept)
{
    Blueprint blueprint = blueprintfile::read(kept);
    blueprint.fillNames(blueprint.application.displayName);
    return blueprint;
}

Result<Blueprint> Blueprint::load(const QString &fileName)
{
    using namespace blueprintfile;
    constexpr qint64 atMost = 1 << 20;
    QFile file(fileName);
    if (!file.open(QIODevice::ReadOnly))
        return refused(fileName, BlueprintText::tr("The blueprint cannot be read: %1.").arg(file.errorString()),
                       BlueprintText::tr("Give the path of a blueprint file."));
    const QByteArray text = file.read(atMost + 1);
    if (text.size() > atMost)
        return refused(fileName, BlueprintText::tr("This file is over 1 MB; a blueprint is smaller."),
                       BlueprintText::tr("Give the path of a blueprint file."));
    return parse(text);
}

void Blueprint::fillNames(const QString &applicationName)
{
    using blueprintfile::BlueprintText;
    const auto facts = preset(application.preset);
    QString name = applicationName;
    if (name.isEmpty())
        name = application.displayName;
    if (name.isEmpty() && facts)
        name = facts->displayName;
    if (name.isEmpty())
        return;
    // What the tenant keeps is compared and found again, whatever the language of the next run: these are not words.
    if (policy.displayName.isEmpty())
        policy.displayName = facts ? facts->policyName : QStringLiteral("PIM only: %1").arg(name);
    if (!group.existing.isEmpty())
        return;
    if (group.displayName.isEmpty())
        group.displayName =
            facts ? facts->groupName : QStringLiteral("PIM-%1-Admins").arg(QString(name).remove(QLatin1Char(' ')));
    if (group.description.isEmpty() && !group.descriptionNamed)
        group.description = usualDescription(name);
}

QString Blueprint::usualDescription(const QString &application)
{
    return QStringLiteral("Active members can sign in to %1.").arg(application);
}

QJsonObject Blueprint::toJson() const
{
    using namespace blueprintfile;
    QJsonObject applicationJson, groupJson, assignmentJson, json;
    put(applicationJson, "appId", application.appId);
    put(applicationJson, "displayName", application.displayName);
    put(applicationJson, "preset", application.preset);
    put(groupJson, "displayName", group.displayName);
    if (group.descriptionNamed)
        groupJson.insert(QLatin1String("description"), group.description);
    put(groupJson, "roleAssignable", group.roleAssignable);
    put(groupJson, "existing", group.existing);
    put(assignmentJson, "required", std::optional(assignment.required));
    put(assignmentJson, "appRole", assignment.appRole);
    put(assignmentJson, "otherAssignments", keepOrRemove(assignment.removeOthers));
    put(assignmentJson, "remove", assignment.remove);
    put(json, "application", applicationJson);
    put(json, "group", groupJson);
    put(json, "assignment", assignmentJson);
    put(json, "pim", pimJson(*this));
    put(json, "conditionalAccess", policyJson(policy));
    if (accessReview)
        json.insert(QLatin1String("accessReview"), *accessReview);
    return json;
}

} // namespace pimgate
