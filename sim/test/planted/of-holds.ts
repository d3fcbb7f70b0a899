import type { Deciders } from '@traffic-tacos/inventory';
import { createDeciders, movePlaces, RULES, type MovePlaces, type Rules } from '@traffic-tacos/inventory/testing';
import { createInventoryMemory } from '@traffic-tacos/inventory';
import type { HistorySource } from '@traffic-tacos/journal';
import { createPlatformTables, type PlatformTables } from '@traffic-tacos/platform';
import { durationMs, epochMs, type Limits } from '@traffic-tacos/kernel';
import type { Ground, Planting } from '../../src/machine/planting.ts';
import { EXTENSION_MAX_MS } from '../../src/machine/settings.ts';
import type { PlantedBug } from './bug.ts';

const FREE = 0;
const HELD = 1;

const withRules = (wrong: Partial<Rules>): Planting => ({
  deciders: ({ tables, clock }: Ground): Deciders => createDeciders(tables.inventory, clock, { extensionMaxMs: EXTENSION_MAX_MS, rules: { ...RULES, ...wrong } }),
});

/** The command is judged as if it were another time. */
const atAnotherTime = (kind: string, shiftMs: number): Planting =>
  withRules({ judge: (hold, command, now) => RULES.judge(hold, command, command.kind === kind ? epochMs(Math.max(0, now + shiftMs)) : now) });

const withMove = (move: MovePlaces): Planting => ({
  tables: (limits: Limits, history: HistorySource): PlatformTables => {
    const right = createPlatformTables(limits, history);
    const inventory = createInventoryMemory(limits, move, history);
    const others = right.all.filter((table) => !right.inventory.all.includes(table));
    const movable = right.movable.map((table) => (table === right.inventory.holds ? inventory.holds : table));
    return { ...right, inventory, movable, all: [...inventory.all, ...others] };
  },
});

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
    event.seats.set(seat, FREE, -1);
  }
};

const holdsLonger: Planting = {
  instead: () => ({ seats: (right) => ({ ...right, hold: (command) => right.hold({ ...command, holdForMs: durationMs(command.holdForMs + 1) }) }) }),
};

/** The clock that decides follows the one on the wall. */
const followsTheWall: Planting = {
  clock: (right, time) => ({ ...right, nowMs: () => epochMs(Math.max(0, Math.floor(time.wallMs()))) }),
};

/** Each start begins half a second earlier than the last life would have it. */
function goesBackAtStart(): Planting {
  let starts = 0;
  return {
    clock: (right) => {
      const lostMs = 500 * starts++;
      return { ...right, nowMs: () => epochMs(right.nowMs() - lostMs) };
    },
  };
}

const sellsOneMore: Planting = {
  event: (document) => ({ ...document, terms: { ...document.terms, purchaseLimit: document.terms.purchaseLimit + 1 } }),
};

const overlooksHoldsThatAreOver: Planting = withRules({ placesIn: (section, enough, now) => RULES.placesIn(section, enough, epochMs(Math.max(0, now - 2_000))) });

export const OF_HOLDS: readonly PlantedBug[] = [
  { bug: 'the expiry is not checked at commit', planting: atAnotherTime('commit', -1_000_000_000_000), seeds: 30, breaks: ['I5'] },
  { bug: 'a wake-up ends a hold a second early', planting: atAnotherTime('expire', 1_000), seeds: 10, breaks: ['I5'] },
  { bug: 'a wake-up ends any hold', planting: atAnotherTime('expire', 1_000_000), seeds: 2, breaks: ['I5'] },
  { bug: 'a pool is counted twice', planting: withMove(countsPoolsTwice), seeds: 2, breaks: ['I1'] },
  { bug: 'a seat is given to two', planting: withMove(keepsSeatsFree), seeds: 2, breaks: ['I1', 'I2'] },
  { bug: 'a hold is a millisecond longer than promised', planting: holdsLonger, seeds: 1, breaks: ['I5'] },
  { bug: 'the clock that decides follows the wall clock', planting: followsTheWall, seeds: 3, breaks: ['I5'] },
  { bug: 'the clock that decides goes back at a start', planting: goesBackAtStart(), seeds: 12, breaks: ['I5'] },
  { bug: 'the purchase limit is off by one', planting: sellsOneMore, seeds: 2, breaks: ['purchase limit'] },
  { bug: 'sold out is said while places are free by the clock', planting: overlooksHoldsThatAreOver, seeds: 20, breaks: ['I5'] },
];
