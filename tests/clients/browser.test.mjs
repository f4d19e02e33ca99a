// Chromium, headless, signs in through the tenant's real pages as a person does. It trusts the tenant's authority by its
// own certificate store; no certificate error is ignored.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { CryptoProvider, PublicClientApplication } from '@azure/msal-node';
import { chromium } from 'playwright-core';
import { admin, application, authority, claimsOf, cloud, loopback, onPath, ordinary } from './support.mjs';

const executablePath = onPath(['chromium', 'google-chrome']);
const certutil = onPath(['certutil']);
if (!executablePath || !certutil) {
  console.log(`SKIPPED: browser sign-in (${executablePath ? 'certutil' : 'chromium'} not found)`);
  process.exit(0);
}

const home = resolve('browser-home');
const pictures = process.env.PIMGATE_PICTURES;
let browser;
let person;

before(async () => {
  rmSync(home, { recursive: true, force: true });
  const store = join(home, '.pki', 'nssdb');
  mkdirSync(store, { recursive: true });
  execFileSync(certutil, ['-d', `sql:${store}`, '-N', '--empty-password']);
  execFileSync(certutil, ['-d', `sql:${store}`, '-A', '-t', 'C,,', '-n', 'demo tenant', '-i', cloud.caFile]);
  browser = await chromium.launch({
    executablePath,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, 'config'), XDG_CACHE_HOME: join(home, 'cache') },
  });
});

after(async () => {
  await browser?.close();
  rmSync(home, { recursive: true, force: true });
});

// Each test is another person's browser: no cookie of the one before.
beforeEach(async () => {
  person = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  person.setDefaultTimeout(10_000);
});
afterEach(() => person.close());

async function picture(page, name) {
  await page.screenshot({ path: join(pictures, `${name}-1280x800.png`) });
  await page.setViewportSize({ width: 375, height: 700 });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await page.screenshot({ path: join(pictures, `${name}-375x700.png`) });
  await page.setViewportSize({ width: 1280, height: 800 });
  assert.ok(overflow <= 0, `${name} is ${overflow} px wider than a telephone`);
}

/// MSAL starts the sign-in and waits on its own listener; the person at the browser does the rest.
async function interactively(atThePages, { clientId = cloud.clientId, ...request } = {}) {
  const app = new PublicClientApplication({ auth: { clientId, authority, knownAuthorities: [new URL(cloud.login).host] } });
  const page = await person.newPage();
  try {
    const result = await app.acquireTokenInteractive({ scopes: ['User.Read'], successTemplate: 'Back in the program.',
      errorTemplate: 'Refused.', ...request,
      openBrowser: async (url) => {
        await page.goto(url);
        await atThePages(page);
        await page.getByText('Back in the program.').waitFor();
      } });
    return result;
  } finally {
    await page.close();
  }
}

const pick = (page, name) => page.getByRole('button', { name }).click();
const approve = async (page) => {
  const number = await page.locator('#number').innerText();
  await page.getByRole('button', { name: number, exact: true }).click();
};

