#include "proof/GateView.h"

#include "gate/judge/VerdictWords.h"

#include <QCoreApplication>
#include <QLocale>

namespace pimgate {

namespace {

struct GateText
{
    Q_DECLARE_TR_FUNCTIONS(GateView)
};

GateView::Face faceOf(Verdict::Lock lock)
{
    switch (lock) {
    case Verdict::Lock::Open:
        return GateView::Face::Open;
    case Verdict::Lock::Shut:
        return GateView::Face::Shut;
    case Verdict::Lock::ReportOnly:
        return GateView::Face::ReportOnly;
    case Verdict::Lock::Off:
        return GateView::Face::Off;
    case Verdict::Lock::Unknown:
        break;
    }
    return GateView::Face::Unknown;
}

QString personNote(const Verdict &verdict, const Person &person, const Snapshot &snapshot)
{
    if (!person.who.enabled)
        return GateText::tr("account disabled");
    if (!verdict.member)
        return GateText::tr("not activated");
    const PimSchedule *active = activation(snapshot, person.who.id);
    const QDateTime until = person.memberUntil.isValid() ? person.memberUntil : active ? active->end : QDateTime();
    if (!until.isValid())
        return GateText::tr("active member");
    return GateText::tr("active member until %1").arg(QLocale().toString(until.toLocalTime().time(), QStringLiteral("HH:mm")));
}

} // namespace

GateView viewOf(const Verdict &verdict, const Person &person, const Snapshot &snapshot, bool demo)
{
    GateView view;
    view.everyone = person.who.id.isEmpty();
    view.who = person.who.displayName;
    view.whoNote = personNote(verdict, person, snapshot);
    view.member = verdict.member;
    view.application = snapshot.application ? snapshot.application->displayName : GateText::tr("Application");
    view.applicationNote = verdict.letIn ? GateText::tr("let in") : GateText::tr("not reached");
    view.assignment = faceOf(verdict.assignment);
    view.assignmentWord = assignmentWords(verdict);
    view.policy = faceOf(verdict.policy);
    view.policyWord = policyWords(verdict);
    view.letIn = verdict.letIn;
    view.sentence = demo ? GateText::tr("Demo: %1").arg(sentenceOf(verdict)) : sentenceOf(verdict);
    view.demo = demo;
    return view;
}

} // namespace pimgate
