import { timestampOf, type RequestOf, type ResponseOf, type WorkerService } from '@traffic-tacos/contracts';
import { WorkerStatus } from '@traffic-tacos/contracts/proto/reservation/v1/worker';
import { refuse, type Health, type UnaryHandler } from '@traffic-tacos/kit';
import type { Figures } from '../../application/figures.ts';
import type { MessageQueue } from '../../ports/message-queue.ts';

type Rpc = typeof WorkerService.healthCheck;

/** There is one worker in a process, and this is its name. */
export const WORKER_ID = 'worker';

/** Whether this worker works, and how much it has done since it started. */
export const healthCheckRpc =
  (figures: Figures, queue: Pick<MessageQueue, 'depth'>, health: Pick<Health, 'isReady' | 'isRefusing'>): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  ({ workerInstanceId }) => {
    if (workerInstanceId !== '' && workerInstanceId !== WORKER_ID) return refuse('NOT_FOUND');
    return {
      status: statusOf(health),
      processedEventsCount: figures.processed,
      failedEventsCount: figures.failed,
      lastProcessedAt: figures.lastAtMs === undefined ? undefined : timestampOf(figures.lastAtMs),
      queueDepth: queue.depth,
      startedAt: timestampOf(figures.startedAtMs),
      error: undefined,
    };
  };

function statusOf({ isReady, isRefusing }: Pick<Health, 'isReady' | 'isRefusing'>): WorkerStatus {
  if (isRefusing) return WorkerStatus.WORKER_STATUS_UNHEALTHY;
  return isReady ? WorkerStatus.WORKER_STATUS_HEALTHY : WorkerStatus.WORKER_STATUS_DEGRADED;
}
