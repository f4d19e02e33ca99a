#include "gate/Blueprint.h"

#include "gate/Presets.h"
#include "gate/Resources.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <algorithm>
#include <functional>
#include <valijson/adapters/qtjson_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace pimgate {
namespace blueprintfile {

struct BlueprintText
{
    Q_DECLARE_TR_FUNCTIONS(Blueprint)
};

QString joined(const QString &parent, const QString &key)
{
    return parent.isEmpty() ? key : parent + QLatin1Char('.') + key;
}

QString element(const QString &parent, int index)
{
    return parent + QLatin1Char('[') + QString::number(index) + QLatin1Char(']');
}

/// Where every value of a JSON text starts and ends. QJsonObject sorts its keys, so the order of the file is read here;
/// the text has already been parsed by QJsonDocument and is known to be valid.
class DocumentOrder
{
public:
    explicit DocumentOrder(const QByteArray &json) : m_json(json) { value({}); }

    qsizetype of(const QString &path) const { return m_start.value(path, m_json.size()); }
    /// Something that is missing belongs at the end of what it is missing from.
    qsizetype endOf(const QString &path) const { return m_end.value(path, m_json.size()); }
    const QStringList &repeated() const { return m_repeated; }

private:
    char peek()
    {
        while (m_at < m_json.size() && strchr(" \t\r\n,:", m_json.at(m_at)) != nullptr)
            ++m_at;
        return m_at < m_json.size() ? m_json.at(m_at) : '\0';
    }
    QString string()
    {
        const qsizetype from = m_at++;
        while (m_at < m_json.size() && m_json.at(m_at) != '"')
            m_at += m_json.at(m_at) == '\\' ? 2 : 1;
        ++m_at;
        const QByteArray alone = '[' + m_json.mid(from, m_at - from) + ']';
        return QJsonDocument::fromJson(alone).array().at(0).toString();
    }
    void value(const QString &path)
    {
        const char first = peek();
        m_start.insert(path, m_at);
        if (first == '{')
            object(path);
        else if (first == '[')
            array(path);
        else if (first == '"')
            string();
        else
            while (m_at < m_json.size() && strchr(" \t\r\n,]}", m_json.at(m_at)) == nullptr)
                ++m_at;
        m_end.insert(path, m_at);
    }
    void object(const QString &path)
    {
        ++m_at;
        QStringList seen;
        while (peek() == '"') {
            const QString name = string();
            const QString key = joined(path, name);
            value(key);
            if (seen.contains(name))
                m_repeated << key;
            seen << name;
        }
        ++m_at;
    }
    void array(const QString &path)
    {
        ++m_at;
        for (int index = 0; peek() != ']' && m_at < m_json.size(); ++index)
            value(element(path, index));
        ++m_at;
    }

    QByteArray m_json;
    qsizetype m_at = 0;
    QHash<QString, qsizetype> m_start, m_end;
    QStringList m_repeated;
};

struct Problem
{
    qsizetype at = 0;
    QString where, message, next;
};

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

/// "Did you mean “eligible”? " or nothing.
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

/// Where else a key is known: "pim" for "eligible" written at the top.
QString homeOf(const QString &key, const QJsonObject &schema, const QString &path = {})
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

bool isGuid(const QString &text)
{
    static const QRegularExpression pattern(QStringLiteral("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"));
    return pattern.match(text).hasMatch();
}

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

/// Finds every problem of one blueprint text. valijson decides what breaks the schema; this says it in words, and adds
/// what a schema cannot express: durations, forms of names, contradictions.
class Judge
{
public:
    Judge(const QJsonObject &root, const QByteArray &text) : m_root(root), m_order(text)
    {
        m_schema = QJsonDocument::fromJson(gateResource(QStringLiteral("blueprint.schema.json"))).object();
    }

