import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { SeededRandom } from '@traffic-tacos/kernel';
import { lockDirectory } from '../src/directory-lock.ts';
import { openFileDisk } from '../src/file-disk.ts';
import { assertFilled, openOn, TINY } from './journal-under-test.ts';

const root = mkdtempSync(join(tmpdir(), 'journal-kill-'));
after(() => rmSync(root, { recursive: true }));

const LIMITS = { ...TINY, snapshotEveryBytes: 20_000 };

/** Opens the journal, writes the next keys for ever, and prints each as it becomes durable. */
const WRITER = `
  const [folder, underTest, locks, disks] = process.argv.slice(1);
  const { lockDirectory } = await import(locks);
  const { openFileDisk } = await import(disks);
  const { openOn, fillGroups } = await import(underTest);
  lockDirectory(folder);
  const opened = await openOn(openFileDisk(folder + '/journal'), { limits: ${JSON.stringify(LIMITS)} });
  for (let key = opened.left.size + 1; ; key++) {
    await fillGroups(opened, 1, key);
    process.stdout.write(key + '\\n');
  }`;

/** Lets a process write until it has acknowledged so many keys, kills it, and answers the last key it acknowledged. */
async function writeAndKill(folder: string, keys: number): Promise<number> {
  const modules = ['./journal-under-test.ts', '../src/directory-lock.ts', '../src/file-disk.ts'];
  const urls = modules.map((module) => new URL(module, import.meta.url).href);
  const writer = spawn(process.execPath, ['--input-type=module', '--eval', WRITER, folder, ...urls], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(writer, 'exit');
  let acknowledged = 0;
  let count = 0;
  for await (const line of createInterface({ input: writer.stdout })) {
    acknowledged = Number(line);
    if (++count === keys) writer.kill('SIGKILL');
  }
  await exit;
  return acknowledged;
}

test('S1: a process killed while it writes, time and again: what it acknowledged is there after the restart', async () => {
  const random = new SeededRandom(11);
  const folder = join(root, 'data');
  for (let round = 0; round < 8; round++) {
    const acknowledged = await writeAndKill(folder, 1 + random.below(200));
    const lock = lockDirectory(folder);
    const opened = await openOn(openFileDisk(join(folder, 'journal')), { limits: LIMITS });
    assert.ok(opened.left.size >= acknowledged, `${acknowledged} keys were acknowledged, ${opened.left.size} are there`);
    assertFilled(opened, opened.left.size);
    await opened.journal.close({ snapshot: 'never' });
    lock.release();
  }
});
