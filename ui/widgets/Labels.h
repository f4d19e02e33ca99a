#pragma once

#include "look/Theme.h"

#include <QLabel>
#include <QPushButton>

class QHBoxLayout;

namespace pimgate {

/// A line or paragraph of plain text in one type role and tone; follows theme and presenter mode.
/// Text from a tenant is never read as markup.
class Text : public QLabel
{
    Q_OBJECT

public:
    explicit Text(Theme::Role role, Tone tone = Tone::Normal, const QString &text = {}, QWidget *parent = nullptr);

    void setTone(Tone tone);
    void setRole(Theme::Role role);
    /// Semibold first part in the normal colour, the rest in this label's own.
    void setRuns(const QString &strong, const QString &rest);
    void setPlain(const QString &text);
    /// A sentence with one part set off: "Sign in as the admin of %1."
    void setSentence(const QString &sentence, const QString &strong);
    /// Breaks lines instead of asking for width.
    Text *wrapped();
    /// Gives way on narrow pages and is cut with "…" there; the whole text is its tooltip.
    Text *shrinking();
    /// Against the far edge.
    Text *trailing();

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void changeEvent(QEvent *event) override;
    void customEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void refresh();
    int naturalWidth() const;

    Theme::Role m_role;
    Tone m_tone;
    QString m_before, m_strong, m_rest;
    bool m_shrinking = false;
    bool m_trailing = false;
};

/// An icon that follows the theme. Decoration: the words beside it say the same, so it has no accessible name.
class IconLabel : public QWidget
{
    Q_OBJECT

public:
    IconLabel(const QString &name, Tone tone, int size, QWidget *parent = nullptr);
    void setIcon(const QString &name, Tone tone);
    QSize sizeHint() const override { return {m_size, m_size}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_name;
    Tone m_tone;
    int m_size;
};

/// A flat button in the accent colour that acts ("Show what is sent"). Reached by Tab, pressed by Space.
class LinkButton : public QPushButton
{
    Q_OBJECT

public:
    explicit LinkButton(const QString &text, QWidget *parent = nullptr, Theme::Role role = Theme::Hint);

protected:
    void customEvent(QEvent *event) override;

private:
    Theme::Role m_role;
};

/// A label with one link to an address, alone or in a sentence; selectable and reachable by keyboard.
/// Emits QLabel::linkActivated(url) and opens nothing by itself.
class LinkLabel : public QLabel
{
    Q_OBJECT

public:
    LinkLabel(const QString &text, const QString &url, QWidget *parent = nullptr);
    void setLink(const QString &text, const QString &url);
    /// "On any phone or computer, open %1": one line where there is room, else wrapped.
    void setSentence(const QString &sentence, const QString &text, const QString &url);

    QSize sizeHint() const override;

protected:
    void focusInEvent(QFocusEvent *event) override;
    void changeEvent(QEvent *event) override;
    void customEvent(QEvent *event) override;

private:
    void refresh();

    QString m_sentence, m_text, m_url;
};

/// Icon and wrapped hint: "(i) NinjaOne also has accounts without single sign-on."
class Note : public QWidget
{
    Q_OBJECT

public:
    explicit Note(const QString &icon, const QString &text = {}, Tone tone = Tone::Second, QWidget *parent = nullptr);
    void setNote(const QString &icon, const QString &text, Tone tone = Tone::Second);
    void setNote(const QString &icon, const QString &strong, const QString &rest, Tone iconTone = Tone::Second);

private:
    IconLabel *m_icon;
    Text *m_text;
};

/// Section title with a right-aligned note: "Who may open the gate    3 eligible people".
class SectionHead : public QWidget
{
    Q_OBJECT

public:
    explicit SectionHead(const QString &title, const QString &note = {}, QWidget *parent = nullptr);
    void setTitle(const QString &title);
    void setNote(const QString &note);
    /// Puts a link or check box where the note stands.
    void setTrailing(QWidget *widget);

private:
    QHBoxLayout *m_row;
    Text *m_title;
    Text *m_note;
};

/// Label above a field, semibold, with an optional hint behind it; the field gets the accessible name and Alt+letter.
class FieldLabel : public QWidget
{
    Q_OBJECT

public:
    FieldLabel(const QString &label, QWidget *field, const QString &hint = {}, QWidget *parent = nullptr);
    void setHint(const QString &hint);

private:
    Text *m_label;
    Text *m_hint;
};

} // namespace pimgate
