import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFolder } from '../src/make-folder.ts';

test('a folder is made with those above it, for its owner only, and may be there already', () => {
  const top = mkdtempSync(join(tmpdir(), 'tacos-folder-'));
  try {
    const folder = join(top, 'a', 'b', 'c');
    makeFolder(folder);
    makeFolder(folder);
    assert.equal(statSync(join(top, 'a')).mode & 0o777, 0o700);
    assert.ok(statSync(folder).isDirectory());
  } finally {
    rmSync(top, { recursive: true });
  }
});

test('where no folder can be made it says so, and does not try for ever', { timeout: 5_000 }, () => {
  const impossible = process.platform === 'linux' ? '/proc/no-such-folder/data' : join(process.execPath, 'data');
  assert.throws(() => makeFolder(impossible), { code: /^ENOENT|ENOTDIR$/ });
});
