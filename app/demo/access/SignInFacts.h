#pragma once

#include "demo/access/PolicyEvaluation.h"
#include "demo/store/Store.h"

namespace pimgate::demo {

/// What the directory knows about a user for an evaluation: kind of guest, groups (transitive), active roles.
SignInFacts factsAbout(const Store &store, const QString &userId);

/// Reads an object of the form of signInConditions (10.9); what is not said is left as it is, unknown members are
/// ignored. What is wrong with it, or empty.
QString readSignInConditions(const Store &store, const QJsonObject &said, SignInFacts *facts);

/// The named locations that hold an address or a country, and AllTrusted where one of them is trusted.
QSet<QString> locationsOf(const Store &store, const QString &ipAddress, const QString &country);

/// A comma list of words; empty words are left out.
QStringList commaWords(const QString &text);

} // namespace pimgate::demo
