import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInventory, createInventoryMemory, parseEvent } from '@traffic-tacos/inventory';
import { Units } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, durationMs, ManualClock, newId, SeededRandom } from '@traffic-tacos/kernel';
import { RecordedEntries, seatHolderSuite, type SeatHolderUnderTest } from '@traffic-tacos/reservation/testing';
import { directSeatHolder } from '../src/direct/seat-holder.ts';

const EVENT = {
  id: 'evt_suite', name: 'Suite', currency: 'KRW', purchase_limit: 100,
  sections: [{ id: 'A', name: 'A', price: 1000, seat_ids: ['A-1', 'A-2', 'A-3', 'A-4'] }],
};

async function open(): Promise<SeatHolderUnderTest> {
  const clock = new ManualClock();
  const limits = { ...DEFAULT_LIMITS, holdRows: 1_000 };
  const units = new Units(new RecordedEntries(), 5);
  const memory = createInventoryMemory(limits);
  const inventory = createInventory({ memory, units, clock, journal: { subscribe: () => () => undefined }, limits, holdMs: 60_000, extensionMaxMs: 60_000 });
  const parsed = parseEvent(EVENT, limits);
  if (parsed.kind === 'valid') await inventory.store.putEvent(parsed.event);
  return { seats: directSeatHolder(inventory.decide, clock), clock, eventId: EVENT.id, run: (step) => units.run(step) };
}

seatHolderSuite('directSeatHolder', open);

test('directSeatHolder: a wake-up within the process ends the hold itself, from its instant on and once, and says which it was', async () => {
  const { seats, clock, run, eventId } = await open();
  const id = newId('rsv', clock.nowMs(), 0, new SeededRandom(1));
  const expire = async (reservation: typeof id): Promise<string> => (await run(await seats.expire(reservation))).kind;
  const held = await seats.hold({
    reservationId: id, eventId, userId: 'alice', seatIds: ['A-1'], quantity: 1, section: undefined, holdForMs: durationMs(60_000), expiresAtUpperBoundMs: undefined,
    admission: 'none',
  });
  assert.equal((await run(held)).kind, 'held');
  clock.advance(59_999);
  assert.equal(await expire(id), 'not_due');
  clock.advance(1);
  assert.deepEqual([await expire(id), await expire(id)], ['expired', 'ended']);
  assert.equal(await expire(newId('rsv', clock.nowMs(), 0, new SeededRandom(2))), 'hold_not_found');
});
