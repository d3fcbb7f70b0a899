import { present, type SeededRandom } from '@traffic-tacos/kernel';
import type { Action } from './action.ts';
import { BREAKING_DOWN } from './break-down.ts';
import { HOLDING } from './hold-places.ts';
import { MESSAGES } from './messages.ts';
import { ORGANISING } from './organise.ts';
import { OWNING } from './own-reservation.ts';
import { PAYING } from './pay.ts';
import { TIME } from './time-passes.ts';
import { WAITING_IN_LINE } from './wait-in-line.ts';
import { WITH_TOKENS } from './with-tokens.ts';

const ACTIONS: readonly Action[] = [...HOLDING, ...WAITING_IN_LINE, ...WITH_TOKENS, ...OWNING, ...PAYING, ...MESSAGES, ...ORGANISING, ...TIME, ...BREAKING_DOWN];
/** In a stormy seed things break down so many times as often. */
const STORM = 6;

/** Weights in thousandths, added up: as small as this it stays in the processor's cache from step to step. */
interface Wheel {
  /** Where the places of each action end. */
  readonly ends: Uint32Array;
  readonly places: number;
}

function wheelOf(storm: number): Wheel {
  const ends = new Uint32Array(ACTIONS.length);
  let places = 0;
  for (const [i, action] of ACTIONS.entries()) {
    const weight = action.isTrouble === true ? action.weight * storm : action.weight;
    ends[i] = places += Math.round(weight * 1_000);
  }
  return { ends, places };
}

const CALM = wheelOf(1);
const STORMY = wheelOf(STORM);

/** Every fifth seed is stormy. */
const isStormy = (seed: number): boolean => seed % 5 === 0;

export function chooseAction(seed: number, draws: SeededRandom): Action {
  const { ends, places } = isStormy(seed) ? STORMY : CALM;
  const place = draws.below(places);
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] ?? 0) > place) high = middle;
    else low = middle + 1;
  }
  return present(ACTIONS[low], 'an action for each place of the wheel');
}
