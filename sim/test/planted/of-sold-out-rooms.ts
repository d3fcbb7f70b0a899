import type { OnSales } from '@traffic-tacos/queue';
import type { Planting } from '../../src/machine/planting.ts';
import type { PlantedBug } from './bug.ts';

type OnSale = NonNullable<ReturnType<OnSales['find']>>;

const changing = (change: (right: OnSale) => OnSale) => (right: OnSales): OnSales => {
  const changed = (onSale: OnSale | undefined): OnSale | undefined => (onSale === undefined ? undefined : change(onSale));
  return { find: (id) => changed(right.find(id)), learn: async (id) => changed(await right.learn(id)), moveSale: (id, window) => right.moveSale(id, window) };
};

const withOnSale = (change: (right: OnSale) => OnSale): Planting => ({ instead: () => ({ onSales: changing(change) }) });

/** What is so of an event once stays so for as long as the process lives. */
const forEver = (isSo: (onSale: OnSale) => boolean, what: Partial<OnSale>): Planting => ({
  instead: () => {
    const remembered = new Set<string>();
    const change = (right: OnSale): OnSale => {
      if (isSo(right)) remembered.add(right.eventId);
      return remembered.has(right.eventId) ? { ...right, ...what } : right;
    };
    return { onSales: changing(change) };
  },
});

export const OF_SOLD_OUT_ROOMS: readonly PlantedBug[] = [
  { bug: 'what is held is taken for sold', planting: withOnSale((right) => ({ ...right, isSoldOut: right.freeSeats === 0 })), seeds: 4, breaks: ['I9'] },
  { bug: 'nobody who waits is told that all is sold', planting: withOnSale((right) => ({ ...right, isSoldOut: false })), seeds: 10, breaks: ['I9'] },
  { bug: 'what was sold out once stays so', planting: forEver(({ isSoldOut }) => isSoldOut, { isSoldOut: true }), seeds: 10, breaks: ['I9'] },
  { bug: 'places that come back are offered to nobody', planting: forEver(({ freeSeats }) => freeSeats === 0, { freeSeats: 0 }), seeds: 10, breaks: ['I9'] },
];
