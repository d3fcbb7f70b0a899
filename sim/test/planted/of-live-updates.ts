import type { ReservationFacts } from '@traffic-tacos/gateway';
import type { Ground, Planting } from '../../src/machine/planting.ts';
import type { PlantedBug } from './bug.ts';

type Read = (id: ReservationFacts['reservationId'], userId: string) => Promise<ReservationFacts | undefined>;

const withRead = (wrong: (right: Read, ground: Ground) => Read): Planting => ({
  instead: (ground) => ({ followed: (right) => ({ ...right, reservations: { ...right.reservations, read: wrong((id, userId) => right.reservations.read(id, userId), ground) } }) }),
});

/** Whoever watches hears of the beginning, and of nothing after it. */
const tellsNobody: Planting = { instead: () => ({ followed: (right) => ({ ...right, changes: { watch: () => () => undefined } }) }) };

/** What is read was on disk; what is shown of it stands in memory by now. */
const showsMemory = withRead((right, { tables }) => async (id, userId) => {
  const facts = await right(id, userId);
  const newest = tables.reservation.reservations.read(id);
  return facts === undefined || newest === undefined ? facts : { ...facts, updatedAtMs: newest.updatedAtMs, holdExpiresAtMs: newest.holdExpiresAtMs };
});

/** As a replica does that lags behind: each third answer is the one before. */
const showsOlderStates = withRead((right) => {
  const before = new Map<string, ReservationFacts>();
  let reads = 0;
  return async (id, userId) => {
    const facts = await right(id, userId);
    const older = before.get(id);
    if (facts !== undefined) before.set(id, facts);
    return ++reads % 3 === 0 && facts !== undefined ? (older ?? facts) : facts;
  };
});

const showsAnybody = withRead((right) => (id, userId) => right(id, userId.replace('-not', '')));

export const OF_LIVE_UPDATES: readonly PlantedBug[] = [
  { bug: 'whoever follows is told of no change', planting: tellsNobody, seeds: 4, breaks: ['live updates'] },
  { bug: 'an update shows what is not on disk', planting: showsMemory, seeds: 30, breaks: ['live updates'] },
  { bug: 'an update shows an older state', planting: showsOlderStates, seeds: 4, breaks: ['live updates'] },
  { bug: 'anybody may follow', planting: showsAnybody, seeds: 4, breaks: ['I10'] },
];
