import type { PaymentIntentId, ReservationId } from '@traffic-tacos/kernel';

/** Who tells of changes as they become durable, so that nobody has to ask again and again. */
export interface Changes {
  /**
   * Calls `changed` after each change of this reservation or payment that is on disk. A call is a hint: it says neither what has changed nor that
   * anything has, several changes may be told once, and what the clock alone changes is not told. Answers the way to end it.
   */
  watch(id: ReservationId | PaymentIntentId, changed: () => void): () => void;
}
