#include "controllers/PolicyMatrix.h"

#include <algorithm>

namespace pimgate {
namespace policymatrix {

using Kind = MatrixRow::Kind;
using Answer = MatrixRow::Answer;
using Lines = QList<ArmingEvidence::Line>;

Lines linesOf(const std::optional<ArmingEvidence> &evidence, ArmingRole role)
{
    Lines lines;
    if (evidence)
        std::copy_if(evidence->lines.begin(), evidence->lines.end(), std::back_inserter(lines),
                     [&](const ArmingEvidence::Line &line) { return line.role == role; });
    return lines;
}

/// Never of no lines.
const ArmingEvidence::Line &spokesman(const Lines &lines)
{
    const auto odd = std::find_if(lines.begin(), lines.end(), [](const auto &line) { return !line.asExpected(); });
    return odd == lines.end() ? lines.first() : *odd;
}

/// Whoever is left out is not blocked, and not let in by that either.
Answer passes(Kind kind)
{
    return kind == Kind::BreakGlass ? Answer::NotBlocked : Answer::LetThrough;
}

Answer onceOn(const Snapshot &on, Kind kind, const Person &person)
{
    switch (evaluate(person, on).policy) {
    case Verdict::Lock::Shut:
        return Answer::Blocked;
    case Verdict::Lock::Unknown:
        return Answer::NotChecked;
    case Verdict::Lock::Open:
    case Verdict::Lock::ReportOnly:
    case Verdict::Lock::Off:
        break;
    }
    return passes(kind);
}

MatrixRow rowOf(const Snapshot &on, Kind kind, const Person &person)
{
    Person ended = person;
    ended.activeMember = false;
    MatrixRow row;
    row.kind = kind;
    row.person = person;
    row.name = person.who.displayName;
    row.whenOn = onceOn(on, kind, person);
    row.afterItEnds = onceOn(on, kind, ended);
    return row;
}

/// Nobody asked Microsoft: report-only does what the policy would do.
MatrixRow simulated(const Snapshot &on, Kind kind, const Person &person)
{
    MatrixRow row = rowOf(on, kind, person);
    row.simulated = true;
    row.now = row.whenOn == Answer::Blocked ? Answer::WouldBeBlocked : row.whenOn;
    return row;
}

MatrixRow evaluated(const Snapshot &on, Kind kind, const Lines &lines)
{
    const ArmingEvidence::Line &line = spokesman(lines);
    MatrixRow row = rowOf(on, kind, personIn(on, line.userId, line.who));
    row.name = line.who;
    row.now = line.blocked ? Answer::WouldBeBlocked : passes(kind);
    return row;
}

std::optional<MatrixRow> eligibleRow(const Snapshot &on, const std::optional<ArmingEvidence> &evidence)
{
    if (const Lines lines = linesOf(evidence, ArmingRole::Eligible); !lines.isEmpty())
        return evaluated(on, Kind::Eligible, lines);
    if (on.eligible.isEmpty())
        return {};
    const QString first = on.eligible.first().principalId;
    return simulated(on, Kind::Eligible, personIn(on, first, on.nameOf(first)));
}

std::optional<MatrixRow> breakGlassRow(const Snapshot &on, const std::optional<ArmingEvidence> &evidence,
                                       const QStringList &breakGlass)
{
    const Lines lines = linesOf(evidence, ArmingRole::BreakGlass);
    if (lines.isEmpty() && breakGlass.isEmpty())
        return {};
    MatrixRow row = lines.isEmpty()
                        ? simulated(on, Kind::BreakGlass, personIn(on, breakGlass.first(), on.nameOf(breakGlass.first())))
                        : evaluated(on, Kind::BreakGlass, lines);
    for (const QString &id : breakGlass)
        row.names << on.shortNameOf(id);
    return row;
}

} // namespace policymatrix

Person personIn(const Snapshot &snapshot, const QString &userId, const QString &name)
{
    Person person;
    person.who = snapshot.people.value(userId);
    person.who.id = userId;
    person.who.type = Principal::Type::User;
    if (person.who.displayName.isEmpty())
        person.who.displayName = name;
    return person;
}

QList<MatrixRow> policyMatrix(const Snapshot &on, const std::optional<ArmingEvidence> &evidence, const QStringList &breakGlass,
                              const Principal &you)
{
    using namespace policymatrix;
    QList<MatrixRow> rows;
    const Lines ordinary = linesOf(evidence, ArmingRole::Ordinary);
    rows << (ordinary.isEmpty() ? simulated(on, Kind::Anybody, everyone()) : evaluated(on, Kind::Ordinary, ordinary));
    if (const auto eligible = eligibleRow(on, evidence)) {
        Person active = eligible->person;
        active.activeMember = true;
        rows << *eligible << simulated(on, Kind::OnceActive, active);
    }
    if (const Lines active = linesOf(evidence, ArmingRole::Active); !active.isEmpty())
        rows << evaluated(on, Kind::ActiveNow, active);
    if (const auto leftOut = breakGlassRow(on, evidence, breakGlass))
        rows << *leftOut;
    // The operator needs no What-If: he is blocked like everybody (P2).
    const bool listed = std::any_of(rows.begin(), rows.end(), [&](const MatrixRow &row) { return row.person.who.id == you.id; });
    if (!listed)
        rows << simulated(on, Kind::Operator, personIn(on, you.id, you.displayName));
    return rows;
}

} // namespace pimgate
