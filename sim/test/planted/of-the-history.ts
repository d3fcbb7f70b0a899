import type { HistoryReads, HistorySource, MovableTable, RecordTable, WriteBatch } from '@traffic-tacos/journal';
import { parseId } from '@traffic-tacos/kernel';
import type { Intent } from '@traffic-tacos/payment';
import { createPlatformTables, type PlatformTables } from '@traffic-tacos/platform';
import type { HistoryProgress } from '@traffic-tacos/platform/testing';
import type { Reservation } from '@traffic-tacos/reservation';
import type { Planting } from '../../src/machine/planting.ts';
import { overlay, type PlantedBug } from './bug.ts';

/** What the thread tells is other than what it has done. */
const tells = (wrong: (right: HistoryProgress) => Partial<HistoryProgress>): Planting => ({
  historyThread: (right) => (tables, listener) => right(tables, { ...listener, progress: (progress) => listener.progress({ ...progress, ...wrong(progress) }) }),
});

/** Every third commit says how far it reaches, and has no rows. */
function forgetsRows(): Planting {
  let commits = 0;
  const writeBatch: WriteBatch = (database, writeRows, writeApplied) => {
    database.exec('BEGIN IMMEDIATE');
    if (++commits % 3 !== 0) writeRows();
    writeApplied();
    database.exec('COMMIT');
  };
  return { historyFile: { writeBatch } };
}

/** The history of one kind of records is read in another way. */
const reads = (name: string, wrong: (right: HistoryReads<unknown>) => Partial<HistoryReads<unknown>>): Planting => ({
  past: (right): HistorySource => ({
    of: (shape) => {
      const reading = right.of(shape);
      return shape.name === name ? overlay(reading, wrong(reading as HistoryReads<unknown>) as Partial<typeof reading>) : reading;
    },
  }),
});

const withTables = (wrong: (right: PlatformTables, history: HistorySource) => Partial<PlatformTables>): Planting => ({
  tables: (limits, history) => {
    const right = createPlatformTables(limits, history);
    return { ...right, ...wrong(right, history) };
  },
});

const instead = (right: PlatformTables, table: unknown, wrong: RecordTable<unknown>): Pick<PlatformTables, 'all'> => ({ all: right.all.map((other) => (other === table ? wrong : other)) });

/** A payment whose last image the history had is not taken into memory again, though nothing may have followed from it yet. */
const forgetsMoney = withTables((right) => {
  const { intents } = right.payment;
  const forget = (intent: Intent): void => {
    const words = parseId('pay', intent.id);
    if (words !== undefined && intents.isInMemory(words)) intents.forget(intent);
  };
  return instead(right, intents, overlay(intents, { forget }) as RecordTable<unknown>);
});

/** Whoever reconciles finds no payment of which something is still to follow. */
const letsMoneyGo = withTables((right) => ({ payment: { ...right.payment, intents: overlay(right.payment.intents, { leaveOnly: () => undefined }) } }));

/** A recovery leaves out what has ended, as if the history had all of it. */
const leavesOutWhatHasEnded = withTables((right) => {
  const { reservations } = right.reservation;
  const restore = (record: Reservation): void => (reservations.shape.hasEnded(record) ? reservations.forget(record) : reservations.restore(record));
  return instead(right, reservations, overlay(reservations, { restore }) as RecordTable<unknown>);
});

/** The journal does not say that it has handed records over. */
const hidesThePledge = withTables((right) => ({ pledge: overlay(right.pledge, { isGiven: false }) }));

/** A row goes in whatever version it has by then. */
const letsChangedRowsGo = withTables((right) => ({
  movable: right.movable.map((table) => {
    const records = table as MovableTable & RecordTable<{ readonly version: number }>;
    return overlay(table, {
      evict: (row) => {
        let now = 0;
        records.scan(row, 1, ({ version }) => (now = version));
        return now > 0 && table.evict(row, now);
      },
    });
  }),
}));

/** Whoever goes through everything meets what is in both in both. */
const meetsTwice = withTables((right, history) => {
  const { reservations } = right.reservation;
  function* everywhere(): Generator<Reservation> {
    const rows: Reservation[] = [];
    for (let cursor = 0; cursor !== -1; ) cursor = reservations.scan(cursor, 1_000, (record) => rows.push(record));
    yield* rows;
    yield* history.of(reservations.shape).all();
  }
  return { reservation: { ...right.reservation, reservations: overlay(reservations, { everywhere }) } };
});

export const OF_THE_HISTORY: readonly PlantedBug[] = [
  { bug: 'records leave memory before the history has committed them', planting: tells(() => ({ applied: Number.MAX_SAFE_INTEGER })), seeds: 2, breaks: ['I4'] },
  { bug: 'segments go once the history has committed them, and before they are in its main file', planting: tells(({ applied }) => ({ checkpointed: applied })), seeds: 20, breaks: ['I4'] },
  { bug: 'a commit of the history has no rows', planting: forgetsRows(), seeds: 2, breaks: ['I4'] },
  { bug: 'a row that has changed since leaves memory', planting: letsChangedRowsGo, seeds: 3, breaks: ['I4'] },
  { bug: 'lists leave out what has left memory', planting: reads('reservations', () => ({ ofOwner: () => [] })), seeds: 2, breaks: ['I4'] },
  { bug: 'the pages of a list begin anew in the history', planting: reads('reservations', (right) => ({ ofOwner: (owner, _below, limit) => right.ofOwner(owner, undefined, limit) })), seeds: 6, breaks: ['I4'] },
  { bug: 'a command does not look into the history', planting: reads('reservations', () => ({ find: () => undefined })), seeds: 2, breaks: ['I3', 'I4', 'I7', 'InvariantBreach', 'reconciler'] },
  { bug: 'the versions of the history are not looked at', planting: reads('orders', () => ({ versionOf: () => 0 })), seeds: 4, breaks: ['I3', 'I4', 'I6'] },
  { bug: 'whoever goes through everything meets records twice', planting: meetsTwice, seeds: 6, breaks: ['I4'] },
  { bug: 'a recovery forgets payments that the history has', planting: forgetsMoney, seeds: 80, breaks: ['I3'] },
  { bug: 'payments leave memory before their orders are there', planting: letsMoneyGo, seeds: 6, breaks: ['I3'] },
  { bug: 'a recovery leaves out what has ended and is not in the history yet', planting: leavesOutWhatHasEnded, seeds: 4, breaks: ['I4'] },
  { bug: 'a start goes on where the history is gone', planting: hidesThePledge, seeds: 12, breaks: ['I4', 'JournalFailed'] },
];
