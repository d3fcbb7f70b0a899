import { setTimeout as sleep } from 'node:timers/promises';
import { withCredentials } from '../credentials.ts';
import { discard, startPlatform } from '../platform-process.ts';
import { median, rounded, type Figures, type RunOptions, type Scenario } from '../scenario.ts';

const SETTLE_MS = 2000;

/** From the start of the process on an empty data directory until it is ready, and what it then takes while idle. */
export const start: Scenario = {
  name: 'start',
  summary: 'until ready on an empty data directory, and idle memory',
  bars: [
    { figure: 'ready_ms', atMost: 2000 },
    { figure: 'idle_rss_mb', atMost: 150 },
  ],
  run: ({ quick }: RunOptions): Promise<Figures> =>
    withCredentials(1, async (credentials) => {
      const readyMs: number[] = [];
      const residentMb: number[] = [];
      for (let round = 0; round < (quick ? 1 : 5); round++) {
        const platform = await startPlatform(credentials, {});
        readyMs.push(platform.readyMs);
        await sleep(quick ? 0 : SETTLE_MS);
        residentMb.push(platform.residentBytes() / 2 ** 20);
        await discard(platform);
      }
      return { ready_ms: rounded(median(readyMs)), idle_rss_mb: rounded(median(residentMb), 1) };
    }),
};
