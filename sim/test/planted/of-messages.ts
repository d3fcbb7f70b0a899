import { createPlatformTables } from '@traffic-tacos/platform';
import type { Planting } from '../../src/machine/planting.ts';
import { overlay, type PlantedBug } from './bug.ts';

/** Every ninth event is taken, and goes nowhere. */
function losesEvents(): Planting {
  let events = 0;
  return { instead: () => ({ bus: (right) => ({ wants: (type) => right.wants(type), publish: (all) => right.publish(all.filter(() => ++events % 9 !== 0)) }) }) };
}

const forgetsWhatWasApplied: Planting = {
  tables: (limits, history) => {
    const right = createPlatformTables(limits, history);
    const applied = overlay(right.worker.applied, { has: () => false, isNext: () => true });
    const all = right.all.map((table) => (table === right.worker.applied ? applied : table));
    return { ...right, worker: { ...right.worker, applied }, all };
  },
};

const letsGoTooEarly: Planting = {
  instead: () => ({
    effects: (right) => ({
      ...right,
      followPayment: (hint) => {
        right.followPayment(hint).catch(() => undefined);
        return Promise.resolve({ kind: 'done' });
      },
    }),
  }),
};

/** A message that comes again takes the place of the one that waits. */
const queuesTwice: Planting = {
  tables: (limits, history) => {
    const right = createPlatformTables(limits, history);
    const messages = overlay(right.worker.messages, { find: () => undefined, isNext: () => true });
    const all = right.all.map((table) => (table === right.worker.messages ? messages : table));
    return { ...right, worker: { ...right.worker, messages }, all };
  },
};

export const OF_MESSAGES: readonly PlantedBug[] = [
  { bug: 'the relay loses an event', planting: losesEvents(), seeds: 2, breaks: ['I3', 'I6'] },
  { bug: 'the worker forgets what has had its effect', planting: forgetsWhatWasApplied, seeds: 2, breaks: ['I6'] },
  { bug: 'a message is let go before its effect is on disk', planting: letsGoTooEarly, seeds: 2, breaks: ['I6'] },
  { bug: 'a repetition is queued beside the message', planting: queuesTwice, seeds: 4, breaks: ['I4', 'I6'] },
];
