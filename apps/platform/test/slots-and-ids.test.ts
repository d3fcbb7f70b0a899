import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs, NO_ROW, parseId, present } from '@traffic-tacos/kernel';
import { BOX_OFFICE_EVENT, Stage } from '@traffic-tacos/platform/testing';
import { followOnce } from '../src/direct/follow-once.ts';
import { reconciledAtRest, type ReconciledAtRest } from './support/reconciled-at-rest.ts';

const ADMITTED_AND_SPENT = 4;
const NOBODY = { w0: 0, w1: 0, w2: 0, w3: 0 };

const stageOf = async (): Promise<Stage<ReconciledAtRest>> => new Stage(await reconciledAtRest([BOX_OFFICE_EVENT]));

test('I8: a hold that was released at the inventory itself gives its slot of the waiting room back when the reconciler finds it', async () => {
  const stage = await stageOf();
  const { tables, units, inventory, reconciler, advance } = stage.on.services;
  const { id } = await stage.office.hold('alice', 'A-1');
  await units.run((unit) =>
    unit.write(tables.queue.places, {
      key: { w0: 1, w1: 2, w2: 3, w3: 4 }, version: 1, eventId: BOX_OFFICE_EVENT.id, lane: 0, ownerKind: 'visitor', owner: NOBODY, arrival: 0, joinedAtMs: epochMs(1),
      state: ADMITTED_AND_SPENT, changedAtMs: epochMs(1), tokenExpiresAtMs: epochMs(2), keyNumber: 1, reservation: present(parseId('rsv', id), 'an id'),
    }),
  );
  assert.notEqual(tables.queue.memory.spentBy(id), NO_ROW);
  await inventory.store.release({ reservationId: id });
  await advance(2_500);
  await reconciler.run();
  assert.equal(stage.reservation(id).status, 'FAILED');
  assert.equal(tables.queue.memory.spentBy(id), NO_ROW, 'the slot is still taken');
});

test('S13: a result for a reservation that is not there is remembered by nobody, so that each attempt at it fails until it is a dead letter', async () => {
  const stage = await stageOf();
  const { payment, reservation, tables, units, clock } = stage.on.services;
  const intentId = await stage.madeUp((await stage.paying()).intentId, { reservationId: stage.newReservationId(), status: 'COMPLETED' });
  const follow = followOnce({ payment: () => payment, context: () => reservation.context, units, ids: tables.worker.applied, clock });
  for (let attempt = 1; attempt <= 5; attempt++) {
    const followed = await follow('pay_x.1', intentId);
    assert.deepEqual([attempt, followed.kind, followed.kind === 'followed' ? followed.outcome?.kind : undefined], [attempt, 'followed', 'reservation_not_found']);
  }
});
