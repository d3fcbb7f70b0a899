import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DiskError } from '../src/disk.ts';
import { openFileDisk } from '../src/file-disk.ts';
import { diskSuite, SimDisk } from '../src/testing.ts';

const root = mkdtempSync(join(tmpdir(), 'journal-disk-'));
after(() => rmSync(root, { recursive: true }));

diskSuite('the real disk', async () => {
  const folder = mkdtempSync(join(root, 'd-'));
  return { disk: openFileDisk(folder), reopen: async () => openFileDisk(folder) };
});

diskSuite('the real disk, synced after each append', async () => {
  const folder = mkdtempSync(join(root, 'd-'));
  const disk = openFileDisk(folder);
  const create = disk.create.bind(disk);
  disk.create = (name) => create(name, 'sync_each');
  return { disk, reopen: async () => openFileDisk(folder) };
});

diskSuite('the simulated disk, process killed', async () => {
  const disk = new SimDisk({ seed: 1 });
  return { disk, reopen: async () => disk.killed(2) };
});

diskSuite('the simulated disk, power cut', async () => {
  const disk = new SimDisk({ seed: 1 });
  return { disk, reopen: async () => disk.powerCut(3) };
});

test('the real disk: its folder, and those above it, are made for their owner only', async () => {
  const folder = join(root, 'one', 'two');
  assert.deepEqual(await openFileDisk(folder).list(), []);
  if (process.platform !== 'win32') assert.equal(statSync(folder).mode & 0o777, 0o700);
});

test('the real disk: a folder that cannot be made is refused by its name', () => {
  const path = join(root, 'file');
  writeFileSync(path, '');
  assert.throws(() => openFileDisk(path), (error) => error instanceof DiskError && error.message.includes(path));
});
