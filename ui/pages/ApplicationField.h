#pragma once

#include "graph/Objects.h"

#include <QLineEdit>
#include <QTimer>

class QCompleter;
class QStandardItemModel;

namespace pimgate {

/// Picks an enterprise application by name: asks for a search two letters and 250 ms later, shows what it is given.
class ApplicationField : public QLineEdit
{
    Q_OBJECT
public:
    explicit ApplicationField(QWidget *parent = nullptr);
    /// The chosen one; left alone while somebody types.
    void setChosen(const QString &name);
    void setFound(const QList<Application> &found);

Q_SIGNALS:
    void searchWanted(const QString &text);
    void chosen(const QString &appId);

private:
    QList<Application> m_applications;
    QStandardItemModel *m_model;
    QCompleter *m_completer;
    QTimer m_pause;
    bool m_typing = false;
};

} // namespace pimgate
