// openid-client, which checks everything that OpenID Connect lets a client check, as the wizard's public client and as
// third-party applications of the tenant.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as oidc from 'openid-client';
import { admin, application, claimsOf, cloud, follow, loopback, ordinary, postForm } from './support.mjs';

const issuer = new URL(`${cloud.login}/${cloud.tenant}/v2.0`);
const redirectUri = 'http://localhost:40123/';
const scope = `openid profile email offline_access ${cloud.graph}/User.Read`;

/// Discovery with the signature of every id token checked against the published keys.
async function discover(clientId, more) {
  const config = await oidc.discovery(issuer, clientId, undefined, oidc.None(), more);
  oidc.enableNonRepudiationChecks(config);
  return config;
}

async function ask(config, person, parameters = {}) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier, expectedNonce: oidc.randomNonce(), expectedState: oidc.randomState(), idTokenExpected: true };
  const link = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri, scope, prompt: 'none', login_hint: person, nonce: checks.expectedNonce, state: checks.expectedState,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256', ...parameters,
  });
  return { checks, answer: await follow(link) };
}

async function refusal(promise) {
  return promise.then(() => assert.fail('it was not refused'), (error) => error);
}

const config = await discover(cloud.clientId);

describe('discovery', () => {
  test('gives the issuer it was asked for, and what Entra publishes', () => {
    const server = config.serverMetadata();
    assert.equal(server.issuer, issuer.href);
    assert.ok(server.supportsPKCE('S256') || server.code_challenge_methods_supported === undefined);
    for (const mode of ['query', 'fragment', 'form_post']) assert.ok(server.response_modes_supported.includes(mode), mode);
    for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'device_authorization_endpoint', 'end_session_endpoint',
      'userinfo_endpoint'])
      assert.ok(server[name].startsWith(`${cloud.login}/`), name);
    assert.deepEqual(server.id_token_signing_alg_values_supported, ['RS256']);
  });

  test('of an unknown tenant is refused', async () => {
    await assert.rejects(oidc.discovery(new URL(`${cloud.login}/nobody.example/v2.0`), cloud.clientId, undefined, oidc.None()));
  });
});

