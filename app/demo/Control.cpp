#include "demo/Control.h"

#include "base/IsoDuration.h"
#include "demo/odata/Throttle.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QStringList>

#include <algorithm>
#include <climits>
#include <cmath>
#include <tl/expected.hpp>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int faultLimit = 1000;
constexpr int patternLimit = 1000;
constexpr int longestDelayMs = 600000;
/// Begins every expression: PCRE2 then gives up instead of backtracking for ever. An expression can only lower it.
const auto matchLimits = u"(*LIMIT_MATCH=100000)(*LIMIT_DEPTH=5000)"_s;

/// Reads one fault, or says in a sentence why it is none.
class FaultReader
{
public:
    explicit FaultReader(const QJsonValue &value) : m_value(value), m_object(value.toObject()) {}

    tl::expected<Fault, QString> read()
    {
        static const QStringList known{u"match"_s,        u"times"_s,      u"skip"_s,      u"status"_s,   u"code"_s,
                                       u"message"_s,      u"retryAfter"_s, u"delayMs"_s,   u"drop"_s,     u"garbage"_s,
                                       u"invisibleFor"_s, u"claims"_s,     u"emptyPage"_s, u"truncated"_s};
        if (!m_value.isObject())
            return tl::unexpected(u"A fault is an object."_s);
        for (auto it = m_object.begin(); it != m_object.end(); ++it) {
            if (!known.contains(it.key()))
                return tl::unexpected(u"A fault has no member '%1'."_s.arg(it.key()));
        }
        Fault fault;
        readMatch(fault);
        fault.times = number(u"times"_s, 1, 0, INT_MAX);
        fault.skip = number(u"skip"_s, 0, 0, INT_MAX);
        fault.status = number(u"status"_s, 0, 400, 599);
        fault.code = text(u"code"_s);
        fault.message = text(u"message"_s);
        if (m_object.contains(u"retryAfter"_s))
            fault.retryAfter = number(u"retryAfter"_s, 0, 0, INT_MAX);
        fault.delayMs = number(u"delayMs"_s, 0, 0, longestDelayMs);
        fault.drop = text(u"drop"_s);
        if (!fault.drop.isEmpty() && fault.drop != u"before" && fault.drop != u"after")
            blame(u"'drop' is \"before\" or \"after\"."_s);
        fault.garbage = flag(u"garbage"_s);
        fault.truncated = flag(u"truncated"_s);
        fault.emptyPage = flag(u"emptyPage"_s);
        readClaims(fault);
        readDuration(fault);
        return m_wrong.isEmpty() ? tl::expected<Fault, QString>(fault) : tl::unexpected(m_wrong);
    }

private:
    void blame(const QString &sentence) { m_wrong = m_wrong.isEmpty() ? sentence : m_wrong; }

    int number(const QString &name, int otherwise, int least, int most)
    {
        const auto value = m_object.value(name);
        if (value.isUndefined())
            return otherwise;
        const double given = value.toDouble(-1);
        if (!value.isDouble() || given != std::floor(given) || given < least || given > most)
            blame(u"'%1' is a whole number from %2 to %3."_s.arg(name).arg(least).arg(most));
        return int(std::clamp(given, double(least), double(most)));
    }

    bool flag(const QString &name)
    {
        const auto value = m_object.value(name);
        if (!value.isUndefined() && !value.isBool())
            blame(u"'%1' is true or false."_s.arg(name));
        return value.toBool();
    }

    QString text(const QString &name)
    {
        const auto value = m_object.value(name);
        if (!value.isUndefined() && !value.isString())
            blame(u"'%1' is a text."_s.arg(name));
        return value.toString();
    }

    void readMatch(Fault &fault)
    {
        const auto match = m_object.value(u"match"_s);
        if (!match.isUndefined() && !match.isObject())
            blame(u"'match' is an object with 'method' and 'path'."_s);
        const auto object = match.toObject();
        for (auto it = object.begin(); it != object.end(); ++it) {
            if ((it.key() != u"method" && it.key() != u"path") || !it.value().isString())
                blame(u"'match' holds 'method' and 'path', each a regular expression."_s);
        }
        fault.method = expression(object.value(u"method"_s).toString(u".*"_s));
        fault.method.setPatternOptions(QRegularExpression::CaseInsensitiveOption);
        fault.path = expression(object.value(u"path"_s).toString(u".*"_s));
    }

    QRegularExpression expression(const QString &pattern)
    {
        if (pattern.size() > patternLimit) {
            blame(u"A regular expression has at most %1 characters."_s.arg(patternLimit));
            return {};
        }
        const QRegularExpression read(matchLimits + pattern);
        if (!read.isValid())
            blame(u"'match' holds no valid regular expression: %1."_s.arg(read.errorString()));
        return read;
    }

