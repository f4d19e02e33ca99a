#pragma once

#include "base/Names.h"

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace pimgate {

enum class StepId { Group = 1, Sso = 2, Pim = 3, ConditionalAccess = 4 };

/// Which row it is, the same in every run: as text "group", "eligible:<oid>".
struct ChangeKey
{
    enum class Kind {
        Group,
        Description,
        Assignment, ///< of the group to the application
        Rules,      ///< of activation
        Eligible,   ///< id: the person's
        Uneligible, ///< id: the person's
        Policy,
        Exclusion, ///< id: whom or which group the policy leaves out
        Required,  ///< only assigned people may sign in
        Unassign,  ///< id: the assignment's
        State      ///< of the policy
    };
    Kind kind = Kind::Group;
    QString id = {}; ///< of the object, for kinds that come more than once

    QString toString() const;
    /// Empty when it is no key of this program.
    static std::optional<ChangeKey> parse(const QString &text);
    friend bool operator==(const ChangeKey &, const ChangeKey &) = default;
};
size_t qHash(const ChangeKey &key, size_t seed = 0);

template <>
struct Names<ChangeKey::Kind>
{
    static constexpr std::array values{"group",  "description", "assignment", "rules",    "eligible", "uneligible",
                                       "policy", "exclusion",   "required",   "unassign", "state"};
};

/// One row that a person can read and agree to. It is data: no request (its step makes that when the row is due), no ids
/// that do not exist yet.
struct Change
{
    enum class Kind {
        Opening, ///< only adds: group, assignment, rules, eligible people, policy in report-only
        Closing  ///< takes access away: assignment required, others' assignments removed, policy armed
    };

    ChangeKey key;
    StepId step = StepId::Group;
    Kind kind = Kind::Opening;
    QString what;      ///< "Longest activation"
    QString before;    ///< what the tenant has now, in words
    QString after;     ///< what is asked, in words
    QString sentence;  ///< the whole act in one sentence: "Ada Lindqvist becomes eligible for 180 days."
    bool done = false; ///< the tenant already shows it
    bool undoable = true;
    QString undo; ///< how it is taken back, or why it cannot be
    QList<ChangeKey> waitsFor;
    QString targetId;                   ///< object the row is about, where it exists
    QJsonObject wanted;                 ///< the values agreed to
    QJsonObject original;               ///< what undo writes back
    QJsonObject seen;                   ///< the values behind `before`: the runner compares them just before it sends
    QList<struct ChangeDetail> details; ///< field by field, for rows that carry several settings

    bool closing() const { return kind == Kind::Closing; }
    /// To take it back is to shut the gate again: a policy that was on, an assignment that was required.
    bool shutsWhenTakenBack() const;
    bool is(ChangeKey::Kind which) const { return key.kind == which; }
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
