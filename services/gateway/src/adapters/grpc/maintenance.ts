import { MaintenanceService } from '@traffic-tacos/contracts';
import { CancelHoldsRequest, ExpireHoldsRequest } from '@traffic-tacos/contracts/proto/reservation/v1/maintenance';
import { createUnaryClient, type GrpcChannel } from '@traffic-tacos/kit';
import type { Catalogue } from '../../ports/catalogue.ts';
import type { Maintenance } from '../../ports/maintenance.ts';
import { responseOf } from './upstream-refusals.ts';

export interface GrpcMaintenanceParts {
  /** To the reservation service. It asks for outcomes as statuses, and is patient: each call ends some dozens of holds. */
  readonly channel: GrpcChannel;
  /** Knows which events there are. */
  readonly catalogue: Pick<Catalogue, 'read'>;
  /** Of this process's own journal. */
  readonly snapshot: Maintenance['snapshot'];
}

/** What operators may have the reservation service in another process do, piece by piece. */
export function grpcMaintenance({ channel, catalogue, snapshot }: GrpcMaintenanceParts): Maintenance {
  const client = createUnaryClient(channel, MaintenanceService, { idempotent: ['expireHolds', 'cancelHolds'] });
  return {
    snapshot,
    expireHolds: async () => {
      let ended = 0;
      for (let hasMore = true; hasMore; ) {
        const { expired, more } = responseOf(await client.expireHolds(ExpireHoldsRequest.create()));
        ended += expired;
        hasMore = more;
      }
      return ended;
    },
    cancelHolds: async (eventId, traceId) => {
      if ((await catalogue.read(eventId)) === undefined) return undefined;
      const ended = { cancelled: 0, left: 0 };
      for (let cursor = 0; cursor !== -1; ) {
        const { cancelled, left, nextCursor } = responseOf(await client.cancelHolds(CancelHoldsRequest.create({ eventId, cursor }), { traceId }));
        ended.cancelled += cancelled;
        ended.left += left;
        cursor = nextCursor;
      }
      return ended;
    },
  };
}
