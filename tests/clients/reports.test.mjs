// The reports of our own tests, canonicalized by somebody else.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checked, complaint } from './canonical.mjs';

const { files, wrong } = checked([process.env.PIMGATE_REPORTS]);

test('every report has the bytes and the hash that npm\'s canonicalize gives it', () => {
  assert.ok(files.length > 100, `${files.length} reports in ${process.env.PIMGATE_REPORTS}`);
  assert.deepEqual(wrong, []);
});

test('a byte more, another value and another hash are seen', () => {
  const bytes = readFileSync(files[0]);
  const text = bytes.toString();
  assert.equal(complaint(bytes), '');
  assert.equal(complaint(Buffer.from(`${text}\n`)), 'is not in canonical form');
  assert.equal(complaint(Buffer.from(text.replace('"demo":true', '"demo":false'))), 'has another hash');
  assert.equal(complaint(Buffer.from(text.replace('"hash":"', '"hash":"0'))), 'has another hash');
});
