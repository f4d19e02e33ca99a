#include "demo/odata/Paging.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QMessageAuthenticationCode>

#include <algorithm>

namespace pimgate::demo {

namespace {

constexpr qint64 pageTokenSeconds = 3600;
constexpr int tokenSignature = 12;

/// The first bytes of the directory's own tokens.
QByteArray tokenMark()
{
    return QByteArray("DSpt\x02\x00\x01\x00", 8);
}

/// What a token belongs to: another filter, order or page size is another walk.
QString queryMark(const Request &request)
{
    QByteArray text = request.caller.oid.toUtf8() + request.path.toUtf8().toLower();
    for (const auto *option : {"$filter", "$search", "$orderby", "$top"})
        text += '\n' + request.option(QLatin1String(option)).toUtf8();
    return QString::fromLatin1(QCryptographicHash::hash(text, QCryptographicHash::Sha256).toBase64().left(12));
}

QByteArray signatureOf(const Request &request, const QByteArray &payload)
{
    return QMessageAuthenticationCode::hash(payload, request.pageKey, QCryptographicHash::Sha256).left(tokenSignature);
}

QString rowIdOf(const QJsonObject &row)
{
    return row.value(QLatin1String("id")).toString().toLower();
}

struct OrderTerm
{
    QStringList path;
    bool descending = false;
};

QList<OrderTerm> orderTerms(const QString &orderBy)
{
    QList<OrderTerm> terms;
    for (const auto &each : orderBy.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        const auto words = each.simplified().split(QLatin1Char(' '));
        terms.append({words.at(0).split(QLatin1Char('/')), words.value(1).toLower() == QLatin1String("desc")});
    }
    return terms;
}

QJsonArray keysOf(const QJsonObject &row, const QList<OrderTerm> &terms)
{
    QJsonArray keys;
    for (const auto &term : terms) {
        QJsonValue value = row;
        for (const auto &step : term.path)
            value = value.toObject().value(step);
        keys.append(value.isUndefined() ? QJsonValue() : value);
    }
    return keys;
}

/// Nothing comes before everything; text without case.
int compareKey(const QJsonValue &a, const QJsonValue &b)
{
    const auto sign = [](auto left, auto right) { return left < right ? -1 : left > right ? 1 : 0; };
    if (a.isString() && b.isString())
        return sign(a.toString().compare(b.toString(), Qt::CaseInsensitive), 0);
    if (a.isDouble() && b.isDouble())
        return sign(a.toDouble(), b.toDouble());
    if (a.isBool() && b.isBool())
        return sign(int(a.toBool()), int(b.toBool()));
    return sign(int(a.type()), int(b.type()));
}

struct OrderedRow
{
    QJsonArray keys;
    QStringList texts; ///< of the keys: they are compared often
    QString id;
    QJsonObject row;
};

OrderedRow orderedRow(const QJsonArray &keys, const QString &id, const QJsonObject &row)
{
    QStringList texts;
    for (const auto &each : keys)
        texts.append(each.toString());
    return {keys, texts, id, row};
}

bool comesBefore(const OrderedRow &a, const OrderedRow &b, const QList<OrderTerm> &terms)
{
    for (qsizetype i = 0; i < terms.size(); ++i) {
        const bool texts = !a.texts.at(i).isEmpty() && !b.texts.at(i).isEmpty();
        const int order =
            texts ? a.texts.at(i).compare(b.texts.at(i), Qt::CaseInsensitive) : compareKey(a.keys.at(i), b.keys.at(i));
        if (order != 0)
            return terms.at(i).descending ? order > 0 : order < 0;
    }
    return a.id < b.id;
}

/// Only the rows of the page are put in order.
Page orderedPage(const RowSource &source, const std::function<bool(const QJsonObject &)> &keep, const QList<OrderTerm> &terms,
                 const PagePosition &from, qint64 size)
{
    const auto before = [&](const OrderedRow &a, const OrderedRow &b) { return comesBefore(a, b, terms); };
    const bool goesOn = from.keys.size() == terms.size();
    const auto last = orderedRow(from.keys, from.lastId, {});
    Page page;
    std::vector<OrderedRow> rows;
    source.visit({}, [&](const QJsonObject &row) {
        if (!keep(row))
            return true;
        ++page.total;
        auto ordered = orderedRow(keysOf(row, terms), rowIdOf(row), row);
        if (!goesOn || before(last, ordered))
            rows.push_back(std::move(ordered));
        return true;
    });
    const auto end = rows.begin() + std::min(qint64(rows.size()), size);
    std::partial_sort(rows.begin(), end, rows.end(), before);
    for (auto it = rows.begin(); it != end; ++it)
        page.rows.append(it->row);
    if (end != rows.end() && end != rows.begin())
        page.next = PagePosition{(end - 1)->id, (end - 1)->keys, from.offset + size};
    return page;
}

/// Rows in the order of their ids need no list of all of them.
Page streamedPage(const RowSource &source, const std::function<bool(const QJsonObject &)> &keep, const PagePosition &from,
                  qint64 size, bool countAll)
{
    Page page;
    bool more = false;
    source.visit(countAll ? QString() : from.lastId, [&](const QJsonObject &row) {
        const bool later = from.lastId.isEmpty() || rowIdOf(row) > from.lastId;
        if (!keep(row))
            return true;
        ++page.total;
        if (!later)
            return true;
        if (page.rows.size() < size)
            page.rows.append(row);
        else
            more = true;
        return countAll || !more;
    });
    if (more)
        page.next = PagePosition{rowIdOf(page.rows.last()), {}, from.offset + size};
    return page;
}

Page listedPage(const RowSource &source, const std::function<bool(const QJsonObject &)> &keep, const PagePosition &from,
                qint64 size)
{
    QList<QJsonObject> rows;
    qint64 start = from.offset;
    source.visit({}, [&](const QJsonObject &row) {
        if (!keep(row))
            return true;
        rows.append(row);
        if (!from.lastId.isEmpty() && rowIdOf(row) == from.lastId)
            start = rows.size();
        return true;
    });
    start = std::min<qint64>(start, rows.size());
    Page page{rows.mid(start, size), rows.size(), {}};
    if (start + size < rows.size())
        page.next = PagePosition{rowIdOf(page.rows.last()), {}, start + size};
    return page;
}

} // namespace

QString pageToken(const Request &request, const PagePosition &position)
{
    const QJsonArray content{position.lastId, position.offset, position.keys, request.now.toSecsSinceEpoch(), queryMark(request)};
    const auto payload = QJsonDocument(content).toJson(QJsonDocument::Compact);
    const auto token = tokenMark() + signatureOf(request, payload) + payload;
    return QString::fromLatin1(token.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

std::optional<PagePosition> readPageToken(const Request &request)
{
    const auto text = request.option(QStringLiteral("$skiptoken")).toLatin1();
    const auto token =
        QByteArray::fromBase64Encoding(text, QByteArray::Base64UrlEncoding | QByteArray::AbortOnBase64DecodingErrors);
    if (!token || !(*token).startsWith(tokenMark()))
        return {};
    const auto signature = (*token).mid(tokenMark().size(), tokenSignature);
    const auto payload = (*token).mid(tokenMark().size() + tokenSignature);
    if (signature != signatureOf(request, payload))
        return {};
    const auto content = QJsonDocument::fromJson(payload).array();
    const auto age = request.now.toSecsSinceEpoch() - content.at(3).toInteger();
    if (age > pageTokenSeconds || content.at(4).toString() != queryMark(request))
        return {};
    return PagePosition{content.at(0).toString(), content.at(2).toArray(), content.at(1).toInteger()};
}

Page readPage(const RowSource &source, const std::function<bool(const QJsonObject &)> &keep, const QString &orderBy,
              const PagePosition &from, qint64 size, bool countAll)
{
    const auto terms = orderTerms(orderBy);
    if (!terms.isEmpty())
        return orderedPage(source, keep, terms, from, size);
    const bool skips = from.lastId.isEmpty() && from.offset > 0;
    return source.byId && !skips ? streamedPage(source, keep, from, size, countAll) : listedPage(source, keep, from, size);
}

} // namespace pimgate::demo
