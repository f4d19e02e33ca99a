// The tenant's certificate by the rules of node's own TLS: names, authority, and nothing accepted beyond them.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import tls from 'node:tls';
import { cloud } from './support.mjs';

const { hostname, port } = new URL(cloud.login);

function handshake(options) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: hostname, port, ...options }, () => {
      const certificate = socket.getPeerX509Certificate();
      const protocol = socket.getProtocol();
      socket.destroy();
      resolve({ certificate, protocol });
    });
    socket.once('error', reject);
  });
}

test('names localhost and both loopback addresses, and is signed by the authority of the cloud file', async () => {
  const authority = new X509Certificate(readFileSync(cloud.caFile));
  const { certificate } = await handshake({ ca: readFileSync(cloud.caFile), servername: 'localhost' });
  assert.equal(certificate.checkHost('localhost'), 'localhost');
  assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1');
  assert.equal(certificate.checkIP('::1'), '::1');
  assert.equal(certificate.ca, false);
  assert.equal(authority.ca, true);
  assert.ok(certificate.checkIssued(authority) && certificate.verify(authority.publicKey));
  assert.notEqual(certificate.publicKey.export({ type: 'spki', format: 'pem' }), authority.publicKey.export({ type: 'spki', format: 'pem' }));
});

test('speaks TLS 1.2 and 1.3 and nothing older', async () => {
  const ca = readFileSync(cloud.caFile);
  for (const version of ['TLSv1.2', 'TLSv1.3'])
    assert.equal((await handshake({ ca, minVersion: version, maxVersion: version })).protocol, version);
  await assert.rejects(handshake({ ca, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }));
});

test('is refused for another name, and without its authority', async () => {
  const ca = readFileSync(cloud.caFile);
  await assert.rejects(handshake({ ca, servername: 'login.example.com' }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  await assert.rejects(handshake({ ca: [], servername: 'localhost' }), { code: /^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT_LOCALLY)$/ });
});

test('comes from an authority that lives for weeks, not for years', async () => {
  const authority = new X509Certificate(readFileSync(cloud.caFile));
  const days = (new Date(authority.validTo) - Date.now()) / 86_400_000;
  assert.ok(days > 0 && days < 60, `${days} days`);
});
