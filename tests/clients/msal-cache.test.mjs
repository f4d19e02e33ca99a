// One token cache, two programs: what PIM Gate keeps in the keychain serves @azure/msal-node, and the other way round.
// The entry is taken out of a real Secret Service and put there by libsecret.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { client, host, me, signIn } from './msal.mjs';
import { missingTool, startKeychain } from './program.mjs';
import { admin, application, cloud, exchanges, ordinary } from './support.mjs';

if (missingTool) {
  console.log(`SKIPPED: the token cache of MSAL and PIM Gate (${missingTool} not found)`);
  process.exit(0);
}

const partner = 'nora.berger@northwind-msp.demo';
const partnerDomain = 'northwind-msp.demo';
const sections = ['Account', 'IdToken', 'AccessToken', 'RefreshToken', 'AppMetadata'];

let keychain;
before(async () => (keychain = await startKeychain()));
after(() => keychain?.stop());
beforeEach(() => keychain.clear());

/// MSAL with the keychain's entry as its cache, as its owner's manual says: read before, written after a change.
function clientOfTheKeychain(auth) {
  return client(auth, { cache: { cachePlugin: {
    beforeCacheAccess: async ({ tokenCache }) => tokenCache.deserialize(await keychain.read()),
    afterCacheAccess: async ({ tokenCache, cacheHasChanged }) => {
      if (cacheHasChanged) await keychain.write(tokenCache.serialize());
    },
  } } });
}

const inCloud = (command, ...more) => keychain.run(command, '--cloud', process.env.PIMGATE_CLOUD, ...more);
const kept = async () => JSON.parse(await keychain.read());

/// What the token endpoint was asked for while `what` ran.
async function tokenRequests(what) {
  const before = (await exchanges('login')).length;
  const result = await what();
  const asked = (await exchanges('login')).slice(before).filter(({ path }) => path.includes('/oauth2/v2.0/token'));
  return { result, asked };
}

async function signedIn(person) {
  const { status, json, trouble } = await inCloud('sign-in', '--sign-in-as', person);
  assert.equal(status, 0, trouble);
  return json.account;
}

async function isGraphTokenOf(accessToken, oid) {
  const response = await me(accessToken);
  assert.equal(response.status, 200);
  assert.equal((await response.json()).id, oid);
}

async function checked() {
  const { json, trouble } = await inCloud('readiness');
  assert.ok(json.checks?.length, trouble);
}

describe('what PIM Gate keeps', () => {
  test('serves MSAL without interaction, from the cache and by refresh', async () => {
    const { objectId } = await signedIn(admin);
    const app = clientOfTheKeychain();
    const [account, ...others] = await app.getAllAccounts();
    assert.deepEqual(others, []);
    assert.equal(account.username, admin);
    assert.equal(account.homeAccountId, `${objectId}.${cloud.tenant}`);
    assert.equal(account.environment, host);
    assert.equal(account.idTokenClaims.oid, objectId);

    const cached = await tokenRequests(() => app.acquireTokenSilent({ account, scopes: ['User.Read', 'Group.ReadWrite.All'] }));
    assert.equal(cached.result.fromCache, true);
    assert.deepEqual(cached.asked, []);
    await isGraphTokenOf(cached.result.accessToken, objectId);

    const refreshed = await tokenRequests(() => app.acquireTokenSilent({ account, scopes: ['User.Read'], forceRefresh: true }));
    assert.equal(refreshed.result.fromCache, false);
    assert.equal(refreshed.asked.length, 1);
    await isGraphTokenOf(refreshed.result.accessToken, objectId);
  });

  test('is taken up again after MSAL has refreshed and written it', async () => {
    const { objectId } = await signedIn(admin);
    const before = await kept();
    const app = clientOfTheKeychain();
    const [account] = await app.getAllAccounts();
    await app.acquireTokenSilent({ account, scopes: ['User.Read'], forceRefresh: true });
    const [rotated] = Object.values((await kept()).RefreshToken);
    assert.notEqual(rotated.secret, Object.values(before.RefreshToken)[0].secret);
    const { json: { accounts } } = await keychain.run('accounts');
    assert.deepEqual(accounts.map((each) => [each.userName, each.objectId]), [[admin, objectId]]);
    await checked();
  });

  test('of a partner in a customer\'s tenant serves MSAL there', async () => {
    const { objectId } = await signedIn(partner);
    const app = clientOfTheKeychain();
    const [account] = await app.getAllAccounts();
    assert.equal(account.username, partner);
    const { result, asked } = await tokenRequests(() => app.acquireTokenSilent({ account, scopes: ['User.Read'], forceRefresh: true }));
    assert.equal(asked.length, 1);
    assert.equal(result.tenantId, cloud.tenant);
    assert.equal(result.idTokenClaims.oid, objectId);
  });

  test('is gone for MSAL after a sign-out', async () => {
    await signedIn(admin);
    assert.equal((await inCloud('sign-out')).status, 0);
    assert.equal(await keychain.read(), '');
    assert.deepEqual(await clientOfTheKeychain().getAllAccounts(), []);
  });
});

