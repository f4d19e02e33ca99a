// @microsoft/microsoft-graph-client on tokens of @azure/msal-node, with the tenant as a custom host.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CryptoProvider, PublicClientApplication } from '@azure/msal-node';
import graph from '@microsoft/microsoft-graph-client';
import { admin, authority, cloud, exchanges, follow, graphScopes, ordinary, setFaults, unusedFaults } from './support.mjs';

const { BatchRequestContent, BatchResponseContent, Client, GraphError, PageIterator, ResponseType } = graph;
const login = new URL(cloud.login);
const home = new URL(cloud.graph);

/// A Graph client of somebody who signed in by MSAL; every request asks MSAL for the token again.
async function clientOf(person, scopes = graphScopes) {
  const app = new PublicClientApplication({ auth: { clientId: cloud.clientId, authority, knownAuthorities: [login.host] } });
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const asked = { scopes, redirectUri: 'http://localhost:53682' };
  const { to } = await follow(await app.getAuthCodeUrl({ ...asked, codeChallenge: challenge, codeChallengeMethod: 'S256',
    loginHint: person, prompt: 'none' }));
  const { account } = await app.acquireTokenByCode({ ...asked, code: to.searchParams.get('code'), codeVerifier: verifier });
  return Client.initWithMiddleware({
    baseUrl: cloud.graph,
    customHosts: new Set([home.hostname]),
    authProvider: { getAccessToken: async () => (await app.acquireTokenSilent({ account, scopes })).accessToken },
  });
}

async function failure(promise) {
  const error = await promise.then(() => assert.fail('it was not refused'), (reason) => reason);
  assert.ok(error instanceof GraphError, `${error.name}: ${error.message}`);
  return error;
}

const client = await clientOf(admin);
const graphCalls = async () => (await exchanges('graph')).filter(({ requestHeaders }) =>
  Object.keys(requestHeaders).some((name) => name.toLowerCase() === 'sdkversion'));

describe('pages', () => {
  test('PageIterator reads every user once', async () => {
    const total = Number(await client.api('/users/$count').header('ConsistencyLevel', 'eventual').get());
    assert.ok(total > 250, `${total} users`);
    const before = (await graphCalls()).length;
    const first = await client.api('/users').select('id,userPrincipalName').get();
    assert.equal(first.value.length, 100);
    const seen = [];
    await new PageIterator(client, first, (user) => seen.push(user.id)).iterate();
    assert.equal(seen.length, total);
    assert.equal(new Set(seen).size, total);
    const pages = (await graphCalls()).slice(before);
    assert.equal(pages.length, Math.ceil(total / 100));
    assert.ok(pages.slice(1).every(({ path }) => path.includes('skiptoken=')));
  });

  test('PageIterator stops when it is told to and goes on from there', async () => {
    const first = await client.api('/users').top(40).select('id').get();
    assert.equal(first.value.length, 40);
    const seen = [];
    const iterator = new PageIterator(client, first, (user) => seen.push(user.id) !== 60);
    await iterator.iterate();
    assert.equal(seen.length, 60);
    assert.equal(iterator.isComplete(), false);
    await iterator.resume();
    assert.equal(iterator.isComplete(), true);
    assert.equal(new Set(seen).size, seen.length);
    assert.ok(seen.length > 250);
  });

  test('the headers of an advanced query go with every page', async () => {
    const headers = { ConsistencyLevel: 'eventual' };
    const first = await client.api('/users').headers(headers).search('"displayName:User"').count(true).top(100)
      .select('displayName').get();
    assert.ok(first['@odata.count'] >= 250);
    const names = [];
    await new PageIterator(client, first, ({ displayName }) => names.push(displayName), { headers }).iterate();
    assert.equal(names.length, first['@odata.count']);
    assert.ok(names.every((name) => name.includes('User')));
  });
});

