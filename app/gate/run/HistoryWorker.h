#pragma once

#include "gate/run/History.h"

#include <QCoreApplication>
#include <QDir>
#include <QLockFile>
#include <QSqlDatabase>
#include <QUuid>

#include <map>

namespace pimgate {
namespace historyfile {

struct HistoryText
{
    Q_DECLARE_TR_FUNCTIONS(History)
};

} // namespace historyfile

/// Lives on the history's thread and touches the database there only.
class History::Worker : public QObject
{
public:
    explicit Worker(const QString &dataDir)
        : m_dataDir(dataDir), m_connection(QStringLiteral("history-") + QUuid::createUuid().toString(QUuid::WithoutBraces))
    {
    }
    ~Worker() override { close(); }

    Outcome open();
    void close();
    Result<RunRecord> begin(RunRecord run);
    Outcome update(const RunRecord &run);
    Result<int> intend(const QString &run, const Change &change, const QDateTime &at);
    Outcome finish(const QString &run, int sequence, ChangeOutcome outcome, const QString &note, const QJsonObject &evidence,
                   const QDateTime &at);
    Result<RunRecord> run(const QString &id);
    Result<QList<RunRecord>> runs();
    Result<QList<ChangeRecord>> changes(const QString &run);
    Outcome remember(const QString &tenantId, const QString &name, const QJsonValue &value);
    Result<QJsonValue> recall(const QString &tenantId, const QString &name);

private:
    bool inMemory() const { return m_dataDir == QLatin1String(":memory:"); }
    QString path(const QString &name) const { return QDir(m_dataDir).filePath(name); }
    QString fileName() const { return inMemory() ? m_dataDir : path(QStringLiteral("history.sqlite")); }
    Outcome prepareFolder();
    Outcome createFile();
    Outcome connectTo(const QString &file);
    Outcome checkFile();
    Result<QSqlQuery> execute(const QString &sql, const QVariantList &values = {});
    Outcome statement(const QString &sql, const QVariantList &values = {});
    Error problem(const QSqlError &error) const;
    Error damaged() const;
    Outcome hold(const QString &run);
    Outcome ready() const { return m_open ? Outcome() : failure(m_problem); }

    QString m_dataDir, m_connection;
    QSqlDatabase m_database;
    bool m_open = false;
    Error m_problem = failure(Error::Kind::Storage, historyfile::HistoryText::tr("The history is not open."),
                              historyfile::HistoryText::tr("Start the program again."))
                          .value();
    std::map<QString, std::unique_ptr<QLockFile>> m_held;
};

} // namespace pimgate
