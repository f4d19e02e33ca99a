#include "demo/Router.h"

#include <QJsonArray>
#include <QUrl>

#include <algorithm>

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

/// Every word that is wanted begins a word of the text, as the directory's index has them.
bool wordsMatch(const QString &text, const QString &wanted)
{
    static const QRegularExpression separators(QStringLiteral("[^\\w#]+"));
    if (text.startsWith(wanted, Qt::CaseInsensitive))
        return true;
    const auto words = text.split(separators, Qt::SkipEmptyParts);
    const auto asked = wanted.split(separators, Qt::SkipEmptyParts);
    return !asked.isEmpty() && std::all_of(asked.begin(), asked.end(), [&](const QString &each) {
        return std::any_of(words.begin(), words.end(),
                           [&](const QString &word) { return word.startsWith(each, Qt::CaseInsensitive); });
    });
}

/// "displayName:ann" OR "userPrincipalName:ann" AND ...; nothing when the quotes are missing.
std::optional<bool> searchMatches(const QString &search, const QJsonObject &row)
{
    static const QRegularExpression term(QStringLiteral("\"([^\":]+):((?:[^\"\\\\]|\\\\.)*)\""));
    static const QRegularExpression whole(
        QStringLiteral("^\\s*\\(?\\s*\"[^\":]+:(?:[^\"\\\\]|\\\\.)*\"(\\s*\\)?\\s*(OR|AND)\\s*\\(?\\s*\"[^\":]+:"
                       "(?:[^\"\\\\]|\\\\.)*\")*\\s*\\)?\\s*$"));
    if (!whole.match(search).hasMatch())
        return {};
    bool result = false;
    bool first = true;
    qsizetype last = 0;
    for (auto it = term.globalMatch(search); it.hasNext();) {
        const auto match = it.next();
        auto wanted = match.captured(2);
        wanted.replace(QLatin1String("\\\""), QLatin1String("\"")).replace(QLatin1String("\\\\"), QLatin1String("\\"));
        const bool here = wordsMatch(row.value(match.captured(1)).toString(), wanted);
        const bool isAnd = search.mid(last, match.capturedStart() - last).contains(QLatin1String("AND"));
        result = first ? here : isAnd ? result && here : result || here;
        first = false;
        last = match.capturedEnd();
    }
    return result;
}

QStringList selected(const Request &request)
{
    auto names = request.option(QStringLiteral("$select")).split(QLatin1Char(','), Qt::SkipEmptyParts);
    for (auto &name : names)
        name = name.trimmed();
    return names;
}

bool isUser(const QJsonObject &row, const QString &context)
{
    const auto type = row.value(QLatin1String("@odata.type")).toString();
    return type == QLatin1String("#microsoft.graph.user") || (type.isEmpty() && context == QLatin1String("users"));
}

QJsonObject project(const QJsonObject &row, const QStringList &select, const QString &context)
{
    static const QStringList userDefaults{
        QStringLiteral("businessPhones"),    QStringLiteral("displayName"),
        QStringLiteral("givenName"),         QStringLiteral("id"),
        QStringLiteral("jobTitle"),          QStringLiteral("mail"),
        QStringLiteral("mobilePhone"),       QStringLiteral("officeLocation"),
        QStringLiteral("preferredLanguage"), QStringLiteral("surname"),
        QStringLiteral("userPrincipalName"),
    };
    const auto wanted = select.isEmpty() && isUser(row, context) ? userDefaults : select;
    QJsonObject shown;
    for (auto it = row.begin(); it != row.end(); ++it) {
        const bool annotation = it.key().contains(QLatin1Char('@'));
        const bool expanded = it.key().startsWith(QLatin1Char('+')); // an $expand'ed member stays with any $select
        if (it.key().startsWith(QLatin1Char('_')))
            continue;
        if (wanted.isEmpty() || annotation || expanded || wanted.contains(it.key()))
            shown.insert(expanded ? it.key().mid(1) : it.key(), it.value());
    }
    return shown;
}

