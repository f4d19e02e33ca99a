#pragma once

#include "controllers/PimController.h"
#include "widgets/PeopleList.h"

namespace pimgate {

/// A PeopleList that gives whoever was picked as the directory knows him. Several of them share one search of a controller:
/// only the one that asked takes the answer.
class PrincipalPicker : public PeopleList
{
    Q_OBJECT
public:
    PrincipalPicker(const QString &accessibleName, const QString &addPlaceholder, QWidget *parent = nullptr);

    /// Rebuilt only when something changed, so that the focus stays.
    void setChosen(const QList<PimController::Row> &rows);
    /// The controller's candidates, after each of its changes.
    void offer(const QList<Principal> &candidates);
    void forgetSearch() { m_asked = false; } ///< another picker asks now

Q_SIGNALS:
    void picked(const pimgate::Principal &principal);

private:
    QList<Principal> m_offered;
    bool m_asked = false;
};

} // namespace pimgate
