import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StagedRecord } from '@traffic-tacos/journal';
import { durationMs } from '@traffic-tacos/kernel';
import { cancelReservation, confirmReservation, extendReservation, followFailure, followRefund } from '@traffic-tacos/reservation';
import { announcementProblems, statesEntered } from '@traffic-tacos/reservation/testing';
import { expireDue } from '../src/application/expire-due.ts';
import type { Announcement } from '../src/domain/announcement.ts';
import { factsOf, HOLD_MS, OTHER_PAY, PAY, reservationWorld, settled, type ReservationWorld } from './reservation-world.ts';

type Run = (world: ReservationWorld) => Promise<void>;

/** Every way that a reservation can go, with what is announced on it. */
const RUNS: Readonly<Record<string, Run>> = {
  'created confirmed refunded': async (world) => {
    const id = await world.hold('A-1');
    world.pay(id);
    await confirmReservation(world.context, { ...factsOf(id, 'k'), paymentIntentId: PAY });
    await confirmReservation(world.context, { ...factsOf(id), paymentIntentId: PAY });
    world.pay(id, { isCaptured: false, isRefunded: true });
    await followRefund(world.context, settled(id));
    await followRefund(world.context, settled(id));
  },
  'created cancelled': async (world) => {
    const id = await world.hold('A-1');
    await extendReservation(world.context, { ...factsOf(id), byMs: durationMs(10_000) });
    await cancelReservation(world.context, factsOf(id));
    await cancelReservation(world.context, factsOf(id, 'k'));
  },
  'created expired': async (world) => {
    await world.hold('A-1');
    world.clock.advance(HOLD_MS);
    await expireDue(world.context);
    await expireDue(world.context);
  },
  'created expired confirmed': async (world) => {
    const id = await world.hold('A-1');
    world.clock.advance(HOLD_MS);
    await expireDue(world.context);
    world.pay(id);
    await confirmReservation(world.context, { ...factsOf(id), paymentIntentId: PAY });
  },
  'created expired created failed': async (world) => {
    const id = await world.hold('A-1');
    world.clock.advance(HOLD_MS);
    await expireDue(world.context);
    await world.hold('A-1', 'bob');
    world.pay(id);
    await confirmReservation(world.context, { ...factsOf(id), paymentIntentId: PAY });
    await confirmReservation(world.context, { ...factsOf(id), paymentIntentId: PAY });
  },
  'created failed': async (world) => {
    const id = await world.hold('A-1');
    world.pay(id, { id: OTHER_PAY, isCaptured: false, isFailed: true });
    await followFailure(world.context, settled(id, OTHER_PAY));
  },
};

for (const [states, run] of Object.entries(RUNS)) {
  test(`I6: ${states}: each change of state is announced once, with the next number, in its own entry`, async () => {
    const world = reservationWorld();
    await run(world);
    assert.deepEqual(announcementProblems(world.sink.entries, world.tables), []);
    assert.deepEqual(statesEntered(world.sink.entries, world.tables), states.split(' ').map((state) => `reservation.${state}`));
  });

  test(`I6: ${states}: an announcement that is missing, doubled, misnumbered or misnamed does not go unnoticed`, async () => {
    const world = reservationWorld();
    await run(world);
    const { outbox } = world.tables;
    const isAnnouncement = ({ table }: StagedRecord): boolean => table === (outbox as unknown);
    const places = world.sink.entries.flatMap((entry, at) => (entry.some(isAnnouncement) ? [at] : []));
    const faults: readonly ((staged: StagedRecord) => readonly StagedRecord[])[] = [
      () => [],
      (staged) => [staged, staged],
      (staged) => [{ ...staged, record: { ...(staged.record as Announcement), sequence: 9 } }],
      (staged) => [{ ...staged, record: { ...(staged.record as Announcement), type: 'reservation.nothing' } }],
      (staged) => [{ ...staged, record: { ...(staged.record as Announcement), occurredAtMs: 1 } }],
      (staged) => [{ ...staged, record: { ...(staged.record as Announcement), reservationId: 'rsv_other' } }],
    ];
    for (const place of places) {
      for (const fault of faults) {
        const broken = world.sink.entries.map((entry, at) => (at === place ? entry.flatMap((staged) => (isAnnouncement(staged) ? fault(staged) : [staged])) : entry));
        assert.notDeepEqual(announcementProblems(broken, world.tables), [], `${fault.toString()} in entry ${place}`);
      }
    }
  });
}
