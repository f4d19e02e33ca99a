#pragma once

#include <QAbstractButton>
#include <QList>

namespace pimgate {

/// One of the five moments of an activation.
struct Moment
{
    enum class State { Past, Now, ToCome, Failed };
    QString title = {}; ///< "Blocked", "Requested", "Approved", "Active", "Ended"
    QString time = {};  ///< "14:30:02", "due 18:33:40"
    QString fact = {};  ///< "not assigned"
    QString icon = {};  ///< lock-shut, document, check, lock-open, lock-shut
    State state = State::ToCome;
};

class MomentButton;

/// The moments in equal columns, and between the fourth and the fifth the share of time used.
/// Each moment can be focused and chosen. After a failed moment nothing is drawn.
class TimeLine : public QWidget
{
    Q_OBJECT

public:
    explicit TimeLine(QWidget *parent = nullptr);

    void setMoments(const QList<Moment> &moments);
    /// Share of the active time used (0..1) and the words above the bar ("3:41:08 left"); negative hides the bar.
    void setRemaining(double used, const QString &left);
    QList<MomentButton *> buttons() const { return m_buttons; }

    QSize sizeHint() const override { return {720, 98}; }
    QSize minimumSizeHint() const override { return {440, 98}; }

Q_SIGNALS:
    void momentChosen(int index);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void place();
    int centre(int index) const;
    void drawBar(class QPainter *painter, int from, int to);

    QList<Moment> m_moments;
    QList<MomentButton *> m_buttons;
    double m_used = -1;
    QString m_left;
};

/// One moment: its words and disc; a button for mouse, keyboard and screen reader.
class MomentButton : public QAbstractButton
{
    Q_OBJECT

public:
    explicit MomentButton(QWidget *parent) : QAbstractButton(parent) { setFocusPolicy(Qt::StrongFocus); }
    void setMoment(const Moment &moment);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Moment m_moment;
};

} // namespace pimgate
