#include "demo/access/ConditionalAccessService.h"

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString kStrengthsContext = u"policies/authenticationStrengthPolicies"_s;
const QString kMfaStrength = u"00000000-0000-0000-0000-000000000002"_s;

/// The built-in strengths are the same in every tenant.
QList<QJsonObject> builtInStrengths()
{
    const QJsonArray resistant{u"windowsHelloForBusiness"_s, u"fido2"_s, u"x509CertificateMultiFactor"_s};
    QJsonArray passwordless = resistant;
    passwordless.append(u"deviceBasedPush"_s);
    QJsonArray usual = passwordless;
    for (const auto &each : {u"temporaryAccessPassOneTime"_s, u"temporaryAccessPassMultiUse"_s,
                             u"password,microsoftAuthenticatorPush"_s, u"password,softwareOath"_s, u"password,hardwareOath"_s,
                             u"password,sms"_s, u"password,voice"_s, u"federatedMultiFactor"_s})
        usual.append(each);
    const auto row = [](const QString &id, const QString &name, const QString &description, const QJsonArray &combinations) {
        return QJsonObject{{u"id"_s, id},
                           {u"createdDateTime"_s, u"2021-12-01T08:00:00Z"_s},
                           {u"modifiedDateTime"_s, u"2021-12-01T08:00:00Z"_s},
                           {u"displayName"_s, name},
                           {u"description"_s, description},
                           {u"policyType"_s, u"builtIn"_s},
                           {u"requirementsSatisfied"_s, u"mfa"_s},
                           {u"allowedCombinations"_s, combinations},
                           {u"combinationConfigurations"_s, QJsonArray()}};
    };
    return {row(kMfaStrength, u"Multifactor authentication"_s,
                u"Combinations of methods that satisfy strong authentication, such as a password + SMS"_s, usual),
            row(u"00000000-0000-0000-0000-000000000003"_s, u"Passwordless MFA"_s,
                u"Passwordless methods that satisfy strong authentication, such as Passwordless sign-in with the Microsoft "
                "Authenticator"_s,
                passwordless),
            row(u"00000000-0000-0000-0000-000000000004"_s, u"Phishing-resistant MFA"_s,
                u"Phishing-resistant, Passwordless methods for the strongest authentication, such as a FIDO2 security key"_s,
                resistant)};
}

std::optional<Response> mayReadStrengths(const Request &request)
{
    if (auto denied = requireScope(request, {"Policy.Read.All", "Policy.Read.AuthenticationMethod"}))
        return denied;
    return requireRole(request, {roles::conditionalAccessAdministrator(), roles::securityAdministrator(), roles::globalReader(),
                                 roles::securityReader()});
}

} // namespace

QJsonObject authenticationStrength(const QString &id)
{
    for (const QJsonObject &row : builtInStrengths())
        if (row["id"_L1].toString() == id)
            return row;
    return {};
}

bool strengthMetByMfa(const QString &id)
{
    return id == kMfaStrength;
}

void addAuthenticationStrengthRoutes(Router &router)
{
    const QString all = u"/policies/authenticationStrengthPolicies"_s;
    router.add("GET", all, [](Store &, const Request &request) {
        if (auto denied = mayReadStrengths(request))
            return *denied;
        return collection(request, builtInStrengths(), kStrengthsContext);
    });
    router.add("GET", all + u"/{id}"_s, [](Store &, const Request &request) {
        if (auto denied = mayReadStrengths(request))
            return *denied;
        const QJsonObject row = authenticationStrength(request.param(u"id"_s));
        return row.isEmpty() ? caMissing(u"authentication strength"_s, request.param(u"id"_s))
                             : entity(request, row, kStrengthsContext);
    });
}

} // namespace pimgate::demo