    QList<Problem> problems()
    {
        for (const QString &path : m_order.repeated())
            add(path, BlueprintText::tr("This key stands here twice."), BlueprintText::tr("Keep one of them."));
        schemaProblems();
        formats(m_schema, m_root, {});
        contradictions();
        std::stable_sort(m_problems.begin(), m_problems.end(), [](const Problem &a, const Problem &b) { return a.at < b.at; });
        return m_problems;
    }

private:
    void addAt(qsizetype at, const QString &where, const QString &message, const QString &next)
    {
        for (const Problem &known : std::as_const(m_problems))
            if (known.where == where)
                return; // one cause, told once
        m_problems << Problem{at, where, message, next};
    }
    void add(const QString &where, const QString &message, const QString &next)
    {
        addAt(m_order.of(where), where, message, next);
    }
    void addMissing(const QString &parent, const QString &where, const QString &message, const QString &next)
    {
        addAt(m_order.endOf(parent), where, message, next);
    }

    void schemaProblems()
    {
        valijson::Schema schema;
        valijson::SchemaParser parser;
        const QJsonValue schemaValue(m_schema);
        parser.populateSchema(valijson::adapters::QtJsonAdapter(schemaValue), schema);
        valijson::Validator validator;
        valijson::ValidationResults results;
        const QJsonValue rootValue(m_root);
        try {
            if (validator.validate(schema, valijson::adapters::QtJsonAdapter(rootValue), &results))
                return;
        } catch (const std::exception &) { // Debian's valijson throws on a list where a text with a pattern belongs
            wrongTypes(m_schema, m_root, {});
            return;
        }
        const qsizetype before = m_problems.size();
        for (const auto &error : results)
            explain(error.context);
        if (m_problems.size() == before) // a rule of the schema that explain() has no words for
            add({}, QString::fromStdString(results.begin()->description),
                BlueprintText::tr("Hold the file against blueprint.schema.json."));
    }

    /// valijson names the value by steps: "<root>", "[pim]", "[eligible]", "[0]".
    void explain(const std::vector<std::string> &context)
    {
        QJsonObject schema = m_schema;
        QJsonValue value = m_root;
        QString path;
        for (size_t i = 1; i < context.size(); ++i) {
            const QString step = QString::fromStdString(context[i].substr(1, context[i].size() - 2));
            if (value.isArray()) {
                path = element(path, step.toInt());
                value = value.toArray().at(step.toInt());
                schema = schema.value(QLatin1String("items")).toObject();
            } else {
                path = joined(path, step);
                value = value.toObject().value(step);
                schema = propertiesOf(schema).value(step).toObject();
            }
        }
        if (schema.isEmpty())
            return;
        if (!typesOf(schema).contains(typeOf(value)))
            wrongType(schema, value, path);
        else if (value.isObject())
            keys(schema, value.toObject(), path);
        else
            wrongValue(schema, value, path);
    }

    void wrongTypes(const QJsonObject &schema, const QJsonValue &value, const QString &path)
    {
        if (!typesOf(schema).contains(typeOf(value)))
            return wrongType(schema, value, path);
        const QJsonObject object = value.toObject(), known = propertiesOf(schema);
        for (auto it = object.begin(); it != object.end(); ++it)
            if (known.contains(it.key()))
                wrongTypes(known.value(it.key()).toObject(), it.value(), joined(path, it.key()));
        const QJsonArray array = value.toArray();
        for (int i = 0; i < array.size(); ++i)
            wrongTypes(schema.value(QLatin1String("items")).toObject(), array.at(i), element(path, i));
    }

    void wrongType(const QJsonObject &schema, const QJsonValue &value, const QString &path)
    {
        QStringList allowed;
        for (const QString &type : typesOf(schema))
            allowed << typeInWords(type);
        add(path, BlueprintText::tr("Here stands %1.").arg(typeInWords(typeOf(value))),
            BlueprintText::tr("Allowed here: %1.").arg(allowed.join(BlueprintText::tr(" or "))) + QLatin1Char(' ') +
                describe(schema));
    }

