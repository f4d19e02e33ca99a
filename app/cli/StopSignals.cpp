#include "cli/StopSignals.h"

#ifdef Q_OS_UNIX
#include <QSocketNotifier>

#include <csignal>
#include <fcntl.h>
#include <unistd.h>
#endif

namespace pimgate {

#ifdef Q_OS_UNIX
namespace stopsignals {

int pipeEnds[2] = {-1, -1};

// Only what is allowed inside a signal handler: one byte into a pipe, and the default behaviour for the next signal.
void onSignal(int number)
{
    std::signal(number, SIG_DFL);
    const char byte = char(number);
    [[maybe_unused]] const auto written = ::write(pipeEnds[1], &byte, 1);
}

void watch(int number)
{
    struct sigaction action = {};
    action.sa_handler = onSignal; // without SA_RESTART: a question at the prompt is interrupted too
    ::sigaction(number, &action, nullptr);
}

} // namespace stopsignals

StopSignals::StopSignals(QObject *parent) : QObject(parent)
{
    if (::pipe2(stopsignals::pipeEnds, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    auto *notifier = new QSocketNotifier(stopsignals::pipeEnds[0], QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this, notifier] {
        notifier->setEnabled(false);
        m_source.request_stop();
        Q_EMIT stopRequested();
    });
    stopsignals::watch(SIGINT);
    stopsignals::watch(SIGTERM);
}

StopSignals::~StopSignals()
{
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    for (int &end : stopsignals::pipeEnds) {
        if (end != -1)
            ::close(end);
        end = -1;
    }
}
#else
StopSignals::StopSignals(QObject *parent) : QObject(parent) {}
StopSignals::~StopSignals() = default;
#endif

} // namespace pimgate
