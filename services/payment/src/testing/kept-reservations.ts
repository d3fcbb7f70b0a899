import { amountMinor, invariant, isCurrencyCode, type CurrencyCode, type ReservationId } from '@traffic-tacos/kernel';
import type { ReservationToPay } from '../domain/judge-reservation.ts';
import type { ReservationFacts, ReservationReading } from '../ports/reservation-facts.ts';

/** Reservations that a test has put down: stands for the reservation service behind its port. */
export class KeptReservations implements ReservationFacts {
  readonly #kept = new Map<ReservationId, ReservationToPay>();
  /** Runs when a reading is about to be used, so that a test can change a reservation in between. */
  beforeUse: (() => void) | undefined;

  put(id: ReservationId, reservation: ReservationToPay): void {
    this.#kept.set(id, reservation);
  }

  async read(id: ReservationId): Promise<ReservationReading> {
    const reservation = this.#kept.get(id);
    if (reservation === undefined) return { kind: 'not_found' };
    const isCurrent = (): boolean => {
      this.beforeUse?.();
      return this.#kept.get(id) === reservation;
    };
    return { kind: 'found', reservation, isCurrent };
  }
}

/** A held reservation of 240,000 won of the event `evt_2025_1001`, with what the test wants otherwise. */
export function heldReservation(userId: string, otherwise: Partial<ReservationToPay> = {}): ReservationToPay {
  return { userId, eventId: 'evt_2025_1001', status: 'HOLD', totalMinor: amountMinor(240_000), currency: currencyCode('KRW'), ...otherwise };
}

/** The text as a currency; one that is none is a mistake of the test. */
export function currencyCode(text: string): CurrencyCode {
  invariant(isCurrencyCode(text), `${text} is no currency code`);
  return text;
}
