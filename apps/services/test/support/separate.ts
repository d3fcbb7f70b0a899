import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { present, type Limits } from '@traffic-tacos/kernel';
import { createSystemClock, parsePlatformSettings, type ClosedResource, type GrpcChannelSettings } from '@traffic-tacos/kit';
import { auditPlatform, viewOf, type Internet, type ServiceName } from '@traffic-tacos/platform';
import { Client, createAgent, eventBody, putEvent, type ApiUnderTest, type LayoutSettings } from '@traffic-tacos/platform/testing';
import { serviceOptions, type ServiceOptions } from '../../src/config/options.ts';
import { startService } from '../../src/start-service.ts';
import type { KeptTables, RunningService } from '../../src/started-service.ts';
import { separateSettings, START_ORDER, type SeparateSettings } from './separate-settings.ts';
import { credentialSigner, tokenSigner } from './token-signer.ts';

const STOP_WITHIN_MS = 20_000;
const PATIENT_MS = 60_000;
/** By then every payment has led to its order, or has gone back. */
const SETTLED_WITHIN_MS = 60_000;

export interface SeparateOptions extends LayoutSettings {
  /** Further settings of all services. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Opens what is to stand between the services, and answers the settings by which they go through it. */
  readonly network?: (ports: Pick<SeparateSettings, 'ports' | 'grpcPorts'>) => Promise<Readonly<Record<string, string>>>;
  readonly channels?: Partial<GrpcChannelSettings>;
  readonly limits?: Partial<Limits>;
  readonly settledWithinMs?: number;
  /** Told where a service would end its process; the test fails unless it is given. */
  readonly onFailed?: (name: ServiceName, cause: Error) => void;
  /** False where the body has services told what the others do not know, as nobody would by mistake: their records differ for good then. */
  readonly isAudited?: boolean;
  /** Another internet than the machine's own, in which receivers of webhooks are. */
  readonly internet?: Internet;
  /** Whether services that call each other wait no longer than by default. Mostly they wait longer: a busy machine is no test of deadlines. */
  readonly hasDefaultDeadlines?: boolean;
}

/** The services of the separate layout, all in this process, over their own journals and real sockets. */
export interface SeparateLayout extends ApiUnderTest {
  /** That in which each has one of its own. */
  readonly dataDir: string;
  readonly services: Readonly<Record<ServiceName, RunningService>>;
  /** What a service shows the one that it calls. */
  credentialFor(audience: ServiceName): Promise<string>;
  /** Stops one service as SIGTERM does, and starts it again on the same directory and ports; answers how it closed. */
  replace(name: ServiceName): Promise<readonly ClosedResource[]>;
  stop(): Promise<void>;
}

/**
 * Runs `body` against four services that reach each other over gRPC, and discards them whatever happens. At the end the audit over the memory
 * of all of them must become green, with no payment waiting, unless it is left out.
 */