    void keys(const QJsonObject &schema, const QJsonObject &object, const QString &path)
    {
        const QJsonObject known = propertiesOf(schema);
        for (auto it = object.begin(); it != object.end(); ++it)
            if (!known.contains(it.key()))
                unknownKey(it.key(), known.keys(), path);
        const QJsonArray required = schema.value(QLatin1String("required")).toArray();
        for (const QJsonValue &one : required)
            if (const QString key = one.toString(); !object.contains(key))
                addMissing(path, joined(path, key), missing(key), withFullStop(describe(known.value(key).toObject())));
    }

    static QString missing(const QString &key)
    {
        if (key == QLatin1String("application"))
            return BlueprintText::tr("No application is named.");
        if (key == QLatin1String("pim") || key == QLatin1String("eligible"))
            return BlueprintText::tr("Nobody is made eligible.");
        return BlueprintText::tr("“%1” is missing.").arg(key);
    }

    void unknownKey(const QString &key, const QStringList &allowed, const QString &path)
    {
        QString hint = didYouMean(key, allowed);
        if (const QString home = homeOf(key, m_schema); hint.isEmpty() && !home.isEmpty())
            hint = BlueprintText::tr("It belongs in “%1”.").arg(home) + QLatin1Char(' ');
        add(joined(path, key), BlueprintText::tr("“%1” is not a key that is known here.").arg(key),
            hint + BlueprintText::tr("Allowed here: %1.").arg(allowed.join(QLatin1String(", "))));
    }

    void wrongValue(const QJsonObject &schema, const QJsonValue &value, const QString &path)
    {
        const QJsonArray choices = schema.value(QLatin1String("enum")).toArray();
        if (value.isArray()) {
            if (value.toArray().size() < schema.value(QLatin1String("minItems")).toInt())
                add(path, BlueprintText::tr("The list is empty."),
                    BlueprintText::tr("Name at least one.") + QLatin1Char(' ') + describe(schema));
            return;
        }
        if (!choices.isEmpty() && !choices.contains(value)) {
            QStringList allowed;
            for (const QJsonValue &choice : choices)
                allowed << choice.toVariant().toString();
            const QString given = value.toVariant().toString();
            add(path, BlueprintText::tr("“%1” is not allowed here.").arg(given),
                didYouMean(given, allowed) + BlueprintText::tr("Allowed here: %1.").arg(allowed.join(QLatin1String(", "))));
            return;
        }
        const QString text = value.toString();
        if (const int most = schema.value(QLatin1String("maxLength")).toInt(); most > 0 && text.size() > most)
            add(path, BlueprintText::tr("This text is too long."),
                BlueprintText::tr("At most %1 characters are allowed here.").arg(most));
        else if (value.isString() && text.trimmed().isEmpty() && schema.contains(QLatin1String("minLength")))
            add(path, BlueprintText::tr("This text is empty."), describe(schema));
        else if (const QString pattern = schema.value(QLatin1String("pattern")).toString();
                 value.isString() && !pattern.isEmpty() && !QRegularExpression(pattern).match(text).hasMatch())
            add(path, BlueprintText::tr("“%1” is not allowed here.").arg(text),
                BlueprintText::tr("Allowed here: %1.").arg(describe(schema)));
    }

    static QString describe(const QJsonObject &schema) { return schema.value(QLatin1String("description")).toString(); }

    void formats(const QJsonObject &schema, const QJsonValue &value, const QString &path)
    {
        const QString format = schema.value(QLatin1String("format")).toString();
        if (value.isString() && !format.isEmpty() && !value.toString().trimmed().isEmpty())
            checkFormat(format, value.toString(), path);
        const QJsonObject object = value.toObject();
        const QJsonObject known = propertiesOf(schema);
        for (auto it = known.begin(); it != known.end(); ++it)
            if (object.contains(it.key()))
                formats(it.value().toObject(), object.value(it.key()), joined(path, it.key()));
        const QJsonArray array = value.toArray();
        for (int i = 0; i < array.size(); ++i)
            formats(schema.value(QLatin1String("items")).toObject(), array.at(i), element(path, i));
    }

