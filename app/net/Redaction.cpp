#include "net/Redaction.h"

#include <QRegularExpression>
#include <QString>

namespace pimgate::Redaction {
namespace {

// "code" is a secret in a form and in a URL; in JSON it is the name of Graph's error code and must stay.
QString withoutFormSecrets(QString text)
{
    static const QRegularExpression pattern(
        QStringLiteral("(^|[&?#])((?:device_)?code|code_verifier|refresh_token|access_token|id_token|id_token_hint|client_info|"
                       "client_secret|client_assertion|assertion|password)=[^&#]*"),
        QRegularExpression::CaseInsensitiveOption);
    return text.replace(pattern, QStringLiteral("\\1\\2=[removed]"));
}

QString withoutJsonSecrets(QString text)
{
    static const QRegularExpression pattern(
        QStringLiteral("\"(access_token|refresh_token|id_token|client_info|device_code|code_verifier|client_secret|password)\""
                       "(\\s*:\\s*)\"(?:[^\"\\\\]|\\\\.)*\"?"),
        QRegularExpression::CaseInsensitiveOption);
    return text.replace(pattern, QStringLiteral("\"\\1\"\\2\"[removed]\""));
}

} // namespace

QByteArray body(const QByteArray &body)
{
    return withoutJsonSecrets(withoutFormSecrets(QString::fromUtf8(body))).toUtf8();
}

QUrl url(const QUrl &url)
{
    QUrl shown = url;
    shown.setUserInfo({});
    if (shown.hasQuery())
        shown.setQuery(withoutFormSecrets(shown.query(QUrl::FullyEncoded)));
    if (shown.hasFragment())
        shown.setFragment(withoutFormSecrets(shown.fragment(QUrl::FullyEncoded)));
    return shown;
}

} // namespace pimgate::Redaction