export async function withSeparate(body: (on: SeparateLayout) => Promise<void>, options: SeparateOptions = {}): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tacos-layout-'));
  const layouts: SeparateLayout[] = [];
  try {
    const late = options.lateApproveDelayMs === undefined ? {} : { PAYMENT_DELAY_MS: String(options.lateApproveDelayMs) };
    const settings = await separateSettings(dataDir, { ...late, ...options.environment });
    const through = (await options.network?.(settings)) ?? {};
    const open = async (): Promise<SeparateLayout> => {
      const environmentOf = (name: ServiceName) => ({ ...settings.environmentOf(name), ...through });
      const layout = await startLayout(dataDir, { ...settings, environmentOf }, options, open);
      layouts.push(layout);
      return layout;
    };
    await body(await open());
    if (options.isAudited !== false) await assertSettled(present(layouts.at(-1), 'a layout has been opened'), options.settledWithinMs ?? SETTLED_WITHIN_MS);
  } finally {
    for (const layout of layouts) await layout.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function startLayout(dataDir: string, settings: SeparateSettings, options: SeparateOptions, reopen: () => Promise<SeparateLayout>): Promise<SeparateLayout> {
  const running = new Map<ServiceName, RunningService>();
  for (const name of START_ORDER) running.set(name, await startService(optionsOf(name, settings, options)));
  const services = Object.fromEntries(running) as Record<ServiceName, RunningService>;
  const addresses = { gateway: services.gateway.url, reservation: services.reservation.url, inventory: services.inventory.url, payment: services.payment.url, worker: services.worker.url };
  const tokenFor = await tokenSigner(join(dataDir, 'gateway'), `http://127.0.0.1:${settings.ports.gateway}`);
  const agent = createAgent();
  const user: SeparateLayout['user'] = async (userId, role = 'user') => new Client({ addresses }, agent, await tokenFor(userId, role));
  const stop = async (): Promise<void> => {
    agent.destroy();
    for (const name of START_ORDER.toReversed()) await services[name].stop(STOP_WITHIN_MS);
  };
  return {
    dataDir, services, addresses, user, stop,
    credentialFor: await credentialSigner(join(dataDir, 'gateway'), `http://127.0.0.1:${settings.ports.gateway}`),
    replace: async (name) => {
      const closed = await services[name].stop(STOP_WITHIN_MS);
      services[name] = await startService(optionsOf(name, settings, options));
      return closed;
    },
    routes: {
      gateway: services.gateway.routes, reservation: services.reservation.routes, inventory: services.inventory.routes, payment: services.payment.routes, worker: services.worker.routes,
    },
    bearer: async (userId, role) => `Bearer ${await tokenFor(userId, role)}`,
    event: async (id, seats, places = 1_000, extra = {}) => putEvent(await user('organizer', 'organizer'), eventBody(id, seats, places, extra)),
    restart: async () => {
      await stop();
      return reopen();
    },
  };
}

function optionsOf(name: ServiceName, { environmentOf }: SeparateSettings, { holdMs, channels, limits, internet, onFailed = (_, cause) => assert.fail(cause), hasDefaultDeadlines = false }: SeparateOptions): ServiceOptions {
  const parsed = parsePlatformSettings({ ...environmentOf(name), LOG_LEVEL: 'error' }, name);
  const outcome = parsed.kind === 'parsed' ? serviceOptions(name, parsed.settings, (cause) => onFailed(name, cause)) : parsed;
  if (outcome.kind === 'refused') return assert.fail(outcome.problems.join());
  const { options } = outcome;
  const patience = hasDefaultDeadlines ? {} : { inventoryTimeoutMs: PATIENT_MS, gatewayTimeoutMs: PATIENT_MS };
  const webhooks = options.webhooks === undefined ? undefined : { ...options.webhooks, internet };
  const settings = { ...options.channels.settings, ...channels };
  return { ...options, webhooks, limits: { ...options.limits, ...limits }, holdMs: holdMs ?? options.holdMs, channels: { ...options.channels, ...patience, settings } };
}

/** What is known of reservations and their holds in two memories differs for moments, so the audit is asked until it is green. */
async function assertSettled({ services }: SeparateLayout, withinMs: number): Promise<void> {
  const kept: KeptTables = { ...services.inventory.kept, ...services.reservation.kept, ...services.payment.kept };
  const tables = { inventory: present(kept.inventory, 'inventory'), reservation: present(kept.reservation, 'reservation'), payment: present(kept.payment, 'payment') };
  const clock = createSystemClock();
  const deadline = performance.now() + withinMs;
  for (;;) {
    const { breaches, waiting } = auditPlatform(viewOf(tables, clock.nowMs()), clock.nowMs());
    if (breaches.length === 0 && waiting.length === 0) return;
    assert.ok(performance.now() < deadline, JSON.stringify([...breaches, ...waiting].slice(0, 10), null, 2));
    await setImmediate();
  }
}
