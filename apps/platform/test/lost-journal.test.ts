import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { JournalMissing, journalDir, startPlatform } from '@traffic-tacos/platform';
import { testOptions } from '@traffic-tacos/platform/testing';

test('S2: a directory that had a journal and has lost all of it is refused, with the way back; a new one is begun on demand', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tacos-lost-'));
  try {
    await (await startPlatform(testOptions(dataDir))).stop(5_000);
    for (const name of await readdir(journalDir(dataDir))) await rm(join(journalDir(dataDir), name));
    await assert.rejects(startPlatform(testOptions(dataDir)), (error) => error instanceof JournalMissing && /Restore a backup .*journal-id/.test(error.message));
    for (const name of ['journal-id', 'history.sqlite']) await rm(join(dataDir, name));
    const anew = await startPlatform(testOptions(dataDir));
    assert.equal(anew.recovered.kind, 'first_start');
    await anew.stop(5_000);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
