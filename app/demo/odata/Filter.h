#pragma once

#include <QDateTime>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace pimgate::demo {

/// A value written out, or a path of members: 'x', true, 2026-01-01T00:00:00Z; status/errorCode, t/id, tags/$count.
struct FilterOperand
{
    bool isLiteral = false;
    bool quoted = false;  ///< 'text': what is not quoted may be a GUID or a moment
    bool counted = false; ///< the path ends in /$count
    QJsonValue literal = QJsonValue::Null;
    QDateTime moment; ///< of a literal that is one
    QString variable; ///< the path starts at the variable of any() or all(), not at the row
    QStringList path; ///< "microsoft.graph.x" among the members is a cast
    QString text() const { return path.join(QLatin1Char('/')); }
};

/// or, and, not: of `parts`. Compare, In, Call: `word` over `operands`. Any, All: `operands[0]` is the list; `parts`
/// holds the condition, if any, on `variable`.
struct FilterNode
{
    enum class Kind { Or, And, Not, Compare, In, Call, Any, All };
    Kind kind = Kind::Compare;
    QString word; ///< in lower case: eq ne gt ge lt le, startswith endswith contains
    QString variable;
    std::vector<FilterOperand> operands;
    std::vector<FilterNode> parts;
};

/// The language of $filter, as much as Graph takes of it. Operators compare without case, names exactly:
///
///     or         = and *( "or" and )
///     and        = unary *( "and" unary )
///     unary      = "not" unary | "(" or ")" | comparison | call | lambda
///     comparison = operand ( "eq" | "ne" | "gt" | "ge" | "lt" | "le" ) operand
///                | operand "in" "(" literal *( "," literal ) ")"
///     call       = ( "startswith" | "endswith" | "contains" ) "(" operand "," operand ")" [ "eq" ( "true" | "false" ) ]
///     lambda     = path "/" ( "any" | "all" ) "(" [ name ":" or ] ")"
///     operand    = literal | path [ "/$count" ]
///     literal    = "'" text "'" | number | "true" | "false" | "null" | GUID | moment
///
/// Any text may come in: nesting is limited, so a hostile one ends in a refusal.
class Filter
{
public:
    static constexpr int deepest = 100;
    static constexpr qsizetype longest = 16384;

    /// Nothing when it is no filter; then `problem` says why in Graph's words.
    static std::optional<Filter> parse(const QString &text, QString *problem = nullptr);

    bool matches(const QJsonObject &row) const;
    const FilterNode &root() const { return m_root; }
    /// The value that a row must have in the member for the filter to select it: "member eq value", joined by and.
    QString requiredValue(const QString &member) const;

private:
    FilterNode m_root;
};

} // namespace pimgate::demo
