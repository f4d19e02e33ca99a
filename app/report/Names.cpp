#include "report/Evidence.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>

namespace pimgate {

namespace {

/// Knows everybody who occurs in the evidence and puts "person N" in the place of name, sign-in name and object id.
class Cover
{
public:
    Cover(const Evidence &evidence, const QString &label) : m_label(label)
    {
        if (evidence.now.snapshot)
            learnSnapshot(*evidence.now.snapshot);
        for (const ChangeRecord &record : evidence.changes) {
            learnJson(record.change.wanted);
            learnJson(record.change.original);
            learnJson(record.change.seen);
            learnJson(record.evidence);
        }
        learnJson(evidence.run.result);
        if (evidence.arming)
            for (const ArmingEvidence::Line &line : evidence.arming->lines)
                learn({line.who, line.userId});
        if (evidence.proof)
            for (const ProofLine &line : evidence.proof->lines)
                learn({line.who});
        learn({evidence.run.operatorName});
        build();
    }

    QString clean(const QString &text)
    {
        if (text.isEmpty())
            return text;
        return replaced(replaced(text, m_known), mailPattern());
    }

    QJsonValue clean(const QJsonValue &value)
    {
        if (value.isString())
            return clean(value.toString());
        if (value.isArray()) {
            QJsonArray array;
            for (const QJsonValue &one : value.toArray())
                array << clean(one);
            return array;
        }
        return value.isObject() ? QJsonValue(clean(value.toObject())) : value;
    }

    QJsonObject clean(const QJsonObject &object)
    {
        QJsonObject cleaned;
        for (auto it = object.begin(); it != object.end(); ++it)
            cleaned.insert(clean(it.key()), clean(it.value()));
        return cleaned;
    }

    QStringList clean(const QStringList &texts)
    {
        QStringList cleaned;
        for (const QString &text : texts)
            cleaned << clean(text);
        return cleaned;
    }

    QString person(const QString &id) { return label(numberOf(id)); }

private:
    static const QRegularExpression &mailPattern()
    {
        static const QRegularExpression pattern(QStringLiteral("[\\w.+#'-]+@[\\w-]+(?:\\.[\\w-]+)+"));
        return pattern;
    }

    QString label(int number) const { return m_label.arg(number); }

    QString replaced(const QString &text, const QRegularExpression &pattern)
    {
        if (pattern.pattern().isEmpty())
            return text;
        QString result;
        qsizetype from = 0;
        for (auto it = pattern.globalMatch(text); it.hasNext();) {
            const QRegularExpressionMatch match = it.next();
            result += text.mid(from, match.capturedStart() - from) + label(numberOf(match.captured()));
            from = match.capturedEnd();
        }
        return result + text.mid(from);
    }

    int numberOf(const QString &name)
    {
        const QString key = name.toCaseFolded();
        if (!m_numbers.contains(key))
            m_numbers.insert(key, ++m_last);
        return m_numbers.value(key);
    }

    void learn(const QStringList &names)
    {
        int number = 0;
        for (const QString &name : names)
            if (!name.isEmpty() && m_numbers.contains(name.toCaseFolded()))
                number = m_numbers.value(name.toCaseFolded());
        for (const QString &name : names) {
            if (name.isEmpty())
                continue;
            if (number == 0)
                number = ++m_last;
            m_numbers.insert(name.toCaseFolded(), number);
        }
    }

    void learn(const Principal &principal)
    {
        if (principal.isGroup() || principal.type == Principal::Type::ServicePrincipal)
            return;
        learn({principal.id, principal.displayName, principal.userName});
    }

    void learnSnapshot(const Snapshot &snapshot)
    {
        QStringList ids = snapshot.people.keys();
        std::sort(ids.begin(), ids.end());
        for (const QString &id : std::as_const(ids))
            learn(snapshot.people.value(id));
        QStringList references = snapshot.principals.keys();
        std::sort(references.begin(), references.end());
        for (const QString &reference : std::as_const(references))
            learn(snapshot.principals.value(reference));
        for (const QList<Principal> &list : {snapshot.members, snapshot.owners, snapshot.ordinary})
            for (const Principal &principal : list)
                learn(principal);
        for (const Principal &person : snapshot.standing.people)
            learn(person);
        for (const QList<Principal> &members : snapshot.standing.members)
            for (const Principal &member : members)
                learn(member);
        for (const AppAssignment &assignment : snapshot.assignments)
            if (assignment.principalType == Principal::Type::User)
                learn({assignment.principalId, assignment.principalName});
    }

    /// People who are no longer in the tenant's answers, such as an assignment that was removed.
    void learnJson(const QJsonObject &object)
    {
        const auto text = [&](const char *key) { return object.value(QLatin1String(key)).toString(); };
        if (text("principalType") == QLatin1String("User"))
            learn({text("principalId"), text("principalDisplayName"), text("principalName")});
        if (object.contains(QLatin1String("userPrincipalName")))
            learn({text("id"), text("displayName"), text("userPrincipalName")});
        for (const QJsonValue &value : object) {
            if (value.isObject())
                learnJson(value.toObject());
            for (const QJsonValue &one : value.toArray())
                learnJson(one.toObject());
        }
    }

