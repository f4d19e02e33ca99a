#include "identity/Cloud.h"

#include "net/Http.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace pimgate {
namespace {

struct KnownCloud
{
    const char *name;
    const char *login;
    const char *graph;
    const char *portal;
};

// graph-contract 17
constexpr std::array knownClouds{
    KnownCloud{"global", "https://login.microsoftonline.com", "https://graph.microsoft.com", "https://entra.microsoft.com"},
    KnownCloud{"usgov", "https://login.microsoftonline.us", "https://graph.microsoft.us", "https://entra.microsoft.us"},
    KnownCloud{"usgov-dod", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us", "https://entra.microsoft.us"},
    KnownCloud{"china", "https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn", "https://portal.azure.cn"},
};

struct CloudWords
{
    Q_DECLARE_TR_FUNCTIONS(Cloud)
};

tl::unexpected<Error> badMember(const QString &member, const QString &message, const QString &next)
{
    Error error;
    error.kind = Error::Kind::Input;
    error.where = member;
    error.message = message;
    error.next = next;
    return failure(error);
}

Result<QString> textMember(const QJsonObject &json, const QString &member, const QString &otherwise)
{
    const QJsonValue value = json.value(member);
    if (value.isUndefined() || value.isNull())
        return otherwise;
    if (!value.isString())
        return badMember(member, CloudWords::tr("“%1” is not a text.").arg(member), CloudWords::tr("Write it in quotes."));
    return value.toString();
}

Result<QUrl> hostMember(const QJsonObject &json, const QString &member, const QString &otherwise)
{
    const auto text = textMember(json, member, otherwise);
    if (!text)
        return failure(text.error());
    if (text->isEmpty())
        return badMember(member, CloudWords::tr("“%1” is missing.").arg(member),
                         CloudWords::tr("Give an address such as https://graph.microsoft.com."));
    QString trimmed = *text;
    while (trimmed.endsWith(QLatin1Char('/')))
        trimmed.chop(1);
    const QUrl url(trimmed, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty() || url.hasQuery() || url.hasFragment() || !url.userInfo().isEmpty())
        return badMember(member, CloudWords::tr("“%1” is not an address: %2").arg(member, *text),
                         CloudWords::tr("Give an address such as https://graph.microsoft.com."));
    const bool plain = url.scheme() == QLatin1String("http");
    if (url.scheme() != QLatin1String("https") && !(plain && Http::isLoopback(url)))
        return badMember(member, CloudWords::tr("“%1” is not an https address: %2").arg(member, *text),
                         CloudWords::tr("Use https; plain http is for this computer alone."));
    return url;
}

Result<QString> tenantMember(const QJsonObject &json)
{
    static const QRegularExpression pattern(QStringLiteral("^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$"));
    const QString member = QStringLiteral("tenant");
    const auto tenant = textMember(json, member, {});
    if (tenant && !tenant->isEmpty() && !pattern.match(*tenant).hasMatch())
        return badMember(member, CloudWords::tr("“%1” is not a tenant.").arg(*tenant),
                         CloudWords::tr("Give a domain such as contoso.com, or the tenant id."));
    return tenant;
}

/// Microsoft's own client is known in the global cloud and in that of the US Government; applications are not copied to
/// China, and of other clouds nobody has told.
QString defaultClientFor(const QUrl &login)
{
    const bool known = Http::isLoopback(login) || login.host() == QLatin1String("login.microsoftonline.com") ||
                       login.host() == QLatin1String("login.microsoftonline.us");
    return known ? QString::fromLatin1(defaultClientId) : QString();
}

/// Empty where none is given and none is known to work.
Result<QString> clientIdMember(const QJsonObject &json, const QUrl &login)
{
    static const QRegularExpression pattern(QStringLiteral("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"));
    const QString member = QStringLiteral("clientId");
    const auto id = textMember(json, member, defaultClientFor(login));
    if (id && !id->isEmpty() && !pattern.match(*id).hasMatch())
        return badMember(member, CloudWords::tr("“%1” is not a client id.").arg(*id),
                         CloudWords::tr("Give the application (client) id, a GUID."));
    return id;
}

Result<double> timeScaleMember(const QJsonObject &json, bool loopback)
{
    const QString member = QStringLiteral("timeScale");
    const QJsonValue value = json.value(member);
    if (value.isUndefined() || value.isNull())
        return 1.0;
    const double scale = value.toDouble(0);
    if (scale < 1 || scale > 1'000'000)
        return badMember(member, CloudWords::tr("“timeScale” is not a number from 1 to 1000000."),
                         CloudWords::tr("Leave it out."));
    if (!loopback && scale != 1)
        return badMember(member, CloudWords::tr("“timeScale” is for a demo tenant on this computer alone."),
                         CloudWords::tr("Leave it out."));
    return scale;
}

QJsonObject jsonOf(const KnownCloud &cloud)
{
    return {{QStringLiteral("name"), QString::fromLatin1(cloud.name)},
            {QStringLiteral("login"), QString::fromLatin1(cloud.login)},
            {QStringLiteral("graph"), QString::fromLatin1(cloud.graph)},
            {QStringLiteral("portal"), QString::fromLatin1(cloud.portal)}};
}

} // namespace

bool Cloud::isDemo() const
{
    return Http::isLoopback(login);
}

Outcome Cloud::mayAskForSignIn() const
{
    if (!clientId.isEmpty())
        return {};
    return failure(Error::Kind::Input, CloudWords::tr("No client id is known to work in the cloud “%1”.").arg(name),
                   CloudWords::tr("Register an application there once and give its client id: in the wizard under “Application "
                                  "registration”, on the command line with --client-id."));
}

QUrl Cloud::authorizeUrl() const
{
    return QUrl(login.toString() + QLatin1Char('/') + authority() + QLatin1String("/oauth2/v2.0/authorize"));
}

QUrl Cloud::tokenUrl() const
{
    return QUrl(login.toString() + QLatin1Char('/') + authority() + QLatin1String("/oauth2/v2.0/token"));
}

QUrl Cloud::deviceCodeUrl() const
{
    return QUrl(login.toString() + QLatin1Char('/') + authority() + QLatin1String("/oauth2/v2.0/devicecode"));
}

QUrl Cloud::graphUrl(const QString &pathAndQuery) const
{
    return QUrl::fromEncoded((graph.toString(QUrl::FullyEncoded) + QLatin1String("/v1.0") + pathAndQuery).toUtf8());
}

bool Cloud::isNamed(const QString &name)
{
    return std::any_of(knownClouds.begin(), knownClouds.end(),
                       [&name](const KnownCloud &known) { return name == QLatin1String(known.name); });
}

Result<Cloud> Cloud::named(const QString &nameOrFile)
{
    for (const auto &known : knownClouds)
        if (nameOrFile == QLatin1String(known.name))
            return fromJson(jsonOf(known));

    QFile file(nameOrFile);
    if (!file.open(QIODevice::ReadOnly))
        return failure(Error::Kind::Input, CloudWords::tr("“%1” is neither a cloud nor a file that can be read.").arg(nameOrFile),
                       CloudWords::tr("Use global, usgov, usgov-dod, china, or the path of a JSON file."));
    // A started demo tenant prints its cloud on one line and may print more below it.
    const QByteArray content = file.read(1 << 20);
    QJsonParseError whole;
    QJsonDocument document = QJsonDocument::fromJson(content, &whole);
    if (!document.isObject())
        document = QJsonDocument::fromJson(content.left(content.indexOf('\n')));
    if (!document.isObject())
        return failure(Error::Kind::Input, CloudWords::tr("“%1” is not a JSON object: %2").arg(nameOrFile, whole.errorString()),
                       CloudWords::tr("Give name, login, graph, portal, clientId and tenant."));
    return fromJson(document.object());
}

Result<Cloud> Cloud::fromJson(const QJsonObject &json)
{
    const auto login = hostMember(json, QStringLiteral("login"), {});
    if (!login)
        return failure(login.error());
    const auto graph = hostMember(json, QStringLiteral("graph"), {});
    if (!graph)
        return failure(graph.error());
    const bool loopback = Http::isLoopback(*login);
    if (loopback != Http::isLoopback(*graph))
        return badMember(QStringLiteral("graph"), CloudWords::tr("“login” and “graph” are not both on this computer."),
                         CloudWords::tr("A demo tenant serves both; Microsoft's clouds serve neither here."));
    const auto portal =
        hostMember(json, QStringLiteral("portal"), loopback ? login->toString() : QLatin1String("https://entra.microsoft.com"));
    if (!portal)
        return failure(portal.error());
    const auto clientId = clientIdMember(json, *login);
    if (!clientId)
        return failure(clientId.error());
    const auto tenant = tenantMember(json);
    if (!tenant)
        return failure(tenant.error());
    const auto timeScale = timeScaleMember(json, loopback);
    if (!timeScale)
        return failure(timeScale.error());
    const auto name = textMember(json, QStringLiteral("name"), login->host());
    if (!name)
        return failure(name.error());

    Cloud cloud{*name, *login, *graph, *portal, *clientId, *tenant, *timeScale, {}, {}};
    if (loopback) {
        cloud.controlKey = json.value(QStringLiteral("controlKey")).toString();
        cloud.caFile = json.value(QStringLiteral("caFile")).toString();
    }
    return cloud;
}

} // namespace pimgate
