#include "demo/odata/Filter.h"
#include "demo/odata/Router.h"
#include "demo/store/DemoClock.h"

#include <algorithm>

namespace pimgate::demo {

namespace {

/// The variables of any() and all() around a condition, the innermost last.
using FilterScope = std::vector<std::pair<QString, QJsonValue>>;

QJsonValue memberOfPath(QJsonValue value, const QStringList &path)
{
    for (const auto &step : path) {
        const auto object = value.toObject();
        if (!step.startsWith(QLatin1String("microsoft.graph.")))
            value = object.value(step);
        else if (object.value(QLatin1String("@odata.type")).toString() != QLatin1Char('#') + step)
            return QJsonValue::Undefined;
    }
    return value;
}

QJsonValue valueOf(const FilterOperand &operand, const QJsonObject &row, const FilterScope &scope)
{
    if (operand.isLiteral)
        return operand.literal;
    QJsonValue start = row;
    if (!operand.variable.isEmpty()) {
        const auto bound =
            std::find_if(scope.rbegin(), scope.rend(), [&](const auto &entry) { return entry.first == operand.variable; });
        start = bound == scope.rend() ? QJsonValue() : bound->second;
    }
    const auto value = operand.path.isEmpty() ? start : memberOfPath(start, operand.path);
    return operand.counted ? QJsonValue(value.toArray().size()) : value;
}

bool isNothing(const QJsonValue &value)
{
    return value.isNull() || value.isUndefined();
}

/// -1, 0, 1; nothing where the two cannot be ordered.
std::optional<int> orderOf(const QJsonValue &left, const QJsonValue &right, bool moments)
{
    const auto sign = [](auto a, auto b) { return a < b ? -1 : a > b ? 1 : 0; };
    if (left.isString() && right.isString()) {
        if (!moments) {
            const int order = left.toString().compare(right.toString(), Qt::CaseInsensitive);
            return sign(order, 0);
        }
        const auto a = DemoClock::parse(left.toString());
        const auto b = DemoClock::parse(right.toString());
        return a.isValid() && b.isValid() ? std::optional(sign(a, b)) : std::nullopt;
    }
    if (left.isDouble() && right.isDouble())
        return sign(left.toDouble(), right.toDouble());
    if (left.isBool() && right.isBool())
        return sign(int(left.toBool()), int(right.toBool()));
    return {};
}

bool equals(const QJsonValue &left, const QJsonValue &right, bool moments)
{
    if (isNothing(left) || isNothing(right))
        return isNothing(left) && isNothing(right);
    return orderOf(left, right, moments) == 0;
}

bool compares(const FilterNode &node, const QJsonObject &row, const FilterScope &scope)
{
    const bool moments = node.operands[0].moment.isValid() || node.operands[1].moment.isValid();
    const auto left = valueOf(node.operands[0], row, scope);
    const auto right = valueOf(node.operands[1], row, scope);
    if (node.word == QLatin1String("eq"))
        return equals(left, right, moments);
    if (node.word == QLatin1String("ne"))
        return !equals(left, right, moments);
    const auto order = orderOf(left, right, moments);
    if (!order) // nothing is neither more nor less than anything
        return false;
    return node.word == QLatin1String("gt")   ? *order > 0
           : node.word == QLatin1String("ge") ? *order >= 0
           : node.word == QLatin1String("lt") ? *order < 0
                                              : *order <= 0;
}

bool calls(const FilterNode &node, const QJsonObject &row, const FilterScope &scope)
{
    const auto text = valueOf(node.operands[0], row, scope);
    const auto part = valueOf(node.operands[1], row, scope);
    if (!text.isString() || !part.isString())
        return false;
    if (node.word == QLatin1String("startswith"))
        return text.toString().startsWith(part.toString(), Qt::CaseInsensitive);
    if (node.word == QLatin1String("endswith"))
        return text.toString().endsWith(part.toString(), Qt::CaseInsensitive);
    return text.toString().contains(part.toString(), Qt::CaseInsensitive);
}

bool holdsFor(const FilterNode &node, const QJsonObject &row, FilterScope &scope)
{
    using Kind = FilterNode::Kind;
    const auto part = [&](const FilterNode &each) { return holdsFor(each, row, scope); };
    switch (node.kind) {
    case Kind::Or:
        return std::any_of(node.parts.begin(), node.parts.end(), part);
    case Kind::And:
        return std::all_of(node.parts.begin(), node.parts.end(), part);
    case Kind::Not:
        return !part(node.parts.front());
    case Kind::Compare:
        return compares(node, row, scope);
    case Kind::Call:
        return calls(node, row, scope);
    case Kind::In:
        return std::any_of(node.operands.begin() + 1, node.operands.end(), [&](const FilterOperand &each) {
            return equals(valueOf(node.operands[0], row, scope), each.literal, each.moment.isValid());
        });
    case Kind::Any:
    case Kind::All:
        break;
    }
    const auto items = valueOf(node.operands[0], row, scope).toArray();
    if (node.parts.empty())
        return !items.isEmpty();
    const auto item = [&](const QJsonValue &each) {
        scope.emplace_back(node.variable, each);
        const bool holds = part(node.parts.front());
        scope.pop_back();
        return holds;
    };
    return node.kind == Kind::Any ? std::any_of(items.begin(), items.end(), item) : std::all_of(items.begin(), items.end(), item);
}

QString requiredIn(const FilterNode &node, const QString &member)
{
    if (node.kind == FilterNode::Kind::And) {
        for (const auto &part : node.parts) {
            if (const auto value = requiredIn(part, member); !value.isEmpty())
                return value;
        }
        return {};
    }
    const bool equal = node.kind == FilterNode::Kind::Compare && node.word == QLatin1String("eq") &&
                       !node.operands[0].isLiteral && node.operands[1].isLiteral;
    return equal && node.operands[0].text().compare(member, Qt::CaseInsensitive) == 0 ? node.operands[1].literal.toString()
                                                                                      : QString();
}

} // namespace

bool Filter::matches(const QJsonObject &row) const
{
    FilterScope scope;
    return holdsFor(m_root, row, scope);
}

QString Filter::requiredValue(const QString &member) const
{
    return requiredIn(m_root, member);
}

std::optional<bool> filterMatches(const QString &filter, const QJsonObject &row)
{
    const auto parsed = Filter::parse(filter);
    return parsed ? std::optional(parsed->matches(row)) : std::nullopt;
}

QString requiredValue(const QString &filter, const QString &member)
{
    const auto parsed = Filter::parse(filter);
    return parsed ? parsed->requiredValue(member) : QString();
}

} // namespace pimgate::demo
