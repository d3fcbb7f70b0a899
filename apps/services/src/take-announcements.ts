import type { Announcements } from '@traffic-tacos/gateway';
import type { Units } from '@traffic-tacos/journal';
import type { QueueService } from '@traffic-tacos/queue';
import { ADMISSION_SPENT } from '@traffic-tacos/reservation';

/**
 * What follows in the gateway's process from announcements of reservations: the waiting rooms learn which tokens were spent and which holds have ended, each in an
 * entry that finds by the place's own state whether it came before, and whoever follows a reservation is told.
 */
export const takeAnnouncements = (queue: Pick<QueueService, 'tokenSpent' | 'holdEnded'>, units: Units, changed: (id: string) => void): Announcements => ({
  take: async (announced) => {
    for (const { type, reservationId, tokenId } of announced) {
      units.decideNow(type === ADMISSION_SPENT ? queue.tokenSpent(tokenId, reservationId) : queue.holdEnded(reservationId));
    }
    await units.durable();
    for (const { reservationId } of announced) changed(reservationId);
  },
});
