// PIM Gate signs in at oidc-provider, a certified authorization server, by its own program and a keychain of its own. A
// loop that keeps cookies is the browser; nothing but the cloud file tells the program that this is not Entra.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { clientId, domain, person, startAuthorizationServer, tenantId } from './authorization-server.mjs';
import { missingTool, startKeychain } from './program.mjs';
import { formOf } from './support.mjs';

if (missingTool) {
  console.log(`SKIPPED: PIM Gate at another authorization server (${missingTool} not found)`);
  process.exit(0);
}

/// Goes from redirect to redirect as a browser does, and keeps cookies by host and path.
class Browser {
  cookies = [];

  async go(address, fields) {
    let request = fields ? { method: 'POST', body: new URLSearchParams(fields) } : {};
    for (let url = new URL(address), hops = 0; hops < 12; ++hops) {
      const response = await fetch(url, { ...request, redirect: 'manual', headers: { Cookie: this.cookiesFor(url) } });
      response.headers.getSetCookie().forEach((cookie) => this.keep(url, cookie));
      const location = response.headers.get('location');
      if (!location) return { url, status: response.status, html: await response.text() };
      url = new URL(location, url);
      request = {};
    }
    throw new Error(`${address} goes round in circles`);
  }

  keep({ host }, header) {
    const [pair, ...attributes] = header.split(/;\s*/);
    const attribute = (name) => attributes.find((each) => each.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
    const [name, path] = [pair.slice(0, pair.indexOf('=')), attribute('path') ?? '/'];
    this.cookies = this.cookies.filter((each) => each.host !== host || each.name !== name || each.path !== path);
    if (!(new Date(attribute('expires') ?? '9999-12-31') < new Date())) this.cookies.push({ host, name, path, pair });
  }

  cookiesFor({ host, pathname }) {
    return this.cookies.filter((each) => each.host === host && pathname.startsWith(each.path)).map(({ pair }) => pair).join('; ');
  }

  /// Fills in the form of a page and sends it.
  submit({ url, html }, fields = {}) {
    const form = formOf(html);
    return this.go(new URL(form.action, url), { ...form.fields, ...fields });
  }

  /// Who it is, and that it is allowed: the provider's two forms.
  async signIn(page) {
    const consent = await this.submit(page, { login: person.login, password: 'any' });
    assert.match(consent.html, /Authorize/, consent.html);
    return this.submit(consent);
  }
}

const theLink = /(http:\S+\/authorize\?\S+)\s/;

let server;
let keychain;

before(async () => {
  server = await startAuthorizationServer();
  keychain = await startKeychain();
});
after(async () => {
  server?.stop();
  await keychain?.stop();
});
beforeEach(async () => {
  server.lifetime.seconds = 3600;
  await keychain.clear();
  server.grants.length = server.calls.length = 0;
});

function cloudFile(tenant) {
  const file = resolve(`oidc-provider-${tenant}.json`);
  writeFileSync(file, JSON.stringify(server.cloud(tenant)));
  return file;
}

/// A whole sign-in; meanwhile() sees the link before the browser opens it.
async function signIn({ tenant = tenantId, meanwhile = async () => {} } = {}) {
  const command = keychain.start('sign-in', '--cloud', cloudFile(tenant));
  const [, link] = await command.says(theLink);
  await meanwhile(new URL(link));
  const browser = new Browser();
  const end = await browser.signIn(await browser.go(link));
  return { link: new URL(link), end, ...(await command.result) };
}

const readiness = (tenant = tenantId) => keychain.run('readiness', '--cloud', cloudFile(tenant));

async function keptRefreshToken() {
  const tokens = Object.values(JSON.parse(await keychain.read()).RefreshToken);
  assert.equal(tokens.length, 1);
  return tokens[0].secret;
}

const grantTypes = () => server.grants.map(({ asked }) => asked.grant_type);

function acceptedAll() {
  assert.ok(server.calls.length > 0);
  assert.deepEqual(server.calls.filter(({ accepted }) => !accepted), []);
}

async function expiry({ at, answer }) {
  await new Promise((wake) => setTimeout(wake, at + answer.expires_in * 1000 - Date.now()));
}

/// As if the access token had been kept until now, without the wait.
async function letKeptTokenExpire() {
  const cache = JSON.parse(await keychain.read());
  for (const token of Object.values(cache.AccessToken)) token.expires_on = `${Math.floor(Date.now() / 1000)}`;
  await keychain.write(JSON.stringify(cache));
}

/// What the token endpoint says to a request that was made before.
async function again({ asked }) {
  const response = await fetch(server.tokenUrl, { method: 'POST', body: new URLSearchParams(asked) });
  return { status: response.status, ...(await response.json()) };
}

describe('code and PKCE', () => {
  test('signs the person in, and another process takes the sign-in up', async () => {
    const { link, end, status, json, trouble } = await signIn();
    assert.equal(status, 0, trouble);
    assert.deepEqual(json.account, { userName: person.login, displayName: person.name, objectId: person.oid, tenantId });
    assert.equal(end.url.origin, new URL(link.searchParams.get('redirect_uri')).origin);
    assert.match(end.html, /You are signed in/);

    assert.equal(link.searchParams.get('code_challenge_method'), 'S256');
    assert.equal(link.searchParams.get('client_id'), clientId);
    assert.deepEqual(grantTypes(), ['authorization_code']);
    const [{ asked, answer }] = server.grants;
    assert.equal(createHash('sha256').update(asked.code_verifier).digest('base64url'), link.searchParams.get('code_challenge'));
    assert.ok(!('client_secret' in asked));

    const { json: { accounts } } = await keychain.run('accounts');
    assert.deepEqual(accounts.map(({ userName, tenantId: tenant }) => [userName, tenant]), [[person.login, tenantId]]);
    const checked = await readiness();
    assert.ok(checked.json.checks?.length, checked.trouble);
    acceptedAll();
    assert.ok(server.calls.every(({ token }) => token === answer.access_token));
    assert.deepEqual(grantTypes(), ['authorization_code'], 'a fresh access token is not renewed');
  });

  test('by the tenant\'s domain', async () => {
    const { link, status, json, trouble } = await signIn({ tenant: domain });
    assert.equal(status, 0, trouble);
    assert.ok(link.pathname.startsWith(`/${domain}/`));
    assert.equal(json.account.tenantId, tenantId);
    const checked = await readiness(domain);
    assert.ok(checked.json.checks?.length, checked.trouble);
    acceptedAll();
  });

  test('a callback with another state is no answer to this sign-in', async () => {
    const { status, trouble } = await signIn({ meanwhile: async (link) => {
      const callback = new URL(link.searchParams.get('redirect_uri'));
      callback.search = new URLSearchParams({ code: 'somebody else\'s', state: 'made up' });
      assert.equal((await fetch(callback)).status, 404);
    } });
    assert.equal(status, 0, trouble);
    assert.equal(server.grants.length, 1);
    assert.notEqual(server.grants[0].asked.code, 'somebody else\'s');
  });

  test('a person who declines is told so, and nothing is kept', async () => {
    const command = keychain.start('sign-in', '--cloud', cloudFile(tenantId));
    const [, link] = await command.says(theLink);
    const browser = new Browser();
    const page = await browser.go(link);
    const [, cancel] = /href="([^"]+\/abort)"/.exec(page.html);
    assert.match((await browser.go(cancel)).html, /Not signed in/);
    const { status, trouble } = await command.result;
    assert.equal(status, 2, trouble);
    assert.deepEqual(server.grants, []);
    assert.equal(await keychain.read(), '');
  });

