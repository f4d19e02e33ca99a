#pragma once

#include "demo/DemoPeople.h"

#include <QJsonDocument>
#include <QMap>

namespace pimgate::demotest {

/// JSON typed in a table of the contract; "$name" stands for an id that only the tenant knows. Words that begin alike
/// must not both be there.
class Names
{
public:
    void add(const char *name, const QString &id) { m_ids.insert(QLatin1Char('$') + QLatin1String(name), id); }
    QString operator[](const char *name) const { return m_ids.value(QLatin1Char('$') + QLatin1String(name)); }
    QString fill(QString text) const
    {
        for (auto it = m_ids.begin(); it != m_ids.end(); ++it)
            text.replace(it.key(), it.value());
        return text;
    }
    QJsonObject json(const QString &text) const
    {
        QJsonParseError error;
        const QJsonDocument document = QJsonDocument::fromJson(fill(text).toUtf8(), &error);
        if (!document.isObject())
            qFatal("not JSON: %s (%s)", qPrintable(text), qPrintable(error.errorString()));
        return document.object();
    }

private:
    QMap<QString, QString> m_ids;
};

/// The object with members replaced: {"conditions/users": {...}, "state": "enabled"}; "gone" takes a member away.
inline QJsonObject changed(QJsonObject object, const QJsonObject &changes)
{
    for (auto it = changes.begin(); it != changes.end(); ++it) {
        const QString first = it.key().section(QLatin1Char('/'), 0, 0), rest = it.key().section(QLatin1Char('/'), 1);
        if (!rest.isEmpty())
            object.insert(first, changed(object.value(first).toObject(), {{rest, it.value()}}));
        else if (it.value().toString() == QLatin1String("gone"))
            object.remove(first);
        else
            object.insert(first, it.value());
    }
    return object;
}

/// The value at "conditions/users/excludeUsers".
inline QJsonValue at(const QJsonObject &object, const QString &path)
{
    QJsonValue value = object;
    for (const QString &part : path.split(QLatin1Char('/')))
        value = value.toObject().value(part);
    return value;
}

/// The policy of 10.3.
inline const char *const kWizardPolicy = R"({"displayName":"PIM only: NinjaOne","state":"enabledForReportingButNotEnforced",
 "conditions":{"clientAppTypes":["all"],
  "applications":{"includeApplications":["$ninja"],"excludeApplications":[],"includeUserActions":[]},
  "users":{"includeUsers":["All"],"excludeGroups":["$pimgroup"],"excludeUsers":["$bg1"]}},
 "grantControls":{"operator":"OR","builtInControls":["block"]}})";

} // namespace pimgate::demotest
