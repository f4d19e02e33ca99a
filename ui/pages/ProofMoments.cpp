#include "pages/ProofMoments.h"

#include "proof/ProofWords.h"

#include <QCoreApplication>
#include <QLocale>

namespace pimgate {
namespace proofmoments {

using M = ProofLine::Moment;
using S = ProofLine::State;

struct ProofMomentsText
{
    Q_DECLARE_TR_FUNCTIONS(ProofMoments)
};

QString titleOf(M moment, bool skipped)
{
    switch (moment) {
    case M::Blocked:
        return ProofMomentsText::tr("Blocked");
    case M::Requested:
        return ProofMomentsText::tr("Requested");
    case M::Approved:
        return skipped ? ProofMomentsText::tr("No approval needed") : ProofMomentsText::tr("Approved");
    case M::Active:
        return ProofMomentsText::tr("Active");
    case M::Ended:
        break;
    }
    return ProofMomentsText::tr("Ended");
}

QString iconOf(M moment)
{
    switch (moment) {
    case M::Requested:
        return QStringLiteral("document");
    case M::Approved:
        return QStringLiteral("check");
    case M::Active:
        return QStringLiteral("lock-open");
    case M::Blocked:
    case M::Ended:
        break;
    }
    return QStringLiteral("lock-shut");
}

QString timeOf(const ProofLine &line)
{
    if (!line.at.isValid())
        return {};
    const QString at = QLocale().toString(line.at.toLocalTime().time(), QStringLiteral("HH:mm:ss"));
    const bool open = line.state == S::ToCome || line.state == S::Working;
    return open && line.moment == M::Ended ? ProofMomentsText::tr("due %1").arg(at) : at;
}

QString factOf(const ProofLine &line)
{
    if (line.state == S::ToCome)
        return line.moment == M::Ended ? ProofMomentsText::tr("must be blocked again") : expectedIn(line);
    if (line.state == S::Passed && line.moment == M::Approved)
        return ProofMomentsText::tr("by %1").arg(whoOf(line));
    return line.state == S::Skipped ? QString() : happenedIn(line);
}

Moment momentOf(const ProofLine &line, bool newest)
{
    Moment made;
    made.title = titleOf(line.moment, line.state == S::Skipped);
    made.time = timeOf(line);
    made.fact = factOf(line);
    made.icon = iconOf(line.moment);
    made.state = line.state == S::Failed   ? Moment::State::Failed
                 : line.state == S::ToCome ? Moment::State::ToCome
                 : newest                  ? Moment::State::Now
                                           : Moment::State::Past;
    return made;
}

} // namespace proofmoments

int lineOfMoment(const QList<ProofLine> &lines, int moment)
{
    for (int i = int(lines.size()) - 1; i >= 0; --i)
        if (int(lines.at(i).moment) == moment)
            return i;
    return -1;
}

QList<Moment> momentsOf(const QList<ProofLine> &lines)
{
    int newest = -1;
    for (int i = 0; i < lines.size(); ++i)
        if (lines.at(i).state != ProofLine::State::ToCome)
            newest = i;
    QList<Moment> moments;
    for (int moment = int(ProofLine::Moment::Blocked); moment <= int(ProofLine::Moment::Ended); ++moment) {
        const int index = lineOfMoment(lines, moment);
        ProofLine none;
        none.moment = ProofLine::Moment(moment);
        moments << proofmoments::momentOf(index < 0 ? none : lines.at(index), index >= 0 && index == newest);
    }
    return moments;
}

} // namespace pimgate
