#include "pages/Parts.h"

#include "widgets/Labels.h"

#include <QAbstractButton>
#include <QVBoxLayout>

namespace pimgate::Parts {

QVBoxLayout *column(QWidget *owner, int spacing)
{
    auto *layout = new QVBoxLayout(owner);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing);
    return layout;
}

Text *hintBelow(QAbstractButton *button, const QString &text)
{
    auto *hint = (new Text(Theme::Hint, Tone::Second))->wrapped();
    hint->setContentsMargins(button->isRightToLeft() ? 0 : 25, 0, button->isRightToLeft() ? 25 : 0, 0);
    setHint(button, hint, text);
    return hint;
}

QVBoxLayout *pair(QAbstractButton *button, Text *hint)
{
    auto *layout = new QVBoxLayout;
    layout->setSpacing(0);
    layout->addWidget(button);
    layout->addWidget(hint);
    return layout;
}

void setHint(QAbstractButton *button, Text *hint, const QString &text)
{
    hint->setPlain(text);
    hint->setVisible(!text.isEmpty());
    button->setAccessibleDescription(text);
}

void makeHeading(QAbstractButton *button)
{
    button->setFont(Theme::font(Theme::BodyStrong));
}

} // namespace pimgate::Parts