    void checkFormat(const QString &format, const QString &text, const QString &path)
    {
        using namespace std::chrono;
        if (format == QLatin1String("principal") && !isPrincipal(text))
            add(path, BlueprintText::tr("“%1” names nobody.").arg(text), principalForms());
        else if (format == QLatin1String("mail") && !isMail(text))
            add(path, BlueprintText::tr("“%1” is not a mail address.").arg(text),
                BlueprintText::tr("Write it as soc@contoso.com."));
        else if (format == QLatin1String("activation-duration"))
            checkDuration(text, path, minutes(30), hours(24), minutes(30),
                          BlueprintText::tr("Allowed here: PT30M to P1D in steps of 30 minutes, such as PT4H."));
        else if (format == QLatin1String("eligibility-duration"))
            checkDuration(text, path, minutes(5), hours(24 * 365), seconds(1),
                          BlueprintText::tr("Allowed here: PT5M to P365D, such as P180D."));
    }

    void checkDuration(const QString &text, const QString &path, std::chrono::seconds least, std::chrono::seconds most,
                       std::chrono::seconds step, const QString &allowed)
    {
        const auto duration = IsoDuration::parse(text);
        if (!duration) {
            add(path, duration.error().message, sameInDays(text) + duration.error().next + QLatin1Char(' ') + allowed);
            return;
        }
        const auto value = duration->value();
        if (value < least)
            add(path, BlueprintText::tr("“%1” is too short.").arg(text), allowed);
        else if (value > most)
            add(path, BlueprintText::tr("“%1” is too long.").arg(text), allowed);
        else if (value.count() % step.count() != 0)
            add(path, BlueprintText::tr("“%1” is not a step of 30 minutes.").arg(text), allowed);
    }

    /// Months, years and weeks are what people write first; Microsoft takes none of them.
    static QString sameInDays(const QString &text)
    {
        static const QRegularExpression pattern(QStringLiteral("^P(\\d{1,3})([YMW])$"),
                                                QRegularExpression::CaseInsensitiveOption);
        const auto match = pattern.match(text);
        if (!match.hasMatch())
            return {};
        const QChar unit = match.captured(2).at(0).toUpper();
        const int days = match.captured(1).toInt() * (unit == QLatin1Char('Y') ? 365 : unit == QLatin1Char('M') ? 30 : 7);
        return BlueprintText::tr("Did you mean “P%1D”?").arg(days) + QLatin1Char(' ');
    }

    void contradictions()
    {
        const QJsonObject application = m_root.value(QLatin1String("application")).toObject();
        if (m_root.value(QLatin1String("application")).isObject() && !application.contains(QLatin1String("appId")) &&
            !application.contains(QLatin1String("displayName")))
            add(QStringLiteral("application"), BlueprintText::tr("No application is named."),
                BlueprintText::tr("Name it by “appId” or by “displayName”, its exact name in the tenant."));
        presetKnown(application.value(QLatin1String("preset")).toString());
        const QJsonObject pim = m_root.value(QLatin1String("pim")).toObject();
        const QJsonArray eligible = pim.value(QLatin1String("eligible")).toArray();
        eligibleOnce(eligible);
        activation(pim.value(QLatin1String("activation")).toObject(), eligible);
        breakGlass(m_root.value(QLatin1String("conditionalAccess")).toObject());
    }

    void presetKnown(const QString &id)
    {
        QStringList known;
        for (const Preset &one : presets())
            known << one.id;
        if (!id.isEmpty() && !known.contains(id))
            add(QStringLiteral("application.preset"), BlueprintText::tr("There is no preset “%1”.").arg(id),
                didYouMean(id, known) +
                    BlueprintText::tr("Allowed here: %1, or null for none.").arg(known.join(QLatin1String(", "))));
    }

