#include "gate/wish/Presets.h"

#include "gate/wish/Resources.h"

#include <QJsonDocument>
#include <QRegularExpression>

namespace pimgate {
namespace presetfile {

QString text(const QJsonValue &object, const char *key)
{
    return object[QLatin1String(key)].toString();
}

Preset read(const QJsonObject &json)
{
    Preset preset;
    preset.id = text(json, "id");
    preset.displayName = text(json, "displayName");
    preset.groupName = text(json, "groupName");
    preset.policyName = text(json, "policyName");
    preset.session = text(json, "session");
    const QJsonArray names = json.value(QLatin1String("names")).toArray();
    for (const QJsonValue &name : names)
        preset.names << name.toString();
    const QJsonArray questions = json.value(QLatin1String("bypass")).toArray();
    for (const QJsonValue &one : questions)
        preset.bypass << Preset::Question{text(one, "key"), text(one, "question"), text(one, "what"), text(one, "source"),
                                          text(one, "date")};
    return preset;
}

QList<Preset> readAll()
{
    QList<Preset> all;
    const QString folder = QStringLiteral("presets");
    const QStringList files = gateResources(folder);
    for (const QString &file : files)
        all << read(QJsonDocument::fromJson(gateResource(folder + QLatin1Char('/') + file)).object());
    return all;
}

/// "NinjaOne SSO" is NinjaOne; "NinjaOneTwo" is not.
bool goesBy(const Preset &preset, const QString &applicationName)
{
    for (const QString &name : preset.names) {
        const QRegularExpression words(QStringLiteral("(?<![\\w])%1(?![\\w])").arg(QRegularExpression::escape(name)),
                                       QRegularExpression::CaseInsensitiveOption |
                                           QRegularExpression::UseUnicodePropertiesOption);
        if (words.match(applicationName).hasMatch())
            return true;
    }
    return false;
}

} // namespace presetfile

QList<Preset> presets()
{
    static const QList<Preset> all = presetfile::readAll();
    return all;
}

std::optional<Preset> preset(const QString &id)
{
    const QList<Preset> all = presets();
    for (const Preset &one : all)
        if (one.id == id)
            return one;
    return std::nullopt;
}

std::optional<Preset> presetFor(const QString &applicationName)
{
    const QList<Preset> all = presets();
    for (const Preset &one : all)
        if (presetfile::goesBy(one, applicationName))
            return one;
    return std::nullopt;
}

} // namespace pimgate
