#pragma once

#include "gate/Snapshot.h"
#include "graph/Objects.h"

#include <QHash>

namespace pimgate {

/// Who used the application in the last 30 days, as far as the sign-in log could be read (pitfalls P5, P18).
class Usage
{
public:
    struct User
    {
        Principal who;
        QDateTime last;       ///< newest admitted sign-in
        bool service = false; ///< by name: a guess
    };

    Usage() = default;
    /// @param error why the log could not be read.
    Usage(QString appId, const QList<SignInRecord> &records, std::optional<Error> error = {});
    /// What the directory knows about people of the log: guests are told apart only there.
    void learn(const QHash<QString, Principal> &people);

    QString appId() const { return m_appId; } ///< of which application; empty: nothing read yet
    std::optional<Error> error() const { return m_error; }
    bool readable() const { return !m_appId.isEmpty() && !m_error; }
    const QList<User> &people() const { return m_people; } ///< who was let in, each once, newest first
    int admitted() const { return m_admitted; }            ///< sign-ins
    /// Invalid: none in 30 days.
    QDateTime lastOf(const QString &userId) const;

private:
    QString m_appId;
    std::optional<Error> m_error;
    QList<User> m_people;
    QHash<QString, qsizetype> m_place; ///< in m_people, by id
    int m_admitted = 0;
};

/// "today", "yesterday", "4 days ago", "3 min ago".
QString ago(const QDateTime &at, const QDateTime &now);

/// A guess by name ("svc-", "service", "sync"): marked as one wherever it is shown (P5).
bool looksLikeService(const QString &name);

} // namespace pimgate
