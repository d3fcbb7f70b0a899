import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Units } from '@traffic-tacos/journal';
import { amountMinor, Contended, DEFAULT_LIMITS, durationMs, ManualClock, newId, SeededRandom, Unavailable, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { confirmReservation, createReservation, createReservationTables, holdSeats, RefundsAfterwards, type IntentFacts, type Payments, type SeatHolder } from '@traffic-tacos/reservation';
import { MemorySeats, RecordedEntries } from '@traffic-tacos/reservation/testing';
import { followRefund } from '../src/application/follow-payment.ts';
import { askedWhenReached } from '../src/ports/not-asked.ts';
import { askedSeats } from './asked-seats.ts';
import { ManualTimers } from './manual-timers.ts';

const MINUTE = durationMs(60_000);
const TRACE = 'a'.repeat(32);
const LIMITS = { ...DEFAULT_LIMITS, holdRows: 100, reservationRows: 100, orderRows: 100 };
const OBSERVE = { onExpiry: () => undefined, onFailure: (cause: unknown) => assert.fail(String(cause)) };

class NoAnswer extends Unavailable {
  override readonly name = 'NoAnswer';
}

/** A reservation service whose seats and payments are in other processes, which answer as the test says. */
class World {
  readonly clock = new ManualClock();
  readonly timers = new ManualTimers(this.clock);
  readonly intents = new Map<PaymentIntentId, IntentFacts>();
  readonly tables = createReservationTables(LIMITS);
  readonly memory = new MemorySeats(this.clock, ['A-1', 'A-2']);
  readonly seats: SeatHolder;
  readonly #random = new SeededRandom(7);
  readonly #paymentIds = new SeededRandom(8);
  areRefundsAnswered = true;
  service: ReturnType<typeof createReservation>;

  constructor(around: (seats: SeatHolder) => SeatHolder = (seats) => seats) {
    this.seats = around(askedSeats(this.memory));
    this.service = this.restarted();
  }

  /** The service of another process over the same records, which knows nothing but those. */
  restarted(): ReturnType<typeof createReservation> {
    const refunds = new RefundsAfterwards(({ intentId }) => this.#giveBack(intentId), this.timers, (cause) => assert.fail(String(cause)));
    const payments: Payments = {
      read: (id) => {
        const facts = this.intents.get(id);
        return Promise.resolve(() => (facts !== undefined && refunds.isUnderWay(id) ? { ...facts, isGoingBack: true } : facts));
      },
      findCaptured: () => Promise.resolve(undefined),
      refund: (unit, intentId, reason) => refunds.note(unit, { intentId, reason }),
    };
    return createReservation({
      tables: this.tables, units: new Units(new RecordedEntries(), 5), seats: this.seats, payments, refundsAfterwards: refunds, admission: { check: () => Promise.resolve(undefined) },
      machine: { clock: this.clock, random: this.#random, scheduler: this.timers },
      settings: { holdMs: MINUTE, extensionMaxMs: MINUTE, failedPaymentPolicy: 'keep', limits: LIMITS },
    });
  }

  async held(userId: string): Promise<ReservationId> {
    const wish = { userId, traceId: TRACE, idempotencyKey: userId, eventId: this.memory.eventId, seatIds: ['A-1'], quantity: 1, section: undefined, reservationToken: undefined };
    const outcome = await holdSeats(this.service.context, wish);
    return outcome.kind === 'created' ? outcome.reservation.id : assert.fail(outcome.kind);
  }

  captured(reservationId: ReservationId): PaymentIntentId {
    const id = newId('pay', this.clock.nowMs(), 0, this.#paymentIds);
    this.intents.set(id, { id, reservationId, userId: 'alice', isCaptured: true, isRefunded: false, isFailed: false, amountMinor: amountMinor(1_000), currency: 'KRW' });
    return id;
  }

  goBack(id: PaymentIntentId): void {
    this.intents.set(id, { ...(this.intents.get(id) ?? assert.fail()), isCaptured: false, isRefunded: true });
  }

  async confirm(reservationId: ReservationId, paymentIntentId: PaymentIntentId): Promise<string> {
    return (await confirmReservation(this.service.context, { reservationId, paymentIntentId, userId: 'alice', traceId: TRACE, idempotencyKey: undefined })).kind;
  }

  followRefund(reservationId: ReservationId, paymentIntentId: PaymentIntentId): ReturnType<typeof followRefund> {
    return followRefund(this.service.context, { reservationId, paymentIntentId, traceId: TRACE });
  }

  /** The hold of `userId` is over, and somebody else has the seat. */
  async overAndTaken(): Promise<ReservationId> {
    this.clock.advance(MINUTE);
    return this.held('bob');
  }

  async release(reservationId: ReservationId): Promise<void> {
    const release = await this.memory.release(reservationId);
    assert.equal((await new Units(new RecordedEntries(), 5).run(release)).kind, 'released');
  }

  status(id: ReservationId): string | undefined {
    return this.tables.reservations.read(id)?.status;
  }

  #giveBack(intentId: PaymentIntentId): Promise<void> {
    if (!this.areRefundsAnswered) return Promise.reject(new NoAnswer('no answer'));
    this.goBack(intentId);
    return Promise.resolve();
  }
}

test('I3: a payment that goes back between its reading and its naming sells nothing: what the commit takes is returned at once', async () => {
  const on = new World();
  const id = await on.held('alice');
  const pay = on.captured(id);
  const { context } = on.service;
  let isFirst = true;
  const read: Payments['read'] = async (intentId) => {
    const step = await context.payments.read(intentId);
    if (isFirst) {
      isFirst = false;
      on.goBack(pay);
      assert.equal((await on.followRefund(id, pay)).kind, 'nothing_to_do');
    }
    return step;
  };
  const outcome = await confirmReservation({ ...context, payments: { ...context.payments, read } }, { reservationId: id, paymentIntentId: pay, userId: 'alice', traceId: TRACE, idempotencyKey: undefined });
  assert.deepEqual(outcome, { kind: 'reservation_expired', refunding: false });
  assert.equal(on.status(id), 'FAILED');
  await on.held('bob');
  assert.equal(await on.confirm(id, pay), 'reservation_expired');
});

test('I3: the refund of a payment that is named waits for the commit, and a restart carries both through', async () => {
  const on = new World();
  const id = await on.held('alice');
  const pay = on.captured(id);
  assert.ok(await on.service.context.store.nameIntent(id, pay));
  on.goBack(pay);
  await assert.rejects(on.followRefund(id, pay), Contended);
  on.service = on.restarted();
  on.service.start(OBSERVE);
  await on.timers.pass(10);
  await on.service.stop();
  assert.equal(on.status(id), 'FAILED');
  assert.equal((await on.followRefund(id, pay)).kind, 'nothing_to_do');
  await on.held('bob');
});

test('I3: what a crash has left sold and returned, or sold alone, ends without an order when the commit is repeated', async () => {
  for (const isReturned of [false, true]) {
    const on = new World();
    const id = await on.held('alice');
    const pay = on.captured(id);
    assert.ok(await on.service.context.store.nameIntent(id, pay));
    const units = new Units(new RecordedEntries(), 5);
    const orderId = id.replace('rsv_', 'ord_') as `ord_${string}`;
    assert.equal((await units.run(await on.memory.commit(id, orderId, { reacquire: true }))).kind, 'committed');
    if (isReturned) await units.run(await on.memory.return(orderId));
    on.goBack(pay);
    assert.equal(await on.confirm(id, pay), 'reservation_expired');
    assert.deepEqual([on.status(id), on.tables.orders.read(orderId)], ['FAILED', undefined]);
    await on.held('bob');
  }
});

test('I3: a payment whose refund is not answered yet buys nothing, though the seats are free again; another one does', async () => {
  const on = new World();
  const id = await on.held('alice');
  const pay = on.captured(id);
  on.areRefundsAnswered = false;
  const other = await on.overAndTaken();
  assert.equal(await on.confirm(id, pay), 'reservation_expired');
  await on.release(other);
  assert.equal(await on.confirm(id, pay), 'reservation_expired');
  on.service = on.restarted();
  assert.equal(await on.confirm(id, pay), 'reservation_expired', 'the row itself remembers');
  assert.deepEqual([on.status(id), on.intents.get(pay)?.isRefunded], ['FAILED', false]);
  assert.equal(await on.confirm(id, on.captured(id)), 'confirmed');
  on.areRefundsAnswered = true;
  await on.timers.pass(1_000);
  assert.deepEqual([on.status(id), on.intents.get(pay)?.isRefunded], ['CONFIRMED', true]);
});

test('I3: a refund that is under way is remembered beside the one that the reservation names', async () => {
  const on = new World();
  const id = await on.held('alice');
  const [first, second] = [on.captured(id), on.captured(id)];
  on.areRefundsAnswered = false;
  const other = await on.overAndTaken();
  assert.equal(await on.confirm(id, first), 'reservation_expired');
  assert.equal(await on.confirm(id, second), 'reservation_expired');
  await on.release(other);
  for (const pay of [first, second]) assert.equal(await on.confirm(id, pay), 'reservation_expired');
  on.areRefundsAnswered = true;
  await on.timers.pass(1_000);
  assert.deepEqual([first, second].map((pay) => on.intents.get(pay)?.isRefunded), [true, true]);
  assert.equal(on.status(id), 'FAILED');
});

test('I2: one commit of a reservation is asked after the other, so that no seat is sold for a row that has just failed', async () => {
  const gate = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  let commits = 0;
  const on = new World((seats) => ({
    ...seats,
    commit: async (id, orderId, options) => {
      const step = await on.memory.commit(id, orderId, options);
      return askedWhenReached(async () => {
        commits++;
        const answer = await new Units(new RecordedEntries(), 5).run(step);
        asked.resolve();
        await gate.promise;
        return answer;
      });
    },
  }));
  const id = await on.held('alice');
  const pay = on.captured(id);
  const other = await on.overAndTaken();
  const first = on.confirm(id, pay);
  await asked.promise;
  await on.release(other);
  const second = on.confirm(id, pay);
  gate.resolve();
  assert.deepEqual(await Promise.all([first, second]), ['reservation_expired', 'reservation_expired']);
  assert.deepEqual([on.status(id), commits], ['FAILED', 1]);
  await on.held('carol');
});
