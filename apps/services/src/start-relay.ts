import type { JournalRelay, OutboxSource, Publisher, RelayPositionTable } from '@traffic-tacos/journal';
import type { Metrics, Resources } from '@traffic-tacos/kit';
import { TimeoutScheduler } from '@traffic-tacos/payment';
import { createRelay } from '@traffic-tacos/platform';
import type { OpenedGround } from './ground.ts';

export interface RelayWishes {
  /** For people who wait for it to stop. */
  readonly name: string;
  readonly position: RelayPositionTable;
  readonly sources: readonly OutboxSource[];
  readonly publisher: Publisher;
  /** Only one relay of a process is measured. */
  readonly metrics: Metrics | undefined;
}

/** Tells somebody of what has happened, from where the last process left off, until `resources` stops it. */
export function startRelay(ground: OpenedGround, { name, position, sources, publisher, metrics }: RelayWishes, resources: Resources): JournalRelay {
  const { clock } = ground;
  const relay = createRelay({ ...ground, metrics, tables: { relayPosition: position }, sources, publisher, machine: { clock, wakeUps: new TimeoutScheduler(clock) } });
  relay.start();
  resources.add({ name, close: () => relay.stop() });
  return relay;
}
