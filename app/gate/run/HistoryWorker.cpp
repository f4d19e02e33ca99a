#include "gate/run/HistoryWorker.h"

#include "gate/run/HistoryRows.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QSqlError>
#include <QSqlQuery>

namespace pimgate {
namespace historyfile {

constexpr int schemaVersion = 1;
constexpr int busyMilliseconds = 5000;

/// Eight hex digits: they travel in the group's mailNickname and the policy's description, so a run can be found again.
QString freshRunId()
{
    return QStringLiteral("%1").arg(QRandomGenerator::system()->generate(), 8, 16, QLatin1Char('0'));
}

QStringList schemaStatements()
{
    return {
        QStringLiteral("CREATE TABLE run (id TEXT PRIMARY KEY, started TEXT NOT NULL, ended TEXT, cloud TEXT, tenant_id TEXT, "
                       "tenant_name TEXT, operator TEXT, demo INTEGER NOT NULL, application TEXT, blueprint TEXT, state TEXT, "
                       "ids TEXT, result TEXT)"),
        QStringLiteral("CREATE TABLE change (run TEXT NOT NULL REFERENCES run (id), sequence INTEGER NOT NULL, change TEXT NOT "
                       "NULL, outcome TEXT NOT NULL, note TEXT, evidence TEXT, intended TEXT, finished TEXT, "
                       "PRIMARY KEY (run, sequence))"),
        QStringLiteral("CREATE TABLE setting (tenant TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, "
                       "PRIMARY KEY (tenant, name))"),
        QStringLiteral("PRAGMA user_version = %1").arg(schemaVersion)};
}

} // namespace historyfile

Outcome History::Worker::open()
{
    if (m_open)
        return {};
    Outcome outcome = QSqlDatabase::isDriverAvailable(QStringLiteral("QSQLITE"))
                          ? prepareFolder()
                          : Outcome(failure(Error::Kind::Storage, historyfile::HistoryText::tr("Qt has no SQLite driver here."),
                                            historyfile::HistoryText::tr("Install the package libqt6sql6-sqlite.")));
    // One program at a time makes or checks the file; the others wait for it.
    QLockFile opening(path(QStringLiteral("history.lock")));
    if (outcome && !inMemory())
        opening.tryLock(historyfile::busyMilliseconds);
    if (outcome && !inMemory() && !QFileInfo::exists(fileName()))
        outcome = createFile();
    if (outcome)
        outcome = connectTo(fileName());
    if (outcome)
        outcome = checkFile();
    m_open = outcome.has_value();
    if (!outcome) {
        outcome.error().where = fileName();
        m_problem = outcome.error();
        close();
    }
    return outcome;
}

Outcome History::Worker::prepareFolder()
{
    if (inMemory() || QDir().mkpath(m_dataDir))
        return {};
    return failure(Error::Kind::Storage,
                   historyfile::HistoryText::tr("The folder for the history cannot be made: %1").arg(m_dataDir),
                   historyfile::HistoryText::tr("Make it yourself, or choose another one with --data-dir."));
}

/// Made whole under another name, then renamed: an empty or half history.sqlite is always damage, never a beginning.
Outcome History::Worker::createFile()
{
    const QString fresh = path(QStringLiteral("history.sqlite.new"));
    QFile::remove(fresh);
    if (const auto connected = connectTo(fresh); !connected)
        return connected;
    for (const QString &sql : historyfile::schemaStatements())
        if (const auto made = statement(sql); !made)
            return made;
    close();
    QFile::setPermissions(fresh, QFile::ReadOwner | QFile::WriteOwner); // names of people and customers
    if (QFile::rename(fresh, fileName()) || QFileInfo::exists(fileName()))
        return {};
    return failure(Error::Kind::Storage, historyfile::HistoryText::tr("The history file cannot be made."),
                   historyfile::HistoryText::tr("Check the rights of the folder %1.").arg(m_dataDir));
}

Outcome History::Worker::connectTo(const QString &file)
{
    if (const QFileInfo info(file); !inMemory() && info.exists() && info.isReadable() && info.size() == 0)
        return failure(damaged());
    m_database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_connection);
    m_database.setDatabaseName(file);
    m_database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(historyfile::busyMilliseconds));
    if (!m_database.open())
        return failure(problem(m_database.lastError()));
    const QStringList pragmas{QStringLiteral("PRAGMA journal_mode = WAL"), QStringLiteral("PRAGMA synchronous = FULL"),
                              QStringLiteral("PRAGMA foreign_keys = ON")};
    for (const QString &pragma : pragmas)
        if (const auto set = statement(pragma); !set)
            return set;
    if (inMemory())
        for (const QString &sql : historyfile::schemaStatements())
            if (const auto made = statement(sql); !made)
                return made;
    return {};
}

