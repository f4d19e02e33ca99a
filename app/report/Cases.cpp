#include "report/Cases.h"

#include "gate/steps/BreakGlass.h"

namespace pimgate {

namespace {

Person personOf(const QString &id, const Snapshot &snapshot)
{
    Person person;
    person.who = snapshot.people.value(id);
    for (const Principal &principal : snapshot.principals)
        if (principal.id == id && person.who.id.isEmpty())
            person.who = principal;
    person.who.id = id;
    if (person.who.displayName.isEmpty())
        person.who.displayName = snapshot.nameOf(id);
    return person;
}

/// A group is in no group: whoever is in it stands for it.
Person breakGlassOf(const QString &id, const Snapshot &snapshot)
{
    Person person = personOf(id, snapshot);
    if (person.who.isGroup()) {
        person.groups = QStringList{id};
        person.directGroups = person.groups;
    }
    return person;
}

Case caseOf(Case::Kind kind, const Person &person, const Snapshot &snapshot)
{
    return Case{kind, person.who.isGroup(), person, evaluate(person, snapshot)};
}

} // namespace

QList<Case> casesOf(const Evidence &evidence)
{
    const Snapshot &snapshot = snapshotOf(evidence);
    if (!snapshot.application)
        return {};
    QList<Case> all{caseOf(Case::Kind::Everyone, everyone(), snapshot)};
    QStringList seen;
    for (const PimSchedule &schedule : snapshot.eligible) {
        Person person = personOf(schedule.principalId, snapshot);
        if (seen.contains(person.who.id))
            continue;
        seen << person.who.id;
        const bool active = evaluate(person, snapshot).member;
        all << caseOf(active ? Case::Kind::Active : Case::Kind::Eligible, person, snapshot);
        person.activeMember = true;
        if (!active)
            all << caseOf(Case::Kind::OnceActive, person, snapshot);
    }
    for (const QString &id : breakGlassIds(evidence.now.blueprint, snapshot)) {
        all << caseOf(Case::Kind::BreakGlass, breakGlassOf(id, snapshot), snapshot);
        seen << id;
    }
    for (const Principal &member : snapshot.members)
        if (!seen.contains(member.id) && member.isUser()) {
            all << caseOf(Case::Kind::Member, personOf(member.id, snapshot), snapshot);
            seen << member.id;
        }
    for (const AppAssignment &assignment : snapshot.assignments)
        if (assignment.principalType == Principal::Type::User && !seen.contains(assignment.principalId)) {
            all << caseOf(Case::Kind::Direct, personOf(assignment.principalId, snapshot), snapshot);
            seen << assignment.principalId;
        }
    return all;
}

} // namespace pimgate
