import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId, SeededRandom, epochMs, type ReservationId } from '@traffic-tacos/kernel';
import * as fc from 'fast-check';
import { queueWorld, TICK_MS, type QueueWorld } from './queue-world.ts';
import { ReferenceRoom, type Person } from './reference-room.ts';

const KINDS = ['join', 'join', 'join', 'poll', 'poll', 'poll', 'enter', 'enter', 'spend', 'end', 'leave', 'soft', 'tick', 'tick', 'tick', 'wait', 'pause', 'resume', 'ceiling', 'rate'] as const;
type Step = readonly [kind: (typeof KINDS)[number], who: number];
const steps: fc.Arbitrary<Step[]> = fc.array(fc.tuple(fc.constantFrom(...KINDS), fc.nat(1_000)), { minLength: 20, maxLength: 160, size: 'max' });

/** What a planted bug does to the room after each step. */
type Plant = (world: QueueWorld, model: ReferenceRoom) => void;

const STATUS = { waiting: 'waiting', ready: 'ready', admitted: 'admitted', spent: 'admitted' } as const;

/** Plays steps on the store and on the reference room, and compares every place after each. */
class Play {
  readonly world = queueWorld();
  readonly model = new ReferenceRoom({ perSecond: 8, ceiling: 6, isPaused: false });
  readonly #plant: Plant | undefined;
  readonly #positions = new Map<Person, number>();
  readonly #reservations = new Map<Person, ReservationId>();
  readonly #random = new SeededRandom(3);

  constructor(plant?: Plant) {
    this.#plant = plant;
    Object.assign(this.world.settings, { perSecond: 8, maxActive: 6 });
  }

  async step([kind, at]: Step): Promise<void> {
    const { people } = this.model;
    const person = people[at % Math.max(1, people.length)];
    if (kind === 'join' && people.length < 40) await this.#join();
    else if (kind === 'tick') await this.#tick(TICK_MS);
    else if (kind === 'wait') await this.#tick(1 + (at % 12) * 1_500);
    else if (kind === 'pause' || kind === 'resume') await this.#control(kind);
    else if (kind === 'ceiling') this.world.settings.maxActive = this.model.rules.ceiling = 1 + (at % 8);
    else if (kind === 'rate') this.world.settings.perSecond = this.model.rules.perSecond = 1 + (at % 30);
    else if (person !== undefined) await this.#act(kind, person);
    this.#plant?.(this.world, this.model);
    this.#compare();
  }

