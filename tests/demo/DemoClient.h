#pragma once

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QEventLoop>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QTest>
#include <QTimer>
#include <QUrl>
#include <QUrlQuery>

#include <algorithm>
#include <optional>

namespace pimgate::demotest {

struct Answer
{
    int status = 0;
    QByteArray body;
    QList<QNetworkReply::RawHeaderPair> headers;

    QJsonObject json() const { return QJsonDocument::fromJson(body).object(); }
    QJsonArray value() const { return json().value(QLatin1String("value")).toArray(); }
    QJsonObject first() const { return value().first().toObject(); }
    QString text(const char *member) const { return json().value(QLatin1String(member)).toString(); }
    QString code() const { return json()[QLatin1String("error")][QLatin1String("code")].toString(); }
    QString message() const { return json()[QLatin1String("error")][QLatin1String("message")].toString(); }
    QByteArray header(const QByteArray &name) const
    {
        for (const auto &pair : headers)
            if (pair.first.compare(name, Qt::CaseInsensitive) == 0)
                return pair.second;
        return {};
    }
};

/// One HTTP exchange over loopback; redirects are not followed. Status 0: no answer.
inline Answer exchange(const QByteArray &method, const QUrl &url, const QByteArray &body = {},
                       const QList<std::pair<QByteArray, QByteArray>> &headers = {})
{
    static auto *network = new QNetworkAccessManager(QCoreApplication::instance()); // must not outlive it
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    // A cookie is sent by the test that means it: jars know no ports, and every tenant of a process is on loopback.
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setTransferTimeout(10000);
    for (const auto &[name, value] : headers)
        request.setRawHeader(name, value);
    QNetworkReply *reply = network->sendCustomRequest(request, method, body);
    QEventLoop loop;
    QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    loop.exec();
    Answer answer{reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), reply->readAll(), reply->rawHeaderPairs()};
    reply->deleteLater();
    return answer;
}

/// A person who has signed in and calls Graph.
class DemoClient
{
public:
    /// @param cloud the JSON that the demo tenant prints: login, graph, tenant, clientId, controlKey
    explicit DemoClient(const QJsonObject &cloud) : m_cloud(cloud) {}

