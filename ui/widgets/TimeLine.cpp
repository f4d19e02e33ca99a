#include "widgets/TimeLine.h"

#include "look/Icon.h"

#include <QPainter>
#include <QPainterPath>

namespace pimgate {
namespace timeline {
constexpr int kCentre = 46;
constexpr int kDisc = 15;
constexpr int kRing = 19;
} // namespace timeline

TimeLine::TimeLine(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Moments of the activation"));
}

void TimeLine::setMoments(const QList<Moment> &moments)
{
    m_moments.clear();
    for (const Moment &moment : moments) {
        m_moments << moment;
        if (moment.state == Moment::State::Failed)
            break;
    }
    while (m_buttons.size() > m_moments.size())
        m_buttons.takeLast()->deleteLater();
    while (m_buttons.size() < m_moments.size()) {
        auto *button = new MomentButton(this);
        const int index = int(m_buttons.size());
        connect(button, &QAbstractButton::clicked, this, [this, index] { Q_EMIT momentChosen(index); });
        m_buttons << button;
        button->show();
    }
    for (int i = 0; i < m_moments.size(); ++i)
        m_buttons.at(i)->setMoment(m_moments.at(i));
    place();
    update();
}

void TimeLine::setRemaining(double used, const QString &left)
{
    m_used = used;
    m_left = left;
    setAccessibleDescription(left);
    update();
}

int TimeLine::centre(int index) const
{
    const int at = (2 * index + 1) * width() / 10;
    return isRightToLeft() ? width() - at : at;
}

void TimeLine::place()
{
    for (int i = 0; i < m_buttons.size(); ++i)
        m_buttons.at(i)->setGeometry(centre(i) - width() / 10 + 2, 0, width() / 5 - 4, height());
}

void TimeLine::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    place();
}

void TimeLine::drawBar(QPainter *painter, int from, int to)
{
    const StateColors &c = Theme::colors();
    const QRectF bar(qMin(from, to), timeline::kCentre - 6, qAbs(to - from), 12);
    QPainterPath shape;
    shape.addRoundedRect(bar.adjusted(0.5, 0.5, -0.5, -0.5), 5.5, 5.5);
    painter->fillPath(shape, c.accentSoft.isValid() ? c.accentSoft : c.base);
    const qreal filled = qMax(12.0, bar.width() * qBound(0.0, m_used, 1.0));
    QPainterPath used;
    used.addRoundedRect(QRectF(isRightToLeft() ? bar.right() - filled : bar.left(), bar.top(), filled, 12), 6, 6);
    painter->fillPath(used, c.accent);
    painter->setPen(c.accent);
    painter->setBrush(Qt::NoBrush);
    painter->drawPath(shape);
    painter->setFont(Theme::font(Theme::HintStrong));
    painter->drawText(QRectF(bar.left() - 30, bar.top() - 22, bar.width() + 60, 20), Qt::AlignCenter, m_left);
}

void TimeLine::paintEvent(QPaintEvent *)
{
    const StateColors &c = Theme::colors();
    QPainter painter(this);
    painter.setLayoutDirection(Qt::LayoutDirectionAuto);
    painter.setRenderHint(QPainter::Antialiasing);
    for (int i = 0; i + 1 < m_moments.size(); ++i) {
        const int sign = isRightToLeft() ? -1 : 1;
        const bool now = m_moments.at(i).state == Moment::State::Now;
        const bool nextNow = m_moments.at(i + 1).state == Moment::State::Now;
        const int from = centre(i) + sign * (now ? timeline::kRing + 8 : timeline::kDisc + 7);
        const int to = centre(i + 1) - sign * (nextNow ? timeline::kRing + 7 : timeline::kDisc + 6);
        if (i == 3 && m_used >= 0 && m_moments.at(3).state != Moment::State::ToCome) {
            drawBar(&painter, from, to);
            continue;
        }
        const bool toCome = m_moments.at(i + 1).state == Moment::State::ToCome;
        QPen pen(toCome ? c.controlLine : c.text, toCome ? 2 : 2.5, Qt::SolidLine, toCome ? Qt::FlatCap : Qt::RoundCap);
        if (toCome)
            pen.setDashPattern({1.2, 2});
        painter.setPen(pen);
        painter.drawLine(QPointF(from, timeline::kCentre), QPointF(to, timeline::kCentre));
    }
}

void MomentButton::setMoment(const Moment &moment)
{
    m_moment = moment;
    setAccessibleName(QStringList{moment.title, moment.time, moment.fact}.join(QLatin1String(", ")));
    setText(moment.title);
    update();
}

void MomentButton::paintEvent(QPaintEvent *)
{
    const StateColors &c = Theme::colors();
    QPainter painter(this);
    painter.setLayoutDirection(Qt::LayoutDirectionAuto);
    painter.setRenderHint(QPainter::Antialiasing);
    const QPointF middle(width() / 2.0, timeline::kCentre);
    const auto disc = [&](qreal r) { painter.drawEllipse(middle, r, r); };
    const bool failed = m_moment.state == Moment::State::Failed;
    QColor title = c.text;
    QColor icon = c.base;
    painter.setPen(Qt::NoPen);
    painter.setBrush(c.text);
    if (m_moment.state == Moment::State::Now) {
        painter.setPen(QPen(c.accent, 2));
        painter.setBrush(c.base);
        disc(timeline::kRing - 1);
        painter.setPen(Qt::NoPen);
        painter.setBrush(c.accent);
        title = c.accent;
        icon = c.onAccent;
    } else if (m_moment.state == Moment::State::ToCome) {
        QPen dashed(c.controlLine, 1.5);
        dashed.setDashPattern({2.4, 2.2});
        painter.setPen(dashed);
        painter.setBrush(c.base);
        title = icon = c.text2;
    }
    const QRect at(qRound(middle.x()) - timeline::kRing, timeline::kCentre - timeline::kRing, 2 * timeline::kRing,
                   2 * timeline::kRing);
    if (failed) {
        Icon::paint(&painter, at, QStringLiteral("state-failed"), c.bad, 2 * timeline::kDisc + 4);
        title = c.bad;
    } else {
        disc(timeline::kDisc);
        Icon::paint(&painter, at, m_moment.icon, icon, 17);
    }
    const auto line = [&](int centre, Theme::Role role, const QColor &color, const QString &text) {
        painter.setFont(Theme::font(role));
        painter.setPen(color);
        painter.drawText(QRect(0, centre - 12, width(), 24), int(Qt::AlignCenter) | Qt::TextSingleLine,
                         painter.fontMetrics().elidedText(text, Qt::ElideRight, width()));
    };
    line(16, Theme::BodyStrong, title, m_moment.title);
    line(76, Theme::Hint, c.text2, m_moment.time);
    line(90, Theme::Hint, c.text2, m_moment.fact);
}

} // namespace pimgate
