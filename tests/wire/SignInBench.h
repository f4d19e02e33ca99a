#pragma once

#include "identity/Session.h"
#include "wire/LoginScript.h"

#include <QTcpSocket>
#include <QTest>
#include <QTimer>

namespace pimgate::test {

/// Does with the authorize URL what the test says.
class ScriptBrowser : public Browser
{
public:
    explicit ScriptBrowser(std::function<void(const QUrl &)> script) : m_script(std::move(script)) {}
    bool open(const QUrl &url) override
    {
        QTimer::singleShot(0, this, [this, url] { m_script(url); });
        return true;
    }

private:
    std::function<void(const QUrl &)> m_script;
};

/// One sign-in host and one program in front of it, over real HTTP; the browser between them is the test's.
struct SignInBench
{
    SignInBench()
    {
        server.setHandler([this](const WireRequest &request) {
            return login(request, server.origin()).value_or(WireAnswer{404, {}, {}});
        });
    }

    Result<Account> signInSilently(const QString &upn = QStringLiteral("ada@contoso.example"))
    {
        Session session(http, testCloud(server.origin()), std::make_unique<HttpBrowser>(http, upn));
        return QCoro::waitFor(session.signIn());
    }

    /// Given up after half a minute: the browser of a test may fail on its way.
    Result<Account> signInBy(std::function<void(const QUrl &)> script, std::stop_token stop = {})
    {
        Session session(http, testCloud(server.origin()), std::make_unique<ScriptBrowser>(std::move(script)));
        std::stop_source either;
        const std::stop_callback asked(stop, [&either] { either.request_stop(); });
        QTimer::singleShot(30'000, &session, [&either] { either.request_stop(); });
        return QCoro::waitFor(session.signIn({}, either.get_token()));
    }

    /// What the host would answer a browser: asks it, and does not follow.
    QUrl redirectFor(const QUrl &authorize)
    {
        HttpRequest request;
        request.url = authorize;
        const auto answer = QCoro::waitFor(http.send(request));
        QUrl redirect = QUrl::fromEncoded(answer->header("location"));
        redirect.setHost(QStringLiteral("127.0.0.1")); // a bare machine has no /etc/hosts
        return redirect;
    }

    struct Page
    {
        int status = 0; ///< 0: no answer
        QByteArray body;
    };
    Page get(const QUrl &url)
    {
        HttpRequest request;
        request.url = url;
        const auto answer = QCoro::waitFor(http.send(request));
        return answer ? Page{answer->status, answer->body} : Page{};
    }

    qsizetype tokenRequests() const
    {
        return std::count_if(server.requests.cbegin(), server.requests.cend(), LoginScript::isToken);
    }

    template <class Predicate>
    WireRequest one(Predicate predicate) const
    {
        const auto found = std::find_if(server.requests.cbegin(), server.requests.cend(), predicate);
        return found == server.requests.cend() ? WireRequest() : *found;
    }

    LoginScript login;
    WireServer server;
    Clock clock;
    Http http{clock};
};

} // namespace pimgate::test
