import type { Limits } from '@traffic-tacos/kernel';
import type { HoldCommand } from './commands.ts';
import type { CommandInvalid } from './outcomes.ts';

/** The longest that a hold may be asked to last: 31 days, which the room for extensions in 32 bits of milliseconds covers. */
export const HOLD_MS_MAX = 31 * 24 * 3600 * 1000;

/**
 * What is wrong with a hold command by itself; undefined when nothing is. The edge has told the client of every violation already;
 * this is the last door before the books, where one seat counted twice would break them.
 */
export function checkHoldCommand(command: HoldCommand, limits: Limits): CommandInvalid | undefined {
  const { seatIds, quantity, holdForMs } = command;
  if (!isText(command.eventId, limits)) return invalidCommand('event_id', `must have 1 to ${limits.idChars} characters`);
  if (!isText(command.userId, limits)) return invalidCommand('user_id', `must have 1 to ${limits.idChars} characters`);
  if (!Number.isSafeInteger(holdForMs) || holdForMs < 1 || holdForMs > HOLD_MS_MAX) {
    return invalidCommand('hold_for_ms', `must be a whole number from 1 to ${HOLD_MS_MAX}`);
  }
  return seatIds === undefined ? checkQuantity(quantity, limits) : checkSeats(seatIds, quantity, limits);
}

function checkQuantity(quantity: number | undefined, { seatsPerHold }: Limits): CommandInvalid | undefined {
  if (quantity === undefined) return invalidCommand('quantity', 'is required where no seats are named');
  const isInRange = Number.isSafeInteger(quantity) && quantity >= 1 && quantity <= seatsPerHold;
  return isInRange ? undefined : invalidCommand('quantity', `must be a whole number from 1 to ${seatsPerHold}`);
}

function checkSeats(seatIds: readonly string[], quantity: number | undefined, { seatsPerHold }: Limits): CommandInvalid | undefined {
  if (seatIds.length < 1 || seatIds.length > seatsPerHold) return invalidCommand('seat_ids', `must name 1 to ${seatsPerHold} seats`);
  if (quantity !== undefined && quantity !== seatIds.length) return invalidCommand('quantity', 'differs from the number of seats');
  for (let i = 1; i < seatIds.length; i++) {
    if (seatIds.indexOf(seatIds[i] ?? '') < i) return invalidCommand('seat_ids', 'names a seat twice');
  }
  return undefined;
}

/** Characters are counted as the schemas of the edge count them: one that takes two code units is one. */
const isText = (text: string, { idChars }: Limits): boolean =>
  text.length > 0 && (text.length <= idChars || (text.length <= 2 * idChars && Array.from(text).length <= idChars));

export const invalidCommand = (field: string, reason: string): CommandInvalid => ({ kind: 'command_invalid', field, reason });
