#include "demo/odata/Search.h"

#include "demo/odata/Filter.h"

#include <algorithm>

namespace pimgate::demo {

namespace {

enum class SearchLetter { None, Lower, Upper, Digit };

SearchLetter letterKind(QChar c)
{
    return c.isDigit()    ? SearchLetter::Digit
           : c.isUpper()  ? SearchLetter::Upper
           : c.isLetter() ? SearchLetter::Lower
                          : SearchLetter::None;
}

/// Text is cut at blanks and signs, before a capital that follows a small letter, and between letters and digits.
bool startsAWord(SearchLetter before, SearchLetter kind)
{
    return before != kind && !(before == SearchLetter::Upper && kind == SearchLetter::Lower);
}

QStringList searchWords(const QString &text)
{
    QStringList words;
    auto before = SearchLetter::None;
    for (const auto c : text) {
        const auto kind = letterKind(c);
        if (kind != SearchLetter::None) {
            if (startsAWord(before, kind))
                words.append(QString());
            words.last() += c.toLower();
        }
        before = kind;
    }
    return words;
}

/// Whether one of searchWords(text) begins with the wanted one; asked of every row, so it makes no list of them.
bool beginsAWord(const QString &text, const QString &wanted)
{
    auto before = SearchLetter::None;
    qsizetype matched = -1; // letters of `wanted` that this word has begun with; -1: it has begun otherwise
    for (const auto c : text) {
        const auto kind = letterKind(c);
        if (kind == SearchLetter::None)
            matched = -1;
        else if (startsAWord(before, kind))
            matched = 0;
        if (matched >= 0)
            matched = c.toLower() == wanted.at(matched) ? matched + 1 : -1;
        if (matched == wanted.size())
            return true;
        before = kind;
    }
    return false;
}

} // namespace

class Search::Parser
{
public:
    explicit Parser(const QString &text) : m_text(text) {}

    std::optional<Node> parse()
    {
        auto node = joined(QLatin1String("OR"), Node::Kind::Or, &Parser::conjunction);
        skipBlanks();
        return m_failed || m_at != m_text.size() ? std::nullopt : std::optional(std::move(node));
    }

private:
    Node disjunction() { return joined(QLatin1String("OR"), Node::Kind::Or, &Parser::conjunction); }
    Node conjunction() { return joined(QLatin1String("AND"), Node::Kind::And, &Parser::clause); }
    Node joined(QLatin1String word, Node::Kind kind, Node (Parser::*part)())
    {
        Node node;
        node.kind = kind;
        do {
            node.parts.push_back((this->*part)());
        } while (!m_failed && takeWord(word));
        return node;
    }

    Node clause()
    {
        skipBlanks();
        if (take(QLatin1Char('('))) {
            if (++m_depth > Filter::deepest) {
                m_failed = true;
                return {};
            }
            auto node = disjunction();
            skipBlanks();
            m_failed = m_failed || !take(QLatin1Char(')'));
            --m_depth;
            return node;
        }
        Node node;
        m_failed = m_failed || !take(QLatin1Char('"'));
        QString inside;
        while (!m_failed && !take(QLatin1Char('"'))) {
            take(QLatin1Char('\\')); // the next one stands for itself
            m_failed = m_at >= m_text.size();
            if (!m_failed)
                inside += m_text.at(m_at++);
        }
        const auto colon = inside.indexOf(QLatin1Char(':'));
        m_failed = m_failed || colon < 1 || colon + 1 == inside.size();
        if (m_failed)
            return node;
        node.property = inside.first(colon).trimmed();
        node.text = inside.sliced(colon + 1).trimmed();
        node.words = searchWords(node.text);
        return node;
    }

    void skipBlanks()
    {
        while (m_at < m_text.size() && m_text.at(m_at).isSpace())
            ++m_at;
    }
    bool take(QChar c)
    {
        const bool there = m_at < m_text.size() && m_text.at(m_at) == c;
        m_at += there ? 1 : 0;
        return there;
    }
    bool takeWord(QLatin1String word)
    {
        skipBlanks();
        if (!QStringView(m_text).sliced(m_at).startsWith(word))
            return false;
        m_at += word.size();
        return true;
    }

    const QString &m_text;
    qsizetype m_at = 0;
    int m_depth = 0;
    bool m_failed = false;
};

std::optional<Search> Search::parse(const QString &text)
{
    auto root = Parser(text).parse();
    if (!root)
        return {};
    Search search;
    search.m_root = std::move(*root);
    return search;
}

bool Search::matches(const QJsonObject &row) const
{
    return holds(m_root, row);
}

bool Search::holds(const Node &node, const QJsonObject &row)
{
    const auto part = [&](const Node &each) { return holds(each, row); };
    if (node.kind == Node::Kind::Or)
        return std::any_of(node.parts.begin(), node.parts.end(), part);
    if (node.kind == Node::Kind::And)
        return std::all_of(node.parts.begin(), node.parts.end(), part);
    const auto text = row.value(node.property).toString();
    if (text.startsWith(node.text, Qt::CaseInsensitive))
        return true;
    const bool byWords = node.property == QLatin1String("displayName") || node.property == QLatin1String("description");
    if (!byWords || node.words.isEmpty())
        return false;
    return std::all_of(node.words.begin(), node.words.end(), [&](const QString &wanted) { return beginsAWord(text, wanted); });
}

void Search::collect(const Node &node, QStringList &names)
{
    if (node.kind == Node::Kind::Clause)
        names.append(node.property);
    for (const auto &part : node.parts)
        collect(part, names);
}

QStringList Search::properties() const
{
    QStringList names;
    collect(m_root, names);
    return names;
}

} // namespace pimgate::demo
