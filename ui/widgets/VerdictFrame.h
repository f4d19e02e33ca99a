#pragma once

#include "base/States.h"
#include "widgets/Panel.h"

class QBoxLayout;

namespace pimgate {

class GateDrawingWidget;
class IconLabel;
class Text;
struct GateView;

/// The answer of the report: icon, verdict in 15 pt, what is missing, and the gate beside it.
class VerdictFrame : public Panel
{
    Q_OBJECT

public:
    explicit VerdictFrame(QWidget *parent = nullptr);
    void setVerdict(PageState state, const QString &verdict, const QString &reason);
    void setGate(const GateView &view);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QBoxLayout *m_row;
    IconLabel *m_icon;
    Text *m_verdict;
    Text *m_reason;
    GateDrawingWidget *m_gate;
};

} // namespace pimgate
