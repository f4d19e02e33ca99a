#pragma once

#include "identity/Browser.h"
#include "identity/Cloud.h"
#include "net/Http.h"

#include <QObject>
#include <QStringList>

#include <chrono>
#include <stop_token>

namespace pimgate {

/// One sign-in in the browser: authorization code with PKCE (S256), state and nonce through Qt NetworkAuth.
class SignIn : public QObject
{
    Q_OBJECT
public:
    struct Ask
    {
        QString loginHint; ///< UPN, may be empty: the person picks an account
        QString claims;    ///< JSON, our own cp1 included
        QStringList scopes;
    };
    struct Tokens
    {
        QByteArray json; ///< the token endpoint's answer
        QString nonce;   ///< what the id token in it must carry
    };

    SignIn(Http &http, Cloud cloud, Browser &browser, QObject *parent = nullptr);

    /// Errors: SignIn (refused, or a token error with its AADSTS code), Network, Cancelled within a second of stop.
    /// A browser that never comes back ends it after ten minutes (SignIn), unless told otherwise.
    Task<Result<Tokens>> run(Ask ask, std::stop_token stop = {});

    void setPatience(std::chrono::milliseconds patience) { m_patience = patience; }

Q_SIGNALS:
    /// Just before the browser is told.
    void opening(const QUrl &url);
    /// Nothing could be opened, or nobody has come back for a while.
    void linkReady(const QUrl &url);

private:
    Http &m_http;
    Cloud m_cloud;
    Browser &m_browser;
    std::chrono::milliseconds m_patience = std::chrono::minutes(10); ///< of the person, so by the local clock
};

/// The scopes as this cloud wants them: its own Graph host before the names outside the global cloud (graph-contract 17).
QString scopeText(const Cloud &cloud, const QStringList &scopes);

} // namespace pimgate
