#include "gate/wish/BlueprintWords.h"

#include "gate/wish/DocumentOrder.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>
#include <numeric>

namespace pimgate::blueprintfile {

namespace {

int editDistance(const QString &a, const QString &b)
{
    QList<int> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (int i = 1; i <= a.size(); ++i) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= b.size(); ++j) {
            const int substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
        }
    }
    return row.last();
}

} // namespace

QString didYouMean(const QString &given, const QStringList &allowed)
{
    QString best;
    int distance = std::max(2, int(given.size()) / 3) + 1;
    for (const QString &candidate : allowed) {
        const int d = editDistance(given.toLower(), candidate.toLower());
        if (d < distance && d < candidate.size()) {
            distance = d;
            best = candidate;
        }
    }
    return best.isEmpty() ? QString() : BlueprintText::tr("Did you mean “%1”?").arg(best) + QLatin1Char(' ');
}

QString typeOf(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Bool:
        return QStringLiteral("boolean");
    case QJsonValue::Double:
        return QStringLiteral("number");
    case QJsonValue::String:
        return QStringLiteral("string");
    case QJsonValue::Array:
        return QStringLiteral("array");
    case QJsonValue::Object:
        return QStringLiteral("object");
    default:
        return QStringLiteral("null");
    }
}

QString typeInWords(const QString &type)
{
    if (type == QLatin1String("boolean"))
        return BlueprintText::tr("true or false");
    if (type == QLatin1String("number"))
        return BlueprintText::tr("a number");
    if (type == QLatin1String("string"))
        return BlueprintText::tr("text in quotes");
    if (type == QLatin1String("array"))
        return BlueprintText::tr("a list in [ ]");
    if (type == QLatin1String("object"))
        return BlueprintText::tr("an object in { }");
    return BlueprintText::tr("null");
}

QStringList typesOf(const QJsonObject &schema)
{
    const QJsonValue type = schema.value(QLatin1String("type"));
    QStringList types;
    for (const QJsonValue &one : type.isArray() ? type.toArray() : QJsonArray{type})
        types << one.toString();
    return types;
}

QJsonObject propertiesOf(const QJsonObject &schema)
{
    return schema.value(QLatin1String("properties")).toObject();
}

QString homeOf(const QString &key, const QJsonObject &schema, const QString &path)
{
    const QJsonObject properties = propertiesOf(schema);
    for (auto it = properties.begin(); it != properties.end(); ++it) {
        const QJsonObject child = it.value().toObject();
        const QString childPath = joined(path, it.key());
        if (propertiesOf(child).contains(key))
            return childPath;
        if (const QString deeper = homeOf(key, child, childPath); !deeper.isEmpty())
            return deeper;
    }
    return {};
}

QString withFullStop(const QString &text)
{
    return text.isEmpty() || text.endsWith(QLatin1Char('.')) ? text : text + QLatin1Char('.');
}

QString principalForms()
{
    return BlueprintText::tr("A user name such as ada@contoso.com, an object id, or group: and the name of a group.");
}

namespace {

bool isGuid(const QString &text)
{
    static const QRegularExpression pattern(QStringLiteral("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"));
    return pattern.match(text).hasMatch();
}

} // namespace

bool isMail(const QString &text)
{
    static const QRegularExpression pattern(QStringLiteral("^[^@\\s]+@[^@\\s]+$"));
    return pattern.match(text).hasMatch();
}

bool isPrincipal(const QString &text)
{
    const QLatin1String group("group:");
    return isGuid(text) || (text.startsWith(group) ? !text.mid(group.size()).trimmed().isEmpty() : isMail(text));
}

} // namespace pimgate::blueprintfile
