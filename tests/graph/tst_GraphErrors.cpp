// What Microsoft Graph refuses, in a person's words: the tables of the contract, typed again in ContractErrors.h, against the
// catalogue.
#include "graph/ContractErrors.h"
#include "graph/GraphService.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <QTest>
#include <QTranslator>

using namespace pimgate;
using namespace pimgate::test;

namespace {

constexpr auto requestId = "8b6f1c52-93a4-4f5e-8a1d-2c3b4d5e6f70";

QString text(const char *latin1)
{
    return QString::fromLatin1(latin1);
}

Error answered(int status, const QByteArray &body)
{
    return GraphService::errorFrom(status, body, {{"request-id", requestId}});
}

QByteArray around(const QJsonObject &error)
{
    return QJsonDocument(QJsonObject{{QStringLiteral("error"), error}}).toJson(QJsonDocument::Compact);
}

QByteArray plain(const QString &code, const QString &said)
{
    return around({{QStringLiteral("code"), code}, {QStringLiteral("message"), said}});
}

/// PIM's other envelope (7.7 b): its own JSON as the message of an "UnknownError".
QByteArray wrapped(const QString &code, const QString &said)
{
    const QJsonObject inside{{QStringLiteral("errorCode"), code}, {QStringLiteral("message"), said}};
    return plain(QStringLiteral("UnknownError"), QString::fromUtf8(QJsonDocument(inside).toJson(QJsonDocument::Compact)));
}

/// Conditional Access' other form (10.6): the numbered text inside.
QByteArray textInside(const QString &code, const QString &said)
{
    return around({{QStringLiteral("code"), code},
                   {QStringLiteral("message"), text(malformed)},
                   {QStringLiteral("innerError"), QJsonObject{{QStringLiteral("message"), said}}}});
}

bool isOneSentence(const QString &words)
{
    static const QRegularExpression another(QStringLiteral("[.!?]\\s+\\p{Lu}"));
    return words.endsWith(QLatin1Char('.')) && !another.match(words).hasMatch();
}

/// Two rules that failed need a step each.
bool isSeveralRules(const QString &said)
{
    return said.contains(QLatin1String("\",\""));
}

void addRow(const ContractError &row, const char *form, const QByteArray &body)
{
    QTest::addRow("%s %d %s %.60s, %s", row.section, row.status, row.code, row.said, form) << &row << body;
}

/// Every text that is asked for, made visible, so that one which is not asked for stands out.
class Marked : public QTranslator
{
public:
    bool isEmpty() const override { return false; }
    QString translate(const char *context, const char *source, const char *, int) const override
    {
        if (qstrcmp(context, "Graph") != 0)
            return {};
        m_asked << QString::fromUtf8(source);
        return QStringLiteral("§") + QString::fromUtf8(source);
    }
    const QSet<QString> &asked() const { return m_asked; }

private:
    mutable QSet<QString> m_asked;
};

QString unescaped(QString literal)
{
    static const QRegularExpression seam(QStringLiteral("\"\\s+\"")); // one literal over several lines
    return literal.remove(seam).replace(QLatin1String("\\\""), QLatin1String("\""));
}

/// What lupdate finds: it reads the sources as they stand, and looks into no macro of our own.
QSet<QString> foundByLupdate()
{
    static const QRegularExpression call(
        QStringLiteral("(?:QT_TRANSLATE_NOOP\\(\\s*\"Graph\",|GraphText::tr\\()\\s*\"((?:[^\"\\\\]|\\\\.|\"\\s+\")*)\"\\s*\\)"));
    QSet<QString> texts;
    for (const char *name : {"GraphCatalogue.cpp", "GraphErrors.cpp"}) {
        QFile file(QDir(QStringLiteral(PIMGATE_SOURCE_DIR)).filePath(QStringLiteral("app/graph/") + text(name)));
        if (!file.open(QIODevice::ReadOnly))
            qFatal("%s cannot be read.", name);
        for (auto it = call.globalMatch(QString::fromUtf8(file.readAll())); it.hasNext();)
            texts << unescaped(it.next().captured(1));
    }
    return texts;
}

QString section(const QString &contract, const char *number)
{
    const auto from = contract.indexOf(QLatin1String("\n### ") + QLatin1String(number) + QLatin1Char(' ')) + 1;
    return contract.mid(from, contract.indexOf(QLatin1String("\n### "), from) - from);
}

/// The codes in the first column of a section's table. A row without one ("same") goes on with the code above it.
QSet<QString> codesOfTable(const QString &section)
{
    static const QRegularExpression code(QStringLiteral("`([A-Za-z_0-9]+)`"));
    QSet<QString> codes;
    for (const QString &line : section.split(QLatin1Char('\n')))
        if (line.startsWith(QLatin1String("| `")))
            for (auto it = code.globalMatch(line.section(QLatin1Char('|'), 1, 1)); it.hasNext();)
                codes << it.next().captured(1);
    return codes;
}

QSet<QString> typedCodes(const char *section)
{
    QSet<QString> codes;
    for (const ContractError &row : contractErrors)
        if (qstrcmp(row.section, section) == 0)
            codes << text(row.code) << text(row.as);
    return codes;
}

} // namespace

