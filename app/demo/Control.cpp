#include "demo/Control.h"

#include "base/IsoDuration.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QStringList>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

QJsonObject Fault::json() const
{
    QJsonObject object{{u"match"_s, QJsonObject{{u"method"_s, method.pattern()}, {u"path"_s, path.pattern()}}},
                       {u"times"_s, times},
                       {u"skip"_s, skip}};
    if (status)
        object.insert(u"status"_s, status);
    if (!code.isEmpty())
        object.insert(u"code"_s, code);
    if (!drop.isEmpty())
        object.insert(u"drop"_s, drop);
    if (delayMs)
        object.insert(u"delayMs"_s, delayMs);
    if (garbage)
        object.insert(u"garbage"_s, true);
    if (emptyPage)
        object.insert(u"emptyPage"_s, true);
    if (invisibleFor.count())
        object.insert(u"invisibleFor"_s, IsoDuration(invisibleFor).toString());
    return object;
}

std::optional<QString> Control::setFaults(const QJsonArray &faults)
{
    static const QStringList known{u"match"_s,     u"times"_s,        u"skip"_s,    u"status"_s, u"code"_s,
                                   u"message"_s,   u"retryAfter"_s,   u"delayMs"_s, u"drop"_s,   u"garbage"_s,
                                   u"emptyPage"_s, u"invisibleFor"_s, u"claims"_s};
    QList<Fault> list;
    for (const auto &each : faults) {
        const auto object = each.toObject();
        for (auto it = object.begin(); it != object.end(); ++it) {
            if (!known.contains(it.key()))
                return u"A fault has no member '%1'."_s.arg(it.key());
        }
        const auto match = object["match"_L1].toObject();
        Fault fault;
        fault.method = QRegularExpression(match["method"_L1].toString(u".*"_s), QRegularExpression::CaseInsensitiveOption);
        fault.path = QRegularExpression(match["path"_L1].toString(u".*"_s));
        if (!fault.method.isValid() || !fault.path.isValid())
            return u"'match' holds no valid regular expression."_s;
        fault.times = object["times"_L1].toInt(1);
        fault.skip = object["skip"_L1].toInt(0);
        fault.status = object["status"_L1].toInt(0);
        fault.code = object["code"_L1].toString();
        fault.message = object["message"_L1].toString();
        if (object.contains("retryAfter"_L1))
            fault.retryAfter = object["retryAfter"_L1].toInt();
        fault.delayMs = object["delayMs"_L1].toInt(0);
        fault.drop = object["drop"_L1].toString();
        if (!fault.drop.isEmpty() && fault.drop != u"before" && fault.drop != u"after")
            return u"'drop' is \"before\" or \"after\"."_s;
        fault.garbage = object["garbage"_L1].toBool();
        fault.emptyPage = object["emptyPage"_L1].toBool();
        fault.claims = object["claims"_L1].isObject()
                           ? QString::fromUtf8(QJsonDocument(object["claims"_L1].toObject()).toJson(QJsonDocument::Compact))
                           : object["claims"_L1].toString();
        if (object.contains("invisibleFor"_L1)) {
            const auto duration = IsoDuration::parse(object["invisibleFor"_L1].toString());
            if (!duration)
                return duration.error().message;
            fault.invisibleFor = duration->value();
        }
        list.append(fault);
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
    const auto code = fault.code.isEmpty() ? fault.status == 429   ? u"TooManyRequests"_s
                                             : fault.status == 401 ? u"InvalidAuthenticationToken"_s
                                             : fault.status >= 500 ? u"Service_ServiceUnavailable"_s
                                                                   : u"UnknownError"_s
                                           : fault.code;
    const auto message = fault.message.isEmpty() ? u"Please retry again later."_s : fault.message;
    Response response = graphError(fault.status, code, message);
    if (login)
        response.json = QJsonObject{{u"error"_s, fault.code.isEmpty() ? u"temporarily_unavailable"_s : fault.code},
                                    {u"error_description"_s, message}};
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
