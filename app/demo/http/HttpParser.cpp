#include "demo/http/HttpParser.h"

#include <algorithm>
#include <utility>

namespace pimgate::demo {

namespace {

constexpr qsizetype chunkLineLimit = 1024;
constexpr int emptyLineLimit = 4; ///< before a request line

bool isTokenChar(char c)
{
    const bool letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letterOrDigit || (c != '\0' && QByteArrayView("!#$%&'*+-.^_`|~").contains(c));
}

bool isToken(const QByteArray &text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), isTokenChar);
}

bool isControl(char c)
{
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

bool hasControl(const QByteArray &text)
{
    return std::any_of(text.begin(), text.end(), isControl);
}

/// Optional blanks of HTTP: these two and no others.
QByteArray withoutBlanks(const QByteArray &text)
{
    qsizetype from = 0;
    auto to = text.size();
    while (from < to && (text.at(from) == ' ' || text.at(from) == '\t'))
        ++from;
    while (to > from && (text.at(to - 1) == ' ' || text.at(to - 1) == '\t'))
        --to;
    return text.mid(from, to - from);
}

bool isAuthority(const QByteArray &text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               (c != '\0' && QByteArrayView("-._~:[]%").contains(c));
    });
}

/// Digits only: no sign, no blank, no "0x", nothing that would overflow.
bool readNumber(const QByteArray &text, int base, qint64 &number)
{
    const auto digit = [base](char c) {
        return (c >= '0' && c <= '9') || (base == 16 && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
    };
    if (text.isEmpty() || text.size() > 15 || !std::all_of(text.begin(), text.end(), digit))
        return false;
    number = text.toLongLong(nullptr, base);
    return true;
}

bool listHas(const QByteArray &list, const QByteArray &word)
{
    const auto items = list.toLower().split(',');
    return std::any_of(items.begin(), items.end(), [&](const QByteArray &item) { return withoutBlanks(item) == word; });
}

} // namespace

QByteArray HttpRequest::header(const QByteArray &lowerCaseName) const
{
    const auto found = headers.find(lowerCaseName);
    return found == headers.end() ? QByteArray() : found->second;
}

HttpParser::State HttpParser::proceed()
{
    while (step()) {
    }
    if (m_step == Step::Refused)
        return State::Refused;
    if (m_step == Step::Done)
        return State::Complete;
    if (m_continue) {
        m_continue = false;
        if (m_buffer.isEmpty())
            return State::Continue;
    }
    return State::Waiting;
}

HttpRequest HttpParser::take()
{
    m_step = Step::Head;
    m_headBytes = 0;
    m_fields = 0;
    m_emptyLines = 0;
    m_searched = 0;
    m_continue = false;
    return std::exchange(m_request, {});
}

HttpParser::Phase HttpParser::phase() const
{
    if (m_step == Step::Head)
        return m_buffer.isEmpty() && m_headBytes == 0 ? Phase::Idle : Phase::Head;
    return Phase::Body;
}

bool HttpParser::step()
{
    switch (m_step) {
    case Step::Head:
        return readHead();
    case Step::Body:
        return readBody();
    case Step::ChunkSize:
        return readChunkSize();
    case Step::ChunkData:
        return readChunkData();
    case Step::Trailer:
        return readTrailer();
    case Step::Done:
    case Step::Refused:
        return false;
    }
    return false;
}

bool HttpParser::refuse(int status)
{
    m_step = Step::Refused;
    m_refusal = status;
    m_buffer.clear();
    m_request = {};
    return false;
}

/// A line ends with CR LF; either of them alone is what smugglers use.
HttpParser::Found HttpParser::takeLine(QByteArray &line, qsizetype limit)
{
    const auto end = m_buffer.indexOf('\n', m_searched);
    const auto length = end < 0 ? m_buffer.size() : end + 1;
    if (length > limit)
        return Found::TooLong;
    const auto bare = m_buffer.indexOf('\r', std::max<qsizetype>(0, m_searched - 1));
    if (bare >= 0 && bare + 1 < length && bare + 1 != end)
        return Found::Broken;
    m_searched = m_buffer.size();
    if (end < 0)
        return Found::Nothing;
    if (end == 0 || m_buffer.at(end - 1) != '\r')
        return Found::Broken;
    line = m_buffer.left(end - 1);
    m_buffer.remove(0, end + 1);
    m_searched = 0;
    return Found::Line;
}

bool HttpParser::readHead()
{
    QByteArray line;
    const auto found = takeLine(line, m_limits.head - m_headBytes);
    if (found == Found::Nothing)
        return false;
    if (found != Found::Line)
        return refuse(found == Found::TooLong ? 431 : 400);
    if (m_headBytes == 0 && line.isEmpty())
        return ++m_emptyLines <= emptyLineLimit || refuse(400);
    const bool first = m_headBytes == 0;
    m_headBytes += line.size() + 2;
    if (first)
        return readRequestLine(line);
    if (line.isEmpty())
        return checkFields() && startBody();
    return readField(line);
}

