import type { StagedRecord } from '@traffic-tacos/journal';
import type { ReservationTables } from '../adapters/embedded/tables.ts';
import { announce, type Announcement } from '../domain/announcement.ts';
import type { Reservation } from '../domain/reservation.ts';

type Entry = readonly StagedRecord[];

/**
 * What is wrong with the announcements of a run, from its first entry on; empty when all is right. A change of state carries exactly one,
 * in the entry of the reservation's own record, with the next number and the type, instant and reservation of that record; an entry that
 * changes no state carries none.
 */
export function announcementProblems(entries: readonly Entry[], tables: Pick<ReservationTables, 'reservations' | 'outbox'>): readonly string[] {
  const known = new Map<string, Reservation>();
  return entries.flatMap((entry, at) => {
    const changed = recordsOf<Reservation>(entry, tables.reservations);
    const announced = recordsOf<Announcement>(entry, tables.outbox);
    const expected = changed.filter((reservation) => known.get(reservation.id)?.status !== reservation.status);
    const problems = [
      ...expected.flatMap((reservation) => problemsOf(reservation, known.get(reservation.id), announced)),
      ...announced.filter(({ reservationId }) => !expected.some(({ id }) => id === reservationId)).map(({ type }) => `announces ${type} of nothing that it changes`),
    ];
    for (const reservation of changed) known.set(reservation.id, reservation);
    return problems.map((problem) => `entry ${at} ${problem}`);
  });
}

/** The states that a run has entered, in their order. */
export const statesEntered = (entries: readonly Entry[], tables: Pick<ReservationTables, 'outbox'>): readonly string[] =>
  entries.flatMap((entry) => recordsOf<Announcement>(entry, tables.outbox)).map(({ type }) => type);

function problemsOf(reservation: Reservation, before: Reservation | undefined, announced: readonly Announcement[]): readonly string[] {
  const own = announced.filter(({ reservationId }) => reservationId === reservation.id);
  const [announcement] = own;
  if (announcement === undefined || own.length > 1) return [`enters ${reservation.status} with ${own.length} announcements`];
  const wanted = announce(reservation, announcement.traceId);
  const problems: string[] = [];
  if (announcement.sequence !== (before?.sequence ?? 0) + 1) problems.push(`announces ${announcement.type} out of sequence: ${announcement.sequence}`);
  if (announcement.type !== wanted.type) problems.push(`announces ${announcement.type}, which is not what ${reservation.status} is called`);
  if (announcement.occurredAtMs !== wanted.occurredAtMs) problems.push(`announces ${announcement.type} at another instant than it is recorded`);
  return problems;
}

const recordsOf = <R>(entry: Entry, table: StagedRecord<R>['table']): readonly R[] =>
  entry.filter((staged) => staged.table === (table as unknown)).map(({ record }) => record as R);