describe('code flow of the wizard\'s client', () => {
  test('answered in the address', async () => {
    const { checks, answer } = await ask(config, admin);
    const tokens = await oidc.authorizationCodeGrant(config, answer.to, checks);
    const claims = tokens.claims();
    assert.equal(claims.aud, cloud.clientId);
    assert.equal(claims.iss, issuer.href);
    assert.equal(claims.tid, cloud.tenant);
    assert.equal(claims.preferred_username, admin);
    assert.equal(tokens.token_type, 'bearer');
    assert.ok(tokens.expires_in > 3000 && tokens.expires_in < 100_000);
    const info = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
    assert.equal(info.sub, claims.sub);
    const me = await oidc.fetchProtectedResource(config, tokens.access_token, new URL(`${cloud.graph}/v1.0/me`), 'GET');
    assert.equal((await me.json()).id, claims.oid);
  });

  test('answered by form_post', async () => {
    const listener = await loopback();
    try {
      const { checks, answer } = await ask(config, ordinary, { response_mode: 'form_post', redirect_uri: `${listener.address}/` });
      await postForm(answer.form);
      const { url, body } = await listener.landed;
      const request = new Request(url, { method: 'POST', body });
      const tokens = await oidc.authorizationCodeGrant(config, request, checks);
      assert.equal(tokens.claims().preferred_username, ordinary);
    } finally {
      listener.close();
    }
  });

  test('answered in the fragment', async () => {
    const { checks, answer } = await ask(config, ordinary, { response_mode: 'fragment' });
    assert.equal(answer.to.search, '');
    const asQuery = new URL(answer.to);
    asQuery.search = answer.to.hash.slice(1);
    asQuery.hash = '';
    const tokens = await oidc.authorizationCodeGrant(config, asQuery, checks);
    assert.equal(tokens.claims().preferred_username, ordinary);
  });

  test('is stopped by a wrong nonce, state or verifier', async () => {
    for (const [name, wrong] of Object.entries({ expectedNonce: oidc.randomNonce(), expectedState: oidc.randomState(),
      pkceCodeVerifier: oidc.randomPKCECodeVerifier() })) {
      const { checks, answer } = await ask(config, ordinary);
      const error = await refusal(oidc.authorizationCodeGrant(config, answer.to, { ...checks, [name]: wrong }));
      if (name === 'pkceCodeVerifier') {
        assert.equal(error.error, 'invalid_grant');
        assert.match(error.error_description, /^AADSTS501481: /);
      } else {
        assert.match(`${error.message} ${error.cause?.message}`, /unexpected/, name);
      }
    }
  });

  test('errors of the sign-in host arrive as such', async () => {
    const { checks, answer } = await ask(config, '');
    const error = await refusal(oidc.authorizationCodeGrant(config, answer.to, checks));
    assert.ok(error instanceof oidc.AuthorizationResponseError, error.message);
    assert.equal(error.error, 'login_required');
    assert.match(error.error_description, /^AADSTS50058: /);
  });

  test('refreshes, and the new id token is the same person\'s', async () => {
    const { checks, answer } = await ask(config, ordinary);
    const first = await oidc.authorizationCodeGrant(config, answer.to, checks);
    const second = await oidc.refreshTokenGrant(config, first.refresh_token, { scope });
    assert.equal(second.claims().sub, first.claims().sub);
    assert.equal(second.claims().oid, first.claims().oid);
    assert.notEqual(second.refresh_token, first.refresh_token);
    const error = await refusal(oidc.refreshTokenGrant(config, 'made up', { scope }));
    assert.ok(error instanceof oidc.ResponseBodyError, error.message);
    assert.equal(error.error, 'invalid_grant');
    assert.equal(error.status, 400);
  });

  test('signs out', async () => {
    const response = await fetch(oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: 'http://localhost:40123/' }), { redirect: 'manual' });
    assert.ok([200, 302].includes(response.status));
    if (response.status === 302) assert.equal(new URL(response.headers.get('location')).origin, 'http://localhost:40123');
  });
});

describe('device flow', () => {
  test('polls until the person has signed in', async () => {
    const started = await oidc.initiateDeviceAuthorization(config, { scope });
    assert.equal(started.interval, 5);
    const polling = oidc.pollDeviceAuthorizationGrant(config, started);
    const page = new URL(started.verification_uri);
    page.search = new URLSearchParams({ user_code: started.user_code, login_hint: ordinary, prompt: 'none' });
    assert.equal((await fetch(page)).status, 200);
    const tokens = await polling;
    assert.equal(tokens.claims().preferred_username, ordinary);
    assert.ok(tokens.refresh_token);
  });
});

