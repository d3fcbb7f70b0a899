import { epochMs } from '@traffic-tacos/kernel';
import { createPlatformTables } from '@traffic-tacos/platform';
import type { Planting } from '../../src/machine/planting.ts';
import { overlay, type PlantedBug } from './bug.ts';

/** Its clock goes ahead: what has only just happened has waited for long enough by it. */
const isHasty: Planting = {
  instead: () => ({ reconciled: (right) => ({ ...right, clock: { nowMs: () => epochMs(right.clock.nowMs() + 3_000), wallMs: () => right.clock.wallMs() } }) }),
};

/** The timer of holds never finds one that is over: nobody is told anything untrue, and only the net ever writes it down. */
const leavesExpiriesToTheNet: Planting = {
  tables: (limits, history) => {
    const right = createPlatformTables(limits, history);
    const reservations = overlay(right.reservation.reservations, { nextDueAtMs: () => undefined, takeDue: () => [] });
    const all = right.all.map((table) => (table === right.reservation.reservations ? reservations : table));
    return { ...right, reservation: { ...right.reservation, reservations }, all };
  },
};

export const OF_THE_RECONCILER: readonly PlantedBug[] = [
  { bug: 'the reconciler puts right what is still under way', planting: isHasty, seeds: 2, breaks: ['reconciler'] },
  { bug: 'holds that are over are left to the reconciler', planting: leavesExpiriesToTheNet, seeds: 4, breaks: ['reconciler'] },
];
