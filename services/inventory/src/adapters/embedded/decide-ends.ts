import type { Unit } from '@traffic-tacos/journal';
import { addMs, durationMs, parseId, withPrefix, type EpochMs } from '@traffic-tacos/kernel';
import type { CommitCommand, ExpireCommand, ExtendCommand, ReleaseCommand, ReturnCommand } from '../../domain/commands.ts';
import type { Hold } from '../../domain/hold.ts';
import type { CommitOutcome, ExpireOutcome, ExtendOutcome, ReleaseOutcome, ReturnOutcome } from '../../domain/outcomes.ts';
import { eventOf, factsOf, storedHold } from './hold-facts.ts';
import { COMMITTED_HOLD, EXPIRED_HOLD, RELEASED_HOLD, RETURNED_HOLD, type HoldRecord } from './hold-record.ts';
import type { InventoryMemory } from './memory.ts';
import { reacquirePlaces } from './reacquire.ts';
import { HoldReliance } from './reliances.ts';
import type { Rules } from './rules.ts';

/** A hold that a command names, as it is stored. */
export interface Found {
  /** `NO_ROW` where it has left memory. */
  readonly row: number;
  readonly record: HoldRecord;
  readonly hold: Hold;
}

/** What a decision changes of a hold. */
export type HoldChanges = Partial<Pick<HoldRecord, 'state' | 'flags' | 'changedAtMs' | 'expiresAtMs' | 'extendedByMs'>>;

const NONE: readonly string[] = [];

/** Decides what becomes of holds: commit, release, expire, extend, return. */
export class EndDecider {
  readonly #memory: InventoryMemory;
  readonly #rules: Rules;
  readonly #extensionMaxMs: number;

  constructor(memory: InventoryMemory, rules: Rules, extensionMaxMs: number) {
    this.#memory = memory;
    this.#rules = rules;
    this.#extensionMaxMs = extensionMaxMs;
  }

  commit(unit: Unit, command: CommitCommand, now: EpochMs): CommitOutcome {
    const found = this.#find(unit, 'rsv', command.reservationId);
    if (found === undefined) return { kind: 'hold_not_found' };
    const { hold } = found;
    const verdict = this.#rules.judge(found.hold, { ...command, kind: 'commit', reacquire: command.reacquire === true }, now);
    switch (verdict) {
      case 'commit':
        return committed(this.#write(unit, found, { state: COMMITTED_HOLD, changedAtMs: now }), NONE);
      case 'reacquire': {
        const taken = reacquirePlaces(unit, this.#memory, found, now);
        return taken.kind === 'seats_gone' ? taken : committed(this.#write(unit, found, taken.changes), taken.expired);
      }
      case 'already_committed':
        return { kind: verdict, orderId: orderOf(hold), hold };
      case 'hold_expired':
        return { kind: verdict, expiredAtMs: hold.expiresAtMs };
      default:
        return { kind: verdict };
    }
  }

  release(unit: Unit, command: ReleaseCommand, now: EpochMs): ReleaseOutcome {
    const found = this.#find(unit, 'rsv', command.reservationId);
    if (found === undefined) return { kind: 'hold_not_found' };
    const verdict = this.#rules.judge(found.hold, { ...command, kind: 'release' }, now);
    switch (verdict) {
      case 'release':
        return { kind: 'released', hold: this.#write(unit, found, { state: RELEASED_HOLD, changedAtMs: now }) };
      case 'already_released':
        return { kind: verdict, hold: found.hold };
      case 'hold_expired':
        return { kind: verdict, expiredAtMs: found.hold.expiresAtMs };
      default:
        return { kind: verdict };
    }
  }

  expire(unit: Unit, command: ExpireCommand, now: EpochMs): ExpireOutcome {
    const found = this.#find(unit, 'rsv', command.reservationId);
    if (found === undefined) return { kind: 'hold_not_found' };
    const verdict = this.#rules.judge(found.hold, { ...command, kind: 'expire' }, now);
    switch (verdict) {
      case 'expire':
        return { kind: 'expired', hold: this.#write(unit, found, { state: EXPIRED_HOLD, changedAtMs: now }) };
      case 'already_expired':
        return { kind: verdict, hold: found.hold };
      case 'not_due':
        return { kind: verdict, expiresAtMs: found.hold.expiresAtMs };
      default:
        return { kind: verdict };
    }
  }

  extend(unit: Unit, command: ExtendCommand, now: EpochMs): ExtendOutcome {
    const found = this.#find(unit, 'rsv', command.reservationId);
    if (found === undefined) return { kind: 'hold_not_found' };
    const mostMs = this.#extensionMaxMs;
    const { hold } = found;
    const verdict = this.#rules.judge(found.hold, { ...command, kind: 'extend', mostMs }, now);
    switch (verdict) {
      case 'extend': {
        const extendedByMs = durationMs(command.extendByMs);
        const expiresAtMs = addMs(hold.expiresAtMs, extendedByMs);
        return { kind: 'extended', hold: this.#write(unit, found, { expiresAtMs, extendedByMs }) };
      }
      case 'already_extended':
        return { kind: verdict, hold };
      case 'extension_not_allowed':
        return { kind: verdict, extendedByMs: hold.extendedByMs, mostMs: durationMs(mostMs) };
      case 'hold_expired':
        return { kind: verdict, expiredAtMs: hold.expiresAtMs };
      default:
        return { kind: verdict };
    }
  }

  return(unit: Unit, command: ReturnCommand, now: EpochMs): ReturnOutcome {
    const found = this.#find(unit, 'ord', command.orderId);
    if (found === undefined) return { kind: 'order_not_found' };
    const verdict = this.#rules.judge(found.hold, { ...command, kind: 'return' }, now);
    switch (verdict) {
      case 'return':
        return { kind: 'returned', hold: this.#write(unit, found, { state: RETURNED_HOLD, changedAtMs: now }) };
      case 'already_returned':
        return { kind: verdict, hold: found.hold };
      default:
        return { kind: verdict };
    }
  }

  #find(unit: Unit, prefix: 'rsv' | 'ord', id: string): Found | undefined {
    const key = parseId(prefix, id);
    if (key === undefined) return undefined;
    unit.rely(new HoldReliance(this.#memory, key));
    const record = this.#memory.holds.find(key);
    return record === undefined ? undefined : { row: this.#memory.rows.find(key), record, hold: storedHold(this.#memory, record) };
  }

  /** Writes the hold's next version into the unit; answers what it says. */
  #write(unit: Unit, { record, hold }: Found, changes: HoldChanges): Hold {
    const next = { ...record, ...changes, version: record.version + 1 };
    unit.write(this.#memory.holds, next);
    return factsOf(next, hold.reservationId, eventOf(this.#memory, record), hold.seatIds);
  }
}

const committed = (hold: Hold, expired: readonly string[]): CommitOutcome => ({ kind: 'committed', orderId: orderOf(hold), hold, expired });

/** The order carries the reservation's suffix, so that it is made once and found without a lookup. */
const orderOf = ({ reservationId }: Hold): string => withPrefix('ord', reservationId);
