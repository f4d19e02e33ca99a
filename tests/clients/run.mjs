// run.mjs PIMGATE [NAME…]: every *.test.mjs beside this file, each on a demo tenant of its own that speaks TLS.
// A client learns of the tenant's authority as its owner's manual says: NODE_EXTRA_CA_CERTS, read when node starts.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [program, ...names] = process.argv.slice(2);
const secondsPerFile = 120;
const atOnce = 2;
const running = new Set();
let stopping = false;

function start(command, args, options) {
  if (stopping) throw new Error('stopped');
  const child = spawn(command, args, options);
  running.add(child);
  child.ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not start ${command}: ${error.message}`));
    child.once('exit', (code, signal) => resolve(signal ?? code));
  }).finally(() => running.delete(child));
  return child;
}

// The tenant also ends with its standard input, so not even SIGKILL for this process leaves one behind.
async function startTenant() {
  const tenant = start(program, ['demo-tenant', '--tls', '--users', '250', '--until-eof'],
    { stdio: ['pipe', 'pipe', 'inherit'] });
  const firstLine = new Promise((resolve) => createInterface({ input: tenant.stdout }).once('line', resolve));
  const line = await Promise.race([firstLine, tenant.ended.then((how) => Promise.reject(new Error(`demo-tenant: ${how}`)))]);
  return { tenant, line, caFile: JSON.parse(line).caFile };
}

async function stop(child) {
  child.stdin.end();
  const timers = [[2000, 'SIGTERM'], [6000, 'SIGKILL']].map(([after, signal]) => setTimeout(() => child.kill(signal), after));
  await child.ended;
  timers.forEach(clearTimeout);
}

async function runFile(file) {
  const { tenant, line, caFile } = await startTenant();
  const cloudFile = join(here, `${file}.cloud.json`);
  writeFileSync(cloudFile, line);
  const test = start(process.execPath, ['--test-reporter=spec', join(here, file)], {
    cwd: here,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: caFile, PIMGATE_CLOUD: cloudFile, PIMGATE_PICTURES: join(here, 'pictures'),
      PIMGATE_PROGRAM: program },
  });
  let output = '';
  test.stdout.on('data', (data) => (output += data));
  const timer = setTimeout(() => {
    output += `\n${file} took longer than ${secondsPerFile} s.\n`;
    stop(test);
  }, secondsPerFile * 1000);
  const how = await test.ended;
  clearTimeout(timer);
  const tenantLived = tenant.exitCode === null && tenant.signalCode === null;
  await stop(tenant);
  process.stdout.write(`== ${file}\n${output}`);
  if (!tenantLived) process.stdout.write(`The demo tenant of ${file} ended before its test.\n`);
  return how === 0 && tenantLived;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, async () => {
    stopping = true;
    await Promise.all([...running].map(stop));
    process.exit(1);
  });
}

mkdirSync(join(here, 'pictures'), { recursive: true });
const files = readdirSync(here).filter((name) => name.endsWith('.test.mjs') && (!names.length || names.some((n) => name.startsWith(n))));
const waiting = [...files].sort();
const failed = [];
await Promise.all(Array.from({ length: atOnce }, async () => {
  for (let file = waiting.shift(); file; file = waiting.shift()) {
    try {
      if (!(await runFile(file))) failed.push(file);
    } catch (error) {
      console.error(`${file}: ${error.message}`);
      failed.push(file);
    }
  }
}));
console.log(failed.length ? `Failed: ${failed.sort().join(', ')}` : `All of ${files.sort().join(', ')} passed.`);
process.exit(failed.length || !files.length ? 1 : 0);
