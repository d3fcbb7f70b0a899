import { createPlatformTables } from '@traffic-tacos/platform';
import type { Planting } from '../../src/machine/planting.ts';
import { overlay, type PlantedBug } from './bug.ts';

/** An attempt that failed is taken for one that arrived. */
const takesSilenceForYes: Planting = { post: (right) => async (message, terms) => (await right(message, terms), { kind: 'accepted' }) };

/** The next number of the same payment, which nothing has been said about. */
const tellsAhead: Planting = {
  post: (right) => (message, terms) => right({ ...message, body: message.body.replace(/"id":"(pay_\w+)\.(\d+)"/, (_, id: string, sequence: string) => `"id":"${id}.${Number(sequence) + 1}"`) }, terms),
};

/** Every ninth time that it is asked who is to hear of an event, nobody is. */
function overlooksReceivers(): Planting {
  let asked = 0;
  return {
    tables: (limits, history) => {
      const right = createPlatformTables(limits, history);
      const { registrations } = right.payment;
      const wrong = overlay(registrations, { wanting: (type) => (++asked % 9 === 0 ? [] : registrations.wanting(type)) });
      const all = right.all.map((table) => (table === registrations ? wrong : table));
      return { ...right, payment: { ...right.payment, registrations: wrong }, all };
    },
  };
}

/** What waits for a receiver that is away is gone with the next snapshot. */
const forgetsWhatWaits: Planting = {
  tables: (limits, history) => {
    const right = createPlatformTables(limits, history);
    return { ...right, all: right.all.map((table) => (table.name === 'payment webhook' ? overlay(table, { restore: () => undefined, scan: () => -1 }) : table)) };
  },
};

export const OF_WEBHOOKS: readonly PlantedBug[] = [
  { bug: 'a webhook that did not arrive is taken for accepted', planting: takesSilenceForYes, seeds: 4, breaks: ['webhooks'] },
  { bug: 'a webhook tells of what was never announced', planting: tellsAhead, seeds: 4, breaks: ['webhooks'] },
  { bug: 'a registered receiver is overlooked now and then', planting: overlooksReceivers(), seeds: 10, breaks: ['webhooks'] },
  { bug: 'webhooks that wait do not outlive a snapshot', planting: forgetsWhatWaits, isOfStorms: true, seeds: 20, breaks: ['webhooks'] },
];
