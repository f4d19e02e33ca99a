#include "demo/odata/Filter.h"

#include "demo/store/DemoClock.h"

#include <QRegularExpression>

namespace pimgate::demo {

namespace {

struct FilterToken
{
    enum class Kind { Word, Text, Mark, End };
    Kind kind = Kind::End;
    QString text;
    qsizetype position = 0;
};

/// Words, 'texts' and the marks ( ) , :
class FilterScanner
{
public:
    explicit FilterScanner(const QString &text) : m_text(text) {}

    bool scan(std::vector<FilterToken> &tokens, QString &problem)
    {
        while (m_at < m_text.size()) {
            const auto c = m_text.at(m_at);
            if (c.isSpace()) {
                ++m_at;
            } else if (c == QLatin1Char('\'')) {
                if (!scanText(tokens)) {
                    problem = QStringLiteral("There is an unterminated string literal at position %1 in '%2'.")
                                  .arg(QString::number(m_text.size()), m_text);
                    return false;
                }
            } else if (isMark(c)) {
                tokens.push_back({FilterToken::Kind::Mark, QString(c), m_at++});
            } else {
                scanWord(tokens);
            }
        }
        tokens.push_back({FilterToken::Kind::End, {}, m_text.size()});
        return true;
    }

private:
    static bool isMark(QChar c) { return c == QLatin1Char('(') || c == QLatin1Char(')') || c == QLatin1Char(','); }

    bool scanText(std::vector<FilterToken> &tokens)
    {
        const auto start = m_at++;
        QString value;
        while (m_at < m_text.size()) {
            if (m_text.at(m_at) != QLatin1Char('\'')) {
                value += m_text.at(m_at++);
            } else if (m_at + 1 < m_text.size() && m_text.at(m_at + 1) == QLatin1Char('\'')) {
                value += QLatin1Char('\'');
                m_at += 2;
            } else {
                ++m_at;
                tokens.push_back({FilterToken::Kind::Text, value, start});
                return true;
            }
        }
        return false;
    }

    void scanWord(std::vector<FilterToken> &tokens)
    {
        static const QRegularExpression variable(QStringLiteral("^[A-Za-z_]\\w*:"));
        const auto start = m_at;
        while (m_at < m_text.size() && !m_text.at(m_at).isSpace() && !isMark(m_text.at(m_at)) &&
               m_text.at(m_at) != QLatin1Char('\''))
            ++m_at;
        const auto word = m_text.sliced(start, m_at - start);
        const auto name = variable.match(word); // "x:x/id" inside any(): the variable is a token of its own
        const auto size = name.hasMatch() ? name.capturedLength() : word.size();
        m_at = start + size;
        tokens.push_back({FilterToken::Kind::Word, word.first(size), start});
    }

    const QString &m_text;
    qsizetype m_at = 0;
};

class FilterParser
{
public:
    FilterParser(const QString &text, const std::vector<FilterToken> &tokens) : m_text(text), m_tokens(tokens) {}

    std::optional<FilterNode> parse(QString &problem)
    {
        auto node = disjunction();
        if (!m_failed && peek().kind != FilterToken::Kind::End)
            fail();
        problem = m_problem;
        return m_failed ? std::nullopt : std::optional(std::move(node));
    }

private:
    const FilterToken &peek() const { return m_tokens[m_at]; }
    const FilterToken &take() { return peek().kind == FilterToken::Kind::End ? peek() : m_tokens[m_at++]; }
    bool sees(const char *word, FilterToken::Kind kind) const
    {
        return peek().kind == kind && peek().text.compare(QLatin1String(word), Qt::CaseInsensitive) == 0;
    }
    bool takeIf(const char *word, FilterToken::Kind kind = FilterToken::Kind::Word)
    {
        const bool there = sees(word, kind);
        m_at += there ? 1 : 0;
        return there;
    }
    void expect(const char *mark)
    {
        if (!takeIf(mark, FilterToken::Kind::Mark))
            fail();
    }
    void fail()
    {
        if (!m_failed)
            m_problem = QStringLiteral("Syntax error at position %1 in '%2'.").arg(QString::number(peek().position), m_text);
        m_failed = true;
    }

    FilterNode disjunction() { return joined("or", FilterNode::Kind::Or, &FilterParser::conjunction); }
    FilterNode conjunction() { return joined("and", FilterNode::Kind::And, &FilterParser::unary); }
    FilterNode joined(const char *word, FilterNode::Kind kind, FilterNode (FilterParser::*part)())
    {
        auto first = (this->*part)();
        if (m_failed || !sees(word, FilterToken::Kind::Word))
            return first;
        FilterNode node;
        node.kind = kind;
        node.parts.push_back(std::move(first));
        while (!m_failed && takeIf(word))
            node.parts.push_back((this->*part)());
        return node;
    }

    FilterNode unary()
    {
        if (m_failed || ++m_depth > Filter::deepest) {
            m_problem = m_failed ? m_problem : QStringLiteral("The recursion limit has been exceeded.");
            m_failed = true;
            return {};
        }
        FilterNode node;
        if (takeIf("not")) {
            node.kind = FilterNode::Kind::Not;
            node.parts.push_back(unary());
        } else if (takeIf("(", FilterToken::Kind::Mark)) {
            node = disjunction();
            expect(")");
        } else {
            node = comparison();
        }
        --m_depth;
        return node;
    }

