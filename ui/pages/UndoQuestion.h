#pragma once

#include <QString>
#include <QStringList>

#include <functional>

class QWidget;

namespace pimgate::UndoQuestion {

/// Asks before changes are taken back; Cancel is what Enter means. Its object name is "undoQuestion".
void ask(QWidget *page, const QString &title, const QString &text, const QString &tenant, std::function<void()> undo);
/// Asks about what was left alone because somebody has changed it since.
void askAboutChanged(QWidget *page, const QStringList &changedSince, const QString &tenant, std::function<void()> undoToo);

} // namespace pimgate::UndoQuestion
