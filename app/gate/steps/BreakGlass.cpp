#include "gate/steps/BreakGlass.h"

namespace pimgate {

namespace {

QStringList breakGlassOfType(const Blueprint &blueprint, const Snapshot &snapshot, bool groups)
{
    QStringList ids;
    for (const QString &reference : blueprint.policy.breakGlass) {
        const Principal who = snapshot.principals.value(reference);
        if (!who.id.isEmpty() && who.isGroup() == groups && !ids.contains(who.id))
            ids << who.id;
    }
    return ids;
}

} // namespace

QStringList breakGlassIds(const Blueprint &blueprint, const Snapshot &snapshot)
{
    return breakGlassAccounts(blueprint, snapshot) + breakGlassGroups(blueprint, snapshot);
}

QStringList breakGlassAccounts(const Blueprint &blueprint, const Snapshot &snapshot)
{
    return breakGlassOfType(blueprint, snapshot, false);
}

QStringList breakGlassGroups(const Blueprint &blueprint, const Snapshot &snapshot)
{
    return breakGlassOfType(blueprint, snapshot, true);
}

} // namespace pimgate
