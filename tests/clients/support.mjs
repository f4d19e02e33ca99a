// What the tests share: the tenant, its control plane, a person who follows a sign-in link, and a listener on loopback.
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { delimiter, join } from 'node:path';

export const cloud = JSON.parse(readFileSync(process.env.PIMGATE_CLOUD, 'utf8'));
export const authority = `${cloud.login}/${cloud.tenant}`;
export const { admin, ordinary } = cloud.accounts;
export const graphScopes = ['User.Read', 'User.Read.All', 'Group.ReadWrite.All', 'User.RevokeSessions.All'];

process.stdin.on('end', () => process.exit(1)).resume(); // run.mjs wants to stop, or is gone
process.stdin.unref();

/// Where the first of these programs is; undefined when none is there.
export function onPath(names) {
  return names.flatMap((name) => process.env.PATH.split(delimiter).map((folder) => join(folder, name))).find(existsSync);
}

export function application(displayName) {
  return cloud.applications.find((each) => each.displayName === displayName);
}

async function control(method, path, body) {
  const response = await fetch(`${cloud.login}/demo/${path}`, {
    method,
    headers: { 'X-Demo-Key': cloud.controlKey, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} /demo/${path}: ${response.status} ${await response.text()}`);
  return response.text();
}

export const setFaults = (faults) => control('POST', 'faults', faults);
export const unusedFaults = async () => JSON.parse(await control('GET', 'faults'));

/// What the tenant has answered so far; a test keeps the length and looks at what came after.
export async function exchanges(api) {
  const lines = await control('GET', `exchanges?api=${api}`);
  return lines.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

export function claimsOf(token) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
}

function plain(html) {
  const named = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return html.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => named[name]);
}

/// The form of a page as {action, fields}, as a browser would send it.
export function formOf(html) {
  const form = /<form\b([^>]*)>/i.exec(html);
  const attribute = (text, name) => plain(new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(text)?.[1] ?? '');
  const fields = {};
  for (const [, input] of html.matchAll(/<input\b([^>]*)>/gi)) fields[attribute(input, 'name')] = attribute(input, 'value');
  return { action: attribute(form?.[1] ?? '', 'action'), method: attribute(form?.[1] ?? '', 'method').toUpperCase(), fields };
}

/// Follows a sign-in link to where it sends the browser: the address with its parameters, or for form_post the form.
export async function follow(link) {
  const response = await fetch(link, { redirect: 'manual' });
  if (response.status === 302) return { to: new URL(response.headers.get('location')), html: '' };
  const html = await response.text();
  return { to: null, status: response.status, html, form: formOf(html) };
}

export async function postForm({ action, fields }) {
  return fetch(action, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
}

/// A redirect address on loopback that hands over its first request with parameters.
export async function loopback() {
  let hand;
  const landed = new Promise((resolve) => (hand = resolve));
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => (body += data));
    request.on('end', () => {
      response.end('You can close this window.');
      const url = new URL(request.url, `http://localhost:${server.address().port}`);
      if (body || url.search) hand({ method: request.method, url, body: new URLSearchParams(body) });
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://localhost:${server.address().port}`,
    landed,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

export async function until(condition, seconds = 10) {
  const end = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
