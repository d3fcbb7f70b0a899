import { mkdir } from 'node:fs/promises';
import { createSystemTimeSource, eventLoop, lockDirectory, openFileDisk, openJournal, type Disk, type RecordTable } from '@traffic-tacos/journal';
import { createHealth, createMetrics, createPooledRandom, createTracing, openTelemetry, type Health, type Metrics, type Resources, type Tracing } from '@traffic-tacos/kit';
import { createUnits, journalDir, markJournal, markService, observePlatform, refuseLostJournal, refuseOtherLayout, runtimeTimers, VERSION } from '@traffic-tacos/platform';
import type { ServiceOptions } from './config/options.ts';
import type { Ground } from './wire.ts';

export interface OpenedGround extends Ground {
  readonly metrics: Metrics;
  /** Keeps traces together across processes, also where spans go nowhere. */
  readonly tracing: Tracing;
  readonly health: Health;
  /** That of the journal, for whoever reads what is durable there. */
  readonly disk: Disk;
  readonly expiry: ReturnType<typeof observePlatform>['expiry'];
}

/** The service's own directory, owned, with its journal replayed into the tables. What is opened is closed by `resources`. */
export async function openGround({ name, dataDir, limits, logger, onFailed, telemetry: wanted }: ServiceOptions, tables: readonly RecordTable<unknown>[], resources: Resources): Promise<OpenedGround> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = await lockDirectory(dataDir);
  resources.add({ name: 'directory lock', close: () => lock.release() });
  await refuseOtherLayout(dataDir, name);
  await mkdir(journalDir(dataDir), { recursive: true, mode: 0o700 });
  const random = createPooledRandom();
  const disk = await openFileDisk(journalDir(dataDir));
  await refuseLostJournal(dataDir, disk);
  const { journal, clock, found } = await openJournal({ disk, tables, limits, time: createSystemTimeSource(), scheduler: eventLoop, random }, {});
  resources.add({ name: 'journal', close: () => journal.close() });
  await markJournal(dataDir, found.directoryId);
  await markService(dataDir, name);
  const metrics = createMetrics();
  resources.add({ name: 'metrics', close: () => metrics.close() });
  const telemetry = await openTelemetry(wanted, { service: name, version: VERSION, random, clock, metrics, logger });
  resources.add({ name: 'telemetry', close: telemetry.close });
  const health = createHealth();
  const { onBroken, expiry } = observePlatform({ journal, metrics, health, logger, onFailed });
  const units = createUnits(journal, limits.decideAttempts, onBroken, telemetry.tracing);
  const tracing = telemetry.tracing ?? createTracing({ random, sampling: 0, recorder: undefined });
  return { journal, disk, units, tracing, clock, random, timers: runtimeTimers, logger, metrics, health, expiry };
}
