// @azure/msal-node as a desktop program uses it: a public client with a custom authority.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ConfidentialClientApplication, CryptoProvider, InteractionRequiredAuthError, ServerError } from '@azure/msal-node';
import { authorize, client, host, me, signIn } from './msal.mjs';
import { admin, application, authority, claimsOf, cloud, exchanges, follow, formOf, graphScopes, loopback, ordinary, postForm, until } from './support.mjs';

function refreshTokenOf(app) {
  const entries = Object.values(JSON.parse(app.getTokenCache().serialize()).RefreshToken);
  assert.equal(entries.length, 1);
  return entries[0].secret;
}

async function refused(promise, kind) {
  const error = await promise.then(() => assert.fail('it was not refused'), (reason) => reason);
  assert.ok(error instanceof kind, `${error.constructor.name} instead of ${kind.name}: ${error.message}`);
  return error;
}

const aadsts = (error) => Number(/AADSTS(\d+)/.exec(error.errorMessage)?.[1]);

describe('the authority', () => {
  test('is found by the tenant\'s id, its domain, organizations and common', async () => {
    for (const alias of [cloud.tenant, 'contoso.demo', 'organizations', 'common']) {
      const result = await signIn(client({ authority: `${cloud.login}/${alias}` }), ordinary);
      assert.equal(result.tenantId, cloud.tenant, alias);
      assert.equal(result.account.username, ordinary, alias);
    }
  });

  test('is trusted by the cloud\'s own instance discovery, without knownAuthorities', async () => {
    const endpoint = new URL(`${cloud.login}/common/discovery/instance`);
    endpoint.search = new URLSearchParams({ 'api-version': '1.1', authorization_endpoint: `${authority}/oauth2/v2.0/authorize` });
    const response = await fetch(endpoint);
    assert.equal(response.status, 200);
    const cloudDiscoveryMetadata = await response.text();
    const entry = JSON.parse(cloudDiscoveryMetadata).metadata.find(({ aliases }) => aliases.includes(host));
    assert.ok(entry, 'the cloud does not name itself');
    const result = await signIn(client({ knownAuthorities: [], cloudDiscoveryMetadata }), ordinary);
    assert.equal(result.account.username, ordinary);
    assert.equal(result.account.environment, entry.preferred_cache);
  });

  test('that does not exist is refused', async () => {
    await assert.rejects(client({ authority: `${cloud.login}/nobody.example` }).getAuthCodeUrl({ scopes: graphScopes,
      redirectUri: 'http://localhost:53682' }), (error) => error.errorCode === 'openid_config_error' || error.errorCode === 'endpoints_resolution_error');
  });
});

