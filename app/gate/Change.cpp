#include "gate/Change.h"

#include <QHash>

namespace pimgate {

namespace {

bool comesMoreThanOnce(ChangeKey::Kind kind)
{
    switch (kind) {
    case ChangeKey::Kind::Eligible:
    case ChangeKey::Kind::Uneligible:
    case ChangeKey::Kind::Exclusion:
    case ChangeKey::Kind::Unassign:
        return true;
    case ChangeKey::Kind::Group:
    case ChangeKey::Kind::Description:
    case ChangeKey::Kind::Assignment:
    case ChangeKey::Kind::Rules:
    case ChangeKey::Kind::Policy:
    case ChangeKey::Kind::Required:
    case ChangeKey::Kind::State:
        break;
    }
    return false;
}

} // namespace

QString ChangeKey::toString() const
{
    return id.isEmpty() ? nameOf(kind) : nameOf(kind) + QLatin1Char(':') + id;
}

std::optional<ChangeKey> ChangeKey::parse(const QString &text)
{
    const auto kind = fromName<Kind>(text.section(QLatin1Char(':'), 0, 0));
    if (!kind)
        return {};
    const ChangeKey key{*kind, text.section(QLatin1Char(':'), 1)};
    return comesMoreThanOnce(key.kind) == !key.id.isEmpty() ? std::optional(key) : std::nullopt;
}

bool Change::shutsWhenTakenBack() const
{
    const bool wasOn = original.value(QStringLiteral("state")).toString() == QLatin1String("enabled");
    const bool wasRequired = original.value(QStringLiteral("required")).toBool();
    return (is(ChangeKey::Kind::State) && wasOn) || (is(ChangeKey::Kind::Required) && wasRequired);
}

size_t qHash(const ChangeKey &key, size_t seed)
{
    return qHashMulti(seed, int(key.kind), key.id);
}

} // namespace pimgate
