import type { Unit } from '@traffic-tacos/journal';
import {
  LimitReached,
  NO_ROW,
  amountMinor,
  durationMs,
  epochMs,
  parseId,
  type AmountMinor,
  type Clock,
  type EpochMs,
  type IdWords,
} from '@traffic-tacos/kernel';
import { mostTogether } from '../../domain/best-seats.ts';
import { checkHoldCommand, invalidCommand } from '../../domain/check-command.ts';
import type { HoldCommand } from '../../domain/commands.ts';
import type { HoldOutcome } from '../../domain/outcomes.ts';
import { isOnSale } from '../../domain/sale-window.ts';
import { NO_SEAT } from '../../domain/seating.ts';
import { buyerOf, type Buyer } from './buyer.ts';
import type { EventState } from './event-state.ts';
import { findClashes, takePlaces } from './find-places.ts';
import { factsAt, factsOf, namesOf } from './hold-facts.ts';
import { ASKED_FOR_SEATS, ASKED_FOR_SECTION, HELD_HOLD, SEVERAL_SECTIONS, STANDS_ALONE, type HoldRecord } from './hold-record.ts';
import type { InventoryMemory } from './memory.ts';
import { OverHolds } from './over-holds.ts';
import { purchaseRoom } from './purchase-room.ts';
import { GrantReliance, HoldReliance } from './reliances.ts';
import type { Rules } from './rules.ts';
import type { SectionState } from './section-state.ts';

const NEVER_EXTENDED = durationMs(0);

/** What a hold command found: where its places are to be, and those already named. */
interface Sought {
  readonly event: EventState;
  readonly section: SectionState | undefined;
  /** Undefined where a quantity is asked for. */
  readonly seats: readonly number[] | undefined;
  readonly quantity: number;
}

/** The places of a hold about to be made. */
interface Taken {
  readonly seats: readonly number[];
  /** A section number, or `SEVERAL_SECTIONS`. */
  readonly section: number;
  readonly totalMinor: AmountMinor;
  /** The pool that they come from. */
  readonly pool: SectionState | undefined;
}

/** Decides holds; see `HoldOutcome` for the order in which refusals are given. */
export class HoldDecider {
  readonly #memory: InventoryMemory;
  readonly #rules: Rules;
  readonly #clock: Pick<Clock, 'wallMs'>;

  /** The clock is asked for wall time only, for the sale window. */
  constructor(memory: InventoryMemory, rules: Rules, clock: Pick<Clock, 'wallMs'>) {
    this.#memory = memory;
    this.#rules = rules;
    this.#clock = clock;
  }

