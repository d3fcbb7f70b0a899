import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteReader, ByteWriter } from '@traffic-tacos/journal';
import { amountMinor, count, DEFAULT_LIMITS, epochMs, newId, SeededRandom, type CurrencyCode } from '@traffic-tacos/kernel';
import { createReservationTables } from '@traffic-tacos/reservation';
import { begin, enter, naming } from '../src/domain/change.ts';

const NOW = epochMs(1_700_000_000_000);
const PAYMENT = newId('pay', NOW, 0, new SeededRandom(5));
const held = begin(`rsv_${'0'.repeat(25)}A`, 'alice', {
  eventId: 'evt_1', section: 'A', seatIds: ['A-1'], quantity: count(1), totalMinor: amountMinor(1_000), currency: 'KRW' as CurrencyCode, heldAtMs: NOW, expiresAtMs: epochMs(NOW + 60_000),
});
const named = naming(held, PAYMENT, NOW);

function recovered(...records: readonly (typeof held)[]) {
  const { reservations } = createReservationTables({ ...DEFAULT_LIMITS, reservationRows: 100, orderRows: 100 });
  for (const record of records) {
    const writer = new ByteWriter();
    reservations.encode(record, writer);
    reservations.restore(reservations.decode(1, new ByteReader(writer.bytes())));
  }
  reservations.rebuild();
  return reservations;
}

test('I4: a reservation that names its payment names it after a recovery too, and is found there', () => {
  assert.deepEqual(recovered(held, named).committing(), [named]);
  assert.deepEqual(recovered(held).committing(), []);
});

test('one that was confirmed, or failed, is not found; a failed one names no payment', () => {
  const confirmed = enter(named, 'CONFIRMED', NOW, { paymentIntentId: PAYMENT });
  const failed = enter(named, 'FAILED', NOW, { failure: 'SEATS_GONE' });
  assert.deepEqual(recovered(held, named, confirmed).committing(), []);
  const table = recovered(held, named, failed);
  assert.deepEqual([table.committing(), table.read(held.id)?.paymentIntentId], [[], undefined]);
});
