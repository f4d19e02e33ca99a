#pragma once

#include <QCoroTask>
#include <QObject>

#include <utility>

namespace pimgate {

template <class T = void>
using Task = QCoro::Task<T>;

/// Runs a task for an owner that may go before the task ends (a page, a controller): the task itself runs to its
/// end in the services that own it, but its result is dropped with the owner.
/// Tasks do not throw: an exception in a dropped task would vanish (measured, QCoro 0.8).
template <class T, class F>
void launch(QObject *owner, Task<T> task, F onResult)
{
    QCoro::connect(std::move(task), owner, std::move(onResult));
}

template <class T, class Signal>
class Emission
{
public:
    Emission(T *object, Signal signal) : m_object(object), m_signal(signal) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) const
    {
        QObject::connect(
            m_object, m_signal, m_object, [waiting] { waiting.resume(); },
            Qt::ConnectionType(Qt::QueuedConnection | Qt::SingleShotConnection));
    }
    void await_resume() const noexcept {}

private:
    T *m_object;
    Signal m_signal;
};

/// co_await untilEmitted(object, &Object::signal): goes on in the event loop's next turn, and never when the object is gone
/// by then. QCoro's own wait is the same up to 0.8; that of 0.12 goes on beside an object that was deleted in between.
template <class T, class Signal>
Emission<T, Signal> untilEmitted(T *object, Signal signal)
{
    return {object, signal};
}

} // namespace pimgate
