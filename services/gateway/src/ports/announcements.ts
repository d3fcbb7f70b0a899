import type { ReservationId } from '@traffic-tacos/kernel';

/** What another service tells of. */
export interface Announced {
  /** `reservation.confirmed` and the other types of the bus, or `admission.spent`. */
  readonly type: string;
  readonly reservationId: ReservationId;
  /** Of `admission.spent`: the id that the token begins with. */
  readonly tokenId: string;
}

/** Who has what follows from announcements of services in other processes. */
export interface Announcements {
  /** Resolves when what follows is durable. What came before has no effect again. May reject with `Unavailable`: then all are told again. */
  take(announced: readonly Announced[]): Promise<void>;
}
