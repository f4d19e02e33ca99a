#pragma once

#include "demo/http/Wire.h"
#include "demo/odata/Router.h"

namespace pimgate::demo {

/// Path and options decoded; options in lower case and with their "$".
Request readRequest(const HttpRequest &http, const QString &origin);
/// Reads the JSON body into request.body; the refusal when there is one that is none.
std::optional<Response> readJson(Request &request);
/// The path below "/v1.0"; nothing when it has another version.
std::optional<QString> withoutVersion(const QString &path);

} // namespace pimgate::demo
