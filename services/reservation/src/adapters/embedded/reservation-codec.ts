import type { ByteReader, ByteWriter, HistoryShape } from '@traffic-tacos/journal';
import {
  amountMinor, count, durationMs, epochMs, formatId, parseId, present, type CurrencyCode, type IdWords, type PaymentIntentId,
} from '@traffic-tacos/kernel';
import { isCommitting, type FailureReason, type Reservation, type ReservationStatus } from '../../domain/reservation.ts';

/** In the order of their numbers on disk and in rows, which are never changed. */
export const STATUSES: readonly ReservationStatus[] = ['HOLD', 'CONFIRMED', 'CANCELLED', 'EXPIRED', 'FAILED', 'REFUNDED'];
export const FAILURES: readonly (FailureReason | undefined)[] = [undefined, 'FAILED_PAYMENT', 'SEATS_GONE'];

export const NO_ID: IdWords = { w0: 0, w1: 0, w2: 0, w3: 0 };

/**
 * Reservations in the history: those that nobody holds seats for any more, or has bought. One whose seats are being committed stays in
 * memory, whatever it was before, since its confirmation is to be carried through.
 */
export const RESERVATION_SHAPE: HistoryShape<Reservation> = {
  recordType: 10,
  name: 'reservations',
  decode: decodeReservation,
  keyOf: ({ id }) => reservationWords(id),
  versionOf: ({ version }) => version,
  hasEnded: (reservation) => reservation.status !== 'HOLD' && !isCommitting(reservation),
  ownerOf: ({ userId }) => userId,
};

export const reservationWords = (id: string): IdWords => present(parseId('rsv', id), 'reservation id');

export function encodeReservation(record: Reservation, writer: ByteWriter): void {
  writer.id(present(parseId('rsv', record.id), 'reservation id'));
  writer.u32(record.version);
  writer.u8(STATUSES.indexOf(record.status));
  writer.u8(FAILURES.indexOf(record.failure));
  writer.u16(record.quantity);
  writer.text(record.userId);
  writer.text(record.eventId);
  writer.text(record.section ?? '');
  writer.text(record.currency);
  writer.u53(record.totalMinor);
  writer.u53(record.createdAtMs);
  writer.u53(record.updatedAtMs);
  writer.u53(record.holdExpiresAtMs);
  writer.u32(record.extendedByMs);
  writer.u32(record.sequence);
  writer.id(record.paymentIntentId === undefined ? NO_ID : present(parseId('pay', record.paymentIntentId), 'intent id'));
  writer.u16(record.seatIds.length);
  for (const seatId of record.seatIds) writer.text(seatId);
}

export function decodeReservation(_layoutVersion: number, reader: ByteReader): Reservation {
  const id = formatId('rsv', reader.id());
  const version = reader.u32();
  const status = present(STATUSES[reader.u8()], 'status');
  const failure = FAILURES[reader.u8()];
  const quantity = count(reader.u16());
  const userId = reader.text();
  const eventId = reader.text();
  const section = reader.text();
  const currency = reader.text() as CurrencyCode;
  const totalMinor = amountMinor(reader.u53());
  const createdAtMs = epochMs(reader.u53());
  const updatedAtMs = epochMs(reader.u53());
  const holdExpiresAtMs = epochMs(reader.u53());
  const extendedByMs = durationMs(reader.u32());
  const sequence = reader.u32();
  const paymentIntentId = intentIdOf(reader.id());
  const seatIds = Array.from({ length: reader.u16() }, () => reader.text());
  return {
    id, version, status, failure, quantity, userId, eventId, section: section === '' ? undefined : section, currency, totalMinor,
    createdAtMs, updatedAtMs, holdExpiresAtMs, extendedByMs, sequence, paymentIntentId, seatIds,
  };
}

export const intentIdOf = (words: IdWords): PaymentIntentId | undefined =>
  words.w0 === 0 && words.w1 === 0 ? undefined : formatId('pay', words);