describe('third-party applications of the tenant', () => {
  test('a web application without a secret: the id token by form_post', async () => {
    const web = await discover(application('Inforcer').appId);
    const nonce = oidc.randomNonce();
    const state = oidc.randomState();
    oidc.useIdTokenResponseType(web);
    const link = oidc.buildAuthorizationUrl(web, { redirect_uri: 'https://portal.inforcer.com/signin-oidc', scope: 'openid profile',
      response_mode: 'form_post', nonce, state, prompt: 'none', login_hint: ordinary });
    const { form } = await follow(link);
    assert.equal(form.action, 'https://portal.inforcer.com/signin-oidc');
    const post = (fields) => new Request(form.action, { method: 'POST', body: new URLSearchParams(fields) });
    const [header, , signature] = form.fields.id_token.split('.');
    const forged = Buffer.from(JSON.stringify({ ...claimsOf(form.fields.id_token), preferred_username: admin })).toString('base64url');
    await assert.rejects(oidc.implicitAuthentication(web, post({ ...form.fields, id_token: `${header}.${forged}.${signature}` }), nonce,
      { expectedState: state }), (error) => /signature/.test(error.cause?.message));
    const request = post(form.fields);
    const claims = await oidc.implicitAuthentication(web, request, nonce, { expectedState: state });
    assert.equal(claims.aud, application('Inforcer').appId);
    assert.equal(claims.preferred_username, ordinary);
  });

  test('a person is another subject to each application, and the same oid', async () => {
    const subjects = [];
    for (const name of ['Inforcer', 'SimeonCloud']) {
      const web = await discover(application(name).appId);
      oidc.useIdTokenResponseType(web);
      const nonce = oidc.randomNonce();
      const redirect = { Inforcer: 'https://portal.inforcer.com/signin-oidc', SimeonCloud: 'https://app.simeoncloud.com/auth/callback' }[name];
      const { to } = await follow(oidc.buildAuthorizationUrl(web, { redirect_uri: redirect, scope: 'openid profile', nonce,
        prompt: 'none', login_hint: ordinary }));
      assert.ok(to.hash, 'an id token never travels in the query');
      subjects.push(await oidc.implicitAuthentication(web, to, nonce));
    }
    assert.equal(subjects[0].oid, subjects[1].oid);
    assert.notEqual(subjects[0].sub, subjects[1].sub);
  });

  test('a public client on loopback, with any port', async () => {
    const field = await discover(application('Contoso Field App').appId);
    const { checks, answer } = await ask(field, ordinary, { scope: 'openid profile', redirect_uri: 'http://localhost:49999/' });
    const tokens = await oidc.authorizationCodeGrant(field, answer.to, checks);
    assert.equal(tokens.claims().aud, application('Contoso Field App').appId);
    const elsewhere = await ask(field, ordinary, { scope: 'openid profile', redirect_uri: 'http://localhost:49999/other' });
    assert.equal(elsewhere.answer.to, null);
    assert.match(elsewhere.answer.html, /AADSTS50011/);
  });

  describe('a web application that has a secret', () => {
    const { appId } = application('Inforcer');
    const secret = 'demo~inforcer~secret'; // resources/demo-seed.json
    const asked = { scope: 'openid profile offline_access', redirect_uri: 'https://portal.inforcer.com/signin-oidc' };
    const web = async (authentication) => {
      const found = await oidc.discovery(issuer, appId, undefined, authentication);
      oidc.enableNonRepudiationChecks(found);
      return found;
    };

    test('redeems a code with it, in the body or in the header, and refreshes', async () => {
      for (const authentication of [oidc.ClientSecretPost(secret), oidc.ClientSecretBasic(secret)]) {
        const server = await web(authentication);
        const { checks, answer } = await ask(server, ordinary, asked);
        const tokens = await oidc.authorizationCodeGrant(server, answer.to, checks);
        assert.equal(tokens.claims().aud, appId);
        const later = await oidc.refreshTokenGrant(server, tokens.refresh_token);
        assert.equal(later.claims().sub, tokens.claims().sub);
      }
    });

    test('gets an id token that vouches for the code beside it', async () => {
      const server = await web(oidc.ClientSecretPost(secret));
      oidc.useCodeIdTokenResponseType(server);
      const { checks, answer } = await ask(server, ordinary, asked);
      assert.ok(answer.to.hash && !answer.to.search);
      const swapped = new URL(answer.to);
      swapped.hash = answer.to.hash.replace(/([#&]code=)[^&]+/, '$1another');
      assert.equal((await refusal(oidc.authorizationCodeGrant(server, swapped, checks))).cause.cause.claim, 'c_hash');
      const tokens = await oidc.authorizationCodeGrant(server, answer.to, checks);
      assert.equal(tokens.claims().preferred_username, ordinary);
    });

    test('is refused without it and with a wrong one', async () => {
      for (const [authentication, code] of [[oidc.None(), 7000218], [oidc.ClientSecretPost('guessed'), 7000215]]) {
        const server = await web(authentication);
        const { checks, answer } = await ask(server, ordinary, asked);
        const error = await refusal(oidc.authorizationCodeGrant(server, answer.to, checks));
        assert.equal(error.error, 'invalid_client');
        assert.equal(error.status, 401);
        assert.ok(error.error_description.startsWith(`AADSTS${code}: `), error.error_description);
      }
    });
  });
});
