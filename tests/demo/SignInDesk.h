#pragma once

#include "demo/DemoClient.h"

#include <QRegularExpression>

namespace pimgate::demotest {

using Form = QMap<QString, QString>;

inline QByteArray encodedForm(const Form &form)
{
    QByteArrayList parts;
    for (auto it = form.begin(); it != form.end(); ++it)
        parts.append(QUrl::toPercentEncoding(it.key()) + '=' + QUrl::toPercentEncoding(it.value()));
    return parts.join('&');
}

inline QJsonObject tokenPayload(const QString &token)
{
    return QJsonDocument::fromJson(
               QByteArray::fromBase64(token.section(QLatin1Char('.'), 1, 1).toLatin1(), QByteArray::Base64UrlEncoding))
        .object();
}

/// An application and, where it needs one, the browser in front of it: cookies are kept, forms are sent by their buttons.
class SignInDesk
{
public:
    explicit SignInDesk(const QJsonObject &cloud) : m_cloud(cloud), authority(member("tenant")), clientId(member("clientId")) {}

    QString member(const char *name) const { return m_cloud.value(QLatin1String(name)).toString(); }
    QUrl endpoint(const QString &path) const { return QUrl(member("login") + QLatin1Char('/') + authority + path); }

    /// A complete request; prompt and login_hint are the test's.
    Form authorizeForm(const Form &more = {}) const
    {
        Form form{{QStringLiteral("client_id"), clientId},
                  {QStringLiteral("response_type"), QStringLiteral("code")},
                  {QStringLiteral("redirect_uri"), redirectUri},
                  {QStringLiteral("scope"), QStringLiteral("openid profile offline_access User.Read")},
                  {QStringLiteral("state"), QStringLiteral("s & t")},
                  {QStringLiteral("nonce"), QStringLiteral("n-1")},
                  {QStringLiteral("code_challenge"),
                   QString::fromLatin1(QCryptographicHash::hash(verifier, QCryptographicHash::Sha256)
                                           .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals))},
                  {QStringLiteral("code_challenge_method"), QStringLiteral("S256")}};
        form.insert(more);
        return form;
    }
    /// What a script sends: answered at once (interface.md).
    Form atOnce(const QString &userPrincipalName, const Form &more = {}) const
    {
        Form form = authorizeForm(
            {{QStringLiteral("prompt"), QStringLiteral("none")}, {QStringLiteral("login_hint"), userPrincipalName}});
        form.insert(more);
        return form;
    }

    Answer get(QUrl url, const Form &query = {})
    {
        if (!query.isEmpty())
            url.setQuery(QString::fromLatin1(encodedForm(query)), QUrl::StrictMode);
        return keepCookies(exchange("GET", url, {}, cookieHeader()));
    }
    Answer post(const QUrl &url, const Form &form, QList<std::pair<QByteArray, QByteArray>> headers = {})
    {
        headers += cookieHeader();
        headers.append(std::pair(QByteArray("Content-Type"), QByteArray("application/x-www-form-urlencoded")));
        return keepCookies(exchange("POST", url, encodedForm(form), headers));
    }
    Answer authorize(const Form &form) { return get(endpoint(QStringLiteral("/oauth2/v2.0/authorize")), form); }
    Answer token(const Form &form)
    {
        Form whole{{QStringLiteral("client_id"), clientId}};
        whole.insert(form);
        return post(endpoint(QStringLiteral("/oauth2/v2.0/token")), whole, {{"client-request-id", requestId}});
    }
    Form codeForm(const QString &code, const Form &more = {}) const
    {
        Form form{{QStringLiteral("grant_type"), QStringLiteral("authorization_code")},
                  {QStringLiteral("code"), code},
                  {QStringLiteral("redirect_uri"), redirectUri},
                  {QStringLiteral("code_verifier"), QString::fromLatin1(verifier)}};
        form.insert(more);
        return form;
    }
    static Form refreshForm(const Answer &tokens, const Form &more = {})
    {
        Form form{{QStringLiteral("grant_type"), QStringLiteral("refresh_token")},
                  {QStringLiteral("refresh_token"), tokens.text("refresh_token")}};
        form.insert(more);
        return form;
    }
    QString codeAtOnce(const QString &userPrincipalName, const Form &more = {})
    {
        return landed(authorize(atOnce(userPrincipalName, more))).value(QStringLiteral("code"));
    }
    Answer tokensAtOnce(const QString &userPrincipalName, const Form &more = {})
    {
        return token(codeForm(codeAtOnce(userPrincipalName, more)));
    }

