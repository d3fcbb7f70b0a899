import { LONG_NAME_PREFIX, WorkerService } from '@traffic-tacos/contracts';
import type { Clock } from '@traffic-tacos/kernel';
import { grpcService, type GrpcService, type Health } from '@traffic-tacos/kit';
import type { Effects } from '../../ports/effects.ts';
import type { MessageQueue } from '../../ports/message-queue.ts';
import type { WorkerBehind } from './do-work.ts';
import { getJobStatusRpc } from './get-job-status.ts';
import { healthCheckRpc } from './health-check.ts';
import { processCompensationRpc } from './process-compensation.ts';
import { processPaymentResultRpc } from './process-payment-result.ts';
import { processReservationExpiryRpc } from './process-reservation-expiry.ts';

export interface WorkerRpcsDeps extends WorkerBehind {
  readonly effects: Effects;
  readonly queue: MessageQueue;
  readonly clock: Clock;
  readonly health: Pick<Health, 'isReady' | 'isRefusing'>;
}

/** `reservation.v1.WorkerService`, under both of its names. */
export const workerRpcs = ({ effects, queue, clock, health, ...behind }: WorkerRpcsDeps): GrpcService =>
  grpcService({
    definition: WorkerService,
    aliases: [`${LONG_NAME_PREFIX}reservation.v1.WorkerService`],
    handlers: {
      processReservationExpiry: processReservationExpiryRpc(behind, effects, clock),
      processPaymentResult: processPaymentResultRpc(behind, effects, clock),
      processCompensation: processCompensationRpc(behind, effects, clock),
      healthCheck: healthCheckRpc(behind.figures, queue, health),
      getJobStatus: getJobStatusRpc(behind.figures, queue, clock),
    },
  });
