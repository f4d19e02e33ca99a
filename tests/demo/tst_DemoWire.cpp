#include "demo/DemoClient.h"
#include "demo/DemoTenant.h"
#include "demo/RawClient.h"
#include "demo/http/Wire.h"
#include "demo/login/Keys.h"

#include <QElapsedTimer>
#include <QTest>

#include <memory>
#include <sys/socket.h>
#include <vector>

using namespace pimgate::demo;
using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

/// The wire: whatever comes in, it answers by the rules of HTTP or closes, within bounds of time and memory; and a web
/// page cannot drive the tenant. Expectations come from RFC 9110 and 9112.
class tst_DemoWire : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requests_data();
    void requests();
    void sameInPieces_data() { requests_data(); }
    void sameInPieces();
    void bodiesArriveWhole();
    void continues();
    void headHasNoBody();
    void answersAfterHalfClose();
    void keepsOldConnectionsOnlyWhenAsked();
    void answersCannotBeSplit();
    void slowSenders_data();
    void slowSenders();
    void idleConnections();
    void clientsThatDoNotRead();
    void tooManyConnections();
    void tooMuchMemory();
    void manyBusyConnections_data() { plainAndTls(); }
    void manyBusyConnections();
    void onlyLoopback();
    void hosts_data();
    void hosts();
    void origins_data();
    void origins();
    void pagesElsewhere_data();
    void pagesElsewhere();
    void neverAllowsOtherOrigins();
    void rebinding();

private:
    static void plainAndTls();
    std::unique_ptr<Wire> serve(bool tls, const Wire::Limits &limits = {});

    int m_handled = 0;
    qsizetype m_answerSize = 0;
};

namespace {

/// Room for one in-flight request more than needed and a short life for everything slow.
Wire::Limits shortLimits()
{
    Wire::Limits limits;
    limits.idle = limits.head = limits.body = limits.reading = 150ms;
    limits.linger = 5ms;
    return limits;
}

QByteArray get(const QByteArray &target, const QByteArray &more = {})
{
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + more + "\r\n";
}

QByteArray post(const QByteArray &more, const QByteArray &body = {})
{
    return "POST /p HTTP/1.1\r\nHost: h\r\n" + more + "\r\n" + body;
}

QByteArray withPort(QByteArray text, const DemoTenant &tenant)
{
    return text.replace("@PORT@", QByteArray::number(QUrl(tenant.origin()).port()));
}

} // namespace

void tst_DemoWire::plainAndTls()
{
    QTest::addColumn<bool>("tls");
    QTest::newRow("plain") << false;
    QTest::newRow("TLS") << true;
}

/// A wire whose answer repeats what it has understood.
std::unique_ptr<Wire> tst_DemoWire::serve(bool tls, const Wire::Limits &limits)
{
    m_handled = 0;
    m_answerSize = 0;
    const auto &identity = ServerIdentity::shared();
    auto wire = std::make_unique<Wire>(
        [this](const HttpRequest &request) {
            ++m_handled;
            HttpResponse response;
            response.headers.emplaceBack("X-Echo", QByteArray::fromPercentEncoding(request.query()));
            response.body = request.method + ' ' + request.target + ' ' + request.header("host") + ' ' + request.body;
            response.body += QByteArray(std::max<qsizetype>(0, m_answerSize - response.body.size()), '.');
            return response;
        },
        tls ? std::optional(Wire::Tls{identity.certificate, identity.key}) : std::nullopt);
    wire->setLimits(limits);
    if (!wire->listen(QHostAddress::LocalHost))
        qFatal("no port");
    return wire;
}

