#pragma once

#include "base/Error.h"
#include "identity/Cloud.h"

#include <QAbstractOAuthReplyHandler>
#include <QHash>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>

#include <array>

namespace pimgate {

/// Waits for the one redirect of a sign-in on http://localhost:PORT/, both loopback addresses and no other, and then for
/// the token endpoint, so that the page in the browser tells how it really ended. Qt's own handler listens on every
/// interface, believes any caller and stays silent about token errors on 6.4 (qt-notes).
class RedirectReceiver : public QAbstractOAuthReplyHandler
{
    Q_OBJECT
public:
    /// @param cloud whose sign-in host may answer.
    RedirectReceiver(QString state, Cloud cloud, QObject *parent = nullptr);

    Outcome listen();
    QString callback() const override; ///< http://localhost:PORT/, which Entra's any-port rule covers
    void networkReplyFinished(QNetworkReply *reply) override;

    /// The code of the redirect, decoded.
    const QString &code() const { return m_code; }
    /// The token endpoint's answer once finished() has come.
    const Result<QByteArray> &result() const { return m_result; }
    /// Ends the wait: shows the last page, stops listening, emits finished() from the event loop. The first call counts.
    void finish(Result<QByteArray> result);
    /// Deletes this now, or when the token request that still points here has ended.
    void retire();

Q_SIGNALS:
    void finished();

private:
    void accept(QTcpServer &server);
    void read(QTcpSocket *socket);
    void answerRequest(QTcpSocket *socket, const QByteArray &head);
    bool isExpected(const QByteArray &head, const QHash<QString, QString> &values) const;
    void take(QTcpSocket *browser, const QHash<QString, QString> &values);

    QString m_state;
    Cloud m_cloud;
    QString m_code;
    std::array<QTcpServer, 2> m_servers;
    QPointer<QTcpSocket> m_browser; ///< waits for the last page
    Result<QByteArray> m_result;
    bool m_taken = false;
    bool m_finished = false;
    bool m_redeeming = false; ///< the flow's token request calls networkReplyFinished here
    bool m_retired = false;
};

} // namespace pimgate
