#include "demo/login/OAuthPages.h"

#include <QCryptographicHash>
#include <QUrl>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

const char *const pageStyle =
    "*{box-sizing:border-box}body{font:16px/1.5 system-ui,'Segoe UI',sans-serif;margin:0;min-height:100vh;display:flex;"
    "flex-direction:column;align-items:center;justify-content:center;background:#eef2f7;color:#1b1f24;padding:1.5rem}"
    "main{background:#fff;width:100%;max-width:30rem;padding:2rem 2.2rem;border-radius:.5rem;box-shadow:0 2px 18px #0f234226}"
    ".tenant{margin:0 0 1rem;font-weight:600;color:#0b5394}h1{font-size:1.45rem;line-height:1.25;margin:0 0 1rem}"
    "p{margin:.6rem 0}ul{list-style:none;margin:1rem 0;padding:0}"
    "a{color:#0b5cad}label{display:block;margin:.9rem 0 .35rem}main{overflow-wrap:anywhere}"
    ".person{display:block;width:100%;text-align:left;text-decoration:none;background:#fff;border:0;"
    "border-top:1px solid #d9dfe7;padding:.6rem .5rem;"
    "font:inherit;color:inherit;cursor:pointer}.person:hover,.person:focus-visible{background:#e8f1fb}"
    ".people{max-height:22rem;overflow-y:auto;margin:1rem 0}.person strong,.person span{display:block}"
    ".person span{color:#4c5661;font-size:.9rem;overflow-wrap:anywhere}"
    ".permissions li{padding:.45rem 0;border-top:1px solid #d9dfe7}.permissions small{color:#4c5661}"
    ".number{font-size:3rem;font-weight:600;text-align:center;letter-spacing:.1em;margin:.5rem 0}"
    ".phone{border:1px solid #b9c4d0;border-radius:.5rem;padding:1rem;margin:1rem 0;background:#f7f9fc}"
    ".actions{display:flex;flex-wrap:wrap;gap:.6rem;justify-content:flex-end;margin-top:1.4rem}"
    "button.act{font:inherit;padding:.45rem 1.4rem;border:1px solid "
    "#8a97a6;border-radius:.25rem;background:#f2f4f7;color:#1b1f24;"
    "cursor:pointer}button.main{background:#0b5cad;border-color:#0b5cad;color:#fff}"
    "input[type=text]{font:inherit;width:100%;padding:.45rem .6rem;border:1px solid #6b7785;border-radius:.25rem}"
    ":focus-visible{outline:3px solid #0b5cad;outline-offset:2px}.problem{border-left:4px solid #b3261e;padding-left:.8rem;"
    "color:#8c1d18}dl{font-size:.88rem;margin:1rem 0 0}dt{font-weight:600;margin-top:.4rem}dd{margin:0;overflow-wrap:anywhere}"
    "footer{max-width:30rem;margin-top:1rem;font-size:.85rem;color:#4c5661;text-align:center}"
    "@media(prefers-color-scheme:dark){body{background:#12161c;color:#e6eaef}main,.person{background:#1d232c}"
    "a,.tenant{color:#8cbcf2}.person,.permissions li{border-color:#37414d}.person span,.permissions small,footer{color:#aab5c1}"
    ".person:hover,.person:focus-visible{background:#27313d}.phone{background:#161b22;border-color:#37414d}"
    "button.act{background:#2a333e;color:#e6eaef;border-color:#5a6775}button.main{background:#2f7dd1;color:#fff}"
    "input[type=text]{background:#12161c;color:inherit}.problem{color:#f2b8b5}}";

const char *const submitScript = "document.forms[0].submit()";

QByteArray hashOf(const char *text)
{
    return "'sha256-" + QCryptographicHash::hash(text, QCryptographicHash::Sha256).toBase64() + "'";
}

