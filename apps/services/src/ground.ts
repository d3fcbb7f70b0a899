import { mkdir } from 'node:fs/promises';
import { createSystemTimeSource, eventLoop, lockDirectory, openFileDisk, openJournal, Units, type RecordTable } from '@traffic-tacos/journal';
import { createHealth, createMetrics, createPooledRandom, type Health, type Metrics, type Resources } from '@traffic-tacos/kit';
import { journalDir, markJournal, observePlatform, refuseLostJournal, runtimeTimers } from '@traffic-tacos/platform';
import type { ServiceOptions } from './config/options.ts';
import type { Ground } from './wire.ts';

export interface OpenedGround extends Ground {
  readonly metrics: Metrics;
  readonly health: Health;
  readonly expiry: ReturnType<typeof observePlatform>['expiry'];
}

/** The service's own directory, owned, with its journal replayed into the tables. What is opened is closed by `resources`. */
export async function openGround({ dataDir, limits, logger, onFailed }: ServiceOptions, tables: readonly RecordTable<unknown>[], resources: Resources): Promise<OpenedGround> {
  await mkdir(journalDir(dataDir), { recursive: true, mode: 0o700 });
  const lock = await lockDirectory(dataDir);
  resources.add({ name: 'directory lock', close: () => lock.release() });
  const random = createPooledRandom();
  const disk = await openFileDisk(journalDir(dataDir));
  await refuseLostJournal(dataDir, disk);
  const { journal, clock, found } = await openJournal({ disk, tables, limits, time: createSystemTimeSource(), scheduler: eventLoop, random }, {});
  resources.add({ name: 'journal', close: () => journal.close() });
  await markJournal(dataDir, found.directoryId);
  const metrics = createMetrics();
  resources.add({ name: 'metrics', close: () => metrics.close() });
  const health = createHealth();
  const { onBroken, expiry } = observePlatform({ journal, metrics, health, logger, onFailed });
  return { journal, units: new Units(journal, limits.decideAttempts, onBroken), clock, random, timers: runtimeTimers, logger, metrics, health, expiry };
}
