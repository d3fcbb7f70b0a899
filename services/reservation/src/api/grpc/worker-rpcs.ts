import { LONG_NAME_PREFIX, WorkerService } from '@traffic-tacos/contracts';
import { grpcService, type GrpcService } from '@traffic-tacos/kit';
import type { ReservationContext } from '../../application/context.ts';
import { processPaymentResultRpc } from './process-payment-result.ts';

/**
 * Of `reservation.v1.WorkerService`, what a payment service in another process needs: it delivers its results here, where there is no queue
 * between the two.
 */
export const workerRpcs = (context: ReservationContext): GrpcService =>
  grpcService({
    definition: WorkerService,
    aliases: [`${LONG_NAME_PREFIX}reservation.v1.WorkerService`],
    handlers: { processPaymentResult: processPaymentResultRpc(context) },
  });
