import { strict as assert } from 'node:assert';
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { lockDirectory } from '@traffic-tacos/journal';
import { anotherDirectory } from '../src/config/as-typed.ts';
import { checkSpace } from '../src/doctor/machine.ts';
import { MISHAPS } from '../src/doctor/mishaps.ts';
import { createExamine } from './support/examination.ts';
import { endedInTime, neutralEnvironment, scratchDirectory, settingsFor } from './support/tacos.ts';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

describe('tacos doctor, of the machine', () => {
  const scratch = scratchDirectory({ after });
  const examine = createExamine(scratch);

  it('names a Node of another major version', async () => {
    assert.deepEqual((await examine(join(scratch, 'a'), {}, { nodeVersion: `${process.versions.node.split('.')[0] ?? ''}.0.0` })).met, []);
    const { met, of } = await examine(join(scratch, 'a'), {}, { nodeVersion: '20.20.2' });
    assert.deepEqual(met, ['wrong_node']);
    assert.match(of('wrong_node').says, /^Node 20\.20\.2 runs this, and the project is made for 2\d\./);
  });

  it('names packages that are not those of package-lock.json, and the command that installs them', async () => {
    const root = join(scratch, 'clone');
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    writeFileSync(join(root, 'package.json'), '{}');
    const lock = (version: string, more: object = {}): string => JSON.stringify({ packages: { '': {}, 'node_modules/fastify': { version, integrity: `sha512-${version}` }, ...more } });
    const optional = { 'node_modules/for-another-machine': { version: '1.0.0', optional: true } };
    writeFileSync(join(root, 'node_modules', '.package-lock.json'), lock('5.0.0'));
    writeFileSync(join(root, 'package-lock.json'), lock('5.0.0', optional));
    assert.deepEqual((await examine(join(scratch, 'a'), {}, { root })).met, []);
    writeFileSync(join(root, 'package-lock.json'), lock('5.1.0', optional));
    const { met, of } = await examine(join(scratch, 'a'), {}, { root });
    assert.deepEqual([met, of('modules_outdated').mend], [['modules_outdated'], `cd ${root} && npm ci`]);
    assert.match(of('modules_outdated').says, /1 installed package .*: fastify$/);
  });

  it('names a data directory that is a file, or would lie in one', async () => {
    const file = join(scratch, 'file');
    writeFileSync(file, '');
    for (const directory of [file, join(file, 'below')]) assert.deepEqual((await examine(directory)).met, ['directory_is_file']);
  });

  it('names a data directory that cannot be written, and one that cannot be made', async () => {
    // Root may write everywhere but where the system itself does not.
    const closed = isRoot ? '/proc/sys' : join(scratch, 'closed');
    if (!isRoot) mkdirSync(closed, { mode: 0o555 });
    for (const directory of [closed, join(closed, 'below')]) {
      const { met, of } = await examine(directory);
      assert.deepEqual(met, ['directory_unwritable']);
      assert.ok(of('directory_unwritable').says.startsWith(`${directory} cannot be written: `));
    }
    if (!isRoot) chmodSync(closed, 0o755);
  });

  it('names a data directory of another user', async () => {
    const directory = isRoot ? join(scratch, 'foreign') : tmpdir();
    if (isRoot) mkdirSync(directory);
    if (isRoot) chownSync(directory, NOBODY, NOBODY);
    assert.notEqual(statSync(directory).uid, process.getuid?.());
    assert.deepEqual((await examine(directory)).met, ['directory_foreign']);
  });

  it('never advises the directory that cannot be used, nor to take one from everybody', async () => {
    const file = join(scratch, 'a file');
    writeFileSync(file, '');
    const home = join(homedir(), 'traffic-tacos');
    const closed = isRoot ? '/proc/sys' : join(scratch, 'closed again');
    if (!isRoot) mkdirSync(closed, { mode: 0o555 });
    const mends = await Promise.all([file, join(closed, 'below'), closed].map(async (directory) => (await examine(directory)).findings.find(({ kind }) => kind === 'problem')?.mend ?? ''));
    for (const mend of mends) assert.match(mend, /TACOS_DATA_DIR=~\/traffic-tacos npm start$/);
    assert.ok(mends[1]?.startsWith(`sudo install -d -o "$(id -un)" -m 700 ${join(closed, 'below')}, or `), mends[1] ?? '');
    assert.equal(anotherDirectory(home), '~/traffic-tacos-2');
    assert.equal(anotherDirectory('./data'), '~/traffic-tacos');
  });

  it('names a directory with files of something else, before a start is refused for it', async () => {
    const directory = join(scratch, 'of something else');
    mkdirSync(directory);
    for (const name of ['a.txt', 'b.txt', 'c.txt', 'd.txt']) writeFileSync(join(directory, name), '');
    const { met, of } = await examine(directory);
    assert.deepEqual(met, ['directory_not_ours']);
    assert.ok(of('directory_not_ours').says.endsWith('it holds a.txt, b.txt, c.txt and 1 more, and no journal'));
  });

  it('names the process that owns the directory where no platform answers for it', async () => {
    const directory = join(scratch, 'owned');
    const lock = lockDirectory(directory);
    const { met, of } = await examine(directory);
    lock.release();
    assert.deepEqual(met, ['directory_in_use']);
    assert.match(of('directory_in_use').says, new RegExp(`in use by process ${process.pid} \\(.*node`));
    assert.match(of('directory_in_use').mend ?? '', new RegExp(`kill ${process.pid}\\b.*TACOS_DATA_DIR=${directory} npx tacos doctor`));
    assert.deepEqual((await examine(directory)).met, []);
  });

  it('names a disk with less room than the journal needs, to the byte', async () => {
    const free = (bytes: number) => checkSpace(scratch, 1_000, () => Promise.resolve(bytes));
    assert.deepEqual([(await free(1_000)).kind, (await free(999)).mishap], ['ok', 'space_low']);
    const real = await checkSpace(join(scratch, 'not there yet'), Number.MAX_SAFE_INTEGER);
    assert.equal(real.mishap, 'space_low');
    assert.match(real.says, /^only [\d,]+ MiB are free/);
  });

  if (mayMount()) {
    it('names a disk that is nearly full, made as one of a megabyte', async () => {
      const mount = join(scratch, 'small');
      mkdirSync(mount);
      const script = 'mount -t tmpfs -o size=1m none "$1" && exec "$2" "$3" doctor --json';
      const env = { ...neutralEnvironment(), ...settingsFor(join(mount, 'data')), HTTP_CONNECTIONS: '100' };
      const { stdout, stderr } = await endedInTime(spawn('unshare', ['-rm', 'bash', '-c', script, 'bash', mount, process.execPath, MAIN], { env }));
      assert.match(stdout, /"mishap": "space_low"/, stderr);
      assert.match(stdout, /only 1 MiB are free where .*small\/data/);
    });
  }

  it('names a limit of open files below HTTP_CONNECTIONS, and none that is as high', async () => {
    const limited = (connections: string) => {
      const env = { ...neutralEnvironment(), ...settingsFor(join(scratch, 'a')), HTTP_CONNECTIONS: connections };
      return endedInTime(spawn('bash', ['-c', 'ulimit -n 300; exec "$0" "$1" doctor', process.execPath, MAIN], { env }));
    };
    assert.match((await limited('300')).stdout, /ok +files +300 open files are allowed/);
    const few = await limited('301');
    assert.equal(few.code, 1);
    assert.ok(few.stdout.includes(`PROBLEM  files      a platform started here may open 300 files, and HTTP_CONNECTIONS is 301 · ${MISHAPS['descriptors_few'].ko[0]}\n`), few.stdout);
    assert.match(few.stdout, /→ ulimit -n 301 .*HTTP_CONNECTIONS=270/);
  });

  it('names a log file that cannot be written', async () => {
    const directory = join(scratch, 'a');
    assert.deepEqual((await examine(directory, { LOG_FILE: join(scratch, 'platform.log') })).met, []);
    const nowhere = await examine(directory, { LOG_FILE: join(scratch, 'nowhere', 'platform.log') });
    assert.deepEqual([nowhere.met, nowhere.of('log_unwritable').mend?.startsWith(`mkdir -p ${join(scratch, 'nowhere')}`)], [['log_unwritable'], true]);
    assert.deepEqual((await examine(directory, { LOG_FILE: scratch })).met, ['log_unwritable']);
    assert.ok(!existsSync(join(scratch, 'platform.log')), 'the doctor makes none');
  });

  it('leaves a directory that is not there unmade', async () => {
    const before = readdirSync(scratch).toSorted();
    await examine(join(scratch, 'not there yet'));
    assert.deepEqual(readdirSync(scratch).toSorted(), before);
  });
});

/** Whether this user may make a small disk of its own, in a namespace that ends with its process. */
function mayMount(): boolean {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'none', tmpdir()], { stdio: 'ignore' });
    return true;
  } catch {
    // No such command, or not for this user: the test of the limit to the byte stands alone then.
    return false;
  }
}
