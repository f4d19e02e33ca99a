#pragma once

#include "wire/ScratchDir.h"
#include "words/Translator.h"

#include <QDirIterator>
#include <QFile>
#include <QProcess>
#include <QXmlStreamReader>

namespace pimgate::test {

/// What lupdate finds in some files, and what it says of them.
struct Extracted
{
    std::set<Message> texts;
    QByteArray said;
};

inline std::set<Message> textsOf(QIODevice &file)
{
    std::set<Message> texts;
    QXmlStreamReader xml(&file);
    QString context;
    Message text;
    while (!xml.atEnd()) {
        const auto token = xml.readNext();
        if (token == QXmlStreamReader::EndElement && xml.name() == QLatin1String("message"))
            texts.insert(text);
        if (token != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == QLatin1String("name"))
            context = xml.readElementText();
        else if (xml.name() == QLatin1String("message"))
            text = Message{context, {}, {}, xml.attributes().value(QLatin1String("numerus")) == QLatin1String("yes")};
        else if (xml.name() == QLatin1String("source"))
            text.source = xml.readElementText();
        else if (xml.name() == QLatin1String("comment"))
            text.comment = xml.readElementText();
    }
    return texts;
}

inline Extracted extracted(const QStringList &sources)
{
    ScratchDir folder;
    const QString list = folder.filePath(QStringLiteral("sources")), target = folder.filePath(QStringLiteral("all.ts"));
    Extracted result;
    QFile names(list);
    if (!names.open(QIODevice::WriteOnly) || names.write(sources.join(QLatin1Char('\n')).toUtf8()) < 0)
        return result;
    names.close();
    const QString root = QStringLiteral(PIMGATE_SOURCE_DIR);
    QProcess lupdate;
    lupdate.start(QStringLiteral(PIMGATE_LUPDATE),
                  {QStringLiteral("-silent"), QStringLiteral("-locations"), QStringLiteral("none"), QStringLiteral("-I"),
                   root + QLatin1String("/app"), QStringLiteral("-I"), root + QLatin1String("/ui"), QLatin1Char('@') + list,
                   QStringLiteral("-ts"), target});
    if (!lupdate.waitForFinished(60'000))
        result.said = "lupdate did not end";
    result.said += lupdate.readAllStandardError();
    QFile file(target);
    if (file.open(QIODevice::ReadOnly))
        result.texts = textsOf(file);
    return result;
}

} // namespace pimgate::test