describe('$batch', () => {
  const send = async (requests) => {
    const content = await new BatchRequestContent(requests).getContent();
    return new BatchResponseContent(await client.api('/$batch').post(content));
  };
  const request = (path, init) => new Request(`${cloud.graph}${path}`, init);
  const json = { 'Content-Type': 'application/json' };

  test('independent requests are answered one by one', async () => {
    const answers = await send([
      { id: 'me', request: request('/me?$select=id,userPrincipalName') },
      { id: 'nobody', request: request('/users/00000000-1111-2222-3333-444444444444') },
      { id: 'groups', request: request('/groups?$top=5&$select=id,displayName') },
    ]);
    const me = answers.getResponseById('me');
    assert.equal(me.status, 200);
    assert.equal((await me.json()).userPrincipalName, admin);
    const nobody = answers.getResponseById('nobody');
    assert.equal(nobody.status, 404);
    assert.equal((await nobody.json()).error.code, 'Request_ResourceNotFound');
    const groups = await answers.getResponseById('groups').json();
    assert.equal(groups.value.length, 5);
    assert.deepEqual(Object.keys(groups.value[0]).filter((name) => !name.startsWith('@')).sort(), ['displayName', 'id']);
  });

  test('what depends on a refused request is answered 424 and not done', async () => {
    const group = (displayName, mailNickname) => request('/groups', { method: 'POST', headers: json,
      body: JSON.stringify({ displayName, mailNickname, mailEnabled: false, securityEnabled: true }) });
    const answers = await send([
      { id: '1', request: group('', 'nameless') },
      { id: '2', dependsOn: ['1'], request: group('Never made', 'never-made') },
      { id: '3', dependsOn: ['2'], request: request('/me') },
    ]);
    assert.equal(answers.getResponseById('1').status, 400);
    assert.equal(answers.getResponseById('2').status, 424);
    assert.equal(answers.getResponseById('3').status, 424);
    assert.equal((await answers.getResponseById('2').json()).error.code, 'FailedDependency');
    const { value } = await client.api('/groups').filter("displayName eq 'Never made'").get();
    assert.deepEqual(value, []);
  });

  test('what depends on a good request is done after it', async () => {
    const answers = await send([
      { id: '1', request: request('/groups', { method: 'POST', headers: json, body: JSON.stringify({
        displayName: 'Made in a batch', mailNickname: 'made-in-a-batch', mailEnabled: false, securityEnabled: true }) }) },
      { id: '2', dependsOn: ['1'], request: request("/groups?$filter=displayName eq 'Made in a batch'&$select=id") },
    ]);
    const made = await answers.getResponseById('1').json();
    assert.equal(answers.getResponseById('1').status, 201);
    assert.deepEqual((await answers.getResponseById('2').json()).value.map(({ id }) => id), [made.id]);
    await client.api(`/groups/${made.id}`).delete();
  });

  test('a throttled part says when to come back, and the others are answered', async () => {
    await setFaults([{ match: { method: 'GET', path: '/organization' }, times: 1, status: 429, retryAfter: 7 }]);
    const answers = await send([{ id: 'a', request: request('/organization') }, { id: 'b', request: request('/me') }]);
    assert.equal(answers.getResponseById('a').status, 429);
    assert.equal(answers.getResponseById('a').headers.get('Retry-After'), '7');
    assert.equal((await answers.getResponseById('a').json()).error.code, 'TooManyRequests');
    assert.equal(answers.getResponseById('b').status, 200);
  });

  test('more than twenty requests, or one number twice, are refused as a whole', async () => {
    const parts = (ids) => ({ requests: ids.map((id) => ({ id, method: 'GET', url: '/me' })) });
    const tooMany = parts(Array.from({ length: 21 }, (_, n) => String(n)));
    assert.equal((await failure(client.api('/$batch').header('X-Demo-Raw', '1').post(tooMany))).statusCode, 400);
    assert.equal((await failure(client.api('/$batch').header('X-Demo-Raw', '1').post(parts(['a', 'A'])))).statusCode, 400);
  });
});

describe('throttling', () => {
  test('RetryHandler waits as long as Retry-After says, and then succeeds', async () => {
    await setFaults([{ match: { method: 'GET', path: '/v1.0/me\\b' }, times: 2, status: 429, retryAfter: 1 }]);
    const before = (await graphCalls()).length;
    const began = Date.now();
    const me = await client.api('/me').get();
    const waited = Date.now() - began;
    assert.equal(me.userPrincipalName, admin);
    assert.ok(waited >= 2000 && waited < 8000, `${waited} ms`);
    const calls = (await graphCalls()).slice(before);
    assert.deepEqual(calls.map(({ status }) => status), [429, 429, 200]);
    const attempt = ({ requestHeaders }) =>
      Object.entries(requestHeaders).find(([name]) => name.toLowerCase() === 'retry-attempt')?.[1];
    assert.deepEqual(calls.map(attempt), [undefined, '1', '2']);
    assert.deepEqual(await unusedFaults(), []);
  });

  test('a write is sent again after 503, and done once', async () => {
    await setFaults([{ match: { method: 'POST', path: '/groups$' }, times: 1, status: 503, retryAfter: 1 }]);
    const group = await client.api('/groups').post({ displayName: 'Second try', mailNickname: 'second-try',
      mailEnabled: false, securityEnabled: true });
    const { value } = await client.api('/groups').filter("displayName eq 'Second try'").get();
    assert.deepEqual(value.map(({ id }) => id), [group.id]);
    await client.api(`/groups/${group.id}`).delete();
  });

  test('it gives up in the end, with the error of the last answer', async () => {
    await setFaults([{ match: { method: 'GET', path: '/v1.0/me\\b' }, times: 4, status: 429, retryAfter: 0 }]);
    const error = await failure(client.api('/me').get());
    assert.equal(error.statusCode, 429);
    assert.equal(error.code, 'TooManyRequests');
    assert.deepEqual(await unusedFaults(), []);
  });
});

