#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>

namespace pimgate {

/// Facts about one application, from resources/presets/<id>.json.
struct Preset
{
    struct Question
    {
        QString key, question, what, source, date;
    };
    QString id, displayName;
    QStringList names;  ///< display names it goes by in a tenant
    QString groupName;  ///< "PIM-NinjaOne-Admins"
    QString policyName; ///< "PIM only: NinjaOne"
    QString session;    ///< how long the application's own session may outlive the access
    QList<Question> bypass;
};

QList<Preset> presets();
std::optional<Preset> preset(const QString &id);
/// By the application's display name.
std::optional<Preset> presetFor(const QString &applicationName);

} // namespace pimgate
