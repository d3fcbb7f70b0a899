import { present, type SeededRandom } from '@traffic-tacos/kernel';
import { hasHistory } from '../machine/sim-history.ts';
import type { Action } from './action.ts';
import { BREAKING_DOWN } from './break-down.ts';
import { isKeen } from './catalogue.ts';
import { WITH_ENDED } from './ended.ts';
import { FOLLOWING } from './follow.ts';
import { HISTORY_TROUBLE } from './history-trouble.ts';
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

/** Every fifth seed is stormy. */
const isStormy = (seed: number): boolean => seed % 5 === 0;

/** What is special about a world, as a number below 8. */
const specialOf = (seed: number): number => (isKeen(seed) ? 1 : 0) + (isStormy(seed) ? 2 : 0) + (hasHistory(seed) ? 4 : 0);

const WHEELS: readonly Wheel[] = Array.from({ length: 8 }, (_, special) =>
  wheelOf([...ACTIONS, ...((special & 1) === 0 ? [] : KEEN), ...((special & 4) === 0 ? [] : [...WITH_ENDED, ...HISTORY_TROUBLE])], (special & 2) === 0 ? 1 : STORM),
);

const wheelFor = (seed: number): Wheel => present(WHEELS[specialOf(seed)], 'a wheel for each world');

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
