#pragma once

#include "proof/GateDrawing.h"

#include <QSvgRenderer>
#include <QWidget>

namespace pimgate {

class Text;

/// The gate for one person, painted from the same SVG that the report carries. It decides nothing.
/// Large shows the sentence below; a title and a note may stand in its upper corners ("The gate right now", "for Ada, not
/// active").
class GateDrawingWidget : public QWidget
{
    Q_OBJECT

public:
    explicit GateDrawingWidget(GateSize size, bool framed = true, QWidget *parent = nullptr);

    void setView(const GateView &view);
    const GateView &view() const { return m_view; }
    void setTitle(const QString &title, const QString &note = {});
    /// Large shows the sentence as its last line; off elsewhere unless asked for.
    void setSentenceVisible(bool visible);
    /// Off: "Shut" instead of "Shut: not assigned", where there is no room; the reasons stay in the accessible text.
    void setReasonsVisible(bool visible);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void customEvent(QEvent *event) override;

private:
    void draw();
    GateSize sizeFor(int width) const;
    int sentenceHeight(int width) const;
    int titleHeight(int width) const;
    qreal scaleFor(int width) const;
    int designWidth() const;

    GateSize m_size;
    bool m_framed;
    GateView m_view;
    bool m_sentence;
    bool m_reasons = true;
    QString m_title;
    QString m_note;
    QSvgRenderer m_svg;
};

} // namespace pimgate
