// Runs `pimgate apply` on a fresh demo tenant at several latencies and prints what it costs: requests by kind, wall
// time, and the chain of calls that waited for each other, by name.
//   bench_apply [LATENCY…]      milliseconds; 20 150 500 unless told
// Each once with the tenant's time 600-fold, where only the chain counts, and once with a tenant's own time and with it the
// pace of Conditional Access. The bound is the chain times the latency and that pace.
// Times are taken from the program's own --log, in local milliseconds. A request depends on those that were answered
// before it was sent; the chain is found backwards from the last answer. Waiting for replication runs 600 times as fast
// as in a tenant and is part of the wall time.
#include "cli/DemoProcess.h"

#include <QElapsedTimer>
#include <QMap>

#include <algorithm>
#include <cstdio>

using namespace cliprocess;

namespace {

struct Call
{
    QString name;
    qint64 begin = 0, end = 0;
};

/// "POST /v1.0/groups/{id}/members": ids and the query left out, so that calls of one kind share a name.
QString nameOf(const QString &method, const QUrl &url)
{
    static const QRegularExpression id(
        QStringLiteral("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"));
    return method + QLatin1Char(' ') + url.path().replace(id, QStringLiteral("{id}"));
}

QList<Call> readLog(const QString &fileName)
{
    QList<Call> calls;
    QFile file(fileName);
    if (!file.open(QIODevice::ReadOnly))
        return calls;
    for (const QByteArray &line : file.readAll().split('\n')) {
        const QStringList columns = QString::fromUtf8(line).split(QLatin1Char(' '));
        if (columns.size() != 7) // time, status, method, url, request id, duration, end
            continue;
        const qint64 duration = columns[5].chopped(2).toLongLong();
        const qint64 end = columns[6].mid(1).chopped(2).toLongLong();
        calls << Call{nameOf(columns[2], QUrl(columns[3])), end - duration, end};
    }
    return calls;
}

/// From the last answer back: the call it waited for is the one answered last before it was sent.
QList<Call> chainOf(const QList<Call> &calls)
{
    QList<Call> chain;
    const auto later = [](const Call &a, const Call &b) { return a.end < b.end; };
    auto last = std::max_element(calls.cbegin(), calls.cend(), later);
    while (last != calls.cend()) {
        chain.prepend(*last);
        auto before = calls.cend();
        for (auto call = calls.cbegin(); call != calls.cend(); ++call)
            if (call->end <= chain.first().begin && (before == calls.cend() || later(*before, *call)))
                before = call;
        last = before;
    }
    return chain;
}

/// Conditional Access takes one request in 1.1 s: that much a run cannot be faster, wherever the others are in the chain.
qint64 paceOf(const QList<Call> &calls, double scale)
{
    const auto counted = std::count_if(calls.cbegin(), calls.cend(),
                                       [](const Call &call) { return call.name.contains(QLatin1String("/conditionalAccess/")); });
    return qint64(double(std::max<qsizetype>(0, counted - 1)) * 1100 / scale);
}

bool measure(const QString &latency, const QString &scale)
{
    DemoProcess demo;
    if (!demo.start({QStringLiteral("--latency"), latency, QStringLiteral("--time-scale"), scale}))
        return false;
    const QString blueprint = demo.write("blueprint.json", demo.enforced());
    QElapsedTimer timer;
    timer.start();
    const Ended ended =
        demo.command({QStringLiteral("apply"), blueprint, QStringLiteral("--yes"), QStringLiteral("--log"), demo.path("log")});
    const qint64 wall = timer.elapsed();
    const QList<Call> calls = readLog(demo.path("log"));
    const QList<Call> chain = chainOf(calls);
    const qint64 pace = paceOf(calls, scale.toDouble());
    const qint64 bound = chain.size() * latency.toLongLong() + pace;
    std::printf(
        "\n== latency %s ms, time %s-fold: %lld ms, %lld requests, chain of %lld, pace %lld ms, bound %lld ms: %.2f, exit %d\n",
        qPrintable(latency), qPrintable(scale), static_cast<long long>(wall), static_cast<long long>(calls.size()),
        static_cast<long long>(chain.size()), static_cast<long long>(pace), static_cast<long long>(bound),
        double(wall) / double(std::max<qint64>(1, bound)), ended.status);
    if (ended.status != 0)
        std::printf("%s", ended.err.constData());
    QMap<QString, int> kinds;
    for (const Call &call : calls)
        ++kinds[call.name];
    std::printf("requests by kind\n");
    for (auto kind = kinds.cbegin(); kind != kinds.cend(); ++kind)
        std::printf("  %4d  %s\n", kind.value(), qPrintable(kind.key()));
    std::printf("the chain\n");
    for (const Call &call : chain)
        std::printf("  %6lld ms  +%lld  %s\n", static_cast<long long>(call.begin), static_cast<long long>(call.end - call.begin),
                    qPrintable(call.name));
    return ended.status == 0;
}

} // namespace

int main(int argc, char **argv)
{
    QStringList latencies;
    for (int i = 1; i < argc; ++i)
        latencies << QString::fromLocal8Bit(argv[i]);
    if (latencies.isEmpty())
        latencies = words({"20", "150", "500"});
    bool all = true;
    for (const QString &latency : latencies)
        for (const char *scale : {"600", "1"})
            all = measure(latency, QLatin1String(scale)) && all;
    return all ? 0 : 1;
}
