import { storedHold } from '@traffic-tacos/inventory';
import { parseId, type Clock, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { intentAt, type Intent } from '@traffic-tacos/payment';
import type { KnownIntent, KnownRecords } from '../audit/known.ts';
import type { PlatformTables } from '../tables.ts';

/** The records of services whose tables are all in this process, as they stand in this very turn. */
export const recordsInMemory = ({ inventory, reservation, payment }: Pick<PlatformTables, 'inventory' | 'reservation' | 'payment'>, clock: Pick<Clock, 'nowMs'>): KnownRecords => ({
  hold: (reservationId) => {
    const key = parseId('rsv', reservationId);
    const record = key === undefined ? undefined : inventory.holds.find(key);
    return record === undefined ? undefined : storedHold(inventory, record);
  },
  reservation: (id) => reservation.reservations.read(id as ReservationId),
  hasReservation: (id) => reservation.reservations.knows(id as ReservationId),
  order: (id) => reservation.orders.read(id),
  intent: (id) => {
    const recorded = payment.intents.find(id as PaymentIntentId);
    return recorded === undefined ? undefined : knownIntent(recorded, clock.nowMs());
  },
});

/** What it is by now follows from what is written. */
export const knownIntent = (recorded: Intent, nowMs: ReturnType<Clock['nowMs']>): KnownIntent => ({ now: intentAt(recorded, nowMs), recorded: recorded.status });
