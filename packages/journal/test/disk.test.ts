import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { openFileDisk } from '../src/file-disk.ts';
import { diskSuite, SimDisk } from '../src/testing.ts';

const root = mkdtempSync(join(tmpdir(), 'journal-disk-'));
after(() => rmSync(root, { recursive: true }));

diskSuite('the real disk', async () => {
  const folder = mkdtempSync(join(root, 'd-'));
  return { disk: openFileDisk(folder), reopen: async () => openFileDisk(folder) };
});

diskSuite('the simulated disk, process killed', async () => {
  const disk = new SimDisk({ seed: 1 });
  return { disk, reopen: async () => disk.killed(2) };
});

diskSuite('the simulated disk, power cut', async () => {
  const disk = new SimDisk({ seed: 1 });
  return { disk, reopen: async () => disk.powerCut(3) };
});
