#include "gate/steps/ToCome.h"

#include <QCoreApplication>

namespace pimgate {
namespace {

QString marked(const QString &name)
{
    return QStringLiteral("‹%1›").arg(name);
}

} // namespace

QString placeOf(ToCome what)
{
    return marked(nameOf(what));
}

Ids withPlaces(Ids ids)
{
    const auto fill = [](QString &id, ToCome what) {
        if (id.isEmpty())
            id = placeOf(what);
    };
    fill(ids.run, ToCome::Run);
    fill(ids.groupId, ToCome::Group);
    fill(ids.policyId, ToCome::Policy);
    return ids;
}

QString placesInWords(QString text)
{
    for (const char *name : Names<ToCome>::values)
        text.replace(marked(QLatin1String(name)), marked(QCoreApplication::translate("ToCome", name)));
    return text;
}

} // namespace pimgate
