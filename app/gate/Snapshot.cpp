#include "gate/Snapshot.h"

namespace pimgate {

QString Snapshot::nameOf(const QString &objectId) const
{
    if (group && group->id == objectId)
        return group->displayName;
    const auto known = people.constFind(objectId);
    return known == people.constEnd() || known->displayName.isEmpty() ? objectId : known->displayName;
}

QString Snapshot::shortNameOf(const QString &objectId) const
{
    const QString account = people.value(objectId).userName.section(QLatin1Char('@'), 0, 0);
    return account.isEmpty() ? nameOf(objectId) : account;
}

void Snapshot::carryFrom(const Snapshot &earlier)
{
    organization = earlier.organization;
    principals = earlier.principals;
    people = earlier.people;
    ordinary = earlier.ordinary;
    operatorMayProtect = earlier.operatorMayProtect;
    userCount = earlier.userCount;
}

bool Snapshot::fresh() const
{
    if (!group)
        return true;
    return group->mailNickname.startsWith(QLatin1String(groupMark)) && (!rules || rules->untouched);
}

} // namespace pimgate
