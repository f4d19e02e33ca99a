#pragma once

#include "demo/login/OAuthScopes.h"
#include "demo/odata/Router.h"

#include <QJsonObject>
#include <QList>
#include <QString>

#include <utility>

namespace pimgate::demo {

// The pages that people click: self-contained HTML with a strict Content-Security-Policy, complete without JavaScript.
// Only the answer by form_post sends itself; it has a button for browsers without.

using FormValues = QList<std::pair<QString, QString>>;

/// What every page of one sign-in has.
struct PageFrame
{
    QString tenant;     ///< display name
    QString action;     ///< where its forms go
    QString flow;       ///< which sign-in this is
    QString redirectTo; ///< where a form may lead in the end; named in the Content-Security-Policy
};

struct ErrorDetails
{
    int code = 0;
    QString message;
    QString trace;
    QString correlation;
    QString stamp;

    /// "AADSTS50011: ... Trace ID: ... Correlation ID: ... Timestamp: ..."
    QString description() const;
};

struct PersonChoice
{
    QString name;
    QString userPrincipalName;
    QString title;
    bool signedIn = false;
};

struct ConsentQuestion
{
    QString application;
    QString publisher;
    QString person;
    QList<PermissionText> permissions;
    bool mayForAll = false;  ///< a box asks for everybody
    bool forAllOnly = false; ///< asked on behalf of the organization
};

Response accountPage(const PageFrame &frame, const QString &application, const QList<PersonChoice> &people,
                     const QString &problem);
Response strongPage(const PageFrame &frame, const QString &person, int number, const QList<int> &choices, const QString &problem);
Response proofUpPage(const PageFrame &frame, const QString &person);
Response consentPage(const PageFrame &frame, const ConsentQuestion &question);
/// "Need admin approval" (AADSTS90094).
Response approvalPage(const PageFrame &frame, const QString &application, const ErrorDetails &details);
Response deviceCodePage(const QString &action, const QString &problem);
Response deviceConfirmPage(const PageFrame &frame, const QString &application);
Response notePage(const QString &title, const QString &text);
/// The same look for other pages; the body is HTML already.
Response framedPage(int status, const QString &title, const QString &body);
Response errorPage(const ErrorDetails &details);
/// The answer to response_mode=form_post.
Response formPostPage(const QString &redirectUri, const FormValues &values);

} // namespace pimgate::demo
