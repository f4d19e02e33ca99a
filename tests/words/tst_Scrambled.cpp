// Words are made where they are shown and decide nothing: with texts that are never the same twice, the program does the
// same to the tenant, answers with the same exit statuses, and its documents differ in their words alone.
#include "words/Plays.h"

using namespace pimgate;
using namespace pimgate::test;

class tst_Scrambled : public QObject
{
    Q_OBJECT

    using Play = Played (*)();

    static Played scrambled(Play play)
    {
        Translator translator(Translator::Words::NeverTheSame);
        QCoreApplication::installTranslator(&translator);
        Played played = play();
        QCoreApplication::removeTranslator(&translator);
        return played;
    }

    /// Where two documents part, and how.
    static QStringList differences(const QJsonValue &a, const QJsonValue &b, const QString &where)
    {
        if (a == b)
            return {};
        QStringList found;
        if (a.isObject() && b.isObject()) {
            QStringList names = a.toObject().keys() + b.toObject().keys();
            names.removeDuplicates();
            for (const QString &name : std::as_const(names))
                found += differences(a[name], b[name], where + QLatin1Char('.') + name);
            return found;
        }
        if (a.isArray() && b.isArray() && a.toArray().size() == b.toArray().size()) {
            for (int i = 0; i < a.toArray().size(); ++i)
                found += differences(a[i], b[i], where + QStringLiteral("[%1]").arg(i));
            return found;
        }
        const auto shown = [](const QJsonValue &value) {
            return QString::fromUtf8(QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact));
        };
        const QString one = shown(a), other = shown(b);
        const auto parts = std::mismatch(one.begin(), one.end(), other.begin(), other.end()).first - one.begin();
        const qsizetype from = std::max<qsizetype>(0, parts - 60);
        return {where + QStringLiteral(": …%1… / …%2…").arg(one.mid(from, 200), other.mid(from, 200))};
    }

    /// Members that are names: they never hold a word.
    static QStringList wordsForNames(const QJsonValue &value, const QString &where)
    {
        static const QSet<QString> names{QStringLiteral("state"),        QStringLiteral("kind"), QStringLiteral("role"),
                                         QStringLiteral("outcome"),      QStringLiteral("key"),  QStringLiteral("command"),
                                         QStringLiteral("run"),          QStringLiteral("code"), QStringLiteral("moment"),
                                         QStringLiteral("step"),         QStringLiteral("id"),   QStringLiteral("label"),
                                         QStringLiteral("justification")};
        QStringList found;
        if (value.isArray())
            for (const QJsonValue &one : value.toArray())
                found += wordsForNames(one, where + QLatin1String("[]"));
        const QJsonObject object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it) {
            const QString place = where + QLatin1Char('.') + it.key();
            if (Translator::marked(it.key()) || (names.contains(it.key()) && Translator::marked(it.value().toString())))
                found << place;
            found += wordsForNames(it.value(), place);
        }
        return found;
    }

    /// The drawing breaks its lines by their width; changes that were sent side by side stand in the order of their answers.
    static QStringList lines(QString html)
    {
        static const QRegularExpression drawing(QStringLiteral("<svg.*?</svg>"), QRegularExpression::DotMatchesEverythingOption);
        QStringList all = alike(Translator::bare(html.remove(drawing))).split(QLatin1Char('\n'));
        all.sort();
        return all;
    }

    static void compare(const Played &plain, const Played &other)
    {
        QStringList wrong;
        QVERIFY(plain.numbers.size() > 1);
        for (qsizetype i = 0; i < std::max(plain.numbers.size(), other.numbers.size()); ++i)
            if (plain.numbers.value(i) != other.numbers.value(i))
                wrong << QStringLiteral("%1: %2 / %3")
                             .arg(plain.numbers.value(i).first)
                             .arg(plain.numbers.value(i).second)
                             .arg(other.numbers.value(i).second);
        QCOMPARE(other.documents.size(), plain.documents.size());
        for (qsizetype i = 0; i < plain.documents.size(); ++i) {
            const auto &[name, document] = plain.documents.at(i);
            const QJsonValue told = other.documents.at(i).second;
            if (name.startsWith(QLatin1String("tenant")) || name.startsWith(QLatin1String("tables")))
                wrong += differences(document, told, name);
            else
                wrong += differences(alike(document), alike(bare(told)), name) + wordsForNames(told, name);
        }
        QCOMPARE(other.texts.size(), plain.texts.size());
        for (qsizetype i = 0; i < plain.texts.size(); ++i) {
            const QStringList had = lines(plain.texts.at(i).second), has = lines(other.texts.at(i).second);
            for (qsizetype line = 0; line < std::max(had.size(), has.size()); ++line)
                if (had.value(line) != has.value(line))
                    wrong << plain.texts.at(i).first + QStringLiteral(": %1 / %2").arg(had.value(line), has.value(line));
        }
        for (const QString &one : std::as_const(wrong))
            qWarning().noquote() << one;
        QVERIFY2(wrong.isEmpty(), "the differences above");
    }

private Q_SLOTS:
    void theWizard() { compare(playTour(), scrambled(playTour)); }
    void theCommands() { compare(playCommands(), scrambled(playCommands)); }
};

QTEST_MAIN(tst_Scrambled)
#include "tst_Scrambled.moc"
