import type { ByteReader, ByteWriter, HistoryShape } from '@traffic-tacos/journal';
import { amountMinor, durationMs, epochMs, present, type AmountMinor, type DurationMs, type EpochMs, type IdWords } from '@traffic-tacos/kernel';
import type { HoldState } from '../../domain/hold.ts';

/** The states on disk and in rows; 0 is no hold. Numbers are never given to another state. */
export const HELD_HOLD = 1;
export const COMMITTED_HOLD = 2;
export const RELEASED_HOLD = 3;
export const EXPIRED_HOLD = 4;
export const RETURNED_HOLD = 5;

const STATES: readonly (HoldState | undefined)[] = [undefined, 'held', 'committed', 'released', 'expired', 'returned'];

export const holdStateOf = (code: number): HoldState => present(STATES[code], 'a state on record');

/** In place of a section number: the seats are of several. */
export const SEVERAL_SECTIONS = 0xffff_ffff;

/** The buyer named the seats. */
export const ASKED_FOR_SEATS = 1;
/** The buyer named the section. */
export const ASKED_FOR_SECTION = 2;
/** It was committed after it had ended. */
export const REACQUIRED = 4;
/** It was made by `reserve`, in an entry of its own. */
export const STANDS_ALONE = 8;

/** A hold as the journal carries it: everything about it, as of this version. */
export interface HoldRecord {
  readonly key: IdWords;
  readonly version: number;
  readonly state: number;
  readonly flags: number;
  readonly eventId: string;
  readonly userId: string;
  /** A section number, or `SEVERAL_SECTIONS`. */
  readonly section: number;
  readonly quantity: number;
  /** Seat numbers; empty for a pool. */
  readonly seats: readonly number[];
  readonly createdAtMs: EpochMs;
  readonly expiresAtMs: EpochMs;
  readonly changedAtMs: EpochMs;
  readonly extendedByMs: DurationMs;
  readonly totalMinor: AmountMinor;
  /** The numbers of event and user in memory where they are known already; 0 where they are to be looked up. Not on disk. */
  readonly eventNumber: number;
  readonly userNumber: number;
}

export const HOLD_LAYOUT = 1;

/** Holds in the history: those that have no places any more. A committed one stays in memory, since its places are its order's. */
export const HOLD_SHAPE: HistoryShape<HoldRecord> = {
  recordType: 2,
  name: 'holds',
  decode: (_layoutVersion, reader) => decodeHold(reader),
  keyOf: ({ key }) => key,
  versionOf: ({ version }) => version,
  hasEnded: ({ state }) => isEndedState(state),
};

export const isEndedState = (state: number): boolean => state >= RELEASED_HOLD;

export function encodeHold(record: HoldRecord, writer: ByteWriter): void {
  writer.id(record.key);
  writer.u32(record.version);
  writer.u8(record.state);
  writer.u8(record.flags);
  writer.u16(record.quantity);
  writer.u32(record.section);
  writer.u32(record.extendedByMs);
  writer.u53(record.createdAtMs);
  writer.u53(record.expiresAtMs);
  writer.u53(record.changedAtMs);
  writer.u53(record.totalMinor);
  writer.text(record.eventId);
  writer.text(record.userId);
  writer.u16(record.seats.length);
  for (const seat of record.seats) writer.u32(seat);
}

export function decodeHold(reader: ByteReader): HoldRecord {
  return {
    key: reader.id(),
    version: reader.u32(),
    state: reader.u8(),
    flags: reader.u8(),
    quantity: reader.u16(),
    section: reader.u32(),
    extendedByMs: durationMs(reader.u32()),
    createdAtMs: epochMs(reader.u53()),
    expiresAtMs: epochMs(reader.u53()),
    changedAtMs: epochMs(reader.u53()),
    totalMinor: amountMinor(reader.u53()),
    eventId: reader.text(),
    userId: reader.text(),
    seats: Array.from({ length: reader.u16() }, () => reader.u32()),
    eventNumber: 0,
    userNumber: 0,
  };
}
