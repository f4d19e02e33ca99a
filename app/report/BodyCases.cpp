#include "gate/judge/VerdictWords.h"
#include "report/Body.h"
#include "report/Cases.h"
#include "report/Markup.h"

#include <QCoreApplication>

namespace pimgate::ReportBody {

namespace {

using Markup::Cell;
using Markup::heading;
using Markup::list;
using Markup::paragraph;
using Markup::Table;

struct CaseText
{
    Q_DECLARE_TR_FUNCTIONS(Report)
};

QString lockWords(Verdict::Lock lock, const QString &reason)
{
    QString word;
    switch (lock) {
    case Verdict::Lock::Open:
        word = CaseText::tr("Open");
        break;
    case Verdict::Lock::Shut:
        word = CaseText::tr("Shut");
        break;
    case Verdict::Lock::ReportOnly:
        word = CaseText::tr("Report-only");
        break;
    case Verdict::Lock::Off:
        word = CaseText::tr("Off");
        break;
    case Verdict::Lock::Unknown:
        word = CaseText::tr("Not checked");
        break;
    }
    return CaseText::tr("%1: %2").arg(word, reason);
}

QString noteWords(const Case &one)
{
    QString note;
    switch (one.kind) {
    case Case::Kind::Everyone:
        return CaseText::tr("not activated");
    case Case::Kind::BreakGlass:
        return CaseText::tr("break-glass");
    case Case::Kind::Member:
        return CaseText::tr("active member");
    case Case::Kind::Direct:
        return CaseText::tr("assigned directly");
    case Case::Kind::Eligible:
        note = CaseText::tr("eligible, not active");
        break;
    case Case::Kind::OnceActive:
        note = CaseText::tr("once active");
        break;
    case Case::Kind::Active:
        note = CaseText::tr("eligible, active now");
        break;
    }
    return one.ofGroup ? CaseText::tr("a member of this group, %1").arg(note) : note;
}

Cell resultCell(const Verdict &verdict)
{
    if (verdict.letIn)
        return {CaseText::tr("let in"), verdict.enforced ? QString() : CaseText::tr("not enforced")};
    const bool blocked = verdict.assignment == Verdict::Lock::Shut || verdict.policy == Verdict::Lock::Shut;
    return blocked ? Cell{CaseText::tr("blocked")} : Cell{CaseText::tr("not checked"), {}, "warn"};
}

QString spared(const Verdict &verdict)
{
    switch (verdict.policy) {
    case Verdict::Lock::Shut:
        return CaseText::tr("%1: this is wrong").arg(policyWords(verdict));
    case Verdict::Lock::Unknown:
        return CaseText::tr("not checked: %1").arg(policyWords(verdict));
    case Verdict::Lock::Open:
    case Verdict::Lock::ReportOnly:
    case Verdict::Lock::Off:
        break;
    }
    return CaseText::tr("not blocked by the policy");
}

QString standing(const Verdict &verdict)
{
    switch (verdict.assignment) {
    case Verdict::Lock::Open:
        return CaseText::tr("assigned: a standing path into the application");
    case Verdict::Lock::Shut:
        return CaseText::tr("not assigned: intended");
    case Verdict::Lock::Off:
        return CaseText::tr("assignment is not required");
    case Verdict::Lock::ReportOnly: // no lock of this kind
    case Verdict::Lock::Unknown:
        break;
    }
    return CaseText::tr("assignment not checked");
}

} // namespace

QString matrix(const Evidence &evidence)
{
    const QList<Case> all = casesOf(evidence);
    if (all.isEmpty())
        return {};
    Table table({{CaseText::tr("Who"), 28},
                 {CaseText::tr("Assignment"), 24},
                 {CaseText::tr("Conditional Access"), 28},
                 {CaseText::tr("Result"), 20}});
    for (const Case &one : all)
        table.add({{one.person.who.displayName, noteWords(one)},
                   {lockWords(one.verdict.assignment, assignmentWords(one.verdict))},
                   {lockWords(one.verdict.policy, policyWords(one.verdict))},
                   resultCell(one.verdict)});
    return heading(CaseText::tr("Who can sign in")) +
           paragraph(CaseText::tr("Both locks, worked out from what was read at %1 UTC (Simulated).")
                         .arg(utc(snapshotOf(evidence).readAt))) +
           table.markup();
}

QString breakGlass(const Evidence &evidence)
{
    QStringList lines;
    for (const Case &one : casesOf(evidence))
        if (one.kind == Case::Kind::BreakGlass)
            lines << CaseText::tr("%1: %2; %3").arg(one.person.who.displayName, spared(one.verdict), standing(one.verdict));
    const Blueprint::PolicyWish &wish = evidence.now.blueprint.policy;
    if (lines.isEmpty() && !wish.breakGlass.isEmpty())
        lines << CaseText::tr("%1: not checked.").arg(wish.breakGlass.join(QStringLiteral(", ")));
    if (lines.isEmpty() && wish.breakGlassRefusal)
        lines << CaseText::tr("No break-glass account is left out of the policy, as %1 decided: %2")
                     .arg(wish.breakGlassRefusal->by, wish.breakGlassRefusal->reason);
    if (lines.isEmpty())
        lines << CaseText::tr("No break-glass account is named.");
    lines << CaseText::tr(
        "The tenant's break-glass accounts are not the application's own emergency administrator: that one is a way "
        "around the gate (below).");
    return heading(CaseText::tr("Break-glass accounts")) + list(lines);
}

} // namespace pimgate::ReportBody
