import type { ByteReader, ByteWriter, RecordTable } from '@traffic-tacos/journal';
import { epochMs, formatId, parseId, present } from '@traffic-tacos/kernel';
import type { Announcement, AnnouncementType } from '../../domain/announcement.ts';

const TYPES: readonly AnnouncementType[] = [
  'reservation.created',
  'reservation.confirmed',
  'reservation.cancelled',
  'reservation.expired',
  'reservation.failed',
  'reservation.refunded',
];

export const OUTBOX_RECORD_TYPE = 12;
/** Before the type: an id and a number. */
const BYTES_BEFORE_TYPE = 20;

/** The type of the announcement that the reader stands at, without the rest of it. */
export function typeAt(reader: ByteReader): AnnouncementType {
  reader.skip(BYTES_BEFORE_TYPE);
  return present(TYPES[reader.u8()], 'announcement type');
}

export function decodeAnnouncement(reader: ByteReader): Announcement {
  return {
    reservationId: formatId('rsv', reader.id()),
    sequence: reader.u32(),
    type: present(TYPES[reader.u8()], 'announcement type'),
    occurredAtMs: epochMs(reader.u53()),
    traceId: reader.text(),
  };
}

/**
 * The outbox of the embedded store is the journal itself: an announcement stands in the entry of the change that it tells of, and
 * whoever relays it reads the journal. Nothing of it is kept in memory.
 */
export class OutboxTable implements RecordTable<Announcement> {
  readonly recordType = OUTBOX_RECORD_TYPE;
  readonly name = 'outbox';
  readonly layoutVersion = 1;
  readonly isKept = false;
  #heard: (announcement: Announcement) => void = () => undefined;

  /** `heard` is told of each announcement as its entry is applied, and of none that recovery meets. */
  listen(heard: (announcement: Announcement) => void): void {
    this.#heard = heard;
  }

  encode(record: Announcement, writer: ByteWriter): void {
    writer.id(present(parseId('rsv', record.reservationId), 'reservation id'));
    writer.u32(record.sequence);
    writer.u8(TYPES.indexOf(record.type));
    writer.u53(record.occurredAtMs);
    writer.text(record.traceId);
  }

  decode(_layoutVersion: number, reader: ByteReader): Announcement {
    return decodeAnnouncement(reader);
  }

  /** Its reservation's record, in the same unit, carries the version that guards both. */
  isNext(): boolean {
    return true;
  }

  apply(record: Announcement): void {
    this.#heard(record);
  }

  restore(): void {}

  rebuild(): void {}

  scan(): number {
    return -1;
  }
}