    /// One pattern, longest first: a name may begin with another one.
    void build()
    {
        QStringList names = m_numbers.keys();
        std::sort(names.begin(), names.end(),
                  [](const QString &a, const QString &b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
        for (QString &name : names)
            name = QRegularExpression::escape(name);
        if (!names.isEmpty())
            m_known =
                QRegularExpression(QStringLiteral("(?<![\\w@.])(?:%1)(?![\\w@])").arg(names.join(QLatin1Char('|'))),
                                   QRegularExpression::CaseInsensitiveOption | QRegularExpression::UseUnicodePropertiesOption);
    }

    QString m_label;
    QHash<QString, int> m_numbers; ///< case-folded name, sign-in name or id -> number
    int m_last = 0;
    QRegularExpression m_known;
};

void cover(Cover &cover, Principal &principal)
{
    if (principal.isGroup() || principal.type == Principal::Type::ServicePrincipal)
        return;
    principal.displayName = cover.clean(principal.displayName);
    principal.userName = cover.clean(principal.userName);
    principal.jobTitle.clear();
}

/// Object ids stay: the evaluator compares them, and no page prints them; the JSON is cleaned as a whole.
Snapshot coveredSnapshot(Cover &names, const Snapshot &snapshot)
{
    Snapshot covered = snapshot;
    covered.principals.clear();
    for (auto it = snapshot.principals.begin(); it != snapshot.principals.end(); ++it) {
        Principal principal = it.value();
        cover(names, principal);
        covered.principals.insert(names.clean(it.key()), principal);
    }
    for (Principal &principal : covered.people)
        cover(names, principal);
    for (QList<Principal> *list : {&covered.members, &covered.owners, &covered.ordinary})
        for (Principal &principal : *list)
            cover(names, principal);
    for (Principal &principal : covered.standing.people)
        cover(names, principal);
    for (QList<Principal> &members : covered.standing.members)
        for (Principal &member : members)
            cover(names, member);
    for (AppAssignment &assignment : covered.assignments)
        assignment.principalName = names.clean(assignment.principalName);
    // Somebody without a name would be printed by object id.
    QStringList nameless = snapshot.policy ? snapshot.policy->excludeUsers : QStringList();
    for (const QList<PimSchedule> &schedules : {snapshot.eligible, snapshot.active})
        for (const PimSchedule &schedule : schedules)
            nameless << schedule.principalId;
    for (const QString &id : std::as_const(nameless))
        if (!covered.people.contains(id) && !(covered.group && covered.group->id == id))
            covered.people.insert(id, Principal{Principal::Type::User, id, names.person(id), {}, {}});
    return covered;
}

void coverBlueprint(Cover &names, Blueprint &blueprint)
{
    for (Blueprint::Eligible &eligible : blueprint.eligible)
        eligible.principal = names.clean(eligible.principal);
    blueprint.assignment.remove = names.clean(blueprint.assignment.remove);
    blueprint.activation.approvers = names.clean(blueprint.activation.approvers);
    blueprint.policy.breakGlass = names.clean(blueprint.policy.breakGlass);
    if (blueprint.policy.breakGlassRefusal) {
        blueprint.policy.breakGlassRefusal->by = names.clean(blueprint.policy.breakGlassRefusal->by);
        blueprint.policy.breakGlassRefusal->reason = names.clean(blueprint.policy.breakGlassRefusal->reason);
    }
    if (blueprint.activationMail)
        blueprint.activationMail = names.clean(*blueprint.activationMail);
}

void coverChange(Cover &names, Change &change)
{
    for (QString *text :
         {&change.key.id, &change.what, &change.before, &change.after, &change.sentence, &change.undo, &change.targetId})
        *text = names.clean(*text);
    change.wanted = names.clean(change.wanted);
    change.original = names.clean(change.original);
    change.seen = names.clean(change.seen);
    for (ChangeDetail &detail : change.details)
        for (QString *text : {&detail.what, &detail.now, &detail.asked})
            *text = names.clean(*text);
}

void coverProof(Cover &names, ProofResult &proof)
{
    proof.said = names.clean(proof.said);
    if (proof.written)
        proof.written = names.clean(*proof.written);
    for (ProofLine &line : proof.lines)
        for (QString *text : line.texts())
            *text = names.clean(*text);
}

} // namespace

Evidence withoutNames(const Evidence &evidence)
{
    return withoutNames(evidence, QCoreApplication::translate("Evidence", "person %1"));
}

Evidence withoutNames(const Evidence &evidence, const QString &person)
{
    Cover names(evidence, person);
    Evidence covered = evidence;
    covered.run.operatorName = names.clean(covered.run.operatorName);
    covered.run.blueprint = names.clean(covered.run.blueprint);
    covered.run.result = names.clean(covered.run.result);
    for (ChangeRecord &record : covered.changes) {
        coverChange(names, record.change);
        record.note = names.clean(record.note);
        record.evidence = names.clean(record.evidence);
    }
    coverBlueprint(names, covered.now.blueprint);
    if (covered.now.snapshot)
        covered.now.snapshot = std::make_shared<Snapshot>(coveredSnapshot(names, *evidence.now.snapshot));
    for (Change &row : covered.now.rows)
        coverChange(names, row);
    for (Finding &finding : covered.now.findings) {
        finding.key = names.clean(finding.key);
        finding.text = names.clean(finding.text);
    }
    if (covered.arming) {
        covered.arming->problem = names.clean(covered.arming->problem);
        for (ArmingEvidence::Line &line : covered.arming->lines) // the id stays, as in the snapshot
            line.who = names.clean(line.who);
        if (covered.arming->path) {
            covered.arming->path->who = names.clean(covered.arming->path->who);
            covered.arming->path->approvers = names.clean(covered.arming->path->approvers);
        }
    }
    if (covered.proof)
        coverProof(names, *covered.proof);
    for (QString &answer : covered.answers)
        answer = names.clean(answer);
    covered.leaveOutNames = false; // done
    return covered;
}

} // namespace pimgate
