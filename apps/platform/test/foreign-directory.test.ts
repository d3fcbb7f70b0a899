import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { ForeignDirectory, refuseForeign } from '@traffic-tacos/platform';

/** A directory with these files in it. */
async function withFiles(files: readonly string[], use: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tacos-foreign-'));
  try {
    for (const file of files) {
      mkdirSync(dirname(join(directory, file)), { recursive: true });
      writeFileSync(join(directory, file), '');
    }
    await use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const SEGMENT = 'journal/segment-0000000000000001.journal';

for (const files of [
  [], ['lost+found/a', '.gitkeep'], ['lock.sqlite', 'lock-owner.json', 'platform.log', 'platform.log.1'], ['keys/signing-keys.json'], ['gateway/keys/queue-keys.json', 'worker/a'],
  ['notes.txt', SEGMENT], ['notes.txt', 'journal-id'], ['notes.txt', 'layout.json'], ['notes.txt', 'inventory/journal-id'], ['notes.txt', 'journal/copy-incomplete'],
]) {
  test(`a data directory may hold ${files.join(', ') || 'nothing'}`, () => withFiles(files, (directory) => refuseForeign(directory)));
}

for (const [files, says] of [
  [['notes.txt'], 'it holds notes.txt, and no journal'],
  [['passwd', 'hosts', 'fstab', 'group'], 'it holds fstab, group, hosts and 1 more, and no journal'],
  [['journal/readme.txt'], 'it holds journal/readme.txt, and no journal'],
  [['journal/segment-of-a-book.txt'], 'it holds journal/segment-of-a-book.txt, and no journal'],
  [['a.txt', 'lock.sqlite', 'keys/signing-keys.json'], 'it holds a.txt, and no journal'],
] as const) {
  test(`a directory that holds ${files.join(', ')} is somebody else's`, () =>
    withFiles(files, (directory) => assert.rejects(refuseForeign(directory), (error) => error instanceof ForeignDirectory && error.message.endsWith(says))));
}

test('files that settings name may stand in a data directory before its first start, and what is not there is nobody’s', () =>
  withFiles(['tacos.log', 'tls/server.pem'], async (directory) => {
    await refuseForeign(directory, [join(directory, 'tacos.log'), join(directory, 'tls', 'server.pem'), '/elsewhere']);
    await assert.rejects(refuseForeign(directory, [join(directory, 'tacos.log')]), /it holds tls, and no journal/);
    await refuseForeign(join(directory, 'not there'));
    await refuseForeign(join(directory, 'tacos.log'));
  }));
