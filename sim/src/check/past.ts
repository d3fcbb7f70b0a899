import { HistoryReader, type HistoryShape } from '@traffic-tacos/journal';
import { HISTORY_SHAPES } from '@traffic-tacos/platform/testing';
import type { SimHistoryFile } from '../machine/history-file.ts';
import { holdId, type Records } from './records.ts';

/** What leaves memory for the history. */
export type PastKind = 'hold' | 'reservation' | 'order' | 'intent';

/** By the number of the record's type. */
export const HISTORY_KINDS: ReadonlyMap<number, PastKind> = new Map(HISTORY_SHAPES.map(({ recordType, name }) => [recordType, name.slice(0, -1) as PastKind]));

export const keyOf = (kind: PastKind, record: unknown): string => (kind === 'hold' ? holdId(record as Records['hold']) : (record as Records['order']).id);

/** Every record of a kind that the history has, by key. */
export function pastOf(file: SimHistoryFile, kind: PastKind): ReadonlyMap<string, Records[PastKind]> {
  const reader: HistoryReader = file.read();
  const shape = HISTORY_SHAPES.find(({ recordType }) => HISTORY_KINDS.get(recordType) === kind) as HistoryShape<Records[PastKind]>;
  const found = new Map<string, Records[PastKind]>();
  for (const record of reader.of(shape).all()) found.set(keyOf(kind, record), record);
  return found;
}
