#include "demo/http/HttpParser.h"
#include "fuzz/FuzzTargets.h"

#include <algorithm>

namespace pimgate::fuzz {

using namespace pimgate::demo;

namespace {

/// What a parser says to these bytes, fed in pieces.
QByteArrayList readRequests(const QByteArray &sent, qsizetype piece)
{
    const HttpParser::Limits limits{2048, 20, 4096};
    HttpParser parser(limits);
    QByteArrayList said;
    for (qsizetype at = 0; at < sent.size(); at += piece) {
        parser.feed(sent.mid(at, piece));
        for (auto state = parser.proceed(); state != HttpParser::State::Waiting; state = parser.proceed()) {
            if (state == HttpParser::State::Refused) {
                demand(parser.refusal() >= 400 && parser.refusal() < 600, "a refusal is an error");
                return said << "refused " + QByteArray::number(parser.refusal());
            }
            if (state == HttpParser::State::Continue)
                continue;
            const auto request = parser.take();
            demand(request.body.size() <= limits.body, "no body over the limit");
            demand(request.target.startsWith('/'), "a target is a path");
            QByteArray text = request.method + ' ' + request.target + '\n';
            for (const auto &[name, value] : request.headers) {
                demand(!value.contains('\n') && !value.contains('\r') && !value.contains('\0'), "a value is one line");
                text += name + ": " + value + '\n';
            }
            said << text + request.body;
        }
        demand(parser.held() <= limits.head + 2 * limits.body + 2 * piece, "it holds no more than it may");
    }
    return said;
}

} // namespace

void http(const std::uint8_t *data, std::size_t size)
{
    const auto sent = bytes(data, size);
    const auto whole = readRequests(sent, std::max<qsizetype>(1, sent.size()));
    demand(readRequests(sent, 1) == whole, "the same one byte at a time");
    demand(readRequests(sent, 13) == whole, "the same in pieces");
}

} // namespace pimgate::fuzz
