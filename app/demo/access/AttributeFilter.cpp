#include "demo/access/AttributeFilter.h"

#include <QJsonArray>
#include <QRegularExpression>
#include <QStringList>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Reads a rule against one object while it parses.
class AttributeFilter
{
public:
    AttributeFilter(const QString &rule, const QJsonObject &attributes) : m_attributes(attributes)
    {
        static const QRegularExpression token(u"\\s*(\"[^\"]*\"|'[^']*'|[()\\[\\],]|-?[\\w.]+)\\s*"_s);
        qsizetype at = 0;
        while (at < rule.size()) {
            const auto match =
                token.match(rule, at, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
            m_failed = m_failed || !match.hasMatch();
            if (m_failed)
                return;
            m_tokens << match.captured(1);
            at = match.capturedEnd();
        }
    }

    /// Nothing when the rule cannot be read.
    std::optional<bool> matches()
    {
        const bool result = either();
        if (m_failed || m_tokens.isEmpty() || m_at != m_tokens.size())
            return {};
        return result;
    }
    const QStringList &attributesNamed() const { return m_named; }

private:
    QString take() { return m_at < m_tokens.size() ? m_tokens.at(m_at++) : fail(); }
    QString fail()
    {
        m_failed = true;
        return {};
    }
    bool takeIf(const QString &word)
    {
        const bool there = m_at < m_tokens.size() && m_tokens.at(m_at).compare(word, Qt::CaseInsensitive) == 0;
        m_at += there ? 1 : 0;
        return there;
    }

    bool either()
    {
        bool result = both();
        while (!m_failed && takeIf(u"-or"_s))
            result = both() || result;
        return result;
    }
    bool both()
    {
        bool result = one();
        while (!m_failed && takeIf(u"-and"_s))
            result = one() && result;
        return result;
    }
    bool one()
    {
        if (m_failed || ++m_depth > 50) // nobody nests rules that deep; the stack is not ours to fill
            return !fail().isNull();
        if (takeIf(u"-not"_s))
            return !one();
        if (!takeIf(u"("_s))
            return comparison();
        const bool result = either();
        if (!takeIf(u")"_s))
            fail();
        return result;
    }

    bool comparison()
    {
        const QString attribute = take();
        m_named << attribute;
        const QString operation = take().toLower();
        const QStringList wanted = values();
        static const QRegularExpression name(u"^[A-Za-z][\\w.]*$"_s);
        static const QStringList known{u"-eq"_s,       u"-ne"_s,          u"-startswith"_s, u"-notstartswith"_s,
                                       u"-endswith"_s, u"-notendswith"_s, u"-contains"_s,   u"-notcontains"_s,
                                       u"-in"_s,       u"-notin"_s};
        if (m_failed || wanted.isEmpty() || !name.match(attribute).hasMatch() || !known.contains(operation))
            return !fail().isNull();
        const bool negative = operation == u"-ne" || operation.startsWith(u"-not"_s);
        QString positive = operation;
        positive = positive == u"-ne" ? u"-eq"_s : positive.replace(u"-not"_s, u"-"_s);
        const bool hit = std::any_of(wanted.begin(), wanted.end(), [&](const QString &value) {
            return holds(m_attributes.value(attribute.section(u'.', 1)), positive, value);
        });
        return hit != negative;
    }
    QStringList values()
    {
        if (!takeIf(u"["_s))
            return {unquoted(take())};
        QStringList list{unquoted(take())};
        while (!m_failed && takeIf(u","_s))
            list << unquoted(take());
        if (!takeIf(u"]"_s))
            fail();
        return list;
    }
    static QString unquoted(const QString &token)
    {
        const bool quoted = token.startsWith(u'"') || token.startsWith(u'\'');
        return quoted ? token.mid(1, token.size() - 2) : token;
    }
    static bool holds(const QJsonValue &value, const QString &operation, const QString &wanted)
    {
        if (value.isNull() || value.isUndefined())
            return false;
        if (value.isArray()) {
            const QJsonArray list = value.toArray();
            return std::any_of(list.begin(), list.end(), [&](const QJsonValue &each) { return holds(each, operation, wanted); });
        }
        const QString text = value.isBool() ? (value.toBool() ? u"True"_s : u"False"_s) : value.toString();
        if (operation == u"-startswith")
            return text.startsWith(wanted, Qt::CaseInsensitive);
        if (operation == u"-endswith")
            return text.endsWith(wanted, Qt::CaseInsensitive);
        if (operation == u"-contains")
            return text.contains(wanted, Qt::CaseInsensitive);
        return text.compare(wanted, Qt::CaseInsensitive) == 0;
    }

    QJsonObject m_attributes;
    QStringList m_tokens;
    QStringList m_named;
    qsizetype m_at = 0;
    int m_depth = 0;
    bool m_failed = false;
};

} // namespace

bool attributeFilterParses(const QString &rule, const QString &prefix)
{
    AttributeFilter filter(rule, {});
    const bool read = filter.matches().has_value();
    const QStringList &named = filter.attributesNamed();
    return read && std::all_of(named.begin(), named.end(),
                               [&](const QString &attribute) { return attribute.startsWith(prefix, Qt::CaseInsensitive); });
}

bool attributeFilterMatches(const QString &rule, const QJsonObject &attributes)
{
    return AttributeFilter(rule, attributes).matches().value_or(false);
}

} // namespace pimgate::demo
