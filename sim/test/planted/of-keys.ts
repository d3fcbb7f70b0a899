import { durationMs, type IdWords } from '@traffic-tacos/kernel';
import type { ReservationContext } from '@traffic-tacos/reservation';
import type { Planting } from '../../src/machine/planting.ts';
import { overlay, type PlantedBug } from './bug.ts';

type Store = ReservationContext['store'];

const withStore = (wrong: (right: Store) => Partial<Store>): Planting => ({
  context: (right) => ({ ...right, store: overlay(right.store, wrong(right.store)) }),
});

const NOTHING: IdWords = { w0: 0, w1: 0, w2: 0, w3: 0 };

const forgetsKeys = withStore((right) => ({
  create: (command, hold) => right.create(command.reservationId.endsWith('0') ? { ...command, key: undefined } : command, hold),
}));

const comparesNoWishes = withStore((right) => ({
  create: (command, hold) => right.create(command.key === undefined ? command : { ...command, key: { ...command.key, fingerprint: NOTHING } }, hold),
}));

/** As if the extension had been there from the beginning. */
const replaysNewerState = withStore((right) => ({
  create: async (command, hold) => {
    const outcome = await right.create(command, hold);
    return outcome.kind === 'replayed' ? { ...outcome, reservation: { ...outcome.reservation, extendedByMs: durationMs(0) } } : outcome;
  },
}));

const anybodyMayCancel = withStore((right) => ({ cancel: (command, release) => right.cancel({ ...command, owner: undefined }, release) }));

/** Strangers are called after the owner, with a suffix: the owner check is as good as gone. */
const anybodyMayRead: Planting = { reservations: (right) => ({ ...right, read: (id, userId) => right.read(id, userId?.replace('-not', '')) }) };

export const OF_KEYS: readonly PlantedBug[] = [
  { bug: 'a key is forgotten now and then', planting: forgetsKeys, seeds: 2, breaks: ['I7'] },
  { bug: 'wishes under one key are not compared', planting: comparesNoWishes, seeds: 2, breaks: ['I7'] },
  { bug: 'a replay shows newer state', planting: replaysNewerState, seeds: 30, breaks: ['I7'] },
  { bug: 'anybody may cancel', planting: anybodyMayCancel, seeds: 2, breaks: ['I10'] },
  { bug: 'anybody may read', planting: anybodyMayRead, seeds: 2, breaks: ['I10'] },
];
