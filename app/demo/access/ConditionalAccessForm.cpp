#include "demo/access/ConditionalAccessForm.h"

#include "demo/access/ConditionalAccessService.h"

#include <QJsonArray>
#include <QList>
#include <QStringList>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

struct CaShape;

/// One member of an object of a policy.
struct CaField
{
    enum class Kind { Text, Flag, Number, Texts, Flags, Object, ReadOnly };
    QString name;
    Kind kind = Kind::Text;
    QStringList words = {};         ///< the known values; empty: any text
    const CaShape *inner = nullptr; ///< of an Object
    bool anyWord = false;           ///< other words have the form too: a rule with a number of its own refuses them
};

struct CaShape
{
    QList<CaField> fields;
    bool typed = false; ///< keeps its @odata.type

    const CaField *field(const QString &name) const
    {
        const auto found = std::find_if(fields.begin(), fields.end(), [&](const CaField &each) { return each.name == name; });
        return found == fields.end() ? nullptr : &*found;
    }
};

CaField caText(const QString &name, const QStringList &words = {})
{
    return {name, CaField::Kind::Text, words};
}
CaField caTexts(const QString &name, const QStringList &words = {})
{
    return {name, CaField::Kind::Texts, words};
}
CaField caAnyWord(CaField field)
{
    field.anyWord = true;
    return field;
}
CaField caFlags(const QString &name, const QStringList &words)
{
    return {name, CaField::Kind::Flags, words};
}
CaField caFlag(const QString &name)
{
    return {name, CaField::Kind::Flag};
}
CaField caObject(const QString &name, const CaShape &inner)
{
    return {name, CaField::Kind::Object, {}, &inner};
}
CaField caReadOnly(const QString &name)
{
    return {name, CaField::Kind::ReadOnly};
}

const QStringList &caRiskWords()
{
    static const QStringList words{u"low"_s, u"medium"_s, u"high"_s, u"hidden"_s, u"none"_s};
    return words;
}

const CaShape &caFilterShape()
{
    static const CaShape shape{{caText(u"mode"_s, {u"include"_s, u"exclude"_s}), caText(u"rule"_s)}};
    return shape;
}

const CaShape &caGuestsShape()
{
    static const CaShape tenants{{caText(u"membershipKind"_s, {u"all"_s, u"enumerated"_s}), caTexts(u"members"_s)}, true};
    static const QStringList types{u"none"_s,
                                   u"internalGuest"_s,
                                   u"b2bCollaborationGuest"_s,
                                   u"b2bCollaborationMember"_s,
                                   u"b2bDirectConnectUser"_s,
                                   u"otherExternalUser"_s,
                                   u"serviceProvider"_s};
    static const CaShape shape{{caFlags(u"guestOrExternalUserTypes"_s, types), caObject(u"externalTenants"_s, tenants)}};
    return shape;
}

const CaShape &caUsersShape()
{
    static const CaShape shape{{caTexts(u"includeUsers"_s), caTexts(u"excludeUsers"_s), caTexts(u"includeGroups"_s),
                                caTexts(u"excludeGroups"_s), caTexts(u"includeRoles"_s), caTexts(u"excludeRoles"_s),
                                caObject(u"includeGuestsOrExternalUsers"_s, caGuestsShape()),
                                caObject(u"excludeGuestsOrExternalUsers"_s, caGuestsShape())}};
    return shape;
}

const CaShape &caApplicationsShape()
{
    static const CaShape shape{{caTexts(u"includeApplications"_s), caTexts(u"excludeApplications"_s),
                                caTexts(u"includeUserActions"_s), caTexts(u"includeAuthenticationContextClassReferences"_s),
                                caObject(u"applicationFilter"_s, caFilterShape())}};
    return shape;
}

const CaShape &caConditionsShape()
{
    static const QStringList platformWords{u"android"_s, u"iOS"_s,   u"windows"_s, u"windowsPhone"_s,
                                           u"macOS"_s,   u"linux"_s, u"all"_s};
    static const CaShape platforms{
        {caTexts(u"includePlatforms"_s, platformWords), caTexts(u"excludePlatforms"_s, platformWords)}};
    static const CaShape locations{{caTexts(u"includeLocations"_s), caTexts(u"excludeLocations"_s)}};
    static const CaShape devices{{caObject(u"deviceFilter"_s, caFilterShape())}};
    static const CaShape workloads{{caTexts(u"includeServicePrincipals"_s), caTexts(u"excludeServicePrincipals"_s),
                                    caObject(u"servicePrincipalFilter"_s, caFilterShape())}};
    static const CaShape flows{{caFlags(u"transferMethods"_s, {u"none"_s, u"deviceCodeFlow"_s, u"authenticationTransfer"_s})}};
    static const QStringList clients{u"all"_s,          u"browser"_s, u"mobileAppsAndDesktopClients"_s, u"exchangeActiveSync"_s,
                                     u"easSupported"_s, u"other"_s};
    static const CaShape shape{
        {caAnyWord(caTexts(u"clientAppTypes"_s, clients)), caTexts(u"signInRiskLevels"_s, caRiskWords()),
         caTexts(u"userRiskLevels"_s, caRiskWords()), caTexts(u"servicePrincipalRiskLevels"_s, caRiskWords()),
         caFlags(u"insiderRiskLevels"_s, {u"minor"_s, u"moderate"_s, u"elevated"_s}), caObject(u"platforms"_s, platforms),
         caObject(u"locations"_s, locations), caObject(u"devices"_s, devices), caObject(u"clientApplications"_s, workloads),
         caObject(u"authenticationFlows"_s, flows), caObject(u"applications"_s, caApplicationsShape()),
         caObject(u"users"_s, caUsersShape())}};
    return shape;
}

