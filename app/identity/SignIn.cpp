#include "identity/SignIn.h"

#include "identity/RedirectReceiver.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QOAuth2AuthorizationCodeFlow>
#include <QRandomGenerator>
#include <QTimer>

#include <array>
#include <functional>
#include <memory>

namespace pimgate {
namespace {

constexpr int linkAfterMilliseconds = 15'000;

/// 32 random bytes as 43 unreserved characters: RFC 7636 for the verifier, and as good for state and nonce.
QString randomText()
{
    std::array<quint32, 8> words{};
    QRandomGenerator::system()->fillRange(words.data(), qsizetype(words.size()));
    const QByteArray bytes(reinterpret_cast<const char *>(words.data()), sizeof(words));
    return QString::fromLatin1(bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

QString challengeOf(const QString &verifier)
{
    const QByteArray hash = QCryptographicHash::hash(verifier.toLatin1(), QCryptographicHash::Sha256);
    return QString::fromLatin1(hash.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

using Parameters = QMultiMap<QString, QVariant>;

/// NetworkAuth builds its query from values that are percent-encoded already, on 6.4 as on 6.8.
void setParameter(Parameters &parameters, const char *name, const QString &value)
{
    const QString key = QString::fromLatin1(name);
    parameters.remove(key);
    parameters.insert(key, QString::fromLatin1(QUrl::toPercentEncoding(value)));
}

struct Attempt
{
    SignIn::Ask ask;
    QString scope;
    QString state = randomText();
    QString nonce = randomText();
    QString verifier = randomText();
};

/// Where this person's sign-in is at home. A guest's user name tells the resource tenant's domain instead, which would
/// send him to the wrong place.
QString domainOf(const QString &userName)
{
    return userName.contains(QLatin1String("#EXT#"), Qt::CaseInsensitive) ? QString() : userName.section(QLatin1Char('@'), 1);
}

void completeAuthorization(const Attempt &attempt, const RedirectReceiver &receiver, Parameters &parameters)
{
    setParameter(parameters, "redirect_uri", receiver.callback());
    setParameter(parameters, "scope", attempt.scope);
    setParameter(parameters, "response_mode", QStringLiteral("query"));
    setParameter(parameters, "nonce", attempt.nonce);
    setParameter(parameters, "code_challenge", challengeOf(attempt.verifier));
    setParameter(parameters, "code_challenge_method", QStringLiteral("S256"));
    setParameter(parameters, "claims", attempt.ask.claims);
    setParameter(parameters, "client_info", QStringLiteral("1"));
    if (attempt.ask.loginHint.isEmpty()) {
        setParameter(parameters, "prompt", QStringLiteral("select_account"));
        return;
    }
    setParameter(parameters, "login_hint", attempt.ask.loginHint);
    if (const QString domain = domainOf(attempt.ask.loginHint); !domain.isEmpty())
        setParameter(parameters, "domain_hint", domain);
}

void completeRedemption(const Attempt &attempt, const RedirectReceiver &receiver, Parameters &parameters)
{
    // Set anew from the receiver: what the flow made of the code differs between Qt versions (qt-notes).
    setParameter(parameters, "code", receiver.code());
    setParameter(parameters, "redirect_uri", receiver.callback());
    setParameter(parameters, "code_verifier", attempt.verifier);
    setParameter(parameters, "scope", attempt.scope);
    setParameter(parameters, "claims", attempt.ask.claims);
    setParameter(parameters, "client_info", QStringLiteral("1"));
    // Entra refuses a public client that sends one, even an empty one (AADSTS700025).
    parameters.remove(QStringLiteral("client_secret"));
}

void prepare(QOAuth2AuthorizationCodeFlow &flow, const Attempt &attempt, RedirectReceiver &receiver)
{
    flow.setState(attempt.state);
    flow.setScope(attempt.scope);
    flow.setReplyHandler(&receiver);
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    // One PKCE only: ours, which 6.4 needs.
    flow.setPkceMethod(QOAuth2AuthorizationCodeFlow::PkceMethod::None);
#endif
#if QT_VERSION >= QT_VERSION_CHECK(6, 9, 0)
    flow.setNonceMode(QAbstractOAuth2::NonceMode::Disabled);
#endif
    flow.setModifyParametersFunction([attempt, &receiver](QAbstractOAuth::Stage stage, Parameters *parameters) {
        if (stage == QAbstractOAuth::Stage::RequestingAuthorization)
            completeAuthorization(attempt, receiver, *parameters);
        else if (stage == QAbstractOAuth::Stage::RequestingAccessToken)
            completeRedemption(attempt, receiver, *parameters);
    });
}

Error nobodyCameBack(std::chrono::milliseconds patience)
{
    Error error;
    error.kind = Error::Kind::SignIn;
    const int minutes = int(std::chrono::ceil<std::chrono::minutes>(patience).count()); // inside the call it hangs lupdate 6.4
    error.message =
        QCoreApplication::translate("SignIn", "Nobody came back from the browser within %n minute(s).", nullptr, minutes);
    error.next =
        QCoreApplication::translate("SignIn", "Sign in again; where the browser runs on another computer, use a code instead.");
    return error;
}

Error signInStopped()
{
    Error error;
    error.kind = Error::Kind::Cancelled;
    error.message = QCoreApplication::translate("SignIn", "The sign-in was stopped.");
    return error;
}

} // namespace

QString scopeText(const Cloud &cloud, const QStringList &scopes)
{
    static const QStringList openId{QStringLiteral("openid"), QStringLiteral("profile"), QStringLiteral("offline_access"),
                                    QStringLiteral("email")};
    const bool shortNames = cloud.isDemo() || cloud.graph.host() == QLatin1String("graph.microsoft.com");
    QStringList names{openId.at(0), openId.at(1), openId.at(2)};
    for (const QString &scope : scopes) {
        const bool asIs = shortNames || openId.contains(scope) || scope.contains(QLatin1String("://"));
        names << (asIs ? scope : cloud.graph.toString() + QLatin1Char('/') + scope);
    }
    names.removeDuplicates();
    return names.join(QLatin1Char(' '));
}

SignIn::SignIn(Http &http, Cloud cloud, Browser &browser, QObject *parent)
    : QObject(parent), m_http(http), m_cloud(std::move(cloud)), m_browser(browser)
{
}

Task<Result<SignIn::Tokens>> SignIn::run(Ask ask, std::stop_token stop)
{
    const Attempt attempt{ask, scopeText(m_cloud, ask.scopes)};
    const std::unique_ptr<RedirectReceiver, void (*)(RedirectReceiver *)> receiver(new RedirectReceiver(attempt.state, m_cloud),
                                                                                   [](RedirectReceiver *r) { r->retire(); });
    const auto listening = receiver->listen();
    if (!listening)
        co_return failure(listening.error());

    QOAuth2AuthorizationCodeFlow flow(m_cloud.clientId, m_cloud.authorizeUrl(), m_cloud.tokenUrl(), &m_http.manager());
    prepare(flow, attempt, *receiver);
    QUrl link;
    connect(&flow, &QAbstractOAuth::authorizeWithBrowser, this, [&link](const QUrl &url) { link = url; });
    flow.grant();

    connect(&m_browser, &Browser::failed, receiver.get(),
            [waiting = receiver.get()](const Error &error) { waiting->finish(failure(error)); });
    Q_EMIT opening(link);
    if (m_browser.open(link))
        QTimer::singleShot(linkAfterMilliseconds, this, [this, link] { Q_EMIT linkReady(link); });
    else
        Q_EMIT linkReady(link);

    QTimer::singleShot(m_patience, receiver.get(),
                       [waiting = receiver.get(), patience = m_patience] { waiting->finish(failure(nobodyCameBack(patience))); });

    std::stop_callback<std::function<void()>> cancelOnStop(stop, [waiting = receiver.get()] {
        QMetaObject::invokeMethod(
            waiting, [waiting] { waiting->finish(failure(signInStopped())); }, Qt::QueuedConnection);
    });
    co_await untilEmitted(receiver.get(), &RedirectReceiver::finished);
    if (!receiver->result())
        co_return failure(receiver->result().error());
    co_return Tokens{*receiver->result(), attempt.nonce};
}

} // namespace pimgate