  /**
   * Writes the hold into the unit when it is granted, with the ends of the holds that were over and in its way. `standsAlone`: nothing else of
   * the same reservation joins the unit.
   */
  decide(unit: Unit, command: HoldCommand, now: EpochMs, standsAlone = false): HoldOutcome {
    const invalid = checkHoldCommand(command, this.#memory.limits);
    if (invalid !== undefined) return invalid;
    const key = parseId('rsv', command.reservationId);
    if (key === undefined) return invalidCommand('reservation_id', 'is not the id of a reservation');
    // An id that the platform has just made is not looked for in the history; one that a caller names may have come before.
    const known = standsAlone || this.#memory.rows.find(key) !== NO_ROW ? this.#memory.holds.find(key) : undefined;
    if (known !== undefined) {
      unit.rely(new HoldReliance(this.#memory, key));
      const hold = factsAt(this.#memory, known, now);
      return { kind: this.#rules.judgeRepeat(hold, command), hold };
    }
    if (command.expiresAtUpperBoundMs !== undefined && !(command.expiresAtUpperBoundMs > now)) {
      return invalidCommand('hold_expires_at', 'is not in the future');
    }
    const sought = this.#seek(command);
    if ('kind' in sought) return sought;
    return this.#refuseByTerms(sought.event, command) ?? this.#grant(unit, key, command, sought, now, standsAlone ? STANDS_ALONE : 0);
  }

  #seek(command: HoldCommand): Sought | HoldOutcome {
    const event = this.#memory.events.find(command.eventId);
    if (event === undefined) return { kind: 'event_not_found' };
    const section = command.section === undefined ? undefined : event.sectionById(command.section);
    if (command.section !== undefined && section === undefined) return { kind: 'section_not_found', section: command.section };
    if (command.seatIds === undefined) return { event, section, seats: undefined, quantity: command.quantity ?? 0 };
    const seats = resolve(event, command.seatIds);
    if (seats === undefined) return { kind: 'seat_not_found', seatIds: command.seatIds.filter((id) => event.seating.numberOf(id) === NO_SEAT) };
    const outside = section === undefined ? undefined : seatsOutside(event, section, seats);
    if (outside !== undefined) return { kind: 'seats_not_in_section', seatIds: outside };
    return { event, section, seats, quantity: seats.length };
  }

  #refuseByTerms({ plan }: EventState, { admission }: HoldCommand): HoldOutcome | undefined {
    const { terms } = plan;
    if (!isOnSale(terms, this.#clock.wallMs())) {
      return { kind: 'sale_not_open', opensAtMs: terms.saleStartsAtMs, closedAtMs: terms.saleEndsAtMs };
    }
    return terms.waitingRoom === 'on' && admission === 'none' ? { kind: 'not_admitted' } : undefined;
  }

  #grant(unit: Unit, key: IdWords, command: HoldCommand, sought: Sought, now: EpochMs, flags: number): HoldOutcome {
    const over = new OverHolds(this.#memory, now);
    const buyer = buyerOf(this.#memory, sought.event, command.userId);
    const room = purchaseRoom(this.#memory, sought.event, buyer, sought.quantity, over);
    if (room.kind === 'limit') return { kind: 'purchase_limit_exceeded', limit: room.limit, remaining: room.remaining };
    const taken = sought.seats === undefined ? this.#takeQuantity(sought, command.mayBeApart ?? false, over, now) : takeSeats(sought.event, sought.seats, over);
    if ('kind' in taken) return taken;
    this.#checkLimits(buyer);
    unit.rely(new GrantReliance(this.#memory, sought.event, buyer, taken.seats, taken.pool));
    const expired = over.end(unit);
    const record = newRecord(key, command, sought.event.number, buyer, taken, now, flags);
    unit.write(this.#memory.holds, record);
    const seatIds = command.seatIds ?? namesOf(sought.event, taken.seats);
    return { kind: 'held', hold: factsOf(record, command.reservationId, sought.event, seatIds), expired };
  }

  /** The first section, in catalogue order, that has all the places as they are wanted: they are never spread over several. */
  #takeQuantity({ event, section, quantity }: Sought, mayBeApart: boolean, over: OverHolds, now: EpochMs): Taken | HoldOutcome {
    const tried = section === undefined ? event.sections : [section];
    let mostInOneSection = 0;
    for (const candidate of tried) {
      const places = this.#rules.placesIn(candidate, quantity, now);
      mostInOneSection = Math.max(mostInOneSection, places);
      if (places < quantity) continue;
      const seats = takePlaces(this.#rules, this.#memory.rows, candidate, { quantity, mayBeApart }, over, now);
      if (seats === undefined) continue;
      const totalMinor = amountMinor(candidate.plan.priceMinor * quantity);
      return { seats, section: candidate.plan.number, totalMinor, pool: candidate.isPool ? candidate : undefined };
    }
    if (mostInOneSection < quantity) return { kind: 'sold_out', mostInOneSection };
    return { kind: 'not_together', mostTogether: Math.max(...tried.map((candidate) => mostTogether(candidate.blocks, candidate, quantity - 1))) };
  }

  /** Nothing live is thrown out to make room. */
  #checkLimits({ user }: Buyer): void {
    const { rows, users } = this.#memory;
    if (rows.isFull) throw new LimitReached('limits.holdRows is reached: no more holds');
    if (users.isFull && user === 0) throw new LimitReached('limits.users is reached: no new buyers');
  }
}

function resolve(event: EventState, seatIds: readonly string[]): readonly number[] | undefined {
  const seats: number[] = [];
  for (let i = 0; i < seatIds.length; i++) {
    const seat = event.seating.numberOf(seatIds[i] ?? '');
    if (seat === NO_SEAT) return undefined;
    seats.push(seat);
  }
  return seats;
}

function seatsOutside(event: EventState, section: SectionState, seats: readonly number[]): readonly string[] | undefined {
  const outside = seats.filter((seat) => event.seats.sectionOf(seat) !== section.plan.number);
  return outside.length === 0 ? undefined : namesOf(event, outside);
}

function takeSeats(event: EventState, seats: readonly number[], over: OverHolds): Taken | HoldOutcome {
  const clashes = findClashes(event, seats, over);
  if (clashes !== undefined) return { kind: 'seat_unavailable', clashes };
  let section = event.seats.sectionOf(seats[0] ?? 0);
  let totalMinor = 0;
  for (const seat of seats) {
    const own = event.seats.sectionOf(seat);
    totalMinor += event.section(own).plan.priceMinor;
    if (own !== section) section = SEVERAL_SECTIONS;
  }
  return { seats, section, totalMinor: amountMinor(totalMinor), pool: undefined };
}

function newRecord(key: IdWords, command: HoldCommand, event: number, { user }: Buyer, taken: Taken, now: EpochMs, flags: number): HoldRecord {
  const askedForSeats = command.seatIds === undefined ? 0 : ASKED_FOR_SEATS;
  const askedForSection = command.section === undefined ? 0 : ASKED_FOR_SECTION;
  return {
    key,
    version: 1,
    state: HELD_HOLD,
    flags: flags | askedForSeats | askedForSection,
    eventId: command.eventId,
    userId: command.userId,
    section: taken.section,
    quantity: command.seatIds?.length ?? command.quantity ?? 0,
    seats: taken.seats,
    createdAtMs: now,
    expiresAtMs: epochMs(Math.min(now + command.holdForMs, command.expiresAtUpperBoundMs ?? Number.POSITIVE_INFINITY)),
    changedAtMs: now,
    extendedByMs: NEVER_EXTENDED,
    totalMinor: taken.totalMinor,
    eventNumber: event,
    userNumber: user,
  };
}