async function graph(token, method, path, body) {
  const response = await fetch(`${cloud.graph}/v1.0${path}`, { method, body: body && JSON.stringify(body),
    headers: { Authorization: `Bearer ${token}`, ...(body && { 'Content-Type': 'application/json' }) } });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

describe('the wizard\'s client', () => {
  test('choosing an account ends at the program with a token', async () => {
    const result = await interactively(async (page) => {
      await page.getByRole('heading', { name: 'Pick an account' }).waitFor();
      await picture(page, 'account');
      await pick(page, ordinary);
    });
    assert.equal(result.account.username, ordinary);
    assert.equal((await graph(result.accessToken, 'GET', '/me')).userPrincipalName, ordinary);
  });

  test('claims ask for a second factor, and the token tells of it', async () => {
    const claims = JSON.stringify({ access_token: { amr: { essential: true, values: ['mfa'] } } });
    const result = await interactively(async (page) => {
      await pick(page, ordinary);
      await page.getByRole('heading', { name: 'Approve sign in request' }).waitFor();
      await picture(page, 'second-factor');
      await approve(page);
    }, { claims });
    assert.ok(claimsOf(result.accessToken).amr.includes('mfa'));
  });

  test('a session of the browser signs in silently', async () => {
    await interactively((page) => pick(page, ordinary));
    const result = await interactively(async () => {}, { prompt: 'none', loginHint: ordinary });
    assert.equal(result.account.username, ordinary);
  });

  test('the code comes back in the address of a loopback redirect too', async () => {
    const app = new PublicClientApplication({ auth: { clientId: cloud.clientId, authority, knownAuthorities: [new URL(cloud.login).host] } });
    const listener = await loopback();
    const page = await person.newPage();
    try {
      const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
      const asked = { scopes: ['User.Read'], redirectUri: listener.address };
      await page.goto(await app.getAuthCodeUrl({ ...asked, state: 's', codeChallenge: challenge, codeChallengeMethod: 'S256',
        responseMode: 'query' }));
      await pick(page, ordinary);
      const { url } = await listener.landed;
      assert.equal(url.searchParams.get('state'), 's');
      const result = await app.acquireTokenByCode({ ...asked, code: url.searchParams.get('code'), codeVerifier: verifier });
      assert.equal(result.account.username, ordinary);
    } finally {
      await page.close();
      listener.close();
    }
  });

  test('device code: the code is typed, the person chosen, the device is signed in', async () => {
    const app = new PublicClientApplication({ auth: { clientId: cloud.clientId, authority, knownAuthorities: [new URL(cloud.login).host] } });
    const page = await person.newPage();
    const result = await app.acquireTokenByDeviceCode({ scopes: ['User.Read'], deviceCodeCallback: async ({ verificationUri, userCode }) => {
      await page.goto(verificationUri);
      await picture(page, 'device-code');
      await page.getByRole('textbox').fill(userCode);
      await page.getByRole('button', { name: 'Next' }).click();
      await pick(page, ordinary);
      await page.getByRole('heading', { name: /Are you trying to sign in/ }).waitFor();
      await picture(page, 'device-confirm');
      await page.getByRole('button', { name: 'Continue' }).click();
      await picture(page, 'device-done');
    } });
    assert.equal(result.account.username, ordinary);
    await page.close();
  });
});

describe('a third-party application', () => {
  test('asks for consent once', async () => {
    const { appId } = application('Contoso Field App');
    const result = await interactively(async (page) => {
      await pick(page, ordinary);
      await page.getByRole('heading', { name: /Permissions requested/ }).waitFor();
      await picture(page, 'consent');
      await page.getByRole('button', { name: 'Accept' }).click();
    }, { clientId: appId, scopes: ['Calendars.Read'] });
    assert.equal(claimsOf(result.accessToken).appid, appId);
    assert.ok(claimsOf(result.accessToken).scp.split(' ').includes('Calendars.Read'));
    await interactively(async () => {}, { clientId: appId, scopes: ['Calendars.Read'] }); // no page asks again
  });

  test('lets in, and keeps out with 50105 and 53003', async () => {
    const { accessToken } = await interactively(async (page) => {
      await pick(page, admin);
      if (await page.locator('#number').isVisible()) await approve(page);
    }, { scopes: ['Application.ReadWrite.All', 'Policy.Read.All', 'Policy.ReadWrite.ConditionalAccess', 'AuditLog.Read.All'] });
    const { id, appId } = application('Informer');
    const page = await person.newPage();
    const signIn = async () => {
      await page.goto(`${authority}/api/signin/${appId}`);
      await page.getByText(ordinary).click();
      return page.getByRole('heading', { level: 1 }).innerText();
    };
    await page.goto(`${authority}/api/signin/${appId}`);
    await picture(page, 'application-people');
    assert.equal(await signIn(), 'Signed in to Informer');
    await picture(page, 'application-signed-in');

    await graph(accessToken, 'PATCH', `/servicePrincipals/${id}`, { appRoleAssignmentRequired: true });
    assert.match(await signIn(), /cannot sign in/);
    await page.getByText('AADSTS50105').waitFor();
    await picture(page, 'application-50105');
    await graph(accessToken, 'PATCH', `/servicePrincipals/${id}`, { appRoleAssignmentRequired: false });

    const policy = await graph(accessToken, 'POST', '/identity/conditionalAccess/policies', {
      displayName: 'Nobody', state: 'enabled', grantControls: { operator: 'OR', builtInControls: ['block'] },
      conditions: { clientAppTypes: ['all'], applications: { includeApplications: [appId] },
        users: { includeUsers: ['All'], excludeUsers: [] } } });
    assert.match(await signIn(), /cannot sign in/);
    await page.getByText('AADSTS53003').waitFor();
    await picture(page, 'application-53003');
    await graph(accessToken, 'DELETE', `/identity/conditionalAccess/policies/${policy.id}`);
    assert.equal(await signIn(), 'Signed in to Informer');
    await page.close();
    const log = await graph(accessToken, 'GET', `/auditLogs/signIns?$filter=appId eq '${appId}'&$top=20`);
    assert.deepEqual(log.value.map(({ status }) => status.errorCode).slice(0, 4), [0, 53003, 50105, 0]);
  });
});
