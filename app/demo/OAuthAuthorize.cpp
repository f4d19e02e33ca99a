#include "demo/Keys.h"
#include "demo/OAuth.h"
#include "demo/OAuthText.h"
#include "demo/Seed.h"

#include <QJsonDocument>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int codeSeconds = 600;

QString query(const QList<std::pair<QString, QString>> &values)
{
    QStringList parts;
    for (const auto &[name, value] : values)
        parts.append(name + u'=' + QString::fromLatin1(QUrl::toPercentEncoding(value)));
    return parts.join(u'&');
}

QString errorName(int code)
{
    switch (code) {
    case 50058:
        return u"login_required"_s;
    case 50076:
    case 50079:
    case 50072:
    case 50158:
        return u"interaction_required"_s;
    case 65001:
        return u"consent_required"_s;
    default:
        return u"access_denied"_s;
    }
}

} // namespace

Response OAuth::authorize(const Request &request, const Form &form)
{
    const auto tenant = request.param(u"tenant"_s);
    if (!knowsTenant(tenant))
        return errorPage(90002, u"Tenant '%1' not found."_s.arg(tenant));
    for (const auto &name : {u"client_id"_s, u"redirect_uri"_s}) {
        if (form.value(name).isEmpty())
            return errorPage(900144, u"The request body must contain the following parameter: '%1'."_s.arg(name));
    }
    const auto who = client(form.value(u"client_id"_s));
    if (!who)
        return errorPage(700016, u"Application with identifier '%1' was not found in the directory '%2'."_s.arg(
                                     form.value(u"client_id"_s), u"Contoso (demo)"_s));
    const auto redirectUri = form.value(u"redirect_uri"_s);
    if (!redirectAllowed(*who, redirectUri))
        return errorPage(50011, u"The redirect URI '%1' specified in the request does not match the redirect URIs "
                                "configured for the application '%2'."_s.arg(redirectUri, who->appId));
    const auto refuseTo = [&](const QString &error, int code, const QString &message) {
        return redirect(form, redirectUri, {{u"error"_s, error}, {u"error_description"_s, describe(code, message)}});
    };
    const auto type = words(form.value(u"response_type"_s));
    if (type.isEmpty() || (!type.contains(u"code"_s) && !type.contains(u"id_token"_s)))
        return refuseTo(u"unsupported_response_type"_s, 700054, u"The response_type is not supported."_s);
    if (type.contains(u"id_token"_s) && form.value(u"nonce"_s).isEmpty())
        return refuseTo(u"invalid_request"_s, 900144, u"The request body must contain the following parameter: 'nonce'."_s);
    if (words(form.value(u"scope"_s)).isEmpty())
        return refuseTo(u"invalid_request"_s, 900144, u"The request body must contain the following parameter: 'scope'."_s);
    if (!graphScopes(form.value(u"scope"_s)))
        return refuseTo(u"invalid_resource"_s, 500011, u"The resource principal was not found in the tenant."_s);
    const bool proof = !form.value(u"code_challenge"_s).isEmpty() && form.value(u"code_challenge_method"_s) == u"S256";
    if (type.contains(u"code"_s) && who->isPublic && !proof)
        return refuseTo(u"invalid_request"_s, 9002325,
                        u"Proof Key for Code Exchange is required for authorization code redemption."_s);
    if (readClaims(form.value(u"claims"_s)).broken)
        return refuseTo(u"invalid_request"_s, 9002313, u"Invalid request. The claims parameter is malformed."_s);

    const bool silent = form.value(u"prompt"_s) == u"none";
    const auto hint = form.value(u"login_hint"_s);
    if (!silent)
        return choosePerson(request.path, form);
    if (hint.isEmpty())
        return refuseTo(u"login_required"_s, 50058, u"A silent sign-in request was sent but no user is signed in."_s);
    const auto *user = m_store.user(hint);
    if (!user)
        return refuseTo(u"login_required"_s, 50034, u"The user account %1 does not exist in the directory."_s.arg(hint));
    const auto userId = user->value("id"_L1).toString();
    return answerAuthorize(form, redirectUri, userId,
                           request.headers.contains("user-agent") ? request.headers.at("user-agent") : QByteArray());
}

