import type { Limits } from '@traffic-tacos/kernel';

/** The limits that the journal obeys. */
export type JournalLimits = Pick<
  Limits,
  'journalGroupBytes' | 'journalSegmentBytes' | 'journalEntryBytes' | 'snapshotEveryBytes' | 'snapshotSliceMs'
>;
