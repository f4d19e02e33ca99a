#pragma once

#include <QMutex>
#include <QRegularExpression>
#include <QSet>
#include <QTranslator>

#include <set>
#include <tuple>

namespace pimgate::test {

/// One text as the program asks for it.
struct Message
{
    QString context, source, comment;
    bool counted = false; ///< with %n

    bool operator<(const Message &other) const
    {
        return std::tie(context, source, comment, counted) < std::tie(other.context, other.source, other.comment, other.counted);
    }
    QString shown() const
    {
        return context + QLatin1String(": ") + source + (comment.isEmpty() ? QString() : QLatin1String(" // ") + comment) +
               (counted ? QLatin1String(" (%n)") : QLatin1String());
    }
};

/// Installed in the test's own process: remembers what is asked for, and answers as nobody would translate: no text is the
/// same at two calls, so whatever compares words, splits them or finds things by them goes another way.
class Translator : public QTranslator
{
    Q_OBJECT
public:
    enum class Words { AsTheyAre, NeverTheSame };
    explicit Translator(Words words) : m_words(words) {}

    bool isEmpty() const override { return false; }
    QString translate(const char *context, const char *source, const char *comment, int n) const override
    {
        const QMutexLocker lock(&m_mutex);
        const Message text{QString::fromUtf8(context), QString::fromUtf8(source), QString::fromUtf8(comment), n >= 0};
        if (!ofQt(text.context))
            m_asked.insert(text);
        if (m_words == Words::AsTheyAre || ofQt(text.context))
            return {};
        return text.source + QStringLiteral(" ⟦%1⟧").arg(++m_calls);
    }

    std::set<Message> asked() const
    {
        const QMutexLocker lock(&m_mutex);
        return m_asked;
    }

    static bool marked(const QString &text) { return text.contains(QStringLiteral("⟦")); }
    /// As it would read untranslated.
    static QString bare(QString text)
    {
        static const QRegularExpression mark(QStringLiteral(" ⟦\\d+⟧"));
        return text.remove(mark);
    }

private:
    /// Qt's widgets, its command line parser: their texts are in Qt's own files.
    static bool ofQt(const QString &context)
    {
        return context.size() > 1 && context[0] == QLatin1Char('Q') && context[1].isUpper();
    }

    Words m_words;
    mutable QMutex m_mutex;
    mutable std::set<Message> m_asked;
    mutable int m_calls = 0;
};

} // namespace pimgate::test
