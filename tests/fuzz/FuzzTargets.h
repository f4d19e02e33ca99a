#pragma once

#include <QByteArray>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

/// What libFuzzer drives, and the ordinary suite with the kept inputs. Each returns when the input is harmless and
/// aborts when the tenant has broken a promise.
namespace pimgate::fuzz {

using Target = void (*)(const std::uint8_t *data, std::size_t size);

/// HttpParser: the same requests and the same refusal, however the bytes are cut; never more than it may hold.
void http(const std::uint8_t *data, std::size_t size);
/// A $filter against a row: an answer or "not understood", in bounded time and depth.
void filter(const std::uint8_t *data, std::size_t size);
/// The first byte chooses a route that creates or changes something, the rest is its JSON body: answered with 2xx or
/// 4xx, and a refusal has changed nothing.
void json(const std::uint8_t *data, std::size_t size);
/// A bearer token. The first byte chooses whether it comes as it is or its two parts are signed with the tenant's own
/// key, so that what is inside is read too: only 401, 403 or, for a token that is right, 200.
void token(const std::uint8_t *data, std::size_t size);

inline void demand(bool promise, const char *what)
{
    if (promise)
        return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

inline QByteArray bytes(const std::uint8_t *data, std::size_t size)
{
    return {reinterpret_cast<const char *>(data), qsizetype(size)};
}

} // namespace pimgate::fuzz
