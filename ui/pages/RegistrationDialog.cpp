#include "pages/RegistrationDialog.h"

#include "look/Icon.h"
#include "pages/ErrorWords.h"
#include "pages/Parts.h"
#include "widgets/Labels.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>

namespace pimgate {

RegistrationDialog::RegistrationDialog(RegistrationController &controller, QWidget *parent)
    : QDialog(parent), m_controller(controller), m_default(new QRadioButton),
      m_own(new QRadioButton(tr("An application that &you registered"))), m_clientId(new QLineEdit),
      m_state(new Note(QStringLiteral("info"))), m_save(new QPushButton(tr("&Save"))), m_error(new ErrorFrame)
{
    setObjectName(QStringLiteral("registration"));
    setWindowTitle(tr("Application registration"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(620, 560);
    auto *content = new QWidget;
    auto *column = Parts::column(content, Theme::Inside);
    column->setContentsMargins(Theme::Columns, 20, Theme::Columns, Theme::Block);
    addChoice(column);
    column->addSpacing(Theme::Inside);
    addSteps(column);
    column->addStretch(1);
    auto *area = new QScrollArea;
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);

    auto *close = new QPushButton(tr("Close"));
    close->setObjectName(QStringLiteral("registration.close"));
    close->setAutoDefault(false);
    m_save->setObjectName(QStringLiteral("registration.save"));
    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(Theme::Columns, 0, Theme::Columns, Theme::Block);
    foot->addStretch(1);
    foot->addWidget(m_save);
    foot->addWidget(close);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(area, 1);
    whole->addLayout(foot);
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    connect(m_save, &QPushButton::clicked, this, &RegistrationDialog::save);
    connect(&controller, &RegistrationController::changed, this, &RegistrationDialog::refresh);

    const QString own = controller.ownClient();
    (own.isEmpty() && !controller.defaultClient().isEmpty() ? m_default : m_own)->setChecked(true);
    m_clientId->setText(own);
    refresh();
}

void RegistrationDialog::addChoice(QVBoxLayout *column)
{
    column->addWidget((new Text(Theme::Body, Tone::Normal,
                                tr("PIM Gate signs in as an application that the tenant knows. Where a tenant blocks Microsoft's "
                                   "own, or you want to see your own name in its sign-in log, register one once and use it for "
                                   "every customer of the same Microsoft cloud.")))
                          ->wrapped());
    m_default->setObjectName(QStringLiteral("registration.default"));
    m_own->setObjectName(QStringLiteral("registration.own"));
    m_clientId->setObjectName(QStringLiteral("registration.clientId"));
    m_clientId->setPlaceholderText(QStringLiteral("00000000-0000-0000-0000-000000000000"));
    m_error->setObjectName(QStringLiteral("registration.error"));
    column->addWidget(m_default);
    column->addWidget(m_own);
    auto *field = new QWidget;
    auto *inner = Parts::column(field, 4);
    inner->setContentsMargins(isRightToLeft() ? 0 : 25, 0, isRightToLeft() ? 25 : 0, 0);
    inner->addWidget(new FieldLabel(tr("Application (&client) ID"), m_clientId));
    inner->addWidget(m_clientId);
    inner->addWidget(m_state);
    column->addWidget(field);
    column->addWidget(m_error);
    for (QRadioButton *choice : {m_default, m_own})
        connect(choice, &QRadioButton::toggled, this, &RegistrationDialog::refresh);
    connect(m_clientId, &QLineEdit::textEdited, this, &RegistrationDialog::refresh);
}

QPushButton *RegistrationDialog::copyButton(const char *objectName, const QString &text, const std::function<QString()> &content)
{
    auto *button = new QPushButton(text);
    button->setObjectName(QLatin1String(objectName));
    button->setAutoDefault(false);
    Icon::set(button, QStringLiteral("copy"));
    Theme::setSmall(button);
    connect(button, &QPushButton::clicked, this, [content] { QGuiApplication::clipboard()->setText(content()); });
    return button;
}

/// README says the same under “Your own application registration”.
void RegistrationDialog::addSteps(QVBoxLayout *column)
{
    column->addWidget(new SectionHead(tr("How to register one")));
    const QStringList steps{
        tr("1. Open “App registrations” in the Entra admin center of your own tenant and choose “New registration”."),
        tr("2. Give it a name such as PIM Gate. For several customers choose accounts in any organizational directory."),
        tr("3. Under “Redirect URI” choose “Public client/native” and write http://localhost. No client secret is needed."),
        tr("4. For sign-in by code: under “Authentication” allow public client flows."),
        tr("5. Under “API permissions” add these delegated permissions of Microsoft Graph:")};
    for (const QString &step : steps)
        column->addWidget((new Text(Theme::Body, Tone::Normal, step))->wrapped());
    auto *list = new QPlainTextEdit(m_controller.permissions().join(QLatin1Char('\n')));
    list->setObjectName(QStringLiteral("registration.permissions"));
    list->setAccessibleName(tr("Delegated permissions of Microsoft Graph"));
    list->setReadOnly(true);
    list->setTabChangesFocus(true);
    list->setFixedHeight(110);
    column->addWidget(list);
    column->addWidget((new Text(Theme::Body, Tone::Normal,
                                tr("6. Copy its application (client) ID into the field above and save. An administrator of each "
                                   "customer grants the permissions once with the link; where the browser then finds no page at "
                                   "localhost, they were granted.")))
                          ->wrapped());
    auto *row = new QHBoxLayout;
    row->setSpacing(Theme::Inside);
    row->addWidget(copyButton("registration.copyPermissions", tr("Copy &permissions"),
                              [this] { return m_controller.permissions().join(QLatin1Char('\n')); }));
    m_copyConsent = copyButton("registration.copyConsent", tr("Copy consent &link"),
                               [this] { return m_controller.consentLink().toString(QUrl::FullyEncoded); });
    row->addWidget(m_copyConsent);
    auto *open = new LinkButton(tr("Open App regis&trations"));
    open->setObjectName(QStringLiteral("registration.open"));
    connect(open, &QPushButton::clicked, this, [this] { QDesktopServices::openUrl(m_controller.portalLink()); });
    row->addWidget(open);
    row->addStretch(1);
    column->addLayout(row);
}

void RegistrationDialog::save()
{
    if (m_controller.save(m_own->isChecked() ? m_clientId->text() : QString()))
        m_clientId->setText(m_controller.ownClient());
}

void RegistrationDialog::refresh()
{
    const QString known = m_controller.defaultClient();
    m_default->setText(known.isEmpty() ? tr("&Microsoft's own: none is known to work in this cloud")
                                       : tr("&Microsoft Graph Command Line Tools (%1)").arg(known));
    m_default->setEnabled(!known.isEmpty());
    m_clientId->setEnabled(m_own->isChecked());
    const bool saved =
        m_own->isChecked() ? m_clientId->text().trimmed() == m_controller.ownClient() : m_controller.ownClient().isEmpty();
    m_save->setEnabled(!saved);
    const QString state = m_own->isChecked() && saved ? m_controller.stateText() : QString();
    m_state->setNote(m_controller.verified() ? QStringLiteral("state-verified") : QStringLiteral("info"), state,
                     m_controller.verified() ? Tone::Ok : Tone::Second);
    m_state->setVisible(!state.isEmpty());
    if (m_copyConsent)
        m_copyConsent->setEnabled(!m_controller.consentLink().isEmpty());
    if (const auto error = m_controller.error())
        m_error->setError(errorText(*error));
    m_error->setVisible(m_controller.error().has_value());
}

} // namespace pimgate