    void eligibleOnce(const QJsonArray &eligible)
    {
        QStringList seen;
        for (int i = 0; i < eligible.size(); ++i) {
            const QString principal = eligible.at(i).toObject().value(QLatin1String("principal")).toString();
            if (!principal.isEmpty() && seen.contains(principal, Qt::CaseInsensitive))
                add(joined(element(QStringLiteral("pim.eligible"), i), QStringLiteral("principal")),
                    BlueprintText::tr("“%1” is named twice.").arg(principal), BlueprintText::tr("Name everybody once."));
            seen << principal;
        }
    }

    void activation(const QJsonObject &rules, const QJsonArray &eligible)
    {
        const QString path = QStringLiteral("pim.activation");
        const QJsonArray approvers = rules.value(QLatin1String("approvers")).toArray();
        // Microsoft takes one of the two: a rule write with both is refused.
        if (rules.value(QLatin1String("mfa")).toBool() &&
            !rules.value(QLatin1String("authenticationContext")).toString().isEmpty())
            add(path + QLatin1String(".authenticationContext"),
                BlueprintText::tr("An authentication context and mfa exclude each other."),
                BlueprintText::tr("Leave out “mfa”, or set “authenticationContext” to null."));
        if (rules.value(QLatin1String("approval")).toBool() && approvers.isEmpty())
            add(path + QLatin1String(".approval"), BlueprintText::tr("Approval is on, and nobody is named who approves."),
                BlueprintText::tr("Name people or groups in “approvers”, or set “approval” to false."));
        // P17: nobody approves his own request.
        const QString onlyEligible =
            eligible.size() == 1 ? eligible.at(0).toObject().value(QLatin1String("principal")).toString() : QString();
        if (approvers.size() == 1 && rules.value(QLatin1String("approval")).toBool(true) && !onlyEligible.isEmpty() &&
            !onlyEligible.startsWith(QLatin1String("group:")) &&
            approvers.at(0).toString().compare(onlyEligible, Qt::CaseInsensitive) == 0)
            add(element(path + QLatin1String(".approvers"), 0),
                BlueprintText::tr("The only approver is the only eligible person."),
                BlueprintText::tr("Name a second approver: nobody approves their own request."));
    }

    void breakGlass(const QJsonObject &policy)
    {
        if (policy.value(QLatin1String("state")).toString() != QLatin1String("enabled") ||
            policy.contains(QLatin1String("breakGlassRefusal")) || !policy.value(QLatin1String("breakGlass")).toArray().isEmpty())
            return;
        const QString where = QStringLiteral("conditionalAccess.breakGlass");
        const QString message = BlueprintText::tr("A policy that is enabled needs an emergency account that it never blocks.");
        const QString next =
            BlueprintText::tr("Name at least one account in “breakGlass”, or write “breakGlassRefusal” with “by” and “reason”.");
        if (policy.contains(QLatin1String("breakGlass")))
            add(where, message, next);
        else
            addMissing(QStringLiteral("conditionalAccess"), where, message, next);
    }

