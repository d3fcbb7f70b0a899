import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadOrCreateKeys } from '@traffic-tacos/gateway';
import { parseEvent } from '@traffic-tacos/inventory';
import { eventLoop, openJournal, type StagedRecord } from '@traffic-tacos/journal';
import { ManualTimeSource, SimDisk } from '@traffic-tacos/journal/testing';
import { DEFAULT_LIMITS, formatId, SeededRandom, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { createLogger } from '@traffic-tacos/kit';
import { testOptions } from '@traffic-tacos/platform/testing';
import { cancelReservation, confirmReservation, followFailure, followRefund, holdSeats, type Reservation, type ReservationStatus } from '@traffic-tacos/reservation';
import { announcementProblems, statesEntered } from '@traffic-tacos/reservation/testing';
import { createServices } from '../src/services.ts';
import { createPlatformTables } from '../src/tables.ts';

const TRACE = 'a'.repeat(32);
const HOLD_MS = 60_000;
const EVENT = {
  id: 'evt_1', name: 'One', currency: 'KRW', purchase_limit: 100, sections: [{ id: 'A', name: 'A', price: 1000, seat_ids: ['A-1', 'A-2'] }],
};

type World = Awaited<ReturnType<typeof open>>;

/** Every service over one journal, whose entries are looked at on their way. Nothing runs by itself. */
async function open() {
  const logger = createLogger({ service: 'test', level: 'silent', destination: 2 });
  const tables = createPlatformTables(DEFAULT_LIMITS);
  const time = new ManualTimeSource();
  const random = new SeededRandom(1);
  const disk = new SimDisk({ seed: 1 });
  const { journal, clock } = await openJournal({ disk, tables: tables.all, limits: DEFAULT_LIMITS, time, scheduler: eventLoop, random });
  const entries: (readonly StagedRecord[])[] = [];
  const append = journal.append.bind(journal);
  journal.append = (records) => {
    entries.push([...records]);
    append(records);
  };
  const ground = { tables, journal, disk, clock, random, keys: await makeKeys(), issuerUrl: 'http://gateway.test', onBroken: (cause: unknown) => assert.fail(String(cause)) };
  const options = testOptions('', { logger });
  const services = createServices(ground, { ...options, payment: { ...options.payment, failedPolicy: 'release' } }, logger);
  const parsed = parseEvent(EVENT, DEFAULT_LIMITS);
  assert.ok(parsed.kind === 'valid');
  await services.inventory.store.putEvent(parsed.event);
  return { ...services, context: services.reservation.context, tables, time, journal, entries };
}

async function makeKeys() {
  const dir = await mkdtemp(join(tmpdir(), 'tacos-entry-'));
  try {
    return await loadOrCreateKeys(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function hold({ context }: World, userId = 'alice'): Promise<ReservationId> {
  const command = { userId, traceId: TRACE, idempotencyKey: 'k', eventId: EVENT.id, seatIds: ['A-1'], quantity: 1, section: undefined, reservationToken: undefined };
  const outcome = await holdSeats(context, command);
  assert.ok(outcome.kind === 'created', outcome.kind);
  return outcome.reservation.id;
}

/** An intent of alice, hurried to its result. */
async function pay({ payment }: World, reservationId: ReservationId, scenario: 'APPROVE' | 'FAIL' | 'DELAY' = 'APPROVE'): Promise<PaymentIntentId> {
  const facts = { userId: 'alice', traceId: TRACE, idempotencyKey: `pay ${scenario}`, reservationId, amountMinor: 1000, currency: 'KRW' };
  const outcome = await payment.useCases.createIntent({ ...facts, scenario, method: undefined });
  assert.ok(outcome.kind === 'created', outcome.kind);
  if (scenario !== 'DELAY') await hurry({ payment }, outcome.intent.id);
  return outcome.intent.id;
}

const hurry = ({ payment }: Pick<World, 'payment'>, intentId: PaymentIntentId) =>
  payment.useCases.processIntent({ userId: 'alice', intentId, idempotencyKey: undefined });
const factsOf = (reservationId: ReservationId) => ({ reservationId, userId: 'alice', traceId: TRACE, idempotencyKey: undefined });
const expire = async ({ context }: World, id: ReservationId) => context.store.expire(id, TRACE, await context.seats.expire(id));

/** Every way that a reservation can go, with what is announced on it. */
const RUNS: Readonly<Record<string, (world: World) => Promise<unknown>>> = {
  'created confirmed refunded': async (world) => {
    const id = await hold(world);
    const paymentIntentId = await pay(world, id);
    await confirmReservation(world.context, { ...factsOf(id), paymentIntentId });
    await world.payment.useCases.refundIntent({ callerId: 'root', intentId: paymentIntentId, reason: 'requested', amountMinor: undefined, currency: undefined, idempotencyKey: undefined });
    return followRefund(world.context, { paymentIntentId, reservationId: id, traceId: TRACE });
  },
  'created cancelled': async (world) => cancelReservation(world.context, factsOf(await hold(world))),
  'created expired': async (world) => {
    const id = await hold(world);
    world.time.advance(HOLD_MS);
    return expire(world, id);
  },
  'created expired confirmed': async (world) => {
    const id = await hold(world);
    const paymentIntentId = await pay(world, id, 'DELAY');
    world.time.advance(HOLD_MS);
    await expire(world, id);
    return confirmReservation(world.context, { ...factsOf(id), paymentIntentId });
  },
  'created failed': async (world) => {
    const id = await hold(world);
    const paymentIntentId = await pay(world, id, 'FAIL');
    return followFailure(world.context, { paymentIntentId, reservationId: id, traceId: TRACE });
  },
};

for (const [states, run] of Object.entries(RUNS)) {
  test(`I2, I6: ${states}: reservation, hold and announcement of each change stand in one entry`, async () => {
    const world = await open();
    try {
      await run(world);
      assert.deepEqual(announcementProblems(world.entries, world.tables.reservation), []);
      assert.deepEqual(statesEntered(world.entries, world.tables.reservation), states.split(' ').map((state) => `reservation.${state}`));
      assert.deepEqual(holdProblems(world, world.entries), []);
      const withoutHolds = world.entries.map((entry) => entry.filter(({ table }) => table !== holdsOf(world)));
      assert.equal(holdProblems(world, withoutHolds).length, states.split(' ').length, 'each hold that is missing is noticed');
    } finally {
      await world.journal.close();
    }
  });
}

type HoldRecord = Parameters<World['tables']['inventory']['holds']['encode']>[0];

/** The numbers that the states of holds have on disk: held 1, committed 2, released 3, expired 4, returned 5. */
const STATE_OF_HOLD: Readonly<Record<ReservationStatus, number>> = { HOLD: 1, CONFIRMED: 2, CANCELLED: 3, EXPIRED: 4, FAILED: 3, REFUNDED: 5 };

const holdsOf = ({ tables }: World): unknown => tables.inventory.holds;

/** Changes of a reservation whose entry does not carry its hold in the state that goes with it. */
function holdProblems(world: World, entries: World['entries']): readonly string[] {
  return entries.flatMap((entry) => {
    const changed = entry.filter(({ table }) => table === (world.tables.reservation.reservations as unknown)).map(({ record }) => record as Reservation);
    const holds = entry.filter(({ table }) => table === holdsOf(world)).map(({ record }) => record as HoldRecord);
    return changed.flatMap(({ id, status }) => {
      const state = holds.find(({ key }) => formatId('rsv', key) === id)?.state;
      return state === STATE_OF_HOLD[status] ? [] : [`${status} beside a hold in state ${state ?? 'none'}`];
    });
  });
}
