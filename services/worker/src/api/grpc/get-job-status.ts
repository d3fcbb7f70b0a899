import { timestampOf, type RequestOf, type ResponseOf, type WorkerService } from '@traffic-tacos/contracts';
import { JobInstanceStatus, type JobInstance } from '@traffic-tacos/contracts/proto/reservation/v1/worker';
import type { Clock } from '@traffic-tacos/kernel';
import { refuse, type UnaryHandler } from '@traffic-tacos/kit';
import type { Figures, TypeFigures } from '../../application/figures.ts';
import type { MessageQueue } from '../../ports/message-queue.ts';
import { WORKER_ID } from './health-check.ts';

type Rpc = typeof WorkerService.getJobStatus;

/** What the worker is at: one job for each type of message that has come. */
export const getJobStatusRpc =
  (figures: Figures, queue: Pick<MessageQueue, 'depth'>, clock: Clock): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  ({ jobId, eventType }) => {
    const jobs = figures.types.filter(({ type }) => (jobId === '' || jobOf(type) === jobId) && (eventType === '' || type === eventType));
    if (jobId !== '' && jobs.length === 0) return refuse('NOT_FOUND');
    const sum = (of: (figures: TypeFigures) => number): number => jobs.reduce((total, job) => total + of(job), 0);
    return {
      jobs: jobs.map(instanceOf),
      metrics: {
        totalActiveJobs: jobs.filter(({ underWay }) => underWay > 0).length,
        // Of every type, whichever was asked for: what waits is read when its turn comes.
        totalEventsPending: queue.depth - figures.messagesUnderWay,
        totalEventsProcessing: sum(({ underWay }) => underWay),
        totalEventsCompleted: sum(({ processed }) => processed),
        totalEventsFailed: sum(({ failed }) => failed),
        averageProcessingTimeMs: figures.averageMs,
        lastUpdated: timestampOf(clock.nowMs()),
      },
      error: undefined,
    };
  };

const jobOf = (type: string): string => `${WORKER_ID}:${type}`;

/** A job is never over: more of its messages may come. */
const instanceOf = ({ type, underWay, processed, failed, firstAtMs }: TypeFigures): JobInstance => ({
  jobId: jobOf(type),
  workerId: WORKER_ID,
  status: underWay > 0 ? JobInstanceStatus.JOB_INSTANCE_STATUS_RUNNING : JobInstanceStatus.JOB_INSTANCE_STATUS_PENDING,
  startedAt: timestampOf(firstAtMs),
  completedAt: undefined,
  eventsProcessed: processed,
  eventsFailed: failed,
});
