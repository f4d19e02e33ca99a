// What the sign-in host refuses, in a person's words: the list of the contract, typed again here, against the catalogue.
#include "identity/SignInErrors.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace pimgate;

namespace {

// graph-contract 16.1, in its order.
const QList<int> contractNumbers{
    16000, 50011, 50020,  50034,  50053, 50055, 50057, 50058,  50059,  50072,  50079,   50074,   50076,  50078,  50097,  50105,
    50126, 50131, 50132,  50133,  50173, 50140, 50158, 50196,  50199,  500011, 500113,  500212,  500213, 53000,  53001,  53002,
    53003, 53004, 530034, 530035, 54005, 65001, 65004, 650056, 650057, 70000,  70008,   700082,  700011, 700016, 700025, 7000218,
    70011, 70016, 70018,  70019,  70043, 90002, 90008, 90094,  90072,  900144, 9002313, 9002325, 501481,
};
// 2.5: client ids of Microsoft, and a permission that Graph does not have.
const QList<int> otherNumbers{65002, 650053};

// 16, RFC 6749 and RFC 8628.
const QStringList contractWords{QStringLiteral("access_denied"),
                                QStringLiteral("server_error"),
                                QStringLiteral("temporarily_unavailable"),
                                QStringLiteral("interaction_required"),
                                QStringLiteral("consent_required"),
                                QStringLiteral("login_required"),
                                QStringLiteral("invalid_request"),
                                QStringLiteral("invalid_scope"),
                                QStringLiteral("unauthorized_client"),
                                QStringLiteral("authorization_declined"),
                                QStringLiteral("expired_token"),
                                QStringLiteral("bad_verification_code"),
                                QStringLiteral("slow_down"),
                                QStringLiteral("authorization_pending")};

/// What means the same for a person and may therefore say the same. Everything else has words of its own.
const QList<QStringList> sameMeaning{
    {QStringLiteral("50020"), QStringLiteral("90072")},
    {QStringLiteral("50072"), QStringLiteral("50079")},
    {QStringLiteral("50074"), QStringLiteral("50076")},
    {QStringLiteral("50132"), QStringLiteral("50133"), QStringLiteral("50173")},
    {QStringLiteral("70008"), QStringLiteral("700082")},
    {QStringLiteral("700011"), QStringLiteral("700016")},
    {QStringLiteral("90008"), QStringLiteral("90094")},
    {QStringLiteral("50058"), QStringLiteral("login_required")},
    {QStringLiteral("65001"), QStringLiteral("consent_required")},
    {QStringLiteral("70011"), QStringLiteral("invalid_scope")},
    {QStringLiteral("70016"), QStringLiteral("authorization_pending")},
    {QStringLiteral("70018"), QStringLiteral("bad_verification_code")},
    {QStringLiteral("70019"), QStringLiteral("expired_token")},
};

constexpr auto correlation = "8b6f1c52-93a4-4f5e-8a1d-2c3b4d5e6f70";
constexpr auto trace = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e100";

/// As the host writes it.
QString described(const QString &number, const QString &sentence = QStringLiteral("Said by the host."))
{
    return QStringLiteral("AADSTS%1: %2 Trace ID: %3 Correlation ID: %4 Timestamp: 2026-03-01 12:34:56Z")
        .arg(number, sentence, QLatin1String(trace), QLatin1String(correlation));
}

Error redirected(const QString &error, const QString &description, const QString &suberror = {})
{
    QHash<QString, QString> values{{QStringLiteral("error"), error}, {QStringLiteral("error_description"), description}};
    if (!suberror.isEmpty())
        values.insert(QStringLiteral("suberror"), suberror);
    return SignInErrors::fromRedirect(values);
}

/// A number comes with access_denied, as most of them do; a word comes alone.
Error errorFor(const QString &code)
{
    return code.at(0).isDigit() ? redirected(QStringLiteral("access_denied"), described(code)) : redirected(code, QString());
}

QStringList everyCode()
{
    QStringList codes = contractWords;
    for (const int number : contractNumbers + otherNumbers)
        codes << QString::number(number);
    return codes;
}

bool meanTheSame(const QString &one, const QString &other)
{
    return std::any_of(sameMeaning.cbegin(), sameMeaning.cend(),
                       [&](const QStringList &group) { return group.contains(one) && group.contains(other); });
}

bool isOneSentence(const QString &text)
{
    static const QRegularExpression another(QStringLiteral("[.!?]\\s+\\p{Lu}"));
    return text.endsWith(QLatin1Char('.')) && !another.match(text).hasMatch();
}

Error answered(const QJsonObject &json, int status = 400)
{
    return SignInErrors::fromTokenAnswer(status, QJsonDocument(json).toJson());
}

} // namespace