void tst_DemoWire::requests_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("statuses");
    const auto row = [](const char *name, const QByteArray &sent, const char *statuses) {
        QTest::newRow(name) << sent << QByteArray(statuses);
    };
    const QByteArray next = get("/next");
    row("one", get("/"), "200");
    row("three at once", get("/a") + get("/b") + get("/c"), "200 200 200");
    row("any method that is a token", "FETCH! / HTTP/1.1\r\nHost: h\r\n\r\n", "200");
    row("empty line before", "\r\n" + get("/"), "200");
    row("many empty lines", QByteArray("\r\n").repeated(9) + get("/"), "400");
    row("HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", "200");
    row("HTTP/2", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", "505");
    row("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505");
    row("other protocol", "GET / SPDY/3\r\nHost: h\r\n\r\n", "400");
    row("TLS hello on a plain port", QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n\n", 13), "400");
    row("no version", "GET /\r\n\r\n", "400");
    row("two blanks", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", "400");
    row("blank at the end", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", "400");
    row("method no token", "G(T / HTTP/1.1\r\nHost: h\r\n\r\n", "400");
    row("absolute target", "GET http://h/x?y HTTP/1.1\r\nHost: other\r\n\r\n", "200");
    row("absolute without a path", "GET http://h?y HTTP/1.1\r\nHost: h\r\n\r\n", "200");
    row("absolute without a host", "GET http:///x HTTP/1.1\r\nHost: h\r\n\r\n", "400");
    row("another scheme", "GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", "400");
    row("authority form", "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n", "400");
    row("relative target", "GET x HTTP/1.1\r\nHost: h\r\n\r\n", "400");
    row("fragment", get("/x#y"), "400");
    row("NUL in the target", "GET /" + QByteArray(1, '\0') + " HTTP/1.1\r\nHost: h\r\n\r\n", "400");
    // Host
    row("no Host", "GET / HTTP/1.1\r\n\r\n", "400");
    row("two Hosts", get("/", "Host: h\r\n"), "400");
    row("empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "400");
    row("user in Host", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", "400");
    row("list in Host", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", "400");
    // Fields
    row("no colon", get("/", "nonsense\r\n"), "400");
    row("no name", get("/", ": v\r\n"), "400");
    row("blank before the colon", get("/", "A : v\r\n"), "400");
    row("folded line", get("/", "A: v\r\n folded\r\n"), "400");
    row("folded first line", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", "400");
    row("NUL in a value", get("/", QByteArray("A: v\0w\r\n", 8)), "400");
    row("control in a value", get("/", "A: v\x0bw\r\n"), "400");
    row("DEL in a value", get("/", "A: v\x7fw\r\n"), "400");
    row("tab in a value", get("/", "A:\tv\tw\t\r\n"), "200");
    row("UTF-8 in a value", get("/", "A: v\xc3\xa4\r\n"), "200");
    row("lone LF", "GET / HTTP/1.1\nHost: h\n\n", "400");
    row("lone LF after a field", "GET / HTTP/1.1\r\nHost: h\nA: b\r\n\r\n", "400");
    row("lone CR", "GET / HTTP/1.1\r\nHost: h\rA: b\r\n\r\n", "400");
    row("CR CR LF", "GET / HTTP/1.1\r\nHost: h\r\r\n\r\n", "400");
    row("100 fields", get("/", QByteArray("A: b\r\n").repeated(99)), "200");
    row("101 fields", get("/", QByteArray("A: b\r\n").repeated(100)), "431");
    row("fields of 31 KB", get("/", "A: " + QByteArray(31 * 1024, 'x') + "\r\n"), "200");
    row("fields over 32 KB", get("/", "A: " + QByteArray(33 * 1024, 'x') + "\r\n"), "431");
    row("fields over 32 KB together", get("/", ("A: " + QByteArray(1000, 'x') + "\r\n").repeated(40)), "431");
    row("target over 32 KB", get('/' + QByteArray(40000, 'x')), "431");
    // Length of the body: where two readers could disagree, neither reads on
    row("length", post("Content-Length: 3\r\n", "abc") + next, "200 200");
    row("length 0", post("Content-Length: 0\r\n") + next, "200 200");
    row("two lengths", post("Content-Length: 3\r\nContent-Length: 4\r\n", "abc") + next, "400");
    row("the same length twice", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc") + next, "400");
    row("list of lengths", post("Content-Length: 3, 3\r\n", "abc") + next, "400");
    row("negative length", post("Content-Length: -1\r\n"), "400");
    row("length with a plus", post("Content-Length: +3\r\n", "abc") + next, "400");
    row("length in hex", post("Content-Length: 0x3\r\n", "abc") + next, "400");
    row("length with a blank inside", post("Content-Length: 1 3\r\n", "abc"), "400");
    row("empty length", post("Content-Length:\r\n"), "400");
    row("length beyond 64 bits", post("Content-Length: 18446744073709551619\r\n", "abc"), "400");
    row("length over 8 MB", post("Content-Length: 8388609\r\n"), "413");
    row("chunks", post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n") + next, "200 200");
    row("Chunked", post("Transfer-Encoding: Chunked\r\n", "A\r\n0123456789\r\n0\r\n\r\n") + next, "200 200");
    row("length and chunks", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n") + next, "400");
    row("chunks and length", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n") + next, "400");
    row("two encodings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n") + next, "400");
    row("identity", post("Transfer-Encoding: identity\r\n") + next, "501");
    row("gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n") + next, "501");
    row("xchunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n") + next, "501");
    row("empty encoding", post("Transfer-Encoding:\r\n") + next, "501");
    row("folded encoding", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n") + next, "400");
    row("blank before the encoding's colon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n") + next, "400");
    row("HTTP/1.0 chunks", "POST /p HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400");
    row("chunk extension", post("Transfer-Encoding: chunked\r\n", "3;a=\"b\"\r\nabc\r\n0;z\r\n\r\n") + next, "200 200");
    row("long chunk extension", post("Transfer-Encoding: chunked\r\n", "3;" + QByteArray(2000, 'x') + "\r\nabc\r\n0\r\n\r\n"),
        "400");
    row("lone LF in an extension", post("Transfer-Encoding: chunked\r\n", "3;a\nabc\r\n0\r\n\r\n"), "400");
    row("lone CR in an extension", post("Transfer-Encoding: chunked\r\n", "3;a\rb\r\nabc\r\n0\r\n\r\n"), "400");
    row("chunk size no number", post("Transfer-Encoding: chunked\r\n", "zz\r\n"), "400");
    row("chunk size empty", post("Transfer-Encoding: chunked\r\n", "\r\nabc\r\n"), "400");
    row("chunk size 0x3", post("Transfer-Encoding: chunked\r\n", "0x3\r\nabc\r\n0\r\n\r\n"), "400");
    row("chunk size -3", post("Transfer-Encoding: chunked\r\n", "-3\r\nabc\r\n0\r\n\r\n"), "400");
    row("chunk size beyond 64 bits", post("Transfer-Encoding: chunked\r\n", "10000000000000003\r\nabc\r\n"), "400");
    row("chunk over 8 MB", post("Transfer-Encoding: chunked\r\n", "800001\r\n"), "413");
    row("chunk longer than said", post("Transfer-Encoding: chunked\r\n", "2\r\nabc\r\n0\r\n\r\n"), "400");
    row("chunk ends with LF", post("Transfer-Encoding: chunked\r\n", "3\r\nabc\n0\r\n\r\n"), "400");
    row("trailers", post("Transfer-Encoding: chunked\r\n", "0\r\nA: b\r\nContent-Length: 9\r\n\r\n") + next, "200 200");
    row("trailer without colon", post("Transfer-Encoding: chunked\r\n", "0\r\nnonsense\r\n\r\n"), "400");
    row("trailers over 32 KB",
        post("Transfer-Encoding: chunked\r\n", "0\r\n" + ("A: " + QByteArray(1000, 'x') + "\r\n").repeated(40)), "431");
    row("trailers without end", post("Transfer-Encoding: chunked\r\n", "0\r\n" + QByteArray("A: b\r\n").repeated(200)), "431");
    row("other expectation", post("Expect: 200-maybe\r\nContent-Length: 1\r\n", "a"), "417");
    row("expectation and the body already there", post("Expect: 100-continue\r\nContent-Length: 1\r\n", "a") + next, "200 200");
    row("nothing after close", get("/", "Connection: x, Close\r\n") + next, "200");
}

void tst_DemoWire::requests()
{
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, statuses);
    Wire::Limits limits;
    limits.linger = 5ms;
    for (const bool tls : {false, true}) {
        const auto wire = serve(tls, limits);
        RawClient client(wire->serverPort(), tls);
        client.send(sent);
        QCOMPARE(client.statuses(statuses.count(' ') + 1), statuses);
        const bool refused = !statuses.endsWith("200");
        if (refused)
            QVERIFY(client.waitUntilClosed());
        QCOMPARE(m_handled, int(statuses.count("200")));
    }
}

/// However the network cuts it: the parser says the same for one byte at a time.
void tst_DemoWire::sameInPieces()
{
    QFETCH(QByteArray, sent);
    const auto read = [&](qsizetype piece) {
        HttpParser parser;
        QByteArrayList said;
        for (qsizetype at = 0; at < sent.size(); at += piece) {
            parser.feed(sent.mid(at, piece));
            for (;;) {
                const auto state = parser.proceed();
                if (state == HttpParser::State::Waiting)
                    break;
                if (state == HttpParser::State::Refused)
                    return said << QByteArray::number(parser.refusal());
                if (state == HttpParser::State::Complete) {
                    const bool closes = parser.closes();
                    const auto request = parser.take();
                    said << request.method + request.target + request.header("host") + request.body;
                    if (closes)
                        return said;
                }
            }
        }
        return said;
    };
    const auto whole = read(sent.size());
    QVERIFY(!whole.isEmpty());
    QCOMPARE(read(1), whole);
    QCOMPARE(read(7), whole);
}

void tst_DemoWire::bodiesArriveWhole()
{
    const auto wire = serve(false);
    RawClient client(wire->serverPort(), false);
    client.send(post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n8;x=y\r\ndefghijk\r\n0\r\nHost: evil\r\n\r\n"));
    QVERIFY(client.answer().endsWith("POST /p h abcdefghijk"));
    const QByteArray large(8 * 1024 * 1024, 'z');
    client.send(post("Content-Length: 8388608\r\n", large));
    QVERIFY(client.answer().endsWith("POST /p h " + large));
    client.send("GET http://one:81/x?y HTTP/1.1\r\nHost: two\r\n\r\n");
    QVERIFY(client.answer().endsWith("GET /x?y one:81 ")); // the target's host counts
    QCOMPARE(wire->load()->held, 0);
}

void tst_DemoWire::continues()
{
    const auto wire = serve(false);
    RawClient client(wire->serverPort(), false);
    client.send(post("Expect: 100-continue\r\nContent-Length: 3\r\n"));
    QVERIFY(client.answer().startsWith("HTTP/1.1 100 "));
    client.send("abc");
    QVERIFY(client.answer().endsWith("POST /p h abc"));
}

void tst_DemoWire::headHasNoBody()
{
    const auto wire = serve(false);
    RawClient client(wire->serverPort(), false);
    client.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n" + get("/y"));
    const auto head = client.answer(true);
    QVERIFY2(head.contains("Content-Length: 9\r\n") && head.endsWith("\r\n\r\n"), head);
    QVERIFY(client.answer().endsWith("GET /y h "));
}

void tst_DemoWire::answersAfterHalfClose()
{
    const auto wire = serve(false);
    RawClient client(wire->serverPort(), false);
    client.socket().write(get("/a") + get("/b"));
    client.socket().flush();
    QCOMPARE(::shutdown(int(client.socket().socketDescriptor()), SHUT_WR), 0);
    QVERIFY(client.answer().endsWith("GET /a h "));
    QVERIFY(client.answer().endsWith("GET /b h "));
    QVERIFY(client.waitUntilClosed());
}

void tst_DemoWire::keepsOldConnectionsOnlyWhenAsked()
{
    const auto wire = serve(false);
    RawClient kept(wire->serverPort(), false);
    kept.send("GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    QVERIFY(kept.answer().contains("Connection: keep-alive\r\n"));
    kept.send("GET /b HTTP/1.0\r\n\r\n");
    QVERIFY(kept.answer().contains("Connection: close\r\n"));
    QVERIFY(kept.waitUntilClosed());
}

/// What somebody sends comes back in a field (a state, a redirect): it never begins a field of its own.
void tst_DemoWire::answersCannotBeSplit()
{
    const auto wire = serve(false);
    RawClient client(wire->serverPort(), false);
    client.send(get("/?a%0d%0aSet-Cookie:%20b%0d%0a%0d%0aHTTP/1.1%20200%20OK%00"));
    const auto answer = client.answer();
    QVERIFY(answer.contains("X-Echo: a  Set-Cookie: b"));
    QVERIFY(!answer.contains("\nSet-Cookie") && !answer.left(answer.indexOf("\r\n\r\n")).contains('\0'));
    QCOMPARE(client.statuses(0), QByteArray());
}

void tst_DemoWire::slowSenders_data()
{
    QTest::addColumn<bool>("tls");
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("trickle");
    for (const bool tls : {false, true}) {
        const QByteArray on = tls ? " (TLS)" : "";
        QTest::newRow("head stops" + on) << tls << QByteArray("GET / HT") << QByteArray();
        QTest::newRow("head trickles" + on) << tls << QByteArray("GET / HTTP/1.1\r\n") << QByteArray("A: b\r\n");
        QTest::newRow("body stops" + on) << tls << post("Content-Length: 9\r\n", "a") << QByteArray();
        QTest::newRow("body trickles" + on) << tls << post("Content-Length: 9999\r\n") << QByteArray("x");
        QTest::newRow("chunks trickle" + on) << tls << post("Transfer-Encoding: chunked\r\n") << QByteArray("1\r\nx\r\n");
    }
}

void tst_DemoWire::slowSenders()
{
    QFETCH(bool, tls);
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, trickle);
    const auto wire = serve(tls, shortLimits());
    RawClient client(wire->serverPort(), tls);
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, [&] { client.send(trickle); });
    if (!trickle.isEmpty())
        timer.start(20);
    QElapsedTimer passed;
    passed.start();
    client.send(sent);
    QVERIFY(client.answer().startsWith("HTTP/1.1 408 "));
    QVERIFY2(passed.elapsed() >= 100 && passed.elapsed() < 1500, qPrintable(QString::number(passed.elapsed())));
    timer.stop();
    QVERIFY(client.waitUntilClosed());
    QTRY_COMPARE(wire->load()->connections, 0);
    QCOMPARE(m_handled, 0);
}

void tst_DemoWire::idleConnections()
{
    const auto wire = serve(false, shortLimits());
    RawClient silent(wire->serverPort(), false);
    RawClient kept(wire->serverPort(), false);
    kept.send(get("/"));
    QVERIFY(!kept.answer().isEmpty());
    RawClient helloless(wire->serverPort(), false); // speaks no TLS where TLS is due: the same deadline
    QVERIFY(silent.waitUntilClosed(1500));
    QVERIFY(kept.waitUntilClosed(1500));
    QVERIFY(kept.answer().isEmpty()); // closed without a word: nothing was asked
    QTRY_COMPARE(wire->load()->connections, 0);

    const auto secure = serve(true, shortLimits());
    RawClient mute(secure->serverPort(), false);
    QVERIFY(mute.waitUntilClosed(1500));
    QTRY_COMPARE(secure->load()->connections, 0);
}

/// A thousand answers of 1 MB that nobody takes do not pile up here.
void tst_DemoWire::clientsThatDoNotRead()
{
    auto limits = shortLimits();
    limits.reading = 300ms;
    const auto wire = serve(false, limits);
    m_answerSize = 1024 * 1024;
    RawClient client(wire->serverPort(), false);
    client.socket().setReadBufferSize(1);
    client.send(get("/").repeated(1000));
    QTest::qWait(150);
    QVERIFY2(m_handled > 0 && m_handled < 50, qPrintable(QString::number(m_handled)));
    QTRY_COMPARE_WITH_TIMEOUT(wire->load()->connections, 0, 2000);
}

void tst_DemoWire::tooManyConnections()
{
    Wire::Limits limits;
    limits.connections = 3;
    const auto wire = serve(false, limits);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int n = 0; n < 3; ++n) {
        clients.push_back(std::make_unique<RawClient>(wire->serverPort(), false));
        clients.back()->send(get("/"));
        QVERIFY(clients.back()->answer().startsWith("HTTP/1.1 200 "));
    }
    RawClient fourth(wire->serverPort(), false);
    QVERIFY(fourth.answer().startsWith("HTTP/1.1 503 "));
    QVERIFY(fourth.waitUntilClosed());
    clients.pop_back();
    QTRY_COMPARE(wire->load()->connections, 2);
    RawClient again(wire->serverPort(), false);
    again.send(get("/"));
    QVERIFY(again.answer().startsWith("HTTP/1.1 200 "));
}

void tst_DemoWire::tooMuchMemory()
{
    Wire::Limits limits;
    limits.held = 300 * 1024;
    const auto wire = serve(false, limits);
    const QByteArray part = post("Content-Length: 1000000\r\n", QByteArray(140 * 1024, 'x'));
    RawClient first(wire->serverPort(), false);
    RawClient second(wire->serverPort(), false);
    first.send(part);
    second.send(part);
    QTRY_VERIFY(wire->load()->held > 250 * 1024);
    RawClient third(wire->serverPort(), false);
    third.send(part);
    QVERIFY(third.answer().startsWith("HTTP/1.1 503 "));
    first.send(QByteArray(1000000 - 140 * 1024, 'x')); // over the limit too now
    RawClient small(wire->serverPort(), false);
    small.send(get("/"));
    QVERIFY(small.answer().startsWith("HTTP/1.1 200 ")); // small requests always fit
    QVERIFY(wire->load()->held < 400 * 1024);
}

/// 200 connections, all busy at the same time: every one is answered, none waits for another.
void tst_DemoWire::manyBusyConnections()
{
    QFETCH(bool, tls);
    DemoTenant::Options options;
    options.tls = tls;
    options.latencyMs = 300;
    auto tenant = DemoTenant::start(options);
    QVERIFY(tenant.has_value());
    const auto port = quint16(QUrl((*tenant)->origin()).port());
    const auto request = withPort("GET /common/discovery/v2.0/keys HTTP/1.1\r\nHost: 127.0.0.1:@PORT@\r\n\r\n", **tenant);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int n = 0; n < 200; ++n)
        clients.push_back(std::make_unique<RawClient>(port, tls));
    QElapsedTimer timer;
    timer.start();
    for (const auto &client : clients)
        client->send(request);
    for (const auto &client : clients)
        QVERIFY(client->answer().startsWith("HTTP/1.1 200 "));
    QVERIFY2(timer.elapsed() >= 295 && timer.elapsed() < 3000, qPrintable(QString::number(timer.elapsed())));
    for (const auto &client : clients) // and all of them again
        client->send(request);
    for (const auto &client : clients)
        QVERIFY(client->answer().startsWith("HTTP/1.1 200 "));
}

void tst_DemoWire::onlyLoopback()
{
    auto tenant = DemoTenant::start({});
    QVERIFY(tenant.has_value());
    QCOMPARE(QUrl((*tenant)->origin()).host(), u"127.0.0.1"_s);
    // Another loopback address is another interface to the listener: bound to one address only.
    QTcpSocket socket;
    socket.connectToHost(u"127.0.0.2"_s, quint16(QUrl((*tenant)->origin()).port()));
    QVERIFY(!socket.waitForConnected(1000));
}

void tst_DemoWire::hosts_data()
{
    QTest::addColumn<QString>("listen");
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<int>("status");
    const auto row = [](const char *listen, const char *host, int status) {
        QTest::newRow(qPrintable(QString::fromLatin1("%1 on %2").arg(QLatin1String(host), QLatin1String(listen))))
            << QString::fromLatin1(listen) << QByteArray(host) << status;
    };
    for (const char *host : {"127.0.0.1:@PORT@", "localhost:@PORT@", "LocalHost:@PORT@", "[::1]:@PORT@"})
        row("127.0.0.1", host, 200);
    for (const char *host :
         {"127.0.0.1", "localhost", "127.0.0.1:1", "evil.example:@PORT@", "evil.example", "127.0.0.1.evil.example:@PORT@",
          "localhost.evil.example:@PORT@", "localhost.:@PORT@", "127.1:@PORT@", "2130706433:@PORT@", "127.0.0.2:@PORT@",
          "0.0.0.0:@PORT@", "[::]:@PORT@", "[localhost]:@PORT@", "::1:@PORT@", "10.1.2.3:@PORT@", "localhost:0@PORT@",
          "localhost:@PORT@:@PORT@", "graph.microsoft.com"})
        row("127.0.0.1", host, 421);
    row("127.0.0.2", "127.0.0.2:@PORT@", 200); // the address that was asked for
    row("127.0.0.2", "127.0.0.3:@PORT@", 421);
    row("0.0.0.0", "10.1.2.3:@PORT@", 200); // every address, but no name: only a name can be rebound
    row("0.0.0.0", "evil.example:@PORT@", 421);
    row("0.0.0.0", "localhost:@PORT@", 200);
}

void tst_DemoWire::hosts()
{
    QFETCH(QString, listen);
    QFETCH(QByteArray, host);
    QFETCH(int, status);
    DemoTenant::Options options;
    options.address = QHostAddress(listen);
    auto tenant = DemoTenant::start(options);
    QVERIFY(tenant.has_value());
    for (const char *path : {"/common/discovery/v2.0/keys", "/demo/state", "/v1.0/me"}) {
        const int expected = status == 421 ? 421 : path[1] == 'c' ? 200 : path[1] == 'd' ? 403 : 401;
        for (const bool absolute : {false, true}) {
            const QUrl origin((*tenant)->origin());
            QTcpSocket socket;
            socket.connectToHost(origin.host(), quint16(origin.port()));
            QVERIFY(socket.waitForConnected(2000));
            const QByteArray target = absolute ? "http://" + host + path : QByteArray(path);
            const QByteArray named = absolute ? QByteArray("127.0.0.1:@PORT@") : host;
            socket.write(withPort(
                "GET " + target + " HTTP/1.1\r\nHost: " + named + "\r\nX-Demo-Raw: 1\r\nConnection: close\r\n\r\n", **tenant));
            QByteArray got;
            while (socket.waitForReadyRead(2000))
                got += socket.readAll();
            QCOMPARE(got.mid(9, 3).toInt(), expected);
        }
    }
}

void tst_DemoWire::origins_data()
{
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<bool>("own");
    const auto row = [](const char *origin, bool own) { QTest::newRow(*origin ? origin : "none") << QByteArray(origin) << own; };
    row("", true);
    row("http://127.0.0.1:@PORT@", true);
    row("http://localhost:@PORT@", true);
    row("http://127.0.0.1", false);
    row("http://127.0.0.1:1", false);
    row("https://127.0.0.1:@PORT@", false);
    row("http://evil.example", false);
    row("http://evil.example:@PORT@", false);
    row("https://graph.microsoft.com", false);
    row("file://", false);
    row("null", false);
}

/// Reads may be asked by anybody who has a token; what changes something, and the control plane, not by foreign pages.
void tst_DemoWire::origins()
{
    QFETCH(QByteArray, origin);
    QFETCH(bool, own);
    auto tenant = DemoTenant::start({});
    QVERIFY(tenant.has_value());
    DemoClient admin((*tenant)->cloudFile());
    QCOMPARE(admin.signIn(u"mira.kovac@contoso.demo"_s), QString());
    QList<std::pair<QByteArray, QByteArray>> page;
    if (!origin.isEmpty())
        page.append(std::pair(QByteArray("Origin"), withPort(origin, **tenant)));
    const auto before = admin.control("GET", u"state"_s).body;
    const QJsonObject group{
        {u"displayName"_s, u"g"_s}, {u"mailNickname"_s, u"g"_s}, {u"mailEnabled"_s, false}, {u"securityEnabled"_s, true}};
    QCOMPARE(admin.send("POST", u"/groups"_s, group, page).status, own ? 201 : 403);
    QCOMPARE(admin.control("GET", u"state"_s).body == before, !own);
    QCOMPARE(admin.send("GET", u"/groups"_s, {}, page).status, 200);
    page.append(std::pair(QByteArray("X-Demo-Key"), (*tenant)->controlKey().toUtf8()));
    for (const char *method : {"GET", "POST"}) {
        const auto *path = method[0] == 'G' ? "/demo/state" : "/demo/reset";
        QCOMPARE(exchange(method, QUrl((*tenant)->origin() + QString::fromLatin1(path)), {}, page).status / 100, own ? 2 : 4);
    }
}

void tst_DemoWire::pagesElsewhere_data()
{
    using Headers = QList<std::pair<QByteArray, QByteArray>>;
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("path"); // @TENANT@, @APP@
    QTest::addColumn<Headers>("headers");
    QTest::addColumn<bool>("refused");
    const auto row = [](const char *name, const char *method, const char *path, const Headers &headers, bool refused) {
        QTest::newRow(name) << QByteArray(method) << QString::fromLatin1(path) << headers << refused;
    };
    const Headers evil{{"Origin", "http://evil.example"}}, own{{"Origin", "http://127.0.0.1:@PORT@"}};
    const auto fetched = [](const char *site, const char *dest) {
        return Headers{{"Sec-Fetch-Site", site}, {"Sec-Fetch-Dest", dest}};
    };
    const char *leave = "/@TENANT@/apps/@APP@/signout?login_hint=ada.lindqvist@contoso.demo";
    row("sign-out by a foreign page", "POST", leave, evil, true);
    row("sign-out by a page without a site", "POST", leave, {{"Origin", "null"}}, true);
    row("sign-out by our own page", "POST", leave, own, false);
    row("sign-out by no page", "POST", leave, {}, false);
    row("sign-in step by a foreign page", "POST", "/common/login", evil, true);
    row("device code by a foreign page", "POST", "/common/oauth2/v2.0/devicecode", evil, true);
    row("authorize by a client's form", "POST", "/common/oauth2/v2.0/authorize", evil, false);
    row("token", "POST", "/@TENANT@/oauth2/v2.0/token", evil, false);
    const char *enter = "/@TENANT@/api/signin/@APP@?login_hint=ada.lindqvist@contoso.demo";
    row("sign-in link as an image", "GET", enter, fetched("cross-site", "image"), true);
    row("sign-in link in a frame", "GET", enter, fetched("cross-site", "iframe"), true);
    row("sign-in link by a script", "GET", enter, fetched("cross-site", "empty"), true);
    row("sign-in link as an image of another port", "GET", enter, fetched("same-site", "image"), true);
    row("sign-in link in capitals", "GET", "/@TENANT@/API/SignIn/@APP@?login_hint=ada.lindqvist@contoso.demo",
        fetched("cross-site", "image"), true);
    row("sign-in link followed", "GET", enter, fetched("cross-site", "document"), false);
    row("sign-in link on our own page", "GET", enter, fetched("same-origin", "empty"), false);
    row("sign-in link typed", "GET", enter, fetched("none", "document"), false);
    row("device page as an image", "GET", "/common/oauth2/deviceauth", fetched("cross-site", "image"), true);
    row("device page followed", "GET", "/common/oauth2/deviceauth", fetched("cross-site", "document"), false);
}

/// A page of another site neither changes anything nor signs anybody in, with forms, images or frames.
void tst_DemoWire::pagesElsewhere()
{
    using Headers = QList<std::pair<QByteArray, QByteArray>>;
    QFETCH(QByteArray, method);
    QFETCH(QString, path);
    QFETCH(Headers, headers);
    QFETCH(bool, refused);
    auto tenant = DemoTenant::start({});
    QVERIFY(tenant.has_value());
    const auto cloud = (*tenant)->cloudFile();
    path.replace(u"@TENANT@"_s, cloud["tenant"_L1].toString())
        .replace(u"@APP@"_s, cloud["applications"_L1][0]["appId"_L1].toString());
    for (auto &header : headers)
        header.second = withPort(header.second, **tenant);
    const QString enter = u"/%1/api/signin/%2?login_hint=ada.lindqvist@contoso.demo"_s.arg(
        cloud["tenant"_L1].toString(), cloud["applications"_L1][0]["appId"_L1].toString());
    if (path.contains(u"/signout"))
        QCOMPARE(exchange("GET", QUrl((*tenant)->origin() + enter)).status, 200);
    const auto before = DemoClient(cloud).control("GET", u"state"_s).body;
    const auto answer = exchange(method, QUrl((*tenant)->origin() + path), {}, headers);
    const bool changed = DemoClient(cloud).control("GET", u"state"_s).body != before;
    QCOMPARE(answer.status == 403, refused);
    if (refused)
        QVERIFY(answer.header("Set-Cookie").isEmpty());
    const bool hasEffect = path.contains(u"/signout") || path.contains(u"/api/signin");
    QCOMPARE(changed, hasEffect && !refused);
}

void tst_DemoWire::neverAllowsOtherOrigins()
{
    auto tenant = DemoTenant::start({});
    QVERIFY(tenant.has_value());
    for (const char *path : {"/v1.0/groups", "/v1.0/me", "/demo/state", "/demo/clock", "/common/oauth2/v2.0/token",
                             "/common/discovery/v2.0/keys", "/common/v2.0/.well-known/openid-configuration"}) {
        for (const char *method : {"OPTIONS", "GET", "POST"}) {
            const auto answer = exchange(method, QUrl((*tenant)->origin() + QString::fromLatin1(path)), {},
                                         {{"Origin", "http://evil.example"},
                                          {"Access-Control-Request-Method", "POST"},
                                          {"Access-Control-Request-Headers", "authorization,x-demo-key"},
                                          {"X-Demo-Raw", "1"}});
            QVERIFY(answer.status != 0);
            for (const auto &header : answer.headers)
                QVERIFY2(!header.first.toLower().startsWith("access-control"), header.first);
            if (QByteArray(method) == "OPTIONS")
                QVERIFY2(answer.status >= 400, path); // a preflight that is refused
        }
    }
}

/// A page loaded from rebound.example, whose address has then become 127.0.0.1: same origin to the browser, so it sends
/// what it likes and reads the answers, even with the key. Only the name gives it away.
void tst_DemoWire::rebinding()
{
    auto tenant = DemoTenant::start({});
    QVERIFY(tenant.has_value());
    const QUrl origin((*tenant)->origin());
    const auto before = DemoClient((*tenant)->cloudFile()).control("GET", u"state"_s).body;
    const auto say = [&](const QByteArray &method, const QByteArray &path, const QByteArray &more) {
        RawClient client(quint16(origin.port()), false);
        client.send(withPort(method + ' ' + path +
                                 " HTTP/1.1\r\nHost: rebound.example:@PORT@\r\nOrigin: http://rebound.example:@PORT@\r\n" +
                                 "X-Demo-Raw: 1\r\n" + more + "\r\n",
                             **tenant));
        return client.answer();
    };
    const QByteArray key = "X-Demo-Key: " + (*tenant)->controlKey().toUtf8() + "\r\n";
    for (const auto &answer : {say("POST", "/demo/reset", key), say("GET", "/demo/state", key),
                               say("GET", "/common/oauth2/v2.0/authorize?login_hint=mira.kovac@contoso.demo&prompt=none", {})}) {
        QVERIFY2(answer.startsWith("HTTP/1.1 421 "), answer);
        QVERIFY(!answer.contains("Location") && !answer.contains("users"));
    }
    QCOMPARE(DemoClient((*tenant)->cloudFile()).control("GET", u"state"_s).body, before);
}

QTEST_GUILESS_MAIN(tst_DemoWire)
#include "tst_DemoWire.moc"
