import type { Units } from '@traffic-tacos/journal';
import type { Clock, Limits, Random, WakeUps } from '@traffic-tacos/kernel';
import { createMetrics, WorkLane, type GrpcService, type Health, type Logger, type Metrics, type Route } from '@traffic-tacos/kit';
import { EmbeddedBus } from './adapters/embedded/embedded-bus.ts';
import { EmbeddedMessageQueue } from './adapters/embedded/message-queue.ts';
import type { WorkerTables } from './adapters/embedded/tables.ts';
import { workerRpcs } from './api/grpc/worker-rpcs.ts';
import { listDeadLettersRoute, replayDeadLetterRoute, showDeadLetterRoute } from './api/rest/dead-letters.ts';
import { takeMessageRoute } from './api/rest/messages.ts';
import { readyRoute } from './api/rest/ready.ts';
import { Figures } from './application/figures.ts';
import { Places } from './application/places.ts';
import { tellTrouble } from './application/tell-trouble.ts';
import { createWorkOff } from './application/work-off.ts';
import type { Bus } from './ports/bus.ts';
import type { Effects } from './ports/effects.ts';

export interface WorkerDeps {
  readonly tables: WorkerTables;
  readonly units: Units;
  readonly effects: Effects;
  readonly machine: { readonly clock: Clock; readonly random: Random; readonly wakeUps: WakeUps };
  readonly health: Health;
  /** Where it is measured. Nobody reads the figures of a worker that is given none. */
  readonly metrics?: Metrics | undefined;
  readonly settings: {
    /** Messages worked on at one time, and calls beside them. Sensible: 5 to 200. */
    readonly concurrency: number;
    readonly limits: Limits;
  };
  readonly logger: Logger;
}

export interface Worker {
  /** Of port 8040. */
  readonly routes: readonly Route[];
  /** The services of port 8041. */
  readonly rpcs: readonly GrpcService[];
  /** Where events go that it is to work on. */
  readonly bus: Bus;
  /** Messages that wait. */
  readonly queueDepth: number;
  start(): void;
  /** Takes no more messages, and resolves when those under way are done. */
  stop(): Promise<void>;
}

/** The worker over the embedded queue and bus. */
export function createWorker({ tables, units, effects, machine, health, metrics = createMetrics({ processMetrics: false }), settings, logger }: WorkerDeps): Worker {
  const { clock, wakeUps } = machine;
  const { concurrency, limits } = settings;
  const { messages } = tables;
  const queue = new EmbeddedMessageQueue({ units, messages, clock });
  const figures = new Figures(clock, metrics);
  const lane = new WorkLane({ queue, work: createWorkOff({ queue, effects, figures, onTrouble: tellTrouble(logger) }), atOnce: concurrency, clock, wakeUps });
  queue.onQueued(() => lane.wake());
  return {
    routes: [
      readyRoute(queue, health), listDeadLettersRoute(queue, limits.listPage), showDeadLetterRoute(queue), replayDeadLetterRoute(queue), takeMessageRoute(queue, machine),
    ],
    rpcs: [workerRpcs({ figures, places: new Places(concurrency), effects, queue, clock, health })],
    bus: new EmbeddedBus({ units, messages, clock }),
    get queueDepth() {
      return queue.depth;
    },
    start: () => lane.start(),
    stop: () => lane.stop(),
  };
}
