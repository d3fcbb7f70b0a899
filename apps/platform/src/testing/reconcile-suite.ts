import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { durationMs } from '@traffic-tacos/kernel';
import { auditPlatform } from '../audit/audit-platform.ts';
import { DIFFERENCES, type DifferenceKind } from '../audit/difference.ts';
import { viewOf } from '../audit/view.ts';
import { BOX_OFFICE_EVENT } from './box-office.ts';
import { Stage, type ReconciledLayout } from './difference-stage.ts';
import { PLANTED_DIFFERENCES } from './planted-differences.ts';

const AT_ONCE = durationMs(0);
const POOL_EVENT = { id: 'evt_pool', name: 'Pool', currency: 'KRW', sections: [{ id: 'P', name: 'P', price: 1_000, capacity: 50 }] };

/** What an event catalogue has in the suite. */
export const RECONCILED_EVENTS: readonly Readonly<Record<string, unknown>>[] = [BOX_OFFICE_EVENT, POOL_EVENT];

/** Planted in tests of its own, where the outbox can be made to wait. */
const ELSEWHERE: readonly DifferenceKind[] = ['outbox_overdue'];

/** Found by whoever reads the whole directory, and planted in the tests of the audit: nobody walks through keys and history beside traffic. */
const BY_AUDIT_ONLY: readonly DifferenceKind[] = ['key_without_effect', 'memory_behind_history', 'history_damaged', 'admin_trail_broken', 'admission_without_hold', 'places_out_of_order'];

/** Opens services with the events of the suite in them. */
export type OpenReconciled = (wishes: { readonly failedPolicy: 'keep' | 'release' }) => Promise<ReconciledLayout>;

/** What a reconciler must find and heal in every layout. `layout` says in the tests' names how the services reach each other. */
export function reconcileSuite(layout: string, open: OpenReconciled): void {
  const opened: ReconciledLayout[] = [];
  after(async () => {
    for (const each of opened) await each.close();
  });
  const stageFor = async (failedPolicy: 'keep' | 'release' = 'keep'): Promise<Stage> => {
    const on = await open({ failedPolicy });
    opened.push(on);
    return new Stage(on);
  };

  describe(`the reconciler of ${layout}`, () => {
    describe('the reconciler finds every planted difference, and heals it or tells of it', () => {
      for (const { kind, how, outcome, failedPolicy, plant, then } of PLANTED_DIFFERENCES) {
        it(`${kind}: ${how} is ${outcome}`, async () => {
          const stage = await stageFor(failedPolicy);
          assert.deepEqual((await stage.on.reconcile()).differences, []);
          await plant(stage);
          await stage.on.advance(2_500);
          const { differences } = await stage.on.reconcile();
          const found = differences.filter((difference) => difference.kind === kind);
          assert.deepEqual(found.map((difference) => difference.outcome), [outcome], JSON.stringify(differences, null, 2));
          await then?.(stage);
          if (outcome !== 'healed') return;
          assert.deepEqual((await stage.on.reconcile()).differences.filter(({ outcome: again }) => again !== 'waiting'), [], 'nothing is left');
          assert.deepEqual(breachesOf(stage.on), []);
        });
      }
    });

    it('every difference on the list has been planted, but for those that only an audit looks for', () => {
      const planted = new Set<string>(PLANTED_DIFFERENCES.map(({ kind }) => kind));
      const missing = Object.keys(DIFFERENCES).filter((kind) => !planted.has(kind));
      assert.deepEqual(missing.sort(), [...BY_AUDIT_ONLY, ...ELSEWHERE].sort());
    });

    it('I3: where a guarantee is broken no money moves: what memory says cannot be trusted', async () => {
      const stage = await stageFor();
      const { intentId } = await stage.captured();
      stage.on.tables.inventory.events.find('evt_box')?.section(0).add(0, 1);
      await stage.on.advance(2_500);
      const { differences } = await stage.on.reconcile();
      assert.deepEqual(differences.map(({ kind, outcome }) => `${kind} ${outcome}`).sort(), ['captured_without_order waiting', 'places_do_not_add_up alarmed']);
      assert.equal(stage.intent(intentId).status, 'COMPLETED');
    });

    it('two who ask at once get the same walk', async () => {
      const { on } = await stageFor();
      const [one, other] = await Promise.all([on.reconcile(), on.reconcile()]);
      assert.equal(one, other);
    });
  });
}

const breachesOf = ({ tables, clock }: ReconciledLayout) => auditPlatform(viewOf(tables, clock.nowMs()), clock.nowMs(), AT_ONCE).breaches;
