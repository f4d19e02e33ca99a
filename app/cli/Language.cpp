#include "cli/Language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace pimgate {
namespace {

void install(const QLocale &locale, const QString &name, const QString &folder)
{
    auto *translator = new QTranslator(qApp);
    if (translator->load(locale, name, QStringLiteral("_"), folder))
        QCoreApplication::installTranslator(translator);
    else
        delete translator;
}

} // namespace

void useLanguage(const QString &tag)
{
    const QLocale locale = tag.isEmpty() ? QLocale::system() : QLocale(tag);
    QLocale::setDefault(locale);
    install(QLocale(QLocale::English), QStringLiteral("pimgate"), QStringLiteral(":/i18n"));
    install(locale, QStringLiteral("qtbase"), QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    install(locale, QStringLiteral("pimgate"), QStringLiteral(":/i18n"));
}

} // namespace pimgate
