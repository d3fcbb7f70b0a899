import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'node:test';
import { InvariantBreach, durationMs, epochMs, type EpochMs } from '@traffic-tacos/kernel';
import { movePlaces, type MovePlaces } from '../src/adapters/embedded/place-moves.ts';
import { RULES, type Rules } from '../src/adapters/embedded/rules.ts';
import { SectionState } from '../src/adapters/embedded/section-state.ts';
import { NO_OWNER } from '../src/adapters/embedded/seat-book.ts';
import { FREE, HELD } from '../src/domain/seat-state.ts';
import type { Judge } from '../src/domain/judge.ts';
import { holdCommand, reservationId } from '../src/testing/builders.ts';
import { ModelRun } from './support/model-run.ts';
import { steps } from './support/steps.ts';
import { smallWorld, type World, type WorldOptions } from './support/world.ts';

/** Every planted bug must be found within so many random runs of at most 80 steps. */
const RUNS = 300;

const wrongTime = (kind: string, shiftMs: number): Judge => (hold, command, now) =>
  RULES.judge(hold, command, command.kind === kind ? epochMs(Math.max(0, now + shiftMs)) : now);

const withJudge = (judge: Judge): WorldOptions => ({ rules: { ...RULES, judge } });

const countsPoolsTwice: MovePlaces = (event, row, places, from, to) => {
  movePlaces(event, row, places, from, to);
  if (places.seats.length === 0 && to === HELD && event.section(places.section).free >= places.quantity) movePlaces(event, row, places, from, to);
};

/** Leaves a seat for sale after it was taken. */
const keepsSeatsFree: MovePlaces = (event, row, places, from, to) => {
  movePlaces(event, row, places, from, to);
  if (to === FREE) return;
  for (const seat of places.seats) {
    event.section(event.seats.sectionOf(seat)).add(to, -1);
    event.section(event.seats.sectionOf(seat)).add(FREE, 1);
    event.seats.set(seat, FREE, NO_OWNER);
  }
};

const forgetsWhoseHold: Judge = (hold, command, now) => RULES.judge(hold, { ...command, userId: undefined }, now);

const extendsTwice: Judge = (hold, command, now) => RULES.judge({ ...hold, extendedByMs: durationMs(0) }, command, now);

const overlooksHoldsThatAreOver: Rules['placesIn'] = (section, enough, now) =>
  section instanceof SectionState ? section.free : RULES.placesIn(section, enough, now);

const takesTheWrongSeats: Rules['chooseSeats'] = (section, quantity, mayBeApart) =>
  RULES.chooseSeats(section, quantity, mayBeApart)?.map((seat) => Math.max(0, seat - 1));

/** The first free ones, wherever they are, as if all seats stood in one row. */
const seatsPeopleAnywhere: Rules['chooseSeats'] = (section, quantity) => RULES.chooseSeats(section, quantity, true);

const BUGS: Readonly<Record<string, WorldOptions>> = {
  'the expiry is not checked at commit': withJudge(wrongTime('commit', -1_000_000_000_000)),
  'a commit is taken at the expiry itself': withJudge(wrongTime('commit', -1)),
  'a hold expires a millisecond early': withJudge(wrongTime('expire', 1)),
  'a hold expires a millisecond late': withJudge(wrongTime('expire', -1)),
  'a release does not ask whose hold it is': withJudge(forgetsWhoseHold),
  'a hold is extended twice': withJudge(extendsTwice),
  'a pool is counted twice': { move: countsPoolsTwice },
  'a seat stays free after it was taken': { move: keepsSeatsFree },
  'sold out is said while holds that are over have the places': { rules: { ...RULES, placesIn: overlooksHoldsThatAreOver } },
  'the seat before the free one is taken': { rules: { ...RULES, chooseSeats: takesTheWrongSeats } },
  'a quantity is seated apart though nobody asked for it': { rules: { ...RULES, chooseSeats: seatsPeopleAnywhere } },
  'a repeat is not compared with the first command': { rules: { ...RULES, judgeRepeat: () => 'exists' } },
};

describe('planted bugs: the model test finds each', () => {
  for (const [bug, options] of Object.entries(BUGS)) {
    it(bug, () => {
      const property = fc.property(steps(80), (run) => {
        new ModelRun(options).play(run);
      });
      const result = fc.check(property, { numRuns: RUNS, seed: 1, endOnFailure: true });
      assert.ok(result.failed, `not found in ${RUNS} runs`);
    });
  }
});

describe('planted bugs: the audit names the invariant', () => {
  const invariantsOf = (world: World): ReadonlySet<string> => new Set(world.audit().map(({ invariant }) => invariant));

  it('I1: a pool that is counted twice', () => {
    const world = smallWorld({ move: countsPoolsTwice });
    world.hold(1, { quantity: 2, section: 'FLOOR' });
    assert.deepEqual([...invariantsOf(world)], ['I1']);
  });

  it('I2: a seat that two holds have', () => {
    const world = smallWorld({ move: keepsSeatsFree });
    for (const n of [1, 2]) world.hold(n);
    assert.ok(invariantsOf(world).has('I2'));
  });

  it('I5: a commit after the expiry', () => {
    const world = smallWorld(withJudge(wrongTime('commit', -1_000_000)));
    const now = (): EpochMs => world.clock.nowMs();
    world.run((unit) => world.decide.hold(unit, holdCommand(1), now()));
    world.clock.advance(60_000);
    world.run((unit) => world.decide.commit(unit, { reservationId: reservationId(1) }, now()));
    assert.deepEqual([...invariantsOf(world)], ['I5']);
  });

  it('I5: a hold that expires early', () => {
    const world = smallWorld(withJudge(wrongTime('expire', 60_000)));
    world.hold(1);
    world.run((unit) => world.decide.expire(unit, { reservationId: reservationId(1) }, world.clock.nowMs()));
    assert.deepEqual([...invariantsOf(world)], ['I5']);
  });

  it('I2: a seat that is taken from its owner stops the process', () => {
    const world = smallWorld({ rules: { ...RULES, chooseSeats: () => [0] } });
    const hold = (n: number) => world.hold(n, { quantity: 1 });
    hold(1);
    assert.throws(() => hold(2), InvariantBreach);
  });
});
