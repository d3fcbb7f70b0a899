import { setTimeout as sleep } from 'node:timers/promises';
import { PAIRS_PER_EVENT, putBenchEvents } from '../catalogue.ts';
import { withCredentials, type Credentials } from '../credentials.ts';
import { findGenerator, sendHolds } from '../load/hold-load.ts';
import { auditOf, discard, startPlatform, type PlatformProcess } from '../platform-process.ts';
import { quantileOf, readHistogram } from '../read-histogram.ts';
import { rounded, type Figures, type RunOptions, type Scenario } from '../scenario.ts';

const LAG = 'hold_release_lag_seconds';
const POLL_MS = 500;
const WAIT_MS = 120_000;

/** A hundred thousand holds that end within some ten seconds: how late each is released, durably, and that none is early. */
export const expiry: Scenario = {
  name: 'expiry',
  summary: 'release lag of 100,000 holds that end within 10 s, each counted when its release is on disk',
  bars: [
    { figure: 'holds', atLeast: 100_000 },
    { figure: 'lag_p99_ms', atMost: 100 },
    { figure: 'early', atMost: 0 },
  ],
  run: (options) => withCredentials(options.quick ? 50 : 10_000, (credentials) => measure(credentials, options)),
};

async function measure(credentials: Credentials, { quick, log }: RunOptions): Promise<Figures> {
  const holdSeconds = quick ? 3 : 20;
  const platform = await startPlatform(credentials, { HOLD_SECONDS: String(holdSeconds) });
  try {
    await putBenchEvents(platform.inventoryUrl, 2, credentials);
    const startedMs = performance.now();
    const held = await hold(platform, credentials, quick ? 1_000 : 100_000, quick ? 1 : 3);
    const spreadMs = performance.now() - startedMs;
    log(`${held} holds made within ${rounded(spreadMs / 1000, 1)} s; they end ${holdSeconds} s later`);
    const lags = await released(platform, held);
    const breaches = await auditOf(platform, credentials, { HOLD_SECONDS: String(holdSeconds) });
    return {
      holds: lags.count, spread_s: rounded(spreadMs / 1000, 1), lag_p50_ms: rounded(quantileOf(lags, 0.5) * 1000, 1),
      lag_p99_ms: rounded(quantileOf(lags, 0.99) * 1000, 1), early: breaches.filter((invariant) => invariant === 'I5').length, breaches: breaches.length,
    };
  } finally {
    await discard(platform);
  }
}

/** At least so many holds, in as many steps of that many seconds as it takes. */
async function hold(platform: PlatformProcess, credentials: Credentials, target: number, seconds: number): Promise<number> {
  const generator = await findGenerator();
  let held = 0;
  for (let step = 0; held < target; step++) {
    const result = await sendHolds(generator, {
      baseUrl: platform.reservationUrl, connections: 64, seconds, tokensFile: credentials.tokensFile, firstPair: held + step * 64,
      pairsPerEvent: PAIRS_PER_EVENT, runName: `step-${step}`,
    });
    held += result.requests - result.refused;
  }
  return held;
}

/** Waits until that many holds have been released. */
async function released({ reservationUrl }: PlatformProcess, held: number) {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const response = await fetch(`${reservationUrl}/actuator/prometheus`);
    const lags = readHistogram(await response.text(), LAG);
    if (lags.count >= held) return lags;
    if (performance.now() > deadline) throw new NotReleased(`${lags.count} of ${held} holds were released within ${WAIT_MS} ms`);
    await sleep(POLL_MS);
  }
}

class NotReleased extends Error {
  override readonly name = 'NotReleased';
}