Outcome History::Worker::checkFile()
{
    auto version = execute(QStringLiteral("PRAGMA user_version"));
    if (!version)
        return failure(version.error());
    if (!version->next())
        return failure(problem(version->lastError()));
    const int found = version->value(0).toInt();
    version->finish();
    if (found > historyfile::schemaVersion)
        return failure(Error::Kind::Storage,
                       historyfile::HistoryText::tr("This history was written by a newer version of the program."),
                       historyfile::HistoryText::tr("Use that version, or choose another folder with --data-dir."));
    if (found < historyfile::schemaVersion)
        return failure(damaged());
    auto check = execute(QStringLiteral("PRAGMA quick_check(1)"));
    if (!check)
        return failure(check.error());
    if (!check->next())
        return failure(problem(check->lastError()));
    const bool whole = check->value(0).toString() == QLatin1String("ok");
    check->finish();
    if (!whole)
        return failure(damaged());
    // SQLite opens a file it may not write without a word; a run must not find out after it has sent something.
    return statement(QStringLiteral("INSERT OR REPLACE INTO setting VALUES ('', 'opened', ?)"),
                     {historyfile::stamp(QDateTime::currentDateTimeUtc())});
}

void History::Worker::close()
{
    m_open = false;
    m_held.clear();
    if (m_database.isValid()) {
        m_database.close();
        m_database = QSqlDatabase();
        QSqlDatabase::removeDatabase(m_connection);
    }
}

Result<QSqlQuery> History::Worker::execute(const QString &sql, const QVariantList &values)
{
    QSqlQuery query(m_database);
    if (!query.prepare(sql))
        return failure(problem(query.lastError()));
    for (const QVariant &value : values)
        query.addBindValue(value);
    if (!query.exec())
        return failure(problem(query.lastError()));
    return query;
}

Outcome History::Worker::statement(const QString &sql, const QVariantList &values)
{
    auto query = execute(sql, values);
    if (!query)
        return failure(query.error());
    query->finish();
    return {};
}

Error History::Worker::damaged() const
{
    return failure(Error::Kind::Storage, historyfile::HistoryText::tr("The history file is damaged."),
                   historyfile::HistoryText::tr(
                       "Keep a copy of it, move it out of the way and start again; what runs did before is then "
                       "only in that copy and in the reports."))
        .value();
}

/// SQLite's result codes (sqlite.org/rescode.html), the extended ones cut to their first byte.
Error History::Worker::problem(const QSqlError &error) const
{
    using historyfile::HistoryText;
    Error result;
    result.kind = Error::Kind::Storage;
    result.where = fileName();
    switch (error.nativeErrorCode().toInt() & 0xff) {
    case 5: // BUSY
    case 6: // LOCKED
        result.message = HistoryText::tr("Another program keeps the history busy.");
        result.next = HistoryText::tr("Close the other window of this program and try again.");
        break;
    case 8: // READONLY
        result.message = HistoryText::tr("The history file is read-only.");
        result.next = HistoryText::tr("Give your account the right to write it, or choose another folder with --data-dir.");
        break;
    case 10: // IOERR
    case 13: // FULL
        result.message = HistoryText::tr("The history cannot be written: the disk is full or failing.");
        result.next = HistoryText::tr("Free some space and resume the run.");
        break;
    case 11: // CORRUPT
    case 26: // NOTADB
        result = damaged();
        break;
    case 14: // CANTOPEN
        result.message = HistoryText::tr("The history file cannot be opened.");
        result.next = HistoryText::tr("Check the rights of the file and its folder, or choose another folder with --data-dir.");
        break;
    default:
        result.message = HistoryText::tr("The history cannot be used: %1.").arg(error.databaseText());
        result.next = HistoryText::tr("Choose another folder with --data-dir to go on without it.");
    }
    return result;
}

