import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { durationMs } from '@traffic-tacos/kernel';
import { DEFAULT_TIMINGS } from '@traffic-tacos/payment';
import { auditPlatform, DIFFERENCES, viewOf, type DifferenceKind } from '@traffic-tacos/platform';
import { BOX_OFFICE_EVENT } from '@traffic-tacos/platform/testing';
import { PLANTED_DIFFERENCES, Stage, type PlantedDifference } from './support/planted-differences.ts';
import { servicesAtRest } from './support/services-at-rest.ts';

const AT_ONCE = durationMs(0);
const POOL_EVENT = { id: 'evt_pool', name: 'Pool', currency: 'KRW', sections: [{ id: 'P', name: 'P', price: 1_000, capacity: 50 }] };

/** Planted in the test of the walks, where the outbox can be made to wait. */
const ELSEWHERE: readonly DifferenceKind[] = ['outbox_overdue'];

/** Found by whoever reads the whole directory, and planted in the tests of the audit: nobody walks through keys and history beside traffic. */
const BY_AUDIT_ONLY: readonly DifferenceKind[] = ['key_without_effect', 'memory_behind_history', 'history_damaged', 'admin_trail_broken', 'admission_without_hold', 'places_out_of_order'];

const stageFor = async ({ failedPolicy = 'keep' }: Pick<PlantedDifference, 'failedPolicy'> | { failedPolicy?: 'keep' }): Promise<Stage> =>
  new Stage(await servicesAtRest([BOX_OFFICE_EVENT, POOL_EVENT], { payment: { timings: DEFAULT_TIMINGS, intentsPerReservation: 20, failedPolicy } }));

const breachesOf = ({ on: { tables, clock } }: Stage) => auditPlatform(viewOf(tables, clock.nowMs()), clock.nowMs(), AT_ONCE).breaches;

describe('the reconciler finds every planted difference, and heals it or tells of it', () => {
  for (const planted of PLANTED_DIFFERENCES) {
    const { kind, how, outcome, plant, then } = planted;
    it(`${kind}: ${how} is ${outcome}`, async () => {
      const stage = await stageFor(planted);
      assert.deepEqual((await stage.on.reconciler.run()).differences, []);
      await plant(stage);
      await stage.on.advance(2_500);
      const { differences } = await stage.on.reconciler.run();
      const found = differences.filter((difference) => difference.kind === kind);
      assert.deepEqual(found.map((difference) => difference.outcome), [outcome], JSON.stringify(differences, null, 2));
      await then?.(stage);
      if (outcome !== 'healed') return;
      assert.deepEqual((await stage.on.reconciler.run()).differences.filter(({ outcome: again }) => again !== 'waiting'), [], 'nothing is left');
      assert.deepEqual(breachesOf(stage), []);
    });
  }
});

test('every difference on the list has been planted, but for those that only an audit looks for', () => {
  const planted = new Set<string>(PLANTED_DIFFERENCES.map(({ kind }) => kind));
  const missing = Object.keys(DIFFERENCES).filter((kind) => !planted.has(kind));
  assert.deepEqual(missing.sort(), [...BY_AUDIT_ONLY, ...ELSEWHERE].sort());
});

test('a rule says heal where the reconciler heals, and otherwise where it tells', () => {
  for (const { kind, outcome } of PLANTED_DIFFERENCES) {
    if (kind !== 'sold_without_order') assert.equal(DIFFERENCES[kind].rule === 'heal', outcome === 'healed', kind);
  }
});

test('I3: what follows from a payment is left to whoever should see to it for two seconds, and no millisecond longer', async () => {
  const stage = await stageFor({});
  const { id } = await stage.captured();
  await stage.on.advance(1_999);
  assert.deepEqual((await stage.on.reconciler.run()).differences.map(({ outcome }) => outcome), ['waiting']);
  assert.equal(stage.reservation(id).status, 'HOLD');
  await stage.on.advance(1);
  assert.deepEqual((await stage.on.reconciler.run()).differences.map(({ outcome }) => outcome), ['healed']);
  assert.equal(stage.reservation(id).status, 'CONFIRMED');
});

test('two who ask at once get the same walk', async () => {
  const { on } = await stageFor({});
  const [one, other] = await Promise.all([on.reconciler.run(), on.reconciler.run()]);
  assert.equal(one, other);
});

test('I3: where a guarantee is broken no money moves: what memory says cannot be trusted', async () => {
  const stage = await stageFor({});
  const { intentId } = await stage.captured();
  stage.on.tables.inventory.events.find('evt_box')?.section(0).add(0, 1);
  await stage.on.advance(2_500);
  const { differences } = await stage.on.reconciler.run();
  assert.deepEqual(differences.map(({ kind, outcome }) => `${kind} ${outcome}`), ['captured_without_order waiting', 'places_do_not_add_up alarmed']);
  assert.equal(stage.intent(intentId).status, 'COMPLETED');
});
