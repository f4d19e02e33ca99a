#include "net/NetworkManager.h"

#include "net/Http.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QIODevice>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QTimer>

#include <algorithm>
#include <cstring>

namespace pimgate {
namespace {

constexpr auto sentBodyProperty = "pimgateSentBody";
constexpr auto startedProperty = "pimgateStarted";
constexpr auto connectingProperty = "pimgateConnecting";

/// A body that cannot be rewound. Qt repeats a request by itself when the connection closes before the answer, a POST too;
/// with a body it cannot read again it reports the broken connection, and a write happens at most once.
class SingleUseBody : public QIODevice
{
public:
    explicit SingleUseBody(QByteArray bytes) : m_bytes(std::move(bytes)) { open(ReadOnly | Unbuffered); }
    bool isSequential() const override { return true; }
    bool reset() override { return false; }
    qint64 bytesAvailable() const override { return m_bytes.size() - m_at; }
    bool atEnd() const override { return m_at >= m_bytes.size(); }

protected:
    qint64 readData(char *data, qint64 size) override
    {
        const qint64 count = std::min(size, qint64(m_bytes.size()) - m_at);
        if (count <= 0)
            return -1;
        std::memcpy(data, m_bytes.constData() + m_at, size_t(count));
        m_at += count;
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_bytes;
    qint64 m_at = 0;
};

/// The system's proxy for the internet, none for loopback: a sign-in that comes back must not leave the computer.
class ProxyChoice : public QNetworkProxyFactory
{
public:
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override
    {
        if (Http::isLoopback(query.url()))
            return {QNetworkProxy(QNetworkProxy::NoProxy)};
        return systemProxyForQuery(query);
    }
};

} // namespace

NetworkManager::NetworkManager(QObject *parent) : QNetworkAccessManager(parent)
{
    setProxyFactory(new ProxyChoice);
}

void NetworkManager::trust(const QList<QSslCertificate> &authorities)
{
    m_loopbackTls = QSslConfiguration::defaultConfiguration();
    m_loopbackTls.addCaCertificates(authorities);
}

QNetworkReply *NetworkManager::createRequest(Operation operation, const QNetworkRequest &request, QIODevice *outgoing)
{
    QNetworkRequest ours = request;
    ours.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    ours.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    ours.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    ours.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    ours.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    ours.setHeader(QNetworkRequest::UserAgentHeader,
                   QString(QStringLiteral("pimgate/") + QCoreApplication::applicationVersion()));
    ours.setTransferTimeout(int(m_answerTimeout.count()));
    if (!m_loopbackTls.isNull() && Http::isLoopback(ours.url()))
        ours.setSslConfiguration(m_loopbackTls);

    QByteArray body;
    SingleUseBody *once = nullptr;
    if (outgoing) {
        body = outgoing->readAll();
        once = new SingleUseBody(body);
        ours.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
        ours.setHeader(QNetworkRequest::ContentLengthHeader, body.size());
    }
    QNetworkReply *reply = QNetworkAccessManager::createRequest(operation, ours, once);
    if (once)
        once->setParent(reply);
    reply->setProperty(sentBodyProperty, body);
    reply->setProperty(startedProperty, QDateTime::currentMSecsSinceEpoch());
    watch(reply);
    return reply;
}

/// A host that cannot be reached is told from one that does not answer, and sooner. A request that travels on a connection
/// made earlier never connects.
void NetworkManager::watch(QNetworkReply *reply)
{
    const auto connected = [reply] { reply->setProperty(connectingProperty, false); };
    connect(reply, &QNetworkReply::socketStartedConnecting, reply, [this, reply] {
        reply->setProperty(connectingProperty, true);
        QTimer::singleShot(m_connectTimeout, reply, [reply] {
            if (isConnecting(reply) && !reply->isFinished())
                reply->abort();
        });
    });
    connect(reply, &QNetworkReply::encrypted, reply, connected);
    connect(reply, &QNetworkReply::requestSent, reply, connected);
    connect(reply, &QNetworkReply::metaDataChanged, reply, connected);
}

bool NetworkManager::isConnecting(const QNetworkReply *reply)
{
    return reply->property(connectingProperty).toBool();
}

QByteArray NetworkManager::sentBody(const QNetworkReply *reply)
{
    return reply->property(sentBodyProperty).toByteArray();
}

qint64 NetworkManager::age(const QNetworkReply *reply)
{
    return QDateTime::currentMSecsSinceEpoch() - reply->property(startedProperty).toLongLong();
}

} // namespace pimgate
