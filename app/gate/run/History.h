#pragma once

#include "base/Error.h"
#include "base/Task.h"
#include "gate/steps/Step.h"
#include "gate/wish/Blueprint.h"

#include <QDateTime>
#include <QThread>

#include <memory>

namespace pimgate {

/// One run as history keeps it.
struct RunRecord
{
    QString id; ///< eight hex digits
    QDateTime started, ended;
    QString cloud, tenantId, tenantName, operatorName;
    bool demo = false;
    QString application; ///< display name
    QJsonObject blueprint;
    QString state; ///< "running", "verified", "drift", "reportOnly", "failed", "stopped"; "undoing", "undone", "partlyUndone"
    Ids ids;
    QJsonObject result; ///< evidence, read-back rows, verdict: what the report needs
};

/// One change of a run: noted before it is sent (intent) and after (outcome).
struct ChangeRecord
{
    int sequence = 0;
    Change change;
    /// "" = intent only: sent or not is unknown; "done", "already", "failed"; "differs": accepted and never shown; "undone".
    QString outcome;
    QString note; ///< error text, or what the tenant said
    QJsonObject evidence;
    QDateTime intended, finished;
};

/// What runs did, in SQLite (WAL, full sync) on a thread of its own. Every write is durable before the Task ends.
class History : public QObject
{
    Q_OBJECT
public:
    /// @param dataDir folder for history.sqlite; created. ":memory:" for look-arounds that never write.
    explicit History(const QString &dataDir, QObject *parent = nullptr);
    ~History() override;

    /// Opens and checks the file; a damaged, read-only or newer one is a Storage error that says what to do.
    Task<Outcome> open();
    /// A fresh run with an id of eight hex digits.
    Task<Result<RunRecord>> begin(RunRecord run);
    Task<Outcome> update(RunRecord run); ///< ids, state, ended, result
    Task<Result<int>> intend(QString run, Change change, QDateTime at);
    Task<Outcome> finish(QString run, int sequence, QString outcome, QString note, QJsonObject evidence, QDateTime at);
    Task<Result<RunRecord>> run(QString id);                ///< Input error naming the known runs when there is no such run
    Task<Result<QList<RunRecord>>> runs();                  ///< newest first
    Task<Result<QList<ChangeRecord>>> changes(QString run); ///< in the order of intent
    /// Small settings kept per tenant ("breakGlass").
    Task<Outcome> remember(QString tenantId, QString name, QJsonValue value);
    Task<Result<QJsonValue>> recall(QString tenantId, QString name);

private:
    class Worker;
    QThread m_thread;
    Worker *m_worker = nullptr;
};

QJsonObject toJson(const Change &change);
Change changeFrom(const QJsonObject &json);

} // namespace pimgate
