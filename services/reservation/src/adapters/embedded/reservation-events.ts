import type { ByteReader, FoundEvents, OutboxSource } from '@traffic-tacos/journal';
import { invariant, present } from '@traffic-tacos/kernel';
import { reservationEvent } from '../../domain/reservation-event.ts';
import { decodeAnnouncement, OUTBOX_RECORD_TYPE, typeAt } from './outbox-table.ts';
import { decodeReservation, RESERVATION_SHAPE } from './reservation-codec.ts';

/** A record that was passed in the same entry, not decoded yet. */
interface Passed {
  readonly layout: number;
  readonly start: number;
  readonly end: number;
}

/** The events of this service: an announcement stands behind the record of its reservation, in the same entry. */
export class ReservationEvents implements OutboxSource {
  readonly recordTypes: readonly number[] = [RESERVATION_SHAPE.recordType, OUTBOX_RECORD_TYPE];
  #beside: Passed | undefined;

  read(type: number, layout: number, reader: ByteReader, start: number, end: number, found: FoundEvents): void {
    if (type !== OUTBOX_RECORD_TYPE) {
      this.#beside = { layout, start, end };
      return;
    }
    // Most announcements are of new holds, which nobody may want: those are not decoded.
    if (!found.wants(typeAt(reader))) return found.pass();
    reader.window(start, end);
    const announcement = decodeAnnouncement(reader);
    const beside = present(this.#beside, 'the reservation record before an announcement');
    reader.window(beside.start, beside.end);
    const reservation = decodeReservation(beside.layout, reader);
    invariant(reservation.id === announcement.reservationId, 'an announcement stands behind the record of its own reservation');
    found.add(reservationEvent(announcement, reservation));
  }
}