    QJsonObject m_root, m_schema;
    DocumentOrder m_order;
    QList<Problem> m_problems;
};

tl::unexpected<Error> refused(const QString &where, const QString &message, const QString &next)
{
    Error error;
    error.kind = Error::Kind::Input;
    error.where = where;
    error.message = message;
    error.next = next.simplified();
    return failure(error);
}

tl::unexpected<Error> notJson(const QByteArray &text, const QJsonParseError &problem)
{
    const QByteArray before = text.left(problem.offset);
    const qsizetype line = before.count('\n') + 1;
    const qsizetype column = before.size() - before.lastIndexOf('\n');
    const QByteArray around = text.mid(std::max(0, problem.offset - 2), 4);
    const bool comment = around.contains("/*") || around.contains("//");
    return refused(BlueprintText::tr("line %1, column %2").arg(line).arg(column),
                   BlueprintText::tr("This is not JSON: %1.").arg(problem.errorString()),
                   comment ? BlueprintText::tr("JSON takes no comments; remove it.")
                           : BlueprintText::tr("Mend the file at this place."));
}

QStringList strings(const QJsonValue &value)
{
    QStringList list;
    const QJsonArray array = value.toArray();
    for (const QJsonValue &one : array)
        list << one.toString().trimmed();
    return list;
}

std::optional<bool> flag(const QJsonValue &value)
{
    return value.isBool() ? std::optional(value.toBool()) : std::nullopt;
}

std::optional<IsoDuration> duration(const QJsonValue &value)
{
    const auto parsed = IsoDuration::parse(value.toString());
    return parsed ? std::optional(*parsed) : std::nullopt;
}

void readPim(const QJsonObject &pim, Blueprint &blueprint)
{
    const QJsonArray eligible = pim.value(QLatin1String("eligible")).toArray();
    for (const QJsonValue &one : eligible)
        blueprint.eligible << Blueprint::Eligible{one[QLatin1String("principal")].toString().trimmed(),
                                                  duration(one[QLatin1String("duration")])};
    blueprint.removeOtherEligibles = pim.value(QLatin1String("eligibleOthers")).toString() == QLatin1String("remove");
    const QJsonObject rules = pim.value(QLatin1String("activation")).toObject();
    auto &activation = blueprint.activation;
    activation.maximumDuration = duration(rules.value(QLatin1String("maximumDuration")));
    activation.mfa = flag(rules.value(QLatin1String("mfa")));
    activation.justification = flag(rules.value(QLatin1String("justification")));
    activation.ticket = flag(rules.value(QLatin1String("ticket")));
    activation.approval = flag(rules.value(QLatin1String("approval")));
    if (rules.contains(QLatin1String("authenticationContext"))) // null is named: it switches off
        activation.authenticationContext = rules.value(QLatin1String("authenticationContext")).toString(QLatin1String(""));
    activation.approvers = strings(rules.value(QLatin1String("approvers")));
    const QJsonObject mail = pim.value(QLatin1String("notifications")).toObject();
    if (mail.contains(QLatin1String("activation")))
        blueprint.activationMail = strings(mail.value(QLatin1String("activation")));
}

void readPolicy(const QJsonObject &json, Blueprint::PolicyWish &policy)
{
    policy.displayName = json.value(QLatin1String("displayName")).toString().trimmed();
    policy.enabled = json.value(QLatin1String("state")).toString() == QLatin1String("enabled");
    policy.breakGlass = strings(json.value(QLatin1String("breakGlass")));
    const QJsonObject refusal = json.value(QLatin1String("breakGlassRefusal")).toObject();
    if (!refusal.isEmpty())
        policy.breakGlassRefusal = Blueprint::PolicyWish::Refusal{refusal.value(QLatin1String("by")).toString(),
                                                                  refusal.value(QLatin1String("reason")).toString()};
}

Blueprint read(const QJsonObject &root)
{
    Blueprint blueprint;
    const QJsonObject application = root.value(QLatin1String("application")).toObject();
    blueprint.application = {application.value(QLatin1String("appId")).toString().toLower(),
                             application.value(QLatin1String("displayName")).toString().trimmed(),
                             application.value(QLatin1String("preset")).toString()};
    const QJsonObject group = root.value(QLatin1String("group")).toObject();
    blueprint.group.displayName = group.value(QLatin1String("displayName")).toString().trimmed();
    blueprint.group.description = group.value(QLatin1String("description")).toString();
    blueprint.group.descriptionNamed = group.contains(QLatin1String("description"));
    blueprint.group.roleAssignable = flag(group.value(QLatin1String("roleAssignable")));
    blueprint.group.existing = group.value(QLatin1String("existing")).toString().trimmed();
    const QJsonObject assignment = root.value(QLatin1String("assignment")).toObject();
    blueprint.assignment = {assignment.value(QLatin1String("required")).toBool(true),
                            assignment.value(QLatin1String("appRole")).toString().trimmed(),
                            assignment.value(QLatin1String("otherAssignments")).toString() == QLatin1String("remove"),
                            strings(assignment.value(QLatin1String("remove")))};
    readPim(root.value(QLatin1String("pim")).toObject(), blueprint);
    readPolicy(root.value(QLatin1String("conditionalAccess")).toObject(), blueprint.policy);
    if (root.contains(QLatin1String("accessReview")))
        blueprint.accessReview = root.value(QLatin1String("accessReview")).toObject();
    return blueprint;
}

void put(QJsonObject &json, const char *key, const QString &text)
{
    if (!text.isEmpty())
        json.insert(QLatin1String(key), text);
}

void put(QJsonObject &json, const char *key, const std::optional<bool> &value)
{
    if (value)
        json.insert(QLatin1String(key), *value);
}

void put(QJsonObject &json, const char *key, const QStringList &list)
{
    if (!list.isEmpty())
        json.insert(QLatin1String(key), QJsonArray::fromStringList(list));
}

void put(QJsonObject &json, const char *key, const QJsonObject &object)
{
    if (!object.isEmpty())
        json.insert(QLatin1String(key), object);
}

QString keepOrRemove(bool remove)
{
    return remove ? QStringLiteral("remove") : QStringLiteral("keep");
}

QJsonObject activationJson(const Blueprint::ActivationWish &activation)
{
    QJsonObject json;
    if (activation.maximumDuration)
        put(json, "maximumDuration", activation.maximumDuration->toString());
    put(json, "mfa", activation.mfa);
    put(json, "justification", activation.justification);
    put(json, "ticket", activation.ticket);
    if (activation.authenticationContext)
        json.insert(QLatin1String("authenticationContext"), activation.authenticationContext->isEmpty()
                                                                ? QJsonValue(QJsonValue::Null)
                                                                : QJsonValue(*activation.authenticationContext));
    put(json, "approval", activation.approval);
    put(json, "approvers", activation.approvers);
    return json;
}

QJsonObject pimJson(const Blueprint &blueprint)
{
    QJsonArray eligible;
    for (const Blueprint::Eligible &one : blueprint.eligible) {
        QJsonObject entry;
        put(entry, "principal", one.principal);
        if (one.duration)
            put(entry, "duration", one.duration->toString());
        eligible << entry;
    }
    QJsonObject json;
    json.insert(QLatin1String("eligible"), eligible);
    put(json, "eligibleOthers", keepOrRemove(blueprint.removeOtherEligibles));
    put(json, "activation", activationJson(blueprint.activation));
    if (blueprint.activationMail) {
        QJsonObject notifications;
        notifications.insert(QLatin1String("activation"), QJsonArray::fromStringList(*blueprint.activationMail));
        json.insert(QLatin1String("notifications"), notifications);
    }
    return json;
}

QJsonObject policyJson(const Blueprint::PolicyWish &policy)
{
    QJsonObject json;
    put(json, "displayName", policy.displayName);
    put(json, "state", policy.enabled ? QStringLiteral("enabled") : QStringLiteral("reportOnly"));
    put(json, "breakGlass", policy.breakGlass);
    if (policy.breakGlassRefusal) {
        QJsonObject refusal;
        put(refusal, "by", policy.breakGlassRefusal->by);
        put(refusal, "reason", policy.breakGlassRefusal->reason);
        json.insert(QLatin1String("breakGlassRefusal"), refusal);
    }
    return json;
}

} // namespace blueprintfile

