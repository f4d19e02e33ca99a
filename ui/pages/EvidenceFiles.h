#pragma once

#include "widgets/RowTable.h"

namespace pimgate {

/// The four files of a report; once saved each with its size and a link that opens it.
class EvidenceFiles : public RowTable
{
    Q_OBJECT
public:
    explicit EvidenceFiles(QWidget *parent = nullptr);
    void setNames(const QStringList &fileNames);
    void setFolder(const QString &folder); ///< where they were saved; empty: nowhere yet

Q_SIGNALS:
    void openRequested(const QString &path);

private:
    void refresh();
    static QString purpose(const QString &fileName);

    QStringList m_names;
    QString m_folder;
};

} // namespace pimgate
