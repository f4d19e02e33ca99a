#pragma once

#include "base/Error.h"

#include <QJsonObject>
#include <QString>

namespace pimgate {

/// Exit status of every command (interface.md).
namespace Exit {
inline constexpr int Done = 0;        ///< done
inline constexpr int No = 1;          ///< done, but the answer is no: drift, proof failed or pending, "No" at the prompt
inline constexpr int NotPossible = 2; ///< could not be done; the reason is on stderr
inline constexpr int WrongUse = 64;
inline constexpr int Stopped = 130;
} // namespace Exit

/// What a command says: answers on stdout (text, or exactly one JSON document), everything else on stderr.
class Console
{
public:
    explicit Console(bool json) : m_json(json) {}

    bool json() const { return m_json; }
    /// Text on stdout; nothing with --json.
    void say(const QString &text);
    /// A line on stderr while the work goes on; nothing with --json.
    void note(const QString &text);
    /// A line on stderr in any case.
    void warn(const QString &text);
    /// What, why and what to do next, in one paragraph on stderr, and in the JSON document. Returns the exit status.
    int fail(const Error &error);
    int wrongUse(const QString &text);

    /// A member of the JSON document.
    void set(const QString &name, const QJsonValue &value) { m_document.insert(name, value); }
    /// Prints the document; once, at the end.
    void finish(const QString &command, int status);

    /// Whether somebody can be asked.
    static bool interactive();
    enum class Answer { Yes, No, Stopped };
    Answer ask(const QString &question);

private:
    bool m_json;
    QJsonObject m_document;
};

QJsonObject toJson(const Error &error);

} // namespace pimgate
