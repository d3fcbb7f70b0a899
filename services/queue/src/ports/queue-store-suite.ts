import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Unit } from '@traffic-tacos/journal';
import { epochMs, type IdWords, type ManualClock } from '@traffic-tacos/kernel';
import type { OnSale } from './on-sales.ts';
import type { JoinPlace, QueueStore } from './queue-store.ts';

/** A store under test, with one event on sale: 4 people a second, 3 inside at once. */
export interface QueueStoreUnderTest {
  readonly store: QueueStore;
  readonly clock: ManualClock;
  /** As the store sees it: what a test changes is seen from then on. */
  readonly event: { -readonly [Name in keyof OnSale]: OnSale[Name] };
  /** Runs a step in a unit of work of its own, and makes it durable. */
  decide<Outcome>(step: (unit: Unit) => Outcome): Promise<Outcome>;
}

const RESERVATION = `rsv_${'1'.repeat(26)}` as const;
const CLAIM_MS = 10_000;
const TOKEN_MS = 300_000;

const keyOf = (n: number): IdWords => ({ w0: 1, w1: 2, w2: 3, w3: n });

/** What every adapter of `QueueStore` must do. */
export function queueStoreSuite(name: string, make: () => Promise<QueueStoreUnderTest>): void {
  const it = (sentence: string, body: (on: QueueStoreUnderTest) => Promise<void>): void => {
    test(`${name}: ${sentence}`, async () => body(await make()));
  };
  const join = async ({ store, event }: QueueStoreUnderTest, n: number, changes: Partial<JoinPlace> = {}) => {
    const outcome = await store.join({ key: keyOf(n), eventId: event.eventId, ownerKind: 'label', owner: { ...keyOf(n), w0: 9 }, roles: [], keyNumber: 1, ...changes }, event);
    return outcome.kind === 'joined' ? outcome : assert.fail(outcome.kind);
  };
  const pass = async ({ store, clock }: QueueStoreUnderTest, ms: number, polling: readonly number[] = []): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 250) {
      clock.advance(250);
      for (const n of polling) await store.poll(keyOf(n));
      await store.tick();
    }
  };

  it('gives places in the order of joining, and the same place to the same owner', async (on) => {
    assert.deepEqual([(await join(on, 1)).reading.position, (await join(on, 2)).reading.position], [1, 2]);
    const again = await join(on, 3, { owner: { ...keyOf(1), w0: 9 } });
    assert.deepEqual([again.isNew, again.reading.key, again.reading.position], [false, keyOf(1), 1]);
    assert.equal(on.store.room(on.event.eventId)?.waiting, 2);
  });

  it('lets people in by ticks, never above the ceiling, and never by polls', async (on) => {
    const all = [1, 2, 3, 4, 5];
    for (const n of all) await join(on, n);
    for (let i = 0; i < 100; i++) await on.store.poll(keyOf(1));
    assert.equal(on.store.room(on.event.eventId)?.ready, 0);
    await pass(on, 3_000, all);
    assert.deepEqual(all.map((n) => on.store.read(keyOf(n))?.status), ['ready', 'ready', 'ready', 'waiting', 'waiting']);
  });

  it('grants a turn once, the same however often, and refuses who has none', async (on) => {
    await join(on, 1);
    assert.equal((await on.store.enter(keyOf(1))).kind, 'not_ready');
    await pass(on, 1_000, [1]);
    const [one, other] = [await on.store.enter(keyOf(1)), await on.store.enter(keyOf(1))];
    assert.ok(one.kind === 'granted' && other.kind === 'granted');
    assert.deepEqual([one.ttlMs, other.reading.tokenExpiresAtMs], [TOKEN_MS, one.reading.tokenExpiresAtMs]);
    assert.equal((await on.store.enter(keyOf(2))).kind, 'place_not_found');
  });

  it('a grant is live until it is spent, or its token has run out; its slot returns when its hold ends', async (on) => {
    await join(on, 1);
    await join(on, 2);
    await pass(on, 1_000, [1, 2]);
    await on.store.enter(keyOf(1));
    await on.store.enter(keyOf(2));
    const grant = on.store.grant(keyOf(1)) ?? assert.fail();
    assert.ok(grant.isLive());
    await on.decide((unit) => grant.spend(unit, RESERVATION));
    assert.deepEqual([grant.isLive(), on.store.room(on.event.eventId)?.holding], [false, 1]);
    await on.decide(on.store.holdEnded(RESERVATION));
    await on.decide(on.store.holdEnded(RESERVATION));
    assert.deepEqual([on.store.room(on.event.eventId)?.holding, on.store.read(keyOf(1))?.reason], [0, 'used']);
    on.clock.advance(TOKEN_MS);
    assert.deepEqual([on.store.grant(keyOf(2))?.isLive(), on.store.read(keyOf(2))?.reason], [false, 'token_ran_out']);
  });

  it('a turn that is not claimed in time goes to the next, and comes back after a poll', async (on) => {
    for (const n of [1, 2, 3, 4]) await join(on, n);
    await pass(on, CLAIM_MS + 1_500, [2, 3, 4]);
    assert.deepEqual([on.store.read(keyOf(1))?.status, on.store.read(keyOf(1))?.position], ['waiting', 1]);
  });

  it('leaving is for good, or until the next poll', async (on) => {
    for (const n of [1, 2]) await join(on, n);
    assert.equal(on.store.leaveSoftly(keyOf(1)).kind, 'left');
    assert.equal((await on.store.poll(keyOf(1)))?.status, 'waiting');
    await on.store.leave(keyOf(1));
    assert.deepEqual([(await on.store.poll(keyOf(1)))?.status, on.store.read(keyOf(2))?.position], ['left', 1]);
    assert.equal((await on.store.leave(keyOf(9))).kind, 'place_not_found');
  });

  it('says so when the sale is over, and takes nobody then', async (on) => {
    await join(on, 1);
    on.event.saleEndsAtMs = epochMs(on.clock.wallMs());
    await pass(on, 250);
    assert.deepEqual([on.store.read(keyOf(1))?.status, on.store.read(keyOf(1))?.reason], ['closed', 'sale_ended']);
    const late = await on.store.join({ key: keyOf(2), eventId: on.event.eventId, ownerKind: 'visitor', owner: keyOf(0), roles: [], keyNumber: 1 }, on.event);
    assert.equal(late.kind, 'sale_ended');
  });

  it('obeys an operator: nobody is let in while it is paused, and everybody hears of it', async (on) => {
    await join(on, 1);
    assert.equal((await on.store.control(on.event.eventId, { kind: 'pause' })).kind, 'controlled');
    await pass(on, 1_000, [1]);
    assert.deepEqual([on.store.read(keyOf(1))?.status, on.store.read(keyOf(1))?.reason], ['waiting', 'paused']);
    await on.store.control(on.event.eventId, { kind: 'resume' });
    await pass(on, 1_000, [1]);
    assert.equal(on.store.read(keyOf(1))?.status, 'ready');
  });
}
