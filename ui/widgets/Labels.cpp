#include "widgets/Labels.h"

#include "look/Icon.h"

#include <QEvent>
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
    m_strong = strong;
    m_rest = rest;
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
    setAlignment(Qt::AlignLeading | Qt::AlignTop);
    return this;
}

void Text::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::ApplicationPaletteChange || event->type() == QEvent::ApplicationFontChange)
        refresh();
}

void Text::refresh()
{
    setFont(Theme::font(m_role));
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
    setText(QStringLiteral("<span style=\"font-weight:600;color:%1\">%2</span>%3")
                .arg(Theme::color(Tone::Normal).name(), m_strong.toHtmlEscaped(), m_rest.toHtmlEscaped()));
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

void LinkButton::changeEvent(QEvent *event)
{
    QPushButton::changeEvent(event);
    if (event->type() == QEvent::ApplicationFontChange)
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
    setTextFormat(Qt::RichText);
    setText(QStringLiteral("<a href=\"%1\">%2</a>").arg(url.toHtmlEscaped(), text.toHtmlEscaped()));
    setAccessibleName(text);
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
      m_note(new Text(Theme::Hint, Tone::Second, note))
{
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(Theme::Inside);
    m_row->addWidget(m_title, 0, Qt::AlignVCenter);
    m_row->addStretch(1);
    m_row->addWidget(m_note, 0, Qt::AlignVCenter);
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
