// RFC 8785 by its own vectors, and by a table that was written down by hand.
#include "base/CanonicalJson.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <bit>
#include <limits>

using namespace pimgate;

class tst_CanonicalJson : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void numbers_data();
    void numbers();
    void documents_data();
    void documents();
    void whatHasNoFormIsRefused();
    void loneSurrogatesCanBeReplaced();
};

/// RFC 8785, appendix B: IEEE 754 in hexadecimal, and its text.
void tst_CanonicalJson::numbers_data()
{
    QTest::addColumn<quint64>("bits");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](quint64 bits, const char *text) { QTest::newRow(text) << bits << QByteArray(text); };
    row(0x0000000000000000, "0");
    QTest::newRow("-0") << quint64(0x8000000000000000) << QByteArray("0");
    row(0x0000000000000001, "5e-324");
    row(0x8000000000000001, "-5e-324");
    row(0x7fefffffffffffff, "1.7976931348623157e+308");
    row(0xffefffffffffffff, "-1.7976931348623157e+308");
    row(0x4340000000000000, "9007199254740992");
    row(0xc340000000000000, "-9007199254740992");
    row(0x4430000000000000, "295147905179352830000");
    row(0x44b52d02c7e14af5, "9.999999999999997e+22");
    row(0x44b52d02c7e14af6, "1e+23");
    row(0x44b52d02c7e14af7, "1.0000000000000001e+23");
    row(0x444b1ae4d6e2ef4e, "999999999999999700000");
    row(0x444b1ae4d6e2ef4f, "999999999999999900000");
    row(0x444b1ae4d6e2ef50, "1e+21");
    row(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7");
    row(0x3eb0c6f7a0b5ed8d, "0.000001");
    row(0x41b3de4355555553, "333333333.3333332");
    row(0x41b3de4355555554, "333333333.33333325");
    row(0x41b3de4355555555, "333333333.3333333");
    row(0x41b3de4355555556, "333333333.3333334");
    row(0x41b3de4355555557, "333333333.33333343");
    row(0xbecbf647612f3696, "-0.0000033333333333333333");
    row(0x43143ff3c1cb0959, "1424953923781206.2");
    // By hand: what a report holds, and the edges of the three layouts.
    row(std::bit_cast<quint64>(1.0), "1");
    row(std::bit_cast<quint64>(-50105.0), "-50105");
    row(std::bit_cast<quint64>(0.5), "0.5");
    row(std::bit_cast<quint64>(100.25), "100.25");
    row(std::bit_cast<quint64>(1e20), "100000000000000000000");
    row(std::bit_cast<quint64>(1.5e21), "1.5e+21");
    row(std::bit_cast<quint64>(1e-7), "1e-7");
}

void tst_CanonicalJson::numbers()
{
    QFETCH(quint64, bits);
    QFETCH(QByteArray, text);
    const auto written = canonicalJson(std::bit_cast<double>(bits));
    QVERIFY(written);
    QCOMPARE(*written, text);
}

void tst_CanonicalJson::documents_data()
{
    QTest::addColumn<QByteArray>("given");
    QTest::addColumn<QByteArray>("canonical");
    QTest::newRow("RFC 3.2.2") << QByteArray(R"({
          "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
          "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
          "literals": [null, true, false]
        })")
                               << QByteArray(
                                      R"({"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],)"
                                      "\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    QTest::newRow("RFC 3.2.3, the order of keys")
        << QByteArray(
               R"({"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",)"
               R"("\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"})")
        << QByteArray("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\","
                      "\"\xc3\xb6\":\"Latin Small Letter O With Diaeresis\",\"\xe2\x82\xac\":\"Euro Sign\","
                      "\"\xf0\x9f\x98\x80\":\"Emoji: Grinning Face\",\"\xef\xac\xb3\":\"Hebrew Letter Dalet With Dagesh\"}");
    QTest::newRow("every escape") << QByteArray(R"(["\b\t\n\f\r\"\\\u0000\u001f\u007f\u2028"])")
                                  << QByteArray("[\"\\b\\t\\n\\f\\r\\\"\\\\\\u0000\\u001f\x7f\xe2\x80\xa8\"]");
    QTest::newRow("nothing in it") << QByteArray(R"( { "b" : [ ] , "a" : { } , "": "" } )")
                                   << QByteArray(R"({"":"","a":{},"b":[]})");
    QTest::newRow("commas") << QByteArray(R"([{"a":"{","b":"["},["[",","],1])")
                            << QByteArray(R"([{"a":"{","b":"["},["[",","],1])");
    QTest::newRow("keys that begin alike") << QByteArray(R"({"ab":1,"a":2,"B":3,"aB":4})")
                                           << QByteArray(R"({"B":3,"a":2,"aB":4,"ab":1})");
}

void tst_CanonicalJson::documents()
{
    QFETCH(QByteArray, given);
    QFETCH(QByteArray, canonical);
    const QJsonDocument document = QJsonDocument::fromJson(given);
    QVERIFY(!document.isNull());
    const QJsonValue value = document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
    const auto written = canonicalJson(value);
    QVERIFY(written);
    QCOMPARE(*written, canonical);
}

void tst_CanonicalJson::whatHasNoFormIsRefused()
{
    const QChar high(0xD83D), low(0xDE00);
    for (const QString &text :
         {QString(high), QString(low), QString(low) + high, high + QStringLiteral("a"), QString(high) + high})
        for (const QJsonValue &value : {QJsonValue(text), QJsonValue(QJsonArray{text}), QJsonValue(QJsonObject{{text, 1}})})
            QVERIFY(!canonicalJson(value));
    QVERIFY(canonicalJson(QString(high) + low));
    for (const double number : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                                -std::numeric_limits<double>::infinity()})
        QVERIFY(!canonicalJson(number));
}

void tst_CanonicalJson::loneSurrogatesCanBeReplaced()
{
    const QChar high(0xD83D), low(0xDE00), instead(QChar::ReplacementCharacter);
    const QString pair = QString(high) + low;
    const QJsonObject given{{QStringLiteral("k") + high, QJsonArray{low + QStringLiteral("a") + pair, 1, QJsonValue()}}};
    const QJsonObject whole{{QStringLiteral("k") + instead, QJsonArray{instead + QStringLiteral("a") + pair, 1, QJsonValue()}}};
    QCOMPARE(withoutLoneSurrogates(given), QJsonValue(whole));
    QVERIFY(canonicalJson(withoutLoneSurrogates(given)));
}

QTEST_APPLESS_MAIN(tst_CanonicalJson)
#include "tst_CanonicalJson.moc"
