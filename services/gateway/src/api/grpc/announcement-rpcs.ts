import { AnnouncementService, LONG_NAME_PREFIX, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { parseId, type ReservationId } from '@traffic-tacos/kernel';
import { grpcService, invalidRequest, type Detail, type GrpcService, type UnaryHandler } from '@traffic-tacos/kit';
import type { Announcements } from '../../ports/announcements.ts';

type Rpc = typeof AnnouncementService.deliverAnnouncements;
type Announcement = RequestOf<Rpc>['announcements'][number];

/** Announcements that one call may bring: the relay hands over no more at one time. */
const MOST = 256;

/** `gateway.v1.AnnouncementService`, under both of its names. */
export const announcementRpcs = (announcements: Announcements): GrpcService =>
  grpcService({
    definition: AnnouncementService,
    aliases: [`${LONG_NAME_PREFIX}gateway.v1.AnnouncementService`],
    handlers: { deliverAnnouncements: deliverRpc(announcements) },
  });

const deliverRpc = (to: Announcements): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> => async ({ announcements }) => {
  const tooMany = announcements.length > MOST ? { field: 'announcements', reason: `must be at most ${MOST}` } : undefined;
  const invalid = invalidRequest(tooMany, ...announcements.slice(0, MOST).map(problemOf));
  if (invalid !== undefined) return invalid;
  await to.take(announcements.map(({ type, reservationId, tokenId }) => ({ type, reservationId: reservationId as ReservationId, tokenId })));
  return { taken: announcements.length };
};

function problemOf({ reservationId, type, tokenId }: Announcement): Detail | undefined {
  if (parseId('rsv', reservationId) === undefined) return { field: 'announcements', reason: 'each must name a reservation' };
  const demandsToken = type === 'admission.spent';
  return demandsToken && parseId('rtk', tokenId) === undefined ? { field: 'announcements', reason: 'admission.spent must name a token' } : undefined;
}
