import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { HoldRecordService, IntentRecordService } from '@traffic-tacos/contracts';
import { ListIntentsRequest, ReadIntentsRequest } from '@traffic-tacos/contracts/proto/payment/v1/reconcile';
import { ListHoldsRequest, ReadHoldsRequest } from '@traffic-tacos/contracts/proto/reservation/v1/reconcile';
import { createUnaryClient } from '@traffic-tacos/kit';
import { BOX_OFFICE_EVENT, Stage, until, type ReconciledLayout } from '@traffic-tacos/platform/testing';
import { createLookDesk } from '../src/reconcile/look-desk.ts';
import { layoutOf } from './support/reconciled-apart.ts';
import type { Scheduler } from '@traffic-tacos/reservation';
import { wireServices, type WiringOptions } from './support/wired-services.ts';

const AT_ONCE: Scheduler = {
  after: (_, run) => {
    void setImmediate().then(run);
    return () => undefined;
  },
};

/** Sleeps of a reconciler that end when the test says so. */
class Sleepers {
  #next: (() => void) | undefined;
  #lastMs: number | undefined;

  after = (ms: number, run: () => void): (() => void) => {
    this.#next = run;
    this.#lastMs = ms;
    return () => (this.#next = undefined);
  };

  /** Waits until somebody sleeps; answers for how long they mean to. */
  async asleep(): Promise<number> {
    await until(() => setImmediate(this.#next), (next) => next !== undefined);
    return this.#lastMs ?? 0;
  }

  wake(): void {
    const run = this.#next;
    this.#next = undefined;
    run?.();
  }
}

async function withStage(body: (stage: Stage<ReconciledLayout>, on: Awaited<ReturnType<typeof wireServices>>) => Promise<void>, options: Partial<WiringOptions> = {}): Promise<void> {
  const on = await wireServices({ events: [BOX_OFFICE_EVENT], ...options });
  try {
    await body(new Stage(layoutOf(on)), on);
  } finally {
    await on.close();
  }
}

test('what is under way between two services is no difference: it counts when it is found again six seconds later, both records read anew', async () => {
  const sleepers = new Sleepers();
  await withStage(async (stage, { reconciler }) => {
    const { id, intentId } = await stage.captured();
    await stage.on.inventory.store.commit({ reservationId: id });
    await stage.on.advance(2_500);
    const looking = reconciler.run();
    assert.equal(await sleepers.asleep(), 6_000);
    assert.equal(stage.reservation(id).status, 'HOLD', 'nothing is healed at the first look');
    assert.equal(await stage.office.confirm('alice', id, intentId), 'confirmed');
    sleepers.wake();
    assert.deepEqual((await looking).differences, []);
  }, { looks: sleepers });
});

test('a commit that somebody carries through is waited for, and nobody is told that a person has to look', () =>
  withStage(async (stage, { reconciler }) => {
    const { id, intentId } = await stage.paying();
    assert.ok(await stage.on.reservation.context.store.nameIntent(id, intentId));
    await stage.on.inventory.store.commit({ reservationId: id });
    await stage.on.advance(2_500);
    assert.deepEqual((await reconciler.run()).differences.map(({ kind, outcome }) => [kind, outcome]), [['sold_without_order', 'waiting']]);
  }));

test('I5: a release whose answer was lost and that nobody asked for again is no difference once the reservation has ended by its instant', () =>
  withStage(async (stage, { reconciler }) => {
    const { context } = stage.on.reservation;
    const { id } = await stage.office.hold('alice', 'A-1');
    await stage.on.inventory.store.release({ reservationId: id });
    await stage.on.advance(60_000);
    await context.store.expire(id, 'a'.repeat(32), await context.seats.expire(id));
    assert.deepEqual([stage.reservation(id).status, (await reconciler.run()).differences], ['EXPIRED', []]);
  }));

for (const [why, port] of [['is away', undefined], ['is of a version that does not know the question', 'reservation']] as const) {
  test(`a payment service that ${why} is named, and what it does not have is compared and healed all the same`, () =>
    withStage(async (stage, { reconciler }) => {
      const { id } = await stage.office.hold('alice', 'A-1');
      await stage.on.inventory.store.release({ reservationId: id });
      const { unreached, differences } = await reconciler.run();
      assert.deepEqual([unreached, differences.map(({ kind, outcome }) => [kind, outcome])], [['payment'], [['hold_released_under_reservation', 'healed']]]);
      assert.equal(stage.reservation(id).status, 'FAILED');
    }, { toRecords: (owner, ports) => (owner === 'payment' ? { address: `127.0.0.1:${port === undefined ? 1 : ports[port]}` } : {}) }));
}

test('an inventory that is away is named, and a hold that was not seen is no reservation without one', () =>
  withStage(async (stage, { reconciler }) => {
    await stage.ordered();
    const { unreached, differences, counted } = await reconciler.run();
    assert.deepEqual([unreached, differences, counted.intents, counted.orders], [['inventory'], [], 1, 1]);
  }, { toRecords: (owner) => (owner === 'inventory' ? { address: '127.0.0.1:1' } : {}) }));

test('S15: changes of the payment service that wait to be handed over for half a minute are told of', async () => {
  const outbox = { ageMs: 29_999 };
  await withStage(async (_, { reconciler }) => {
    assert.deepEqual((await reconciler.run()).differences, []);
    outbox.ageMs = 30_000;
    assert.deepEqual((await reconciler.run()).differences.map(({ kind, subject, outcome }) => [kind, subject, outcome]), [['outbox_overdue', 'outbox', 'alarmed'], ['outbox_overdue', 'outbox of payment', 'alarmed']]);
  }, { outboxAgeMs: () => outbox.ageMs });
});

test('a look goes through all records in pages of reconcilePage, however many there are', () =>
  withStage(async (stage, { reconciler }) => {
    const held: string[] = [];
    for (let seat = 1; seat <= 5; seat++) held.push((await stage.office.hold('alice', `A-${seat}`)).id);
    for (const reservationId of held) await stage.on.inventory.store.release({ reservationId });
    const { counted, differences } = await reconciler.run();
    assert.deepEqual([counted.reservations, differences.length], [5, 5]);
    assert.deepEqual(held.map((id) => stage.reservation(id).status), Array(5).fill('FAILED'));
  }, { limits: { reconcilePage: 2 } }));

test('nobody is answered more records than reconcilePage at one time, and no cursor that was not told', () =>
  withStage(async (stage, { channel }) => {
    const { id, intentId } = await stage.paying();
    const holds = createUnaryClient(channel('inventory'), HoldRecordService, { idempotent: [] });
    const intents = createUnaryClient(channel('payment'), IntentRecordService, { idempotent: [] });
    const readHolds = (number: number) => holds.readHolds(ReadHoldsRequest.create({ reservationIds: Array<string>(number).fill(id) }));
    const readIntents = (number: number) => intents.readIntents(ReadIntentsRequest.create({ paymentIntentIds: Array<string>(number).fill(intentId) }));
    assert.deepEqual([(await readHolds(2)).kind, (await readIntents(2)).kind], ['answered', 'answered']);
    const refused = [await readHolds(3), await readIntents(3), await holds.listHolds(ListHoldsRequest.create({ cursor: -1 })), await intents.listIntents(ListIntentsRequest.create({ cursor: -1 }))];
    assert.deepEqual(refused.map((answer) => (answer.kind === 'refused' ? answer.refusal.status : answer.kind)), Array(4).fill('INVALID_ARGUMENT'));
  }, { limits: { reconcilePage: 2 } }));

test('a look that takes longer than a call waits for is asked for again by its number, and its report is kept until the next', async () => {
  const sleepers = new Sleepers();
  await withStage(async (stage, { reconciler, ground }) => {
    const desk = createLookDesk(reconciler, { clock: ground.clock, timers: AT_ONCE });
    const { id } = await stage.office.hold('alice', 'A-1');
    await stage.on.inventory.store.release({ reservationId: id });
    const first = await desk.ask(0);
    assert.equal(first.report, undefined);
    assert.equal((await desk.ask(0)).look, first.look, 'whoever comes meanwhile joins it');
    await sleepers.asleep();
    sleepers.wake();
    const { report } = await until(() => desk.ask(first.look), (answer) => answer.report !== undefined);
    assert.deepEqual(report?.differences.map(({ kind, means, outcome }) => [kind, means, outcome]), [['hold_released_under_reservation', 'A live reservation has a hold that was released.', 'healed']]);
    assert.equal((await desk.ask(first.look)).report, report, 'an answer that was lost is told again');
    assert.ok((await desk.ask(0)).look > first.look, 'and whoever begins gets a look of their own');
  }, { looks: sleepers });
});

test('I2: what the reservation service contradicts itself in ends it when it stands in two looks; what another process tells otherwise does not', async () => {
  const sleepers = new Sleepers();
  await withStage(async (stage, { reconciler }) => {
    const [{ id }, like] = [await stage.office.hold('alice', 'A-1'), await stage.office.hold('bob', 'A-2')];
    await stage.on.inventory.store.commit({ reservationId: id });
    await stage.writeReservation(id, { status: 'CONFIRMED' });
    const { units, tables } = stage.on;
    await units.reservation.run((unit) => unit.write(tables.reservation.reservations, { ...like, id: stage.newReservationId(), version: 1 }));
    const breached: string[] = [];
    const alarmed: string[] = [];
    reconciler.start({ breached: ({ kind }) => breached.push(kind), settled: ({ kind }) => alarmed.push(kind), failed: (cause) => assert.fail(String(cause)) });
    const turn = async (): Promise<number> => {
      await sleepers.asleep();
      sleepers.wake();
      return alarmed.length;
    };
    await until(turn, (told) => told >= 6);
    assert.deepEqual([new Set(alarmed), new Set(breached)], [new Set(['reservation_without_hold', 'reservation_and_order_disagree']), new Set(['reservation_and_order_disagree'])]);
    assert.equal(breached.length, alarmed.length / 2 - 1, 'not in the first');
  }, { looks: sleepers });
});

test('I3: whoever was to follow a payment may die: it is followed by the look that never ends; at rest there is none', async () => {
  const sleepers = new Sleepers();
  await withStage(async (stage, { reconciler }) => {
    const slept: number[] = [];
    const turn = async (): Promise<void> => {
      slept.push(await sleepers.asleep());
      sleepers.wake();
    };
    const isFollowed = async (id: string): Promise<boolean> => {
      await turn();
      return stage.reservation(id).status === 'CONFIRMED';
    };
    reconciler.start({ breached: ({ kind }) => assert.fail(kind), failed: (cause) => assert.fail(String(cause)) });
    const { id } = await stage.captured();
    await stage.on.advance(2_500);
    await until(() => isFollowed(id), (followed) => followed);
    assert.ok(slept.includes(6_000), slept.join());
    await until(async () => {
      await turn();
      return slept.slice(-3).every((ms) => ms === 2_000);
    }, (isAtRest) => isAtRest);
  }, { looks: sleepers });
});