/// Two programs must not carry on the same run: each would send what the other has not noted yet. The operating system
/// knows whether the holder still lives, so a killed program frees its runs.
Outcome History::Worker::hold(const QString &run)
{
    if (inMemory() || m_held.contains(run))
        return {};
    auto lock = std::make_unique<QLockFile>(path(QStringLiteral("run-%1.lock").arg(run)));
    lock->setStaleLockTime(0);
    if (!lock->tryLock(0)) {
        qint64 pid = 0;
        QString host, application;
        Error error;
        error.where = lock->fileName();
        if (lock->error() != QLockFile::LockFailedError) {
            error.kind = Error::Kind::Storage;
            error.message =
                historyfile::HistoryText::tr("Run %1 cannot be reserved: the folder of the history cannot be written.").arg(run);
            error.next = historyfile::HistoryText::tr("Check the rights of the folder and the space on the disk.");
            return failure(error);
        }
        lock->getLockInfo(&pid, &host, &application);
        error.kind = Error::Kind::Conflict;
        error.message =
            historyfile::HistoryText::tr("Another program is working on run %1 (process %2 on %3).").arg(run).arg(pid).arg(host);
        error.next = historyfile::HistoryText::tr("Let it finish or close it; then resume the run.");
        return failure(error);
    }
    m_held.emplace(run, std::move(lock));
    return {};
}

Result<RunRecord> History::Worker::begin(RunRecord run)
{
    if (const auto is = ready(); !is)
        return failure(is.error());
    if (!run.started.isValid())
        run.started = QDateTime::currentDateTimeUtc();
    for (;;) {
        run.id = historyfile::freshRunId();
        run.ids.run = run.id;
        auto known = execute(QStringLiteral("SELECT 1 FROM run WHERE id = ?"), {run.id});
        if (!known)
            return failure(known.error());
        if (!known->next())
            break;
    }
    if (const auto held = hold(run.id); !held)
        return failure(held.error());
    const auto written =
        statement(QStringLiteral("INSERT INTO run (%1) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)").arg(historyfile::runColumns),
                  {run.id, historyfile::stamp(run.started), historyfile::stamp(run.ended), run.cloud, run.tenantId,
                   run.tenantName, run.operatorName, run.demo, run.application, historyfile::text(run.blueprint),
                   nameOf(run.state), historyfile::text(historyfile::toJson(run.ids)), historyfile::text(run.result)});
    if (!written) {
        m_held.erase(run.id);
        return failure(written.error());
    }
    return run;
}

Outcome History::Worker::update(const RunRecord &record)
{
    if (const auto known = run(record.id); !known)
        return failure(known.error());
    if (const auto held = hold(record.id); !held)
        return held;
    const auto written = statement(
        QStringLiteral("UPDATE run SET ended = ?, application = ?, blueprint = ?, state = ?, ids = ?, result = ? WHERE id = ?"),
        {historyfile::stamp(record.ended), record.application, historyfile::text(record.blueprint), nameOf(record.state),
         historyfile::text(historyfile::toJson(record.ids)), historyfile::text(record.result), record.id});
    if (written && record.ended.isValid())
        m_held.erase(record.id);
    return written;
}

Result<int> History::Worker::intend(const QString &runId, const Change &change, const QDateTime &at)
{
    if (const auto known = run(runId); !known)
        return failure(known.error());
    if (const auto held = hold(runId); !held)
        return failure(held.error());
    auto last = execute(QStringLiteral("SELECT coalesce(max(sequence), 0) FROM change WHERE run = ?"), {runId});
    if (!last)
        return failure(last.error());
    last->next();
    const int sequence = last->value(0).toInt() + 1;
    last->finish();
    const auto written = statement(QStringLiteral("INSERT INTO change VALUES (?,?,?,'','','{}',?,'')"),
                                   {runId, sequence, historyfile::text(pimgate::toJson(change)), historyfile::stamp(at)});
    if (!written)
        return failure(written.error());
    return sequence;
}

