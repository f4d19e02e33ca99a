#pragma once

#include "gate/Snapshot.h"
#include "graph/Audit.h"

namespace pimgate {

/// Who used the application in the last 30 days, as far as the sign-in log could be read (pitfalls P5, P18).
struct Usage
{
    QString appId; ///< of which application; empty: nothing read yet
    QList<SignInRecord> signIns;
    QSet<QString> guests; ///< ids of people in the log who are guests
    std::optional<Error> error;
    bool readable() const { return !appId.isEmpty() && !error; }

    /// Newest admitted sign-in of one person; invalid: none in 30 days.
    QDateTime lastOf(const QString &userId) const;
    /// People who were let in, each once, newest first.
    QList<Principal> people() const;
    int admitted() const;
};

/// "today", "yesterday", "4 days ago", "3 min ago".
QString ago(const QDateTime &at, const QDateTime &now);

/// A guess by name ("svc-", "service", "sync"): marked as one wherever it is shown (P5).
bool looksLikeService(const QString &name);

} // namespace pimgate
