import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { addMs, amountMinor, durationMs } from '@traffic-tacos/kernel';
import { INTENT_RULES, type IntentRules } from '../src/domain/intent-rules.ts';
import { divergence, steps } from './model-run.ts';

const SEED = 20_251_001;

describe('payments against a model', () => {
  it('S26, I3: no run of creations, waits, processings, cancellations, refunds, wake-ups and restarts differs from the model', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        assert.equal(await divergence(taken), undefined);
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  for (const [bug, rules] of Object.entries(plantedBugs())) {
    it(`the model finds a planted bug: ${bug}`, async () => {
      const found = await fc.check(
        fc.asyncProperty(steps, async (taken) => (await divergence(taken, rules)) === undefined),
        { seed: SEED, numRuns: 300 },
      );
      assert.equal(found.failed, true);
    });
  }
});

function plantedBugs(): Readonly<Record<string, IntentRules>> {
  const { intentAt, processIntent, cancelIntent, refundIntent, endIntent } = INTENT_RULES;
  return {
    'process draws the result again': {
      ...INTENT_RULES,
      processIntent: (stored, nowMs) => processIntent(stored.result === 'failed' ? { ...stored, result: 'approved' } : stored, nowMs),
    },
    'process puts the result off': {
      ...INTENT_RULES,
      processIntent: (stored, nowMs) =>
        stored.settleAtMs === undefined ? processIntent(stored, nowMs) : { kind: 'unchanged', intent: intentAt(stored, nowMs) },
    },
    'more is refunded than was captured': {
      ...INTENT_RULES,
      refundIntent: (stored, request, nowMs) => {
        const decision = refundIntent(stored, request, nowMs);
        if (decision.kind !== 'exceeds_captured' || request.amountMinor === undefined) return decision;
        const current = intentAt(stored, nowMs);
        const refundedMinor = amountMinor(current.refundedMinor + request.amountMinor);
        return { kind: 'refunded', next: { ...current, version: stored.version + 1, refundedMinor, sequence: current.sequence + 1 } };
      },
    },
    'intents settle one millisecond early': {
      ...INTENT_RULES,
      intentAt: (stored, nowMs) => intentAt(stored, addMs(nowMs, durationMs(1))),
    },
    'a wake-up writes the instant at which it woke': {
      ...INTENT_RULES,
      endIntent: (stored, by, nowMs) => {
        const decision = endIntent(stored, by, nowMs);
        return decision.kind === 'ended' ? { kind: 'ended', next: { ...decision.next, settleAtMs: nowMs } } : decision;
      },
    },
    'a cancellation wins over a result that is due': {
      ...INTENT_RULES,
      cancelIntent: (stored, nowMs) => cancelIntent(stored, stored.settleAtMs === undefined ? nowMs : stored.createdAtMs),
    },
    'a refund before the approval is written swallows the approval': {
      ...INTENT_RULES,
      refundIntent: (stored, request, nowMs) => {
        const decision = refundIntent(stored, request, nowMs);
        return decision.kind === 'refunded' ? { kind: 'refunded', next: { ...decision.next, factsAdded: 1 } } : decision;
      },
    },
  };
}