describe('code and PKCE', () => {
  test('signs a person in, with an account, id token claims and a token for Graph', async () => {
    const app = client();
    const { asked, verifier, answer } = await authorize(app, admin, { state: 'round trip & back', nonce: 'n-0S6_WzA2Mj' });
    assert.equal(answer.state, 'round trip & back');
    assert.ok(answer.session_state);
    const result = await app.acquireTokenByCode({ ...asked, code: answer.code, codeVerifier: verifier,
      clientInfo: answer.client_info, state: 'round trip & back' }, { nonce: 'n-0S6_WzA2Mj', state: 'round trip & back', code: answer.code });
    assert.equal(result.tokenType, 'Bearer');
    assert.equal(result.fromCache, false);
    assert.equal(result.account.username, admin);
    assert.equal(result.account.tenantId, cloud.tenant);
    assert.equal(result.account.homeAccountId, `${result.uniqueId}.${cloud.tenant}`);
    assert.ok(graphScopes.every((scope) => result.scopes.includes(scope)), result.scopes.join(' '));
    const claims = result.idTokenClaims;
    assert.equal(claims.iss, `${cloud.login}/${cloud.tenant}/v2.0`);
    assert.equal(claims.aud, cloud.clientId);
    assert.equal(claims.tid, cloud.tenant);
    assert.equal(claims.oid, result.uniqueId);
    assert.equal(claims.nonce, 'n-0S6_WzA2Mj');
    assert.equal(claims.preferred_username, admin);
    assert.equal(claims.ver, '2.0');
    assert.ok(claims.name && claims.sub && claims.exp > claims.iat);
    const person = await (await me(result.accessToken)).json();
    assert.equal(person.id, result.uniqueId);
    assert.equal(person.userPrincipalName, admin);
    const access = claimsOf(result.accessToken);
    assert.equal(access.aud, '00000003-0000-0000-c000-000000000000');
    assert.equal(access.appid, cloud.clientId);
    assert.ok(access.scp.split(' ').includes('Group.ReadWrite.All'));
  });

  test('with scopes written as addresses of Graph', async () => {
    const result = await signIn(client(), ordinary, { scopes: [`${cloud.graph}/User.Read`] });
    assert.ok(claimsOf(result.accessToken).scp.split(' ').includes('User.Read'));
  });

  test('a code works once', async () => {
    const app = client();
    const { asked, verifier, answer } = await authorize(app, ordinary);
    const request = { ...asked, code: answer.code, codeVerifier: verifier };
    await app.acquireTokenByCode(request);
    const error = await refused(client().acquireTokenByCode(request), ServerError);
    assert.equal(error.errorCode, 'invalid_grant');
    assert.equal(error.errorNo, 54005);
  });

  test('a code without its verifier is worth nothing', async () => {
    const app = client();
    const { asked, answer } = await authorize(app, ordinary);
    const { verifier } = await new CryptoProvider().generatePkceCodes();
    const error = await refused(app.acquireTokenByCode({ ...asked, code: answer.code, codeVerifier: verifier }), ServerError);
    assert.equal(error.errorCode, 'invalid_grant');
    assert.equal(error.errorNo, 501481);
  });

  test('answers by form_post to a listener of one\'s own', async () => {
    const app = client();
    const listener = await loopback();
    try {
      const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
      const asked = { scopes: graphScopes, redirectUri: `${listener.address}/` };
      const { html, form } = await follow(await app.getAuthCodeUrl({ ...asked, codeChallenge: challenge,
        codeChallengeMethod: 'S256', responseMode: 'form_post', loginHint: ordinary, prompt: 'none', state: '"><b>&amp;' }));
      assert.equal(form.method, 'POST');
      assert.match(html, /submit\(\)/);
      await postForm(form);
      const { method, body } = await listener.landed;
      assert.equal(method, 'POST');
      assert.equal(body.get('state'), '"><b>&amp;');
      const result = await app.acquireTokenByCode({ ...asked, code: body.get('code'), codeVerifier: verifier });
      assert.equal(result.account.username, ordinary);
    } finally {
      listener.close();
    }
  });
});

describe('acquireTokenInteractive', () => {
  test('with MSAL\'s own listener and form_post', async () => {
    const app = client();
    let link;
    const result = await app.acquireTokenInteractive({
      scopes: graphScopes, loginHint: admin, prompt: 'none',
      openBrowser: async (url) => {
        link = new URL(url);
        await postForm((await follow(url)).form);
      },
    });
    assert.equal(link.searchParams.get('response_mode'), 'form_post');
    assert.equal(result.account.username, admin);
    assert.equal((await me(result.accessToken)).status, 200);
  });

  test('hears of a refusal through the same form', async () => {
    const error = await refused(client().acquireTokenInteractive({
      scopes: graphScopes, prompt: 'none', openBrowser: async (url) => void (await postForm((await follow(url)).form)),
    }), Error);
    assert.equal(error.errorCode, 'login_required');
    assert.equal(aadsts(error), 50058);
  });
});

