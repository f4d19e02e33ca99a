#include "pages/UndoQuestion.h"

#include <QCoreApplication>
#include <QMessageBox>
#include <QPushButton>

namespace pimgate::UndoQuestion {
namespace {

struct UndoText
{
    Q_DECLARE_TR_FUNCTIONS(UndoQuestion)
};

} // namespace

void ask(QWidget *page, const QString &title, const QString &text, const QString &tenant, std::function<void()> undo)
{
    auto *box = new QMessageBox(QMessageBox::Question, title, text, QMessageBox::Cancel, page->window());
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setObjectName(QStringLiteral("undoQuestion"));
    box->setTextFormat(Qt::PlainText); // names come from the tenant
    QPushButton *yes = box->addButton(UndoText::tr("&Undo in %1").arg(tenant), QMessageBox::AcceptRole);
    box->setDefaultButton(QMessageBox::Cancel);
    QObject::connect(yes, &QPushButton::clicked, page, [undo = std::move(undo)] { undo(); });
    box->open();
}

void askAboutChanged(QWidget *page, const QStringList &changedSince, const QString &tenant, std::function<void()> undoToo)
{
    const QString text = UndoText::tr("Left alone, because somebody has changed it since:") + QLatin1String("\n\n") +
                         changedSince.join(QLatin1Char('\n')) + QLatin1String("\n\n") +
                         UndoText::tr("Look at it in the Entra admin center first. Shall that be taken back too?");
    ask(page, UndoText::tr("Changed since"), text, tenant, std::move(undoToo));
}

} // namespace pimgate::UndoQuestion