class tst_SignInErrors : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyCodeHasCausePersonAndOneStep_data()
    {
        QTest::addColumn<QString>("code");
        for (const QString &code : everyCode())
            QTest::newRow(qPrintable(code)) << code;
    }
    void everyCodeHasCausePersonAndOneStep()
    {
        QFETCH(QString, code);
        const Error error = errorFor(code);
        QCOMPARE(error.kind, Error::Kind::SignIn);
        QCOMPARE(error.code, code.at(0).isDigit() ? QLatin1String("AADSTS") + code : code);
        QVERIFY2(isOneSentence(error.message), qPrintable(error.message));
        QVERIFY2(isOneSentence(error.who), qPrintable(error.who));
        QVERIFY2(isOneSentence(error.next), qPrintable(error.next));
        // Ours, not the host's.
        QVERIFY2(!error.message.contains(code) && !error.message.contains(QLatin1String("Said by the host")),
                 qPrintable(error.message));
    }

    void noTwoCodesShareACauseUnlessTheyMeanTheSame()
    {
        QMap<QString, QString> causes;
        for (const QString &code : everyCode())
            causes.insert(code, errorFor(code).message);
        for (auto one = causes.cbegin(); one != causes.cend(); ++one)
            for (auto other = std::next(one); other != causes.cend(); ++other)
                QVERIFY2((*one == *other) == meanTheSame(one.key(), other.key()),
                         qPrintable(one.key() + QLatin1Char(' ') + other.key()));
    }

    void theListIsTheContracts()
    {
        QFile file(QDir(QStringLiteral(PIMGATE_SOURCE_DIR)).filePath(QStringLiteral("../shared/domain/graph-contract.md")));
        if (!file.open(QIODevice::ReadOnly))
            QSKIP("../shared is not here, so the list was not held against the contract.");
        const QString text = QString::fromUtf8(file.readAll());
        const auto from = text.indexOf(QLatin1String("### 16.1 "));
        QVERIFY(from > 0);
        const QString section = text.mid(from, text.indexOf(QLatin1String("\n### "), from) - from);
        QSet<int> found;
        static const QRegularExpression number(QStringLiteral("\\b\\d{5,7}\\b"));
        for (auto it = number.globalMatch(section); it.hasNext();)
            found.insert(it.next().captured().toInt());
        QCOMPARE(QSet<int>(contractNumbers.cbegin(), contractNumbers.cend()), found);
    }

    void onlyTheExactNumberCounts_data()
    {
        QTest::addColumn<QString>("number");
        for (const char *number : {"5001", "500110", "500111", "1650011", "5300", "530030", "70008200", "50011000000000000000"})
            QTest::newRow(number) << QString::fromLatin1(number);
    }
    void onlyTheExactNumberCounts()
    {
        QFETCH(QString, number);
        const Error error = errorFor(number);
        QCOMPARE(error.code, QLatin1String("AADSTS") + number);
        QVERIFY2(error.message.contains(error.code), qPrintable(error.message));
    }

    void anUnknownNumberSaysWhatTheHostSays_data()
    {
        QTest::addColumn<Error>("error");
        const QString sentence = QStringLiteral("Version 2.0 of \"<b>it</b>\" is odd. Ask somebody.");
        QTest::newRow("redirect") << redirected(QStringLiteral("server_error"), described(QStringLiteral("999999"), sentence));
        QTest::newRow("token endpoint") << answered(
            {{QStringLiteral("error"), QStringLiteral("invalid_grant")},
             {QStringLiteral("error_description"), described(QStringLiteral("999999"), sentence)}});
        QTest::newRow("members alone") << answered({{QStringLiteral("error"), QStringLiteral("invalid_grant")},
                                                    {QStringLiteral("error_description"), sentence},
                                                    {QStringLiteral("error_codes"), QJsonArray{999999}},
                                                    {QStringLiteral("timestamp"), QStringLiteral("2026-03-01 12:34:56Z")},
                                                    {QStringLiteral("trace_id"), QLatin1String(trace)},
                                                    {QStringLiteral("correlation_id"), QLatin1String(correlation)}});
    }
    void anUnknownNumberSaysWhatTheHostSays()
    {
        QFETCH(Error, error);
        QCOMPARE(error.code, QStringLiteral("AADSTS999999"));
        QVERIFY2(error.message.contains(error.code), qPrintable(error.message));
        QVERIFY2(error.message.endsWith(QLatin1String(": Version 2.0 of \"<b>it</b>\" is odd.")), qPrintable(error.message));
        QVERIFY(isOneSentence(error.next) && !error.who.isEmpty());
        QCOMPARE(error.requestId, QLatin1String(correlation));
        QCOMPARE(error.traceId, QLatin1String(trace));
        QCOMPARE(error.at, QDateTime::fromString(QStringLiteral("2026-03-01T12:34:56Z"), Qt::ISODate));
        for (const QString &line : {error.text(), error.references().join(QLatin1Char(' '))})
            for (const char *part : {"AADSTS999999", correlation, trace, "2026-03-01 12:34:56 UTC"})
                QVERIFY2(line.contains(QLatin1String(part)), qPrintable(line));
        QVERIFY2(!error.references().join(QLatin1Char(' ')).contains(QLatin1String("odd")), "what is copied has no prose");
    }

    void withoutATimeThereIsNone()
    {
        const Error error = redirected(QStringLiteral("server_error"), QStringLiteral("AADSTS999999: Timestamp: soon"));
        QVERIFY(!error.at.isValid());
        QVERIFY2(!error.text().contains(QLatin1String("UTC")), qPrintable(error.text()));
    }

    void theDescriptionsNumberComesFirst()
    {
        const QJsonArray codes{999999, 50011};
        const Error described = answered({{QStringLiteral("error"), QStringLiteral("invalid_grant")},
                                          {QStringLiteral("error_description"), QStringLiteral("AADSTS53003: Blocked.")},
                                          {QStringLiteral("error_codes"), codes}});
        QCOMPARE(described.code, QStringLiteral("AADSTS53003"));
        // Without one, the first that is known.
        const Error coded =
            answered({{QStringLiteral("error"), QStringLiteral("invalid_grant")}, {QStringLiteral("error_codes"), codes}});
        QCOMPARE(coded.code, QStringLiteral("AADSTS50011"));
        QCOMPARE(coded.message, errorFor(QStringLiteral("50011")).message);
    }

    void aSuberrorChangesTheStep_data()
    {
        QTest::addColumn<QString>("number");
        QTest::addColumn<QString>("suberror");
        QTest::addColumn<QString>("stepOf");
        const auto row = [](const char *number, const char *suberror, const char *stepOf) {
            QTest::addRow("%s %s", number, suberror)
                << QString::fromLatin1(number) << QString::fromLatin1(suberror) << QString::fromLatin1(stepOf);
        };
        row("70000", "consent_required", "65001");
        row("50126", "user_password_expired", "50055");
        row("50074", "basic_action", "50074"); // the number is more exact
        row("53003", "message_only", "53003");
        row("70043", "token_expired", "70043");
        row("999999", "basic_action", "interaction_required");
        row("999999", "bad_token", "70000");
        row("999999", "consent_required", "65001");
        row("", "user_password_expired", "50055");
        row("", "bad_token", "70000");
    }
    void aSuberrorChangesTheStep()
    {
        QFETCH(QString, number);
        QFETCH(QString, suberror);
        QFETCH(QString, stepOf);
        const Error error =
            redirected(QStringLiteral("invalid_grant"), number.isEmpty() ? QString() : described(number), suberror);
        const Error step = errorFor(stepOf);
        QCOMPARE(error.next, step.next);
        QCOMPARE(error.who, step.who);
        if (number == QLatin1String("999999"))
            QVERIFY(error.message.contains(number));
        else
            QCOMPARE(error.message, errorFor(number.isEmpty() ? stepOf : number).message);
    }

    void everySuberrorOfTheContractIsKnown()
    {
        const QString none = redirected(QStringLiteral("invalid_grant"), described(QStringLiteral("999999"))).next;
        for (const char *suberror :
             {"basic_action", "additional_action", "message_only", "consent_required", "user_password_expired", "bad_token",
              "token_expired", "protection_policy_required", "client_mismatch", "device_authentication_failed"}) {
            const Error error =
                redirected(QStringLiteral("invalid_grant"), described(QStringLiteral("999999")), QString::fromLatin1(suberror));
            QVERIFY2(error.next != none, suberror);
        }
    }

    void claimsAreKept()
    {
        const QString claims = QStringLiteral(R"({"access_token":{"acrs":{"essential":true,"value":"c1"}}})");
        const Error error = answered({{QStringLiteral("error"), QStringLiteral("interaction_required")},
                                      {QStringLiteral("error_description"), described(QStringLiteral("50076"))},
                                      {QStringLiteral("claims"), claims}});
        QCOMPARE(error.claims, claims);
    }

    void noReasonAtAll()
    {
        QCOMPARE(SignInErrors::fromTokenAnswer(502, "<html>Bad gateway</html>").kind, Error::Kind::Server);
        QCOMPARE(SignInErrors::fromTokenAnswer(200, "{}").kind, Error::Kind::Protocol);
        const Error odd = redirected(QStringLiteral("made_up"), QString());
        QVERIFY2(odd.message.contains(QLatin1String("made_up")) && !odd.next.isEmpty(), qPrintable(odd.text()));
    }
};

QTEST_GUILESS_MAIN(tst_SignInErrors)
#include "tst_SignInErrors.moc"