    /// Two GETs and the token POST with PKCE. Empty when it worked, else the error_description.
    /// @param claims content of access_token in the claims parameter: {"amr":{…},"acrs":{…}}; xms_cc cp1 is added where it names
    /// none
    QString signIn(const QString &userPrincipalName, QJsonObject claims = {}, const QString &scope = QStringLiteral(".default"))
    {
        const QByteArray verifier = "0123456789012345678901234567890123456789abcd";
        const QString challenge =
            QString::fromLatin1(QCryptographicHash::hash(verifier, QCryptographicHash::Sha256)
                                    .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
        if (!claims.contains(QLatin1String("xms_cc")))
            claims.insert(QStringLiteral("xms_cc"), QJsonObject{{QStringLiteral("values"), QJsonArray{QStringLiteral("cp1")}}});
        const QString redirect = QStringLiteral("http://localhost:4321/");
        QUrlQuery query;
        query.setQueryItems({{QStringLiteral("client_id"), member("clientId")},
                             {QStringLiteral("response_type"), QStringLiteral("code")},
                             {QStringLiteral("redirect_uri"), redirect},
                             {QStringLiteral("scope"), encoded(QStringLiteral("openid offline_access ") + scope)},
                             {QStringLiteral("state"), QStringLiteral("s")},
                             {QStringLiteral("nonce"), QStringLiteral("n")},
                             {QStringLiteral("code_challenge"), challenge},
                             {QStringLiteral("code_challenge_method"), QStringLiteral("S256")},
                             {QStringLiteral("login_hint"), encoded(userPrincipalName)},
                             {QStringLiteral("prompt"), QStringLiteral("none")},
                             {QStringLiteral("claims"), encoded(compact({{QStringLiteral("access_token"), claims}}))}});
        QUrl authorize(endpoint(QStringLiteral("authorize")));
        authorize.setQuery(query);
        const Answer answer = exchange("GET", authorize);
        const QUrlQuery back(QUrl(QString::fromLatin1(answer.header("Location"))).query());
        if (!back.hasQueryItem(QStringLiteral("code")))
            return QStringLiteral("%1 %2").arg(back.queryItemValue(QStringLiteral("error")),
                                               back.queryItemValue(QStringLiteral("error_description"), QUrl::FullyDecoded));
        QUrlQuery form;
        form.setQueryItems({{QStringLiteral("grant_type"), QStringLiteral("authorization_code")},
                            {QStringLiteral("client_id"), member("clientId")},
                            {QStringLiteral("code"), back.queryItemValue(QStringLiteral("code"))},
                            {QStringLiteral("redirect_uri"), encoded(redirect)},
                            {QStringLiteral("code_verifier"), QString::fromLatin1(verifier)}});
        const Answer token = exchange("POST", endpoint(QStringLiteral("token")), form.toString(QUrl::FullyEncoded).toUtf8(),
                                      {{"Content-Type", "application/x-www-form-urlencoded"}});
        m_token = token.text("access_token").toUtf8();
        m_refreshToken = token.text("refresh_token").toUtf8();
        return m_token.isEmpty() ? QString::fromUtf8(token.body) : QString();
    }

    /// Marks what follows as nonsense on purpose: the record says so, and no check of the wire counts it.
    bool sendsNonsense = false;

    Answer get(const QString &path) const { return send("GET", path); }
    Answer post(const QString &path, const QJsonObject &body) const { return send("POST", path, body); }
    Answer patch(const QString &path, const QJsonObject &body) const { return send("PATCH", path, body); }
    Answer remove(const QString &path) const { return send("DELETE", path); }

    /// @param path below /v1.0, as it stands in the contract; spaces and quotes are encoded here
    Answer send(const QByteArray &method, const QString &path, const std::optional<QJsonObject> &body = {},
                const QList<std::pair<QByteArray, QByteArray>> &more = {}) const
    {
        QList<std::pair<QByteArray, QByteArray>> headers{{"Authorization", "Bearer " + m_token}, {"Accept", "application/json"}};
        headers += more;
        if (body)
            headers.append(std::pair(QByteArray("Content-Type"), QByteArray("application/json")));
        if (sendsNonsense)
            headers.append(std::pair(QByteArray("X-Demo-Raw"), QByteArray("1")));
        return exchange(method, QUrl(member("graph") + QStringLiteral("/v1.0") + path),
                        body ? QJsonDocument(*body).toJson(QJsonDocument::Compact) : QByteArray(), headers);
    }

    /// Nonsense on purpose: marked, so that the record of exchanges is held against Graph's description without it.
    Answer nonsense(const QByteArray &method, const QString &path, const std::optional<QJsonObject> &body = {}) const
    {
        return send(method, path, body, {{"X-Demo-Raw", "1"}});
    }

    /// Anything at all, under the person's token unless another Authorization is given; marked as nonsense.
    /// @param path with the version: "/v1.0/me"
    Answer raw(const QByteArray &method, const QString &path, const QByteArray &body,
               QList<std::pair<QByteArray, QByteArray>> headers) const
    {
        const bool own =
            std::any_of(headers.begin(), headers.end(), [](const auto &each) { return each.first == "Authorization"; });
        if (!own)
            headers.append(std::pair(QByteArray("Authorization"), "Bearer " + m_token));
        headers.append(std::pair(QByteArray("X-Demo-Raw"), QByteArray("1")));
        return exchange(method, QUrl(member("graph") + path), body, headers);
    }

    /// Replaces the list of faults.
    Answer setFaults(const QJsonArray &faults) const
    {
        return exchange("POST", QUrl(member("graph") + QStringLiteral("/demo/faults")), QJsonDocument(faults).toJson(),
                        {{"X-Demo-Key", member("controlKey").toUtf8()}, {"Content-Type", "application/json"}});
    }

    /// A call to the control plane.
    Answer control(const QByteArray &method, const QString &path, const QJsonObject &body = {}) const
    {
        return exchange(method, QUrl(member("graph") + QStringLiteral("/demo/") + path),
                        body.isEmpty() ? QByteArray() : QJsonDocument(body).toJson(),
                        {{"X-Demo-Key", member("controlKey").toUtf8()}, {"Content-Type", "application/json"}});
    }
    /// An administrator consents to more for everybody, "Scope Scope"; otherwise asking for it gives 65001.
    Answer consent(const QString &scopes) const
    {
        return control("POST", QStringLiteral("directory"), {{QStringLiteral("consented"), scopes}});
    }
    Answer advance(const QString &duration) const
    {
        return control("POST", QStringLiteral("clock"), {{QStringLiteral("advance"), duration}});
    }

    QByteArray token() const { return m_token; }
    QByteArray refreshToken() const { return m_refreshToken; }
    QString member(const char *name) const { return m_cloud.value(QLatin1String(name)).toString(); }

private:
    static QString encoded(const QString &text) { return QString::fromLatin1(QUrl::toPercentEncoding(text)); }
    static QString compact(const QJsonObject &object)
    {
        return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
    }
    QString endpoint(const QString &name) const
    {
        return QStringLiteral("%1/%2/oauth2/v2.0/%3").arg(member("login"), member("tenant"), name);
    }

    QJsonObject m_cloud;
    QByteArray m_token;
    QByteArray m_refreshToken;
};

} // namespace pimgate::demotest
