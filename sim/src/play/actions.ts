import { present, type SeededRandom } from '@traffic-tacos/kernel';
import type { Action } from './action.ts';
import { BREAKING_DOWN } from './break-down.ts';
import { isKeen } from './catalogue.ts';
import { FOLLOWING } from './follow.ts';
import { HOLDING } from './hold-places.ts';
import { KEEN } from './keen.ts';
import { MESSAGES } from './messages.ts';
import { ORGANISING } from './organise.ts';
import { OWNING } from './own-reservation.ts';
import { PAYING } from './pay.ts';
import { TIME } from './time-passes.ts';
import { WAITING_IN_LINE } from './wait-in-line.ts';
import { WEBHOOKS } from './webhooks.ts';
import { WITH_TOKENS } from './with-tokens.ts';

const ACTIONS: readonly Action[] = [...HOLDING, ...WAITING_IN_LINE, ...WITH_TOKENS, ...OWNING, ...PAYING, ...FOLLOWING, ...MESSAGES, ...WEBHOOKS, ...ORGANISING, ...TIME, ...BREAKING_DOWN];
/** In a stormy seed things break down so many times as often. */
const STORM = 6;

/** Weights in thousandths, added up: as small as this it stays in the processor's cache from step to step. */
interface Wheel {
  readonly actions: readonly Action[];
  /** Where the places of each action end. */
  readonly ends: Uint32Array;
  readonly places: number;
}

function wheelOf(actions: readonly Action[], storm: number): Wheel {
  const ends = new Uint32Array(actions.length);
  let places = 0;
  for (const [i, action] of actions.entries()) {
    const weight = action.isTrouble === true ? action.weight * storm : action.weight;
    ends[i] = places += Math.round(weight * 1_000);
  }
  return { actions, ends, places };
}

const WITH_KEEN = [...ACTIONS, ...KEEN];
const CALM = wheelOf(ACTIONS, 1);
const STORMY = wheelOf(ACTIONS, STORM);
const KEEN_AND_CALM = wheelOf(WITH_KEEN, 1);
const KEEN_AND_STORMY = wheelOf(WITH_KEEN, STORM);

/** Every fifth seed is stormy. */
const isStormy = (seed: number): boolean => seed % 5 === 0;

function wheelFor(seed: number): Wheel {
  if (isKeen(seed)) return isStormy(seed) ? KEEN_AND_STORMY : KEEN_AND_CALM;
  return isStormy(seed) ? STORMY : CALM;
}

export function chooseAction(seed: number, draws: SeededRandom): Action {
  const { actions, ends, places } = wheelFor(seed);
  const place = draws.below(places);
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] ?? 0) > place) high = middle;
    else low = middle + 1;
  }
  return present(actions[low], 'an action for each place of the wheel');
}
