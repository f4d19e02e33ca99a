// PIM Gate itself, each command in a process of its own, beside a Secret Service that nobody else uses.
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { onPath, until } from './support.mjs';

const { PIMGATE_PROGRAM: program, PIMGATE_WITH_KEYRING: withKeyring } = process.env;
const python = '/usr/bin/python3'; // the system's own, for which gi is packaged
const mostSeconds = '60'; // of one command; timeout ends it even when this process could not

const commands = new Set();
process.on('exit', () => commands.forEach((child) => child.kill()));

function findMissing() {
  const tool = ['dbus-run-session', 'gnome-keyring-daemon'].find((name) => !onPath([name]));
  if (tool) return tool;
  const { status } = spawnSync(python, ['-c', 'import gi; gi.require_version("Secret", "1")']);
  return status === 0 ? undefined : 'gir1.2-secret-1';
}

/// What is missing for a keychain of one's own; undefined when nothing is.
export const missingTool = findMissing();

async function text(stream) {
  let all = '';
  for await (const piece of stream.setEncoding('utf8')) all += piece;
  return all;
}

function launch(command, args, options) {
  const child = spawn(command, args, options);
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  return { child, ended };
}

/// gnome-keyring in a D-Bus session of its own, in fresh folders. It ends with stop(), or with this process.
export async function startKeychain() {
  const keychain = new Keychain(launch(withKeyring, ['unlocked', python, 'keychain.py'], { stdio: 'pipe' }));
  await keychain.begin();
  return keychain;
}

class Keychain {
  constructor({ child, ended }) {
    this.child = child;
    this.ended = ended;
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.trouble = text(child.stderr);
  }

  async begin() {
    this.environment = { ...(await this.answer()), LC_ALL: 'C.UTF-8', QT_QPA_PLATFORM: 'offscreen' };
  }

  async stop() {
    commands.forEach((command) => command.kill());
    this.child.stdin.end();
    await this.ended;
  }

  async answer() {
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`the keychain ended: ${await this.trouble}`);
    return JSON.parse(value);
  }

  ask(what, value = '') {
    this.child.stdin.write(`${JSON.stringify([what, value])}\n`);
    return this.answer();
  }

  /// The token cache that PIM Gate keeps, as text; empty when it keeps none.
  read() {
    return this.ask('read');
  }

  /// Puts one where PIM Gate looks.
  write(cache) {
    return this.ask('write', cache);
  }

  clear() {
    return this.ask('clear');
  }

  /// Starts `pimgate …args --json`; says() waits for a text on its stderr.
  start(...args) {
    const { child, ended } = launch('timeout', [mostSeconds, program, ...args, '--json'],
      { env: this.environment, stdio: ['ignore', 'pipe', 'pipe'] });
    commands.add(child);
    ended.finally(() => commands.delete(child)).catch(() => {});
    let trouble = '';
    child.stderr.setEncoding('utf8').on('data', (piece) => (trouble += piece));
    const result = Promise.all([ended, text(child.stdout)]).then(([status, out]) =>
      ({ status, json: out ? JSON.parse(out) : {}, trouble }));
    const says = async (pattern) => {
      await Promise.race([until(() => pattern.test(trouble), 30), result]);
      return pattern.exec(trouble) ?? Promise.reject(new Error(`pimgate ${args.join(' ')}: ${trouble}`));
    };
    return { says, result };
  }

  /// Runs it to its end.
  run(...args) {
    return this.start(...args).result;
  }
}
