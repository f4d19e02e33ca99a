#pragma once

#include "demo/odata/QueryRules.h"

namespace pimgate::demo {

/// Holds a $filter against the types and the rules of a collection: names, kinds of values, operators, depth.
/// @param advanced ConsistencyLevel: eventual and $count=true came along
std::optional<Response> refuseFilter(const Filter &filter, const QueryRules &rules, bool advanced);

/// In Graph's words.
QString noSuchProperty(const QString &name, const QString &type);
Response unsupportedQuery(const QString &message); ///< 400 Request_UnsupportedQuery

} // namespace pimgate::demo
