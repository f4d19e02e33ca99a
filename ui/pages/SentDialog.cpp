#include "pages/SentDialog.h"

#include "gate/steps/ToCome.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace pimgate {
namespace sentdialog {

struct SentText
{
    Q_DECLARE_TR_FUNCTIONS(SentDialog)
};

QString textOf(const GraphRequest &request, const QString &graph)
{
    const QString text = QString::fromLatin1(request.method) + QLatin1Char(' ') + graph + request.path + QLatin1Char('\n');
    if (request.body.isEmpty())
        return text;
    return text + QString::fromUtf8(QJsonDocument(request.body).toJson());
}

QString textOf(const QList<StepController::Sent> &rows, const QString &graph)
{
    QStringList parts;
    bool closing = false;
    for (const StepController::Sent &sent : rows) {
        if (!closing && sent.row.closing())
            parts << SentText::tr("When the gate closes:") + QLatin1Char('\n');
        closing = closing || sent.row.closing();
        QString part = sent.row.sentence + QLatin1Char('\n');
        for (const GraphRequest &request : sent.requests)
            part += placesInWords(textOf(request, graph));
        parts << part;
    }
    return parts.join(QLatin1Char('\n'));
}

} // namespace sentdialog

void showSent(const QList<StepController::Sent> &rows, const QString &graph, QWidget *window)
{
    using sentdialog::SentText;
    auto *dialog = new QDialog(window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(QStringLiteral("sent"));
    dialog->setWindowTitle(SentText::tr("What is sent"));
    dialog->resize(760, 480);
    auto *shown = new QPlainTextEdit(sentdialog::textOf(rows, graph));
    shown->setObjectName(QStringLiteral("sent.text"));
    shown->setReadOnly(true);
    shown->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    shown->setTabChangesFocus(true);
    shown->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    shown->setAccessibleName(dialog->windowTitle());
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QPushButton *copy = buttons->addButton(SentText::tr("&Copy"), QDialogButtonBox::ActionRole);
    copy->setObjectName(QStringLiteral("sent.copy"));
    QObject::connect(copy, &QPushButton::clicked, shown,
                     [shown] { QGuiApplication::clipboard()->setText(shown->toPlainText()); });
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
    auto *column = new QVBoxLayout(dialog);
    column->addWidget(shown);
    column->addWidget(buttons);
    dialog->show();
}

} // namespace pimgate
