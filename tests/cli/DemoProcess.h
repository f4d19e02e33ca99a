#pragma once

#include "wire/ScratchDir.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>

#include <initializer_list>

/// The program as a shell sees it: one process per command, one for the demo tenant.
namespace cliprocess {

struct Ended
{
    int status = -1;
    QByteArray out, err;
    QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

inline QStringList words(std::initializer_list<const char *> list)
{
    QStringList result;
    for (const char *word : list)
        result << QString::fromUtf8(word);
    return result;
}

inline Ended finish(QProcess &process, int milliseconds)
{
    Ended ended;
    process.closeWriteChannel();
    if (!process.waitForFinished(milliseconds)) {
        process.kill();
        process.waitForFinished();
        ended.err = "did not end in time; so far: ";
    }
    ended.status = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    ended.out = process.readAllStandardOutput();
    ended.err += process.readAllStandardError();
    return ended;
}

/// Without a terminal on stdin.
inline Ended run(const QStringList &arguments, const QProcessEnvironment &environment = QProcessEnvironment::systemEnvironment(),
                 int milliseconds = 120'000)
{
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(PIMGATE_PROGRAM), arguments);
    return finish(process, milliseconds);
}

/// `pimgate demo-tenant` beside the test; it ends with the test's end of input.
class DemoProcess
{
public:
    bool start(const QStringList &options = {}, int milliseconds = 20'000)
    {
        m_process.start(QStringLiteral(PIMGATE_PROGRAM),
                        QStringList{QStringLiteral("demo-tenant"), QStringLiteral("--until-eof")} + options);
        while (!m_process.canReadLine())
            if (!m_process.waitForReadyRead(milliseconds))
                return false;
        const QByteArray line = m_process.readLine();
        m_cloud = QJsonDocument::fromJson(line).object();
        QFile file(cloudFile());
        return !m_cloud.isEmpty() && file.open(QIODevice::WriteOnly) && file.write(line) == line.size();
    }

    ~DemoProcess()
    {
        if (m_process.state() == QProcess::Running)
            finish(m_process, 5000);
    }

    QProcess &process() { return m_process; }
    QJsonObject cloud() const { return m_cloud; }
    QString path(const char *name) const { return m_folder.filePath(QString::fromUtf8(name)); }
    QString cloudFile() const { return path("cloud.json"); }
    QString admin() const { return accounts().value(QLatin1String("admin")).toString(); }
    QString eligible() const { return accounts().value(QLatin1String("eligible")).toArray().at(0).toString(); }
    QString approver() const { return accounts().value(QLatin1String("approvers")).toArray().at(0).toString(); }
    QString breakGlass() const { return accounts().value(QLatin1String("breakGlass")).toString(); }
    QString application() const { return QStringLiteral("NinjaOne"); }

    /// One command of the program in this tenant, as its administrator.
    QStringList arguments(const QStringList &command) const
    {
        return command + QStringList{QStringLiteral("--cloud"),      cloudFile(), QStringLiteral("--data-dir"), path("data"),
                                     QStringLiteral("--sign-in-as"), admin()};
    }
    Ended command(const QStringList &words) const { return run(arguments(words)); }
    Ended command(std::initializer_list<const char *> list) const { return command(words(list)); }

    /// The control plane, by a client that shares no code with the program.
    QByteArray control(const char *method, const QString &pathAndQuery, const QByteArray &body = {}) const
    {
        QProcess curl;
        QStringList arguments{QStringLiteral("-sS"), QStringLiteral("-X"), QString::fromLatin1(method), QStringLiteral("-H"),
                              QStringLiteral("X-Demo-Key: ") + m_cloud.value(QLatin1String("controlKey")).toString()};
        if (!body.isEmpty())
            arguments << QStringLiteral("-H") << QStringLiteral("Content-Type: application/json")
                      << QStringLiteral("--data-binary") << QString::fromUtf8(body);
        arguments << m_cloud.value(QLatin1String("graph")).toString() + QLatin1String("/demo/") + pathAndQuery;
        curl.start(QStringLiteral("curl"), arguments);
        return finish(curl, 30'000).out;
    }

    QList<QJsonObject> exchanges(const char *api = "graph") const
    {
        QList<QJsonObject> list;
        for (const QByteArray &line : control("GET", QStringLiteral("exchanges?api=%1").arg(QLatin1String(api))).split('\n'))
            if (!line.trimmed().isEmpty())
                list << QJsonDocument::fromJson(line).object();
        return list;
    }

    /// Writes since the n-th exchange, as "POST /v1.0/groups".
    QStringList writes(qsizetype since = 0) const;

    QString write(const char *name, const QJsonObject &json) const
    {
        QFile file(path(name));
        if (file.open(QIODevice::WriteOnly))
            file.write(QJsonDocument(json).toJson());
        return file.fileName();
    }

    QJsonObject blueprint() const
    {
        const QJsonObject person{{QStringLiteral("principal"), eligible()}};
        const QJsonObject activation{{QStringLiteral("approvers"), QJsonArray{approver()}}};
        return {{QStringLiteral("application"), QJsonObject{{QStringLiteral("displayName"), application()}}},
                {QStringLiteral("pim"),
                 QJsonObject{{QStringLiteral("eligible"), QJsonArray{person}}, {QStringLiteral("activation"), activation}}},
                {QStringLiteral("conditionalAccess"), QJsonObject{{QStringLiteral("breakGlass"), QJsonArray{breakGlass()}}}}};
    }

    QJsonObject enforced() const
    {
        QJsonObject wish = blueprint();
        QJsonObject policy = wish.value(QLatin1String("conditionalAccess")).toObject();
        policy.insert(QStringLiteral("state"), QStringLiteral("enabled"));
        wish.insert(QStringLiteral("conditionalAccess"), policy);
        return wish;
    }

private:
    QJsonObject accounts() const { return m_cloud.value(QLatin1String("accounts")).toObject(); }

    pimgate::test::ScratchDir m_folder;
    QProcess m_process;
    QJsonObject m_cloud;
};

/// What interface.md calls a read; the program's own idea of it is not asked.
inline bool isRead(const QString &method, const QString &target, const QJsonValue &body)
{
    if (method == QLatin1String("GET"))
        return true;
    if (method != QLatin1String("POST"))
        return false;
    const QString path = target.section(QLatin1Char('?'), 0, 0);
    static const QRegularExpression asks(QStringLiteral("/(getByIds|validateProperties|identity/conditionalAccess/evaluate)$"));
    if (asks.match(path).hasMatch())
        return true;
    if (!path.endsWith(QLatin1String("/$batch")))
        return false;
    const QJsonObject json = body.isString() ? QJsonDocument::fromJson(body.toString().toUtf8()).object() : body.toObject();
    const QJsonArray parts = json.value(QLatin1String("requests")).toArray();
    for (const QJsonValue &part : parts)
        if (!isRead(part[QLatin1String("method")].toString(), part[QLatin1String("url")].toString(), part[QLatin1String("body")]))
            return false;
    return !parts.isEmpty();
}

inline QStringList DemoProcess::writes(qsizetype since) const
{
    QStringList found;
    for (const QJsonObject &exchange : exchanges().mid(since)) {
        const QString method = exchange.value(QLatin1String("method")).toString();
        const QString target = exchange.value(QLatin1String("path")).toString();
        if (!isRead(method, target, exchange.value(QLatin1String("requestBody"))))
            found << method + QLatin1Char(' ') + target;
    }
    return found;
}

} // namespace cliprocess
