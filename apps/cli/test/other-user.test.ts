import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CommandFailed } from '../src/command-failed.ts';
import { describeFailure } from '../src/describe-failure.ts';
import { endedInTime, neutralEnvironment, scratchDirectory, settingsFor, type Ended } from './support/tacos.ts';
import { wear } from './support/worn-directory.ts';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
/** Whoever may read everything becomes nobody first; for anybody else a directory that is closed is as good. */
const AS_NOBODY = isRoot ? ['--import', `data:text/javascript,process.setgroups([]);process.setgid(${NOBODY});process.setuid(${NOBODY})`] : [];

describe('a data directory of another user', () => {
  const dataDir = scratchDirectory({ after });
  const elsewhere = join(scratchDirectory({ after }), 'backup');
  const run = (...words: readonly string[]): Promise<Ended> =>
    endedInTime(spawn(process.execPath, [...AS_NOBODY, MAIN, ...words], { env: { ...neutralEnvironment(), ...settingsFor(dataDir), NODE_DISABLE_COMPILE_CACHE: '1', NODE_V8_COVERAGE: '' }, stdio: ['ignore', 'pipe', 'pipe'] }));

  before(async () => {
    await wear(dataDir, { events: 1 });
  });

  it('is not said to hold no journal, and nobody is told to make it writable: it is the user who is wrong', async (test) => {
    // Where nobody may read this clone, nobody can run a command of it.
    if ((await run('--version')).code !== 0) return test.diagnostic('this clone is closed to other users');
    chmodSync(dataDir, 0);
    test.after(() => chmodSync(dataDir, 0o700));
    for (const words of [['backup', elsewhere], ['audit'], ['export', 'orders', '--csv'], ['token', '--user', 'u1'], ['up']]) {
      const { code, stderr } = await run(...words);
      assert.equal(code, 1, words.join(' '));
      assert.match(stderr, /EACCES/, words.join(' '));
      assert.match(stderr, /These are another user's files .* run it as that user/, words.join(' '));
      assert.doesNotMatch(stderr, /holds no journal|Make it writable|There are no keys/, words.join(' '));
    }
    const { stdout } = await run('doctor', '--json');
    const problems = (JSON.parse(stdout) as readonly { readonly kind: string; readonly mishap?: string }[]).filter(({ kind }) => kind === 'problem').map(({ mishap }) => mishap);
    assert.ok(problems.includes(isRoot ? 'directory_foreign' : 'directory_unwritable'), stdout);
  });

  it('is told apart from a disk that takes nothing, and from what a command says itself', async () => {
    const system = (code: string) => describeFailure(Object.assign(new Error(`${code}: it says, open 'x'`), { code, syscall: 'open' }));
    for (const code of ['EACCES', 'EPERM']) assert.match((await system(code)).text, /another user's files/);
    for (const code of ['ENOSPC', 'EROFS']) assert.match((await system(code)).text, /Make it writable/);
    assert.equal((await describeFailure(new CommandFailed('as it is'))).text, 'as it is');
  });
});
