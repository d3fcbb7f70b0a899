const DIGITS = 16;
const SEGMENT = /^segment-(\d{16})\.journal$/;
const SNAPSHOT = /^snapshot-(\d{16})-(\d{16})\.state$/;
const TEMPORARY = '.tmp';

/** What damaged, unusable and cut files are renamed to begin with; nothing reads them again. */
export const ASIDE = 'aside-';
/** Stands in a directory while files are copied into it. */
export const INCOMPLETE_COPY = 'copy-incomplete';
/** A snapshot that is still being written. */
export const SNAPSHOT_DRAFT = `snapshot${TEMPORARY}`;

/** A snapshot's file: replay after it begins at `from`; it may hold records up to `through`. */
export interface SnapshotFile {
  readonly name: string;
  readonly from: number;
  readonly through: number;
}

export interface SegmentFile {
  readonly name: string;
  readonly firstSequence: number;
}

/** The journal's files in a directory. Others are none of its business. */
export interface Listing {
  /** Oldest first. */
  readonly segments: readonly SegmentFile[];
  /** Newest first. */
  readonly snapshots: readonly SnapshotFile[];
  readonly temporaries: readonly string[];
  readonly hasIncompleteCopy: boolean;
}

export const segmentName = (firstSequence: number): string => `segment-${digits(firstSequence)}.journal`;

export const snapshotName = (from: number, through: number): string => `snapshot-${digits(from)}-${digits(through)}.state`;

export const temporaryName = (name: string): string => name + TEMPORARY;

export function sortNames(names: readonly string[]): Listing {
  const segments: SegmentFile[] = [];
  const snapshots: SnapshotFile[] = [];
  const temporaries: string[] = [];
  for (const name of names) {
    const segment = SEGMENT.exec(name);
    const snapshot = SNAPSHOT.exec(name);
    if (segment) segments.push({ name, firstSequence: Number(segment[1]) });
    else if (snapshot) snapshots.push({ name, from: Number(snapshot[1]), through: Number(snapshot[2]) });
    else if (isTemporary(name)) temporaries.push(name);
  }
  segments.sort((a, b) => a.firstSequence - b.firstSequence);
  snapshots.sort((a, b) => b.from - a.from || b.through - a.through);
  return { segments, snapshots, temporaries, hasIncompleteCopy: names.includes(INCOMPLETE_COPY) };
}

function isTemporary(name: string): boolean {
  return name === SNAPSHOT_DRAFT || (name.endsWith(TEMPORARY) && SEGMENT.test(name.slice(0, -TEMPORARY.length)));
}

function digits(sequence: number): string {
  return String(sequence).padStart(DIGITS, '0');
}
