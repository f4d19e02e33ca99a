#include "gate/steps/ToCome.h"

#include <QCoreApplication>

namespace pimgate {
namespace {

QString marked(const QString &name)
{
    return QStringLiteral("‹%1›").arg(name);
}

QString wordsOf(ToCome what)
{
    switch (what) {
    case ToCome::Run:
        return QCoreApplication::translate("ToCome", "this run");
    case ToCome::Group:
        return QCoreApplication::translate("ToCome", "the new group");
    case ToCome::PimRules:
        return QCoreApplication::translate("ToCome", "PIM's rules of the new group");
    case ToCome::Policy:
        break;
    }
    return QCoreApplication::translate("ToCome", "the new policy");
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
    for (const auto what : {ToCome::Run, ToCome::Group, ToCome::PimRules, ToCome::Policy})
        text.replace(placeOf(what), marked(wordsOf(what)));
    return text;
}

} // namespace pimgate
