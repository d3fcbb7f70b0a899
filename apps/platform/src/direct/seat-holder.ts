import type { Deciders, Hold, HoldOutcome as InventoryOutcome } from '@traffic-tacos/inventory';
import { count, InvariantBreach, unreachable, type Clock } from '@traffic-tacos/kernel';
import type { HeldFacts, HoldOutcome, SeatHolder } from '@traffic-tacos/reservation';

/** The reservation service's way to its seats in the same process: inventory decides in the reservation's own unit of work. */
export function directSeatHolder(decide: Deciders, clock: Clock): SeatHolder {
  return {
    hold: (command) => Promise.resolve((unit) => heldOutcome(decide.hold(unit, command, clock.nowMs()))),
    commit: (reservationId, _orderId, { reacquire }) =>
      Promise.resolve((unit) => {
        const outcome = decide.commit(unit, { reservationId, reacquire }, clock.nowMs());
        switch (outcome.kind) {
          case 'committed':
          case 'already_committed':
            return { kind: 'committed' };
          case 'hold_returned':
            return { kind: 'hold_released' };
          case 'seats_gone':
            return { kind: 'seats_gone' };
          case 'hold_expired':
          case 'hold_released':
          case 'hold_not_found':
            return { kind: outcome.kind };
        }
      }),
    release: (reservationId) =>
      Promise.resolve((unit) => {
        const { kind } = decide.release(unit, { reservationId }, clock.nowMs());
        if (kind === 'already_released') return { kind: 'released' };
        return { kind: kind === 'hold_returned' ? 'already_committed' : kind };
      }),
    expire: (reservationId) =>
      Promise.resolve((unit) => {
        const { kind } = decide.expire(unit, { reservationId }, clock.nowMs());
        if (kind === 'expired' || kind === 'not_due' || kind === 'hold_not_found') return { kind };
        return { kind: 'ended' };
      }),
    return: (orderId) =>
      Promise.resolve((unit) => {
        const { kind } = decide.return(unit, { orderId }, clock.nowMs());
        return { kind: kind === 'returned' || kind === 'already_returned' ? 'returned' : 'order_not_found' };
      }),
    extend: (reservationId, extendByMs) =>
      Promise.resolve((unit) => {
        const outcome = decide.extend(unit, { reservationId, extendByMs }, clock.nowMs());
        switch (outcome.kind) {
          case 'extended':
          case 'already_extended':
            return { kind: 'extended', expiresAtMs: outcome.hold.expiresAtMs };
          case 'extension_not_allowed':
          case 'hold_not_found':
            return { kind: outcome.kind };
          default:
            return { kind: 'hold_expired' };
        }
      }),
  };
}

function heldOutcome(outcome: InventoryOutcome): HoldOutcome {
  switch (outcome.kind) {
    case 'held':
    case 'exists':
      return { kind: 'held', held: factsOf(outcome.hold) };
    case 'event_not_found':
    case 'section_not_found':
    case 'seat_not_found':
    case 'seats_not_in_section':
    case 'sale_not_open':
    case 'not_admitted':
    case 'purchase_limit_exceeded':
    case 'sold_out':
    case 'not_together':
      return outcome;
    case 'seat_unavailable':
      return { kind: 'seat_unavailable', seats: outcome.clashes };
    case 'command_invalid':
    case 'exists_with_different_event':
    case 'exists_with_different_user':
    case 'exists_with_different_seats':
    case 'exists_with_different_quantity':
    case 'exists_with_different_section':
      // The edge has checked the command, and its id has been made for it alone.
      throw new InvariantBreach(`a new hold cannot be ${outcome.kind}`);
    default:
      return unreachable(outcome);
  }
}

const factsOf = (hold: Hold): HeldFacts => ({
  eventId: hold.eventId,
  section: hold.sectionId,
  seatIds: hold.seatIds,
  quantity: count(hold.quantity),
  totalMinor: hold.totalMinor,
  currency: hold.currency,
  heldAtMs: hold.createdAtMs,
  expiresAtMs: hold.expiresAtMs,
});
