#pragma once

#include <QStringList>
#include <QUrl>

namespace pimgate {

struct Cloud;

/// The delegated permissions (scopes) of Microsoft Graph that are asked for, each with what it is for. They are asked for
/// step by step: signing in asks for what looking needs, and a step for its own just before its first write.
namespace Permissions {

QStringList toLook();     ///< every page, `plan`, `verify` and `readiness`; writes nothing
QStringList toWork();     ///< looking and every step, for a command that writes: nobody sits there to be asked again
QStringList toActivate(); ///< what an eligible person and an approver need for the test of the gate
QStringList all();        ///< everything the program may ever ask for: what a registration lists and an administrator grants

/// "creating the group": what a permission is for, in words; the scope itself when it is none of ours.
QString purpose(const QString &scope);
/// Those of `wanted` that were not granted, in the order asked. Compared as Entra does, without case; the right to write
/// includes the right to read.
QStringList missing(const QStringList &wanted, const QStringList &granted);
/// "creating the group (Group.ReadWrite.All), …"
QString inWords(const QStringList &scopes);
/// Where an administrator grants them for the whole tenant (graph-contract 16): {login}/{tenant}/v2.0/adminconsent
QUrl adminConsent(const Cloud &cloud, const QStringList &scopes);

} // namespace Permissions
} // namespace pimgate
