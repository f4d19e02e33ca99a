#pragma once

#include "identity/Cloud.h"
#include "net/Http.h"

#include <QDateTime>
#include <QObject>
#include <QStringList>

#include <chrono>
#include <stop_token>

namespace pimgate {

/// What a person needs to finish a sign-in on another device.
struct DeviceCode
{
    QString userCode;
    QUrl page;
    QUrl pageWithCode; ///< on the same host, with the code in it already; mostly empty, Microsoft sends none
    QDateTime expires; ///< UTC, the tenant's clock
};

/// Error::code where a new code is the next step: nobody used this one in time, or somebody said no.
inline constexpr auto deviceCodeExpired = "expired_token";
inline constexpr auto deviceCodeDeclined = "authorization_declined";

/// One sign-in by device code (RFC 8628): the fallback where no browser can be opened here. It cannot satisfy an
/// authentication context or a policy about the device, and many tenants block it (graph-contract 16).
/// Qt has this flow from 6.9 on; one way for all versions is tested on all of them.
class DeviceSignIn : public QObject
{
    Q_OBJECT
public:
    DeviceSignIn(Http &http, Cloud cloud, QObject *parent = nullptr);

    /// The token endpoint's answer. Errors: SignIn (refused, declined, expired), Network when no code can be had,
    /// Cancelled within a second of stop. While it waits, a lost connection is not the end.
    Task<Result<QByteArray>> run(QStringList scopes, QString claims, std::stop_token stop = {});

Q_SIGNALS:
    void codeReady(const pimgate::DeviceCode &code);

private:
    struct Grant
    {
        DeviceCode shown;
        Secret deviceCode;
        std::chrono::seconds interval{5};
    };
    Task<Result<Grant>> begin(QStringList scopes, std::stop_token stop);
    Task<Result<QByteArray>> poll(Grant grant, QString claims, std::stop_token stop);

    Http &m_http;
    Cloud m_cloud;
};

} // namespace pimgate
