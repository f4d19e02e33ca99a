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

} // namespace pimgate
