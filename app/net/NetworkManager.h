#pragma once

#include <QNetworkAccessManager>
#include <QSslConfiguration>

namespace pimgate {

/// What holds for every request of the program, those that NetworkAuth makes included: no automatic redirect, no cookie,
/// a time-out, a body that is sent once only, and the request body at hand for the record.
class NetworkManager : public QNetworkAccessManager
{
    Q_OBJECT
public:
    explicit NetworkManager(QObject *parent = nullptr);

    void setTimeout(int milliseconds) { m_timeout = milliseconds; }
    /// An authority to trust on loopback beside the system's.
    void trust(const QList<QSslCertificate> &authorities);

    /// Of a reply made here: the body that was sent, and the milliseconds since.
    static QByteArray sentBody(const QNetworkReply *reply);
    static qint64 age(const QNetworkReply *reply);

protected:
    QNetworkReply *createRequest(Operation operation, const QNetworkRequest &request, QIODevice *outgoing) override;

private:
    int m_timeout = 60'000;
    QSslConfiguration m_loopbackTls;
};

} // namespace pimgate
