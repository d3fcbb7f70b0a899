import { epochMs, withPrefix, type ReservationId } from '@traffic-tacos/kernel';
import type { Refusal } from '@traffic-tacos/kit';
import type { Page } from '../ports/call.ts';
import type {
  CancelReservationAnswer,
  ConfirmReservation,
  ConfirmReservationAnswer,
  CreateReservation,
  CreateReservationAnswer,
  ExtendReservation,
  ExtendReservationAnswer,
  HeldReservation,
  ListReservations,
  ReservationCommand,
  ReservationFacts,
  Reservations,
} from '../ports/reservations.ts';
import type { Booking, BoxOffice } from './box-office.ts';
import type { Hall } from './hall.ts';

const HOLD_MS = 60_000;
const EXTENSION_MAX_SECONDS = 60;
const NOT_FOUND: Refusal = { refused: 'RESERVATION_NOT_FOUND' };

/** `Reservations` in memory, for tests. */
export class MemoryReservations implements Reservations {
  readonly #office: BoxOffice;

  constructor(office: BoxOffice) {
    this.#office = office;
  }

  create(command: CreateReservation): Promise<CreateReservationAnswer> {
    const { eventId, seatIds, quantity, section } = command;
    const content = [seatIds?.toSorted(), quantity, section];
    return Promise.resolve(this.#office.once(command, ['create', eventId], content, () => this.#create(command)));
  }

  confirm(command: ConfirmReservation): Promise<ConfirmReservationAnswer> {
    const { reservationId, paymentIntentId } = command;
    return Promise.resolve(this.#office.once(command, ['confirm', reservationId], paymentIntentId, () => this.#confirm(command)));
  }

  cancel(command: ReservationCommand): Promise<CancelReservationAnswer> {
    return Promise.resolve(this.#office.once(command, ['cancel', command.reservationId], '', () => this.#cancel(command)));
  }

  extend(command: ExtendReservation): Promise<ExtendReservationAnswer> {
    const { reservationId, extensionSeconds } = command;
    return Promise.resolve(this.#office.once(command, ['extend', reservationId], extensionSeconds, () => this.#extend(command)));
  }

  read(reservationId: ReservationId, userId: string | undefined): Promise<ReservationFacts | undefined> {
    return Promise.resolve(this.#office.bookingOf(reservationId, userId)?.facts);
  }

  list({ userId, status, eventId, after, limit }: ListReservations): Promise<Page<ReservationFacts>> {
    const own = [...this.#office.bookings.keys()].map((id) => this.#office.bookingOf(id, userId)?.facts).filter((facts) => facts !== undefined);
    const matching = own
      .filter((facts) => (status ?? facts.status) === facts.status && (eventId ?? facts.eventId) === facts.eventId)
      .filter(({ reservationId }) => after === undefined || reservationId < after)
      .toSorted((a, b) => (a.reservationId < b.reservationId ? 1 : -1));
    const items = matching.slice(0, limit);
    return Promise.resolve({ items, next: matching.length > limit ? items.at(-1)?.reservationId : undefined });
  }

  #create(command: CreateReservation): CreateReservationAnswer {
    const hall = this.#office.hall(command.eventId);
    if (hall === undefined) return { refused: 'EVENT_NOT_FOUND' };
    if (this.#taken(hall, command.userId) + command.quantity > hall.purchaseLimit) return { refused: 'PURCHASE_LIMIT_EXCEEDED' };
    const places = hall.choose(command);
    if ('refused' in places) return places;
    hall.mark(places, 'h');
    const nowMs = this.#office.clock.nowMs();
    const held: HeldReservation = {
      reservationId: this.#office.id('rsv'),
      eventId: hall.id,
      seatIds: places.flatMap(({ seatId }) => (seatId === undefined ? [] : [seatId])),
      quantity: places.length,
      totalAmountMinor: hall.priceOf(places),
      currency: hall.currency,
      holdExpiresAtMs: epochMs(nowMs + HOLD_MS),
    };
    const facts: ReservationFacts = {
      ...held, section: command.section, status: 'HOLD', reason: undefined, createdAtMs: nowMs, updatedAtMs: nowMs, orderId: undefined,
    };
    this.#office.bookings.set(held.reservationId, {
      facts, userId: command.userId, places, firstExpiresAtMs: held.holdExpiresAtMs, extendedBySeconds: 0, paymentIntentId: undefined,
    });
    return { kind: 'created', reservation: held, replayed: false };
  }

  #confirm({ reservationId, userId, paymentIntentId }: ConfirmReservation): ConfirmReservationAnswer {
    const booking = this.#office.bookingOf(reservationId, userId);
    if (booking === undefined) return NOT_FOUND;
    const orderId = withPrefix('ord', reservationId);
    const confirmed: ConfirmReservationAnswer = { kind: 'confirmed', reservationId, orderId, replayed: false };
    if (booking.facts.status === 'CONFIRMED' && booking.paymentIntentId === paymentIntentId) return confirmed;
    const refusal = refusalUnlessHeld(booking);
    if (refusal !== undefined) return refusal;
    const payment = this.#office.paymentOf(paymentIntentId, userId);
    if (payment?.reservationId !== reservationId || payment.status !== 'COMPLETED') return { refused: 'PAYMENT_NOT_APPROVED' };
    this.#office.hall(booking.facts.eventId)?.mark(booking.places, 's');
    this.#office.change(booking, { status: 'CONFIRMED', orderId }, { paymentIntentId });
    this.#office.orders.set(orderId, { reservationId, createdAtMs: this.#office.clock.nowMs() });
    return confirmed;
  }

  #cancel({ reservationId, userId }: ReservationCommand): CancelReservationAnswer {
    const booking = this.#office.bookingOf(reservationId, userId);
    if (booking === undefined) return NOT_FOUND;
    const cancelled: CancelReservationAnswer = { kind: 'cancelled', reservationId, replayed: false };
    if (booking.facts.status === 'CANCELLED') return cancelled;
    const refusal = refusalUnlessHeld(booking);
    if (refusal !== undefined) return refusal;
    this.#office.hall(booking.facts.eventId)?.mark(booking.places, 'f');
    this.#office.change(booking, { status: 'CANCELLED' });
    return cancelled;
  }

  #extend({ reservationId, userId, extensionSeconds }: ExtendReservation): ExtendReservationAnswer {
    const booking = this.#office.bookingOf(reservationId, userId);
    if (booking === undefined) return NOT_FOUND;
    const refusal = refusalUnlessHeld(booking);
    if (refusal !== undefined) return refusal;
    const { extendedBySeconds, firstExpiresAtMs } = booking;
    const isRefused = extendedBySeconds === 0 ? extensionSeconds > EXTENSION_MAX_SECONDS : extendedBySeconds !== extensionSeconds;
    if (isRefused) return { refused: 'EXTENSION_NOT_ALLOWED' };
    const holdExpiresAtMs = epochMs(firstExpiresAtMs + extensionSeconds * 1000);
    this.#office.change(booking, { holdExpiresAtMs }, { extendedBySeconds: extensionSeconds });
    return { kind: 'extended', reservationId, holdExpiresAtMs, replayed: false };
  }

  #taken(hall: Hall, userId: string): number {
    let places = 0;
    for (const booking of this.#office.bookings.values()) {
      const counts = booking.facts.status === 'HOLD' || booking.facts.status === 'CONFIRMED';
      if (counts && booking.userId === userId && booking.facts.eventId === hall.id) places += booking.places.length;
    }
    return places;
  }
}

function refusalUnlessHeld({ facts }: Booking): Refusal | undefined {
  switch (facts.status) {
    case 'HOLD':
      return undefined;
    case 'CANCELLED':
      return { refused: 'RESERVATION_ALREADY_CANCELLED' };
    case 'CONFIRMED':
    case 'REFUNDED':
      return { refused: 'RESERVATION_ALREADY_CONFIRMED' };
    case 'EXPIRED':
    case 'FAILED':
      return { refused: 'RESERVATION_EXPIRED' };
  }
}
