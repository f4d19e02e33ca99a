// What a command leaves behind, and what others on this computer see of it while it runs, lets nobody sign in.
#include "cli/DemoProcess.h"

#include <QCryptographicHash>
#include <QDirIterator>
#include <QSet>
#include <QUrl>
#include <QUrlQuery>

using namespace cliprocess;

namespace {

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// tests/tools/secrets.py over a file or folder: 0 nothing, 1 a secret, 2 nothing to look at.
Ended scanned(const QString &path)
{
    QProcess scanner;
    scanner.start(QStringLiteral("python3"), {QStringLiteral(PIMGATE_SOURCE_DIR "/tests/tools/secrets.py"), path});
    return finish(scanner, 60'000);
}

/// Runs a program and keeps all that can be seen of it: what it says, its command line and environment and those of its
/// children, and its files as they are at every moment.
class Watch
{
public:
    /// @param log in the folder: the program's own environment is looked at once something stands there.
    Watch(const QString &folder, const QString &log = {}) : m_folder(folder), m_log(log) { QDir().mkpath(folder); }

    Ended run(const QString &program, const QStringList &arguments, const QProcessEnvironment &environment)
    {
        QProcess process;
        process.setProcessEnvironment(environment);
        process.start(program, arguments);
        process.closeWriteChannel();
        while (!process.waitForFinished(5) && process.state() != QProcess::NotRunning) {
            look(QString::number(process.processId()), true);
            keepFiles();
        }
        keepFiles();
        Ended ended;
        ended.status = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
        ended.out = process.readAllStandardOutput();
        ended.err = process.readAllStandardError();
        keep(QStringLiteral("stdout"), ended.out);
        keep(QStringLiteral("stderr"), ended.err);
        return ended;
    }

    QString evidence() const { return m_evidence.path(); }
    /// Everything that was seen under this name.
    QByteArray seen(const QString &name) const
    {
        QByteArray all;
        for (const QString &file : QDir(evidence()).entryList({QLatin1String("*-") + name}))
            all += contentOf(m_evidence.filePath(file));
        return all;
    }

private:
    void look(const QString &process, bool first)
    {
        const QString folder = QLatin1String("/proc/") + process;
        const QString kind = first ? QString() : QStringLiteral("child-");
        keep(kind + QLatin1String("cmdline"), contentOf(folder + QLatin1String("/cmdline")));
        // What it was started with is there until its first lines have run.
        if (!first || m_log.isEmpty() || QFile(m_log).size() > 0)
            keep(kind + QLatin1String("environ"), contentOf(folder + QLatin1String("/environ")));
        for (const QString &thread : QDir(folder + QLatin1String("/task")).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
            for (const QByteArray &child :
                 contentOf(folder + QLatin1String("/task/") + thread + QLatin1String("/children")).split(' '))
                if (!child.isEmpty())
                    look(QString::fromLatin1(child), false);
    }

    void keepFiles()
    {
        QDirIterator files(m_folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QString path = files.next();
            keep(files.fileName(), contentOf(path));
        }
    }

    void keep(const QString &name, const QByteArray &bytes)
    {
        const QByteArray print = name.toUtf8() + QCryptographicHash::hash(bytes, QCryptographicHash::Sha256);
        if (bytes.isEmpty() || m_kept.contains(print))
            return;
        m_kept.insert(print);
        QFile file(m_evidence.filePath(QStringLiteral("%1-%2").arg(m_kept.size()).arg(name)));
        if (file.open(QIODevice::WriteOnly))
            file.write(bytes);
    }

    QString m_folder, m_log;
    QTemporaryDir m_evidence;
    QSet<QByteArray> m_kept;
};

/// The code flow by a client that shares no code with the program: what the tenant gives away.
class Grants
{
public:
    explicit Grants(const DemoProcess &demo)
    {
        const QJsonObject cloud = demo.cloud();
        const QString authority = cloud.value(QLatin1String("login")).toString() + QLatin1Char('/') +
                                  cloud.value(QLatin1String("tenant")).toString() + QLatin1String("/oauth2/v2.0/");
        const QList<std::pair<QString, QString>> both{
            {QStringLiteral("client_id"), cloud.value(QLatin1String("clientId")).toString()},
            {QStringLiteral("redirect_uri"), QStringLiteral("http://localhost:1/")},
            {QStringLiteral("scope"), QStringLiteral("openid profile offline_access https://graph.microsoft.com/.default")}};
        const QByteArray verifier(50, 'v');
        const QByteArray challenge = QCryptographicHash::hash(verifier, QCryptographicHash::Sha256)
                                         .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
        const auto asked = curl(
            authority + QLatin1String("authorize?") +
                form(both + QList<std::pair<QString, QString>>{{QStringLiteral("response_type"), QStringLiteral("code")},
                                                               {QStringLiteral("code_challenge"), QString::fromLatin1(challenge)},
                                                               {QStringLiteral("code_challenge_method"), QStringLiteral("S256")},
                                                               {QStringLiteral("login_hint"), demo.admin()},
                                                               {QStringLiteral("prompt"), QStringLiteral("none")}}),
            words({"-o", "/dev/null", "-w", "%{redirect_url}"}));
        code = QUrlQuery(QUrl::fromEncoded(asked)).queryItemValue(QStringLiteral("code"), QUrl::FullyDecoded).toUtf8();
        const auto given = curl(
            authority + QLatin1String("token"),
            {QStringLiteral("-d"),
             form(both + QList<std::pair<QString, QString>>{{QStringLiteral("grant_type"), QStringLiteral("authorization_code")},
                                                            {QStringLiteral("code"), QString::fromUtf8(code)},
                                                            {QStringLiteral("code_verifier"), QString::fromLatin1(verifier)}})});
        const QJsonObject tokens = QJsonDocument::fromJson(given).object();
        access = tokens.value(QLatin1String("access_token")).toString().toUtf8();
        refresh = tokens.value(QLatin1String("refresh_token")).toString().toUtf8();
        id = tokens.value(QLatin1String("id_token")).toString().toUtf8();
    }

    QByteArray code, access, refresh, id;

private:
    static QString form(const QList<std::pair<QString, QString>> &values)
    {
        QStringList parts;
        for (const auto &[name, value] : values)
            parts << name + QLatin1Char('=') + QString::fromLatin1(QUrl::toPercentEncoding(value));
        return parts.join(QLatin1Char('&'));
    }
    static QByteArray curl(const QString &address, const QStringList &options)
    {
        QProcess process;
        process.start(QStringLiteral("curl"), QStringList{QStringLiteral("-sS"), address} + options);
        return finish(process, 30'000).out;
    }
};

} // namespace

class tst_Secrets : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
#ifndef Q_OS_LINUX
        QSKIP("there is no /proc here");
#endif
    }

    /// Otherwise nothing below could fail.
    void theScannerKnowsWhatThisTenantGives()
    {
        DemoProcess demo;
        QVERIFY(demo.start());
        const Grants grants(demo);
        const QTemporaryDir folder; // never kept: what is planted here is meant to be found
        const QString path = folder.filePath(QStringLiteral("planted"));
        for (const QByteArray &secret : {grants.code, grants.access, grants.refresh, grants.id}) {
            QVERIFY(secret.size() > 40);
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("something " + secret + " in between\n");
            file.close();
            const Ended found = scanned(path);
            QCOMPARE(found.status, 1);
            QVERIFY2(!found.out.contains(secret.right(20)), "it repeats what it found");
        }
        QVERIFY(QFile::remove(path));
        QCOMPARE(scanned(folder.path()).status, 2);
    }

    void theWatchSeesChildrenAndFiles()
    {
        const QTemporaryDir folder;
        const QString said =
            QStringLiteral("cd %1; code_verifier=in-the-childs-environment sleep 1; echo 'client_secret=%2' > file; "
                           "sleep 0.2; rm file");
        Watch watch(folder.path());
        const Ended ended =
            watch.run(QStringLiteral("/bin/sh"),
                      {QStringLiteral("-c"), said.arg(folder.path(), QStringLiteral("only-for-a-moment-in-a-file"))},
                      QProcessEnvironment::systemEnvironment());
        QCOMPARE(ended.status, 0);
        QVERIFY(watch.seen(QStringLiteral("child-environ")).contains("in-the-childs-environment"));
        QVERIFY(watch.seen(QStringLiteral("file")).contains("only-for-a-moment"));
        QCOMPARE(scanned(watch.evidence()).status, 1);
    }

    void aSignInLeavesNothingBehind_data()
    {
        QTest::addColumn<QStringList>("command");
        QTest::addColumn<int>("status");
        QTest::newRow("plan") << QStringList{QStringLiteral("plan")} << 1;
        QTest::newRow("apply") << QStringList{QStringLiteral("apply"), QStringLiteral("--yes")} << 0;
    }
    void aSignInLeavesNothingBehind()
    {
        QFETCH(QStringList, command);
        QFETCH(int, status);
        DemoProcess demo;
        QVERIFY(demo.start(words({"--latency", "20", "--time-scale", "600"})));
        const QString blueprint = demo.write("blueprint.json", demo.blueprint());
        Watch watch(demo.path("data"));
        const Ended ended =
            watch.run(QStringLiteral(PIMGATE_PROGRAM),
                      demo.arguments(command + QStringList{blueprint, QStringLiteral("--log"), demo.path("data/log")}),
                      QProcessEnvironment::systemEnvironment());
        QVERIFY2(ended.status == status, ended.err);
        QVERIFY(watch.seen(QStringLiteral("cmdline")).contains("--sign-in-as"));
        QVERIFY(watch.seen(QStringLiteral("environ")).contains("PATH="));
        QVERIFY(watch.seen(QStringLiteral("log")).contains("/oauth2/v2.0/token"));
        if (status == 0)
            QVERIFY2(!watch.seen(QStringLiteral("*.sqlite*")).isEmpty(), "the history was looked at");
        const Ended found = scanned(watch.evidence());
        QVERIFY2(found.status == 0, found.out + found.err);
    }

    void aGivenTokenLeavesNothingBehind()
    {
        DemoProcess demo;
        QVERIFY(demo.start(words({"--latency", "20", "--time-scale", "60"})));
        const Grants grants(demo);
        QVERIFY(!grants.access.isEmpty());
        const QString blueprint = demo.write("blueprint.json", demo.blueprint());
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("PIMGATE_ACCESS_TOKEN"), QString::fromUtf8(grants.access));
        Watch watch(demo.path("data"), demo.path("data/log"));
        const Ended ended =
            watch.run(QStringLiteral(PIMGATE_PROGRAM),
                      {QStringLiteral("plan"), blueprint, QStringLiteral("--cloud"), demo.cloudFile(),
                       QStringLiteral("--data-dir"), demo.path("data"), QStringLiteral("--log"), demo.path("data/log")},
                      environment);
        QVERIFY2(ended.status == 1, ended.err);
        QVERIFY(watch.seen(QStringLiteral("log")).contains("/v1.0/"));
        QVERIFY(watch.seen(QStringLiteral("environ")).contains("PATH="));
        const QByteArray all = watch.seen(QStringLiteral("*"));
        for (const QByteArray &part : grants.access.split('.'))
            QVERIFY2(!all.contains(part),
                     watch.seen(QStringLiteral("environ")).contains(part) ? "in its environment" : "somewhere");
        const Ended found = scanned(watch.evidence());
        QVERIFY2(found.status == 0, found.out + found.err);
    }
};

QTEST_GUILESS_MAIN(tst_Secrets)
#include "tst_Secrets.moc"
