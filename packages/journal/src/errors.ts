import { Unavailable } from '@traffic-tacos/kernel';

/**
 * The journal could not write, or could not make sure that it had written. What became of the groups under way is not known until
 * the next start, so nothing more is appended or acknowledged by this process.
 */
export class JournalFailed extends Unavailable {
  override readonly name = 'JournalFailed';
}

/** A place in the journal: everything from this byte of this file on, and every later segment. */
export interface CutPoint {
  readonly file: string;
  readonly position: number;
}

/**
 * Synced bytes are not there any more as they were written. Opening goes no further, because going on would lose what was
 * acknowledged. The way back is a backup; or, where `cut` names a place, giving up everything from there on.
 */
export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged';
  readonly file: string;
  /** The byte of `file` at which the damage was met. */
  readonly position: number;
  /** Where the journal can be cut so that what comes before is kept; undefined where nothing before can be kept. */
  readonly cut: CutPoint | undefined;

  constructor(file: string, position: number, what: string, wayBack: 'restore' | 'restore_or_cut' = 'restore_or_cut') {
    super(`${file}, byte ${position}: ${what}. ${wayBack === 'restore' ? RESTORE : `${RESTORE}, or ${cutSentence(file, position)}`}.`);
    this.file = file;
    this.position = position;
    this.cut = wayBack === 'restore' ? undefined : { file, position };
  }
}

/** Written by a newer version of the platform: a format, a type of record or a layout that this version cannot read. */
export class JournalTooNew extends Error {
  override readonly name = 'JournalTooNew';
}

/** The journal cannot be cut at the place that was named. */
export class CutRefused extends Error {
  override readonly name = 'CutRefused';
}

/** A backup or a restore cannot be made, or the directory holds one that was not finished. */
export class CopyRefused extends Error {
  override readonly name = 'CopyRefused';
}

const RESTORE = 'Restore a backup of this directory';

function cutSentence(file: string, position: number): string {
  return `open it with an explicit cut at ${file}:${position}, which gives up everything from there on for ever`;
}
