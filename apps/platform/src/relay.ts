import { JournalRelay, type Disk, type Journal, type OutboxSource, type Publisher, type Units } from '@traffic-tacos/journal';
import type { Clock, WakeUps } from '@traffic-tacos/kernel';
import { METRICS, type Logger, type Metrics, type Resources } from '@traffic-tacos/kit';
import type { Worker } from '@traffic-tacos/worker';
import type { PlatformTables } from './tables.ts';

export interface RelayParts {
  readonly journal: Journal;
  readonly disk: Disk;
  readonly units: Units;
  readonly tables: Pick<PlatformTables, 'relayPosition'>;
  readonly sources: readonly OutboxSource[];
  readonly publisher: Publisher;
  readonly machine: { readonly clock: Clock; readonly wakeUps: WakeUps };
  /** Nobody reads its figures otherwise. */
  readonly metrics?: Metrics | undefined;
  readonly logger: Logger;
}

/** The relay of everything that is announced in this journal. Nothing runs yet. */
export function createRelay({ journal, disk, units, tables, sources, publisher, machine, metrics, logger }: RelayParts): JournalRelay {
  const published = metrics?.counter(METRICS.outboxPublished).with();
  const relay = new JournalRelay({
    journal, disk, units, position: tables.relayPosition, sources, publisher, machine,
    observe: {
      onPublished: (events) => published?.inc(events),
      onTrouble: (err) => logger.warn({ err }, 'events could not be relayed yet'),
    },
  });
  metrics?.gauge(METRICS.outboxOldestAge, (age) => age.with().set(relay.oldestAgeMs / 1000));
  return relay;
}

/** Has what is announced delivered and worked on, until `resources` stops first the one and then the other. */
export function startDelivery({ worker, relay }: { readonly worker: Worker; readonly relay: JournalRelay }, resources: Resources): void {
  worker.start();
  resources.add({ name: 'worker', close: () => worker.stop() });
  relay.start();
  resources.add({ name: 'relay', close: () => relay.stop() });
}
