#include "demo/Router.h"

namespace pimgate::demo {

namespace {

/// Reads a $filter against one row while it parses: the expressions are short, and the rows of a demo few.
class Filter
{
public:
    explicit Filter(const QString &text) { tokenize(text); }

    std::optional<bool> matches(const QJsonObject &row)
    {
        m_row = row;
        m_at = 0;
        m_failed = m_broken;
        const bool result = orExpression();
        if (m_failed || m_at != m_tokens.size())
            return {};
        return result;
    }
    /// "member eq value" terms, when the tokens are a plain conjunction.
    QString required(const QString &member) const
    {
        for (qsizetype i = 0; i + 2 < m_tokens.size(); ++i) {
            const auto &previous = i == 0 ? QStringLiteral("and") : m_tokens.at(i - 1).toLower();
            if (m_tokens.at(i).compare(member, Qt::CaseInsensitive) == 0 && previous == QLatin1String("and") &&
                m_tokens.at(i + 1).toLower() == QLatin1String("eq"))
                return literalText(m_tokens.at(i + 2));
        }
        return {};
    }

private:
    void tokenize(const QString &text)
    {
        qsizetype i = 0;
        while (i < text.size()) {
            const auto c = text.at(i);
            if (c.isSpace()) {
                ++i;
            } else if (c == QLatin1Char('\'')) {
                i = quoted(text, i);
            } else if (QStringLiteral("(),").contains(c)) {
                m_tokens.append(c);
                ++i;
            } else {
                auto end = i;
                while (end < text.size() && !text.at(end).isSpace() && !QStringLiteral("(),'").contains(text.at(end)))
                    ++end;
                static const QRegularExpression variable(QStringLiteral("^[A-Za-z]\\w*:"));
                const auto word = text.mid(i, end - i);
                const auto name = variable.match(word); // "x:x/id" inside any(): the variable is a token of its own
                end = name.hasMatch() ? i + name.capturedLength() : end;
                m_tokens.append(text.mid(i, end - i));
                i = end;
            }
        }
    }

    qsizetype quoted(const QString &text, qsizetype from)
    {
        QString value = QStringLiteral("'");
        for (auto i = from + 1; i < text.size(); ++i) {
            if (text.at(i) != QLatin1Char('\'')) {
                value += text.at(i);
            } else if (i + 1 < text.size() && text.at(i + 1) == QLatin1Char('\'')) {
                value += text.at(i++);
            } else {
                m_tokens.append(value); // the leading quote marks a text literal
                return i + 1;
            }
        }
        m_broken = true;
        return text.size();
    }

    static QString literalText(const QString &token) { return token.startsWith(QLatin1Char('\'')) ? token.mid(1) : token; }

    QString peek() const { return m_at < m_tokens.size() ? m_tokens.at(m_at) : QString(); }
    QString take()
    {
        if (m_at >= m_tokens.size()) {
            m_failed = true;
            return {};
        }
        return m_tokens.at(m_at++);
    }
    bool takeIf(const char *word)
    {
        if (peek().compare(QLatin1String(word), Qt::CaseInsensitive) != 0)
            return false;
        ++m_at;
        return true;
    }
    void expect(const char *word)
    {
        if (!takeIf(word))
            m_failed = true;
    }

    bool orExpression()
    {
        bool result = andExpression();
        while (!m_failed && takeIf("or")) {
            const bool right = andExpression();
            result = result || right;
        }
        return result;
    }
    bool andExpression()
    {
        bool result = notExpression();
        while (!m_failed && takeIf("and")) {
            const bool right = notExpression();
            result = result && right;
        }
        return result;
    }
    bool notExpression()
    {
        if (takeIf("not"))
            return !notExpression();
        if (takeIf("(")) {
            const bool result = orExpression();
            expect(")");
            return result;
        }
        return comparison();
    }

    bool comparison()
    {
        const auto first = take();
        const auto word = first.toLower();
        if (word == QLatin1String("startswith") || word == QLatin1String("endswith") || word == QLatin1String("contains"))
            return textFunction(word);
        if (word.endsWith(QLatin1String("/any")))
            return any(first.chopped(4));
        const auto operation = take().toLower();
        const auto left = value(first);
        if (operation == QLatin1String("in"))
            return isIn(left);
        const auto right = value(take());
        return compare(left, operation, right);
    }

    bool textFunction(const QString &name)
    {
        expect("(");
        const auto text = value(take()).toString();
        expect(",");
        const auto part = value(take()).toString();
        expect(")");
        takeTrueComparison();
        if (name == QLatin1String("startswith"))
            return text.startsWith(part, Qt::CaseInsensitive);
        if (name == QLatin1String("endswith"))
            return text.endsWith(part, Qt::CaseInsensitive);
        return text.contains(part, Qt::CaseInsensitive);
    }
    void takeTrueComparison() // "startswith(x,'a') eq true"
    {
        if (takeIf("eq"))
            expect("true");
    }

