#pragma once

#include "controllers/UnfinishedController.h"

#include <QWidget>

class QPushButton;

namespace pimgate {

class Text;

/// Says on Welcome that a run of this tenant was not finished, and offers to go on with it.
class UnfinishedPanel : public QWidget
{
    Q_OBJECT
public:
    explicit UnfinishedPanel(UnfinishedController &controller, QWidget *parent = nullptr);

private:
    void refresh();

    UnfinishedController &m_controller;
    Text *m_head, *m_what;
    QPushButton *m_goOn;
};

} // namespace pimgate
