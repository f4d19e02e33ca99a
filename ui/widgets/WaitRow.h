#pragma once

#include <QWidget>

class QPushButton;

namespace pimgate {

class Text;

/// A wait for Microsoft or for a person: clock, what is waited for, how long already, Stop.
/// In a table (RowTable::setRowWidget) a band over all columns; `framed` it stands alone on a page.
class WaitRow : public QWidget
{
    Q_OBJECT

public:
    explicit WaitRow(bool framed = false, QWidget *parent = nullptr);

    /// "Priya Raman:" · "Microsoft is copying the group" · "usually under 2 minutes; stopping is safe and keeps the rest".
    void setText(const QString &strong, const QString &text, const QString &hint = {});
    void setElapsed(int seconds);
    void setStopText(const QString &text); ///< empty: cannot be stopped
    QSize sizeHint() const override;

Q_SIGNALS:
    void stopRequested();

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    bool m_framed;
    Text *m_text;
    Text *m_hint;
    Text *m_elapsed;
    QPushButton *m_stop;
};

/// "0:14", "12:40", "1:02:03".
QString elapsedText(int seconds);

} // namespace pimgate
