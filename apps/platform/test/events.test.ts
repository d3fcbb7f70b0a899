import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JournalRelay, RelayPosition } from '@traffic-tacos/journal';
import type { BusEvent, ReservationId } from '@traffic-tacos/kernel';
import { PaymentEvents } from '@traffic-tacos/payment';
import { cancelReservation, ReservationEvents } from '@traffic-tacos/reservation';
import { BUS_RULES, rulesFor } from '@traffic-tacos/worker';
import { createRelay } from '../src/relay.ts';
import { runByWorker, TRACE, type Run } from './support/run-by-worker.ts';

/** Every kind of event at least once: made, confirmed, refunded, cancelled, expired, failed; approved, refused, given back. */
async function everyKind({ hold, pay, pass, refund, context }: Run): Promise<readonly ReservationId[]> {
  const bought = await hold('alice', 'A-1');
  const intentId = await pay(bought);
  await pass(1_000);
  await refund(intentId);
  await pass(1_000);
  const cancelled = await hold('bob', 'A-1');
  await cancelReservation(context, { reservationId: cancelled, userId: 'bob', traceId: TRACE, idempotencyKey: undefined });
  const expired = await hold('carol', 'A-1');
  await pass(62_000);
  const failed = await hold('alice', 'A-2');
  await pay(failed, 'FAIL');
  await pass(1_000);
  return [bought, cancelled, expired, failed];
}

/** Relays the whole journal once more, to somebody who wants all of it. */
async function relayAll(run: Run): Promise<readonly BusEvent[]> {
  const events: BusEvent[] = [];
  const position = Object.assign(Object.create(run.tables.relayPosition), { isNext: () => true, apply: () => undefined, after: (next: number): RelayPosition => ({ version: 1, next }) });
  Object.defineProperty(position, 'next', { value: undefined });
  const all: JournalRelay = createRelay({
    ...run, tables: { relayPosition: position }, metrics: undefined, units: { run: () => Promise.resolve() } as never,
    sources: [new ReservationEvents(), new PaymentEvents()],
    publisher: { wants: () => true, publish: (batch) => (events.push(...batch), Promise.resolve([])) },
    machine: { clock: run.clock, wakeUps: { at: (_atMs, wake) => (setImmediate(wake), () => undefined) } },
    logger: { warn: () => undefined } as never,
  });
  all.start();
  await run.settle();
  await all.stop();
  return events;
}

test('I6: every event of every kind is relayed once, in its envelope, and one rule covers it', async () => {
  const run = await runByWorker({ failedPolicy: 'release' });
  const [bought = '', cancelled = ''] = await everyKind(run);
  const events = await relayAll(run);
  await run.stop();
  const types = new Set(events.map(({ detail }) => detail.type));
  assert.deepEqual([...types].sort(), BUS_RULES.flatMap((rule) => rule.types).sort());
  assert.equal(new Set(events.map(({ detail }) => detail.id)).size, events.length, 'each has an id of its own');
  for (const event of events) {
    const { detail } = event;
    assert.equal(rulesFor(event).length, 1, detail.id);
    assert.equal(detail.id, `${String(event.source === 'payment.service' ? detail['payment_intent_id'] : detail['reservation_id'])}.${detail.sequence}`);
    assert.match(detail.occurred_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.match(detail.trace_id, /^[0-9a-f]{32}$/);
    assert.equal(detail.version, 1);
    assert.ok(Object.keys(detail).every((name) => /^[a-z]+(_[a-z]+)*$/.test(name)), Object.keys(detail).join());
  }
  const sequences = events.filter(({ source, detail }) => source === 'reservation.service' && detail['reservation_id'] === bought).map(({ detail }) => [detail.sequence, detail.type]);
  assert.deepEqual(sequences, [[1, 'reservation.created'], [2, 'reservation.confirmed'], [3, 'reservation.refunded']]);
  const ended = events.find(({ detail }) => detail.type === 'reservation.cancelled');
  assert.deepEqual({ ...ended, detail: { ...ended?.detail, occurred_at: '', hold_expires_at: '' } }, {
    source: 'reservation.service', detailType: 'Reservation Status Changed',
    detail: {
      id: `${cancelled}.2`, type: 'reservation.cancelled', version: 1, sequence: 2, occurred_at: '', trace_id: TRACE, status: 'CANCELLED', reservation_id: cancelled, event_id: 'evt_1',
      user_id: 'bob', qty: 1, seat_ids: ['A-1'], hold_expires_at: '', amount: 1000, currency: 'KRW',
    },
  });
});
