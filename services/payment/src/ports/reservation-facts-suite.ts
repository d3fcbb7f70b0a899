import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ReservationId } from '@traffic-tacos/kernel';
import type { ReservationStatus, ReservationToPay } from '../domain/judge-reservation.ts';
import type { ReservationFacts } from './reservation-facts.ts';

/** A reader, and a way to bring reservations into being behind it. */
export interface ReservationFactsUnderTest {
  readonly facts: ReservationFacts;
  /** A reservation that is in the state now, with what the reader must say of it. */
  make(status: ReservationStatus): Promise<{ readonly id: ReservationId; readonly expected: ReservationToPay }>;
  /** Cancels a reservation that is held. */
  cancel(id: ReservationId): Promise<void>;
  /** An id that was never given. */
  unknownId(): ReservationId;
}

/** What every `ReservationFacts` must do. `statuses` are those that the adapter's surroundings can bring about. */
export function reservationFactsSuite(adapter: string, open: () => Promise<ReservationFactsUnderTest>, statuses: readonly ReservationStatus[]): void {
  describe(`${adapter} as a reader of reservations to pay`, () => {
    for (const status of statuses) {
      it(`reads a reservation that is ${status}`, async () => {
        const { facts, make } = await open();
        const { id, expected } = await make(status);
        const reading = await facts.read(id);
        assert.deepEqual(reading.kind === 'found' ? reading.reservation : reading, { ...expected, status });
      });
    }

    it('says not_found of an id that was never given', async () => {
      const { facts, unknownId } = await open();
      assert.deepEqual(await facts.read(unknownId()), { kind: 'not_found' });
    });

    it('reads what is true after a change; an earlier reading that can tell says that it is out of date', async () => {
      const { facts, make, cancel } = await open();
      const { id } = await make('HOLD');
      const before = await facts.read(id);
      if (before.kind === 'found' && before.isCurrent !== undefined) assert.equal(before.isCurrent(), true);
      await cancel(id);
      if (before.kind === 'found' && before.isCurrent !== undefined) assert.equal(before.isCurrent(), false);
      const after = await facts.read(id);
      assert.equal(after.kind === 'found' ? after.reservation.status : after.kind, 'CANCELLED');
    });
  });
}