bool HttpParser::readRequestLine(const QByteArray &line)
{
    const auto words = line.split(' ');
    if (words.size() != 3 || !isToken(words.at(0)) || words.at(0).size() > 32)
        return refuse(400);
    const auto &version = words.at(2);
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        const bool known = version.size() == 8 && version.startsWith("HTTP/") && version.at(6) == '.';
        return refuse(known && version.at(5) >= '0' && version.at(5) <= '9' ? 505 : 400);
    }
    m_http10 = version == "HTTP/1.0";
    m_request.method = words.at(0);
    m_authority.clear();
    return readTarget(words.at(1)) || refuse(400);
}

/// "/path?query", or the absolute form that a proxy is sent.
bool HttpParser::readTarget(const QByteArray &target)
{
    m_request.target = target;
    const auto lower = target.left(8).toLower();
    if (lower.startsWith("http://") || lower == "https://") {
        const auto from = target.indexOf("//") + 2;
        auto end = from;
        while (end < target.size() && target.at(end) != '/' && target.at(end) != '?')
            ++end;
        m_authority = target.mid(from, end - from);
        m_request.target = target.mid(end);
        if (!m_request.target.startsWith('/'))
            m_request.target.prepend('/');
        if (!isAuthority(m_authority))
            return false;
    }
    return m_request.target.startsWith('/') && !m_request.target.contains('#') && !m_request.target.contains('\t') &&
           !hasControl(m_request.target);
}

bool HttpParser::readField(const QByteArray &line)
{
    if (++m_fields > m_limits.fields)
        return refuse(431);
    const auto colon = line.indexOf(':');
    const auto name = line.left(colon).toLower();
    const auto value = withoutBlanks(line.mid(colon + 1));
    if (colon < 0 || !isToken(name) || hasControl(value)) // a folded line starts with a blank: no token
        return refuse(400);
    const bool known = m_request.headers.contains(name);
    if (known && (name == "content-length" || name == "transfer-encoding" || name == "host"))
        return refuse(400);
    auto &field = m_request.headers[name];
    field = known ? field + ", " + value : value;
    return true;
}

bool HttpParser::checkFields()
{
    const auto host = m_request.headers.find("host");
    const bool named = host != m_request.headers.end();
    if ((named && !isAuthority(host->second)) || (!named && !m_http10))
        return refuse(400);
    if (!m_authority.isEmpty())
        m_request.headers["host"] = m_authority; // RFC 9112, section 3.2.2
    const auto wish = m_request.header("connection");
    m_closes = listHas(wish, "close") || (m_http10 && !listHas(wish, "keep-alive"));
    return true;
}

bool HttpParser::startBody()
{
    const bool measured = m_request.headers.contains("content-length");
    const bool encoded = m_request.headers.contains("transfer-encoding");
    m_expected = 0;
    if (encoded && (measured || m_http10))
        return refuse(400);
    if (encoded && m_request.header("transfer-encoding").toLower() != "chunked")
        return refuse(501);
    if (measured && !readNumber(m_request.header("content-length"), 10, m_expected))
        return refuse(400);
    if (m_expected > m_limits.body)
        return refuse(413);
    const auto expectation = m_request.header("expect").toLower();
    if (!expectation.isEmpty() && !m_http10) {
        if (expectation != "100-continue")
            return refuse(417);
        m_continue = encoded || m_expected > 0;
    }
    m_step = encoded ? Step::ChunkSize : Step::Body;
    return true;
}

bool HttpParser::readBody()
{
    if (m_buffer.size() < m_expected)
        return false;
    m_request.body = m_buffer.left(m_expected);
    m_buffer.remove(0, m_expected);
    m_step = Step::Done;
    return false;
}

bool HttpParser::readChunkSize()
{
    QByteArray line;
    const auto found = takeLine(line, chunkLineLimit);
    if (found == Found::Nothing)
        return false;
    if (found != Found::Line || hasControl(line))
        return refuse(400);
    const auto size = line.left(line.indexOf(';') < 0 ? line.size() : line.indexOf(';')); // extensions mean nothing here
    if (!readNumber(withoutBlanks(size), 16, m_expected) || size.startsWith(' ') || size.startsWith('\t'))
        return refuse(400);
    if (m_request.body.size() + m_expected > m_limits.body)
        return refuse(413);
    m_headBytes = 0;
    m_step = m_expected == 0 ? Step::Trailer : Step::ChunkData;
    return true;
}

bool HttpParser::readChunkData()
{
    if (m_buffer.size() < m_expected + 2)
        return false;
    if (m_buffer.at(m_expected) != '\r' || m_buffer.at(m_expected + 1) != '\n')
        return refuse(400);
    m_request.body += m_buffer.left(m_expected);
    m_buffer.remove(0, m_expected + 2);
    m_step = Step::ChunkSize;
    return true;
}

/// Trailers are read and forgotten: none of them may change what the request means.
bool HttpParser::readTrailer()
{
    QByteArray line;
    const auto found = takeLine(line, m_limits.head - m_headBytes);
    if (found == Found::Nothing)
        return false;
    if (found != Found::Line)
        return refuse(found == Found::TooLong ? 431 : 400);
    if (line.isEmpty()) {
        m_step = Step::Done;
        return false;
    }
    m_headBytes += line.size() + 2;
    if (++m_fields > m_limits.fields)
        return refuse(431);
    const auto colon = line.indexOf(':');
    if (colon < 0 || !isToken(line.left(colon)) || hasControl(line.mid(colon + 1)))
        return refuse(400);
    return true;
}

} // namespace pimgate::demo
