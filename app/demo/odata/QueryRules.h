#pragma once

#include "demo/odata/Filter.h"
#include "demo/odata/Router.h"
#include "demo/odata/Search.h"

namespace pimgate::demo {

/// What one collection of Graph takes of OData.
struct QueryRules
{
    QString type;           ///< of its rows, as resources/demo-types.txt has it; empty: names are not checked
    QStringList options;    ///< "$filter"...; what is not here is refused
    QStringList filterable; ///< paths; empty: every property of the type
    QStringList expandable;
    bool directory = false; ///< contract 1.4: advanced queries need ConsistencyLevel and $count
};

/// @param context as in @odata.context, "users"
const QueryRules &queryRules(const QString &context);

/// One member of $expand: "members" or "members($select=id,displayName)".
struct Expansion
{
    QString name;
    QStringList select;
};
std::vector<Expansion> expansionsOf(const Request &request);
/// The names in $select.
QStringList selectedNames(const Request &request);

/// A checked query, or the refusal.
struct CheckedQuery
{
    std::optional<Response> refusal;
    std::optional<Filter> filter;
    std::optional<Search> search;
};
/// Options, names, operators and headers of a request for a collection.
CheckedQuery checkQuery(const Request &request, const QString &context);
/// The same for one row: $select and $expand.
std::optional<Response> refuseEntityQuery(const Request &request, const QString &context);

} // namespace pimgate::demo
