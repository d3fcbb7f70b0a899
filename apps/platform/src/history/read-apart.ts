import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HistoryReader, NO_HISTORY, openFileDisk, PledgeTable, readJournal, RelayPositionTable, type ClockStamp, type ReadReport, type RecordTable } from '@traffic-tacos/journal';
import type { Limits } from '@traffic-tacos/kernel';
import { journalDir } from '../journal-dir.ts';
import type { ServiceName } from '../options.ts';
import { createPlatformTables, type PlatformTables } from '../tables.ts';
import { historyPath } from './history-path.ts';
import { refuseForgotten } from './read-beside.ts';

/** Which service's history has a table, by the name of that. */
const OWNER_OF: Readonly<Record<string, ServiceName>> = { holds: 'inventory', reservations: 'reservation', orders: 'reservation', intents: 'payment' };

/** What the directories of services that run apart hold, each as of one group of its own. */
export interface ApartReading {
  readonly tables: PlatformTables;
  readonly records: number;
  /** The groups of all of them. */
  readonly lastSequence: number;
  /** That of the inventory, whose clock is the one that decides. */
  readonly lastStamp: ClockStamp | undefined;
  /** What is wrong with the histories' files themselves; empty where nothing is. Reads all of them. */
  checkHistory(): readonly string[];
  /** Lets the histories go on: until then their files grow. */
  close(): void;
}

/** The tables that each service's journal fills, the inventory first, whose clock decides. What the worker keeps is compared with nothing. */
const journalsOf = ({ inventory, reservation, relayPosition, payment, gateway, queue }: PlatformTables): readonly (readonly [ServiceName, readonly RecordTable<unknown>[]])[] => [
  ['inventory', inventory.all],
  ['reservation', [...reservation.all, relayPosition as RecordTable<unknown>, new RelayPositionTable('receivers') as RecordTable<unknown>]],
  ['payment', [...payment.all, new RelayPositionTable() as RecordTable<unknown>]],
  ['gateway', [...gateway.all, ...queue.all]],
];

/**
 * Reads the directories of services that run apart without their locks, one after the other, each with its history held at one commit. Undefined
 * where there is no journal of the inventory. Throws what `readJournal` throws.
 */
export async function readApart(dataDir: string, limits: Limits): Promise<ApartReading | undefined> {
  const readers = readersIn(dataDir);
  const close = (): void => readers.forEach((reader) => reader.close());
  try {
    const tables = createPlatformTables(limits, { of: (shape) => (readers.get(OWNER_OF[shape.name] ?? 'gateway') ?? NO_HISTORY).of(shape) });
    let [records, lastSequence, lastStamp]: [number, number, ClockStamp | undefined] = [0, 0, undefined];
    for (const [service, ofService] of journalsOf(tables)) {
      const report = await readService(join(dataDir, service), ofService, readers.get(service));
      if (report?.kind === 'read') {
        lastStamp ??= report.lastStamp;
        records += report.records;
        lastSequence += report.lastSequence;
      } else if (service === 'inventory') {
        close();
        return undefined;
      }
    }
    return { tables, records, lastSequence, lastStamp, checkHistory: () => [...readers].flatMap(([service, reader]) => reader.check().map((wrong) => `${service}: ${wrong}`)), close };
  } catch (error) {
    close();
    throw error;
  }
}

function readersIn(dataDir: string): ReadonlyMap<ServiceName, HistoryReader> {
  const paths = [...new Set(Object.values(OWNER_OF))].map((service) => [service, historyPath(join(dataDir, service))] as const);
  return new Map(paths.filter(([, path]) => existsSync(path)).map(([service, path]) => [service, new HistoryReader(path)]));
}

/** The history is held first: so the journal keeps everything that ended since. */
async function readService(directory: string, tables: readonly RecordTable<unknown>[], reader: HistoryReader | undefined): Promise<ReadReport | undefined> {
  if (!existsSync(journalDir(directory))) return undefined;
  const { appliedSequence, journalId = '' } = reader?.hold() ?? {};
  const pledge = new PledgeTable();
  const report = await readJournal(openFileDisk(journalDir(directory)), [...tables, pledge as RecordTable<unknown>], appliedSequence === undefined ? undefined : { appliedSequence, journalId });
  if (appliedSequence === undefined) refuseForgotten(pledge, historyPath(directory));
  return report;
}
