import { AnnouncementService, timestampOf } from '@traffic-tacos/contracts';
import { Announcement, DeliverAnnouncementsRequest } from '@traffic-tacos/contracts/proto/gateway/v1/announcement';
import type { Publisher } from '@traffic-tacos/journal';
import { Unavailable, type BusEvent } from '@traffic-tacos/kernel';
import { createUnaryClient, type GrpcChannel } from '@traffic-tacos/kit';

/** The gateway does not take what is announced, such as for this service's credential: somebody has to mend that, and then it is told again. */
class NotTaken extends Unavailable {
  override readonly name = 'NotTaken';
}

/** Nobody follows a reservation before it is made, and whether a token was spent for it is told by itself. */
const UNWANTED = 'reservation.created';

/** Tells the gateway in another process what has happened to reservations. It takes all of what it is told at once, or nothing. */
export function tellGateway(channel: GrpcChannel): Publisher {
  const client = createUnaryClient(channel, AnnouncementService, { idempotent: ['deliverAnnouncements'] });
  return {
    wants: (type) => type !== UNWANTED,
    publish: async (events) => {
      const answer = await client.deliverAnnouncements(DeliverAnnouncementsRequest.create({ announcements: events.map(announcementOf) }));
      if (answer.kind === 'refused') throw new NotTaken(`the gateway refused announcements: ${answer.refusal.status} ${answer.refusal.message}`);
      return [];
    },
  };
}

const announcementOf = ({ detail }: BusEvent): Announcement =>
  Announcement.create({
    id: detail.id, type: detail.type, reservationId: textOf(detail['reservation_id']), tokenId: textOf(detail['token_id']), occurredAt: timestampOf(Date.parse(detail.occurred_at)), traceId: detail.trace_id,
  });

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
