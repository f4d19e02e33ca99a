#include "widgets/Labels.h"

#include "look/Icon.h"

#include <QFocusEvent>
#include <QHBoxLayout>
#include <QPainter>

namespace pimgate {

Text::Text(Theme::Role role, Tone tone, const QString &text, QWidget *parent)
    : QLabel(parent), m_role(role), m_tone(tone), m_rest(text)
{
    setTextFormat(Qt::PlainText);
    refresh();
}

void Text::setTone(Tone tone)
{
    m_tone = tone;
    refresh();
}

void Text::setRole(Theme::Role role)
{
    m_role = role;
    refresh();
}

void Text::setRuns(const QString &strong, const QString &rest)
{
    m_before.clear();
    m_strong = strong;
    m_rest = rest;
    refresh();
}

void Text::setSentence(const QString &sentence, const QString &strong)
{
    const qsizetype at = sentence.indexOf(QLatin1String("%1"));
    m_before = sentence.left(at);
    m_strong = strong;
    m_rest = sentence.mid(at + 2);
    refresh();
}

void Text::setPlain(const QString &text)
{
    setRuns({}, text);
}

Text *Text::wrapped()
{
    setWordWrap(true);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    return this;
}

Text *Text::shrinking()
{
    m_shrinking = true;
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    return this;
}

Text *Text::trailing()
{
    m_trailing = true;
    refresh();
    return this;
}

int Text::naturalWidth() const
{
    const QFontMetrics strong(Theme::font(m_role == Theme::Hint ? Theme::HintStrong : Theme::BodyStrong));
    int widest = 0;
    const QStringList lines = m_rest.split(QLatin1Char('\n'));
    for (const QString &line : lines)
        widest = qMax(widest, fontMetrics().horizontalAdvance(line));
    const QMargins around = contentsMargins();
    widest += fontMetrics().horizontalAdvance(m_before);
    return widest + (m_strong.isEmpty() ? 0 : strong.horizontalAdvance(m_strong)) + 2 + around.left() + around.right();
}

/// QLabel wants a squarish paragraph; a sentence belongs on one line as long as there is room.
QSize Text::sizeHint() const
{
    if (!wordWrap())
        return QLabel::sizeHint();
    const int width = qMin(naturalWidth(), 600);
    return {width, qMax(0, heightForWidth(width))};
}

QSize Text::minimumSizeHint() const
{
    const QSize least = QLabel::minimumSizeHint();
    if (m_shrinking)
        return {qMin(40, naturalWidth()), least.height()};
    return wordWrap() ? QSize(qMin(naturalWidth(), 90), fontMetrics().height()) : least;
}

void Text::paintEvent(QPaintEvent *event)
{
    if (!m_shrinking || width() >= naturalWidth() - 2)
        return QLabel::paintEvent(event);
    QPainter painter(this);
    painter.setLayoutDirection(Qt::LayoutDirectionAuto);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.setFont(font());
    painter.drawText(rect(), int(alignment()) | Qt::TextSingleLine,
                     fontMetrics().elidedText(m_strong + m_rest, Qt::ElideRight, width()));
}

void Text::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::LayoutDirectionChange)
        refresh();
}

void Text::customEvent(QEvent *event)
{
    if (event->type() == Theme::changed())
        refresh();
}

void Text::refresh()
{
    setFont(Theme::font(m_role));
    // The edge is the window's, not that of the text: an address in an Arabic window stands at the right.
    const Qt::Alignment edge = isRightToLeft() != m_trailing ? Qt::AlignRight : Qt::AlignLeft;
    setAlignment(edge | Qt::AlignAbsolute | (wordWrap() ? Qt::AlignTop : Qt::AlignVCenter));
    setToolTip(m_shrinking && !m_rest.isEmpty() ? QStringLiteral("<span>%1</span>").arg((m_strong + m_rest).toHtmlEscaped())
                                                : QString());
    setAccessibleDescription(toolTip().isEmpty() ? QString() : m_strong + m_rest); // else the tool tip is read, markup and all
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, Theme::color(m_tone));
    colours.setColor(QPalette::Disabled, QPalette::WindowText, Theme::color(Tone::Muted));
    setPalette(colours);
    if (m_strong.isEmpty()) {
        setTextFormat(Qt::PlainText);
        setText(m_rest);
        return;
    }
    setTextFormat(Qt::RichText);
    setText(
        QStringLiteral("%1<span style=\"font-weight:600;color:%2\">%3</span>%4")
            .arg(m_before.toHtmlEscaped(), Theme::color(Tone::Normal).name(), m_strong.toHtmlEscaped(), m_rest.toHtmlEscaped()));
}

IconLabel::IconLabel(const QString &name, Tone tone, int size, QWidget *parent)
    : QWidget(parent), m_name(name), m_tone(tone), m_size(size)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void IconLabel::setIcon(const QString &name, Tone tone)
{
    m_name = name;
    m_tone = tone;
    setVisible(!name.isEmpty());
    update();
}

