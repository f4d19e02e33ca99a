#include "pages/ApplicationField.h"

#include "look/Icon.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QStandardItemModel>

namespace pimgate {

ApplicationField::ApplicationField(QWidget *parent)
    : QLineEdit(parent), m_model(new QStandardItemModel(this)), m_completer(new QCompleter(this))
{
    addAction(Icon::themed(QStringLiteral("application"), Tone::Second), QLineEdit::LeadingPosition);
    addAction(Icon::themed(QStringLiteral("search"), Tone::Second), QLineEdit::TrailingPosition);
    setPlaceholderText(tr("Type two letters of its name"));
    m_completer->setModel(m_model);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion); // the server has filtered already
    m_completer->popup()->setAccessibleName(tr("Suggestions"));
    setCompleter(m_completer);
    m_pause.setSingleShot(true);
    m_pause.setInterval(250);
    connect(this, &QLineEdit::textEdited, this, [this](const QString &text) {
        m_typing = true;
        if (text.trimmed().size() < 2)
            m_pause.stop();
        else
            m_pause.start();
    });
    connect(this, &QLineEdit::editingFinished, this, [this] { m_typing = false; });
    connect(&m_pause, &QTimer::timeout, this, [this] { Q_EMIT searchWanted(text().trimmed()); });
    connect(m_completer, qOverload<const QModelIndex &>(&QCompleter::activated), this, [this](const QModelIndex &index) {
        m_typing = false;
        if (index.row() >= 0 && index.row() < m_applications.size())
            Q_EMIT chosen(m_applications.at(index.row()).appId);
    });
}

void ApplicationField::setChosen(const QString &name)
{
    if (!m_typing && name != text())
        setText(name);
}

void ApplicationField::setFound(const QList<Application> &found)
{
    const auto sameId = [](const Application &a, const Application &b) { return a.appId == b.appId; };
    if (std::equal(found.begin(), found.end(), m_applications.begin(), m_applications.end(), sameId))
        return;
    m_applications = found;
    m_model->clear();
    for (const Application &application : found)
        m_model->appendRow(new QStandardItem(application.displayName));
    if (m_typing && hasFocus() && !found.isEmpty())
        m_completer->complete();
}

} // namespace pimgate
