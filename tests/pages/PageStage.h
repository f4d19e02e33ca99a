#pragma once

#include "controllers/ControllerBench.h"
#include "look/Theme.h"
#include "pages/Page.h"
#include "pages/PrincipalPicker.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QCompleter>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>

namespace pimgate::test {

/// One page as large as in a window of 1280 x 720 with the demo's band, shown and active, as a person has it before him.
inline void stage(Page &page)
{
    Theme::setMotion(false);
    Theme::apply(*qApp, Theme::Mode::Light);
    page.resize(1032, 606);
    page.show();
    page.activateWindow();
    page.entered();
    QVERIFY(QTest::qWaitForWindowActive(&page));
}

/// With PIMGATE_GRAB set, pictures to compare with the visual standard are kept in that folder.
inline void grab(Page &page, const char *name)
{
    const QString folder = qEnvironmentVariable("PIMGATE_GRAB");
    if (!folder.isEmpty() && QDir().mkpath(folder))
        page.grab().save(QDir(folder).filePath(QLatin1String(name) + QLatin1String(".png")));
}

template <typename Widget>
Widget *part(const QWidget &page, const char *name)
{
    return page.findChild<Widget *>(QLatin1String(name));
}

/// Types letters into a people field, waits for the tenant's answer and takes the first person offered.
inline void pick(const QWidget &page, const char *list, const char *letters)
{
    auto *picker = part<PrincipalPicker>(page, list);
    QVERIFY2(picker, list);
    QLineEdit *field = picker->field();
    field->setFocus();
    QTRY_VERIFY(field->hasFocus());
    QTest::keyClicks(field, QLatin1String(letters));
    QAbstractItemView *offered = field->completer()->popup();
    const auto first = [&] { return offered->model()->index(0, 0).data().toString(); };
    QTRY_VERIFY2_WITH_TIMEOUT(offered->isVisible() && first().contains(QLatin1String(letters)), letters, 15000);
    const qsizetype before = picker->people().size();
    QTest::keyClick(offered, Qt::Key_Down);
    QTest::keyClick(offered, Qt::Key_Return);
    QTRY_COMPARE(picker->people().size(), before + 1);
    QVERIFY(picker->people().last().name.contains(QLatin1String(letters)));
}

/// Presses the writing button once it can be pressed, and waits until the tenant was read again.
#define CLICK_WRITE(bench, page, button, controller)                                                                             \
    do {                                                                                                                         \
        auto *pressed = part<QPushButton>(page, button);                                                                         \
        QVERIFY(pressed);                                                                                                        \
        QTRY_VERIFY2_WITH_TIMEOUT(pressed->isVisible() && pressed->isEnabled(), qPrintable(bench.controller.blockedBecause()),   \
                                  30000);                                                                                        \
        QTest::mouseClick(pressed, Qt::LeftButton);                                                                              \
        QVERIFY(bench.writing());                                                                                                \
        QTRY_VERIFY_WITH_TIMEOUT(!bench.writing(), 60000);                                                                       \
        QVERIFY2(!bench.controller.error(),                                                                                      \
                 qPrintable(bench.controller.error() ? bench.controller.error()->text() : QString()));                           \
        QTRY_VERIFY_WITH_TIMEOUT(bench.settled(), 15000);                                                                        \
    } while (false)

/// Every mnemonic of what is seen once, every control with a name for screen readers, Tab to each of them.
inline void checkKeyboard(Page &page)
{
    QSet<QChar> letters;
    for (const QAbstractButton *button : page.findChildren<QAbstractButton *>()) {
        const QKeySequence key = QKeySequence::mnemonic(button->text());
        if (!button->isVisible() || key.isEmpty())
            continue;
        const QChar letter = key.toString().back();
        QVERIFY2(!letters.contains(letter), qPrintable(QStringLiteral("%1: %2").arg(letter).arg(button->text())));
        letters.insert(letter);
    }
    for (const QLabel *label : page.findChildren<QLabel *>()) {
        const QKeySequence key = QKeySequence::mnemonic(label->text());
        if (!label->buddy() || !label->isVisible() || key.isEmpty())
            continue;
        const QChar letter = key.toString().back();
        QVERIFY2(!letters.contains(letter), qPrintable(label->text()));
        letters.insert(letter);
    }
    for (const char footer : {'B', 'N', 'H'}) // the wizard's own
        QVERIFY2(!letters.contains(QLatin1Char(footer)), "the footer's letter");

    QSet<QWidget *> wanted;
    const auto reachedByArrows = [](const QWidget *widget) {
        const auto *radio = qobject_cast<const QRadioButton *>(widget);
        return radio && !radio->isChecked();
    };
    for (QWidget *widget : page.findChildren<QWidget *>())
        if (!reachedByArrows(widget) && widget->isVisible() && widget->isEnabled() && !widget->focusProxy() &&
            (widget->focusPolicy() & Qt::TabFocus)) {
            const QString name =
                widget->accessibleName().isEmpty() ? widget->property("text").toString() : widget->accessibleName();
            QVERIFY2(!name.isEmpty(), widget->metaObject()->className());
            wanted.insert(widget);
        }
    QWidget *at = page.focusWidget();
    for (qsizetype i = wanted.size() + 5; i > 0 && !wanted.isEmpty(); --i) {
        QTest::keyClick(at ? at : &page, Qt::Key_Tab);
        at = page.focusWidget();
        wanted.remove(at);
    }
    for (const QWidget *missed : std::as_const(wanted))
        QFAIL(qPrintable(QLatin1String("Tab never reaches ") + missed->objectName() + QLatin1Char(' ') +
                         QLatin1String(missed->metaObject()->className())));
}

} // namespace pimgate::test