Response OAuth::answerAuthorize(const Form &form, const QString &redirectUri, const QString &userId, const QByteArray &userAgent)
{
    const auto clientId = form.value(u"client_id"_s).toLower();
    Response refusal;
    const auto session = signIn(userId, clientId, *graphScopes(form.value(u"scope"_s)), readClaims(form.value(u"claims"_s)),
                                userAgent, false, refusal);
    if (!session) {
        const auto code = refusal.json["error_codes"_L1][0].toInt();
        return redirect(
            form, redirectUri,
            {{u"error"_s, errorName(code)}, {u"error_description"_s, refusal.json["error_description"_L1].toString()}});
    }
    QList<std::pair<QString, QString>> values;
    if (words(form.value(u"response_type"_s)).contains(u"code"_s)) {
        const auto code = u"0."_s + randomText();
        m_grants[code] = {*session, redirectUri, form.value(u"code_challenge"_s), form.value(u"nonce"_s),
                          m_store.now().addSecs(codeSeconds)};
        values.append({u"code"_s, code});
    }
    if (words(form.value(u"response_type"_s)).contains(u"id_token"_s))
        values.append({u"id_token"_s, idToken(*session, form.value(u"nonce"_s))});
    if (form.value(u"client_info"_s) == u"1") {
        const QJsonObject info{{u"uid"_s, userId}, {u"utid"_s, m_store.tenantId()}};
        values.append({u"client_info"_s, QString::fromLatin1(base64Url(QJsonDocument(info).toJson(QJsonDocument::Compact)))});
    }
    values.append({u"session_state"_s, newGuid()});
    return redirect(form, redirectUri, values);
}

Response OAuth::choosePerson(const QString &path, const Form &form) const
{
    QString body = u"<p>Choose a person of the demo tenant. There are no passwords.</p>"_s;
    auto people = peopleToChoose(m_store);
    const auto hint = form.value(u"login_hint"_s);
    std::stable_partition(people.begin(), people.end(), [&](const QJsonObject &person) {
        return person["userPrincipalName"_L1].toString().compare(hint, Qt::CaseInsensitive) == 0;
    });
    for (const auto &person : people) {
        auto asked = form;
        asked.insert(u"prompt"_s, u"none"_s);
        asked.insert(u"login_hint"_s, person["userPrincipalName"_L1].toString());
        QList<std::pair<QString, QString>> values;
        for (auto it = asked.begin(); it != asked.end(); ++it)
            values.append({it.key(), it.value()});
        body += u"<a href=\"%1\">%2<br><small>%3 &middot; %4</small></a>"_s.arg(
            (path + u'?' + query(values)).toHtmlEscaped(), person["displayName"_L1].toString().toHtmlEscaped(),
            person["userPrincipalName"_L1].toString().toHtmlEscaped(), person["jobTitle"_L1].toString().toHtmlEscaped());
    }
    return html(u"Sign in to Contoso (demo)"_s, body);
}

Response OAuth::redirect(const Form &form, const QString &redirectUri, const QList<std::pair<QString, QString>> &values) const
{
    auto all = values;
    if (form.contains(u"state"_s))
        all.append({u"state"_s, form.value(u"state"_s)});
    const bool hasIdToken = words(form.value(u"response_type"_s)).contains(u"id_token"_s);
    const auto mode = form.value(u"response_mode"_s, hasIdToken ? u"fragment"_s : u"query"_s);
    if (mode == u"form_post") {
        QString inputs;
        for (const auto &[name, value] : all)
            inputs += u"<input type=\"hidden\" name=\"%1\" value=\"%2\">"_s.arg(name, value.toHtmlEscaped());
        return html(u"Working"_s, u"<form method=\"post\" action=\"%1\">%2<button>Continue</button></form>"
                                  "<script>document.forms[0].submit()</script>"_s.arg(redirectUri.toHtmlEscaped(), inputs));
    }
    Response response;
    response.status = 302;
    auto glue = mode == u"fragment" ? u"#"_s : redirectUri.contains(u'?') ? u"&"_s : u"?"_s;
    response.headers.emplaceBack("Location", (redirectUri + glue + query(all)).toUtf8());
    response.headers.emplaceBack("Cache-Control", "no-store");
    return response;
}

Response OAuth::logout(const Request &request) const
{
    const auto target = request.option(u"post_logout_redirect_uri"_s);
    if (target.isEmpty() || !isLoopback(QUrl(target)))
        return html(u"Signed out"_s, u"<p>You are signed out. Close this window.</p>"_s);
    Response response;
    response.status = 302;
    response.headers.emplaceBack("Location", target.toUtf8());
    return response;
}

} // namespace pimgate::demo
