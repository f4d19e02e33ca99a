#include "identity/SecretService.h"

#ifdef PIMGATE_HAS_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#endif

namespace pimgate::SecretService {

#ifdef PIMGATE_HAS_DBUS
Task<bool> isLocked()
{
    auto bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        co_return false;
    auto question = QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.secrets"),
                                                   QStringLiteral("/org/freedesktop/secrets/aliases/default"),
                                                   QStringLiteral("org.freedesktop.DBus.Properties"), QStringLiteral("Get"));
    question.setArguments({QStringLiteral("org.freedesktop.Secret.Collection"), QStringLiteral("Locked")});
    question.setAutoStartService(false);
    QDBusPendingCallWatcher watcher(bus.asyncCall(question));
    co_await untilEmitted(&watcher, &QDBusPendingCallWatcher::finished);
    const QDBusPendingReply<QDBusVariant> answer = watcher;
    co_return answer.isValid() && answer.value().variant().toBool();
}
#else
Task<bool> isLocked()
{
    co_return false;
}
#endif

} // namespace pimgate::SecretService
