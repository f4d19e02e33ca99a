#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

namespace pimgate {

enum class StepId { Group = 1, Sso = 2, Pim = 3, ConditionalAccess = 4 };

/// One row that a person can read and agree to. It is data: no request, no ids that do not exist yet.
struct Change
{
    enum class Kind {
        Opening, ///< only adds: group, assignment, rules, eligible people, policy in report-only
        Closing  ///< takes access away: assignment required, others' assignments removed, policy armed
    };

    QString key; ///< stable: "group", "assignment", "rules", "eligible:<oid>", "policy", "required", "unassign:<id>", "state"
    StepId step = StepId::Group;
    Kind kind = Kind::Opening;
    QString what;      ///< "Longest activation"
    QString before;    ///< what the tenant has now, in words
    QString after;     ///< what is asked, in words
    QString sentence;  ///< the whole act in one sentence: "Ada Lindqvist becomes eligible for 180 days."
    bool done = false; ///< the tenant already shows it
    bool undoable = true;
    QString undo;                       ///< how it is taken back, or why it cannot be
    QStringList waitsFor;               ///< keys
    QString targetId;                   ///< object the row is about, where it exists
    QJsonObject wanted;                 ///< the values agreed to
    QJsonObject original;               ///< what undo writes back
    QJsonObject seen;                   ///< the values behind `before`: the runner compares them just before it sends
    QList<struct ChangeDetail> details; ///< field by field, for rows that carry several settings

    bool closing() const { return kind == Kind::Closing; }
};

/// One field of a change as page and report show it: What / Asked / Microsoft says.
struct ChangeDetail
{
    QString what, now, asked;
    bool same = false;
    QString key = {}; ///< stable within its change: "mfa"; not kept in history
};

inline QList<Change> open(const QList<Change> &rows)
{
    QList<Change> missing;
    for (const Change &row : rows)
        if (!row.done)
            missing << row;
    return missing;
}

} // namespace pimgate
