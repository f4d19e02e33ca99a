#pragma once

#include "gate/run/Runner.h"
#include "identity/Session.h"

#include <memory>

namespace pimgate {

class Readiness;

/// One tenant that somebody works in: its session and what speaks through it.
struct Customer
{
    Customer(Http &http, History &history, Cloud cloud, std::unique_ptr<Browser> browser, TokenCache &cache);
    ~Customer();
    Session session;

private:
    struct Areas; // whoever uses one of them includes its header
    std::unique_ptr<Areas> m_areas;

public:
    GraphService &graph;
    Runner runner;
    // For pickers and page facts: reads only.
    Directory &directory;
    Groups &groups;
    Applications &applications;
    Audit &audit;
    Readiness &readiness;
};

} // namespace pimgate
