import { hash } from 'node:crypto';
import type { Unit } from '@traffic-tacos/journal';
import { NO_ROW, parseId, present, type EpochMs, type IdWords } from '@traffic-tacos/kernel';
import { checkHoldCommand } from '../../domain/check-command.ts';
import type { ReserveCommand } from '../../domain/commands.ts';
import { isEnded } from '../../domain/hold.ts';
import type { ReserveOutcome } from '../../domain/outcomes.ts';
import type { HoldDecider } from './decide-hold.ts';
import { holdFacts } from './hold-facts.ts';
import type { InventoryMemory } from './memory.ts';
import { HoldReliance } from './reliances.ts';
import type { Rules } from './rules.ts';

/** Decides holds for those who may be repeating themselves: the key, or the hold that it made, before anything else. */
export class ReserveDecider {
  readonly #memory: InventoryMemory;
  readonly #rules: Rules;
  readonly #holds: HoldDecider;

  constructor(memory: InventoryMemory, rules: Rules, holds: HoldDecider) {
    this.#memory = memory;
    this.#rules = rules;
    this.#holds = holds;
  }

  /** Writes hold and key into the unit together. A key whose hold has ended counts as new. */
  decide(unit: Unit, command: ReserveCommand, now: EpochMs): ReserveOutcome {
    const { idempotencyKey, userId, eventId } = command;
    if (idempotencyKey === undefined) return this.#holds.decide(unit, command, now, true);
    const { reserveKeys, limits } = this.#memory;
    const invalid = checkHoldCommand(command, limits);
    if (invalid !== undefined) return invalid;
    const digest = digestOf(userId, eventId, idempotencyKey);
    const repeated = this.#findRepeated(unit, digest, command, now);
    if (repeated !== undefined) return repeated;
    reserveKeys.assertRoom(now);
    const outcome = this.#holds.decide(unit, command, now, true);
    if (outcome.kind === 'held' || (outcome.kind === 'exists' && !isEnded(outcome.hold.state))) {
      const reservation = present(parseId('rsv', outcome.hold.reservationId), 'a hold has an id');
      unit.write(reserveKeys, { digest, reservation, version: reserveKeys.versionOf(digest) + 1, rememberedAtMs: now });
    }
    return outcome;
  }

  #findRepeated(unit: Unit, digest: IdWords, command: ReserveCommand, now: EpochMs): ReserveOutcome | undefined {
    const { reserveKeys, rows } = this.#memory;
    const reservation = reserveKeys.find(digest, now);
    const row = reservation === undefined ? NO_ROW : rows.find(reservation);
    if (reservation === undefined || row === NO_ROW) return undefined;
    unit.rely(new HoldReliance(this.#memory, reservation));
    const hold = holdFacts(this.#memory, row, now);
    if (isEnded(hold.state)) return undefined;
    return this.#rules.judgeRepeat(hold, command) === 'exists' ? { kind: 'exists', hold } : { kind: 'idempotency_conflict' };
  }
}

/** Stands in none of the parts: ids have no control characters, and keys with one are refused at the edge. */
const SEPARATOR = '\u0000';

/** The first 128 bits of SHA-256. As hex it is computed in half the time of a buffer. */
function digestOf(userId: string, eventId: string, key: string): IdWords {
  const hex = hash('sha256', userId + SEPARATOR + eventId + SEPARATOR + key, 'hex');
  return { w0: wordAt(hex, 0), w1: wordAt(hex, 8), w2: wordAt(hex, 16), w3: wordAt(hex, 24) };
}

const wordAt = (hex: string, start: number): number => Number.parseInt(hex.slice(start, start + 8), 16) | 0;
