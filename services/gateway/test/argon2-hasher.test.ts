import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Argon2Hasher, DEFAULT_ARGON2, type Derive } from '../src/adapters/embedded/argon2-hasher.ts';
import { UnreadablePasswordRecord, formatPasswordRecord, parsePasswordRecord } from '../src/adapters/embedded/password-record.ts';
import { passwordHasherSuite } from '../src/ports/password-hasher-suite.ts';

const WEAK = { memoryKib: 64, passes: 1, lanes: 1 };
const LIMITS = { passwordHashesAtOnce: 2, passwordHashesWaiting: 64 };

passwordHasherSuite(
  'Argon2Hasher',
  ({ atOnce, waiting }) => new Argon2Hasher({ passwordHashesAtOnce: atOnce, passwordHashesWaiting: waiting }, WEAK),
);

describe('Argon2Hasher', () => {
  it('stores its parameters, and verifies a record made with others than are in force', async () => {
    const hashed = await new Argon2Hasher(LIMITS, { memoryKib: 128, passes: 2, lanes: 2 }).hash('correct horse');
    assert.equal(hashed.kind, 'hashed');
    const record = hashed.kind === 'hashed' ? hashed.passwordRecord : '';
    assert.match(record, /^\$argon2id\$v=19\$m=128,t=2,p=2\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    assert.deepEqual(await new Argon2Hasher(LIMITS, WEAK).verify('correct horse', record), { kind: 'matches' });
  });

  it('computes argon2id as RFC 9106 defines it: a record of another implementation is verified', async () => {
    // A vector of the reference implementation: password "password", salt "somesalt".
    const record = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
    const hasher = new Argon2Hasher(LIMITS);
    assert.deepEqual(await hasher.verify('password', record), { kind: 'matches' });
    assert.deepEqual(await hasher.verify('passwore', record), { kind: 'differs' });
  });

  it('never has more runs at once than its limit, however many ask', async () => {
    let running = 0;
    let most = 0;
    const derive: Derive = async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => setImmediate(resolve));
      running--;
      return Buffer.alloc(32);
    };
    const hasher = new Argon2Hasher({ passwordHashesAtOnce: 3, passwordHashesWaiting: 17 }, WEAK, derive);
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => hasher.hash('correct horse')));
    assert.equal(most, 3);
    assert.equal(outcomes.filter(({ kind }) => kind === 'hashed').length, 20);
  });

  it('gives the place of a run that failed to the next', async () => {
    let runs = 0;
    const derive: Derive = () => (++runs === 1 ? Promise.reject(new RangeError('out of memory')) : Promise.resolve(Buffer.alloc(32)));
    const hasher = new Argon2Hasher({ passwordHashesAtOnce: 1, passwordHashesWaiting: 1 }, WEAK, derive);
    const [failed, next] = await Promise.allSettled([hasher.hash('correct horse'), hasher.hash('correct horse')]);
    assert.equal(failed.status, 'rejected');
    assert.equal(next.status, 'fulfilled');
    assert.equal((await hasher.hash('correct horse')).kind, 'hashed');
  });

  it('does not hold the main thread while it computes', async () => {
    const hasher = new Argon2Hasher(LIMITS, { ...DEFAULT_ARGON2, passes: 4 });
    let turns = 0;
    let isDone = false;
    const hashing = hasher.hash('correct horse').then(() => (isDone = true));
    while (!isDone && turns < 1_000_000) {
      turns++;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await hashing;
    assert.ok(turns > 10, `the loop turned ${turns} times during one hash`);
  });
});

describe('password records', () => {
  const record = { parameters: WEAK, salt: Buffer.alloc(16, 1), hash: Buffer.alloc(32, 2) };

  it('are read back as they were written', () => {
    assert.deepEqual(parsePasswordRecord(formatPasswordRecord(record)), record);
  });

  it('that are unknown or damaged are refused by name, without repeating them', () => {
    const good = formatPasswordRecord(record);
    for (const bad of ['', 'secret', good.replace('argon2id', 'argon2i'), good.replace('v=19', 'v=16'), good.slice(0, 40), `${good}$`]) {
      assert.throws(() => parsePasswordRecord(bad), (error) => error instanceof UnreadablePasswordRecord && !error.message.includes('$'));
    }
  });
});