/// "http://localhost:50123" or "msal-app:": the form a browser posts is followed there, so the policy must name it.
QByteArray sourceOf(const QString &address)
{
    const QUrl url(address);
    if (url.scheme() != u"http" && url.scheme() != u"https")
        return url.scheme().isEmpty() ? QByteArray() : ' ' + url.scheme().toLatin1() + ':';
    auto source = ' ' + url.scheme().toLatin1() + "://" + url.host(QUrl::FullyEncoded).toLatin1();
    return url.port() < 0 ? source : source + ':' + QByteArray::number(url.port());
}

QString frameFooter()
{
    return u"<footer>This is a demo tenant on this computer: nobody here is real, and there are no passwords.</footer>"_s;
}

Response page(const QString &title, const QString &tenant, const QString &body, const QString &redirectTo, int status = 200)
{
    Response response;
    response.status = status;
    response.contentType = "text/html; charset=utf-8";
    const auto brand = tenant.isEmpty() ? QString() : u"<p class=\"tenant\">%1</p>"_s.arg(tenant.toHtmlEscaped());
    response.text =
        (u"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
         "content=\"width=device-width,initial-scale=1\"><title>"_s +
         title.toHtmlEscaped() + u"</title><style>"_s + QString::fromLatin1(pageStyle) + u"</style></head><body><main>"_s +
         brand + u"<h1>"_s + title.toHtmlEscaped() + u"</h1>"_s + body + u"</main>"_s + frameFooter() + u"</body></html>\n"_s)
            .toUtf8();
    static const auto style = hashOf(pageStyle);
    response.headers.emplaceBack("Content-Security-Policy", "default-src 'none'; style-src " + style +
                                                                "; base-uri 'none'; frame-ancestors 'none'; form-action 'self'" +
                                                                sourceOf(redirectTo));
    response.headers.emplaceBack("X-Frame-Options", "DENY");
    response.headers.emplaceBack("X-Content-Type-Options", "nosniff");
    response.headers.emplaceBack("Referrer-Policy", "strict-origin-when-cross-origin");
    response.headers.emplaceBack("Cache-Control", "no-store");
    return response;
}

QString hidden(const QString &name, const QString &value)
{
    return u"<input type=\"hidden\" name=\"%1\" value=\"%2\">"_s.arg(name, value.toHtmlEscaped());
}

QString formStart(const PageFrame &frame, const QString &step)
{
    return u"<form method=\"post\" action=\"%1\">"_s.arg(frame.action.toHtmlEscaped()) + hidden(u"flow"_s, frame.flow) +
           hidden(u"step"_s, step);
}

QString problemLine(const QString &problem)
{
    return problem.isEmpty() ? QString() : u"<p class=\"problem\" role=\"alert\">%1</p>"_s.arg(problem.toHtmlEscaped());
}

QString detailList(const ErrorDetails &details)
{
    const auto row = [](const QString &name, const QString &value) {
        return u"<dt>%1</dt><dd>%2</dd>"_s.arg(name, value.toHtmlEscaped());
    };
    return u"<dl>"_s + row(u"Request Id"_s, details.trace) + row(u"Correlation Id"_s, details.correlation) +
           row(u"Timestamp"_s, details.stamp) + u"</dl>"_s;
}

} // namespace

QString ErrorDetails::description() const
{
    return u"AADSTS%1: %2 Trace ID: %3 Correlation ID: %4 Timestamp: %5"_s.arg(QString::number(code), message, trace, correlation,
                                                                               stamp);
}

