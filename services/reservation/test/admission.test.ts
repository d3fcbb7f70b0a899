import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TallyTable } from '@traffic-tacos/journal/testing';
import { holdSeats, type Admission, type CreateCommand, type ReservationContext, type SeatHolder } from '@traffic-tacos/reservation';
import { reservationWorld, TRACE } from './reservation-world.ts';

const EVENT = 'evt_memory';
const command = (seat: string, key?: string): CreateCommand => ({
  userId: 'alice', traceId: TRACE, idempotencyKey: key, eventId: EVENT, seatIds: [seat], quantity: 1, section: undefined, reservationToken: 'a token',
});

/** A world whose event demands admission, and one token that is kept as a tally: 1 once it is spent. */
function admittedWorld() {
  const { context, sink, seats } = reservationWorld();
  const tokens = new TallyTable(99);
  const admission: Admission = {
    check: () =>
      Promise.resolve({
        isLive: () => tokens.get(1) === undefined,
        spend: (unit) => unit.write(tokens, { key: 1, version: 1, amount: 1, remark: '' }),
      }),
  };
  const demanding: SeatHolder = {
    hold: async (wanted) => {
      const hold = await seats.hold(wanted);
      return (unit) => (wanted.admission === 'granted' ? hold(unit) : { kind: 'not_admitted' });
    },
    commit: (...wanted) => seats.commit(...wanted),
    release: (id) => seats.release(id),
    expire: (id) => seats.expire(id),
    extend: (...wanted) => seats.extend(...wanted),
    return: (id) => seats.return(id),
  };
  return { context: { ...context, admission, seats: demanding }, sink, tokens };
}

const tablesOf = (entry: readonly { readonly table: { readonly recordType: number } }[] | undefined): readonly number[] => (entry ?? []).map(({ table }) => table.recordType);

test('I8: a token is spent in the entry of its reservation, and of two requests at once the second finds it spent', async () => {
  const { context, sink } = admittedWorld();
  const outcomes = await Promise.all([holdSeats(context, command('A-1')), holdSeats(context, command('A-2'))]);
  assert.deepEqual(outcomes.map(({ kind }) => kind), ['created', 'not_admitted']);
  const [entry, ...others] = sink.entries.filter((each) => tablesOf(each).includes(99));
  assert.ok(tablesOf(entry).includes(10), 'the reservation stands in the same entry');
  assert.equal(others.length, 0);
});

test('no refusal spends a token, and the repetition of a key gets its reservation without one', async () => {
  const { context, tokens } = admittedWorld();
  assert.equal((await holdSeats(context, command('Z-9'))).kind, 'seat_not_found');
  assert.equal(tokens.size, 0);
  assert.equal((await holdSeats(context, command('A-1', 'k1'))).kind, 'created');
  assert.equal((await holdSeats(context, command('A-1', 'k1'))).kind, 'replayed');
  assert.equal(tokens.size, 1);
});

test('a token of another event or user admits nobody', async () => {
  const { context } = admittedWorld();
  const foreign: ReservationContext = { ...context, admission: { check: () => Promise.resolve(undefined) } };
  assert.equal((await holdSeats(foreign, command('A-1'))).kind, 'not_admitted');
  assert.equal((await holdSeats(context, { ...command('A-1'), reservationToken: undefined })).kind, 'not_admitted');
});
