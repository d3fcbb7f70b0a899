import { areNeighbours } from './best-together.ts';
import assert from 'node:assert/strict';
import { present } from '@traffic-tacos/kernel';
import { parseEvent } from '../../src/domain/catalogue.ts';
import type { HoldOutcome } from '../../src/domain/outcomes.ts';
import { reservationId } from '../../src/testing/builders.ts';
import { MODEL_EVENT as EVENT, changeSection, copyOf, documentOf, firstSections } from './model-catalogue.ts';
import type { Ask } from './model-types.ts';
import { ReferenceModel } from './reference-model.ts';
import { TEST_LIMITS, createWorld, type World, type WorldOptions } from './world.ts';

/** One step of a model run, as plain data, so that a failing run can be printed and played again. */
export type Step =
  | { readonly kind: 'hold'; readonly ask: Ask }
  | { readonly kind: 'commit' | 'reacquire' | 'release' | 'expire' | 'return'; readonly id: number; readonly user: string | undefined }
  | { readonly kind: 'extend'; readonly id: number; readonly user: string | undefined; readonly byMs: number }
  | { readonly kind: 'tick'; readonly ms: number }
  | { readonly kind: 'look' }
  | { readonly kind: 'sweep'; readonly limit: number }
  | { readonly kind: 'change'; readonly section: number; readonly what: 'seats' | 'capacity' | 'price' | 'block' | 'limit'; readonly to: number };

/** Plays steps on the embedded inventory and on the model, and throws at the first step after which they differ. */
export class ModelRun {
  #world: World;
  readonly model = new ReferenceModel();
  readonly #startMs: number;

  constructor(options: WorldOptions = {}) {
    this.#world = createWorld({ ...options, extensionMaxMs: 20 });
    this.#startMs = this.world.clock.nowMs();
    this.model.sections = firstSections();
    this.world.putEvent(documentOf(this.model));
  }

  get world(): World {
    return this.#world;
  }

  /** Goes on in another world, which must be in the same state. */
  moveTo(world: World): void {
    this.#world = world;
  }

  play(steps: readonly Step[]): void {
    for (const step of steps) this.#step(step);
    this.#compareCounts();
    this.#compareHolds();
    assert.deepEqual(this.world.audit(), []);
  }

