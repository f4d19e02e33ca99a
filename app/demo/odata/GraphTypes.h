#pragma once

#include <QString>

#include <optional>

namespace pimgate::demo {

/// Property names and kinds of the Graph types that the tenant serves, from resources/demo-types.txt (one line per
/// type: name, base or "-", "property:kind"...). Names are exact: Graph tells displayName from DisplayName.
namespace graphtypes {

struct Property
{
    enum class Kind { Text, Moment, Number, Bool, Object, List, Navigation };
    Kind kind = Kind::Object;
    QString type; ///< of the object, or of the list's items; empty where they are plain values or anything
};

/// Whether the table has the type.
bool knows(const QString &type);
/// The property of the type, of what it derives from, or of what derives from it, as a cast would reach it.
std::optional<Property> property(const QString &type, const QString &name);

} // namespace graphtypes

} // namespace pimgate::demo
