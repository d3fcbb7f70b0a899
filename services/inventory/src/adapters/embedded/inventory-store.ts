import type { Unit, Units } from '@traffic-tacos/journal';
import { formatId, parseId, type Clock, type EpochMs } from '@traffic-tacos/kernel';
import type { CommitCommand, ExpireCommand, ExtendCommand, HoldCommand, MoveSaleCommand, ReleaseCommand, ReserveCommand, ReturnCommand } from '../../domain/commands.ts';
import type { EventDocument } from '../../domain/event-document.ts';
import type { Hold } from '../../domain/hold.ts';
import type {
  CommitOutcome,
  ExpireOutcome,
  ExtendOutcome,
  HoldOutcome,
  MoveSaleOutcome,
  PutEventOutcome,
  ReleaseOutcome,
  ReserveOutcome,
  ReturnOutcome,
} from '../../domain/outcomes.ts';
import type { InventoryStore } from '../../ports/inventory-store.ts';
import type { AvailabilityOutcome, AvailabilityQuery, EventFacts, EventPage, EventQuery, SeatFacts, SeatMapOutcome } from '../../ports/inventory-views.ts';
import { EndDecider } from './decide-ends.ts';
import { EventDecider } from './decide-event.ts';
import { HoldDecider } from './decide-hold.ts';
import { ReserveDecider } from './decide-reserve.ts';
import { factsAt } from './hold-facts.ts';
import { STANDS_ALONE } from './hold-record.ts';
import type { InventoryMemory } from './memory.ts';
import { PlaceViews } from './place-views.ts';
import { PublicViews } from './public-views.ts';
import { RULES, type Rules } from './rules.ts';

/**
 * Decisions inside the caller's unit of work, without waiting. They read what is applied, not what the unit has staged: a unit takes
 * one decision about a hold, and no two about the same places.
 */
export interface Deciders {
  hold(unit: Unit, command: HoldCommand, now: EpochMs): HoldOutcome;
  reserve(unit: Unit, command: ReserveCommand, now: EpochMs): ReserveOutcome;
  commit(unit: Unit, command: CommitCommand, now: EpochMs): CommitOutcome;
  release(unit: Unit, command: ReleaseCommand, now: EpochMs): ReleaseOutcome;
  expire(unit: Unit, command: ExpireCommand, now: EpochMs): ExpireOutcome;
  extend(unit: Unit, command: ExtendCommand, now: EpochMs): ExtendOutcome;
  return(unit: Unit, command: ReturnCommand, now: EpochMs): ReturnOutcome;
  putEvent(unit: Unit, document: EventDocument, now: EpochMs): PutEventOutcome;
  moveSale(unit: Unit, command: MoveSaleCommand, now: EpochMs): MoveSaleOutcome;
}

export interface EmbeddedSettings {
  /** The longest extension of a hold. */
  readonly extensionMaxMs: number;
  /** Other rules than the right ones are for tests that plant a bug. */
  readonly rules?: Rules;
}

export function createDeciders(memory: InventoryMemory, clock: Pick<Clock, 'wallMs'>, { extensionMaxMs, rules = RULES }: EmbeddedSettings): Deciders {
  const holds = new HoldDecider(memory, rules, clock);
  const reserves = new ReserveDecider(memory, rules, holds);
  const ends = new EndDecider(memory, rules, extensionMaxMs);
  const events = new EventDecider(memory);
  const { time } = memory;
  return {
    hold: (unit, command, now) => holds.decide(unit, command, time.advance(now)),
    reserve: (unit, command, now) => reserves.decide(unit, command, time.advance(now)),
    commit: (unit, command, now) => ends.commit(unit, command, time.advance(now)),
    release: (unit, command, now) => ends.release(unit, command, time.advance(now)),
    expire: (unit, command, now) => ends.expire(unit, command, time.advance(now)),
    extend: (unit, command, now) => ends.extend(unit, command, time.advance(now)),
    return: (unit, command, now) => ends.return(unit, command, time.advance(now)),
    putEvent: (unit, document, now) => events.put(unit, document, time.advance(now)),
    moveSale: (unit, command, now) => events.moveSale(unit, command, time.advance(now)),
  };
}

/** The inventory in this process's memory and journal. */
export class EmbeddedInventoryStore implements InventoryStore {
  readonly #memory: InventoryMemory;
  readonly #deciders: Deciders;
  readonly #units: Units;
  readonly #clock: Clock;
  readonly #views: PublicViews;
  readonly #places: PlaceViews;

