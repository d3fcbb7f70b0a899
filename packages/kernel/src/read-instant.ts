import { epochMs, type EpochMs } from './units.ts';

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i;

/** The last millisecond of 9999, by UTC: no text of ours and no Timestamp of protobuf tells of later ones. */
const LAST_MS = 253_402_300_799_999;

/**
 * An instant as people and programs write it: ISO-8601 with its zone, such as 2026-12-01T20:00:00+09:00; what is finer than a millisecond is cut off.
 * Undefined for any other text, for dates that there are not, and for years before 1970 and after 9999, by UTC.
 */
export function readInstant(text: string): EpochMs | undefined {
  const [, year, month, day] = INSTANT.exec(text) ?? [];
  // The runtime's parser rolls 30 February over into March; a date must be one.
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const ms = date.getUTCDate() === Number(day) ? Date.parse(text.toUpperCase()) : Number.NaN;
  return ms >= 0 && ms <= LAST_MS ? epochMs(ms) : undefined;
}
