// oidc-provider, a certified authorization server, where PIM Gate expects Entra: its endpoints at Entra's paths, and a
// Graph that takes no other access token than those it has issued.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

export const tenantId = '6f0d1f3a-58c1-4b0e-9d7e-2c5a1e8f4b60';
export const domain = 'tailspin.example';
export const clientId = 'b3a1c7d2-9e44-4f0a-8a6d-5d1f0c2e7a91';
export const person = { login: 'zofia@tailspin.example', oid: 'a8f5f167-f44f-4964-a6c8-0d0f3a1c5e27', name: 'Žofia Østergård' };

const openIdScopes = ['openid', 'profile', 'email', 'offline_access'];
const ofGraph = (scopes) => scopes.split(' ').filter((name) => !openIdScopes.includes(name)).join(' ');

function signingKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'the only one' };
}

function configuration(origin, lifetime) {
  return {
    clients: [{
      client_id: clientId,
      application_type: 'native', // any port of the loopback address
      redirect_uris: ['http://localhost/'],
      token_endpoint_auth_method: 'none',
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    }],
    routes: {
      authorization: '/oauth2/v2.0/authorize',
      token: '/oauth2/v2.0/token',
      device_authorization: '/oauth2/v2.0/devicecode',
      code_verification: '/oauth2/deviceauth',
      jwks: '/discovery/v2.0/keys',
    },
    jwks: { keys: [signingKey()] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    pkce: { required: () => true }, // S256 is the only method it has
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    expiresWithSession: async () => false,
    conformIdTokenClaims: false,
    claims: { openid: ['sub', 'tid', 'oid'], profile: ['name', 'preferred_username'] },
    scopes: openIdScopes,
    findAccount: async (_, accountId) => accountId === person.login
      ? { accountId, claims: async () => ({ sub: `subject of ${person.oid}`, tid: tenantId, oid: person.oid, name: person.name,
        preferred_username: person.login }) }
      : undefined,
    features: {
      devInteractions: { enabled: true }, // two forms: who it is, and that it is allowed
      deviceFlow: { enabled: true },
      resourceIndicators: { // a token is Graph's, with what was asked for
        enabled: true,
        defaultResource: async () => `${origin}/`,
        useGrantedResource: async () => true,
        getResourceServerInfo: async ({ oidc: { params, entities } }) => ({
          scope: ofGraph(params.scope ?? (entities.AuthorizationCode ?? entities.DeviceCode ?? entities.RefreshToken).scope),
          accessTokenFormat: 'opaque',
          accessTokenTTL: lifetime.seconds,
        }),
      },
    },
  };
}

/// Entra gives refresh tokens without consent, and knows prompts that OpenID Connect leaves open.
function inStandardWords(url) {
  if (!url.pathname.endsWith('/authorize')) return;
  url.searchParams.set('prompt', 'consent');
}

/// "/{tenant}/…" as the provider wants to be mounted; undefined for another tenant.
function mount(request, origin) {
  const url = new URL(request.url, origin);
  inStandardWords(url);
  const [, tenant, path] = /^\/([^/]+)(\/.*)$/.exec(url.pathname) ?? [];
  if (![tenantId, domain].includes(tenant)) return undefined;
  const inside = path.replace('/v2.0/.well-known/', '/.well-known/') + url.search;
  return { originalUrl: `/${tenant}${inside}`, url: inside };
}

export async function startAuthorizationServer() {
  const server = createServer().unref();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const lifetime = { seconds: 3600 };
  const provider = new Provider(`${origin}/${tenantId}/v2.0`, configuration(origin, lifetime));
  const grants = []; // what the token endpoint was asked, and what it answered
  const calls = []; // of Graph

  provider.use(async (ctx, next) => {
    await next();
    if (ctx.oidc?.route === 'token') grants.push({ asked: { ...ctx.oidc.body }, status: ctx.status, answer: ctx.body, at: Date.now() });
  });
  const provide = provider.callback();

  async function graph(request, response) {
    const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    const found = token && (await provider.AccessToken.find(token));
    const path = new URL(request.url, origin).pathname;
    calls.push({ method: request.method, path, accepted: Boolean(found), token });
    response.writeHead(found ? 200 : 401, { 'Content-Type': 'application/json' });
    if (!found) return response.end(JSON.stringify({ error: { code: 'InvalidAuthenticationToken', message: 'Access token is unknown.' } }));
    const me = { id: person.oid, userPrincipalName: person.login, displayName: person.name };
    return response.end(JSON.stringify(path === '/v1.0/me' ? me : { value: [] }));
  }

  server.on('request', (request, response) => {
    if (request.url.startsWith('/v1.0/')) return void graph(request, response);
    const mounted = mount(request, origin);
    if (!mounted) return void response.writeHead(404).end();
    provide(Object.assign(request, mounted), response);
  });

  return {
    provider, lifetime, grants, calls,
    tokenUrl: `${origin}/${tenantId}/oauth2/v2.0/token`,
    cloud: (tenant) => ({ name: 'oidc-provider', login: origin, graph: origin, portal: origin, clientId, tenant }),
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
