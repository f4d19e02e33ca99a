#pragma once

#include <QRegularExpression>
#include <QString>

/// What people and groups are asked for, and how a blueprint refers to them.
namespace pimgate::directoryforms {

constexpr auto userFields = "id,displayName,userPrincipalName,jobTitle,userType,accountEnabled,onPremisesSyncEnabled";
constexpr auto groupFields = "id,displayName,onPremisesSyncEnabled";
inline const QString groupPrefix = QStringLiteral("group:");

inline QString fieldsOf(const char *fields)
{
    return QString::fromLatin1(fields);
}

inline bool isObjectId(const QString &text)
{
    static const QRegularExpression pattern(QStringLiteral("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"));
    return pattern.match(text).hasMatch();
}

} // namespace pimgate::directoryforms
