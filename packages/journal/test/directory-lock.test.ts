import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DirectoryInUse, directoryOwner, DirectoryUnusable, lockDirectory } from '../src/directory-lock.ts';

const root = mkdtempSync(join(tmpdir(), 'journal-lock-'));
after(() => rmSync(root, { recursive: true }));

/** Another process that locks the directory and then waits for its end. */
async function startOwner(directory: string): Promise<ChildProcess> {
  const module = new URL('../src/directory-lock.ts', import.meta.url).href;
  const program = `
    const { lockDirectory } = await import(${JSON.stringify(module)});
    lockDirectory(${JSON.stringify(directory)});
    process.stdout.write('locked');
    process.stdin.resume();`;
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const stdout = owner.stdout;
  assert.ok(stdout !== null);
  await once(stdout, 'data');
  return owner;
}

async function kill(owner: ChildProcess): Promise<void> {
  owner.kill('SIGKILL');
  await once(owner, 'exit');
}

test('a second owner is refused, and told which directory and which process', async () => {
  const directory = join(root, 'owned');
  const owner = await startOwner(directory);
  assert.throws(
    () => lockDirectory(directory),
    (error) =>
      error instanceof DirectoryInUse &&
      error.directory === directory &&
      error.ownerPid === owner.pid &&
      error.message.includes(directory) &&
      error.message.includes(String(owner.pid)),
  );
  await kill(owner);
});

test('the owner is seen from beside, who is no longer one when it has ended, and who is one by its lock and not by its process id', async () => {
  const directory = join(root, 'seen');
  assert.equal(directoryOwner(directory), undefined);
  const owner = await startOwner(directory);
  assert.equal(directoryOwner(directory), owner.pid);
  await kill(owner);
  assert.equal(directoryOwner(directory), undefined);
  lockDirectory(directory).release();
  assert.equal(directoryOwner(directory), undefined, 'this process lives, is on record, and holds no lock');
});

test('the lock falls with its process, killed or not', async () => {
  const directory = join(root, 'killed');
  await kill(await startOwner(directory));
  lockDirectory(directory).release();
});

test('the same process cannot own a directory twice, and can once it has let go', () => {
  const directory = join(root, 'twice');
  const lock = lockDirectory(directory);
  assert.throws(() => lockDirectory(directory), DirectoryInUse);
  assert.throws(() => lockDirectory(directory), DirectoryInUse);
  lock.release();
  lock.release();
  lockDirectory(directory).release();
});

test('two directories have two locks', () => {
  const locks = [lockDirectory(join(root, 'one')), lockDirectory(join(root, 'two'))];
  for (const lock of locks) lock.release();
});

test('a path that is no directory is refused by name', () => {
  const path = join(root, 'file');
  writeFileSync(path, '');
  assert.throws(() => lockDirectory(path), (error) => error instanceof DirectoryUnusable && error.message.includes(path));
});

test('an owner that has not yet said who it is still owns the directory', () => {
  const directory = join(root, 'nameless');
  const lock = lockDirectory(directory);
  writeFileSync(join(directory, 'lock-owner.json'), '');
  assert.throws(() => lockDirectory(directory), (error) => error instanceof DirectoryInUse && error.ownerPid === undefined);
  lock.release();
});
