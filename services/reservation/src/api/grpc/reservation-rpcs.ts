import { LONG_NAME_PREFIX, ReservationService } from '@traffic-tacos/contracts';
import type { Limits } from '@traffic-tacos/kernel';
import { grpcService, type GrpcService } from '@traffic-tacos/kit';
import type { ReservationContext } from '../../application/context.ts';
import { cancelReservationRpc } from './cancel-reservation.ts';
import { confirmReservationRpc } from './confirm-reservation.ts';
import { createReservationRpc } from './create-reservation.ts';
import { extendHoldRpc } from './extend-hold.ts';
import { getOrderRpc } from './get-order.ts';
import { getReservationRpc } from './get-reservation.ts';
import { listOrdersRpc } from './list-orders.ts';
import { listReservationsRpc } from './list-reservations.ts';

/** `reservation.v1.ReservationService`, under both of its names. */
export const reservationRpcs = (context: ReservationContext, limits: Limits): GrpcService =>
  grpcService({
    definition: ReservationService,
    aliases: [`${LONG_NAME_PREFIX}reservation.v1.ReservationService`],
    idempotency: { createReservation: 'required', confirmReservation: 'optional', cancelReservation: 'optional', extendHold: 'optional' },
    handlers: {
      createReservation: createReservationRpc(context, limits),
      getReservation: getReservationRpc(context, limits),
      confirmReservation: confirmReservationRpc(context, limits),
      cancelReservation: cancelReservationRpc(context, limits),
      listReservations: listReservationsRpc(context, limits),
      extendHold: extendHoldRpc(context, limits),
      getOrder: getOrderRpc(context, limits),
      listOrders: listOrdersRpc(context, limits),
    },
  });
