#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace pimgate::demo {

/// The language of $search on directory objects:
///
///     or     = and *( "OR" and )
///     and    = clause *( "AND" clause )
///     clause = "(" or ")" | '"' property ":" text '"'        with \" and \\ inside the text
///
/// displayName and description are searched by their words, whatever else by its beginning.
class Search
{
public:
    /// Nothing when it is no search.
    static std::optional<Search> parse(const QString &text);

    bool matches(const QJsonObject &row) const;
    QStringList properties() const; ///< that the clauses name

private:
    struct Node
    {
        enum class Kind { Or, And, Clause };
        Kind kind = Kind::Clause;
        QString property;
        QString text;
        QStringList words; ///< of the text
        std::vector<Node> parts;
    };
    class Parser;
    static bool holds(const Node &node, const QJsonObject &row);
    static void collect(const Node &node, QStringList &names);

    Node m_root;
};

} // namespace pimgate::demo
