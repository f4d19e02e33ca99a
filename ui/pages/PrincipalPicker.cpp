#include "pages/PrincipalPicker.h"

#include <QLineEdit>

namespace pimgate {
namespace principalpicker {

bool same(const QList<PersonRow> &a, const QList<PersonRow> &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const PersonRow &x, const PersonRow &y) {
        return x.id == y.id && x.name == y.name && x.note == y.note;
    });
}

QStringList idsOf(const QList<Principal> &principals)
{
    QStringList ids;
    for (const Principal &principal : principals)
        ids << principal.id;
    return ids;
}

} // namespace principalpicker

PrincipalPicker::PrincipalPicker(const QString &accessibleName, const QString &addPlaceholder, QWidget *parent)
    : PeopleList(accessibleName, addPlaceholder, parent)
{
    connect(this, &PeopleList::searchWanted, this, [this] { m_asked = true; });
    connect(this, &PeopleList::addRequested, this, [this](const PersonRow &person) {
        m_asked = false;
        for (const Principal &principal : std::as_const(m_offered))
            if (principal.id == person.id) {
                Q_EMIT picked(principal);
                return;
            }
    });
    connect(this, &PeopleList::removeRequested, this, [this] { field()->setFocus(); }); // the pressed button is gone
}

void PrincipalPicker::setChosen(const QList<PimController::Row> &rows)
{
    QList<PersonRow> chosen;
    for (const PimController::Row &row : rows) {
        const bool group = row.reference.startsWith(QLatin1String("group:"));
        chosen << PersonRow{row.reference, row.name, row.note, group, true};
    }
    if (!principalpicker::same(chosen, people()))
        setPeople(chosen);
}

void PrincipalPicker::offer(const QList<Principal> &candidates)
{
    if (!m_asked || principalpicker::idsOf(candidates) == principalpicker::idsOf(m_offered))
        return;
    m_offered = candidates;
    QList<PersonRow> rows;
    for (const Principal &principal : candidates)
        rows << PersonRow{principal.id, principal.displayName, principal.isGroup() ? tr("group") : principal.userName,
                          principal.isGroup(), true};
    setCandidates(rows);
}

} // namespace pimgate