describe('acquireTokenSilent', () => {
  test('takes the token from the cache, and refreshes it with rotation when it must', async () => {
    const app = client();
    const first = await signIn(app, admin);
    const before = (await exchanges('login')).length;
    const cached = await app.acquireTokenSilent({ account: first.account, scopes: ['User.Read'] });
    assert.equal(cached.fromCache, true);
    assert.equal(cached.accessToken, first.accessToken);
    assert.equal((await exchanges('login')).length, before);

    const oldRefreshToken = refreshTokenOf(app);
    const fresh = await app.acquireTokenSilent({ account: first.account, scopes: ['User.Read'], forceRefresh: true });
    assert.equal(fresh.fromCache, false);
    assert.notEqual(fresh.accessToken, first.accessToken);
    assert.notEqual(refreshTokenOf(app), oldRefreshToken);
    assert.equal(fresh.account.homeAccountId, first.account.homeAccountId);
    assert.equal((await me(fresh.accessToken)).status, 200);
    const again = await app.acquireTokenSilent({ account: first.account, scopes: ['User.Read'], forceRefresh: true });
    assert.equal((await me(again.accessToken)).status, 200);
  });

  test('works in another program that was given the cache', async () => {
    const app = client();
    const { account } = await signIn(app, ordinary);
    const other = client();
    other.getTokenCache().deserialize(app.getTokenCache().serialize());
    const [found] = await other.getAllAccounts();
    assert.equal(found.homeAccountId, account.homeAccountId);
    const result = await other.acquireTokenSilent({ account: found, scopes: ['User.Read'], forceRefresh: true });
    assert.equal(result.account.username, ordinary);
  });

  test('says that consent is missing', async () => {
    const app = client();
    const { account } = await signIn(app, ordinary);
    const error = await refused(app.acquireTokenSilent({ account, scopes: ['Mail.Send'] }), InteractionRequiredAuthError);
    assert.equal(error.errorCode, 'invalid_grant');
    assert.equal(error.subError, 'consent_required');
    assert.equal(error.errorNo, 65001);
    const { answer } = await authorize(app, ordinary, { scopes: ['Mail.Send'] });
    assert.equal(answer.error, 'consent_required');
    assert.match(answer.error_description, /^AADSTS65001: /);
    assert.equal(answer.state, 'a state');
  });

  test('says that a second factor is missing, and gives the claims to ask with', async () => {
    const app = client();
    const { account } = await signIn(app, ordinary);
    const claims = JSON.stringify({ access_token: { amr: { essential: true, values: ['mfa'] } } });
    const error = await refused(app.acquireTokenSilent({ account, scopes: ['User.Read'], claims }), InteractionRequiredAuthError);
    assert.equal(error.errorNo, 50076);
    assert.equal(error.subError, 'basic_action');
    assert.ok(JSON.parse(error.claims).access_token, error.claims);
    assert.match(error.traceId, /^[0-9a-f-]{36}$/);
    assert.ok(error.timestamp && error.correlationId);
  });
});

describe('device code', () => {
  // Two pages of the sign-in host as a person uses them: the code, then the person's own line.
  async function completeOnAnotherDevice({ verificationUri, userCode }, person) {
    const page = formOf(await (await fetch(verificationUri)).text());
    assert.ok('user_code' in page.fields, 'the page does not ask for the code');
    const chosen = new URL(page.action || verificationUri, verificationUri);
    chosen.search = new URLSearchParams({ ...page.fields, user_code: userCode, login_hint: person, prompt: 'none' });
    const done = await fetch(chosen);
    assert.equal(done.status, 200, await done.text());
  }

  test('waits while nobody has signed in, then gives the token', async () => {
    const app = client();
    let told;
    const pending = app.acquireTokenByDeviceCode({ scopes: ['User.Read'], deviceCodeCallback: (answer) => (told = answer) });
    await Promise.race([pending, until(async () => (await exchanges('login')).some(({ path, responseBody }) =>
      path.includes('/token') && responseBody?.error === 'authorization_pending'))]);
    assert.match(told.userCode, /^[A-Z0-9]{8,9}$/);
    assert.equal(told.interval, 5);
    assert.equal(told.expiresIn, 900);
    assert.ok(told.message.includes(told.userCode) && told.message.includes(told.verificationUri));
    await completeOnAnotherDevice(told, ordinary);
    const result = await pending;
    assert.equal(result.account.username, ordinary);
    assert.equal((await me(result.accessToken)).status, 200);
    const later = await app.acquireTokenSilent({ account: result.account, scopes: ['User.Read'], forceRefresh: true });
    assert.equal((await me(later.accessToken)).status, 200);
  });

  test('ends when the person declines', async () => {
    const error = await refused(client().acquireTokenByDeviceCode({ scopes: ['User.Read'],
      deviceCodeCallback: ({ verificationUri, userCode }) => {
        declined = fetch(`${verificationUri}?${new URLSearchParams({ user_code: userCode, decline: '1' })}`);
      } }), Error);
    await declined;
    assert.match(`${error.errorCode} ${error.errorMessage} ${error.subError}`, /authorization_(declined|pending)/);
  });
  let declined;
});