  constructor(memory: InventoryMemory, deciders: Deciders, units: Units, clock: Clock) {
    this.#memory = memory;
    this.#deciders = deciders;
    this.#units = units;
    this.#clock = clock;
    this.#views = new PublicViews(memory);
    this.#places = new PlaceViews(memory);
  }

  hold(command: HoldCommand): Promise<HoldOutcome> {
    return this.#units.run((unit) => this.#deciders.hold(unit, command, this.#clock.nowMs()));
  }

  reserve(command: ReserveCommand): Promise<ReserveOutcome> {
    return this.#units.run((unit) => this.#deciders.reserve(unit, command, this.#clock.nowMs()));
  }

  commit(command: CommitCommand): Promise<CommitOutcome> {
    return this.#units.run((unit) => this.#deciders.commit(unit, command, this.#clock.nowMs()));
  }

  release(command: ReleaseCommand): Promise<ReleaseOutcome> {
    return this.#units.run((unit) => this.#deciders.release(unit, command, this.#clock.nowMs()));
  }

  expire(command: ExpireCommand): Promise<ExpireOutcome> {
    return this.#units.run((unit) => this.#deciders.expire(unit, command, this.#clock.nowMs()));
  }

  extend(command: ExtendCommand): Promise<ExtendOutcome> {
    return this.#units.run((unit) => this.#deciders.extend(unit, command, this.#clock.nowMs()));
  }

  returnSeats(command: ReturnCommand): Promise<ReturnOutcome> {
    return this.#units.run((unit) => this.#deciders.return(unit, command, this.#clock.nowMs()));
  }

  putEvent(document: EventDocument): Promise<PutEventOutcome> {
    return this.#units.run((unit) => this.#deciders.putEvent(unit, document, this.#clock.nowMs()));
  }

  moveSale(command: MoveSaleCommand): Promise<MoveSaleOutcome> {
    return this.#units.run((unit) => this.#deciders.moveSale(unit, command, this.#clock.nowMs()));
  }

  async holdStatus(reservationId: string): Promise<Hold | undefined> {
    const key = parseId('rsv', reservationId);
    const record = key === undefined ? undefined : this.#memory.holds.find(key);
    const hold = record === undefined ? undefined : factsAt(this.#memory, record, this.#memory.time.advance(this.#clock.nowMs()));
    await this.#units.durable();
    return hold;
  }

  dueHolds(limit: number): Promise<readonly string[]> {
    return Promise.resolve(this.dueHoldsNow(limit));
  }

  /** As `dueHolds`, without waiting. */
  dueHoldsNow(limit: number): readonly string[] {
    return this.#collect(limit);
  }

  /** As `dueHoldsNow`, of holds that stand alone: those that this service has to end itself. */
  aloneDueNow(limit: number): readonly string[] {
    const { rows } = this.#memory;
    return this.#collect(limit, (row) => (rows.flagsOf(row) & STANDS_ALONE) !== 0);
  }

  #collect(limit: number, isWanted?: (row: number) => boolean): readonly string[] {
    const { rows, time, wakes } = this.#memory;
    return wakes.collect(time.advance(this.#clock.nowMs()), limit, isWanted).map((row) => formatId('rsv', rows.keyOf(row)));
  }

  /** The next instant at which holds may come due that neither has been asked about; undefined when there is none. */
  nextDueAtMs(): number | undefined {
    return this.#memory.wakes.nextAtMs();
  }

  describeSeats(eventId: string, seatIds: readonly string[]): Promise<readonly SeatFacts[]> {
    return Promise.resolve(this.#places.describeSeats(eventId, seatIds));
  }

  demandsAdmission(eventId: string): Promise<boolean> {
    return Promise.resolve(this.#memory.events.find(eventId)?.plan.terms.waitingRoom === 'on');
  }

  availability(query: AvailabilityQuery): Promise<AvailabilityOutcome> {
    return Promise.resolve(this.#places.availability(query, this.#clock.nowMs()));
  }

  readEvents(query: EventQuery): Promise<EventPage> {
    return Promise.resolve(this.#views.events(query, this.#clock.nowMs()));
  }

  readEvent(eventId: string): Promise<EventFacts | undefined> {
    return Promise.resolve(this.#views.event(eventId, this.#clock.nowMs()));
  }

  seatMap(eventId: string, section: string | undefined): Promise<SeatMapOutcome> {
    return Promise.resolve(this.#views.seatMap(eventId, section, this.#clock.nowMs()));
  }
}
