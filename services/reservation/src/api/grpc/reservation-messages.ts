import { timestampOf } from '@traffic-tacos/contracts';
import { SeatStatus, type Money, type Seat } from '@traffic-tacos/contracts/proto/common/v1/types';
import {
  ReservationStatus as WireStatus,
  type CreateReservationResponse,
  type Order as OrderMessage,
  type Reservation as ReservationMessage,
} from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import type { EpochMs } from '@traffic-tacos/kernel';
import { ticketCode } from '../../application/ticket-code.ts';
import type { TicketSigner } from '../../ports/ticket-signer.ts';
import { orderIdOf, ticketsOf } from '../../domain/order.ts';
import { firstHoldExpiryMs, statusAt, type Reservation, type ReservationStatus } from '../../domain/reservation.ts';
import type { OrderWithFacts } from '../../ports/reservation-store.ts';

const WIRE_STATUS: Readonly<Record<ReservationStatus, WireStatus>> = {
  HOLD: WireStatus.RESERVATION_STATUS_HOLD,
  CONFIRMED: WireStatus.RESERVATION_STATUS_CONFIRMED,
  CANCELLED: WireStatus.RESERVATION_STATUS_CANCELLED,
  EXPIRED: WireStatus.RESERVATION_STATUS_EXPIRED,
  FAILED: WireStatus.RESERVATION_STATUS_FAILED,
  REFUNDED: WireStatus.RESERVATION_STATUS_REFUNDED,
};

export const STATUS_OF_WIRE: ReadonlyMap<WireStatus, ReservationStatus> = new Map(
  (Object.keys(WIRE_STATUS) as ReservationStatus[]).map((status) => [WIRE_STATUS[status], status]),
);

/** What a reservation knows of its seats: those of one that has ended may be anybody's by now, so nothing is said of them. */
const SEATS_OF: Readonly<Record<ReservationStatus, SeatStatus>> = {
  HOLD: SeatStatus.SEAT_STATUS_RESERVED,
  CONFIRMED: SeatStatus.SEAT_STATUS_SOLD,
  CANCELLED: SeatStatus.SEAT_STATUS_UNSPECIFIED,
  EXPIRED: SeatStatus.SEAT_STATUS_UNSPECIFIED,
  FAILED: SeatStatus.SEAT_STATUS_UNSPECIFIED,
  REFUNDED: SeatStatus.SEAT_STATUS_UNSPECIFIED,
};

/** A reservation as it is at `nowMs`. */
export function reservationMessage(reservation: Reservation, nowMs: EpochMs): ReservationMessage {
  const status = statusAt(reservation, nowMs);
  const isOrder = status === 'CONFIRMED' || status === 'REFUNDED';
  return {
    reservationId: reservation.id,
    eventId: reservation.eventId,
    userId: reservation.userId,
    status: WIRE_STATUS[status],
    seats: seatMessages(reservation, SEATS_OF[status]),
    quantity: reservation.quantity,
    totalAmount: totalOf(reservation),
    createdAt: timestampOf(reservation.createdAtMs),
    updatedAt: timestampOf(reservation.updatedAtMs),
    holdExpiresAt: timestampOf(reservation.holdExpiresAtMs),
    paymentIntentId: isOrder ? (reservation.paymentIntentId ?? '') : '',
    orderId: isOrder ? orderIdOf(reservation.id) : '',
    metadata: undefined,
    failureReason: reservation.failure ?? '',
    section: reservation.section ?? '',
  };
}

/** The answer to a create, from what was frozen then: the same but for `replayed`, whatever has become of the reservation since. */
export const createdMessage = (reservation: Reservation, replayed: boolean): CreateReservationResponse => ({
  reservationId: reservation.id,
  status: WireStatus.RESERVATION_STATUS_HOLD,
  holdExpiresAt: timestampOf(firstHoldExpiryMs(reservation)),
  reservedSeats: seatMessages(reservation, SeatStatus.SEAT_STATUS_RESERVED),
  totalAmount: totalOf(reservation),
  paymentUrl: '',
  error: undefined,
  replayed,
});

/** An order with its tickets. */
export function orderMessage({ order, reservation }: OrderWithFacts, signer: TicketSigner | undefined): OrderMessage {
  return {
    orderId: order.id,
    reservationId: reservation.id,
    eventId: reservation.eventId,
    userId: reservation.userId,
    seats: seatMessages(reservation, SEATS_OF[order.status]),
    quantity: reservation.quantity,
    totalAmount: totalOf(reservation),
    status: order.status,
    paymentIntentId: order.paymentIntentId,
    createdAt: timestampOf(order.createdAtMs),
    tickets: ticketsOf(order, reservation).map(({ ticketId, seatId, status }) => ({
      ticketId,
      seatId: seatId ?? '',
      code: ticketCode(order, reservation, { ticketId, seatId }, signer),
      status,
    })),
  };
}

/** One entry for each place; those of a pool have no id. Rows and numbers are the catalogue's, which is not kept here. */
export function seatMessages(reservation: Reservation, status: SeatStatus): Seat[] {
  const { seatIds, section = '', quantity } = reservation;
  const seats: Seat[] = [];
  for (let i = 0; i < quantity; i++) {
    seats.push({ id: seatIds[i] ?? '', section, row: '', number: '', price: priceOfEach(reservation), status });
  }
  return seats;
}

const totalOf = ({ totalMinor, currency }: Reservation): Money => ({ amount: totalMinor, currency });

/** All places of a section have one price. Of seats in several sections only the sum was frozen. */
function priceOfEach({ section, quantity, totalMinor, currency }: Reservation): Money | undefined {
  return section === undefined && quantity > 1 ? undefined : { amount: totalMinor / quantity, currency };
}
