import type { EventId, UserId } from '@traffic-tacos/kernel';
import type { Grant } from '../ports/queue-store.ts';
import type { QueueContext } from './context.ts';

/** What a reservation token grants this user for this event; undefined for one that is forged or foreign. Whether it is spent or run out, the grant says when it is decided on. */
export function checkAdmission({ store, tokens }: Pick<QueueContext, 'store' | 'tokens'>, reservationToken: string, eventId: EventId, userId: UserId): Grant | undefined {
  const claims = tokens.readReservationToken(reservationToken, eventId, userId);
  return claims === undefined ? undefined : store.grant(claims.key);
}