Response accountPage(const PageFrame &frame, const QString &application, const QList<PersonChoice> &people,
                     const QString &problem)
{
    auto body =
        problemLine(problem) +
        u"<p>Continue to <strong>%1</strong>. Choose a person of the demo: a click signs in, without a password.</p>"_s.arg(
            application.toHtmlEscaped());
    body += formStart(frame, u"account"_s) + u"<div class=\"people\">"_s;
    for (const auto &person : people)
        body +=
            u"<button class=\"person\" name=\"login\" value=\"%1\"><strong>%2</strong><span>%1</span><span>%3</span></button>"_s
                .arg(person.userPrincipalName.toHtmlEscaped(), person.name.toHtmlEscaped(),
                     person.signedIn ? u"Signed in"_s : person.title.toHtmlEscaped());
    body += u"</div></form>"_s;
    body += formStart(frame, u"account"_s) +
            u"<label for=\"other\">Another account (user name)</label><input type=\"text\" id=\"other\" name=\"login\" "
            "autocomplete=\"username\" spellcheck=\"false\" required><div class=\"actions\"><button class=\"act main\">Next"
            "</button></div></form>"_s;
    return page(u"Pick an account"_s, frame.tenant, body, frame.redirectTo);
}

Response strongPage(const PageFrame &frame, const QString &person, int number, const QList<int> &choices, const QString &problem)
{
    auto body =
        problemLine(problem) + u"<p>%1, open the authenticator of the demo and choose the number shown to sign in.</p>"
                               "<p class=\"number\" id=\"number\">%2</p>"_s.arg(person.toHtmlEscaped(), QString::number(number));
    body += formStart(frame, u"strong"_s) + u"<div class=\"phone\" role=\"group\" aria-label=\"The demo's phone\">"
                                            "<p>The demo's phone asks: are you trying to sign in?</p><div class=\"actions\">"_s;
    for (const int each : choices)
        body += u"<button class=\"act\" name=\"number\" value=\"%1\">%1</button>"_s.arg(each);
    body += u"<button class=\"act\" name=\"deny\" value=\"1\">No, it's not me</button></div></div></form>"_s;
    return page(u"Approve sign in request"_s, frame.tenant, body, frame.redirectTo);
}

Response proofUpPage(const PageFrame &frame, const QString &person)
{
    return page(u"More information required"_s, frame.tenant,
                u"<p>Your organization needs more information to keep %1's account secure: a second factor.</p>"_s.arg(
                    person.toHtmlEscaped()) +
                    formStart(frame, u"proofup"_s) +
                    u"<div class=\"actions\"><button class=\"act main\" name=\"register\" value=\"1\">Set up the demo's "
                    "authenticator</button></div></form>"_s,
                frame.redirectTo);
}

Response consentPage(const PageFrame &frame, const ConsentQuestion &question)
{
    auto body = u"<p>%1</p><p><strong>%2</strong><br><small>Publisher: %3</small></p><p>This application would like to:</p>"
                "<ul class=\"permissions\">"_s.arg(question.person.toHtmlEscaped(), question.application.toHtmlEscaped(),
                                                   question.publisher.toHtmlEscaped());
    for (const auto &permission : question.permissions)
        body +=
            u"<li>%1<br><small>%2%3</small></li>"_s.arg(permission.title.toHtmlEscaped(), permission.name.toHtmlEscaped(),
                                                        permission.adminOnly ? u" &middot; administrators only"_s : QString());
    body += u"</ul>"_s + formStart(frame, u"consent"_s);
    if (question.forAllOnly)
        body += u"<p>Accepting grants these permissions for everybody in your organization.</p>"_s;
    else if (question.mayForAll)
        body += u"<p><label><input type=\"checkbox\" name=\"organization\" value=\"1\"> Consent on behalf of your organization"
                "</label></p>"_s;
    body += u"<p>Accepting means that the application may use your data as its publisher states.</p><div class=\"actions\">"
            "<button class=\"act\" name=\"decline\" value=\"1\">Cancel</button>"
            "<button class=\"act main\" name=\"accept\" value=\"1\">Accept</button></div></form>"_s;
    return page(question.forAllOnly ? u"Permissions requested: review for your organization"_s : u"Permissions requested"_s,
                frame.tenant, body, frame.redirectTo);
}

