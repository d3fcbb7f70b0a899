import { NO_HISTORY, openJournal, type HistoryReader, type HistorySource, type MovableTable, type Scheduler, type TimeSource } from '@traffic-tacos/journal';
import type { SimDisk } from '@traffic-tacos/journal/testing';
import { present, type SeededRandom } from '@traffic-tacos/kernel';
import { createResources, type Logger } from '@traffic-tacos/kit';
import { createPlatformTables, type OpenedTables, type PlatformTables } from '@traffic-tacos/platform';
import { openRemembering } from '@traffic-tacos/platform/testing';
import type { SimHistoryFile } from './history-file.ts';
import { SimHistoryThread } from './history-thread.ts';
import type { Planting } from './planting.ts';
import { HISTORY_LIMITS, LIMITS } from './settings.ts';
import type { VirtualTimers } from './virtual-timers.ts';

/** The history looks less often whether there is something to do than it does as shipped: each look is an event. */
const TICK_MS = 250;

/** Whether the world of that seed has a history: about one in five. */
export const hasHistory = (seed: number): boolean => seed % 11 === 7 || seed % 11 === 8;

export interface MemoryParts {
  readonly disk: SimDisk;
  readonly time: TimeSource;
  readonly turns: Scheduler;
  readonly random: SeededRandom;
  readonly logger: Logger;
  readonly planting: Planting;
  /** Undefined where everything stays in memory. */
  readonly history: SimHistoryFile | undefined;
  readonly latency: () => Promise<void>;
  readonly broken: (cause: unknown) => void;
  /** Watches tables out of which records leave. */
  readonly leaving: (table: MovableTable, past: HistoryReader) => MovableTable;
}

/** What the process remembers, and the thread of its history. */
export interface SimMemory extends OpenedTables<PlatformTables> {
  readonly thread: SimHistoryThread | undefined;
  /** From now on there are timers: nothing is started before that. */
  readonly useTimers: (timers: VirtualTimers) => void;
}

/** Recovers journal and history. Rejects as `openJournal` and `openRemembering` do. */
export async function openSimMemory(parts: MemoryParts): Promise<SimMemory> {
  const { disk, time, turns, random, planting, history } = parts;
  const create = planting.tables ?? createPlatformTables;
  if (history !== undefined && planting.openOptions === undefined) return openBoth(parts, history);
  const tables = create(LIMITS, NO_HISTORY);
  const opened = await openJournal({ disk, tables: tables.all, limits: LIMITS, time, scheduler: turns, random }, planting.openOptions);
  return { ...opened, tables, history: undefined, thread: undefined, useTimers: () => undefined };
}

async function openBoth({ disk, time, turns, random, logger, planting, latency, broken, leaving }: MemoryParts, history: SimHistoryFile): Promise<SimMemory> {
  const place = history.place();
  const thread = new SimHistoryThread({ disk, place, time, latency, broken });
  const late: { timers?: VirtualTimers } = {};
  const timersNow = (): VirtualTimers => present(late.timers, 'the history begins when there are timers');
  const ground = {
    place,
    startThread: planting.historyThread?.(thread.start) ?? thread.start,
    timers: { after: (delayMs: number, run: () => void) => timersNow().after(Math.max(delayMs, TICK_MS), run) },
    nextTurn: (run: () => void) => turns.endOfTurn(run),
  };
  const create = (right: HistorySource): PlatformTables => {
    const tables = (planting.tables ?? createPlatformTables)(HISTORY_LIMITS, planting.past?.(right) ?? right);
    const past = history.read();
    return { ...tables, movable: tables.movable.map((table) => leaving(table, past)) };
  };
  const opened = await openRemembering({ disk, time, scheduler: turns, random }, { dataDir: 'simulated', limits: HISTORY_LIMITS, logger, history: ground }, create, createResources());
  return { ...opened, thread, useTimers: (timers) => void (late.timers = timers) };
}
