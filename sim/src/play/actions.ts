import type { SeededRandom } from '@traffic-tacos/kernel';
import type { Action } from './action.ts';
import { BREAKING_DOWN } from './break-down.ts';
import { HOLDING } from './hold-places.ts';
import { ORGANISING } from './organise.ts';
import { OWNING } from './own-reservation.ts';
import { PAYING } from './pay.ts';
import { TIME } from './time-passes.ts';

const ACTIONS: readonly Action[] = [...HOLDING, ...OWNING, ...PAYING, ...ORGANISING, ...TIME, ...BREAKING_DOWN];

/** Weights in hundredths, one place a hundredth: choosing is one look. */
const WHEEL: readonly Action[] = ACTIONS.flatMap((action) => Array.from({ length: Math.round(action.weight * 100) }, () => action));

export const chooseAction = (draws: SeededRandom): Action => WHEEL[draws.below(WHEEL.length)] as Action;