  #step(step: Step): void {
    switch (step.kind) {
      case 'hold':
        return this.#hold(step.ask);
      case 'tick':
        this.world.clock.advance(step.ms);
        this.model.now += step.ms;
        return;
      case 'look':
        return this.#compareCounts();
      case 'sweep':
        return this.#sweep(step.limit);
      case 'change':
        return this.#change(step);
      default:
        return this.#end(step);
    }
  }

  #hold(ask: Ask): void {
    const expected = this.model.hold(ask);
    const command = {
      reservationId: reservationId(ask.id),
      eventId: EVENT,
      userId: ask.user,
      seatIds: ask.seats,
      quantity: ask.quantity,
      section: ask.section,
      mayBeApart: ask.apart,
      holdForMs: ask.forMs,
      admission: 'none',
    } as const;
    const actual = this.world.run((unit) => this.world.decide.hold(unit, command, this.world.clock.nowMs()));
    assert.equal(actual.kind, expected.kind);
    if (actual.kind === 'held') this.#adopt(ask, actual, expected['seats'], expected['section'], expected['total']);
    if (actual.kind === 'seat_unavailable') assert.deepEqual(actual.clashes.map(({ seatId, state }) => `${seatId} ${state}`), expected['clashes']);
    if (actual.kind === 'sold_out') assert.equal(actual.mostInOneSection, expected['most']);
    if (actual.kind === 'purchase_limit_exceeded') assert.equal(actual.remaining, expected['remaining']);
  }

  #adopt(ask: Ask, { hold, expired }: Extract<HoldOutcome, { kind: 'held' }>, seats: unknown, section: unknown, total: unknown): void {
    assert.deepEqual([hold.sectionId, hold.totalMinor, hold.expiresAtMs - this.#startMs], [section, total, this.model.now + ask.forMs]);
    if (seats !== undefined) assert.deepEqual(hold.seatIds, seats);
    else this.#checkChosen(ask, hold.seatIds, section);
    this.#endAll(expired);
    const { user, quantity } = ask;
    const facts = { ask, user, quantity, section: hold.sectionId, seats: hold.seatIds, total: hold.totalMinor };
    this.model.holds.set(ask.id, { ...facts, state: 'held', until: this.model.now + ask.forMs, extendedBy: 0 });
  }

  /** Any free seats of the section will do, as long as they stand together, or may be apart. */
  #checkChosen(ask: Ask, chosen: readonly string[], sectionId: unknown): void {
    const section = this.model.sections.find(({ id }) => id === sectionId);
    assert.equal(chosen.length, ask.quantity);
    assert.deepEqual(this.model.clashes(chosen), []);
    assert.ok(chosen.every((seat) => section?.seats.includes(seat)));
    assert.ok(ask.apart || chosen.every((seat, i) => i === 0 || areNeighbours(chosen[i - 1] ?? '', seat)), chosen.join(' '));
  }

  #end(step: Extract<Step, { id: number }>): void {
    const expected = this.model.end(step.id, step.kind, step.user, step.kind === 'extend' ? step.byMs : 0);
    const actual = this.world.run((unit) => {
      const { decide, clock } = this.world;
      const now = clock.nowMs();
      const command = { reservationId: reservationId(step.id), userId: step.user };
      if (step.kind === 'return') return decide.return(unit, { orderId: command.reservationId.replace('rsv', 'ord'), userId: step.user }, now);
      if (step.kind === 'extend') return decide.extend(unit, { ...command, extendByMs: step.byMs }, now);
      if (step.kind === 'commit' || step.kind === 'reacquire') return decide.commit(unit, { ...command, reacquire: step.kind === 'reacquire' }, now);
      return step.kind === 'release' ? decide.release(unit, command, now) : decide.expire(unit, command, now);
    });
    assert.equal(actual.kind, expected.kind);
    if (actual.kind === 'seats_gone') assert.equal(actual.reason, expected['reason']);
    if (actual.kind === 'committed') this.#endAll(actual.expired);
  }

  /** Holds that a grant ended must have been over, and nobody must have ended them before. */
  #endAll(expired: readonly string[]): void {
    for (const [id, hold] of this.model.holds) {
      if (!expired.includes(reservationId(id))) continue;
      assert.ok(hold.state === 'held' && this.model.now >= hold.until, `hold ${id} was ended early or twice`);
      hold.state = 'expired';
    }
  }

  #sweep(limit: number): void {
    const { store, run, decide, clock } = this.world;
    const due = store.dueHoldsNow(limit);
    const overdue = [...this.model.holds.values()].filter(({ state, until }) => state === 'held' && until <= this.model.now);
    assert.equal(due.length, Math.min(limit, overdue.length));
    for (const reservation of due) assert.equal(run((unit) => decide.expire(unit, { reservationId: reservation }, clock.nowMs())).kind, 'expired');
    this.#endAll(due);
  }

  #change({ section: index, what, to }: Extract<Step, { kind: 'change' }>): void {
    const before = copyOf(this.model.sections);
    const limitBefore = this.model.limit;
    const section = this.model.sections[index % this.model.sections.length];
    if (section === undefined) return;
    changeSection(section, what, to);
    if (what === 'limit') this.model.limit = 1 + (to % 5);
    const isClash = section.capacity === undefined ? this.#isTaken([...section.blocked]) : section.capacity < this.model.takenIn(section.id);
    const parsed = parseEvent(documentOf(this.model), TEST_LIMITS);
    assert.equal(parsed.kind, 'valid');
    if (parsed.kind !== 'valid') return;
    const actual = this.world.run((unit) => this.world.decide.putEvent(unit, parsed.event, this.world.clock.nowMs()));
    assert.equal(actual.kind === 'event_conflict', isClash, `a change of ${what} answered ${actual.kind}`);
    if (actual.kind === 'event_changed') this.#endAll(actual.expired);
    if (isClash) [this.model.sections, this.model.limit] = [before, limitBefore];
  }

  #isTaken = (seats: readonly string[]): boolean => this.model.clashes(seats).some((clash) => !clash.endsWith('blocked'));

  #compareCounts(): void {
    this.world.journal.flush();
    const shown = this.world.views.event(EVENT, this.world.clock.nowMs());
    for (const section of this.model.sections) {
      assert.equal(shown?.sections.find(({ id }) => id === section.id)?.remaining, this.model.freeIn(section), `free places of ${section.id}`);
    }
  }

  #compareHolds(): void {
    for (const [id, hold] of this.model.holds) {
      const { state, seatIds, expiresAtMs, totalMinor } = present(this.world.status(reservationId(id)), 'a hold that the model has');
      assert.deepEqual([state, seatIds, expiresAtMs - this.#startMs, totalMinor], [this.model.stateOf(hold), hold.seats, hold.until, hold.total]);
    }
  }
}
