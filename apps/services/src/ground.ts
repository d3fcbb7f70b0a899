import { mkdir } from 'node:fs/promises';
import { createSystemTimeSource, eventLoop, lockDirectory, openFileDisk, type Disk, type HistorySource, type RecordTable } from '@traffic-tacos/journal';
import { createHealth, createMetrics, createPooledRandom, createTracing, openTelemetry, type Health, type Metrics, type Resources, type Tracing } from '@traffic-tacos/kit';
import {
  createUnits, journalDir, markJournal, markService, observePlatform, openWithHistory, openWithoutHistory, refuseLostJournal, refuseOtherLayout, runtimeTimers, VERSION, type History, type OpenedTables, type OpenMachine,
  type TablesWithHistory,
} from '@traffic-tacos/platform';
import type { ServiceOptions } from './config/options.ts';
import type { Ground } from './wire.ts';

export interface OpenedGround extends Ground {
  readonly metrics: Metrics;
  /** Keeps traces together across processes, also where spans go nowhere. */
  readonly tracing: Tracing;
  readonly health: Health;
  /** That of the journal, for whoever reads what is durable there. */
  readonly disk: Disk;
  /** To be started when the service is open. Undefined where everything stays in memory. */
  readonly history: History | undefined;
  readonly expiry: ReturnType<typeof observePlatform>['expiry'];
  readonly reconciling: ReturnType<typeof observePlatform>['reconciling'];
  /** A clock that is never set. */
  readonly monotonicMs: () => number;
}

/** The service's own directory, owned, with its journal replayed into the tables, which stay in memory whole. What is opened is closed by `resources`. */
export const openGround = (options: ServiceOptions, tables: readonly RecordTable<unknown>[], resources: Resources): Promise<OpenedGround> =>
  openOn(options, resources, (machine) => openWithoutHistory(machine, options, { all: tables }, resources));

/** … with a history beside the journal, in the same directory, for what has ended. It begins to work when the ground's `history` is started. */
export const openGroundWithHistory = <T extends TablesWithHistory>(options: ServiceOptions, create: (history: HistorySource) => T, resources: Resources): Promise<OpenedGround & { readonly tables: T }> =>
  openOn(options, resources, (machine) => openWithHistory(machine, options, create, resources));

async function openOn<T>(options: ServiceOptions, resources: Resources, open: (machine: OpenMachine) => Promise<OpenedTables<T>>): Promise<OpenedGround & { readonly tables: T }> {
  const { name, dataDir, limits, logger, onFailed, breachPolicy, telemetry: wanted } = options;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = await lockDirectory(dataDir);
  resources.add({ name: 'directory lock', close: () => lock.release() });
  await refuseOtherLayout(dataDir, name);
  await mkdir(journalDir(dataDir), { recursive: true, mode: 0o700 });
  const random = createPooledRandom();
  const disk = await openFileDisk(journalDir(dataDir));
  await refuseLostJournal(dataDir, disk);
  const time = createSystemTimeSource();
  const { tables, journal, clock, found, history } = await open({ disk, time, scheduler: eventLoop, random });
  await markJournal(dataDir, found.directoryId);
  await markService(dataDir, name);
  const metrics = createMetrics();
  resources.add({ name: 'metrics', close: () => metrics.close() });
  const telemetry = await openTelemetry(wanted, { service: name, version: VERSION, random, clock, metrics, logger });
  resources.add({ name: 'telemetry', close: telemetry.close });
  const health = createHealth();
  const { onBroken, expiry, reconciling: alarms } = observePlatform({ journal, metrics, health, logger, onFailed });
  const units = createUnits(journal, limits.decideAttempts, onBroken, telemetry.tracing);
  const tracing = telemetry.tracing ?? createTracing({ random, sampling: 0, recorder: undefined });
  const reconciling = breachPolicy === 'alarm' ? { ...alarms, breached: () => undefined } : alarms;
  return { tables, journal, history, disk, units, tracing, clock, random, timers: runtimeTimers, logger, metrics, health, expiry, reconciling, monotonicMs: () => time.monotonicMs() };
}