test('a web application with a secret signs a person in', async () => {
  const { appId } = application('Inforcer');
  const web = new ConfidentialClientApplication({ auth: { clientId: appId, clientSecret: 'demo~inforcer~secret', authority,
    knownAuthorities: [host] } });
  const result = await signIn(web, ordinary, { scopes: ['User.Read'], redirectUri: 'https://portal.inforcer.com/signin-oidc' });
  assert.equal(result.account.username, ordinary);
  assert.equal(claimsOf(result.accessToken).appid, appId);
});

describe('refusals', () => {
  test('a refresh token that nobody issued', async () => {
    const error = await refused(client().acquireTokenByRefreshToken({ refreshToken: 'made up', scopes: ['User.Read'] }), Error);
    assert.equal(error.errorCode, 'invalid_grant');
    assert.ok([70000, 9002313].includes(error.errorNo), error.errorMessage);
  });

  test('an application that the directory does not know', async () => {
    const app = client({ clientId: '11111111-2222-3333-4444-555555555555' });
    const error = await refused(app.acquireTokenByRefreshToken({ refreshToken: 'made up', scopes: ['User.Read'] }), ServerError);
    assert.equal(error.errorCode, 'unauthorized_client');
    assert.equal(error.errorNo, 700016);
  });

  test('an application that is not a public client', async () => {
    const app = client({ clientId: application('N-able N-central').appId });
    const error = await refused(app.acquireTokenByRefreshToken({ refreshToken: 'made up', scopes: ['User.Read'] }), ServerError);
    assert.equal(error.errorCode, 'invalid_client');
    assert.equal(error.errorNo, 7000218);
  });
});

describe('continuous access evaluation', () => {
  test('401 with claims after the sessions were revoked; asking with the claims works', async () => {
    const capable = client({ clientCapabilities: ['CP1'] });
    const plainToken = await signIn(client(), ordinary);
    assert.equal(claimsOf(plainToken.accessToken).xms_cc, undefined);
    const first = await signIn(capable, ordinary);
    assert.deepEqual(claimsOf(first.accessToken).xms_cc.map((each) => each.toLowerCase()), ['cp1']);
    const revoked = await fetch(`${cloud.graph}/v1.0/me/revokeSignInSessions`, { method: 'POST',
      headers: { Authorization: `Bearer ${first.accessToken}` } });
    assert.equal(revoked.status, 200, await revoked.text());

    const challenge = await me(first.accessToken);
    assert.equal(challenge.status, 401);
    const header = challenge.headers.get('www-authenticate');
    assert.match(header, /error="insufficient_claims"/);
    const claims = Buffer.from(/claims="([^"]+)"/.exec(header)[1], 'base64').toString();
    assert.ok(JSON.parse(claims).access_token.nbf.essential, claims);
    assert.equal((await challenge.json()).error.code, 'InvalidAuthenticationToken');

    const error = await refused(capable.acquireTokenSilent({ account: first.account, scopes: graphScopes, claims }),
      InteractionRequiredAuthError);
    assert.equal(error.errorCode, 'invalid_grant');
    assert.equal(error.subError, 'bad_token');
    assert.equal(error.errorNo, 50173);

    const second = await signIn(capable, ordinary, { claims });
    assert.equal((await me(second.accessToken)).status, 200);
    const silent = await capable.acquireTokenSilent({ account: second.account, scopes: graphScopes });
    assert.equal((await me(silent.accessToken)).status, 200);
  });
});
