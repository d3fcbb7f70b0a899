import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createOwnerOnly, parseSecretJson, readOwnerOnly, writeOwnerOnly } from '../src/index.ts';

class Refused extends Error {
  override readonly name = 'Refused';
}
const refuse = (message: string, options?: ErrorOptions): Refused => new Refused(message, options);

const inFolder = async (body: (folder: string) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'tacos-secret-'));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

test('a secret is written for its owner alone, folder and file, and read again; where there is none, none is read', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'keys', 'secret.json');
    assert.equal(await readOwnerOnly(path, refuse), undefined);
    await writeOwnerOnly(path, 's3cret');
    assert.equal(await readOwnerOnly(path, refuse), 's3cret');
    assert.deepEqual([await modeOf(join(folder, 'keys')), await modeOf(path)], [0o700, 0o600]);
  }));

test('what a crash has left beside it, open to others, is neither taken for it nor kept open', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'secret.json');
    await writeFile(`${path}.new`, 'half a sec', { mode: 0o644 });
    assert.equal(await readOwnerOnly(path, refuse), undefined);
    await writeOwnerOnly(path, 'whole');
    assert.deepEqual([await readFile(path, 'utf8'), await modeOf(path), await readdir(folder)], ['whole', 0o600, ['secret.json']]);
  }));

test('of many who make the same file at one time one wins, for all of them; what is there stays', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'keys', 'secret.json');
    const read = await Promise.all(Array.from({ length: 20 }, async (_, number) => {
      await createOwnerOnly(path, `secret ${number}`);
      return readOwnerOnly(path, refuse);
    }));
    assert.equal(new Set(read).size, 1, String(read));
    await createOwnerOnly(path, 'too late');
    assert.deepEqual([await readOwnerOnly(path, refuse), await modeOf(path), await readdir(join(folder, 'keys'))], [read[0], 0o600, ['secret.json']]);
  }));

test('a file that others can read, or that cannot be read at all, is refused with what to do and without what stands in it', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'secret.json');
    await writeOwnerOnly(path, 's3cret');
    for (const mode of [0o640, 0o604, 0o620]) {
      await chmod(path, mode);
      await assert.rejects(readOwnerOnly(path, refuse), (error) => error instanceof Refused && error.message.includes(`mode ${mode.toString(8)}): run chmod 600 ${path}`) && !error.message.includes('s3cret'));
    }
    const instead = join(folder, 'a-folder');
    await mkdir(instead);
    await assert.rejects(readOwnerOnly(instead, refuse), (error) => error instanceof Refused && /cannot be read: EISDIR; give it to the user who runs/.test(error.message));
  }));

test('what is no document is none, without the parser quoting it', () => {
  assert.equal(parseSecretJson('{"secret": s3cret'), undefined);
  assert.deepEqual(parseSecretJson('{"secret":"s3cret"}'), { secret: 's3cret' });
});
