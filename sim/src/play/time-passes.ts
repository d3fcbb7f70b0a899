import type { World } from '../world.ts';
import { recent, type Action } from './action.ts';
import { confirmWith } from './pay.ts';

/** A wake-up is somebody's word that a hold may be over, and nothing more. */
const wakeHold = (world: World, reservationId: string): void =>
  world.ask(() => `a wake-up for ${reservationId}`, world.doors.wakeHold(reservationId), ({ kind }) => kind);

const SMALL_MS = [1, 2, 5, 20, 60, 150, 400] as const;

const aMoment: Action = {
  name: 'a moment passes',
  weight: 40,
  play: (world, draws) => {
    world.time.advance(SMALL_MS[draws.below(SMALL_MS.length)] ?? 1);
    world.happens();
  },
};

/** To the instant before, at or after the end of some hold, with nobody awake (S5, S10), with its wake-up just then, or with its buyer who confirms. */
const toAnEnd: Action = {
  name: 'the end of a hold comes near',
  weight: 2,
  play: (world, draws) => {
    const what = draws.below(3);
    const intent = what === 1 ? recent(world.ledger.intents, draws, 4) : undefined;
    const hold = intent === undefined ? recent(world.ledger.reservations, draws, 4) : world.ledger.find(intent.reservationId);
    if (hold === undefined) return;
    const waitMs = hold.promisedUntilMs - world.clock.nowMs() - 1 + draws.below(3);
    if (waitMs <= 0) return;
    world.time.advance(waitMs);
    world.happens(() => `${waitMs} ms pass`);
    if (intent !== undefined) world.agenda.request(() => confirmWith(world, hold, intent));
    else if (what === 0) world.agenda.request(() => wakeHold(world, hold.held.reservationId));
  },
};

const aWhile: Action = {
  name: 'a while passes',
  weight: 0.6,
  play: (world, draws) => {
    const ms = draws.below(8) === 0 ? 301_000 : 1_000 + draws.below(40_000);
    world.time.advance(ms);
    world.happens(() => `${ms} ms pass`);
  },
};

/** A wake-up for a hold: too early, in time, late, twice, or long after (S10). */
const strayWakeUp: Action = {
  name: 'a stray wake-up',
  weight: 1,
  play: (world, draws) => {
    const known = recent(world.ledger.reservations, draws);
    if (known === undefined) return;
    wakeHold(world, known.held.reservationId);
  },
};

/** Somebody sets the wall clock (S25). */
const stepWall: Action = {
  name: 'the wall clock is set',
  weight: 0.3,
  play: (world, draws) => {
    const ms = (draws.below(2) === 0 ? 1 : -1) * draws.below(300_000);
    world.time.stepWall(ms);
    world.happens(() => `the wall clock is set by ${ms} ms`);
  },
};

/** The wall clock stands still while time passes. */
const freezeWall: Action = {
  name: 'the wall clock freezes',
  weight: 0.3,
  play: (world, draws) => {
    world.time.advanceMonotonicOnly(draws.below(5_000));
    world.happens();
  },
};

export const TIME: readonly Action[] = [aMoment, toAnEnd, aWhile, strayWakeUp, stepWall, freezeWall];