    void readClaims(Fault &fault)
    {
        const auto claims = m_object.value(u"claims"_s);
        if (!claims.isUndefined() && !claims.isObject() && !claims.isString())
            blame(u"'claims' is an object, or its JSON as a text."_s);
        fault.claims = claims.isObject() ? QString::fromUtf8(QJsonDocument(claims.toObject()).toJson(QJsonDocument::Compact))
                                         : claims.toString();
    }

    void readDuration(Fault &fault)
    {
        if (!m_object.contains(u"invisibleFor"_s))
            return;
        const auto duration = IsoDuration::parse(text(u"invisibleFor"_s));
        if (!duration)
            return blame(duration.error().message);
        fault.invisibleFor = duration->value();
    }

    QJsonValue m_value;
    QJsonObject m_object;
    QString m_wrong;
};

} // namespace

QJsonObject Fault::json() const
{
    const auto written = [](const QRegularExpression &expression) { return expression.pattern().mid(matchLimits.size()); };
    QJsonObject object{{u"match"_s, QJsonObject{{u"method"_s, written(method)}, {u"path"_s, written(path)}}},
                       {u"times"_s, times},
                       {u"skip"_s, skip}};
    if (status)
        object.insert(u"status"_s, status);
    if (!code.isEmpty())
        object.insert(u"code"_s, code);
    if (!message.isEmpty())
        object.insert(u"message"_s, message);
    if (retryAfter)
        object.insert(u"retryAfter"_s, *retryAfter);
    if (!claims.isEmpty())
        object.insert(u"claims"_s, claims);
    if (!drop.isEmpty())
        object.insert(u"drop"_s, drop);
    if (delayMs)
        object.insert(u"delayMs"_s, delayMs);
    if (garbage)
        object.insert(u"garbage"_s, true);
    if (truncated)
        object.insert(u"truncated"_s, true);
    if (emptyPage)
        object.insert(u"emptyPage"_s, true);
    if (invisibleFor.count())
        object.insert(u"invisibleFor"_s, IsoDuration(invisibleFor).toString());
    return object;
}

std::optional<QString> Control::setFaults(const QJsonArray &faults)
{
    if (faults.size() > faultLimit)
        return u"More than %1 faults are no test any more."_s.arg(faultLimit);
    QList<Fault> list;
    for (const auto &each : faults) {
        const auto fault = FaultReader(each).read();
        if (!fault)
            return fault.error();
        list.append(*fault);
    }
    m_faults = list;
    return {};
}

QJsonArray Control::unusedFaults() const
{
    QJsonArray list;
    for (const auto &fault : m_faults) {
        if (fault.times > 0)
            list.append(fault.json());
    }
    return list;
}

std::optional<Fault> Control::take(const QByteArray &method, const QString &pathAndQuery)
{
    for (auto &fault : m_faults) {
        if (fault.times <= 0 || !fault.method.match(QString::fromLatin1(method)).hasMatch() ||
            !fault.path.match(pathAndQuery).hasMatch())
            continue;
        if (fault.skip > 0) {
            --fault.skip;
            continue;
        }
        --fault.times;
        return fault;
    }
    return {};
}

void Control::reset()
{
    m_faults.clear();
    exchanges.clear();
}

Response faultResponse(const Fault &fault, bool login)
{
    const bool challenge = fault.status == 401 && !fault.claims.isEmpty();
    const auto code = fault.code.isEmpty() ? fault.status == 401   ? u"InvalidAuthenticationToken"_s
                                             : fault.status >= 500 ? u"Service_ServiceUnavailable"_s
                                                                   : u"UnknownError"_s
                                           : fault.code;
    const auto message = !fault.message.isEmpty() ? fault.message
                         : challenge ? u"Continuous access evaluation resulted in challenge with result: InteractionRequired "
                                       "and code: TokenIssuedBeforeRevocationTimestamp"_s
                                     : u"Please retry again later."_s;
    Response response = graphError(fault.status, code, message);
    if (login)
        response.json = QJsonObject{{u"error"_s, fault.code.isEmpty() ? u"temporarily_unavailable"_s : fault.code},
                                    {u"error_description"_s, message}};
    else if (fault.status == 429)
        response = tooManyRequests(fault.code, fault.message);
    if (fault.retryAfter)
        response.headers.emplaceBack("Retry-After", QByteArray::number(*fault.retryAfter));
    if (!fault.claims.isEmpty())
        response.headers.emplaceBack("WWW-Authenticate",
                                     "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/"
                                     "authorize\", client_id=\"00000003-0000-0000-c000-000000000000\", "
                                     "error=\"insufficient_claims\", claims=\"" +
                                         fault.claims.toUtf8().toBase64() + "\"");
    return response;
}

} // namespace pimgate::demo
