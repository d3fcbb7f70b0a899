import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignToken } from '@traffic-tacos/gateway';
import type { DurationMs } from '@traffic-tacos/kernel';
import { createLogger, type PlatformSettings } from '@traffic-tacos/kit';
import { startPlatform, type ServiceName } from '@traffic-tacos/platform';
import { findPlatform } from '../beside/find-platform.ts';
import { operatorSignIn } from '../beside/operator-sign-in.ts';
import { platformOptions } from '../config/platform-options.ts';
import { CommandFailed } from '../command-failed.ts';
import { say } from '../terminal/say.ts';

/** The platform that a sale is played against. */
export interface Stage {
  readonly addresses: Readonly<Record<ServiceName, string>>;
  readonly dataDir: string;
  readonly sign: SignToken;
  /** Leaves a platform that ran before as it is; stops one of our own, and removes its directory. */
  close(): Promise<void>;
}

const STOP_WITHIN_MS = 10_000;
const STANDARD_ERROR = 2;

/**
 * The platform that runs in the data directory, or one of our own in this process, on free ports and a scratch directory. Its holds last as
 * long as the audience likes to wait for those that are left to come back.
 */
export async function openStage(settings: PlatformSettings, ownHoldMs: DurationMs): Promise<Stage> {
  const found = await findPlatform(settings.dataDir);
  if (found.kind !== 'running') return ownStage(settings, ownHoldMs);
  const { addresses, pid } = found.file;
  const isReady = await fetch(`${addresses.gateway}/readyz`).then(({ ok }) => ok, () => false);
  if (!isReady) throw new CommandFailed(`Process ${pid} should answer at ${addresses.gateway} and does not; npx tacos doctor looks why.`);
  say(`Playing against the platform at ${addresses.gateway}, where the event of the demo and its orders stay · 실행 중인 플랫폼을 사용하며, 데모의 이벤트와 주문이 남습니다`);
  return { addresses, dataDir: settings.dataDir, sign: await operatorSignIn(settings, found), close: () => Promise.resolve() };
}

async function ownStage(settings: PlatformSettings, holdMs: DurationMs): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tacos-demo-'));
  const remove = (): Promise<void> => rm(dataDir, { recursive: true, force: true });
  try {
    const options = platformOptions(settings, (cause) => say(`The platform of the demo has failed: ${cause.message}`));
    const platform = await startPlatform({
      ...options,
      dataDir,
      bindAddress: '127.0.0.1',
      ports: { gateway: 0, reservation: 0, inventory: 0, payment: 0, worker: 0 },
      grpc: { ...options.grpc, ports: { gateway: 0, reservation: 0, inventory: 0, payment: 0, worker: 0 } },
      holdMs,
      auth: { ...options.auth, issuerUri: undefined, jwksUri: undefined },
      logger: createLogger({ service: 'platform', level: 'error', destination: STANDARD_ERROR }),
    });
    say(`No platform runs in ${settings.dataDir}: the demo brings one of its own, with holds of ${holdMs / 1000} s · 데모용 플랫폼을 따로 띄웁니다`);
    const close = async (): Promise<void> => {
      await platform.stop(STOP_WITHIN_MS);
      await remove();
    };
    return { addresses: platform.addresses, dataDir, sign: platform.signToken, close };
  } catch (error) {
    await remove();
    throw error;
  }
}
