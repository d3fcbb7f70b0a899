import { CommitStatus, ReleaseStatus } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { unreachable } from '@traffic-tacos/kernel';
import type { Detail, GrpcRefusal, Refusal } from '@traffic-tacos/kit';
import type { CommitOutcome, ExtendOutcome, ReleaseOutcome, ReserveOutcome, SeatClash } from '../../domain/outcomes.ts';
import type { AvailabilityOutcome } from '../../ports/inventory-views.ts';

type Without<Outcome extends { readonly kind: string }, Granted extends string> = Exclude<Outcome, { readonly kind: Granted }>;

/** One thing that stood in the way: a short word for programs, and what it is about. */
const detail = (field: string, reason: string, value = ''): readonly Detail[] => [{ field, reason, value }];
const seats = (seatIds: readonly string[], reason: string): readonly Detail[] => seatIds.map((value) => ({ field: 'seatIds', reason, value }));
const clashing = (clashes: readonly SeatClash[]): readonly Detail[] => clashes.map(({ seatId, state }) => ({ field: 'seatIds', reason: state, value: seatId }));

export const EVENT_NOT_FOUND: Refusal = { refused: 'EVENT_NOT_FOUND', details: detail('eventId', 'not_found') };
const HOLD_NOT_FOUND: Refusal = { refused: 'RESERVATION_NOT_FOUND', details: detail('reservationId', 'not_found') };
export const ORDER_NOT_FOUND: Refusal = { refused: 'ORDER_NOT_FOUND', details: detail('orderId', 'not_found') };
export const sectionNotFound = (section: string): Refusal => ({ refused: 'SEAT_NOT_FOUND', details: detail('section', 'not_found', section) });

/** Why places could not be looked at. */
export function refusePlaces(outcome: Without<AvailabilityOutcome, 'availability'>, section: string): Refusal {
  switch (outcome.kind) {
    case 'event_not_found':
      return EVENT_NOT_FOUND;
    case 'section_not_found':
      return sectionNotFound(section);
    case 'seat_not_found':
      return { refused: 'SEAT_NOT_FOUND', details: seats(outcome.seatIds, 'not_found') };
    case 'seats_not_in_section':
      return { refused: 'INVALID_REQUEST', details: seats(outcome.seatIds, 'is in another section') };
    default:
      return unreachable(outcome);
  }
}

/** Why no hold was made. */
export function refuseReserve(outcome: Without<ReserveOutcome, 'held' | 'exists'>, section: string): Refusal {
  switch (outcome.kind) {
    case 'command_invalid':
      return { refused: 'INVALID_REQUEST', details: [{ field: outcome.field, reason: outcome.reason }] };
    case 'idempotency_conflict':
      return { refused: 'IDEMPOTENCY_CONFLICT', details: detail('idempotencyKey', 'used_for_another_request') };
    case 'exists_with_different_event':
    case 'exists_with_different_user':
    case 'exists_with_different_seats':
    case 'exists_with_different_quantity':
    case 'exists_with_different_section':
      return { refused: 'IDEMPOTENCY_CONFLICT', details: detail('reservationId', outcome.kind) };
    case 'sale_not_open':
      return { refused: 'SALE_NOT_OPEN', details: detail('eventId', 'sale_not_open') };
    case 'not_admitted':
      return { refused: 'FORBIDDEN', details: [{ field: 'admitted', reason: 'the event demands that its waiting room lets the buyer in' }] };
    case 'purchase_limit_exceeded':
      return { refused: 'PURCHASE_LIMIT_EXCEEDED', details: detail('quantity', 'purchase_limit', String(outcome.limit)) };
    case 'seat_unavailable':
      return { refused: 'SEAT_UNAVAILABLE', details: clashing(outcome.clashes) };
    case 'sold_out':
      return { refused: 'INVENTORY_CONFLICT', details: detail('quantity', 'sold_out', String(outcome.mostInOneSection)) };
    case 'not_together':
      return { refused: 'INVENTORY_CONFLICT', details: detail('quantity', 'not_together', String(outcome.mostTogether)) };
    default:
      return refusePlaces(outcome, section);
  }
}

/** Why nothing was sold. */
export function refuseCommit(outcome: Without<CommitOutcome, 'committed' | 'already_committed'>): GrpcRefusal {
  const conflict = { status: CommitStatus.COMMIT_STATUS_FAILED_CONFLICT };
  switch (outcome.kind) {
    case 'hold_not_found':
      return HOLD_NOT_FOUND;
    case 'hold_expired':
      return { refused: 'RESERVATION_EXPIRED', response: { status: CommitStatus.COMMIT_STATUS_FAILED_EXPIRED } };
    case 'hold_released':
    case 'hold_returned':
      return { ...alreadyEnded(outcome.kind), response: conflict };
    case 'seats_gone':
      return { refused: 'SEAT_UNAVAILABLE', details: outcome.reason === 'taken' ? clashing(outcome.clashes) : detail('quantity', outcome.reason), response: conflict };
    default:
      return unreachable(outcome);
  }
}

/** Why nothing was given up. */
export function refuseRelease(outcome: Extract<ReleaseOutcome, { kind: 'hold_not_found' | 'already_committed' | 'hold_returned' }>): GrpcRefusal {
  if (outcome.kind === 'hold_not_found') return { ...HOLD_NOT_FOUND, response: { status: ReleaseStatus.RELEASE_STATUS_NOT_FOUND } };
  const reason = outcome.kind === 'hold_returned' ? 'returned' : 'sold';
  return { refused: 'RESERVATION_ALREADY_CONFIRMED', details: detail('reservationId', reason), response: { status: ReleaseStatus.RELEASE_STATUS_FAILED } };
}

/** Why the end was not moved. */
export function refuseExtend(outcome: Without<ExtendOutcome, 'extended' | 'already_extended'>): Refusal {
  switch (outcome.kind) {
    case 'hold_not_found':
      return HOLD_NOT_FOUND;
    case 'hold_expired':
      return { refused: 'RESERVATION_EXPIRED' };
    case 'already_committed':
      return { refused: 'RESERVATION_ALREADY_CONFIRMED', details: detail('reservationId', 'sold') };
    case 'hold_released':
    case 'hold_returned':
      return alreadyEnded(outcome.kind);
    case 'extension_not_allowed':
      return { refused: 'EXTENSION_NOT_ALLOWED', details: detail('extensionSeconds', outcome.kind, String(outcome.mostMs / 1000)) };
    default:
      return unreachable(outcome);
  }
}

const alreadyEnded = (kind: 'hold_released' | 'hold_returned'): Refusal => ({
  refused: 'RESERVATION_ALREADY_CANCELLED',
  details: detail('reservationId', kind === 'hold_released' ? 'released' : 'returned'),
});
