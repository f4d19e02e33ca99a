// Reports held against somebody else's RFC 8785: the same bytes, and the same hash over the rest.
//   node canonical.mjs FOLDER…    every report of version 2 below these folders
import canonicalize from 'canonicalize';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

function* jsonFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* jsonFiles(path);
    else if (entry.isFile() && entry.name.endsWith('.json')) yield path;
  }
}

function reportIn(bytes) {
  try {
    const value = JSON.parse(bytes);
    return value?.format === 'pimgate-report' && value.version >= 2 ? value : undefined;
  } catch {
    return undefined; // the tests leave other files, too
  }
}

/// Empty, or what is wrong with these bytes.
export function complaint(bytes) {
  const report = reportIn(bytes);
  if (!report) return 'is no report';
  if (!Buffer.from(canonicalize(report)).equals(bytes)) return 'is not in canonical form';
  const { hash, ...rest } = report;
  if (createHash('sha256').update(canonicalize(rest)).digest('hex') !== hash) return 'has another hash';
  return '';
}

/// The files, and what is wrong with which.
export function checked(folders) {
  const files = folders.flatMap((folder) => [...jsonFiles(folder)]).filter((file) => reportIn(readFileSync(file)));
  const wrong = files.map((file) => [file, complaint(readFileSync(file))]).filter(([, why]) => why);
  return { files, wrong };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { files, wrong } = checked(process.argv.slice(2));
  wrong.forEach(([file, why]) => console.error(`${file} ${why}.`));
  console.log(`${files.length} reports, ${wrong.length} of them not as RFC 8785 has it.`);
  process.exit(wrong.length || !files.length ? 1 : 0);
}