    FilterNode comparison()
    {
        const auto word = peek().text.toLower();
        if (peek().kind == FilterToken::Kind::Word) {
            if (word == QLatin1String("startswith") || word == QLatin1String("endswith") || word == QLatin1String("contains"))
                return call();
            if (word.endsWith(QLatin1String("/any")) || word.endsWith(QLatin1String("/all")))
                return lambda();
        }
        FilterNode node;
        node.operands.push_back(operand());
        static const QStringList operators{QStringLiteral("eq"), QStringLiteral("ne"), QStringLiteral("gt"),
                                           QStringLiteral("ge"), QStringLiteral("lt"), QStringLiteral("le")};
        if (takeIf("in")) {
            node.kind = FilterNode::Kind::In;
            list(node);
        } else if (peek().kind == FilterToken::Kind::Word && operators.contains(peek().text.toLower())) {
            node.word = take().text.toLower();
            node.operands.push_back(operand());
        } else {
            fail();
        }
        return node;
    }

    void list(FilterNode &node)
    {
        expect("(");
        do {
            node.operands.push_back(operand());
            if (!node.operands.back().isLiteral)
                fail();
        } while (!m_failed && takeIf(",", FilterToken::Kind::Mark));
        expect(")");
    }

    FilterNode call()
    {
        FilterNode node;
        node.kind = FilterNode::Kind::Call;
        node.word = take().text.toLower();
        expect("(");
        node.operands.push_back(operand());
        expect(",");
        node.operands.push_back(operand());
        expect(")");
        if (!takeIf("eq"))
            return node;
        if (takeIf("true"))
            return node;
        if (!takeIf("false"))
            fail();
        FilterNode negated;
        negated.kind = FilterNode::Kind::Not;
        negated.parts.push_back(std::move(node));
        return negated;
    }

    FilterNode lambda()
    {
        FilterNode node;
        const auto &token = take();
        node.kind =
            token.text.endsWith(QLatin1String("/any"), Qt::CaseInsensitive) ? FilterNode::Kind::Any : FilterNode::Kind::All;
        node.operands.push_back(pathOf(token.text.chopped(4)));
        expect("(");
        if (peek().kind == FilterToken::Kind::Word && peek().text.endsWith(QLatin1Char(':'))) {
            node.variable = take().text.chopped(1);
            m_variables.append(node.variable);
            node.parts.push_back(disjunction());
            m_variables.removeLast();
        } else if (node.kind == FilterNode::Kind::All) {
            fail(); // only any() may stand alone
        }
        expect(")");
        return node;
    }

    FilterOperand operand()
    {
        if (peek().kind == FilterToken::Kind::Text) {
            FilterOperand text;
            text.isLiteral = text.quoted = true;
            text.literal = take().text;
            return text;
        }
        if (peek().kind != FilterToken::Kind::Word || peek().text.endsWith(QLatin1Char(':'))) {
            fail();
            return {};
        }
        return wordOf(take().text);
    }

    FilterOperand wordOf(const QString &word)
    {
        static const QRegularExpression guid(QStringLiteral("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"));
        static const QRegularExpression moment(QStringLiteral("^\\d{4}-\\d\\d-\\d\\d(T[0-9:.]+(Z|[+-]\\d\\d:\\d\\d))?$"));
        static const QRegularExpression number(QStringLiteral("^-?\\d{1,15}(\\.\\d+)?$"));
        FilterOperand operand;
        operand.isLiteral = true;
        if (word == QLatin1String("true") || word == QLatin1String("false")) {
            operand.literal = word == QLatin1String("true");
        } else if (word == QLatin1String("null")) {
            operand.literal = QJsonValue::Null;
        } else if (number.match(word).hasMatch()) {
            operand.literal = word.toDouble();
        } else if (moment.match(word).hasMatch()) {
            operand.literal = word;
            operand.moment = DemoClock::parse(word);
            if (!operand.moment.isValid())
                fail();
        } else if (guid.match(word).hasMatch()) {
            operand.literal = word;
        } else {
            return pathOf(word);
        }
        return operand;
    }

    FilterOperand pathOf(const QString &word)
    {
        static const QRegularExpression member(QStringLiteral("^(@?[A-Za-z_][\\w@.]*)(/@?[A-Za-z_][\\w@.]*)*(/\\$count)?$"));
        FilterOperand operand;
        if (!member.match(word).hasMatch()) {
            --m_at; // name the word itself, not what follows it
            fail();
            return operand;
        }
        operand.path = word.split(QLatin1Char('/'));
        operand.counted = operand.path.last() == QLatin1String("$count");
        if (operand.counted)
            operand.path.removeLast();
        if (m_variables.contains(operand.path.first()))
            operand.variable = operand.path.takeFirst();
        return operand;
    }

    const QString &m_text;
    const std::vector<FilterToken> &m_tokens;
    std::size_t m_at = 0;
    int m_depth = 0;
    bool m_failed = false;
    QString m_problem;
    QStringList m_variables;
};

} // namespace

std::optional<Filter> Filter::parse(const QString &text, QString *problem)
{
    QString why;
    std::vector<FilterToken> tokens;
    std::optional<FilterNode> root;
    if (text.size() > longest)
        why = QStringLiteral("The filter expression is too long.");
    else if (FilterScanner(text).scan(tokens, why))
        root = FilterParser(text, tokens).parse(why);
    if (problem)
        *problem = why;
    if (!root)
        return {};
    Filter filter;
    filter.m_root = std::move(*root);
    return filter;
}

} // namespace pimgate::demo