void IconLabel::paintEvent(QPaintEvent *)
{
    if (m_name.isEmpty())
        return;
    QPainter painter(this);
    Icon::paint(&painter, rect(), m_name, Theme::color(m_tone), m_size);
}

LinkButton::LinkButton(const QString &text, QWidget *parent, Theme::Role role) : QPushButton(text, parent), m_role(role)
{
    setProperty("link", true);
    setFlat(true);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setFont(Theme::font(m_role));
}

void LinkButton::customEvent(QEvent *event)
{
    if (event->type() == Theme::changed())
        setFont(Theme::font(m_role));
}

LinkLabel::LinkLabel(const QString &text, const QString &url, QWidget *parent) : QLabel(parent)
{
    setTextInteractionFlags(Qt::TextBrowserInteraction);
    setOpenExternalLinks(false);
    setFocusPolicy(Qt::StrongFocus);
    setLink(text, url);
}

void LinkLabel::setLink(const QString &text, const QString &url)
{
    setSentence(QStringLiteral("%1"), text, url);
    setWordWrap(false);
}

void LinkLabel::setSentence(const QString &sentence, const QString &text, const QString &url)
{
    m_sentence = sentence;
    m_text = text;
    m_url = url;
    setTextFormat(Qt::RichText);
    setWordWrap(true);
    setAccessibleName(sentence.arg(text));
    refresh();
}

/// In colours of its own, because Qt's document keeps those of the theme before; at the window's edge, not the address's.
void LinkLabel::refresh()
{
    setAlignment((isRightToLeft() ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignAbsolute | Qt::AlignTop);
    const QString link = QStringLiteral("<a href=\"%1\" style=\"color:%2\">%3</a>")
                             .arg(m_url.toHtmlEscaped(), Theme::color(Tone::Accent).name(), m_text.toHtmlEscaped());
    setText(QStringLiteral("<span style=\"color:%1\">%2</span>")
                .arg(Theme::color(Tone::Normal).name(), m_sentence.toHtmlEscaped().arg(link)));
}

void LinkLabel::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::LayoutDirectionChange)
        refresh();
}

void LinkLabel::customEvent(QEvent *event)
{
    if (event->type() == Theme::changed())
        refresh();
}

/// QLabel wants a squarish paragraph.
QSize LinkLabel::sizeHint() const
{
    if (!wordWrap())
        return QLabel::sizeHint();
    const int width = qMin(fontMetrics().horizontalAdvance(accessibleName()) + 4, 600);
    return {width, heightForWidth(width)};
}

/// The link is what Tab is for: one stop, not the label and then its link.
void LinkLabel::focusInEvent(QFocusEvent *event)
{
    QLabel::focusInEvent(event);
    if (event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason)
        QLabel::focusNextPrevChild(true);
}

Note::Note(const QString &icon, const QString &text, Tone tone, QWidget *parent)
    : QWidget(parent), m_icon(new IconLabel(icon, tone, 17)), m_text((new Text(Theme::Hint, tone, text))->wrapped())
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(10);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addWidget(m_text, 1);
}

void Note::setNote(const QString &icon, const QString &text, Tone tone)
{
    m_icon->setIcon(icon, tone);
    m_text->setTone(tone);
    m_text->setPlain(text);
}

void Note::setNote(const QString &icon, const QString &strong, const QString &rest, Tone iconTone)
{
    m_icon->setIcon(icon, iconTone);
    m_text->setTone(Tone::Second);
    m_text->setRuns(strong, rest);
}

SectionHead::SectionHead(const QString &title, const QString &note, QWidget *parent)
    : QWidget(parent), m_row(new QHBoxLayout(this)), m_title(new Text(Theme::Section, Tone::Normal, title)),
      m_note((new Text(Theme::Hint, Tone::Second, note))->shrinking()->trailing())
{
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(Theme::Inside);
    m_row->addWidget(m_title);
    m_row->addStretch(1);
    m_row->addWidget(m_note);
}

void SectionHead::setTitle(const QString &title)
{
    m_title->setPlain(title);
}

void SectionHead::setNote(const QString &note)
{
    m_note->setPlain(note);
}

void SectionHead::setTrailing(QWidget *widget)
{
    m_row->addWidget(widget, 0, Qt::AlignVCenter);
}

FieldLabel::FieldLabel(const QString &label, QWidget *field, const QString &hint, QWidget *parent)
    : QWidget(parent), m_label(new Text(Theme::BodyStrong, Tone::Normal, label)),
      m_hint(new Text(Theme::Hint, Tone::Second, hint))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Theme::Inside);
    row->addWidget(m_label);
    row->addWidget(m_hint);
    row->addStretch(1);
    if (label.contains(QLatin1Char('&')))
        m_label->setBuddy(field);
    field->setAccessibleName(QString(label).remove(QLatin1Char('&')));
    if (!hint.isEmpty())
        field->setAccessibleDescription(hint);
}

void FieldLabel::setHint(const QString &hint)
{
    m_hint->setPlain(hint);
}

} // namespace pimgate
