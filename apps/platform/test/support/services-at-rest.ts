import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadOrCreateKeys, type SigningKeys } from '@traffic-tacos/gateway';
import { parseEvent } from '@traffic-tacos/inventory';
import { eventLoop, openJournal, Units, type Journal } from '@traffic-tacos/journal';
import { ManualTimeSource, SimDisk } from '@traffic-tacos/journal/testing';
import { DEFAULT_LIMITS, SeededRandom, durationMs, type Clock } from '@traffic-tacos/kernel';
import { createLogger } from '@traffic-tacos/kit';
import { DEFAULT_INTENTS_PER_RESERVATION, DEFAULT_TIMINGS } from '@traffic-tacos/payment';
import type { PlatformOptions } from '../../src/options.ts';
import { createServices, type PlatformServices } from '../../src/services.ts';
import { createPlatformTables, type PlatformTables } from '../../src/tables.ts';

const MINUTE = durationMs(60_000);
const KEYS = await makeKeys();
const LOGGER = createLogger({ service: 'test', level: 'silent', destination: 1 });

const OPTIONS: PlatformOptions = {
  dataDir: '',
  bindAddress: '127.0.0.1',
  ports: { gateway: 0, reservation: 0, inventory: 0, payment: 0, worker: 0 },
  grpc: { ports: { gateway: 0, reservation: 0, inventory: 0, payment: 0, worker: 0 }, settings: {} },
  limits: DEFAULT_LIMITS,
  holdMs: MINUTE,
  extensionMaxMs: MINUTE,
  payment: { timings: DEFAULT_TIMINGS, intentsPerReservation: DEFAULT_INTENTS_PER_RESERVATION, failedPolicy: 'keep' },
  auth: { issuerUri: undefined, jwksUri: undefined, audience: undefined, rolesClaim: 'role', allowUntyped: false, tokenTtlSeconds: 3600 },
  http: {},
  logger: LOGGER,
  onFailed: (cause) => assert.fail(cause),
};

/** The services of a platform, joined by direct adapters, without ports and timers. */
export interface ServicesAtRest extends PlatformServices {
  readonly tables: PlatformTables;
  readonly clock: Clock;
  readonly journal: Journal;
  /** For records that no service would write. */
  readonly units: Units;
  /** Moves the clock. Nothing else runs: states follow from the records and the instant, whoever is or is not awake. */
  advance(ms: number): Promise<void>;
}

/** The services over a journal on a simulated disk, under a clock that stands still, with the events in them. */
export async function servicesAtRest(events: readonly unknown[], overrides: Partial<PlatformOptions> = {}): Promise<ServicesAtRest> {
  const tables = createPlatformTables(DEFAULT_LIMITS);
  const random = new SeededRandom(1);
  const time = new ManualTimeSource();
  const disk = new SimDisk({ seed: 1 });
  const { journal, clock } = await openJournal({ disk, tables: tables.all, limits: DEFAULT_LIMITS, time, scheduler: eventLoop, random });
  const ground = { tables, journal, disk, clock, random, keys: KEYS, issuerUrl: 'http://gateway.test', onBroken: () => undefined };
  const services = createServices(ground, { ...OPTIONS, ...overrides }, LOGGER);
  services.inventory.start();
  for (const event of events) {
    const parsed = parseEvent(event, DEFAULT_LIMITS);
    assert.ok(parsed.kind === 'valid');
    await services.inventory.store.putEvent(parsed.event);
  }
  return {
    ...services,
    tables,
    clock,
    journal,
    units: new Units(journal, DEFAULT_LIMITS.decideAttempts),
    advance: async (ms) => {
      time.advance(ms);
      await journal.durable();
    },
  };
}

async function makeKeys(): Promise<SigningKeys> {
  const dir = await mkdtemp(join(tmpdir(), 'tacos-ports-'));
  try {
    return await loadOrCreateKeys(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}
