import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScratchClone } from './scratch-clone.ts';

const DONE = { exitCode: 0, stderr: '' };

test('a fresh clone is installed once, and the next start does nothing', async (t) => {
  const clone = await ScratchClone.make(t);
  const first = await clone.bootstrap();
  assert.equal(first.exitCode, 0);
  assert.match(first.stderr, /Installing what package-lock\.json names/);
  assert.deepEqual(await clone.bootstrap(), DONE);
  assert.deepEqual(await clone.npmRuns(), ['ci --include=dev --include=optional --no-audit --no-fund --loglevel=error']);
});

test('a changed lockfile is installed again', async (t) => {
  const clone = await ScratchClone.make(t);
  await clone.bootstrap();
  await clone.lock('1.0.1');
  assert.equal((await clone.bootstrap()).exitCode, 0);
  assert.equal((await clone.npmRuns()).length, 2);
});

test('packages that were installed by hand are left alone', async (t) => {
  const clone = await ScratchClone.make(t);
  await clone.bootstrap();
  await clone.remove('node_modules/.tacos-install.json');
  assert.deepEqual(await clone.bootstrap(), DONE);
  assert.equal((await clone.npmRuns()).length, 1);
});

test('packages that were installed by hand from another lockfile are installed again', async (t) => {
  const clone = await ScratchClone.make(t);
  await clone.bootstrap();
  await clone.remove('node_modules/.tacos-install.json');
  await clone.lock('2.0.0');
  assert.equal((await clone.bootstrap()).exitCode, 0);
  assert.equal((await clone.npmRuns()).length, 2);
});

test('a failing npm stops the start with its exit code and what to check, and the next start tries again', async (t) => {
  const clone = await ScratchClone.make(t);
  await clone.fakeNpm({ exitCode: 7 });
  const { exitCode, stderr } = await clone.bootstrap();
  assert.equal(exitCode, 1);
  assert.match(stderr, /npm error network/);
  assert.match(stderr, /npm ci failed \(exit code 7\).*npm ping.*df -h/s);
  await clone.fakeNpm({ nodeVersion: 'v26.10.0' });
  assert.equal((await clone.bootstrap()).exitCode, 0);
});

test('a clone without its lockfile is told how to get it back', async (t) => {
  const clone = await ScratchClone.make(t);
  await clone.remove('package-lock.json');
  const { exitCode, stderr } = await clone.bootstrap();
  assert.equal(exitCode, 1);
  assert.match(stderr, /package-lock\.json is missing.*git checkout/s);
});

test('a system Node below 20 is named, and nothing is installed', async (t) => {
  const clone = await ScratchClone.make(t);
  const { exitCode, stderr } = await clone.bootstrap({ nodeVersion: 'v19.9.0' });
  assert.equal(exitCode, 1);
  assert.match(stderr, /Node 20 or newer is needed to begin with, and this is v19\.9\.0/);
  assert.deepEqual(await clone.npmRuns(), []);
  assert.equal((await clone.bootstrap({ nodeVersion: 'v20.0.0' })).exitCode, 0);
});

test('an install without its Node is refused, and names the npm setting that leaves it out', async (t) => {
  const clone = await ScratchClone.make(t);
  await clone.fakeNpm({});
  const { exitCode, stderr } = await clone.bootstrap({ nodeVersion: 'v20.0.0', platform: 'linux' });
  assert.equal(exitCode, 1);
  assert.match(stderr, /npm config get omit/);
});

test('a Node of another major version is refused by name', async (t) => {
  const clone = await ScratchClone.make(t);
  await clone.fakeNpm({ nodeVersion: 'v25.1.0' });
  const { exitCode, stderr } = await clone.bootstrap();
  assert.equal(exitCode, 1);
  assert.match(stderr, /Node 26 is needed, and .*node is v25\.1\.0/);
});

test('a Node that cannot run on this machine is refused with the reason', async (t) => {
  const clone = await ScratchClone.make(t);
  await clone.bootstrap();
  await clone.remove('node_modules/.tacos-install.json');
  await clone.write('node_modules/.bin/node', '#!/nowhere/loader\n');
  const { exitCode, stderr } = await clone.bootstrap();
  assert.equal(exitCode, 1);
  assert.match(stderr, /does not run here: .*ENOENT/);
});

test('a platform that npm carries no Node for works with a Node 26 of its own, and is explained without', async (t) => {
  const clone = await ScratchClone.make(t);
  await clone.fakeNpm({});
  const { exitCode, stderr } = await clone.bootstrap({ platform: 'freebsd', nodeVersion: 'v22.1.0' });
  assert.equal(exitCode, 1);
  assert.match(stderr, /this is freebsd-.* with v22\.1\.0/);
  assert.equal((await clone.bootstrap({ platform: 'freebsd', nodeVersion: 'v26.0.0' })).exitCode, 0);
});

test('two starts at once install once', async (t) => {
  const clone = await ScratchClone.make(t);
  await clone.fakeNpm({ nodeVersion: 'v26.10.0', waitFor: 'release' });
  const started = Promise.withResolvers<void>();
  const waiting = Promise.withResolvers<void>();
  const first = clone.bootstrap({}, () => started.resolve());
  await started.promise;
  const second = clone.bootstrap({}, () => waiting.resolve());
  await waiting.promise;
  await clone.write('release', '');
  assert.equal((await first).exitCode, 0);
  assert.match((await second).stderr, /Another process is installing; waiting for it\./);
  assert.equal((await second).exitCode, 0);
  assert.equal((await clone.npmRuns()).length, 1);
});

test('an install whose process is gone does not block the next one', async (t) => {
  const clone = await ScratchClone.make(t);
  // The greatest pid that a system gives is far below this one, so no process has it.
  await clone.write('.tacos-installing/pid', '2147483646');
  assert.equal((await clone.bootstrap()).exitCode, 0);
});
