#include "gate/run/History.h"

#include "gate/run/HistoryWorker.h"

#include <QCoroFuture>
#include <QPromise>

namespace pimgate {
namespace historyfile {

/// Runs work on the worker's thread; the answer comes back on the caller's. The promise is always kept: ~History lets
/// every queued call run before it stops the thread, and awaiting a cancelled QFuture would crash.
template <class T, class Worker>
Task<T> ask(Worker *worker, std::function<T(Worker &)> work)
{
    const auto promise = std::make_shared<QPromise<T>>();
    promise->start();
    const QFuture<T> future = promise->future();
    QMetaObject::invokeMethod(
        worker,
        [worker, promise, work] {
            promise->addResult(work(*worker));
            promise->finish();
        },
        Qt::QueuedConnection);
    auto answer = co_await future;
    co_return answer;
}

} // namespace historyfile

History::History(const QString &dataDir, QObject *parent) : QObject(parent), m_worker(new Worker(dataDir))
{
    m_thread.setObjectName(QStringLiteral("history"));
    m_worker->moveToThread(&m_thread);
    m_thread.start();
}

History::~History()
{
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker] { worker->close(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
    delete m_worker;
}

Task<Outcome> History::open()
{
    return historyfile::ask<Outcome, Worker>(m_worker, [](Worker &worker) { return worker.open(); });
}

Task<Result<RunRecord>> History::begin(RunRecord run)
{
    return historyfile::ask<Result<RunRecord>, Worker>(m_worker, [run](Worker &worker) { return worker.begin(run); });
}

Task<Outcome> History::update(RunRecord run)
{
    return historyfile::ask<Outcome, Worker>(m_worker, [run](Worker &worker) { return worker.update(run); });
}

Task<Result<int>> History::intend(QString run, Change change, QDateTime at)
{
    return historyfile::ask<Result<int>, Worker>(m_worker, [=](Worker &worker) { return worker.intend(run, change, at); });
}

Task<Outcome> History::finish(QString run, int sequence, ChangeOutcome outcome, QString note, QJsonObject evidence, QDateTime at)
{
    return historyfile::ask<Outcome, Worker>(
        m_worker, [=](Worker &worker) { return worker.finish(run, sequence, outcome, note, evidence, at); });
}

Task<Result<RunRecord>> History::run(QString id)
{
    return historyfile::ask<Result<RunRecord>, Worker>(m_worker, [id](Worker &worker) { return worker.run(id); });
}

Task<Result<QList<RunRecord>>> History::runs()
{
    return historyfile::ask<Result<QList<RunRecord>>, Worker>(m_worker, [](Worker &worker) { return worker.runs(); });
}

Task<Result<QList<ChangeRecord>>> History::changes(QString run)
{
    return historyfile::ask<Result<QList<ChangeRecord>>, Worker>(m_worker, [run](Worker &worker) { return worker.changes(run); });
}

Task<Outcome> History::remember(QString tenantId, QString name, QJsonValue value)
{
    return historyfile::ask<Outcome, Worker>(m_worker, [=](Worker &worker) { return worker.remember(tenantId, name, value); });
}

Task<Result<QJsonValue>> History::recall(QString tenantId, QString name)
{
    return historyfile::ask<Result<QJsonValue>, Worker>(m_worker, [=](Worker &worker) { return worker.recall(tenantId, name); });
}

} // namespace pimgate
