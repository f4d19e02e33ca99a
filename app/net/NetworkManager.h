#pragma once

#include <QNetworkAccessManager>
#include <QSslConfiguration>

#include <chrono>

namespace pimgate {

/// What holds for every request of the program, those that NetworkAuth makes included: no automatic redirect, no cookie,
/// a time-out, a body that is sent once only, and the request body at hand for the record.
class NetworkManager : public QNetworkAccessManager
{
    Q_OBJECT
public:
    explicit NetworkManager(QObject *parent = nullptr);

    void setTimeouts(std::chrono::milliseconds connect, std::chrono::milliseconds answer)
    {
        m_connectTimeout = connect;
        m_answerTimeout = answer;
    }
    /// An authority to trust on loopback beside the system's.
    void trust(const QList<QSslCertificate> &authorities);

    /// Of a reply made here: whether it still waits for a connection, the body that was sent, the milliseconds since.
    static bool isConnecting(const QNetworkReply *reply);
    static QByteArray sentBody(const QNetworkReply *reply);
    static qint64 age(const QNetworkReply *reply);

protected:
    QNetworkReply *createRequest(Operation operation, const QNetworkRequest &request, QIODevice *outgoing) override;

private:
    void watch(QNetworkReply *reply);

    std::chrono::milliseconds m_connectTimeout{20'000};
    std::chrono::milliseconds m_answerTimeout{60'000};
    QSslConfiguration m_loopbackTls;
};

} // namespace pimgate
