import type { HoldState } from '@traffic-tacos/inventory';
import type { EpochMs } from '@traffic-tacos/kernel';
import type { Order, OrderStatus, Reservation, ReservationStatus } from '@traffic-tacos/reservation';
import type { Finding } from './breach.ts';
import type { RecordDifference } from './difference.ts';
import type { HoldFacts } from './known.ts';

/** What a reservation of some status says about a hold of some state: that it is right, or what it breaks. */
type PairVerdict = 'right' | 'right_once_over' | 'right_alone' | 'I2' | 'I5';

/**
 * Status by record against stored state. In one process both are written in one entry, so every pair but these is a breach, at any
 * instant. There are two exceptions. `right_once_over`: whoever is granted the seats of a hold that is over ends that hold in their own
 * entry, and the reservation reads EXPIRED by its instant until its own wake-up records it. `right_alone`, of a hold that a call has asked for: the answer to
 * its release was lost, nobody asked again, and the reservation ended by its instant.
 */
const PAIRS: Readonly<Record<ReservationStatus, Readonly<Record<HoldState, PairVerdict>>>> = {
  HOLD: { held: 'right', committed: 'I2', released: 'I5', expired: 'right_once_over', returned: 'I2' },
  CONFIRMED: { held: 'I2', committed: 'right', released: 'I2', expired: 'I2', returned: 'I2' },
  CANCELLED: { held: 'I2', committed: 'I2', released: 'right', expired: 'I2', returned: 'I2' },
  EXPIRED: { held: 'I2', committed: 'I2', released: 'right_alone', expired: 'right', returned: 'I2' },
  FAILED: { held: 'I2', committed: 'I2', released: 'right', expired: 'right', returned: 'I2' },
  REFUNDED: { held: 'I2', committed: 'I2', released: 'I2', expired: 'I2', returned: 'right' },
};

/** The status of the order that a reservation of some status has; undefined where it has none. */
const ORDERS: Readonly<Record<ReservationStatus, OrderStatus | undefined>> = {
  HOLD: undefined,
  CONFIRMED: 'CONFIRMED',
  CANCELLED: undefined,
  EXPIRED: undefined,
  FAILED: undefined,
  REFUNDED: 'REFUNDED',
};

/** A reservation, its hold and its order say the same: whose, which places, for how much, until when, and what has become of them. */
export function checkReservation(reservation: Reservation, hold: HoldFacts | undefined, order: Order | undefined, nowMs: EpochMs): readonly Finding[] {
  const { id, status } = reservation;
  if (hold === undefined) return [{ kind: 'reservation_without_hold', invariant: 'I4', subject: id, detail: 'has no hold: half an entry' }];
  const findings = hasSameFacts(reservation, hold) ? [] : differingFacts(reservation, hold);
  const verdict = judgePair(reservation, hold, nowMs);
  if (verdict !== 'right') findings.push({ kind: pairDifference(reservation, hold), invariant: verdict, subject: id, detail: `is ${status} and its hold ${hold.state}` });
  const expected = ORDERS[status];
  if (order?.status !== expected) findings.push({ kind: 'reservation_and_order_disagree', invariant: 'I2', subject: id, detail: orderDetail(status, order) });
  return findings;
}

const isOfSame = (reservation: Reservation, hold: HoldFacts): boolean => hold.userId === reservation.userId && hold.eventId === reservation.eventId;
const hasSamePlaces = (reservation: Reservation, hold: HoldFacts): boolean =>
  hold.quantity === reservation.quantity && hold.sectionId === reservation.section && hold.seatIds.length === reservation.seatIds.length &&
  hold.seatIds.every((seatId, at) => seatId === reservation.seatIds[at]);
const costsSame = (reservation: Reservation, hold: HoldFacts): boolean => hold.totalMinor === reservation.totalMinor && hold.currency === reservation.currency;

/** What was frozen when the seats were held, and the instant that an extension moves in both. */
const hasSameFacts = (reservation: Reservation, hold: HoldFacts): boolean =>
  isOfSame(reservation, hold) && hasSamePlaces(reservation, hold) && costsSame(reservation, hold) && hold.expiresAtMs === reservation.holdExpiresAtMs;

function differingFacts(reservation: Reservation, hold: HoldFacts): Finding[] {
  const findings: Finding[] = [];
  const differs = (invariant: string, detail: string): void => void findings.push({ kind: 'reservation_differs_from_hold', invariant, subject: reservation.id, detail });
  if (!isOfSame(reservation, hold)) differs('I2', 'is of another user or event than its hold');
  if (!hasSamePlaces(reservation, hold)) differs('I2', 'names other seats than its hold');
  if (!costsSame(reservation, hold)) differs('I3', `costs ${reservation.totalMinor} ${reservation.currency}, and its hold ${hold.totalMinor} ${hold.currency}`);
  if (hold.expiresAtMs !== reservation.holdExpiresAtMs) {
    findings.push({ kind: 'hold_extended_under_reservation', invariant: 'I5', subject: reservation.id, detail: 'ends at another instant than its hold' });
  }
  return findings;
}

function judgePair({ status, holdExpiresAtMs }: Reservation, hold: HoldFacts, nowMs: EpochMs): 'right' | 'I2' | 'I5' {
  const verdict = PAIRS[status][hold.state];
  if (verdict === 'right_alone') return hold.standsAlone ? 'right' : 'I2';
  if (verdict !== 'right_once_over') return verdict;
  return holdExpiresAtMs <= nowMs && holdExpiresAtMs <= hold.changedAtMs ? 'right' : 'I5';
}

/** What is wrong between the two, by name: some of it is put right, since the inventory can be told to end, sell or return by others. */
function pairDifference({ status }: Reservation, { state }: HoldFacts): RecordDifference {
  if (state === 'released' && status === 'HOLD') return 'hold_released_under_reservation';
  if (state === 'committed' && ORDERS[status] === undefined && status !== 'CANCELLED') return 'sold_without_order';
  if (state === 'returned' && status === 'CONFIRMED') return 'returned_under_order';
  return 'reservation_and_hold_disagree';
}

function orderDetail(status: ReservationStatus, order: Order | undefined): string {
  if (order === undefined) return `is ${status} without an order`;
  return ORDERS[status] === undefined ? `has an order and is ${status}` : `is ${status} and its order ${order.status}`;
}
