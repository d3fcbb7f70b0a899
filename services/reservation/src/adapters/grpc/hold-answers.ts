import { ErrorCode, type Error as WireError } from '@traffic-tacos/contracts/proto/common/v1/errors';
import type { Seat } from '@traffic-tacos/contracts/proto/common/v1/types';
import type { ReserveSeatResponse } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { amountMinor, count, epochMs, isCurrencyCode, parseId, type CurrencyCode, type ReservationId } from '@traffic-tacos/kernel';
import type { UpstreamRefusal } from '@traffic-tacos/kit';
import type { HeldFacts } from '../../domain/change.ts';
import type { HoldCommand, HoldOutcome, SeatClash } from '../../ports/seat-holder.ts';
import { instantOf, UnexpectedAnswer, unexpectedError, unexpectedRefusal } from './wire-answers.ts';

const CLASHES: readonly string[] = ['held', 'sold', 'blocked'] satisfies readonly SeatClash['state'][];

/** What `ReserveSeat` has answered: the hold, or the outcome in its `error`. */
export function heldOutcome(command: HoldCommand, response: ReserveSeatResponse): HoldOutcome {
  const { error, holdId } = response;
  if (error !== undefined) return refusedBy(error);
  const held = factsOf(command, response);
  const { demandsAdmission } = response;
  if (holdId === command.reservationId) return { kind: 'held', held, demandsAdmission };
  if (!isReservationId(holdId)) throw new UnexpectedAnswer('a hold', `under the id ${holdId}`);
  return { kind: 'held', held, adopted: holdId, demandsAdmission };
}

/** A status that a repeat would get again. */
export function refusedHold(refusal: UpstreamRefusal): HoldOutcome {
  const { status, details } = refusal;
  if (status === 'PERMISSION_DENIED' && details.some(({ field }) => field === 'admitted')) return { kind: 'not_admitted' };
  const ofSeats = details.filter(({ field }) => field.startsWith('seat_ids'));
  if (status === 'INVALID_ARGUMENT' && ofSeats.length > 0) return { kind: 'seats_not_in_section', seatIds: ofSeats.map(({ reason }) => reason.split(':')[0] ?? '') };
  throw unexpectedRefusal(refusal);
}

function refusedBy(error: WireError): HoldOutcome {
  const { code, details } = error;
  const values = (field: string): readonly string[] => details.filter((detail) => detail.field === field).map(({ value }) => value);
  switch (code) {
    case ErrorCode.ERROR_CODE_INVENTORY_CONFLICT:
      return { kind: 'seat_unavailable', seats: details.map(({ value, reason }) => ({ seatId: value, state: clashOf(reason) })) };
    case ErrorCode.ERROR_CODE_INSUFFICIENT_INVENTORY: {
      const apart = details.find(({ reason }) => reason === 'not_together');
      return apart === undefined ? { kind: 'sold_out' } : { kind: 'not_together', mostTogether: Number(apart.value) };
    }
    case ErrorCode.ERROR_CODE_NOT_FOUND:
      if (values('seat_ids').length > 0) return { kind: 'seat_not_found', seatIds: values('seat_ids') };
      return { kind: values('section').length > 0 ? 'section_not_found' : 'event_not_found' };
    case ErrorCode.ERROR_CODE_QUOTA_EXCEEDED:
      return { kind: 'purchase_limit_exceeded', limit: Number(details[0]?.value ?? 0) };
    case ErrorCode.ERROR_CODE_FAILED_PRECONDITION:
      return { kind: 'sale_not_open' };
    case ErrorCode.ERROR_CODE_IDEMPOTENCY_CONFLICT:
      return { kind: 'idempotency_conflict' };
    default:
      throw unexpectedError(error);
  }
}

function factsOf({ eventId, holdForMs }: HoldCommand, { reservedSeats, holdExpiresAt, heldAt }: ReserveSeatResponse): HeldFacts {
  const expiresAtMs = instantOf(holdExpiresAt, 'hold_expires_at');
  const sections = new Set(reservedSeats.map(({ section }) => section));
  return {
    eventId,
    section: sections.size === 1 ? reservedSeats[0]?.section : undefined,
    seatIds: reservedSeats.map(({ id }) => id).filter((id) => id !== ''),
    quantity: count(reservedSeats.length),
    totalMinor: amountMinor(reservedSeats.reduce((total, { price }) => total + (price?.amount ?? 0), 0)),
    currency: currencyOf(reservedSeats),
    heldAtMs: heldAt === undefined ? epochMs(expiresAtMs - holdForMs) : instantOf(heldAt, 'held_at'),
    expiresAtMs,
  };
}

function currencyOf([seat]: readonly Seat[]): CurrencyCode {
  const currency = seat?.price?.currency ?? '';
  if (!isCurrencyCode(currency)) throw new UnexpectedAnswer('a price', `in the currency ${currency}`);
  return currency;
}

function clashOf(reason: string): SeatClash['state'] {
  return CLASHES.includes(reason) ? (reason as SeatClash['state']) : 'held';
}

const isReservationId = (text: string): text is ReservationId => parseId('rsv', text) !== undefined;
