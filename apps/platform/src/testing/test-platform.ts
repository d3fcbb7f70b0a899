import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { DEFAULT_LIMITS, durationMs } from '@traffic-tacos/kernel';
import { createLogger } from '@traffic-tacos/kit';
import type { PlatformOptions } from '../options.ts';
import { startPlatform, type Platform } from '../platform.ts';
import { eventBody, putEvent, type ApiUnderTest, type LayoutSettings } from './api-under-test.ts';
import { Client, createAgent } from './client.ts';

const STOP_WITHIN_MS = 20_000;
const TOKEN_TTL_SECONDS = 3_600;
const STANDARD_ERROR = 2;
/** By then every payment has led to its order, or has gone back. */
const SETTLED_WITHIN_MS = 60_000;

/** A platform on a scratch directory and free ports, for tests. */
export interface TestPlatform extends ApiUnderTest {
  readonly platform: Platform;
  readonly dataDir: string;
  stop(): Promise<void>;
  /** Stops the platform, and starts another on the same directory. */
  restart(): Promise<TestPlatform>;
  /** The one that was started last on this directory. */
  newest(): Platform;
  /** Stops the one that was started last. */
  stopNewest(): Promise<void>;
  /** Stops whatever runs, and removes the directory. */
  discard(): Promise<void>;
}

export const testOptions = (dataDir: string, overrides: Partial<PlatformOptions> = {}): PlatformOptions => ({
  dataDir,
  bindAddress: '127.0.0.1',
  ports: { gateway: 0, reservation: 0, inventory: 0, payment: 0, worker: 0 },
  limits: DEFAULT_LIMITS,
  holdMs: durationMs(60_000),
  extensionMaxMs: durationMs(60_000),
  payment: {
    timings: { approveDelayMs: durationMs(200), failDelayMs: durationMs(100), lateApproveDelayMs: durationMs(3_000), intentTtlMs: durationMs(900_000) },
    intentsPerReservation: 20,
    failedPolicy: 'keep',
  },
  auth: { issuerUri: undefined, jwksUri: undefined, audience: undefined, rolesClaim: 'role', allowUntyped: false, tokenTtlSeconds: TOKEN_TTL_SECONDS },
  http: {},
  grpc: { ports: { gateway: 0, reservation: 0, inventory: 0, payment: 0, worker: 0 }, settings: {} },
  logger: createLogger({ service: 'platform', level: 'error', destination: STANDARD_ERROR }),
  onFailed: () => undefined,
  ...overrides,
});

async function startTestPlatform(overrides: Partial<PlatformOptions> = {}, existing?: string): Promise<TestPlatform> {
  const dataDir = existing ?? (await mkdtemp(join(tmpdir(), 'tacos-test-')));
  const platform = await startPlatform(testOptions(dataDir, overrides));
  const agent = createAgent();
  const tokenFor = async (...[userId, role]: Parameters<TestPlatform['bearer']>): Promise<string> => {
    const outcome = await platform.signToken({ userId, role, ttlSeconds: TOKEN_TTL_SECONDS });
    return outcome.kind === 'signed' ? outcome.token : '';
  };
  const user: TestPlatform['user'] = async (userId, role = 'user') => new Client(platform, agent, await tokenFor(userId, role));
  const stop = async (): Promise<void> => {
    agent.destroy();
    await platform.stop(STOP_WITHIN_MS);
  };
  let newest = (): Platform => platform;
  let stopNewest = stop;
  return {
    platform,
    addresses: platform.addresses,
    routes: platform.routes,
    bearer: async (userId, role) => `Bearer ${await tokenFor(userId, role)}`,
    dataDir,
    stop,
    user,
    newest: () => newest(),
    stopNewest: () => stopNewest(),
    event: async (id, seats, places = 1_000, extra = {}) => putEvent(await user('organizer', 'organizer'), eventBody(id, seats, places, extra)),
    restart: async () => {
      await stop();
      const next = await startTestPlatform(overrides, dataDir);
      newest = next.newest;
      stopNewest = next.stopNewest;
      return next;
    },
    discard: async () => {
      await stop();
      await stopNewest();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Runs `body` against a fresh platform, and discards it whatever happens. At the end the audit must become green, with no payment waiting. */
export async function withPlatform(body: (on: TestPlatform) => Promise<void>, { lateApproveDelayMs, ...overrides }: Partial<PlatformOptions> & LayoutSettings = {}): Promise<void> {
  const { payment } = testOptions('', overrides);
  const on = await startTestPlatform({ ...overrides, payment: { ...payment, timings: { ...payment.timings, ...(lateApproveDelayMs === undefined ? {} : { lateApproveDelayMs }) } } });
  try {
    await body(on);
    await assertSettled(on.newest());
  } finally {
    await on.discard();
  }
}

/** Payments are followed up in turns of their own, so the audit is asked again until none waits: on a slow machine longer than they may. */
async function assertSettled(platform: Platform): Promise<void> {
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const { breaches, waiting } = platform.audit();
    if (breaches.length === 0 && waiting.length === 0) return;
    const isRed = breaches.some(({ invariant }) => invariant !== 'I3') || performance.now() > deadline;
    if (isRed) throw new AuditRed(JSON.stringify([...breaches, ...waiting].slice(0, 10), null, 2));
    await setImmediate();
  }
}

class AuditRed extends Error {
  override readonly name = 'AuditRed';
}
