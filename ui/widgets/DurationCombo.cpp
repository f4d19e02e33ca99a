#include "widgets/DurationCombo.h"

#include "base/IsoDuration.h"

#include <QSignalBlocker>

namespace pimgate {
namespace durationcombo {
QString words(const QString &iso)
{
    const auto parsed = IsoDuration::parse(iso);
    return parsed ? parsed->human() : iso;
}
} // namespace durationcombo

DurationCombo::DurationCombo(const QString &accessibleName, QWidget *parent) : QComboBox(parent)
{
    setAccessibleName(accessibleName);
    setAccessibleDescription(accessibleName); // on Linux the name of a combo box is its value
    connect(this, &QComboBox::activated, this, [this] { Q_EMIT valueChosen(value()); });
}

/// PT24H and P1D are the same choice.
int DurationCombo::indexOf(const QString &isoDuration) const
{
    const auto wanted = IsoDuration::parse(isoDuration);
    for (int i = 0; i < count(); ++i) {
        const QString have = itemData(i).toString();
        const auto parsed = IsoDuration::parse(have);
        if (have == isoDuration || (wanted && parsed && *wanted == *parsed))
            return i;
    }
    return -1;
}

void DurationCombo::setChoices(const QStringList &isoDurations)
{
    const QSignalBlocker quiet(this);
    const QString before = value();
    clear();
    for (const QString &iso : isoDurations)
        addItem(durationcombo::words(iso), iso);
    if (!before.isEmpty())
        setValue(before);
}

void DurationCombo::setValue(const QString &isoDuration)
{
    const QSignalBlocker quiet(this);
    if (indexOf(isoDuration) < 0)
        addItem(durationcombo::words(isoDuration), isoDuration);
    setCurrentIndex(indexOf(isoDuration));
}

} // namespace pimgate