QString contextUrl(const Request &request, const QString &context, const QStringList &select, bool single)
{
    auto text = request.origin + QStringLiteral("/v1.0/$metadata#") + context;
    if (!select.isEmpty())
        text += QLatin1Char('(') + select.join(QLatin1Char(',')) + QLatin1Char(')');
    return single ? text + QStringLiteral("/$entity") : text;
}

Response unsupportedQuery(const QString &message)
{
    return graphError(400, QStringLiteral("Request_UnsupportedQuery"), message);
}

std::optional<Response> refuseOptions(const Request &request, const QStringList &known)
{
    for (auto it = request.query.begin(); it != request.query.end(); ++it) {
        if (it.key().startsWith(QLatin1Char('$')) && !known.contains(it.key()))
            return badRequest(QStringLiteral("The query parameter '%1' is not supported.").arg(it.key()));
    }
    return {};
}

bool isDirectory(const QString &context)
{
    static const QStringList directory{QStringLiteral("users"), QStringLiteral("groups"), QStringLiteral("servicePrincipals"),
                                       QStringLiteral("applications"), QStringLiteral("directoryObjects")};
    return directory.contains(context);
}

/// What only the eventual store of the directory answers (contract 1.4).
std::optional<Response> refuseAdvanced(const Request &request, const QString &context)
{
    if (!isDirectory(context))
        return {};
    const auto filter = request.option(QStringLiteral("$filter"));
    static const QRegularExpression advanced(QStringLiteral("(^|[\\s(])(ne|not)[\\s(]|endswith\\("),
                                             QRegularExpression::CaseInsensitiveOption);
    const bool counts = request.option(QStringLiteral("$count")).toLower() == QLatin1String("true");
    const bool hard =
        advanced.match(filter).hasMatch() || (!filter.isEmpty() && request.query.contains(QStringLiteral("$orderby")));
    const bool search = request.query.contains(QStringLiteral("$search"));
    if ((hard && (!counts || !request.eventual())) || (counts && !request.eventual()) || (search && !request.eventual()))
        return unsupportedQuery(QStringLiteral("This query needs the header ConsistencyLevel: eventual and $count=true."));
    return {};
}

QJsonValue memberAt(const QJsonObject &row, const QString &path)
{
    QJsonValue value = row;
    for (const auto &part : path.split(QLatin1Char('/')))
        value = value.toObject().value(part);
    return value;
}

void sortRows(QList<QJsonObject> &rows, const QString &orderBy)
{
    const auto keys = orderBy.split(QLatin1Char(','), Qt::SkipEmptyParts);
    for (auto key = keys.crbegin(); key != keys.crend(); ++key) {
        const auto words = key->simplified().split(QLatin1Char(' '));
        const bool descending = words.value(1).toLower() == QLatin1String("desc");
        const auto path = words.value(0);
        std::stable_sort(rows.begin(), rows.end(), [&](const QJsonObject &a, const QJsonObject &b) {
            const auto order = memberAt(a, path).toString().compare(memberAt(b, path).toString(), Qt::CaseInsensitive);
            return descending ? order > 0 : order < 0;
        });
    }
}

QString nextLink(const Request &request, qsizetype offset)
{
    QMap<QString, QString> sorted;
    for (auto it = request.query.begin(); it != request.query.end(); ++it)
        sorted.insert(it.key(), it.value());
    const auto token = QByteArray("RFNwdAIAAQAAAD" + QByteArray::number(offset)).toBase64(QByteArray::Base64UrlEncoding);
    sorted.insert(QStringLiteral("$skiptoken"), QString::fromLatin1(token));
    QStringList parts;
    for (auto it = sorted.begin(); it != sorted.end(); ++it)
        parts.append(it.key() + QLatin1Char('=') + QString::fromLatin1(QUrl::toPercentEncoding(it.value())));
    const auto path = QString::fromLatin1(QUrl::toPercentEncoding(request.path, "/()='$,@"));
    return request.origin + QStringLiteral("/v1.0") + path + QLatin1Char('?') + parts.join(QLatin1Char('&'));
}

