import { InventoryService, LONG_NAME_PREFIX } from '@traffic-tacos/contracts';
import { grpcService, type GrpcService } from '@traffic-tacos/kit';
import { checkAvailability } from './check-availability.ts';
import { commitReservation } from './commit-reservation.ts';
import { extendHold } from './extend-hold.ts';
import { getHold } from './get-hold.ts';
import { getInventoryStatus } from './get-inventory-status.ts';
import { getSeatMap } from './get-seat-map.ts';
import { listEvents } from './list-events.ts';
import { moveSale } from './move-sale.ts';
import { putEvent } from './put-event.ts';
import { releaseHold } from './release-hold.ts';
import { reserveSeat } from './reserve-seat.ts';
import { returnSeats } from './return-seats.ts';
import type { RpcDependencies } from './rpc-dependencies.ts';

/** `reservation.v1.InventoryService`, under its long name too. Who may call what is said by contracts/authz.tsv. */
export function inventoryRpcs(deps: RpcDependencies): GrpcService {
  return grpcService({
    definition: InventoryService,
    aliases: [`${LONG_NAME_PREFIX}reservation.v1.InventoryService`],
    handlers: {
      checkAvailability: checkAvailability(deps),
      reserveSeat: reserveSeat(deps),
      commitReservation: commitReservation(deps),
      releaseHold: releaseHold(deps),
      getInventoryStatus: getInventoryStatus(deps),
      extendHold: extendHold(deps),
      returnSeats: returnSeats(deps),
      getSeatMap: getSeatMap(deps),
      listEvents: listEvents(deps),
      putEvent: putEvent(deps),
      getHold: getHold(deps),
      moveSale: moveSale(deps),
    },
    idempotency: { reserveSeat: 'required', commitReservation: 'optional', releaseHold: 'optional', extendHold: 'optional', returnSeats: 'optional' },
  });
}
