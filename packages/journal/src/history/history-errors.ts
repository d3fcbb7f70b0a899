import { Unavailable } from '@traffic-tacos/kernel';

/** Which way history and journal do not fit together. */
export type HistoryMismatch = 'behind' | 'ahead' | 'foreign' | 'missing' | 'damaged' | 'too_new';

/** History and journal together do not make up the whole any more. Nothing is opened, and both are as they were. */
export class HistoryRefused extends Error {
  override readonly name = 'HistoryRefused';
  readonly mismatch: HistoryMismatch;

  constructor(mismatch: HistoryMismatch, what: string) {
    super(`${what}. ${WAYS_BACK[mismatch]}`);
    this.mismatch = mismatch;
  }
}

/** Refuses a history that says that it is another journal's; one that is empty does not say anything yet. */
export function refuseForeign(historyOf: string, journal: string): void {
  if (historyOf === '' || historyOf === journal) return;
  throw new HistoryRefused('foreign', `The history is that of the journal ${historyOf}, and the journal here is ${journal}`);
}

/** A record could not be read back from the history: the disk refuses, or a page of the file is damaged. */
export class HistoryUnreadable extends Unavailable {
  override readonly name = 'HistoryUnreadable';
}

const RESTORE = 'Restore a backup of this directory';

const WAYS_BACK: Readonly<Record<HistoryMismatch, string>> = {
  behind: `${RESTORE}, or bring back the history file that was there last.`,
  ahead: `${RESTORE}: the journal has lost what the history still shows.`,
  foreign: `Bring back the history file that belongs to this journal, or ${RESTORE.charAt(0).toLowerCase()}${RESTORE.slice(1)}.`,
  missing: `${RESTORE}, or bring the history file back.`,
  damaged: `${RESTORE}. Where the journal still has its first segment, moving the file away is enough: the next start makes it anew.`,
  too_new: 'Start the version of the platform that wrote it, or a newer one.',
};
