import type { EntrySink, StagedRecord } from '@traffic-tacos/journal';
import { createPlatformTables } from '@traffic-tacos/platform';
import type { Planting } from '../../src/machine/planting.ts';
import { overlay, type PlantedBug } from './bug.ts';

const withAppend = (append: (right: EntrySink, records: readonly StagedRecord[]) => void): Planting => ({
  sink: (right) => ({ append: (records) => append(right, records), durable: () => right.durable() }),
});

const isOutbox = ({ table }: StagedRecord): boolean => table.name === 'outbox';

/** Half an entry, and then the rest. */
function splits(right: EntrySink, records: readonly StagedRecord[]): void {
  const half = Math.ceil(records.length / 2);
  right.append(records.slice(0, half));
  if (half < records.length) right.append(records.slice(half));
}

const withTable = (name: string, wrong: (table: StagedRecord['table']) => Partial<StagedRecord['table']>): Planting => ({
  tables: (limits, history) => {
    const right = createPlatformTables(limits, history);
    return { ...right, all: right.all.map((table) => (table.name === name ? overlay(table, wrong(table)) : table)) };
  },
});

/** Every fourth order is not in snapshots. */
const leavesOrdersOut = withTable('order', (table) => ({
  scan: (cursor, budget, visit) => {
    let at = 0;
    return table.scan(cursor, budget, (record) => {
      if (at++ % 4 !== 0) visit(record);
    });
  },
}));

/** A snapshot's older records win over the journal's newer ones, or the other way round: whichever comes first. */
const keepsTheFirst = withTable('reservation', (table) => {
  const seen = new Set<unknown>();
  return {
    restore: (record) => {
      const { id } = record as { readonly id: string };
      if (!seen.has(id)) table.restore(record);
      seen.add(id);
    },
  };
});

export const OF_THE_JOURNAL: readonly PlantedBug[] = [
  { bug: 'answers do not wait for the disk', planting: { sink: (right) => ({ append: (records) => right.append(records), durable: () => Promise.resolve() }) }, isOfStorms: true, seeds: 6, breaks: ['I4', 'I6', 'live updates', 'webhooks'] },
  { bug: 'the disk says that it has synced, and has not', planting: { disk: (disk) => disk.lieAbout('sync') }, isOfStorms: true, seeds: 6, breaks: ['I4', 'JournalDamaged'] },
  { bug: 'an announcement is dropped', planting: withAppend((right, records) => right.append(records.length > 3 ? records.filter((record) => !isOutbox(record)) : records)), seeds: 1, breaks: ['I6'] },
  { bug: 'an entry is split in two', planting: withAppend(splits), seeds: 1, breaks: ['I2', 'I4', 'I6', 'I7'] },
  { bug: 'a torn group is accepted', planting: { openOptions: { integrity: { sum: () => 1, agrees: () => true } } }, isOfStorms: true, seeds: 20, breaks: ['I3', 'I4', 'JournalDamaged', 'JournalTooNew', 'InvariantBreach', 'RangeError', 'TypeError'] },
  { bug: 'a snapshot leaves orders out', planting: leavesOrdersOut, isOfStorms: true, seeds: 20, breaks: ['I4', 'I2'] },
  { bug: 'recovery keeps the first of two versions', planting: keepsTheFirst, isOfStorms: true, seeds: 6, breaks: ['I4', 'I2'] },
];