    /// The values with which an answer leads back to the application, by redirect or by form.
    static Form landed(const Answer &answer)
    {
        Form values;
        const QUrl url = QUrl::fromEncoded(answer.header("Location"));
        const QString text = url.hasFragment() ? url.fragment(QUrl::FullyEncoded) : url.query(QUrl::FullyEncoded);
        for (const auto &[name, value] : QUrlQuery(text).queryItems(QUrl::FullyDecoded))
            values.insert(name, value);
        return values;
    }

    /// Clicks a button: sends the form that holds it.
    Answer press(const Answer &page, const QString &name, const QString &value, const Form &typed = {})
    {
        static const QRegularExpression forms(QStringLiteral("<form method=\"(post|get)\" action=\"([^\"]*)\">(.*?)</form>"),
                                              QRegularExpression::DotMatchesEverythingOption);
        const QString button = QStringLiteral("name=\"%1\" value=\"%2\"").arg(name, value.toHtmlEscaped());
        for (auto it = forms.globalMatch(QString::fromUtf8(page.body)); it.hasNext();) {
            const auto form = it.next();
            if (!value.isEmpty() && !form.captured(3).contains(button))
                continue;
            Form sent = hiddenFields(form.captured(3));
            sent.insert(typed);
            if (!name.isEmpty())
                sent.insert(name, value);
            return post(QUrl(member("login") + unescaped(form.captured(2))), sent);
        }
        QTest::qFail(qPrintable(QStringLiteral("no button %1 on the page: ").arg(button) + QString::fromUtf8(page.body)),
                     __FILE__, __LINE__);
        return {};
    }
    /// Chooses a person on the account page.
    Answer choose(const Answer &page, const QString &userPrincipalName)
    {
        return press(page, QStringLiteral("login"), userPrincipalName);
    }
    /// Does what the page for the second factor asks.
    Answer confirmNumber(const Answer &page)
    {
        static const QRegularExpression shown(QStringLiteral("id=\"number\">(\\d+)<"));
        return press(page, QStringLiteral("number"), shown.match(QString::fromUtf8(page.body)).captured(1));
    }

    static Form hiddenFields(const QString &html)
    {
        static const QRegularExpression input(QStringLiteral("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">"));
        Form fields;
        for (auto it = input.globalMatch(html); it.hasNext();) {
            const auto field = it.next();
            fields.insert(field.captured(1), unescaped(field.captured(2)));
        }
        return fields;
    }
    static QString titleOf(const Answer &page)
    {
        static const QRegularExpression title(QStringLiteral("<h1>([^<]*)</h1>"));
        return unescaped(title.match(QString::fromUtf8(page.body)).captured(1));
    }
    static QString unescaped(QString text)
    {
        return text.replace(QLatin1String("&lt;"), QLatin1String("<"))
            .replace(QLatin1String("&gt;"), QLatin1String(">"))
            .replace(QLatin1String("&quot;"), QLatin1String("\""))
            .replace(QLatin1String("&amp;"), QLatin1String("&"));
    }

    static inline const QByteArray verifier = "a-verifier-of-more-than-forty-three-characters-0123456789";
    static inline const QByteArray requestId = "6f1c2d3e-4b5a-4c6d-8e7f-90a1b2c3d4e5";

private:
    QList<std::pair<QByteArray, QByteArray>> cookieHeader() const
    {
        QByteArrayList parts;
        for (auto it = cookies.begin(); it != cookies.end(); ++it)
            parts.append(it.key() + '=' + it.value());
        if (parts.isEmpty())
            return {};
        return {{"Cookie", parts.join("; ")}};
    }
    Answer keepCookies(const Answer &answer)
    {
        for (const auto &[name, value] : answer.headers) {
            if (name.compare("Set-Cookie", Qt::CaseInsensitive) != 0)
                continue;
            for (const QByteArray &line : value.split('\n')) { // Qt joins headers of one name
                const QByteArray pair = line.split(';').first().trimmed();
                const QByteArray key = pair.left(pair.indexOf('='));
                if (line.contains("Max-Age=0"))
                    cookies.remove(key);
                else
                    cookies[key] = pair.mid(pair.indexOf('=') + 1);
            }
        }
        return answer;
    }

    QJsonObject m_cloud;

public:
    QString authority; ///< tenant id, domain, "organizations" or "common"
    QString clientId;
    QString redirectUri = QStringLiteral("http://localhost:50123/");
    QMap<QByteArray, QByteArray> cookies;
};

} // namespace pimgate::demotest
