import { epochMs } from '@traffic-tacos/kernel';
import type { QueueTokens } from '@traffic-tacos/queue';
import type { Admission, TokenUses } from '@traffic-tacos/reservation';

/** The reservation service's way to tokens of waiting rooms in another process: their key verifies them, and its own journal knows which were spent. */
export const tokenAdmission = (tokens: QueueTokens, uses: TokenUses): Admission => ({
  check: (reservationToken, eventId, userId) => {
    const claims = tokens.readReservationToken(reservationToken, eventId, userId);
    return Promise.resolve(claims === undefined ? undefined : uses.grant(claims.key, epochMs(claims.expiresAtMs)));
  },
});

/** Without the key of the waiting rooms nobody can have been admitted by one: an event that demands it refuses everybody. */
export const nobodyAdmitted: Admission = { check: () => Promise.resolve(undefined) };