QStringList Blueprint::references() const
{
    QStringList all;
    for (const Eligible &one : eligible)
        all << one.principal;
    all << activation.approvers << policy.breakGlass << assignment.remove;
    if (accessReview)
        all << blueprintfile::strings(accessReview->value(QLatin1String("reviewers")));
    all.removeDuplicates();
    return all;
}

Result<Blueprint> Blueprint::parse(const QByteArray &json)
{
    using namespace blueprintfile;
    const QByteArray text = json.startsWith("\xEF\xBB\xBF") ? json.mid(3) : json; // Windows editors add the mark
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(text, &problem);
    if (problem.error != QJsonParseError::NoError)
        return notJson(text, problem);
    if (!document.isObject())
        return refused({}, BlueprintText::tr("A blueprint is an object in { }."),
                       BlueprintText::tr("Allowed here: application, group, assignment, pim, "
                                         "conditionalAccess, accessReview."));
    const QList<Problem> problems = Judge(document.object(), text).problems();
    if (!problems.isEmpty()) {
        const Problem &first = problems.first();
        const int more = int(problems.size()) - 1;
        return refused(first.where, first.message,
                       more == 0
                           ? first.next
                           : first.next + QLatin1Char(' ') + BlueprintText::tr("%n more problem(s) follow.", nullptr, more));
    }
    Blueprint blueprint = read(document.object());
    blueprint.fillNames(blueprint.application.displayName);
    return blueprint;
}

