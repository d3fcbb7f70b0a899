import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { SeededRandom, type IdWords } from '@traffic-tacos/kernel';
import { loadOrCreateQueueKeys, QueueKeyFileRefused, queueKeyPath } from '@traffic-tacos/queue';
import * as fc from 'fast-check';
import { ownerOf, QueueTokens } from '../src/application/queue-tokens.ts';

const KEY: IdWords = { w0: 1, w1: 2, w2: 3, w3: 4 };
const NOBODY: IdWords = { w0: 0, w1: 0, w2: 0, w3: 0 };
const keys = [{ number: 1, secret: Buffer.alloc(32, 1) }, { number: 2, secret: Buffer.alloc(32, 2) }];
const tokens = new QueueTokens(keys);
const alice = { ownerKind: 'account', owner: ownerOf('account', 'evt_1', 'alice') } as const;
const anybody = { ownerKind: 'visitor', owner: NOBODY } as const;

test('S19: a token of one kind is never taken for the other, nor for one of another event, user or time', () => {
  const waiting = tokens.waitingToken(KEY, 2);
  const granted = tokens.reservationToken(KEY, 2, 1_700_000_000_000, 'evt_1', alice);
  assert.deepEqual(tokens.readWaitingToken(waiting), KEY);
  assert.deepEqual(tokens.readReservationToken(granted, 'evt_1', 'alice'), { key: KEY, expiresAtMs: 1_700_000_000_000 });
  assert.equal(tokens.readWaitingToken(granted), undefined);
  assert.equal(tokens.readReservationToken(waiting, 'evt_1', 'alice'), undefined);
  assert.equal(tokens.readReservationToken(granted, 'evt_2', 'alice'), undefined);
  assert.equal(tokens.readReservationToken(granted, 'evt_1', 'bob'), undefined);
  const [id, number, , mac] = granted.split('.');
  assert.equal(tokens.readReservationToken(`${id}.${number}.zzzzzzzz.${mac}`, 'evt_1', 'alice'), undefined);
  assert.equal(tokens.readWaitingToken(`${String(id).replace('rtk', 'wtk')}.${number}.${mac}`), undefined);
});

test('a token of a visitor is for whoever spends it first; a label is never the user of its name', () => {
  const granted = tokens.reservationToken(KEY, 1, 5, 'evt_1', anybody);
  assert.deepEqual([tokens.readReservationToken(granted, 'evt_1', 'alice')?.key, tokens.readReservationToken(granted, 'evt_1', 'bob')?.key], [KEY, KEY]);
  assert.notDeepEqual(ownerOf('label', 'evt_1', 'alice'), ownerOf('account', 'evt_1', 'alice'));
});

test('an owner is the first 128 bits of the digest, each word with its least byte first: records on disk say so', () => {
  for (const name of ['alice', 'bob', 'an owner with a longer name']) {
    const digest = createHash('sha256').update(`account\nevt_1\n${name}`).digest();
    const [w0, w1, w2, w3] = [0, 4, 8, 12].map((at) => digest.readInt32LE(at));
    assert.deepEqual(ownerOf('account', 'evt_1', name), { w0, w1, w2, w3 });
  }
});

test('S19: no change of a token\'s characters gives another genuine token', () => {
  const token = tokens.waitingToken(KEY, 1);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(...'0123456789ABCXYZabcxyz._-'), (at, character) => {
      const changed = `${token.slice(0, at)}${character}${token.slice(at + 1)}`;
      return changed === token || tokens.readWaitingToken(changed) === undefined;
    }),
  );
  for (const text of ['', '.', '...', 'wtk_', `${token}.`, token.repeat(20), `${token} `]) assert.equal(tokens.readWaitingToken(text), undefined);
});

test('S19: what is remembered of a genuine token recognises that token and no other', () => {
  const kept = new Map<string, IdWords>();
  let asked = 0;
  const known = {
    isKnown: (key: IdWords, number: number, signature: IdWords) => {
      asked++;
      const one = kept.get(`${JSON.stringify(key)}${number}`);
      return one === undefined ? undefined : JSON.stringify(one) === JSON.stringify(signature);
    },
    remember: (key: IdWords, number: number, signature: IdWords) => void kept.set(`${JSON.stringify(key)}${number}`, signature),
  };
  const remembering = new QueueTokens(keys, known);
  const token = remembering.waitingToken(KEY, 1);
  for (let i = 0; i < 3; i++) assert.deepEqual(remembering.readWaitingToken(token), KEY);
  assert.deepEqual([asked, kept.size], [3, 1]);
  const other = remembering.waitingToken(KEY, 2);
  for (const wrong of [token.replace('.1.', '.2.'), token.replace('.1.', '.01.'), other.replace('.2.', '.1.'), token.replace(/.$/, 'B'), `${token.slice(0, -2)}+A`]) {
    assert.equal(remembering.readWaitingToken(wrong), undefined, wrong);
  }
  assert.deepEqual(remembering.readWaitingToken(other), KEY);
});

test('tokens of an older key stay genuine while it is in the file, and those of one that is gone do not', () => {
  const old = tokens.waitingToken(KEY, 1);
  assert.deepEqual([tokens.keyNumber, tokens.readWaitingToken(old)], [2, KEY]);
  assert.equal(new QueueTokens(keys.slice(1)).readWaitingToken(old), undefined);
  const none = new QueueTokens([]);
  assert.equal(none.readWaitingToken(none.waitingToken(KEY, none.keyNumber)), undefined, 'without keys nothing is genuine');
});

test('whoever joins or enters again after the key of their place is gone gets tokens of the key that signs now', () => {
  const after = new QueueTokens(keys.slice(1));
  assert.deepEqual(after.readWaitingToken(after.waitingToken(KEY, 1)), KEY);
  assert.deepEqual(after.readReservationToken(after.reservationToken(KEY, 1, 5, 'evt_1', alice), 'evt_1', 'alice')?.key, KEY);
});

test('the keys are made once, for their owner alone; a file that is open to others or damaged is refused', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tacos-queue-'));
  try {
    const made = await loadOrCreateQueueKeys(queueKeyPath(dataDir), new SeededRandom(1));
    assert.deepEqual(await loadOrCreateQueueKeys(queueKeyPath(dataDir), new SeededRandom(2)), made);
    const path = queueKeyPath(dataDir);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    const right = await readFile(path, 'utf8');
    for (const wrong of ['', '[]', '{"keys":[]}', '{"keys":[{"number":0,"secret":"x"}]}', right.replace('"number": 1', '"number": 300'), right.replace(/"secret": "..../, '"secret": "')]) {
      await writeFile(path, wrong);
      await assert.rejects(loadOrCreateQueueKeys(queueKeyPath(dataDir), new SeededRandom(1)), QueueKeyFileRefused, wrong);
    }
    await writeFile(path, right);
    await chmod(path, 0o644);
    await assert.rejects(loadOrCreateQueueKeys(queueKeyPath(dataDir), new SeededRandom(1)), QueueKeyFileRefused);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
