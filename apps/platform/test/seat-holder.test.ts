import { createInventory, createInventoryMemory, parseEvent } from '@traffic-tacos/inventory';
import { Units } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, ManualClock } from '@traffic-tacos/kernel';
import { RecordedEntries, seatHolderSuite } from '@traffic-tacos/reservation/testing';
import { directSeatHolder } from '../src/direct/seat-holder.ts';

const EVENT = {
  id: 'evt_suite', name: 'Suite', currency: 'KRW', purchase_limit: 100,
  sections: [{ id: 'A', name: 'A', price: 1000, seat_ids: ['A-1', 'A-2', 'A-3', 'A-4'] }],
};

seatHolderSuite('directSeatHolder', async () => {
  const clock = new ManualClock();
  const limits = { ...DEFAULT_LIMITS, holdRows: 1_000 };
  const units = new Units(new RecordedEntries(), 5);
  const memory = createInventoryMemory(limits);
  const inventory = createInventory({ memory, units, clock, journal: { subscribe: () => () => undefined }, limits, holdMs: 60_000, extensionMaxMs: 60_000 });
  const parsed = parseEvent(EVENT, limits);
  if (parsed.kind === 'valid') await inventory.store.putEvent(parsed.event);
  return { seats: directSeatHolder(inventory.decide, clock), clock, eventId: EVENT.id, run: (step) => units.run(step) };
});
