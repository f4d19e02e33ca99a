// @azure/msal-node as a desktop program uses it: a public client with a custom authority.
import assert from 'node:assert/strict';
import { CryptoProvider, PublicClientApplication } from '@azure/msal-node';
import { authority, cloud, follow, graphScopes } from './support.mjs';

export const host = new URL(cloud.login).host;

export function client(auth = {}, more = {}) {
  return new PublicClientApplication({ auth: { clientId: cloud.clientId, authority, knownAuthorities: [host], ...auth }, ...more });
}

/// Code + PKCE up to the code, for a person who is signed in already and is not asked anything.
export async function authorize(app, person, request = {}) {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const asked = { scopes: graphScopes, redirectUri: 'http://localhost:53682', ...request };
  const link = await app.getAuthCodeUrl({ ...asked, codeChallenge: challenge, codeChallengeMethod: 'S256',
    loginHint: person, prompt: 'none', state: request.state ?? 'a state' });
  const { to } = await follow(link);
  return { asked, verifier, to, link, answer: Object.fromEntries(to.searchParams) };
}

export async function signIn(app, person, request = {}) {
  const { asked, verifier, answer } = await authorize(app, person, request);
  assert.ok(answer.code, `no code but ${JSON.stringify(answer)}`);
  return app.acquireTokenByCode({ ...asked, code: answer.code, codeVerifier: verifier, clientInfo: answer.client_info });
}

export async function me(accessToken) {
  return fetch(`${cloud.graph}/v1.0/me`, { headers: { Authorization: `Bearer ${accessToken}` } });
}
