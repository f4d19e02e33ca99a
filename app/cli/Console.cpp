#include "cli/Console.h"

#include "cli/Words.h"

#include <QJsonDocument>

#include <array>
#include <cerrno>
#include <cstdio>

#ifdef Q_OS_UNIX
#include <unistd.h>
#else
#include <io.h>
#endif

namespace pimgate {
namespace {

void printLine(std::FILE *stream, const QString &text)
{
    const QByteArray bytes = text.toUtf8() + '\n';
    std::fwrite(bytes.constData(), 1, std::size_t(bytes.size()), stream);
    std::fflush(stream);
}

const char *nameOf(Error::Kind kind)
{
    constexpr std::array names{"input",   "signIn",   "denied",  "notFound", "invalid", "conflict", "throttled", "server",
                               "network", "protocol", "storage", "changed",  "differs", "unsafe",   "cancelled"};
    return names[std::size_t(kind)];
}

bool isTerminal(int descriptor)
{
#ifdef Q_OS_UNIX
    return ::isatty(descriptor) != 0;
#else
    return ::_isatty(descriptor) != 0;
#endif
}

} // namespace

QJsonObject toJson(const Error &error)
{
    QJsonObject json{{QStringLiteral("kind"), QString::fromLatin1(nameOf(error.kind))},
                     {QStringLiteral("message"), error.message}};
    const auto add = [&json](const char *name, const QString &value) {
        if (!value.isEmpty())
            json.insert(QLatin1String(name), value);
    };
    add("code", error.code);
    add("next", error.next);
    add("who", error.who);
    add("where", error.where);
    add("requestId", error.requestId);
    add("traceId", error.traceId);
    add("at", error.at.toUTC().toString(Qt::ISODate));
    if (error.status != 0)
        json.insert(QStringLiteral("status"), error.status);
    return json;
}

void Console::say(const QString &text)
{
    if (!m_json)
        printLine(stdout, text);
}

void Console::note(const QString &text)
{
    if (!m_json)
        printLine(stderr, text);
}

void Console::warn(const QString &text)
{
    printLine(stderr, text);
}

int Console::fail(const Error &error)
{
    // One paragraph, whatever a server or a file put into its message.
    printLine(stderr, QLatin1String("pimgate: ") + error.text().simplified());
    set(QStringLiteral("error"), toJson(error));
    return error.is(Error::Kind::Cancelled) ? Exit::Stopped : Exit::NotPossible;
}

int Console::wrongUse(const QString &text)
{
    printLine(stderr, QLatin1String("pimgate: ") + text);
    return Exit::WrongUse;
}

void Console::finish(const QString &command, int status)
{
    if (!m_json)
        return;
    set(QStringLiteral("command"), command);
    set(QStringLiteral("exit"), status);
    printLine(stdout, QString::fromUtf8(QJsonDocument(m_document).toJson(QJsonDocument::Indented)).trimmed());
}

bool Console::interactive()
{
    return isTerminal(0);
}

Console::Answer Console::ask(const QString &question)
{
    const QByteArray prompt = question.toUtf8() + ' ' + Cli::tr("[y/N]").toUtf8() + ' ';
    std::fwrite(prompt.constData(), 1, std::size_t(prompt.size()), stderr);
    std::fflush(stderr);
    std::array<char, 64> line{};
    if (std::fgets(line.data(), int(line.size()), stdin) == nullptr)
        return std::ferror(stdin) != 0 && errno == EINTR ? Answer::Stopped : Answer::No;
    const QString answer = QString::fromUtf8(line.data()).trimmed().toLower();
    const bool yes = answer == QLatin1String("y") || answer == QLatin1String("yes") ||
                     answer == Cli::tr("y", "short for yes at a prompt") || answer == Cli::tr("yes", "answer at a prompt");
    return yes ? Answer::Yes : Answer::No;
}

} // namespace pimgate
