#pragma once

#include "demo/odata/Router.h"

namespace pimgate::demo {

/// Judges one attempt as the sign-in host does before it issues anything, and writes its signIns row: account disabled
/// (50057), application disabled (7000112), assignment required and neither directly assigned nor a direct member of an
/// assigned group (50105), then all enabled Conditional Access policies over transitive membership (53003, 50076...).
/// The row of an admission to an application carries that application's own session, which lives until it is ended.
SignInVerdict decideSignIn(Store &store, const SignInAttempt &attempt);

/// What the policies said to one attempt.
struct PolicyRound
{
    QJsonArray applied{};    ///< appliedConditionalAccessPolicies
    QStringList unmet{};     ///< controls that stop it; "block" among them is final
    QStringList stoppedBy{}; ///< names of the policies that do
    bool anyEnforced = false;
    bool mfaDone = false; ///< a policy asked for it, and the person did it
};
PolicyRound askPolicies(const Store &store, const SignInAttempt &attempt);

/// Writes the signIns row. @param round null where no policy was asked
void recordSignIn(Store &store, const SignInAttempt &attempt, const SignInVerdict &verdict, const PolicyRound *round);

/// The address of a person who signs in, his country and what his browser says of his device.
QJsonObject signInPlace(const Store &store);
QString platformOf(const QByteArray &userAgent);

/// The application's own session of a person: the id of the sign-in row that opened it; empty when there is none.
QString openSession(const Store &store, const QString &appId, const QString &userId);
/// Whether the row opened a session with the application that still lives.
bool isOpenSession(const QJsonObject &signIn, const QString &appId);
void endSession(Store &store, const QString &signInId);

inline const QString kSignInTable = QStringLiteral("signIns");

// One file each.
void addSignInLogRoutes(Router &router);
void addApplicationPageRoutes(Router &router);

} // namespace pimgate::demo
