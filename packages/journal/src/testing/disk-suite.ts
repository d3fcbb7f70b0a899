import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DiskError, type Disk } from '../disk.ts';

/** An empty disk, and the way to see what a later process would see of it. */
export interface DiskUnderTest {
  readonly disk: Disk;
  /** The same disk for the next process. What was synced is still there. */
  reopen(): Promise<Disk>;
}

/** What every `Disk` must do. Registers one test for each sentence of the port. */
export function diskSuite(adapter: string, makeDisk: () => Promise<DiskUnderTest>): void {
  const behaves = (sentence: string, check: (made: DiskUnderTest) => Promise<void>): void => {
    test(`${adapter}: ${sentence}`, async () => check(await makeDisk()));
  };
  filesBehave(behaves);
  namesBehave(behaves);
}

type Behaves = (sentence: string, check: (made: DiskUnderTest) => Promise<void>) => void;

function filesBehave(behaves: Behaves): void {
  behaves('appended bytes are read back in order', async ({ disk }) => {
    const file = await disk.create('a');
    await file.append(Buffer.from('one '));
    await file.append(Buffer.from('two'));
    await file.close();
    assert.equal((await disk.read('a')).toString(), 'one two');
    assert.equal(await disk.size('a'), 7);
  });

  behaves('an append takes the bytes at once, whatever becomes of the buffer', async ({ disk }) => {
    const file = await disk.create('a');
    const bytes = Buffer.alloc(3 * 1024 * 1024, 7);
    await file.append(bytes);
    bytes.fill(0);
    await file.close();
    assert.deepEqual(await disk.read('a'), Buffer.alloc(3 * 1024 * 1024, 7));
  });

  behaves('a part is read from any place, and is short at the end', async ({ disk }) => {
    await write(disk, 'a', 'abcdef');
    assert.equal((await disk.readAt('a', 2, 3)).toString(), 'cde');
    assert.equal((await disk.readAt('a', 4, 10)).toString(), 'ef');
    assert.equal((await disk.readAt('a', 9, 1)).length, 0);
  });

  behaves('synced bytes under a synced name are there for the next process', async ({ disk, reopen }) => {
    await write(disk, 'a', 'kept');
    await disk.syncDirectory();
    assert.equal((await (await reopen()).read('a')).toString(), 'kept');
  });

  behaves('truncate keeps the first bytes', async ({ disk }) => {
    await write(disk, 'a', 'abcdef');
    await disk.truncate('a', 2);
    assert.equal((await disk.read('a')).toString(), 'ab');
  });

  behaves('a file that is not there cannot be read, measured, truncated, renamed or removed', async ({ disk }) => {
    const reads = [disk.read('no'), disk.readAt('no', 0, 1), disk.size('no')];
    const changes = [disk.truncate('no', 0), disk.rename('no', 'a'), disk.remove('no')];
    for (const refused of await Promise.allSettled([...reads, ...changes])) {
      assert.ok(refused.status === 'rejected' && refused.reason instanceof DiskError);
    }
  });
}

function namesBehave(behaves: Behaves): void {
  behaves('create refuses a name that exists, and leaves its file alone', async ({ disk }) => {
    await write(disk, 'a', 'first');
    await assert.rejects(disk.create('a'), DiskError);
    assert.equal((await disk.read('a')).toString(), 'first');
  });

  behaves('list names every file once', async ({ disk }) => {
    await write(disk, 'a', '1');
    await write(disk, 'b', '2');
    assert.deepEqual([...(await disk.list())].sort(), ['a', 'b']);
    await disk.remove('a');
    assert.deepEqual(await disk.list(), ['b']);
  });

  behaves('rename replaces a file of the new name', async ({ disk, reopen }) => {
    await write(disk, 'old', 'old');
    await write(disk, 'new', 'new');
    await disk.rename('new', 'old');
    await disk.syncDirectory();
    const after = await reopen();
    assert.deepEqual(await after.list(), ['old']);
    assert.equal((await after.read('old')).toString(), 'new');
  });

  behaves('a file is appended to under its new name after a rename', async ({ disk }) => {
    const file = await disk.create('a');
    await file.append(Buffer.from('before '));
    await disk.rename('a', 'b');
    await file.append(Buffer.from('after'));
    await file.sync();
    await file.close();
    assert.equal((await disk.read('b')).toString(), 'before after');
  });

  behaves('removed names stay away once the directory is synced', async ({ disk, reopen }) => {
    await write(disk, 'a', '1');
    await disk.syncDirectory();
    await disk.remove('a');
    await disk.syncDirectory();
    assert.deepEqual(await (await reopen()).list(), []);
  });
}

async function write(disk: Disk, name: string, text: string): Promise<void> {
  const file = await disk.create(name);
  await file.append(Buffer.from(text));
  await file.sync();
  await file.close();
}
