import { LONG_NAME_PREFIX, MaintenanceService, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { grpcService, invalidRequest, requiredText, type GrpcService, type UnaryHandler } from '@traffic-tacos/kit';
import { cancelEventHolds, type ReservationScan } from '../../application/cancel-event-holds.ts';
import type { ReservationContext } from '../../application/context.ts';
import { expireDue } from '../../application/expire-due.ts';

/** As much as fits into a call's deadline: each hold is given back by a call to the inventory. */
const PIECE = { mostRows: 16_384, mostHolds: 64 } as const;
const EVENT_ID_CHARS = 255;

type Handler<Rpc> = UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>>;

/** `reservation.v1.MaintenanceService`, under both of its names. */
export const maintenanceRpcs = (context: ReservationContext, scan: ReservationScan): GrpcService =>
  grpcService({
    definition: MaintenanceService,
    aliases: [`${LONG_NAME_PREFIX}reservation.v1.MaintenanceService`],
    handlers: { expireHolds: expireHoldsRpc(context), cancelHolds: cancelHoldsRpc(context, scan) },
  });

const expireHoldsRpc = (context: ReservationContext): Handler<typeof MaintenanceService.expireHolds> => async ({ atMost }) => {
  const invalid = invalidRequest(atMost >= 0 ? undefined : { field: 'at_most', reason: 'must be 0, or from 1 on' });
  if (invalid !== undefined) return invalid;
  const { expired, more } = await expireDue(context, atMost === 0 ? PIECE.mostHolds : Math.min(atMost, PIECE.mostHolds));
  return { expired, more };
};

const cancelHoldsRpc = (context: ReservationContext, scan: ReservationScan): Handler<typeof MaintenanceService.cancelHolds> => async ({ eventId, cursor }, { traceId }) => {
  const invalid = invalidRequest(
    requiredText('event_id', eventId, EVENT_ID_CHARS),
    Number.isSafeInteger(cursor) && cursor >= 0 ? undefined : { field: 'cursor', reason: 'must be 0, or what the last answer has told' },
  );
  return invalid ?? cancelEventHolds(context, scan, { eventId, cursor, traceId, ...PIECE });
};
