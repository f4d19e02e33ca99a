#pragma once

#include <QHash>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>
#include <QUrlQuery>

#include <functional>
#include <optional>

namespace pimgate::test {

struct WireRequest
{
    QByteArray method;
    QByteArray target;
    QHash<QByteArray, QByteArray> headers; ///< names in lower case
    QByteArray body;

    QString path() const { return QUrl::fromEncoded(target).path(); }
    /// A query or form value, decoded as a server decodes it.
    static QString value(const QByteArray &form, const char *name)
    {
        for (const auto &pair : form.split('&'))
            if (const auto equals = pair.indexOf('='); pair.left(equals) == name)
                return QUrl::fromPercentEncoding(pair.mid(equals + 1).replace('+', ' '));
        return {};
    }
    QString query(const char *name) const { return value(target.mid(target.indexOf('?') + 1), name); }
    QString form(const char *name) const { return value(body, name); }
    QJsonObject json() const { return QJsonDocument::fromJson(body).object(); }
};

struct WireAnswer
{
    int status = 200;
    QByteArray body = {};
    QList<std::pair<QByteArray, QByteArray>> headers = {};
    bool drop = false;   ///< closes without an answer
    bool silent = false; ///< never answers

    static WireAnswer json(const QJsonObject &object, int status = 200)
    {
        return {status, QJsonDocument(object).toJson(QJsonDocument::Compact), {{"Content-Type", "application/json"}}};
    }
    static WireAnswer graphError(int status, const char *code, const QString &message = {})
    {
        const QJsonObject error{{QStringLiteral("code"), QString::fromLatin1(code)}, {QStringLiteral("message"), message}};
        return json({{QStringLiteral("error"), error}}, status);
    }
    WireAnswer &with(const QByteArray &name, const QByteArray &value)
    {
        headers.emplaceBack(name, value);
        return *this;
    }
};

/// The other end of the wire, scripted per test: real HTTP on loopback, nothing of ours replaced.
class WireServer : public QTcpServer
{
public:
    using Handler = std::function<WireAnswer(const WireRequest &)>;

    explicit WireServer(Handler handler = {}) : m_handler(std::move(handler))
    {
        listen(QHostAddress::LocalHost, 0);
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection()) {
                connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
            }
        });
    }

    void setHandler(Handler handler) { m_handler = std::move(handler); }
    QString origin() const { return QStringLiteral("http://127.0.0.1:%1").arg(serverPort()); }
    QUrl url(const QString &path) const { return QUrl(origin() + path); }

    QList<WireRequest> requests; ///< in the order of arrival
    qsizetype count(const QByteArray &method, const QString &path) const
    {
        return std::count_if(requests.cbegin(), requests.cend(),
                             [&](const WireRequest &r) { return r.method == method && r.path() == path; });
    }
    qsizetype count(const QString &path) const
    {
        return std::count_if(requests.cbegin(), requests.cend(), [&](const WireRequest &r) { return r.path() == path; });
    }

private:
    void read(QTcpSocket *socket)
    {
        QByteArray &buffer = m_buffers[socket];
        buffer += socket->readAll();
        while (const auto request = next(buffer)) {
            requests.append(*request);
            const WireAnswer answer = m_handler ? m_handler(*request) : WireAnswer{404, {}, {}};
            if (answer.drop) {
                socket->abort();
                return;
            }
            if (!answer.silent)
                socket->write(encoded(answer));
        }
    }

    static std::optional<WireRequest> next(QByteArray &buffer)
    {
        const auto end = buffer.indexOf("\r\n\r\n");
        if (end < 0)
            return std::nullopt;
        const auto lines = buffer.left(end).split('\n');
        WireRequest request;
        request.method = lines.first().split(' ').value(0);
        request.target = lines.first().split(' ').value(1);
        for (qsizetype i = 1; i < lines.size(); ++i)
            if (const auto colon = lines.at(i).indexOf(':'); colon > 0)
                request.headers.insert(lines.at(i).left(colon).toLower(), lines.at(i).mid(colon + 1).trimmed());
        const auto length = request.headers.value("content-length").toLongLong();
        if (buffer.size() < end + 4 + length)
            return std::nullopt;
        request.body = buffer.mid(end + 4, length);
        buffer.remove(0, end + 4 + length);
        return request;
    }

    static QByteArray encoded(const WireAnswer &answer)
    {
        QByteArray text = "HTTP/1.1 " + QByteArray::number(answer.status) + " Scripted\r\n";
        for (const auto &[name, value] : answer.headers)
            text += name + ": " + value + "\r\n";
        if (answer.status != 204)
            text += "Content-Length: " + QByteArray::number(answer.body.size()) + "\r\n";
        return text + "\r\n" + answer.body;
    }

    Handler m_handler;
    QHash<QTcpSocket *, QByteArray> m_buffers;
};

} // namespace pimgate::test
