#include "pages/RulesDialog.h"

#include "widgets/RowTable.h"

#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QJsonDocument>
#include <QVBoxLayout>

namespace pimgate {
namespace rulesdialog {

/// Without what only says of which kind and about what the rule is.
QString said(PolicyRule rule)
{
    for (const char *known : {"@odata.type", "id", "target"})
        rule.remove(QLatin1String(known));
    return QString::fromUtf8(QJsonDocument(rule).toJson(QJsonDocument::Compact));
}

QString spaced(QString id)
{
    return id.replace(QLatin1Char('_'), QLatin1Char(' '));
}

} // namespace rulesdialog

void showRules(const ManagementPolicy &rules, QWidget *window)
{
    auto *dialog = new QDialog(window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(QStringLiteral("pim.rules"));
    const int count = int(rules.rules.size());
    dialog->setWindowTitle(QCoreApplication::translate("RulesDialog", "All %n rules", nullptr, count));
    dialog->resize(820, 560);
    auto *table = new RowTable(dialog->windowTitle());
    table->setColumns({{QCoreApplication::translate("RulesDialog", "Rule"), 300, {}},
                       {QCoreApplication::translate("RulesDialog", "As the tenant has it"), 0, {}}});
    QStringList ids = rules.rules.keys();
    ids.sort();
    QList<Row> rows;
    for (const QString &id : std::as_const(ids)) {
        Row row;
        row.key = id;
        row.cells = {{}, {}};
        row.cells[0].text = rulesdialog::spaced(id);
        row.cells[1].text = rulesdialog::said(rules.rules.value(id));
        row.cells[1].tone = Tone::Second;
        row.toolTip = row.cells[1].text;
        rows << row;
    }
    table->setRows(rows);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
    auto *column = new QVBoxLayout(dialog);
    column->addWidget(table, 1);
    column->addStretch(0);
    column->addWidget(buttons);
    dialog->show();
}

} // namespace pimgate
