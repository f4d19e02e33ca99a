#include "demo/odata/GraphTypes.h"

#include <QFile>
#include <QHash>
#include <QStringList>

static void initGraphTypesResource()
{
    Q_INIT_RESOURCE(demo_seed); // a static library's resources are not registered by themselves
}

namespace pimgate::demo::graphtypes {

namespace {

struct TypeRow
{
    QString base;
    QHash<QString, Property> properties;
    QStringList derived;
};

using TypeTable = QHash<QString, TypeRow>;

Property readKind(const QString &kind)
{
    using Kind = Property::Kind;
    if (kind.startsWith(QLatin1Char('=')))
        return {Kind::Object, kind.mid(1)};
    if (kind.startsWith(QLatin1Char('[')))
        return {Kind::List, kind.sliced(1, kind.size() - 2)};
    switch (kind.front().toLatin1()) {
    case 's':
        return {Kind::Text, {}};
    case 'd':
        return {Kind::Moment, {}};
    case 'n':
        return {Kind::Number, {}};
    case 'b':
        return {Kind::Bool, {}};
    case '!':
        return {Kind::Navigation, {}};
    default:
        return {Kind::Object, {}};
    }
}

TypeTable readTypes()
{
    initGraphTypesResource();
    QFile file(QStringLiteral(":/demo/demo-types.txt"));
    TypeTable table;
    if (!file.open(QIODevice::ReadOnly))
        return table;
    const auto lines = QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    for (const auto &line : lines) {
        const auto words = line.split(QLatin1Char(' '), Qt::SkipEmptyParts);
        auto &row = table[words.at(0)];
        row.base = words.at(1) == QLatin1String("-") ? QString() : words.at(1);
        for (const auto &word : words.sliced(2))
            row.properties.insert(word.section(QLatin1Char(':'), 0, 0), readKind(word.section(QLatin1Char(':'), 1)));
    }
    for (const auto &name : table.keys()) {
        const auto base = table.value(name).base;
        if (!base.isEmpty() && base != QLatin1String("entity"))
            table[base].derived.append(name);
    }
    return table;
}

const TypeTable &allTypes()
{
    static const auto table = readTypes();
    return table;
}

} // namespace

bool knows(const QString &type)
{
    return allTypes().contains(type);
}

std::optional<Property> property(const QString &type, const QString &name)
{
    for (auto each = type; !each.isEmpty();) {
        const auto row = allTypes().constFind(each);
        if (row == allTypes().cend())
            break;
        if (const auto found = row->properties.constFind(name); found != row->properties.cend())
            return *found;
        each = row->base;
    }
    for (const auto &derived : allTypes().value(type).derived) {
        const auto &own = allTypes()[derived].properties;
        if (const auto found = own.constFind(name); found != own.cend())
            return *found;
    }
    return {};
}

} // namespace pimgate::demo::graphtypes
