#include "identity/Browser.h"

#include <QCoreApplication>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QPointer>
#include <QProcess>
#include <QUrlQuery>

namespace pimgate {
namespace {

constexpr int mostBrowserHops = 6;

QUrl silentFor(const QUrl &url, const QString &upn)
{
    QUrlQuery query(url);
    query.removeAllQueryItems(QStringLiteral("prompt"));
    query.removeAllQueryItems(QStringLiteral("login_hint"));
    query.addQueryItem(QStringLiteral("login_hint"), QString::fromLatin1(QUrl::toPercentEncoding(upn)));
    query.addQueryItem(QStringLiteral("prompt"), QStringLiteral("none"));
    QUrl silent = url;
    silent.setQuery(query);
    return silent;
}

Error notFollowed(const QString &message)
{
    Error error;
    error.kind = Error::Kind::SignIn;
    error.message = message;
    error.next = QCoreApplication::translate("HttpBrowser", "Sign in through the browser.");
    return error;
}

/// localhost is this computer by definition (RFC 6761), as browsers know it; a bare machine has no /etc/hosts that says so.
QUrl byAddress(QUrl url)
{
    if (url.host() == QLatin1String("localhost"))
        url.setHost(QStringLiteral("127.0.0.1"));
    return url;
}

/// What a browser does with the authorize URL of a demo tenant: from redirect to redirect, to our own receiver.
Task<Outcome> follow(Http &http, QUrl url)
{
    for (int hop = 0; hop < mostBrowserHops; ++hop) {
        if (!Http::isLoopback(url))
            co_return failure(notFollowed(
                QCoreApplication::translate("HttpBrowser", "The sign-in leads away from this computer to %1.").arg(url.host())));
        HttpRequest request;
        request.url = byAddress(url);
        const auto answer = co_await http.send(request);
        if (!answer)
            co_return failure(answer.error());
        const QByteArray location = answer->header("location");
        if (location.isEmpty() && answer->status == 200 && hop > 0)
            co_return Outcome();
        if (location.isEmpty())
            co_return failure(
                notFollowed(QCoreApplication::translate("HttpBrowser", "The demo tenant answers %1 instead of signing in.")
                                .arg(answer->status)));
        url = url.resolved(QUrl::fromEncoded(location));
    }
    co_return failure(notFollowed(QCoreApplication::translate("HttpBrowser", "The sign-in goes round in circles.")));
}

} // namespace

/// A command has no window of its own, and then Qt opens nothing.
bool SystemBrowser::open(const QUrl &url)
{
    if (qobject_cast<QGuiApplication *>(QCoreApplication::instance()))
        return QDesktopServices::openUrl(url);
    const bool display = qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY");
    return display && QProcess::startDetached(QStringLiteral("xdg-open"), {url.toString(QUrl::FullyEncoded)});
}

HttpBrowser::HttpBrowser(Http &http, QString upn, QObject *parent) : Browser(parent), m_http(http), m_upn(std::move(upn)) {}

bool HttpBrowser::open(const QUrl &url)
{
    if (!Http::isLoopback(url)) {
        const Error error = notFollowed(
            QCoreApplication::translate("HttpBrowser", "Only a demo tenant on this computer signs people in without a browser."));
        QMetaObject::invokeMethod(
            this, [this, error] { Q_EMIT failed(error); }, Qt::QueuedConnection);
        return false;
    }
    launch(this, follow(m_http, silentFor(url, m_upn)), [this](const Outcome &outcome) {
        if (!outcome)
            Q_EMIT failed(outcome.error());
    });
    return true;
}

} // namespace pimgate
