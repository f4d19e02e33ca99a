#pragma once

#include <QComboBox>

namespace pimgate {

/// Durations as Graph takes them ("PT4H"), shown in words ("4 hours"). What may be chosen comes from the live rule.
class DurationCombo : public QComboBox
{
    Q_OBJECT

public:
    explicit DurationCombo(const QString &accessibleName, QWidget *parent = nullptr);

    void setChoices(const QStringList &isoDurations);
    /// Adds a value that is not among the choices (an existing group's own), so that nothing is changed by looking.
    void setValue(const QString &isoDuration);
    QString value() const { return currentData().toString(); }

Q_SIGNALS:
    void valueChosen(const QString &isoDuration); ///< by the person, never by setValue()

private:
    int indexOf(const QString &isoDuration) const;
};

} // namespace pimgate
