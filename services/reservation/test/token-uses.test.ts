import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteReader, ByteWriter, type FoundEvents } from '@traffic-tacos/journal';
import { epochMs, formatId, type BusEvent, type IdWords, type ReservationId } from '@traffic-tacos/kernel';
import { createTokenUses, holdSeats, TokenUseEvents, type Grant, type ReservationContext, type SeatHolder } from '@traffic-tacos/reservation';
import { Units } from '@traffic-tacos/journal';
import { reservationWorld, TRACE } from './reservation-world.ts';

const KEY: IdWords = { w0: 1, w1: 2, w2: 3, w3: 4 };
const RESERVATION: ReservationId = `rsv_${'1'.repeat(26)}`;

function usesWorld() {
  const { clock, sink, tables } = reservationWorld();
  const units = new Units(sink, 5);
  return { clock, sink, tables, units, uses: createTokenUses(tables.tokenUses, units, clock), endsAtMs: epochMs(clock.nowMs() + 300_000) };
}

test('I8: a token is live until it is spent, made worthless, or over; what was spent is not made worthless', async () => {
  const { clock, units, uses, endsAtMs } = usesWorld();
  const grant = uses.grant(KEY, endsAtMs);
  assert.ok(grant.isLive());
  await units.run((unit) => grant.spend(unit, RESERVATION));
  assert.deepEqual([grant.isLive(), await uses.void(KEY, endsAtMs)], [false, 'spent']);
  const other = { ...KEY, w3: 5 };
  assert.deepEqual([await uses.void(other, endsAtMs), await uses.void(other, endsAtMs), uses.grant(other, endsAtMs).isLive()], ['voided', 'voided', false]);
  const third = uses.grant({ ...KEY, w3: 6 }, endsAtMs);
  clock.set(endsAtMs - 1);
  assert.ok(third.isLive());
  clock.set(endsAtMs);
  assert.ok(!third.isLive());
});

test('I8: a token that the waiting rooms were told of as not spent stays worthless, also where the clock is set back', () => {
  const { uses, endsAtMs } = usesWorld();
  const grant = uses.grant(KEY, endsAtMs);
  uses.settle(epochMs(endsAtMs - 1));
  assert.ok(grant.isLive());
  uses.settle(endsAtMs);
  assert.ok(!grant.isLive());
});

test('I6: the journal announces a token that was spent, under an id that a repetition keeps, and none that was made worthless', async () => {
  const { sink, tables, units, uses, endsAtMs } = usesWorld();
  await uses.void({ ...KEY, w3: 5 }, endsAtMs);
  await units.run((unit) => uses.grant(KEY, endsAtMs).spend(unit, RESERVATION));
  const events: BusEvent[] = [];
  let passed = 0;
  const found: FoundEvents = { wants: () => true, add: (event) => void events.push(event), pass: () => void passed++ };
  for (const { record } of sink.entries.flat()) {
    const writer = new ByteWriter();
    tables.tokenUses.encode(record as Parameters<typeof tables.tokenUses.encode>[0], writer);
    const bytes = Buffer.from(writer.bytes());
    new TokenUseEvents().read(14, 1, new ByteReader(bytes), 0, bytes.length, found);
  }
  assert.equal(passed, 1);
  assert.deepEqual(events.map(({ detail }) => [detail.id, detail.type, detail['reservation_id']]), [[`${formatId('rtk', KEY)}.1`, 'admission.spent', RESERVATION]]);
});

test('I8: a token that was used while the seats were asked for makes no reservation, and its seats are free again', async () => {
  const { context, seats } = reservationWorld();
  const asked: Grant = { isLive: () => false, spend: () => assert.fail('it is over') };
  const elsewhere: SeatHolder = {
    ...context.seats,
    hold: async (wanted) => {
      const hold = await seats.hold(wanted);
      return (unit) => ({ ...hold(unit), demandsAdmission: true });
    },
    release: (id) => seats.release(id),
  };
  const late: ReservationContext = { ...context, seats: elsewhere, admission: { check: () => Promise.resolve(asked) } };
  const command = { userId: 'alice', traceId: TRACE, idempotencyKey: undefined, eventId: 'evt_memory', seatIds: ['A-1'], quantity: 1, section: undefined, reservationToken: 'a token' };
  assert.equal((await holdSeats(late, command)).kind, 'not_admitted');
  assert.equal((await holdSeats(context, { ...command, userId: 'bob', reservationToken: undefined })).kind, 'created');
});
