import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile, chmod, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

const BOOTSTRAP = join(import.meta.dirname, '..', 'bootstrap.mjs');

/** Stands where npm's own script would: writes down that it ran, and leaves what npm ci would leave. */
const FAKE_NPM = `
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const { exitCode, nodeVersion, waitFor } = JSON.parse(readFileSync('fake-npm.json', 'utf8'));
appendFileSync('npm-runs.log', process.argv.slice(2).join(' ') + '\\n');
while (waitFor !== undefined && !existsSync(waitFor)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
if (exitCode !== 0) { console.error('npm error network'); process.exit(exitCode); }
mkdirSync('node_modules/.bin', { recursive: true });
writeFileSync('node_modules/.package-lock.json', readFileSync('package-lock.json'));
if (nodeVersion !== undefined) {
  writeFileSync('node_modules/.bin/node', '#!/bin/sh\\necho ' + nodeVersion + '\\n');
  chmodSync('node_modules/.bin/node', 0o755);
}
`;

export interface FakeNpm {
  readonly exitCode?: number;
  /** What the Node that it installs says of itself; none is installed when left out. */
  readonly nodeVersion?: string;
  /** A file for whose appearance it waits. */
  readonly waitFor?: string;
}

/** What the machine looks like to bootstrap; what is left out is as it is. */
export interface Machine {
  readonly nodeVersion?: string;
  readonly platform?: string;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** A folder that looks like a fresh clone, with a stand-in for npm. */
export class ScratchClone {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(t: TestContext): Promise<ScratchClone> {
    const clone = new ScratchClone(await mkdtemp(join(tmpdir(), 'tacos-bootstrap-')));
    t.after(() => rm(clone.folder, { recursive: true, force: true }));
    await clone.write('fake-npm.mjs', FAKE_NPM);
    await clone.lock('1.0.0');
    await clone.fakeNpm({ nodeVersion: 'v26.10.0' });
    return clone;
  }

  fakeNpm(npm: FakeNpm): Promise<void> {
    return this.write('fake-npm.json', JSON.stringify({ exitCode: 0, ...npm }));
  }

  /** Writes a lockfile that names one package in the version given. */
  lock(version: string): Promise<void> {
    const packages = {
      '': {},
      'node_modules/left': { version, integrity: `sha512-${version}` },
      'node_modules/other-platform': { version, optional: true },
    };
    return this.write('package-lock.json', JSON.stringify({ packages }));
  }

  async write(name: string, text: string): Promise<void> {
    const file = join(this.folder, name);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, text);
    if (text.startsWith('#!')) await chmod(file, 0o755);
  }

  remove(name: string): Promise<void> {
    return rm(join(this.folder, name), { recursive: true });
  }

  /** The arguments of each run of npm, in order. */
  async npmRuns(): Promise<readonly string[]> {
    const log = await readFile(join(this.folder, 'npm-runs.log'), 'utf8').catch(() => '');
    return log.split('\n').filter((line) => line !== '');
  }

  /** Runs bootstrap to its end. `onStderr` sees everything said so far, each time that something is added. */
  bootstrap(machine: Machine = {}, onStderr: (soFar: string) => void = () => undefined): Promise<Ended> {
    const facts = JSON.stringify({ version: machine.nodeVersion, platform: machine.platform });
    const pretend = `for (const [name, value] of Object.entries(${facts})) Object.defineProperty(process, name, { value });`;
    const env = { ...process.env, TACOS_ROOT: this.folder, npm_execpath: join(this.folder, 'fake-npm.mjs') };
    const child = spawn(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, BOOTSTRAP], { env });
    return new Promise((resolve, reject) => {
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        stderr += chunk;
        onStderr(stderr);
      });
      child.on('error', reject);
      child.on('close', (exitCode) => resolve({ exitCode, stderr }));
    });
  }
}
