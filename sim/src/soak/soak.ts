import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditPlatform, viewOf } from '@traffic-tacos/platform';
import { playBuyer, type BuyerEnd } from './buyer.ts';
import { judge } from './judge.ts';
import { createCollector, measure, type Sample } from './measure.ts';
import { openSoakWorld, type SoakWorld } from './soak-world.ts';

export interface SoakOptions {
  /** Of the platform's time. */
  readonly minutes: number;
  readonly buyersPerSecond: number;
  readonly seed: number;
  /** How long what has ended stays in memory, in ms of the platform's time. */
  readonly graceMs: number;
  readonly onSample?: (sample: Sample) => void;
  /** Bugs that a test plants: something done with each buyer, or a history that stands still. */
  readonly withBuyer?: (number: number) => void;
  readonly isHistoryStuck?: boolean;
}

export interface SoakReport {
  readonly samples: readonly Sample[];
  readonly ends: ReadonlyMap<BuyerEnd, number>;
  /** Rows that have left memory for the history. */
  readonly moved: number;
  /** What has grown, what the audit says, and what anybody has complained of. Empty where all is well. */
  readonly problems: readonly string[];
}

const SAMPLES = 12;
const STEP_MS = 250;
/** All that was begun has come to its end by then: the longest way takes the life of an intent. */
const CALM_MS = 200_000;

/** Lets buyers come for so long of the platform's time, as fast as this machine can, and looks at memory twelve times. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const folder = await mkdtemp(join(tmpdir(), 'tacos-soak-'));
  const world = await openSoakWorld({ folder, ...options });
  try {
    return await run(world, options);
  } finally {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(world: SoakWorld, { minutes, buyersPerSecond, onSample, withBuyer }: SoakOptions): Promise<SoakReport> {
  const collect = createCollector();
  const durationMs = minutes * 60_000;
  const samples: Sample[] = [];
  const ends = new Map<BuyerEnd, number>();
  const failures: string[] = [];
  let buyers = 0;
  for (let atMs = 0; atMs < durationMs; atMs += STEP_MS) {
    for (; buyers < (atMs / 1_000) * buyersPerSecond; buyers++) {
      withBuyer?.(buyers);
      playBuyer(world, buyers).then((end) => void ends.set(end, (ends.get(end) ?? 0) + 1), (error: unknown) => void failures.push(String(error)));
    }
    await world.pass(STEP_MS);
    if (((atMs + STEP_MS) * SAMPLES) % durationMs >= STEP_MS * SAMPLES) continue;
    const sample = await measure(world, collect, atMs + STEP_MS, buyers);
    samples.push(sample);
    onSample?.(sample);
  }
  for (let calm = 0; calm < CALM_MS; calm += STEP_MS) await world.pass(STEP_MS);
  const nowMs = world.clock.nowMs();
  const { breaches, waiting } = auditPlatform(viewOf(world.tables, nowMs), nowMs);
  const audited = [...breaches, ...waiting].map(({ subject, detail }) => `the audit says: ${subject} ${detail}`);
  return { samples, ends, moved: world.moved(), problems: [...judge(samples), ...audited.slice(0, 10), ...world.faults.slice(0, 10), ...failures.slice(0, 10)] };
}
