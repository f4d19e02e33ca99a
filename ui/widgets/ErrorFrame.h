#pragma once

#include <QWidget>

class QGridLayout;
class QPushButton;

namespace pimgate {

class IconLabel;
class Text;

/// What an error says, in this order, always all three.
struct ErrorText
{
    QString title = {};
    QString whatHappened = {};
    QString whoCanFixIt = {};
    QString whatToDo = {};
    QString code = {}; ///< "403 InsufficientPermissions · request 5f0c7b1e · 14:21:08 UTC · no names, no tokens"
};

/// The error on a page. takeFocus() gives it the focus and makes screen readers read it; "Copy details" copies the code line.
class ErrorFrame : public QWidget
{
    Q_OBJECT

public:
    explicit ErrorFrame(QWidget *parent = nullptr);

    void setError(const ErrorText &error);
    /// The way out, filled; an empty text hides the button.
    void setPrimary(const QString &text, const QString &icon = {});
    void setSecond(const QString &text);
    void takeFocus();
    QString details() const;

Q_SIGNALS:
    void primaryChosen();
    void secondChosen();
    void detailsCopied();

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    ErrorText m_error;
    Text *m_title;
    Text *m_answers[3];
    QPushButton *m_primary;
    QPushButton *m_second;
    QPushButton *m_copy;
    Text *m_code;
};

} // namespace pimgate
