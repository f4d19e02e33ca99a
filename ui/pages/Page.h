#pragma once

#include "controllers/Workspace.h"
#include "widgets/PageFrame.h"

namespace pimgate {

/// One page of the wizard: shows its controller and does nothing else. Entering and leaving send reads at most.
class Page : public PageFrame
{
    Q_OBJECT
public:
    Page(PageId id, const QString &question, const QString &sentence, QWidget *parent = nullptr)
        : PageFrame(question, sentence, parent), m_id(id)
    {
    }
    PageId id() const { return m_id; }

    /// Called each time the page comes to the front: reads what it shows, puts the focus on the first open field.
    virtual void entered() {}
    /// Beside Back and Next: "Going on now leaves the gate open."; empty: nothing.
    virtual QString footNote() const { return {}; }
    /// Widgets that stand at the start of the footer, after Help (the legend of the test page); null: none.
    virtual QWidget *footLegend() { return nullptr; }
    /// All is verified: Next is the one thing to do now, so it is the filled button.
    virtual bool nextIsDue() const { return false; }
    /// Text of the Next button; the report says "Next customer".
    virtual QString nextText() const { return tr("&Next"); }
    /// F1: one paragraph about this page.
    virtual QString help() const = 0;

Q_SIGNALS:
    void footChanged(); ///< note, legend or Next changed

private:
    PageId m_id;
};

} // namespace pimgate
