import type { Timestamp } from '../gen/google/protobuf/timestamp.ts';

const MS_PER_SECOND = 1000;
const NANOS_PER_MS = 1_000_000;
const NANOS_PER_SECOND = 1_000_000_000;
/** The instants that a Timestamp may name: years 1 to 9999. */
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;

/** An instant in milliseconds since 1970-01-01T00:00:00Z as the wire carries it. */
export function timestampOf(epochMs: number): Timestamp {
  const seconds = Math.floor(epochMs / MS_PER_SECOND);
  return { seconds, nanos: (epochMs - seconds * MS_PER_SECOND) * NANOS_PER_MS };
}

/** The instant in whole milliseconds, rounded down; undefined where the Timestamp names none: a year beyond 9999, nanos beyond a second. */
export function epochMsOf({ seconds, nanos }: Timestamp): number | undefined {
  const isInstant = seconds >= FIRST_SECOND && seconds <= LAST_SECOND && nanos >= 0 && nanos < NANOS_PER_SECOND;
  return isInstant ? seconds * MS_PER_SECOND + Math.floor(nanos / NANOS_PER_MS) : undefined;
}
