#include "demo/odata/FilterCheck.h"

#include "demo/odata/GraphTypes.h"

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

QString asResource(QString type)
{
    type.replace(0, 1, type.left(1).toUpper());
    return type;
}

using CheckedKind = graphtypes::Property::Kind;

/// Walks a $filter along the types. The first fault found is the answer.
class FilterCheck
{
public:
    FilterCheck(const QueryRules &rules, bool advanced) : m_rules(rules), m_advanced(advanced) {}

    std::optional<Response> refusal(const FilterNode &root)
    {
        visit(root);
        return m_refusal;
    }

private:
    void refuse(const QString &message)
    {
        if (!m_refusal)
            m_refusal = badRequest(u"Invalid filter clause: "_s + message);
    }
    void refuseUnsupported(const QString &message)
    {
        if (!m_refusal)
            m_refusal = unsupportedQuery(message);
    }

    void visit(const FilterNode &node)
    {
        using Node = FilterNode::Kind;
        if (m_refusal)
            return;
        checkOperator(node);
        if (node.kind == Node::Any || node.kind == Node::All)
            return visitLambda(node);
        for (const auto &part : node.parts)
            visit(part);
        std::optional<graphtypes::Property> property;
        for (const auto &operand : node.operands) {
            if (!operand.isLiteral)
                property = typeOf(operand);
        }
        for (const auto &operand : node.operands) {
            if (operand.isLiteral && property)
                checkLiteral(*property, operand);
        }
    }

    void visitLambda(const FilterNode &node)
    {
        const auto list = typeOf(node.operands[0]);
        if (!list || node.parts.empty())
            return;
        if (list->kind != CheckedKind::List && list->kind != CheckedKind::Navigation)
            return refuse(u"Any/All may only be used following a collection."_s);
        m_variables.emplace_back(node.variable, list->type, node.operands[0].text());
        visit(node.parts.front());
        m_variables.pop_back();
    }

    /// Contract 1.4.
    void checkOperator(const FilterNode &node)
    {
        if (!m_rules.directory)
            return;
        const bool counts =
            std::any_of(node.operands.begin(), node.operands.end(), [](const auto &each) { return each.counted; });
        const auto name = node.kind == FilterNode::Kind::Not ? u"Not"_s
                          : node.word == u"ne"               ? u"NotEqualsMatch"_s
                          : node.word == u"endswith"         ? u"EndsWithMatch"_s
                          : counts                           ? u"Count"_s
                                                             : QString();
        if (node.word == u"contains")
            refuseUnsupported(u"Unsupported property filter clause operator 'Contains'."_s);
        else if (!name.isEmpty() && !m_advanced)
            refuseUnsupported(u"Unsupported property filter clause operator '%1'."_s.arg(name));
        const auto terms = node.kind == FilterNode::Kind::Or   ? node.parts.size()
                           : node.kind == FilterNode::Kind::In ? node.operands.size() - 1
                                                               : 0;
        if (terms > 15)
            refuseUnsupported(u"Too many child clauses specified in search filter expression containing 'OR' operators: %1. "
                              "Max allowed: 15."_s.arg(terms));
    }

    struct Variable
    {
        QString name;
        QString type; ///< empty: plain values
        QString path;
        Variable(QString n, QString t, QString p) : name(std::move(n)), type(std::move(t)), path(std::move(p)) {}
    };

    /// Nothing when the path is refused or of no known type.
    std::optional<graphtypes::Property> typeOf(const FilterOperand &operand)
    {
        auto type = m_rules.type;
        QString prefix;
        if (!operand.variable.isEmpty()) {
            const auto bound = std::find_if(m_variables.rbegin(), m_variables.rend(),
                                            [&](const Variable &each) { return each.name == operand.variable; });
            if (bound == m_variables.rend())
                return {};
            type = bound->type;
            prefix = bound->path + u'/';
            if (operand.path.isEmpty())
                return {};
        }
        if (type.isEmpty() || !graphtypes::knows(type))
            return {};
        std::optional<graphtypes::Property> found;
        for (const auto &step : operand.path) {
            if (step.startsWith(u"microsoft.graph."_s)) {
                type = step.sliced(16);
                continue;
            }
            if (type.isEmpty()) // inside what the table does not describe
                return {};
            found = graphtypes::property(type, step);
            if (!found) {
                refuse(noSuchProperty(step, type));
                return {};
            }
            type = found->type;
        }
        const auto path = prefix + operand.text();
        if (!m_rules.filterable.isEmpty() && !m_rules.filterable.contains(path))
            refuseUnsupported(u"Unsupported or invalid query filter clause specified for property '%1' of resource '%2'."_s.arg(
                path, asResource(m_rules.type)));
        if (operand.counted)
            return graphtypes::Property{CheckedKind::Number, {}};
        return found;
    }

    void checkLiteral(const graphtypes::Property &property, const FilterOperand &operand)
    {
        const auto &literal = operand.literal;
        if (literal.isNull())
            return;
        const bool fits = property.kind == CheckedKind::Text     ? literal.isString()
                          : property.kind == CheckedKind::Bool   ? literal.isBool()
                          : property.kind == CheckedKind::Number ? literal.isDouble()
                          : property.kind == CheckedKind::Moment ? operand.moment.isValid()
                                                                 : property.kind == CheckedKind::Object;
        if (fits)
            return;
        static const auto edm = [](CheckedKind kind) {
            return kind == CheckedKind::Text     ? u"Edm.String"_s
                   : kind == CheckedKind::Bool   ? u"Edm.Boolean"_s
                   : kind == CheckedKind::Number ? u"Edm.Int32"_s
                   : kind == CheckedKind::Moment ? u"Edm.DateTimeOffset"_s
                                                 : u"Collection"_s;
        };
        const auto given = literal.isBool() ? CheckedKind::Bool : literal.isDouble() ? CheckedKind::Number : CheckedKind::Text;
        refuse(u"A binary operator with incompatible types was detected. Found operand types '%1' and '%2'."_s.arg(
            edm(property.kind), operand.moment.isValid() ? edm(CheckedKind::Moment) : edm(given)));
    }

    const QueryRules &m_rules;
    bool m_advanced;
    std::vector<Variable> m_variables;
    std::optional<Response> m_refusal;
};

} // namespace

Response unsupportedQuery(const QString &message)
{
    return graphError(400, u"Request_UnsupportedQuery"_s, message);
}

QString noSuchProperty(const QString &name, const QString &type)
{
    return u"Could not find a property named '%1' on type 'microsoft.graph.%2'."_s.arg(name, type);
}

std::optional<Response> refuseFilter(const Filter &filter, const QueryRules &rules, bool advanced)
{
    return FilterCheck(rules, advanced).refusal(filter.root());
}

} // namespace pimgate::demo
