#pragma once

#include "gate/wish/Presets.h"
#include "widgets/RowTable.h"

class QComboBox;

namespace pimgate {

/// Ways around the gate that only operator and customer can know of, each with its answer.
class WaysTable : public RowTable
{
    Q_OBJECT
public:
    explicit WaysTable(QWidget *parent = nullptr);
    void setQuestions(const QList<Preset::Question> &questions, const QHash<QString, QString> &answers);
    int wholeHeight() const { return RowTable::sizeHint().height(); }
    /// Asks for a few rows; takes more where there is room.
    QSize sizeHint() const override;

Q_SIGNALS:
    void answered(const QString &questionKey, const QString &answer); ///< empty: not answered

private:
    QComboBox *combo(const Preset::Question &question);

    QStringList m_keys;
    QHash<QString, QComboBox *> m_combos;
};

} // namespace pimgate