    bool isIn(const QJsonValue &left)
    {
        expect("(");
        bool found = false;
        do {
            found = compare(left, QStringLiteral("eq"), value(take())) || found;
        } while (!m_failed && takeIf(","));
        expect(")");
        return found;
    }

    /// collection/any(x:x/member eq 'value'): the expression is read once per item.
    bool any(const QString &path)
    {
        expect("(");
        const auto items = at(m_row, path).toArray();
        if (!peek().endsWith(QLatin1Char(':'))) {
            expect(")");
            return !items.isEmpty();
        }
        const auto savedVariable = m_variable;
        const auto savedItem = m_item;
        m_variable = take().chopped(1);
        const auto start = m_at;
        bool found = false;
        m_item = QJsonValue::Undefined;
        orExpression(); // moves past it, also when there is no item
        const auto end = m_at;
        for (const auto &item : items) {
            m_at = start;
            m_item = item;
            found = orExpression() || found;
        }
        m_at = end;
        m_item = savedItem;
        m_variable = savedVariable;
        expect(")");
        return found;
    }

    static QJsonValue at(const QJsonValue &from, const QString &path)
    {
        auto value = from;
        for (const auto &part : path.split(QLatin1Char('/')))
            value = value.toObject().value(part);
        return value;
    }

    QJsonValue value(const QString &token)
    {
        if (token.startsWith(QLatin1Char('\'')))
            return token.mid(1);
        if (token == QLatin1String("true") || token == QLatin1String("false"))
            return token == QLatin1String("true");
        if (token == QLatin1String("null"))
            return QJsonValue::Null;
        bool isNumber = false;
        const auto number = token.toDouble(&isNumber);
        if (isNumber)
            return number;
        if (!m_variable.isEmpty() && token == m_variable)
            return m_item;
        if (!m_variable.isEmpty() && token.startsWith(m_variable + QLatin1Char('/')))
            return at(m_item, token.mid(m_variable.size() + 1));
        static const QRegularExpression literal(
            QStringLiteral("^([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\\d{4}-\\d\\d-\\d\\d.*)$"));
        if (literal.match(token).hasMatch())
            return token; // GUIDs and moments come unquoted
        static const QRegularExpression member(QStringLiteral("^[A-Za-z_@][\\w.@/]*$"));
        if (!member.match(token).hasMatch())
            m_failed = true;
        return at(m_row, token);
    }

    bool compare(const QJsonValue &left, const QString &operation, const QJsonValue &right)
    {
        const bool sameNothing = (left.isNull() || left.isUndefined()) && (right.isNull() || right.isUndefined());
        int order = 1;
        if (left.isString() && right.isString())
            order = compareText(left.toString(), right.toString());
        else if (left.isDouble() && right.isDouble())
            order = left.toDouble() < right.toDouble() ? -1 : left.toDouble() > right.toDouble() ? 1 : 0;
        else if (left.isBool() && right.isBool())
            order = left.toBool() == right.toBool() ? 0 : 1;
        else if (operation != QLatin1String("eq") && operation != QLatin1String("ne"))
            return false;
        const bool equal = sameNothing || (order == 0 && left.type() == right.type());
        if (operation == QLatin1String("eq"))
            return equal;
        if (operation == QLatin1String("ne"))
            return !equal;
        if (operation == QLatin1String("ge"))
            return order >= 0;
        if (operation == QLatin1String("gt"))
            return order > 0;
        if (operation == QLatin1String("le"))
            return order <= 0;
        if (operation == QLatin1String("lt"))
            return order < 0;
        m_failed = true;
        return false;
    }

    static int compareText(const QString &left, const QString &right)
    {
        static const QRegularExpression moment(QStringLiteral("^\\d{4}-\\d\\d-\\d\\d(T.*)?$"));
        if (moment.match(left).hasMatch() && moment.match(right).hasMatch()) {
            const auto a = DemoClock::parse(left);
            const auto b = DemoClock::parse(right);
            return a < b ? -1 : a > b ? 1 : 0;
        }
        return left.compare(right, Qt::CaseInsensitive);
    }

    QStringList m_tokens;
    qsizetype m_at = 0;
    bool m_broken = false;
    bool m_failed = false;
    QJsonObject m_row;
    QString m_variable;
    QJsonValue m_item = QJsonValue::Undefined;
};

} // namespace

std::optional<bool> filterMatches(const QString &filter, const QJsonObject &row)
{
    return Filter(filter).matches(row);
}

QString requiredValue(const QString &filter, const QString &member)
{
    return Filter(filter).required(member);
}

} // namespace pimgate::demo
