#pragma once

#include <QByteArray>
#include <QDebug>
#include <QString>

namespace pimgate {

/// A token, code or verifier. It can be sent, and it cannot be printed: there is no conversion to a string, and
/// the debug operator says only whether something is in it.
class Secret
{
public:
    Secret() = default;
    explicit Secret(QByteArray bytes) : m_bytes(std::move(bytes)) {}
    explicit Secret(const QString &text) : m_bytes(text.toUtf8()) {}

    bool isEmpty() const { return m_bytes.isEmpty(); }
    /// The only way out; search for it to see everywhere a secret leaves memory.
    const QByteArray &reveal() const { return m_bytes; }
    friend bool operator==(const Secret &a, const Secret &b) { return a.m_bytes == b.m_bytes; }

private:
    QByteArray m_bytes;
};

inline QDebug operator<<(QDebug debug, const Secret &secret)
{
    return debug << (secret.isEmpty() ? "Secret(empty)" : "Secret(…)");
}

} // namespace pimgate