describe('errors', () => {
  const table = [
    ['an unknown user', (c) => c.api('/users/00000000-1111-2222-3333-444444444444').get(), 404, 'Request_ResourceNotFound',
      /^Resource '00000000-1111-2222-3333-444444444444' does not exist or one of its queried reference-property objects are not present\.$/],
    ['a search without ConsistencyLevel', (c) => c.api('/users').search('"displayName:Ada"').get(), 400, 'Request_UnsupportedQuery'],
    ['a broken filter', (c) => c.api('/users').header('X-Demo-Raw', '1').filter('displayName eq').get(), 400],
    ['an unknown segment', (c) => c.api('/nonsense').header('X-Demo-Raw', '1').get(), 400, 'BadRequest',
      /^Resource not found for the segment 'nonsense'\.$/],
    ['a group without a name', (c) => c.api('/groups').post({ mailNickname: 'x', mailEnabled: false, securityEnabled: true }),
      400, 'Request_BadRequest'],
  ];
  for (const [name, ask, status, code, message] of table) {
    test(`${name}: ${status} ${code ?? ''}`, async () => {
      const error = await failure(ask(client));
      assert.equal(error.statusCode, status);
      if (code) assert.equal(error.code, code);
      if (message) assert.match(error.message, message);
      assert.match(error.requestId, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
      assert.equal(error.requestId, error.headers.get('request-id'));
      assert.ok(Math.abs(error.date.getTime() - Date.now()) < 86_400_000, String(error.date));
      const body = JSON.parse(error.body);
      assert.equal(body.code, error.code);
      assert.equal(body.innerError['request-id'], error.requestId);
      assert.ok(body.innerError['client-request-id']);
    });
  }

  test('a person without a role may not delete somebody else\'s group: 403 Authorization_RequestDenied', async () => {
    const other = await clientOf(ordinary);
    const [group] = (await client.api('/groups').top(1).get()).value;
    const error = await failure(other.api(`/groups/${group.id}`).delete());
    assert.equal(error.statusCode, 403);
    assert.equal(error.code, 'Authorization_RequestDenied');
    assert.equal(error.message, 'Insufficient privileges to complete the operation.');
    assert.equal((await client.api(`/groups/${group.id}`).get()).displayName, group.displayName);
  });

  test('a token with too few scopes: 403', async () => {
    const modest = await clientOf(admin, ['User.Read']);
    const error = await failure(modest.api('/groups').post({ displayName: 'Not allowed', mailNickname: 'not-allowed',
      mailEnabled: false, securityEnabled: true }));
    assert.equal(error.statusCode, 403);
    assert.equal(error.code, 'Authorization_RequestDenied');
  });

  test('no token and a forged one: 401 InvalidAuthenticationToken', async () => {
    const forged = 'eyJhbGciOiJub25lIn0.eyJvaWQiOiJ4In0.';
    for (const token of ['nonsense', forged]) {
      const stranger = Client.initWithMiddleware({ baseUrl: cloud.graph, customHosts: new Set([home.hostname]),
        authProvider: { getAccessToken: async () => token } });
      const error = await failure(stranger.api('/me').get());
      assert.equal(error.statusCode, 401);
      assert.equal(error.code, 'InvalidAuthenticationToken');
      assert.match(error.headers.get('www-authenticate'), /^Bearer /);
    }
  });
});

test('a group is made, gets a member, is renamed, deleted and restored', async () => {
  const body = { displayName: 'Written by the SDK – “quoted” ✓', description: 'Zürich', mailNickname: 'written-by-sdk',
    mailEnabled: false, securityEnabled: true };
  const response = await client.api('/groups').responseType(ResponseType.RAW).post(body);
  assert.equal(response.status, 201);
  assert.match(response.headers.get('location') ?? '', /\/groups\//);
  const group = await response.json();
  assert.match(group['@odata.context'], /\$metadata#groups\/\$entity$/);
  for (const [name, value] of Object.entries(body)) assert.deepEqual(group[name], value, name);

  const person = await client.api(`/users/${ordinary}`).select('id').get();
  const reference = { '@odata.id': `${cloud.graph}/v1.0/directoryObjects/${person.id}` };
  await client.api(`/groups/${group.id}/members/$ref`).post(reference);
  const members = await client.api(`/groups/${group.id}/members`).select('id,displayName').get();
  assert.deepEqual(members.value.map(({ id }) => id), [person.id]);
  assert.equal(members.value[0]['@odata.type'], '#microsoft.graph.user');
  const twice = await failure(client.api(`/groups/${group.id}/members/$ref`).post(reference));
  assert.equal(twice.statusCode, 400);
  assert.match(twice.message, /already exist/);
  await client.api(`/groups/${group.id}/members/${person.id}/$ref`).delete();
  assert.deepEqual((await client.api(`/groups/${group.id}/members`).get()).value, []);

  await client.api(`/groups/${group.id}`).update({ description: 'Renamed' });
  assert.equal((await client.api(`/groups/${group.id}`).select('description').get()).description, 'Renamed');
  await client.api(`/groups/${group.id}`).delete();
  assert.equal((await failure(client.api(`/groups/${group.id}`).get())).statusCode, 404);
});