  async #join(): Promise<void> {
    const { key, pollAfterMs } = await this.world.join();
    const nowMs = this.world.clock.nowMs();
    this.model.people.push({ key, seq: this.model.people.length, state: 'waiting', isAwake: true, polledAtMs: nowMs, pauseMs: pollAfterMs, readyAtMs: 0, tokenEndsMs: 0 });
  }

  async #tick(ms: number): Promise<void> {
    this.world.clock.advance(ms);
    const wanted = this.model.tick(this.world.clock.nowMs());
    const { rooms } = await this.world.store.tick();
    const called = rooms.reduce((sum, { waitsMs }) => sum + waitsMs.length, 0);
    assert.equal(called, wanted, 'ghosts delay nobody beyond one tick, and nobody is let in beside the rule');
    const { ready, admitted, holding } = this.world.store.room('evt_1') ?? { ready: 0, admitted: 0, holding: 0 };
    if (called > 0) assert.ok(ready + admitted + holding <= this.model.rules.ceiling, 'the ceiling holds');
  }

  async #control(kind: 'pause' | 'resume'): Promise<void> {
    await this.world.store.control('evt_1', { kind });
    this.model.rules.isPaused = kind === 'pause';
  }

  async #act(kind: Step[0], person: Person): Promise<void> {
    const { world: { store, units, clock }, model } = this;
    const nowMs = clock.nowMs();
    const state = model.stateAt(person, nowMs);
    if (kind === 'poll' || kind === 'enter') {
      const reading = kind === 'poll' ? await store.poll(person.key) : store.look(person.key);
      if (state === 'waiting' || state === 'ready') model.heard(person, nowMs, typeof reading === 'object' ? reading.pollAfterMs : 0);
    }
    if (kind === 'enter') {
      const outcome = await store.enter(person.key);
      const after = store.read(person.key);
      assert.equal(outcome.kind, { waiting: 'not_ready', ready: 'granted', admitted: 'granted', spent: 'granted', over: 'finished' }[state]);
      if (state === 'ready') Object.assign(person, { state: 'admitted', tokenEndsMs: nowMs + 300_000 });
      else if (state === 'waiting') model.heard(person, nowMs, after?.pollAfterMs ?? 0);
    }
    if (kind === 'leave') {
      await store.leave(person.key);
      if (person.state !== 'spent') person.state = 'over';
    }
    if (kind === 'soft') {
      store.leaveSoftly(person.key);
      person.isAwake = false;
    }
    if (kind === 'spend') this.#spend(person, state);
    const reservation = this.#reservations.get(person);
    if (kind === 'end' && reservation !== undefined && person.state === 'spent') {
      units.decideNow(store.holdEnded(reservation));
      person.state = 'over';
    }
  }

  #spend(person: Person, state: Person['state']): void {
    const { store, units } = this.world;
    const grant = store.grant(person.key);
    assert.equal(grant?.isLive(), state === 'admitted');
    if (state !== 'admitted' || grant === undefined) return;
    const reservation = newId('rsv', epochMs(1), 0, this.#random);
    this.#reservations.set(person, reservation);
    units.decideNow((unit) => grant.spend(unit, reservation));
    person.state = 'spent';
  }

  #compare(): void {
    const nowMs = this.world.clock.nowMs();
    for (const person of this.model.people) {
      const reading = this.world.store.read(person.key);
      const state = this.model.stateAt(person, nowMs);
      if (state === 'over') {
        assert.ok(reading === undefined || reading.status === 'expired' || reading.status === 'left');
        continue;
      }
      assert.deepEqual([reading?.status, reading?.position], [STATUS[state], this.model.position(person)]);
      const before = this.#positions.get(person);
      if (reading?.position === undefined) continue;
      assert.ok(before === undefined || reading.position <= before, 'nobody\'s position grows');
      this.#positions.set(person, reading.position);
    }
  }
}

async function play(all: readonly Step[], plant?: Plant): Promise<void> {
  const run = new Play(plant);
  for (const step of all) await run.step(step);
}

test('I8, I9, S26: random crowds against a reference room: no position grows, ghosts delay nobody beyond one tick, the ceiling holds', async () => {
  await fc.assert(fc.asyncProperty(steps, (all) => play(all)), { numRuns: 100, endOnFailure: true });
});

const found = (plant: Plant): Promise<void> => assert.rejects(fc.assert(fc.asyncProperty(steps, (all) => play(all, plant)), { seed: 1, numRuns: 400, endOnFailure: true }));

test('planted bug: whoever misses a turn goes to the end of the lane', () =>
  found(({ tables: { memory } }, { people }) => {
    for (const { key, state, readyAtMs, isAwake } of people) {
      if (state !== 'waiting' || readyAtMs === 0 || isAwake) continue;
      const row = memory.rows.find(key);
      const lane = memory.roomOf(row).lane(0);
      lane.order.remove(memory.rows.slotOf(row));
      memory.rows.setSlot(row, lane.nextArrival++);
      lane.order.put(memory.rows.slotOf(row), row);
    }
  }));

test('planted bug: whoever has fallen silent is let in all the same', () =>
  found(({ tables: { memory: { rows } }, clock }) => {
    for (let row = 0; row < rows.highWater; row++) rows.heard(row, clock.nowMs(), rows.pollAfterMs(row));
  }));

test('planted bug: one more than the ceiling is let in', () =>
  found(({ settings }, { rules }) => {
    settings.maxActive = rules.ceiling + 1;
  }));
