#pragma once

#include "demo/Exchanges.h"
#include "demo/odata/Router.h"
#include "demo/store/Store.h"

#include <QJsonObject>
#include <QList>
#include <QRegularExpression>

#include <chrono>
#include <optional>

namespace pimgate::demo {

/// A disturbance that a test has asked for.
struct Fault
{
    QRegularExpression method;
    QRegularExpression path;
    int times = 1;
    int skip = 0;
    int status = 0; ///< 0: the request is answered as usual, only late, garbled or dropped
    QString code;
    QString message;
    std::optional<int> retryAfter; ///< seconds
    int delayMs = 0;
    QString drop; ///< "before" the request has any effect, or "after"
    bool garbage = false;
    bool truncated = false;               ///< half of the answer, then the connection closes
    bool emptyPage = false;               ///< a page of a collection without rows, but with a nextLink
    std::chrono::seconds invisibleFor{0}; ///< what the request changed stays unseen that long
    QString claims;                       ///< with status 401: a claims challenge (JSON)

    QJsonObject json() const;
};

/// What tests do to the tenant from outside: faults, and the record of every exchange with secrets taken out.
class Control
{
public:
    /// Replaces the list; the reason when an entry is not understood.
    std::optional<QString> setFaults(const QJsonArray &faults);
    QJsonArray unusedFaults() const;
    /// The fault for this request, used up by one.
    std::optional<Fault> take(const QByteArray &method, const QString &pathAndQuery);

    void reset();

    Exchanges exchanges;

private:
    QList<Fault> m_faults;
};

/// The answer that a fault with a status gives, in the form of Graph or of the sign-in host.
Response faultResponse(const Fault &fault, bool login);

} // namespace pimgate::demo
