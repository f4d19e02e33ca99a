#include "demo/login/OAuthTypes.h"

namespace pimgate::demo::oauth {

template <typename Archive>
void describe(Archive &archive, Session &session)
{
    archive("tid", session.tid);
    archive("userId", session.userId);
    archive("homeTid", session.homeTid);
    archive("clientId", session.clientId);
    archive("resource", session.resource);
    archive("prefix", session.prefix);
    archive("scopes", session.scopes);
    archive("amr", session.amr);
    archive("acrs", session.acrs);
    archive("cp1", session.cp1);
    archive("generation", session.generation);
    archive("family", session.family);
}

template <typename Archive>
void describe(Archive &archive, Grant &grant)
{
    archive("session", grant.session);
    archive("redirectUri", grant.redirectUri);
    archive("challenge", grant.challenge);
    archive("nonce", grant.nonce);
    archive("expiresDateTime", grant.expires);
    archive("used", grant.used);
}

template <typename Archive>
void describe(Archive &archive, RefreshToken &token)
{
    archive("session", token.session);
    archive("issuedDateTime", token.issued);
}

template <typename Archive>
void describe(Archive &archive, DeviceGrant &grant)
{
    archive("userCode", grant.userCode);
    archive("clientId", grant.clientId);
    archive("alias", grant.alias);
    archive("scope", grant.scope);
    archive("claims", grant.claims);
    archive("expiresDateTime", grant.expires);
    archive("lastPollDateTime", grant.lastPoll);
    archive("interval", grant.interval);
    archive("account", grant.account);
    archive("mfa", grant.mfa);
    archive("declined", grant.declined);
}

template <typename Archive>
void describe(Archive &archive, Flow &flow)
{
    using Kind = Flow::Kind;
    archive.oneOf("kind", flow.kind,
                  {{"authorize", Kind::Authorize}, {"device", Kind::Device}, {"adminConsent", Kind::AdminConsent}});
    archive("alias", flow.alias);
    archive("form", flow.form);
    archive("secret", flow.secret);
    archive("expiresDateTime", flow.expires);
    archive("account", flow.account);
    archive("mfa", flow.mfa);
    archive("consented", flow.consented);
    archive("confirmed", flow.confirmed);
    archive("number", flow.number);
}

template <typename Archive>
void describe(Archive &archive, BrowserAccount &account)
{
    archive("homeTid", account.homeTid);
    archive("userId", account.userId);
    archive("userPrincipalName", account.userPrincipalName);
    archive("generation", account.generation);
    archive("mfa", account.mfa);
    archive("clients", account.clients);
}

template <typename Archive>
void describe(Archive &archive, Issued &issued)
{
    archive("family", issued.family);
    archive("generation", issued.generation);
    archive("expires", issued.expires);
}

template <typename Archive>
void describe(Archive &archive, Kept &kept)
{
    archive("grants", kept.grants);
    archive("refreshTokens", kept.refreshTokens);
    archive("deviceGrants", kept.deviceGrants);
    archive("flows", kept.flows);
    archive("browsers", kept.browsers);
    archive("issued", kept.issued);
    archive("revokedFamilies", kept.revokedFamilies);
}

QJsonObject stateOf(const Kept &kept)
{
    return StateWriter::written(kept);
}

Kept keptIn(const QJsonValue &state, const QString &path, StateFault &fault)
{
    Kept kept;
    StateReader::read(state, path, fault, kept);
    return kept;
}

} // namespace pimgate::demo::oauth
