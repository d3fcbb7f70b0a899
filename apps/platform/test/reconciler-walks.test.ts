import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { createSystemTimeSource, eventLoop, openFileDisk, openJournal, Units } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, newId, SeededRandom } from '@traffic-tacos/kernel';
import { createLogger, createMetrics } from '@traffic-tacos/kit';
import { createPlatformTables, journalDir, startPlatform, type Breach, type Platform, type PlatformOptions } from '@traffic-tacos/platform';
import { BOX_OFFICE_EVENT, Stage, testOptions, until } from '@traffic-tacos/platform/testing';
import { openReconciler } from '../src/reconcile/open-reconciler.ts';
import { reconciledAtRest } from './support/reconciled-at-rest.ts';

const SILENT = createLogger({ service: 'test', level: 'silent', destination: 2 });
const MOST_TURNS = 10_000;

/** Wake-ups that come when the test says so. */
class Turns {
  #next: (() => void) | undefined;

  after = (_delayMs: number, run: () => void): (() => void) => {
    this.#next = run;
    return () => (this.#next = undefined);
  };

  /** Wakes whoever sleeps, and waits until somebody sleeps again. */
  async turn(): Promise<void> {
    const run = this.#next;
    this.#next = undefined;
    run?.();
    for (let i = 0; this.#next === undefined && i < MOST_TURNS; i++) await setImmediate();
    assert.ok(this.#next !== undefined, 'it sleeps again');
  }
}

/** A reconciler that walks beside a platform at rest, a turn at a time. */
async function walking({ reconcileFindings = DEFAULT_LIMITS.reconcileFindings, hasRests = false } = {}) {
  const stage = new Stage(await reconciledAtRest([BOX_OFFICE_EVENT]));
  const { tables, journal, units, clock, inventory, reservation, payment } = stage.on.services;
  const turns = new Turns();
  const outbox = { ageMs: 0 };
  let lookedAtClock = 0;
  const metrics = createMetrics({ processMetrics: false });
  const reconciler = openReconciler({
    tables, journal, units, clock, metrics, services: { inventory, reservation, payment }, monotonicMs: () => (hasRests ? ++lookedAtClock : clock.nowMs()), outboxAgeMs: () => outbox.ageMs, limits: { reconcileFindings }, timers: turns, logger: SILENT, failedPolicy: 'keep',
  });
  const breaches: Breach[] = [];
  reconciler.start({ breached: (breach) => breaches.push(breach), failed: (cause) => assert.fail(String(cause)) });
  const walks = async (): Promise<number> => Number(/reconcile_walk_seconds_count (\d+)/.exec(await metrics.text())?.[1]);
  return { stage, turns, breaches, walks, metrics, outbox, reconciler };
}

test('I3: whoever was to follow a payment may die: it is followed by the walk that never ends', async () => {
  const { stage, turns, metrics } = await walking();
  await turns.turn();
  const { id } = await stage.captured();
  await stage.on.advance(2_000);
  await turns.turn();
  assert.equal(stage.reservation(id).status, 'CONFIRMED');
  assert.match(await metrics.text(), /reconcile_differences_total\{kind="captured_without_order",outcome="healed"\} 1/);
});

test('what comes to its end by itself while a walk goes on is no difference, and nothing is put right', async () => {
  const { stage, turns, metrics, walks } = await walking({ hasRests: true });
  while (await walks() < 1) await turns.turn();
  const { id, intentId } = await stage.captured();
  for (let i = 0; i < 3; i++) await turns.turn();
  await stage.office.confirm('alice', id, intentId);
  await stage.on.advance(3_000);
  while (await walks() < 2) await turns.turn();
  assert.equal(stage.reservation(id).status, 'CONFIRMED');
  assert.doesNotMatch(await metrics.text(), /captured_without_order/);
});

test('at rest nothing is walked; a change, or an instant that nobody saw to, is looked at', async () => {
  const { stage, turns, walks } = await walking();
  await turns.turn();
  const atFirst = await walks();
  for (let i = 0; i < 5; i++) await turns.turn();
  assert.equal(await walks(), atFirst, 'nothing has changed, and nothing will end by itself');
  const { id } = await stage.office.hold('alice', 'A-1');
  await turns.turn();
  assert.equal(await walks(), atFirst + 1, 'something has changed');
  for (let i = 0; i < 5; i++) await turns.turn();
  assert.equal(await walks(), atFirst + 1);
  await stage.on.advance(62_000);
  await turns.turn();
  await turns.turn();
  assert.equal(stage.reservation(id).status, 'EXPIRED');
});

test('S15: changes that wait for the bus for half a minute are told of, and end nothing', async () => {
  const { turns, outbox, reconciler, breaches } = await walking();
  outbox.ageMs = 29_999;
  assert.deepEqual((await reconciler.run()).differences, []);
  outbox.ageMs = 30_000;
  assert.deepEqual((await reconciler.run()).differences.map(({ kind, outcome, detail }) => [kind, outcome, detail]), [['outbox_overdue', 'alarmed', '30 s behind the journal']]);
  await turns.turn();
  assert.deepEqual(breaches, []);
});

test('S15: what the relay has handed over by a second look is not told of', async () => {
  const { turns, outbox, metrics } = await walking();
  outbox.ageMs = 30_000;
  const turn = turns.turn();
  outbox.ageMs = 0;
  await turn;
  assert.doesNotMatch(await metrics.text(), /outbox_overdue/);
});

test('of more differences than reconcileFindings the first are healed, the rest is counted, and the next walk heals that', async () => {
  const { stage, reconciler } = await walking({ reconcileFindings: 2 });
  const seats = ['A-1', 'A-2', 'A-3'];
  for (const seatId of seats) await stage.on.inventory.store.release({ reservationId: (await stage.office.hold('alice', seatId)).id });
  const first = await reconciler.run();
  assert.deepEqual([first.differences.map(({ outcome }) => outcome), first.more], [['healed', 'healed'], 1]);
  const next = await reconciler.run();
  assert.deepEqual([next.differences.map(({ outcome }) => outcome), next.more], [['healed'], 0]);
});

test('a broken guarantee ends the process when it stands in two walks, one after the other, and not before', async () => {
  const { stage, turns, breaches } = await walking();
  await turns.turn();
  stage.on.tables.inventory.events.find('evt_box')?.section(0).add(0, 1);
  await stage.office.hold('alice', 'A-1');
  await turns.turn();
  assert.deepEqual(breaches, []);
  await turns.turn();
  assert.deepEqual(breaches.map(({ kind, invariant }) => `${kind} ${invariant}`), ['places_do_not_add_up I1']);
});

test('I4: a platform whose records contradict each other answers 503 and ends', () =>
  withHalfAnEntry({}, async (platform, failed) => {
    assert.match(String(await failed), /GuaranteeBroken: I4: rsv_\w+ has no hold/);
    assert.equal((await fetch(`${platform.addresses.gateway}/api/v1/events`)).status, 503);
    assert.equal((await fetch(`${platform.addresses.gateway}/healthz`)).status, 200);
  }));

test('BREACH_POLICY=alarm: it is told of, and the platform goes on', () =>
  withHalfAnEntry({ breachPolicy: 'alarm' }, async (platform, failed) => {
    const metrics = async (): Promise<string> => (await fetch(`${platform.addresses.payment}/actuator/prometheus`)).text();
    const text = await until(metrics, (found) => Number(/reconcile_walk_seconds_count (\d+)/.exec(found)?.[1] ?? 0) >= 3);
    assert.match(text, /reconcile_differences_total\{kind="reservation_without_hold",outcome="alarmed"\} 1/);
    assert.equal((await fetch(`${platform.addresses.gateway}/api/v1/events`)).status, 200);
    assert.equal(await Promise.race([failed, Promise.resolve('goes on')]), 'goes on');
  }));

async function withHalfAnEntry(options: Partial<PlatformOptions>, body: (platform: Platform, failed: Promise<Error>) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tacos-broken-'));
  try {
    await writeHalfAnEntry(dataDir);
    const { promise: failed, resolve } = Promise.withResolvers<Error>();
    const platform = await startPlatform(testOptions(dataDir, { logger: SILENT, onFailed: resolve, ...options }));
    try {
      await body(platform, failed);
    } finally {
      await platform.stop(5_000);
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** A reservation without its hold, as only a bug could leave one. */
async function writeHalfAnEntry(dataDir: string): Promise<void> {
  const stage = new Stage(await reconciledAtRest([BOX_OFFICE_EVENT]));
  const like = await stage.office.hold('alice', 'A-1');
  const tables = createPlatformTables(DEFAULT_LIMITS);
  const random = new SeededRandom(3);
  const disk = openFileDisk(journalDir(dataDir));
  const { journal, clock } = await openJournal({ disk, tables: tables.all, limits: DEFAULT_LIMITS, time: createSystemTimeSource(), scheduler: eventLoop, random });
  const id = newId('rsv', clock.nowMs(), 0, random);
  await new Units(journal, 5).run((unit) => unit.write(tables.reservation.reservations, { ...like, id, status: 'CANCELLED', updatedAtMs: clock.nowMs() }));
  await journal.close();
}
