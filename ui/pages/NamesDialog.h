#pragma once

#include <QStringList>

class QWidget;

namespace pimgate {

/// Names behind a number, to look at and to copy. Does not block the window.
void showNames(const QString &title, const QStringList &names, QWidget *window);

} // namespace pimgate