describe('what MSAL keeps', () => {
  const somebodyElses = { client_id: 'd3590ed6-52b3-4102-aeff-aad2292ab01c', environment: host, family_id: '' };

  test('serves PIM Gate, which writes nothing away', async () => {
    const app = clientOfTheKeychain();
    const { account } = await signIn(app, admin, { scopes: ['User.Read'] });
    const fieldApp = clientOfTheKeychain({ clientId: application('Contoso Field App').appId });
    await signIn(fieldApp, ordinary, { scopes: ['User.Read'], redirectUri: 'http://localhost' });
    const atHome = clientOfTheKeychain({ authority: `${cloud.login}/${partnerDomain}` });
    await signIn(atHome, partner, { scopes: ['User.Read'] });
    const written = await kept();
    written.AppMetadata[`appmetadata-${host}-${somebodyElses.client_id}`] = somebodyElses;
    written.Extension = { 'another program\'s': { secret: 'and not ours to drop' } };
    await keychain.write(JSON.stringify(written));

    const { json: { accounts } } = await keychain.run('accounts');
    assert.deepEqual(accounts.map(({ userName }) => userName).sort(), [admin, ordinary, partner].sort());
    const { asked } = await tokenRequests(checked); // the wizard wants more than User.Read
    assert.equal(asked.length, 1);

    const now = await kept();
    const isOurs = (entry) => entry.home_account_id === account.homeAccountId && entry.environment === account.environment;
    for (const section of [...sections, 'Extension']) {
      const others = (document) => Object.fromEntries(Object.entries(document[section]).filter(([, entry]) => !isOurs(entry)));
      assert.deepEqual(others(now), others(written), section);
    }
    for (const [section, entries] of Object.entries(written)) // the same keys, so MSAL finds them
      if (section !== 'AccessToken') assert.deepEqual(Object.keys(now[section]).sort(), Object.keys(entries).sort(), section);

    for (const [who, each] of Object.entries({ [admin]: app, [ordinary]: fieldApp, [partner]: atHome })) {
      const found = (await each.getAllAccounts()).find(({ username }) => username === who);
      const fromCache = await each.acquireTokenSilent({ account: found, scopes: ['User.Read'] });
      assert.equal(fromCache.fromCache, true, who);
      const { accessToken } = await each.acquireTokenSilent({ account: found, scopes: ['User.Read'], forceRefresh: true });
      await isGraphTokenOf(accessToken, found.localAccountId);
    }
  });

  test('is signed out here alone: the other people stay', async () => {
    await signIn(clientOfTheKeychain(), admin);
    await signIn(clientOfTheKeychain(), ordinary);
    const { json: { signedOut } } = await inCloud('sign-out', admin);
    assert.deepEqual(signedOut.map(({ userName }) => userName), [admin]);
    const app = clientOfTheKeychain();
    const left = await app.getAllAccounts();
    assert.deepEqual(left.map(({ username }) => username), [ordinary]);
    assert.ok((await app.acquireTokenSilent({ account: left[0], scopes: ['User.Read'], forceRefresh: true })).accessToken);
  });

  // MSAL keeps one account for a person, under the home tenant's id, with a profile for each tenant.
  test('of a partner in a customer\'s tenant serves PIM Gate there', async () => {
    await signIn(clientOfTheKeychain(), partner, { scopes: ['User.Read'] });
    await checked();
  });

  for (const [where, tenant] of Object.entries({ 'the customer\'s': cloud.tenant, 'the partner\'s own': partnerDomain }))
    test(`of a partner in two tenants stays as it is after a sign-in here in ${where}`, async () => {
      const app = clientOfTheKeychain();
      const { account } = await signIn(app, partner, { scopes: ['User.Read'], authority: `${cloud.login}/${partnerDomain}` });
      await signIn(app, partner, { scopes: ['User.Read'] });
      const tenants = async () => (await clientOfTheKeychain().getAllAccounts()).map(({ tenantId }) => tenantId).sort();
      const both = await tenants();
      assert.deepEqual(both, [account.tenantId, cloud.tenant].sort());
      const { status, trouble } = await inCloud('sign-in', '--tenant', tenant, '--sign-in-as', partner);
      assert.equal(status, 0, trouble);
      assert.deepEqual(await tenants(), both);
    });
});