/// -1 when the token is none of ours.
qsizetype offsetOf(const QString &skipToken)
{
    if (skipToken.isEmpty())
        return 0;
    const auto text = QByteArray::fromBase64(skipToken.toLatin1(), QByteArray::Base64UrlEncoding);
    bool number = false;
    const auto offset = text.startsWith("RFNwdAIAAQAAAD") ? text.mid(14).toLongLong(&number) : -1;
    return number ? offset : -1;
}

} // namespace

Response entity(const Request &request, const QJsonObject &row, const QString &context)
{
    if (auto refusal = refuseOptions(request, {QStringLiteral("$select"), QStringLiteral("$expand")}))
        return *refusal;
    const auto select = selected(request);
    auto shown = project(row, select, context);
    shown.insert(QStringLiteral("@odata.context"), contextUrl(request, context, select, true));
    return Response::ok(shown);
}

Response collection(const Request &request, QList<QJsonObject> rows, const QString &context, int defaultPage, int maxPage)
{
    static const QStringList known{QStringLiteral("$filter"), QStringLiteral("$search"),   QStringLiteral("$orderby"),
                                   QStringLiteral("$select"), QStringLiteral("$expand"),   QStringLiteral("$top"),
                                   QStringLiteral("$count"),  QStringLiteral("$skiptoken")};
    if (auto refusal = refuseOptions(request, known))
        return *refusal;
    if (auto refusal = refuseAdvanced(request, context))
        return *refusal;
    const auto filter = request.option(QStringLiteral("$filter"));
    const auto search = request.option(QStringLiteral("$search"));
    if (!filter.isEmpty() && !filterMatches(filter, {}))
        return badRequest(QStringLiteral("Invalid filter clause."));
    if (!search.isEmpty() && !searchMatches(search, {}))
        return badRequest(QStringLiteral("Syntax error in $search: a clause is \"property:value\" in double quotes."));
    QList<QJsonObject> kept;
    for (const auto &row : rows) {
        if ((filter.isEmpty() || *filterMatches(filter, row)) && (search.isEmpty() || *searchMatches(search, row)))
            kept.append(row);
    }
    sortRows(kept, request.option(QStringLiteral("$orderby")));

    const auto topText = request.option(QStringLiteral("$top"));
    bool number = true;
    const int top = topText.isEmpty() ? defaultPage : topText.toInt(&number);
    if (!number || top < 1 || top > maxPage)
        return badRequest(
            QStringLiteral("Invalid page size specified: '%1'. Must be between 1 and %2 inclusive.").arg(topText).arg(maxPage));
    const auto offset = offsetOf(request.option(QStringLiteral("$skiptoken")));
    if (offset < 0)
        return graphError(400, QStringLiteral("Directory_ExpiredPageToken"),
                          QStringLiteral("The specified page token value has expired and can no longer be included in your "
                                         "request."));
    const auto select = selected(request);
    QJsonArray values;
    for (const auto &row : kept.mid(offset, top))
        values.append(project(row, select, context));
    QJsonObject body{{QStringLiteral("@odata.context"), contextUrl(request, context, select, false)},
                     {QStringLiteral("value"), values}};
    if (request.option(QStringLiteral("$count")).toLower() == QLatin1String("true"))
        body.insert(QStringLiteral("@odata.count"), kept.size());
    if (offset + top < kept.size())
        body.insert(QStringLiteral("@odata.nextLink"), nextLink(request, offset + top));
    return Response::ok(body);
}

std::optional<bool> filterMatches(const QString &filter, const QJsonObject &row)
{
    return Filter(filter).matches(row);
}

QString requiredValue(const QString &filter, const QString &member)
{
    return Filter(filter).required(member);
}

} // namespace pimgate::demo