Response approvalPage(const PageFrame &frame, const QString &application, const ErrorDetails &details)
{
    return page(
        u"Need admin approval"_s, frame.tenant,
        u"<p><strong>%1</strong> needs permission to access resources in your organization that only an admin can grant. "
        "Please ask an admin to grant permission to this app before you can use it.</p>"_s.arg(application.toHtmlEscaped()) +
            formStart(frame, u"approval"_s) +
            u"<div class=\"actions\"><button class=\"act\" name=\"another\" value=\"1\">Sign in with an admin account"
            "</button><button class=\"act main\" name=\"decline\" value=\"1\">Return to the application without granting "
            "consent</button></div></form><p>AADSTS%1: %2</p>"_s.arg(QString::number(details.code),
                                                                     details.message.toHtmlEscaped()) +
            detailList(details),
        frame.redirectTo);
}

Response deviceCodePage(const QString &action, const QString &problem)
{
    return page(u"Enter code to allow access"_s, {},
                problemLine(problem) +
                    u"<p>Enter the code that your app or device shows. Never enter a code from somebody you do not trust.</p>"
                    "<form method=\"get\" action=\"%1\"><label for=\"code\">Code</label><input type=\"text\" id=\"code\" "
                    "name=\"user_code\" autocomplete=\"off\" spellcheck=\"false\" required autofocus><div class=\"actions\">"
                    "<button class=\"act main\">Next</button></div></form>"_s.arg(action.toHtmlEscaped()),
                {});
}

Response deviceConfirmPage(const PageFrame &frame, const QString &application)
{
    return page(u"Are you trying to sign in to %1?"_s.arg(application), frame.tenant,
                u"<p>Only continue if you downloaded the app from a store or website that you trust.</p>"_s +
                    formStart(frame, u"confirm"_s) +
                    u"<div class=\"actions\"><button class=\"act\" name=\"decline\" value=\"1\">Cancel</button>"
                    "<button class=\"act main\" name=\"accept\" value=\"1\">Continue</button></div></form>"_s,
                frame.redirectTo);
}

Response notePage(const QString &title, const QString &text)
{
    return page(title, {}, u"<p>%1</p>"_s.arg(text.toHtmlEscaped()), {});
}

Response framedPage(int status, const QString &title, const QString &body)
{
    return page(title, {}, body, {}, status);
}

Response errorPage(const ErrorDetails &details)
{
    return page(
        u"Sign in"_s, {},
        u"<p>Sorry, but we're having trouble signing you in.</p><p class=\"problem\" role=\"alert\">AADSTS%1: %2</p>"_s.arg(
            QString::number(details.code), details.message.toHtmlEscaped()) +
            detailList(details),
        {}, 400);
}

Response formPostPage(const QString &redirectUri, const FormValues &values)
{
    QString inputs;
    for (const auto &[name, value] : values)
        inputs += hidden(name, value);
    Response response;
    response.contentType = "text/html; charset=utf-8";
    response.text =
        (u"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Working...</title></head><body>"
         "<form method=\"post\" action=\"%1\">%2<p>Your sign-in is complete.</p><button>Continue</button></form>"
         "<script>%3</script></body></html>\n"_s.arg(redirectUri.toHtmlEscaped(), inputs, QString::fromLatin1(submitScript)))
            .toUtf8();
    // No form-action: the application that gets the form may send the browser on to wherever it wants. No
    // frame-ancestors: a silent renewal may happen in a frame.
    static const auto script = hashOf(submitScript);
    response.headers.emplaceBack("Content-Security-Policy", "default-src 'none'; base-uri 'none'; script-src " + script);
    response.headers.emplaceBack("X-Content-Type-Options", "nosniff");
    response.headers.emplaceBack("Referrer-Policy", "strict-origin-when-cross-origin");
    response.headers.emplaceBack("Cache-Control", "no-store");
    return response;
}

} // namespace pimgate::demo
