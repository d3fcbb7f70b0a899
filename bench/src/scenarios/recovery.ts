import { PAIRS_PER_EVENT, putBenchEvents } from '../catalogue.ts';
import { withCredentials, type Credentials } from '../credentials.ts';
import { findGenerator, sendHolds } from '../load/hold-load.ts';
import { discard, startPlatform } from '../platform-process.ts';
import { rounded, type Figures, type RunOptions, type Scenario } from '../scenario.ts';

const CONNECTIONS = 128;
const STEP_SECONDS = 5;

/** A million live holds, `kill -9`, and the time until the next process is ready. */
export const recovery: Scenario = {
  name: 'recovery',
  summary: 'kill -9 with a million live holds, until ready again',
  bars: [{ figure: 'ready_ms', atMost: 5000 }],
  run: (options) => withCredentials(options.quick ? 50 : 10_000, (credentials) => measure(credentials, options)),
};

async function measure(credentials: Credentials, { quick, log }: RunOptions): Promise<Figures> {
  const first = await startPlatform(credentials, { HOLD_SECONDS: '3600' });
  await putBenchEvents(first.inventoryUrl, 4, credentials);
  const generator = await findGenerator();
  const target = quick ? 5_000 : 1_000_000;
  let held = 0;
  for (let step = 0; held < target; step++) {
    const result = await sendHolds(generator, {
      baseUrl: first.reservationUrl, connections: CONNECTIONS, seconds: quick ? 1 : STEP_SECONDS, tokensFile: credentials.tokensFile,
      firstPair: held + step * CONNECTIONS, pairsPerEvent: PAIRS_PER_EVENT, runName: `step-${step}`,
    });
    held += result.requests - result.refused;
  }
  log(`${held} live holds; kill -9`);
  await first.child.stop('SIGKILL');
  const second = await startPlatform(credentials, { HOLD_SECONDS: '3600' }, first.dataDir);
  try {
    return { records: held, ready_ms: rounded(second.readyMs), rss_mb: rounded(second.residentBytes() / 2 ** 20) };
  } finally {
    await discard(second);
  }
}
