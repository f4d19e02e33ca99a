#pragma once

#include <QUrl>
#include <QWidget>

class QPushButton;

namespace pimgate {

class Text;

/// The band across the window while the browser asks somebody for something that no page shows: a stronger sign-in, a
/// permission, an approver. Hidden otherwise.
class AskBand : public QWidget
{
    Q_OBJECT

public:
    explicit AskBand(QWidget *parent = nullptr);
    /// @param userName whom the browser asks. @param link for a browser that did not open
    void ask(const QString &userName, const QUrl &link);

Q_SIGNALS:
    void cancelled();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Text *m_text;
    QPushButton *m_copy;
    QUrl m_link;
};

} // namespace pimgate
