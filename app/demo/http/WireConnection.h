#pragma once

#include "demo/http/HttpParser.h"
#include "demo/http/Wire.h"

#include <QObject>
#include <QTcpSocket>
#include <QTimer>

#include <memory>

namespace pimgate::demo {

/// One connection: reads a request, answers it, then reads the next, so pipelined requests stay in order also when
/// an answer is held back. It reads no more than it can work on, so a client that only sends or never reads is
/// stopped by its own full buffers.
class WireConnection : public QObject
{
public:
    WireConnection(QTcpSocket *socket, Wire *wire);
    ~WireConnection() override;

    /// Says why and ends the connection.
    void refuse(int status);

private:
    void work();
    bool mayWork() const;
    void answer();
    void send(const HttpResponse &response);
    void write(const QByteArray &bytes);
    void end();
    void drain();
    void account();
    void watch();
    void late();

    QTcpSocket *m_socket;
    Wire *m_wire;
    std::shared_ptr<Wire::Load> m_load;
    HttpParser m_parser;
    QTimer m_deadline;
    int m_watched = -2; ///< what the deadline runs for
    qsizetype m_accounted = 0;
    qint64 m_drained = 0;
    bool m_fresh = true; ///< has not completed a request, perhaps not even a TLS handshake
    bool m_answering = false;
    bool m_ended = false;
    bool m_head = false;
};

} // namespace pimgate::demo