const CaShape &caGrantShape()
{
    static const CaShape strength{{caText(u"id"_s), caReadOnly(u"displayName"_s), caReadOnly(u"description"_s),
                                   caReadOnly(u"policyType"_s), caReadOnly(u"requirementsSatisfied"_s),
                                   caReadOnly(u"allowedCombinations"_s), caReadOnly(u"createdDateTime"_s),
                                   caReadOnly(u"modifiedDateTime"_s), caReadOnly(u"combinationConfigurations"_s)}};
    static const QStringList controls{u"block"_s,
                                      u"mfa"_s,
                                      u"compliantDevice"_s,
                                      u"domainJoinedDevice"_s,
                                      u"approvedApplication"_s,
                                      u"compliantApplication"_s,
                                      u"passwordChange"_s,
                                      u"riskRemediation"_s};
    static const CaShape shape{{caAnyWord(caText(u"operator"_s, {u"OR"_s, u"AND"_s})),
                                caAnyWord(caTexts(u"builtInControls"_s, controls)), caTexts(u"customAuthenticationFactors"_s),
                                caTexts(u"termsOfUse"_s), caObject(u"authenticationStrength"_s, strength)}};
    return shape;
}

const CaShape &caSessionShape()
{
    static const CaShape onOff{{caFlag(u"isEnabled"_s)}, true};
    static const CaShape cloudApps{
        {caFlag(u"isEnabled"_s), caText(u"cloudAppSecurityType"_s, {u"mcasConfigured"_s, u"monitorOnly"_s, u"blockDownloads"_s})},
        true};
    static const CaShape browser{{caFlag(u"isEnabled"_s), caText(u"mode"_s, {u"always"_s, u"never"_s})}, true};
    static const CaShape frequency{
        {caFlag(u"isEnabled"_s), caText(u"type"_s, {u"days"_s, u"hours"_s}), CaField{u"value"_s, CaField::Kind::Number},
         caText(u"frequencyInterval"_s, {u"timeBased"_s, u"everyTime"_s}),
         caText(u"authenticationType"_s, {u"primaryAndSecondaryAuthentication"_s, u"secondaryAuthentication"_s})},
        true};
    static const CaShape shape{{caObject(u"applicationEnforcedRestrictions"_s, onOff), caObject(u"cloudAppSecurity"_s, cloudApps),
                                caFlag(u"disableResilienceDefaults"_s), caObject(u"persistentBrowser"_s, browser),
                                caObject(u"secureSignInSession"_s, onOff), caObject(u"signInFrequency"_s, frequency)}};
    return shape;
}

const CaShape &caPolicyShape()
{
    static const CaShape shape{{caText(u"displayName"_s), caText(u"description"_s), caText(u"templateId"_s),
                                caText(u"state"_s, {u"enabled"_s, u"disabled"_s, u"enabledForReportingButNotEnforced"_s}),
                                caObject(u"conditions"_s, caConditionsShape()), caObject(u"grantControls"_s, caGrantShape()),
                                caObject(u"sessionControls"_s, caSessionShape()), caReadOnly(u"id"_s),
                                caReadOnly(u"createdDateTime"_s), caReadOnly(u"modifiedDateTime"_s),
                                caReadOnly(u"deletedDateTime"_s)}};
    return shape;
}

/// The service's own spelling; nothing when the word is not known.
std::optional<QString> caSpelled(const QString &word, const QStringList &words)
{
    if (words.isEmpty())
        return word;
    const auto found = std::find_if(words.begin(), words.end(), [&](const QString &known) {
        return known.compare(word.trimmed(), Qt::CaseInsensitive) == 0;
    });
    return found == words.end() ? std::nullopt : std::optional(*found);
}

bool caFits(const QJsonObject &sent, const CaShape &shape);

