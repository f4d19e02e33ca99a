#include "gate/wish/BlueprintJudge.h"

#include "base/IsoDuration.h"
#include "gate/wish/BlueprintWords.h"
#include "gate/wish/DocumentOrder.h"
#include "gate/wish/Presets.h"
#include "gate/wish/Resources.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <algorithm>
#include <valijson/adapters/qtjson_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace pimgate::blueprintfile {

namespace {

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

} // namespace

QList<Problem> problemsOf(const QJsonObject &root, const QByteArray &text)
{
    return Judge(root, text).problems();
}

} // namespace pimgate::blueprintfile
