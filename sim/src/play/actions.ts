import { present, type SeededRandom } from '@traffic-tacos/kernel';
import type { Action } from './action.ts';
import { BREAKING_DOWN } from './break-down.ts';
import { HOLDING } from './hold-places.ts';
import { ORGANISING } from './organise.ts';
import { OWNING } from './own-reservation.ts';
import { PAYING } from './pay.ts';
import { TIME } from './time-passes.ts';

const ACTIONS: readonly Action[] = [...HOLDING, ...OWNING, ...PAYING, ...ORGANISING, ...TIME, ...BREAKING_DOWN];
/** In a stormy seed things break down so many times as often. */
const STORM = 6;

/** Weights in thousandths, one place a thousandth: choosing is one look. */
const wheelOf = (storm: number): readonly Action[] =>
  ACTIONS.flatMap((action) => {
    const weight = action.isTrouble === true ? action.weight * storm : action.weight;
    return Array.from({ length: Math.round(weight * 1_000) }, () => action);
  });

const CALM = wheelOf(1);
const STORMY = wheelOf(STORM);

/** Every fifth seed is stormy. */
const isStormy = (seed: number): boolean => seed % 5 === 0;

export function chooseAction(seed: number, draws: SeededRandom): Action {
  const wheel = isStormy(seed) ? STORMY : CALM;
  return present(wheel[draws.below(wheel.length)], 'an action for each place of the wheel');
}
