import { LONG_NAME_PREFIX, WorkerService } from '@traffic-tacos/contracts';
import { grpcService, type GrpcService } from '@traffic-tacos/kit';
import type { ReservationContext } from '../../application/context.ts';
import { processCompensationRpc } from './process-compensation.ts';
import { processPaymentResultRpc } from './process-payment-result.ts';
import { processReservationExpiryRpc } from './process-reservation-expiry.ts';

/** Of `reservation.v1.WorkerService`, what a worker in another process has done here: the calls that have an effect on reservations. */
export const workerRpcs = (context: ReservationContext): GrpcService =>
  grpcService({
    definition: WorkerService,
    aliases: [`${LONG_NAME_PREFIX}reservation.v1.WorkerService`],
    handlers: {
      processReservationExpiry: processReservationExpiryRpc(context),
      processPaymentResult: processPaymentResultRpc(context),
      processCompensation: processCompensationRpc(context),
    },
  });
