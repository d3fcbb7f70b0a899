import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntilReady } from '../child.ts';
import { withCredentials, type Credentials } from '../credentials.ts';
import { newDataDir, platformEnv, removeDataDir, residentBytesOf } from '../platform-process.ts';
import { median, rounded, type Figures, type RunOptions, type Scenario } from '../scenario.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;
const READY_WITHIN_MS = 30_000;
const SETTLE_MS = 2000;

/** `npm start` on a warm checkout and an empty data directory until it is ready, the samples imported, and what it then takes while idle. */
export const start: Scenario = {
  name: 'start',
  summary: 'npm start on a warm checkout until ready, and idle memory',
  bars: [
    { figure: 'ready_ms', atMost: 2000 },
    { figure: 'idle_rss_mb', atMost: 150 },
  ],
  run: ({ quick }: RunOptions): Promise<Figures> =>
    withCredentials(1, async (credentials) => {
      const rounds: Started[] = [];
      for (let round = 0; round < (quick ? 1 : 5); round++) rounds.push(await startOnce(credentials, quick ? 0 : SETTLE_MS));
      return { ready_ms: rounded(median(rounds.map(({ readyMs }) => readyMs))), idle_rss_mb: rounded(median(rounds.map(({ bytes }) => bytes)) / 2 ** 20, 1) };
    }),
};

interface Started {
  readonly readyMs: number;
  readonly bytes: number;
}

async function startOnce(credentials: Credentials, settleMs: number): Promise<Started> {
  const dataDir = await newDataDir(credentials);
  const startedAt = performance.now();
  const npm = spawn('npm', ['start'], { cwd: ROOT, env: { ...process.env, ...platformEnv(credentials, dataDir) }, stdio: 'ignore' });
  const gone = once(npm, 'exit');
  await waitUntilReady(`http://127.0.0.1:${credentials.ports.gateway}/readyz`, READY_WITHIN_MS);
  const readyMs = performance.now() - startedAt;
  await sleep(settleMs);
  const { pid }: { pid: number } = JSON.parse(await readFile(join(dataDir, 'platform.json'), 'utf8'));
  const bytes = residentBytesOf(pid);
  process.kill(pid, 'SIGINT');
  await gone;
  await removeDataDir(dataDir);
  return { readyMs, bytes };
}
