import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PasswordHasher } from './password-hasher.ts';

/** What every `PasswordHasher` must do. `open` gives one that runs and queues as many at once as its adapter is told. */
export function passwordHasherSuite(adapter: string, open: (limits: { atOnce: number; waiting: number }) => PasswordHasher): void {
  describe(`${adapter} as a password hasher`, () => {
    it('recognises a password by its record, and no other', async () => {
      const hasher = open({ atOnce: 2, waiting: 4 });
      const record = await recordOf(hasher, 'correct horse');
      assert.deepEqual(await hasher.verify('correct horse', record), { kind: 'matches' });
      assert.deepEqual(await hasher.verify('correct horsf', record), { kind: 'differs' });
      assert.deepEqual(await hasher.verify('', record), { kind: 'differs' });
    });

    it('makes a different record each time, and none that contains the password', async () => {
      const hasher = open({ atOnce: 2, waiting: 4 });
      const records = await Promise.all([recordOf(hasher, 'correct horse'), recordOf(hasher, 'correct horse')]);
      assert.notEqual(records[0], records[1]);
      for (const record of records) assert.ok(!record.includes('correct') && !record.includes('horse'));
    });

    it('takes composed and decomposed characters for the same password, and capitals for another', async () => {
      const hasher = open({ atOnce: 2, waiting: 4 });
      const record = await recordOf(hasher, 'caf\u00e9 비밀번호');
      assert.deepEqual(await hasher.verify('cafe\u0301 비밀번호', record), { kind: 'matches' });
      assert.deepEqual(await hasher.verify('CAF\u00c9 비밀번호', record), { kind: 'differs' });
    });

    it('answers differs without a record, whatever the password', async () => {
      const hasher = open({ atOnce: 1, waiting: 0 });
      assert.deepEqual(await hasher.verify('correct horse', undefined), { kind: 'differs' });
    });

    it('at its limit still takes the last, and answers busy to the one after it', async () => {
      const hasher = open({ atOnce: 1, waiting: 2 });
      const kinds = await Promise.all(Array.from({ length: 4 }, () => hasher.hash('correct horse').then(({ kind }) => kind)));
      assert.deepEqual(kinds, ['hashed', 'hashed', 'hashed', 'busy']);
      assert.deepEqual((await hasher.hash('correct horse')).kind, 'hashed', 'room again once they are through');
    });

    it('after close has nothing running and answers busy', async () => {
      const hasher = open({ atOnce: 1, waiting: 1 });
      const running = hasher.hash('correct horse');
      await hasher.close();
      assert.equal((await running).kind, 'hashed', 'what had begun is finished');
      assert.equal((await hasher.verify('correct horse', undefined)).kind, 'busy');
    });
  });
}

async function recordOf(hasher: PasswordHasher, password: string): Promise<string> {
  const outcome = await hasher.hash(password);
  assert.equal(outcome.kind, 'hashed');
  return outcome.kind === 'hashed' ? outcome.passwordRecord : '';
}