bool caFits(const QJsonValue &value, const CaField &field)
{
    const auto known = [&](const QString &word) { return field.anyWord || caSpelled(word, field.words).has_value(); };
    if (value.isNull() || field.kind == CaField::Kind::ReadOnly)
        return true;
    switch (field.kind) {
    case CaField::Kind::Text:
        return value.isString() && known(value.toString());
    case CaField::Kind::Flags: {
        const QStringList words = value.toString().split(u',');
        return value.isString() && std::all_of(words.begin(), words.end(), known);
    }
    case CaField::Kind::Texts: {
        const QJsonArray list = value.toArray();
        return value.isArray() && std::all_of(list.begin(), list.end(),
                                              [&](const QJsonValue &each) { return each.isString() && known(each.toString()); });
    }
    case CaField::Kind::Flag:
        return value.isBool();
    case CaField::Kind::Number:
        return value.isDouble() && value.toDouble() == value.toInt();
    case CaField::Kind::Object:
        return value.isObject() && caFits(value.toObject(), *field.inner);
    case CaField::Kind::ReadOnly:
        break;
    }
    return true;
}

bool caFits(const QJsonObject &sent, const CaShape &shape)
{
    for (auto it = sent.begin(); it != sent.end(); ++it) {
        if (it.key().contains(u'@'))
            continue;
        const CaField *field = shape.field(it.key());
        if (!field || !caFits(it.value(), *field))
            return false;
    }
    return true;
}

QJsonObject caShaped(const QJsonObject &object, const CaShape &shape);

QJsonValue caShapedValue(const QJsonValue &value, const CaField &field)
{
    const bool none = value.isUndefined() || value.isNull();
    if (field.kind == CaField::Kind::Texts) {
        QJsonArray list;
        for (const auto &each : value.toArray())
            list.append(caSpelled(each.toString(), field.words).value_or(each.toString()));
        return list;
    }
    if (none)
        return QJsonValue::Null;
    if (field.kind == CaField::Kind::Text)
        return caSpelled(value.toString(), field.words).value_or(value.toString());
    if (field.kind == CaField::Kind::Flags) {
        QStringList words;
        for (const QString &each : value.toString().split(u','))
            words << caSpelled(each, field.words).value_or(each);
        return words.join(u',');
    }
    return field.kind == CaField::Kind::Object ? QJsonValue(caShaped(value.toObject(), *field.inner)) : value;
}

QJsonObject caShaped(const QJsonObject &object, const CaShape &shape)
{
    QJsonObject kept;
    if (shape.typed && object.contains("@odata.type"_L1))
        kept.insert(u"@odata.type"_s, object["@odata.type"_L1]);
    const bool allTenants = object["membershipKind"_L1].toString().compare("all"_L1, Qt::CaseInsensitive) == 0;
    for (const CaField &field : shape.fields)
        if (field.kind == CaField::Kind::ReadOnly ? object.contains(field.name) : !(allTenants && field.name == u"members"))
            kept.insert(field.name, caShapedValue(object.value(field.name), field));
    return kept;
}

QJsonObject caMergedPart(const QJsonObject &before, const QJsonObject &sent, const CaShape &shape)
{
    QJsonObject after = before;
    for (auto it = sent.begin(); it != sent.end(); ++it) {
        const CaField *field = shape.field(it.key());
        if (shape.typed && it.key() == u"@odata.type")
            after.insert(it.key(), it.value());
        if (!field || field->kind == CaField::Kind::ReadOnly)
            continue;
        // Another strength takes the place of the old one; every other complex value is changed member by member.
        const bool part =
            field->kind == CaField::Kind::Object && it.value().isObject() && field->name != u"authenticationStrength";
        after.insert(it.key(),
                     part ? QJsonValue(caMergedPart(before.value(it.key()).toObject(), it.value().toObject(), *field->inner))
                          : it.value());
    }
    return after;
}

/// A strength is named by its id and shown whole.
QJsonObject withWholeStrength(QJsonObject policy)
{
    QJsonObject grant = policy["grantControls"_L1].toObject();
    const QString id = grant["authenticationStrength"_L1].toObject()["id"_L1].toString();
    if (const QJsonObject strength = authenticationStrength(id); !strength.isEmpty()) {
        grant.insert(u"authenticationStrength"_s, strength);
        policy.insert(u"grantControls"_s, grant);
    }
    return policy;
}

} // namespace

bool caHasForm(const QJsonObject &sent)
{
    return caFits(sent, caPolicyShape());
}

QJsonObject caNormalised(const QJsonObject &policy)
{
    return withWholeStrength(caShaped(policy, caPolicyShape()));
}

QJsonObject caMerged(const QJsonObject &before, const QJsonObject &sent)
{
    return caNormalised(caMergedPart(before, sent, caPolicyShape()));
}

} // namespace pimgate::demo
