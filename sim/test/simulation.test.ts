import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hasHistory } from '../src/machine/sim-history.ts';
import { describe as report } from '../src/run/report.ts';
import { runSeed } from '../src/run/run-seed.ts';
import { simulate } from '../src/run/simulate.ts';
import corpus from './corpus.json' with { type: 'json' };

/** Seeds that nobody has played before, every day others. */
const FRESH = 6;

describe('the platform under simulation', () => {
  it('I1–I10: no seed of the corpus breaks a guarantee (S1–S3, S5, S6, S8–S10, S12–S15, S21, S25)', async () => {
    const simulation = await simulate({ seeds: corpus.seeds, steps: corpus.steps });
    assert.ok(simulation.failed === undefined, report(simulation, corpus.steps, 1));
    const { seeds, events, counted: { boots, entriesLost, requests, answers, soldOut, moved, segments, refusedStarts } } = simulation.totals;
    assert.equal(seeds, corpus.seeds.length);
    // A simulation in which nothing happens shows nothing.
    assert.ok(moved > 500 && segments > 10 && refusedStarts > 0, JSON.stringify(simulation.totals));
    assert.ok(boots > 2 * seeds && entriesLost > 0 && requests > events / 8 && answers > requests / 2 && soldOut > 0, JSON.stringify(simulation.totals));
  });

  it('I1–I10: no fresh seed does', async () => {
    const day = Math.floor(Date.now() / 86_400_000);
    const seeds = Array.from({ length: FRESH }, (_, i) => day * FRESH + i);
    const simulation = await simulate({ seeds, steps: corpus.steps });
    assert.ok(simulation.failed === undefined, report(simulation, corpus.steps, 1));
  });
});

describe('a seed', () => {
  for (const [seed, what] of [[10, 'where all is in memory'], [30, 'with a history']] as const) {
    it(`gives the same trace, byte for byte, ${what}`, async () => {
      const options = { seed, steps: 4_000, isTraced: true };
      const [one, other] = [await runSeed(options), await runSeed(options)];
      assert.ok(one.counted.boots > 1, 'no crash was in it');
      assert.equal(one.counted.moved > 0, hasHistory(seed));
      assert.equal(one.trace.join('\n'), other.trace.join('\n'));
      assert.equal(one.digest, other.digest);
    });
  }

  it('gives the same digest whether or not it is traced', async () => {
    const [traced, untraced] = [await runSeed({ seed: 12, steps: 1_000, isTraced: true }), await runSeed({ seed: 12, steps: 1_000 })];
    assert.equal(traced.digest, untraced.digest);
  });

  it('counts each event once, by its kind, and none where nothing has happened', async () => {
    const whole = await runSeed({ seed: 3, steps: 3_000 });
    const { requests, answers, operation, message, turn, timer, boots } = whole.counted;
    const kinds = [requests, answers, operation, message, turn, timer, boots];
    assert.ok(kinds.every((kind) => kind > 0), kinds.join());
    assert.ok(kinds.reduce((sum, kind) => sum + kind, 0) < whole.events);
    // In the steps themselves there is at most one each; the rest belongs to the end, when all comes to rest.
    const none = await runSeed({ seed: 3, steps: 3_000, kept: new Set() });
    assert.equal(none.counted.requests + none.counted.answers + none.emptySteps, 0);
    assert.ok(whole.emptySteps > 0 && none.events < whole.events);
  });

  it('differs from other seeds', async () => {
    const [one, other] = [await runSeed({ seed: 1, steps: 200 }), await runSeed({ seed: 2, steps: 200 })];
    assert.notEqual(one.digest, other.digest);
  });
});
