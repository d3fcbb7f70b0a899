import { timestampOf } from '@traffic-tacos/contracts';
import { SeatStatus, type Money, type Seat } from '@traffic-tacos/contracts/proto/common/v1/types';
import { ReservationStatus as WireStatus, type Reservation } from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import type { HeldReservation, ReservationFacts, ReservationStatus } from '../../ports/reservations.ts';

export const WIRE_STATUS: Readonly<Record<ReservationStatus, WireStatus>> = {
  HOLD: WireStatus.RESERVATION_STATUS_HOLD,
  CONFIRMED: WireStatus.RESERVATION_STATUS_CONFIRMED,
  CANCELLED: WireStatus.RESERVATION_STATUS_CANCELLED,
  EXPIRED: WireStatus.RESERVATION_STATUS_EXPIRED,
  FAILED: WireStatus.RESERVATION_STATUS_FAILED,
  REFUNDED: WireStatus.RESERVATION_STATUS_REFUNDED,
};

/** Of the seats of a reservation that has ended nothing is said: they may be anybody's by now. */
const SEATS_OF: Readonly<Partial<Record<ReservationStatus, SeatStatus>>> = {
  HOLD: SeatStatus.SEAT_STATUS_RESERVED,
  CONFIRMED: SeatStatus.SEAT_STATUS_SOLD,
};

/** A reservation as `reservation.v1` has it. Whose it is, the caller says who asks. */
export const reservationMessage = (facts: ReservationFacts, userId: string): Reservation => ({
  reservationId: facts.reservationId,
  eventId: facts.eventId,
  userId,
  status: WIRE_STATUS[facts.status],
  seats: seatMessages(facts, SEATS_OF[facts.status] ?? SeatStatus.SEAT_STATUS_UNSPECIFIED),
  quantity: facts.quantity,
  totalAmount: totalOf(facts),
  createdAt: timestampOf(facts.createdAtMs),
  updatedAt: timestampOf(facts.updatedAtMs),
  holdExpiresAt: timestampOf(facts.holdExpiresAtMs),
  paymentIntentId: '',
  orderId: facts.orderId ?? '',
  metadata: undefined,
  failureReason: facts.reason ?? '',
  section: facts.section ?? '',
});

/** One entry for each place; those of a pool have no id. */
export const seatMessages = ({ seatIds, quantity, section = '' }: HeldReservation & { readonly section?: string | undefined }, status: SeatStatus): Seat[] =>
  Array.from({ length: quantity }, (_, i) => ({ id: seatIds[i] ?? '', section, row: '', number: '', price: undefined, status }));

export const totalOf = ({ totalAmountMinor, currency }: Pick<HeldReservation, 'totalAmountMinor' | 'currency'>): Money => ({ amount: totalAmountMinor, currency });
