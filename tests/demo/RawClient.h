#pragma once

#include <QByteArray>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QSslSocket>
#include <QTcpSocket>
#include <QTimer>

#include <functional>
#include <memory>

namespace pimgate::demotest {

/// One connection on which a test says exactly the bytes it wants to. Waits with an event loop, so that a server on the
/// same thread lives on.
class RawClient
{
public:
    RawClient(quint16 port, bool tls)
    {
        if (!tls) {
            m_socket = std::make_unique<QTcpSocket>();
            m_socket->connectToHost(QStringLiteral("127.0.0.1"), port);
            wait([this] { return m_socket->state() == QAbstractSocket::ConnectedState; });
            return;
        }
        auto secure = std::make_unique<QSslSocket>();
        auto *socket = secure.get();
        m_socket = std::move(secure);
        socket->setPeerVerifyMode(QSslSocket::VerifyNone);
        socket->connectToHostEncrypted(QStringLiteral("127.0.0.1"), port);
        wait([socket] { return socket->isEncrypted(); });
    }

    QTcpSocket &socket() { return *m_socket; }
    void send(const QByteArray &bytes)
    {
        m_socket->write(bytes);
        m_socket->flush();
    }

    /// True as soon as the condition holds; false when it does not within the time or the server has closed.
    bool wait(const std::function<bool()> &condition, int milliseconds = 3000)
    {
        QEventLoop loop;
        QElapsedTimer timer;
        timer.start();
        bool met = condition();
        for (; !met && timer.elapsed() < milliseconds; met = condition()) {
            QTimer::singleShot(5, &loop, &QEventLoop::quit);
            QObject::connect(m_socket.get(), &QTcpSocket::readyRead, &loop, &QEventLoop::quit);
            QObject::connect(m_socket.get(), &QTcpSocket::disconnected, &loop, &QEventLoop::quit);
            loop.exec();
        }
        return met;
    }
    bool waitUntilClosed(int milliseconds = 3000)
    {
        return wait(
            [this] {
                m_got += m_socket->readAll();
                return m_socket->state() == QAbstractSocket::UnconnectedState;
            },
            milliseconds);
    }

    /// The next whole answer: its head and, unless it was to HEAD, its body. Empty: there was none.
    QByteArray answer(bool toHead = false, int milliseconds = 3000)
    {
        QByteArray whole;
        wait(
            [&] {
                m_got += m_socket->readAll();
                whole = takeAnswer(toHead);
                return !whole.isEmpty() || m_socket->state() == QAbstractSocket::UnconnectedState;
            },
            milliseconds);
        return whole;
    }
    /// The status of every answer until the server closes or says nothing more for a moment: "200 400".
    QByteArray statuses(qsizetype expected)
    {
        QByteArrayList list;
        while (list.size() <= expected) {
            const auto next = answer(false, list.size() < expected ? 3000 : 30);
            if (next.isEmpty())
                break;
            list.append(next.mid(9, 3));
        }
        return list.join(' ');
    }

private:
    QByteArray takeAnswer(bool toHead)
    {
        const auto end = m_got.indexOf("\r\n\r\n");
        if (end < 0)
            return {};
        const auto head = m_got.left(end).toLower();
        const auto at = head.indexOf("\r\ncontent-length: ");
        const auto length = at < 0 || toHead ? 0 : head.mid(at + 18, head.indexOf("\r\n", at + 2) - at - 18).toInt();
        if (m_got.size() < end + 4 + length)
            return {};
        const auto whole = m_got.left(end + 4 + length);
        m_got.remove(0, whole.size());
        return whole;
    }

    std::unique_ptr<QTcpSocket> m_socket;
    QByteArray m_got;
};

} // namespace pimgate::demotest
