import { unreachable, type EpochMs } from '@traffic-tacos/kernel';
import type { HoldCommand } from './commands.ts';
import { isDue, type Hold, type HoldTerms } from './hold.ts';

/** The caller's idea of whose hold it is; what is undefined is not looked at. */
interface Claim {
  readonly eventId?: string | undefined;
  readonly userId?: string | undefined;
  readonly seatIds?: readonly string[] | undefined;
  readonly quantity?: number | undefined;
}

export type ContractCommand =
  | ({ readonly kind: 'commit'; readonly reacquire: boolean } & Claim)
  | ({ readonly kind: 'release' } & Claim)
  | ({ readonly kind: 'expire' } & Claim)
  | ({ readonly kind: 'extend'; readonly extendByMs: number; readonly mostMs: number } & Claim)
  | ({ readonly kind: 'return' } & Claim);

/**
 * What the contract says to a command. Verbs are permissions: the command takes effect (`reacquire`: if its places are free).
 * All else is the refusal or repetition of that name in `outcomes.ts`.
 */
export interface Verdicts {
  commit: 'hold_not_found' | 'hold_returned' | 'already_committed' | 'hold_released' | 'hold_expired' | 'reacquire' | 'commit';
  release: 'hold_not_found' | 'hold_returned' | 'already_committed' | 'already_released' | 'hold_expired' | 'release';
  expire: 'hold_not_found' | 'hold_returned' | 'already_committed' | 'hold_released' | 'already_expired' | 'not_due' | 'expire';
  extend:
    | 'hold_not_found'
    | 'hold_returned'
    | 'already_committed'
    | 'hold_released'
    | 'hold_expired'
    | 'already_extended'
    | 'extension_not_allowed'
    | 'extend';
  return: 'order_not_found' | 'already_returned' | 'return';
}

/**
 * The hold contract: a function of the hold, the command and the instant alone. A hold never expires before its
 * instant, is over exactly at it, and is never committed at or after it.
 */
export type Judge = <C extends ContractCommand>(hold: HoldTerms, command: C, now: EpochMs) => Verdicts[C['kind']];

export const judge: Judge = (hold, command, now) => verdictOn(hold, command, now) as Verdicts[(typeof command)['kind']];

function verdictOn(hold: HoldTerms, command: ContractCommand, now: EpochMs): Verdicts[ContractCommand['kind']] {
  const isAnother = isAnothers(hold, command) || namesOtherPlaces(hold, command);
  if (command.kind === 'return') return isAnother ? 'order_not_found' : verdictOnReturn(hold);
  if (isAnother) return 'hold_not_found';
  if (hold.state === 'returned') return 'hold_returned';
  if (hold.state === 'committed') return 'already_committed';
  const isOver = hold.state === 'expired' || isDue(hold, now);
  switch (command.kind) {
    case 'commit':
      return verdictOnCommit(hold, command.reacquire, isOver);
    case 'release':
      if (hold.state === 'released') return 'already_released';
      return isOver ? 'hold_expired' : 'release';
    case 'expire':
      if (hold.state === 'released') return 'hold_released';
      if (hold.state === 'expired') return 'already_expired';
      return isOver ? 'expire' : 'not_due';
    case 'extend':
      if (hold.state === 'released') return 'hold_released';
      return isOver ? 'hold_expired' : verdictOnExtend(hold, command.extendByMs, command.mostMs);
    default:
      return unreachable(command);
  }
}

function verdictOnCommit({ state }: HoldTerms, reacquire: boolean, isOver: boolean): Verdicts['commit'] {
  if (state !== 'released' && !isOver) return 'commit';
  if (reacquire) return 'reacquire';
  return state === 'released' ? 'hold_released' : 'hold_expired';
}

function verdictOnExtend({ extendedByMs }: HoldTerms, extendByMs: number, mostMs: number): Verdicts['extend'] {
  if (extendedByMs > 0) return extendedByMs === extendByMs ? 'already_extended' : 'extension_not_allowed';
  return Number.isSafeInteger(extendByMs) && extendByMs >= 1 && extendByMs <= mostMs ? 'extend' : 'extension_not_allowed';
}

function verdictOnReturn({ state }: HoldTerms): Verdicts['return'] {
  if (state === 'returned') return 'already_returned';
  return state === 'committed' ? 'return' : 'order_not_found';
}

const isAnothers = (hold: HoldTerms, { eventId, userId }: Claim): boolean =>
  (eventId !== undefined && eventId !== hold.eventId) || (userId !== undefined && userId !== hold.userId);

const namesOtherPlaces = (hold: HoldTerms, { seatIds, quantity }: Claim): boolean =>
  (quantity !== undefined && quantity !== hold.quantity) || (seatIds !== undefined && !areSameSeats(hold.seatIds, seatIds));

export type RepeatVerdict =
  | 'exists_with_different_event'
  | 'exists_with_different_user'
  | 'exists_with_different_seats'
  | 'exists_with_different_quantity'
  | 'exists_with_different_section'
  | 'exists';

/**
 * What a hold command meets whose reservation id is taken: the first field that differs is named. Seats are compared as a set. How
 * long the hold was to last is not content: the service decides it.
 */
export function judgeRepeat(hold: Hold, command: HoldCommand): RepeatVerdict {
  if (command.eventId !== hold.eventId) return 'exists_with_different_event';
  if (command.userId !== hold.userId) return 'exists_with_different_user';
  if (!hasSameSeats(hold, command.seatIds)) return 'exists_with_different_seats';
  if (command.quantity !== undefined && command.quantity !== hold.quantity) return 'exists_with_different_quantity';
  if (command.section !== (hold.isSectionAsked ? hold.sectionId : undefined)) return 'exists_with_different_section';
  return 'exists';
}

function hasSameSeats({ askedFor, seatIds }: Hold, asked: readonly string[] | undefined): boolean {
  if (asked === undefined) return askedFor === 'quantity';
  return askedFor === 'seats' && areSameSeats(seatIds, asked);
}

/** As sets; neither names a seat twice. */
const areSameSeats = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((id) => others.includes(id));