  test('a code that is used twice ends the sign-in at the server, and then here', async () => {
    assert.equal((await signIn()).status, 0);
    assert.equal((await again(server.grants[0])).error, 'invalid_grant');
    await endsAndIsForgotten();
  });
});

/// The server has revoked everything of this sign-in: the next command says what to do and keeps nothing of it.
async function endsAndIsForgotten() {
  const { status, trouble } = await readiness();
  assert.equal(status, 2, trouble);
  assert.match(trouble, /sign in/i);
  assert.equal(await keychain.read(), '');
}

describe('an access token that is no longer good', () => {
  test('is renewed by one refresh for each command; the rotated refresh token is kept before it is needed', async () => {
    server.lifetime.seconds = 2;
    assert.equal((await signIn()).status, 0);
    const first = await keptRefreshToken();
    await expiry(server.grants[0]);

    server.lifetime.seconds = 3600;
    const second = await readiness();
    assert.ok(second.json.checks?.length, second.trouble);
    assert.deepEqual(grantTypes(), ['authorization_code', 'refresh_token']);
    const { asked, status, answer } = server.grants[1];
    assert.equal(status, 200);
    assert.equal(asked.refresh_token, first);
    assert.ok(!('client_secret' in asked));
    assert.notEqual(answer.refresh_token, first);
    assert.equal(await keptRefreshToken(), answer.refresh_token);

    await letKeptTokenExpire();
    const third = await readiness();
    assert.ok(third.json.checks?.length, third.trouble);
    assert.deepEqual(grantTypes(), ['authorization_code', 'refresh_token', 'refresh_token']);
    assert.equal(server.grants[2].asked.refresh_token, answer.refresh_token);
    assert.equal(server.grants[2].status, 200, 'the server revokes a sign-in whose refresh token is used twice');
    acceptedAll();
    await readiness();
    assert.equal(server.grants.length, 3, 'now there is a fresh one');
  });

  test('is renewed once when Graph refuses it, whatever is under way', async () => {
    assert.equal((await signIn()).status, 0);
    const refused = server.grants[0].answer.access_token;
    await (await server.provider.AccessToken.find(refused)).destroy();
    const { json, trouble } = await readiness();
    assert.ok(json.checks?.length, trouble);
    assert.deepEqual(grantTypes(), ['authorization_code', 'refresh_token']);
    assert.ok(server.calls.every(({ accepted, token }) => accepted === (token !== refused)));
    assert.ok(server.calls.some(({ accepted }) => accepted));
  });

  test('is the end when somebody else has used the refresh token', async () => {
    server.lifetime.seconds = 1;
    assert.equal((await signIn()).status, 0);
    const stolen = { grant_type: 'refresh_token', client_id: clientId, refresh_token: await keptRefreshToken() };
    assert.equal((await again({ asked: stolen })).status, 200);
    await expiry(server.grants[0]);
    await endsAndIsForgotten();
    assert.deepEqual(server.grants.at(-1).answer.error, 'invalid_grant');
  });
});

test('by device code', async () => {
  const command = keychain.start('sign-in', '--device-code', '--cloud', cloudFile(tenantId));
  const [, page, code] = await command.says(/Open (http:\S+) on any device and enter the code (\S+?)\.\s/);
  const browser = new Browser();
  const confirmation = await browser.submit(await browser.go(page), { user_code: code });
  const done = await browser.signIn(await browser.submit(confirmation));
  assert.equal(done.status, 200, done.html);
  const { status, json, trouble } = await command.result;
  assert.equal(status, 0, trouble);
  assert.equal(json.account.userName, person.login);
  assert.ok(server.grants.every(({ asked }) => !('client_secret' in asked)));
  const checked = await readiness();
  assert.ok(checked.json.checks?.length, checked.trouble);
  acceptedAll();
});
