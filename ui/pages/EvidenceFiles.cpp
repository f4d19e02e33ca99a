#include "pages/EvidenceFiles.h"

#include "widgets/Labels.h"

#include <QDir>
#include <QFileInfo>
#include <QLocale>

namespace pimgate {

EvidenceFiles::EvidenceFiles(QWidget *parent) : RowTable(tr("Evidence"), parent)
{
    setHeadVisible(false);
    setRowHeight(45);
    setColumns({{tr("File"), 0, {}}, {tr("Open"), 62, {}}});
}

QString EvidenceFiles::purpose(const QString &fileName)
{
    if (fileName.endsWith(QLatin1String(".html")))
        return tr("for the customer");
    if (fileName.endsWith(QLatin1String(".pdf")))
        return tr("the same, to sign");
    return fileName == QLatin1String("blueprint.json") ? tr("for the next customer") : tr("for audit, with its hash");
}

void EvidenceFiles::setNames(const QStringList &fileNames)
{
    if (fileNames == m_names)
        return;
    m_names = fileNames;
    m_folder.clear(); // what was saved has other names
    refresh();
}

void EvidenceFiles::setFolder(const QString &folder)
{
    m_folder = folder;
    refresh();
}

void EvidenceFiles::refresh()
{
    QList<Row> rows;
    QStringList linked;
    for (const QString &name : std::as_const(m_names)) {
        const QFileInfo file(QDir(m_folder), name);
        const bool saved = !m_folder.isEmpty() && file.exists();
        Cell cell;
        cell.text = name;
        cell.icon = QStringLiteral("document");
        cell.below = saved ? tr("%1 · %2").arg(purpose(name), QLocale().formattedDataSize(file.size(), 0)) : purpose(name);
        Row row;
        row.key = saved ? file.absoluteFilePath() : name;
        row.cells = {cell, {}};
        rows << row;
        if (saved)
            linked << row.key;
    }
    setRows(rows);
    for (const QString &path : std::as_const(linked)) {
        auto *open = new LinkButton(tr("Open"));
        open->setAccessibleName(tr("Open %1").arg(QFileInfo(path).fileName()));
        connect(open, &QPushButton::clicked, this, [this, path] { Q_EMIT openRequested(path); });
        setCellWidget(path, 1, open);
    }
}

} // namespace pimgate