Result<Blueprint> Blueprint::load(const QString &fileName)
{
    using namespace blueprintfile;
    constexpr qint64 atMost = 1 << 20;
    QFile file(fileName);
    if (!file.open(QIODevice::ReadOnly))
        return refused(fileName, BlueprintText::tr("The blueprint cannot be read: %1.").arg(file.errorString()),
                       BlueprintText::tr("Give the path of a blueprint file."));
    const QByteArray text = file.read(atMost + 1);
    if (text.size() > atMost)
        return refused(fileName, BlueprintText::tr("This file is over 1 MB; a blueprint is smaller."),
                       BlueprintText::tr("Give the path of a blueprint file."));
    return parse(text);
}

void Blueprint::fillNames(const QString &applicationName)
{
    using blueprintfile::BlueprintText;
    const auto facts = preset(application.preset);
    QString name = applicationName;
    if (name.isEmpty())
        name = application.displayName;
    if (name.isEmpty() && facts)
        name = facts->displayName;
    if (name.isEmpty())
        return;
    if (policy.displayName.isEmpty())
        policy.displayName = facts ? facts->policyName : BlueprintText::tr("PIM only: %1").arg(name);
    if (!group.existing.isEmpty())
        return;
    if (group.displayName.isEmpty())
        group.displayName =
            facts ? facts->groupName : QStringLiteral("PIM-%1-Admins").arg(QString(name).remove(QLatin1Char(' ')));
    if (group.description.isEmpty() && !group.descriptionNamed)
        group.description = BlueprintText::tr("Active members can sign in to %1.").arg(name);
}

QJsonObject Blueprint::toJson() const
{
    using namespace blueprintfile;
    QJsonObject applicationJson, groupJson, assignmentJson, json;
    put(applicationJson, "appId", application.appId);
    put(applicationJson, "displayName", application.displayName);
    put(applicationJson, "preset", application.preset);
    put(groupJson, "displayName", group.displayName);
    if (group.descriptionNamed)
        groupJson.insert(QLatin1String("description"), group.description);
    put(groupJson, "roleAssignable", group.roleAssignable);
    put(groupJson, "existing", group.existing);
    put(assignmentJson, "required", std::optional(assignment.required));
    put(assignmentJson, "appRole", assignment.appRole);
    put(assignmentJson, "otherAssignments", keepOrRemove(assignment.removeOthers));
    put(assignmentJson, "remove", assignment.remove);
    put(json, "application", applicationJson);
    put(json, "group", groupJson);
    put(json, "assignment", assignmentJson);
    put(json, "pim", pimJson(*this));
    put(json, "conditionalAccess", policyJson(policy));
    if (accessReview)
        json.insert(QLatin1String("accessReview"), *accessReview);
    return json;
}

} // namespace pimgate
