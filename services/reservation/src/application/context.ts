import type { Clock, DurationMs, Random } from '@traffic-tacos/kernel';
import type { Admission } from '../ports/admission.ts';
import type { ReservationMeters } from '../ports/meters.ts';
import type { Payments } from '../ports/payments.ts';
import type { ReservationStore } from '../ports/reservation-store.ts';
import type { SeatHolder } from '../ports/seat-holder.ts';
import type { TicketSigner } from '../ports/ticket-signer.ts';

/** What the use cases of this service need. */
export interface ReservationContext {
  readonly store: ReservationStore;
  readonly seats: SeatHolder;
  readonly payments: Payments;
  readonly admission: Admission;
  readonly clock: Clock;
  readonly random: Random;
  readonly meters: ReservationMeters;
  /** Signs ticket codes; where there is none, they have the earlier form, which nobody can verify offline. */
  readonly tickets?: TicketSigner | undefined;
  readonly settings: ReservationSettings;
}

export interface ReservationSettings {
  /** How long seats are held. 60 s unless set. */
  readonly holdMs: DurationMs;
  /** The longest extension of a hold. 60 s unless set. */
  readonly extensionMaxMs: DurationMs;
  /** Whether a failed payment leaves the hold as it is, for another try, or ends it at once. */
  readonly failedPaymentPolicy: 'keep' | 'release';
}

/** What every use case is told of its request. */
export interface RequestFacts {
  /** The signed-in user; undefined for a service that acts for whoever owns the reservation. */
  readonly userId: string | undefined;
  readonly traceId: string;
  readonly idempotencyKey: string | undefined;
}
