import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_TIMINGS } from '@traffic-tacos/payment';
import { DIFFERENCES } from '@traffic-tacos/platform';
import { PLANTED_DIFFERENCES, RECONCILED_EVENTS, reconcileSuite, Stage } from '@traffic-tacos/platform/testing';
import { reconciledAtRest } from './support/reconciled-at-rest.ts';

const open: Parameters<typeof reconcileSuite>[1] = ({ failedPolicy }) => reconciledAtRest(RECONCILED_EVENTS, { payment: { timings: DEFAULT_TIMINGS, intentsPerReservation: 20, failedPolicy } });

reconcileSuite('one process', open);

test('a rule says heal where the reconciler heals, and otherwise where it tells', () => {
  for (const { kind, outcome } of PLANTED_DIFFERENCES) {
    if (kind !== 'sold_without_order') assert.equal(DIFFERENCES[kind].rule === 'heal', outcome === 'healed', kind);
  }
});

test('I3: what follows from a payment is left to whoever should see to it for two seconds, and no millisecond longer', async () => {
  const stage = new Stage(await open({ failedPolicy: 'keep' }));
  const { id } = await stage.captured();
  await stage.on.advance(1_999);
  assert.deepEqual((await stage.on.reconcile()).differences.map(({ outcome }) => outcome), ['waiting']);
  assert.equal(stage.reservation(id).status, 'HOLD');
  await stage.on.advance(1);
  assert.deepEqual((await stage.on.reconcile()).differences.map(({ outcome }) => outcome), ['healed']);
  assert.equal(stage.reservation(id).status, 'CONFIRMED');
});
