import type { EventId, UserId } from '@traffic-tacos/kernel';

/** Whether the waiting room has let somebody in. Whether that is demanded is the event's to say. */
export interface Admission {
  /** `granted` for a reservation token of this event and user that is signed, unspent and not run out; `none` for any other. */
  check(reservationToken: string | undefined, eventId: EventId, userId: UserId): Promise<'granted' | 'none'>;
}