Outcome History::Worker::finish(const QString &runId, int sequence, ChangeOutcome outcome, const QString &note,
                                const QJsonObject &evidence, const QDateTime &at)
{
    if (const auto is = ready(); !is)
        return is;
    if (const auto held = hold(runId); !held)
        return held;
    auto query = execute(QStringLiteral("UPDATE change SET outcome = ?, note = ?, evidence = ?, finished = ? "
                                        "WHERE run = ? AND sequence = ?"),
                         {nameOf(outcome), note, historyfile::text(evidence), historyfile::stamp(at), runId, sequence});
    if (!query)
        return failure(query.error());
    if (query->numRowsAffected() == 1)
        return {};
    return failure(Error::Kind::Storage,
                   historyfile::HistoryText::tr("Run %1 has no change number %2.").arg(runId).arg(sequence));
}

Result<RunRecord> History::Worker::run(const QString &id)
{
    if (const auto is = ready(); !is)
        return failure(is.error());
    auto query = execute(QStringLiteral("SELECT %1 FROM run WHERE id = ?").arg(historyfile::runColumns), {id.toLower()});
    if (!query)
        return failure(query.error());
    if (query->next())
        return historyfile::runFrom(*query);
    const auto known = runs();
    if (!known)
        return failure(known.error());
    QStringList ids;
    for (const RunRecord &one : *known)
        ids << one.id;
    return failure(
        Error::Kind::Input, historyfile::HistoryText::tr("There is no run “%1” in this history.").arg(id),
        ids.isEmpty()
            ? historyfile::HistoryText::tr("It knows no run yet; choose another folder with --data-dir.")
            : historyfile::HistoryText::tr("Known runs, newest first: %1.").arg(ids.mid(0, 10).join(QLatin1String(", "))));
}

Result<QList<RunRecord>> History::Worker::runs()
{
    if (const auto is = ready(); !is)
        return failure(is.error());
    auto query = execute(QStringLiteral("SELECT %1 FROM run ORDER BY started DESC, rowid DESC").arg(historyfile::runColumns));
    if (!query)
        return failure(query.error());
    QList<RunRecord> list;
    while (query->next()) {
        const auto one = historyfile::runFrom(*query);
        if (!one)
            return failure(one.error());
        list << *one;
    }
    return list;
}

Result<QList<ChangeRecord>> History::Worker::changes(const QString &runId)
{
    if (const auto known = run(runId); !known)
        return failure(known.error());
    auto query = execute(QStringLiteral("SELECT sequence, change, outcome, note, evidence, intended, finished FROM change "
                                        "WHERE run = ? ORDER BY sequence"),
                         {runId.toLower()});
    if (!query)
        return failure(query.error());
    QList<ChangeRecord> list;
    while (query->next()) {
        const auto one = historyfile::changeRecordFrom(*query, runId);
        if (!one)
            return failure(one.error());
        list << *one;
    }
    return list;
}

Outcome History::Worker::remember(const QString &tenantId, const QString &name, const QJsonValue &value)
{
    if (const auto is = ready(); !is)
        return is;
    const QByteArray json = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return statement(QStringLiteral("INSERT OR REPLACE INTO setting VALUES (?, ?, ?)"),
                     {tenantId, name, QString::fromUtf8(json)});
}

Result<QJsonValue> History::Worker::recall(const QString &tenantId, const QString &name)
{
    if (const auto is = ready(); !is)
        return failure(is.error());
    auto query = execute(QStringLiteral("SELECT value FROM setting WHERE tenant = ? AND name = ?"), {tenantId, name});
    if (!query)
        return failure(query.error());
    if (!query->next())
        return QJsonValue(QJsonValue::Undefined);
    return QJsonDocument::fromJson(query->value(0).toString().toUtf8()).array().at(0);
}

} // namespace pimgate