Q_DECLARE_METATYPE(const pimgate::test::ContractError *)

class tst_GraphErrors : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyErrorOfTheContractHasCausePersonAndOneStep_data()
    {
        QTest::addColumn<const ContractError *>("row");
        QTest::addColumn<QByteArray>("body");
        for (const ContractError &row : contractErrors) {
            const QString code = text(row.code), said = text(row.said);
            addRow(row, "plain", plain(code, said));
            if (qstrcmp(row.section, "7.7") == 0)
                addRow(row, "wrapped", wrapped(code, said));
            if (said.startsWith(QLatin1String("10")))
                addRow(row, "text inside", textInside(code, said));
        }
    }
    void everyErrorOfTheContractHasCausePersonAndOneStep()
    {
        QFETCH(const ContractError *, row);
        QFETCH(QByteArray, body);
        const Error error = answered(row->status, body);
        const Error unknown = answered(row->status, plain(QStringLiteral("MadeUp"), QStringLiteral("Said.")));
        QCOMPARE(error.kind, row->kind);
        QCOMPARE(error.code, text(*row->as ? row->as : row->code));
        QCOMPARE(error.requestId, text(requestId));
        QVERIFY2(!error.message.isEmpty() && !error.message.contains(QLatin1String("%1")), qPrintable(error.message));
        QVERIFY2(!error.message.contains(QLatin1String("The service says")), qPrintable(error.message));
        if (row->status != 404 && row->status != 429) // which say the same with a code and without
            QVERIFY2(error.message != unknown.message.section(QLatin1String(" The service says"), 0, 0),
                     qPrintable(error.message));
        QCOMPARE(error.who, text(row->who));
        QVERIFY2(error.next.contains(text(row->step)), qPrintable(error.next));
        QVERIFY2(isOneSentence(error.next) || isSeveralRules(text(row->said)), qPrintable(error.next));
    }

    void whatSomebodyElseMendsNamesHimInTheStep()
    {
        for (const ContractError &row : contractErrors) {
            static const QRegularExpression person(QStringLiteral("^An? (.+?) of "));
            if (const auto other = person.match(text(row.who)); other.hasMatch()) {
                const Error error = answered(row.status, plain(text(row.code), text(row.said)));
                QVERIFY2(error.next.contains(other.captured(1)), qPrintable(error.next));
            }
        }
    }

    void everyWordCanBeTranslated()
    {
        Marked marked;
        QVERIFY(QCoreApplication::installTranslator(&marked));
        const auto isMarked = [](const QString &words) { return words.startsWith(QStringLiteral("§")); };
        for (const ContractError &row : contractErrors) {
            const Error error = answered(row.status, plain(text(row.code), text(row.said)));
            QVERIFY2(isMarked(error.message) && isMarked(error.next), qPrintable(error.text()));
            QVERIFY2(error.who.isEmpty() || isMarked(error.who), qPrintable(error.who));
        }
        for (const ContractStatus &row : contractStatuses) {
            const Error error = answered(row.status, {});
            QVERIFY2(isMarked(error.message) && isMarked(error.next), qPrintable(error.text()));
        }
        const auto lost = marked.asked() - foundByLupdate();
        QVERIFY2(lost.isEmpty(), qPrintable(QStringList(lost.cbegin(), lost.cend()).join(u'\n')));
    }

    void theTablesAreTheContracts()
    {
        QFile file(QDir(QStringLiteral(PIMGATE_SOURCE_DIR)).filePath(QStringLiteral("../shared/domain/graph-contract.md")));
        if (!file.open(QIODevice::ReadOnly))
            QSKIP("../shared is not here, so the tables were not held against the contract.");
        const QString contract = QString::fromUtf8(file.readAll());
        for (const char *number : {"1.2", "7.7"}) {
            const QSet<QString> named = codesOfTable(section(contract, number));
            QVERIFY(named.size() > 10);
            const auto missing = named - typedCodes(number);
            QVERIFY2(missing.isEmpty(), qPrintable(QStringList(missing.cbegin(), missing.cend()).join(u' ')));
        }
        QSet<QString> numbers;
        static const QRegularExpression number(QStringLiteral("\\b10\\d\\d\\b"));
        for (auto it = number.globalMatch(section(contract, "10.6")); it.hasNext();)
            numbers << it.next().captured();
        QCOMPARE(numbers.size(), 8);
        QVERIFY(typedCodes("10.6").contains(numbers));
        // Every text that was typed stands there letter by letter.
        for (const ContractError &row : contractErrors)
            for (const QString &part : text(row.said).split(QStringLiteral(": ")))
                if (qstrcmp(row.section, "10.1") != 0 && qstrcmp(row.section, "7.6") != 0)
                    QVERIFY2(contract.contains(part), qPrintable(part));
        for (const char *name : defensiveNames)
            QVERIFY2(section(contract, "7.7").contains(text(name)), name);
    }

    void aStatusByItselfSaysEnough_data()
    {
        QTest::addColumn<int>("index");
        QTest::addColumn<QByteArray>("body");
        for (int i = 0; i < int(std::size(contractStatuses)); ++i) {
            const int status = contractStatuses[i].status;
            QTest::addRow("%d, no body", status) << i << QByteArray();
            QTest::addRow("%d, HTML", status) << i << QByteArray(htmlBody);
            QTest::addRow("%d, half of a JSON", status) << i << QByteArray(halfBody);
            QTest::addRow("%d, empty code", status) << i << plain({}, {});
            QTest::addRow("%d, text alone", status) << i << plain({}, QStringLiteral("It is <b>odd</b>.\r\nVery."));
            QTest::addRow("%d, unknown code", status)
                << i << plain(QStringLiteral("MadeUp"), QStringLiteral("It is <b>odd</b>.\r\nVery."));
            QTest::addRow("%d, unknown code alone", status) << i << plain(QStringLiteral("MadeUp"), {});
            QTest::addRow("%d, unknown code, wrapped", status)
                << i << wrapped(QStringLiteral("MadeUp"), QStringLiteral("It is <b>odd</b>.\r\nVery."));
        }
    }
    void aStatusByItselfSaysEnough()
    {
        QFETCH(int, index);
        QFETCH(QByteArray, body);
        const ContractStatus &row = contractStatuses[index];
        const Error error = answered(row.status, body);
        QCOMPARE(error.kind, row.kind);
        QCOMPARE(error.status, row.status);
        QCOMPARE(error.requestId, text(requestId));
        QCOMPARE(error.who, text(row.who));
        QVERIFY2(isOneSentence(error.next) && error.next.contains(text(row.step)), qPrintable(error.next));
        QVERIFY2(!error.message.isEmpty() && !error.message.contains(QLatin1String("html")), qPrintable(error.message));
        if (body.contains("odd"))
            QVERIFY2(error.message.endsWith(QLatin1String(" The service says: It is <b>odd</b>. Very.")),
                     qPrintable(error.message));
        else if (body.contains("MadeUp"))
            QVERIFY2(error.message.endsWith(QLatin1String(" The service says: MadeUp")), qPrintable(error.message));
        else
            QVERIFY2(isOneSentence(error.message), qPrintable(error.message));
        QVERIFY(error.text().contains(text(requestId)));
    }

    void withoutAnybodysWordsAProxyIsMeant()
    {
        const Error error = GraphService::errorFrom(403, htmlBody, {});
        QCOMPARE(error.kind, Kind::Denied);
        QVERIFY2(error.next.contains(QLatin1String("proxy")), qPrintable(error.next));
        const Error gateway = GraphService::errorFrom(502, htmlBody, {});
        QVERIFY2(gateway.next.contains(QLatin1String("few minutes")), qPrintable(gateway.next));
    }

    void aNameThatNobodyHasSeenIsUnknownAndSaysWhatTheServiceSays()
    {
        for (const char *name : defensiveNames) {
            const Error error = answered(400, wrapped(text(name), QStringLiteral("Said by PIM.")));
            QCOMPARE(error.code, text(name));
            QVERIFY2(!error.message.isEmpty() && !error.who.isEmpty() && isOneSentence(error.next), name);
            if (!error.code.endsWith(QLatin1String("AcrsValidationFailed")))
                QVERIFY2(error.message.endsWith(QLatin1String("Said by PIM.")), qPrintable(error.message));
        }
        const Error acrs = answered(400, plain(QStringLiteral("GroupAssignmentRequestAcrsValidationFailed"), text(acrsFragment)));
        QCOMPARE(acrs.claims, text(acrsClaims));
        QVERIFY2(!acrs.message.contains(u'&'), qPrintable(acrs.message));
    }

    void longTextIsCutAndMarked()
    {
        const Error error = answered(400, plain(QStringLiteral("MadeUp"), QString(5000, u'x')));
        QVERIFY2(error.message.size() < 320 && error.message.endsWith(QChar(0x2026)), qPrintable(error.message));
    }

    void twoFailedRulesAreBothSaid()
    {
        const auto rules = QStringLiteral("The following policy rules failed: [\"ExpirationRule\",\"JustificationRule\"]");
        const Error error = answered(400, plain(QStringLiteral("RoleAssignmentRequestPolicyValidationFailed"), rules));
        QVERIFY2(error.message.contains(QLatin1String("longer")) && error.message.contains(QLatin1String("a reason")),
                 qPrintable(error.message));
        QVERIFY2(error.next.contains(QLatin1String("shorter")) && error.next.contains(QLatin1String("a reason")),
                 qPrintable(error.next));
        QVERIFY(error.claims.isEmpty());
    }

    void detailsSayWhichValue()
    {
        const Error policy = answered(400, invalidPolicy);
        QCOMPARE(policy.code, QStringLiteral("InvalidPolicy"));
        QVERIFY2(policy.message.contains(QLatin1String("A limit needs a duration.")), qPrintable(policy.message));
        const Error property = answered(400, badProperty);
        QCOMPARE(property.code, QStringLiteral("Request_BadRequest"));
        QVERIFY2(property.message.contains(QLatin1String("mailNickname is too long.")), qPrintable(property.message));
    }

    void theBodyOfAThrottledRequestIsRead()
    {
        const Error error = answered(429, tooManyRequests);
        QCOMPARE(error.code, QStringLiteral("TooManyRequests"));
        QCOMPARE(error.kind, Kind::Throttled);
    }

    /// The runner reads codes, kinds and, for what exists already, the service's own words.
    void theRunnerFindsWhatItGoesBy()
    {
        const auto exists = QStringLiteral("Permission being assigned already exists on the object");
        const Error assigned = answered(400, plain(QStringLiteral("Request_BadRequest"), exists));
        QCOMPARE(assigned.code, QStringLiteral("AlreadyExists"));
        QVERIFY2(assigned.message.contains(QLatin1String("already exists on the object")), qPrintable(assigned.message));
        const auto missing =
            QStringLiteral("Resource 'x' does not exist or one of its queried reference-property objects are not present.");
        const Error early = answered(400, plain(QStringLiteral("Request_BadRequest"), missing));
        QCOMPARE(early.kind, Kind::Invalid);
        QVERIFY2(early.message.contains(QLatin1String("does not exist or one of its queried")), qPrintable(early.message));
    }

    void afterAFaultNobodyKnowsWhetherItActed()
    {
        for (const char *code : {"BadRequest", "Request_BadRequest", "ResourceNotFound", "UnknownError", "MadeUp", ""})
            QCOMPARE(answered(500, plain(text(code), QStringLiteral("Said."))).kind, Kind::Server);
        // A refusal by the name of a fault is none.
        const Error refused = answered(400, plain(QStringLiteral("UnknownError"), QStringLiteral("Said.")));
        QCOMPARE(refused.kind, Kind::Invalid);
        QVERIFY2(refused.message.endsWith(QLatin1String("Said.")), qPrintable(refused.message));
    }
};

QTEST_GUILESS_MAIN(tst_GraphErrors)
#include "tst_GraphErrors.moc"
