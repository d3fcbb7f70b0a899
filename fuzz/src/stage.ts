import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadKeys } from '@traffic-tacos/gateway';
import { durationMs, present } from '@traffic-tacos/kernel';
import { createLogger, type LogLevel, type Route } from '@traffic-tacos/kit';
import { freePort } from '@traffic-tacos/kit/testing';
import { SERVICE_NAMES, startPlatform, type Platform, type PlatformOptions, type ServiceName } from '@traffic-tacos/platform';
import { listedAnswers, testOptions, type Listed } from '@traffic-tacos/platform/testing';
import { peopleOf, StageNotSet } from './people.ts';
import { createTokens } from './tokens.ts';
import type { FuzzEvent, World } from './world.ts';

/** Holds end while cases run, so that what has ended is met as often as what has not. */
export const HOLD_MS = 2_500;
/** Small, so that messages over the limit are cheap to make. */
const GRPC_MESSAGE_BYTES = 256 * 1024;
/** A process that stands still for a while has not been left alone by its clients. */
const PATIENT_MS = 600_000;
const STOP_WITHIN_MS = 10_000;
/** What has ended leaves memory soon, so that most of what cases speak of again stands in the history, and memory is as small after a million cases as before. */
const HISTORY_GRACE_MS = 2_000;
const PEOPLE = 64;
const LIMIT_OF_PURCHASES = 10_000_000;

const EVENTS: readonly [FuzzEvent, ...FuzzEvent[]] = [
  { id: 'evt_fuzz_hall', seats: 400, places: 5_000_000 },
  { id: 'evt_fuzz_club', seats: 3, places: 2 },
  { id: 'evt_fuzz_limited', seats: 50, places: 5_000_000 },
  { id: 'evt_fuzz_room', seats: 5, places: 10 },
  { id: 'evt_fuzz_closed', seats: 5, places: 10 },
];

/** A whole platform in this process, with everything in it that cases speak of. */
export interface Stage {
  readonly platform: Platform;
  readonly world: World;
  /** Where requests for each service go: the platform's own port, or that of a server in front of it. */
  readonly ports: Readonly<Record<ServiceName, number>>;
  /** What the OpenAPI document of each service lists. */
  readonly listed: Readonly<Record<ServiceName, Listed>>;
  /** Lines logged since this was asked for the last time. */
  takeLogLines(): readonly string[];
  /** What has ended the platform, if anything has. */
  failure(): Error | undefined;
  /** Stops, and starts another platform on the same directory, whose ports are others. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Serves a service's routes in another way than the platform does: with a planted bug. */
export type ServeInstead = (service: ServiceName, routes: readonly Route[], platform: Platform, logger: PlatformOptions['logger']) => Promise<{ readonly port: number; close(): Promise<void> }>;

/** Starts a platform on a directory of its own, and puts events and people into it. */
export async function openStage(logLevel: LogLevel, serveInstead?: ServeInstead): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tacos-fuzz-'));
  let logLines: string[] = [];
  let failure: Error | undefined;
  const logger = createLogger({ service: 'fuzz', level: logLevel, destination: { write: (line: string) => void logLines.push(line) } });
  // A restarted platform is the same issuer only at the same address.
  const open = (gateway: number): Promise<Platform> => startPlatform(optionsFor(dataDir, gateway, logger, (cause) => (failure = cause)));
  const gatewayPort = await freePort();
  let platform = await open(gatewayPort);
  const fronts = serveInstead === undefined ? undefined : await Promise.all(SERVICE_NAMES.map((name) => serveInstead(name, platform.routes[name], platform, logger)));
  const stop = async (): Promise<void> => {
    await Promise.all((fronts ?? []).map((front) => front.close()));
    await platform.stop(STOP_WITHIN_MS);
    await rm(dataDir, { recursive: true, force: true });
  };
  const set = await setUp(platform, dataDir).catch(async (cause: unknown) => {
    await stop();
    throw cause;
  });
  return {
    ...set,
    get platform() {
      return platform;
    },
    get ports() {
      const own = SERVICE_NAMES.map((name, at) => [name, fronts?.[at]?.port ?? Number(new URL(platform.addresses[name]).port)]);
      return Object.fromEntries(own) as Stage['ports'];
    },
    takeLogLines: () => {
      const taken = logLines;
      logLines = [];
      return taken;
    },
    failure: () => failure,
    restart: async () => {
      await platform.stop(STOP_WITHIN_MS);
      platform = await open(gatewayPort);
    },
    stop,
  };
}

/** Puts events and people into a platform, and asks what its documents list. */
async function setUp(platform: Platform, dataDir: string): Promise<Pick<Stage, 'world' | 'listed'>> {
  const keys = present(await loadKeys(dataDir), 'the platform has made its keys');
  const tokens = createTokens(keys, platform.issuerUrl, () => Math.floor(Date.now() / 1_000));
  const organizer = tokens.person('fuzz-organizer', 'organizer');
  await Promise.all(EVENTS.map((event) => putEvent(platform, organizer.authorization ?? '', event)));
  const people = await peopleOf(platform, PEOPLE, tokens);
  const world: World = {
    people,
    nobody: { kind: 'nobody', name: '', userId: '', authorization: undefined, audience: undefined },
    organizer,
    admin: tokens.person('fuzz-admin', 'admin'),
    services: { gateway: tokens.service('gateway'), reservation: tokens.service('reservation'), inventory: tokens.service('inventory'), payment: tokens.service('payment'), worker: tokens.service('worker') },
    forged: tokens.forged(people[0].sender.userId),
    events: EVENTS,
  };
  const documents = SERVICE_NAMES.map(async (name) => [name, listedAnswers(await (await fetch(`${platform.addresses[name]}/v3/api-docs`)).json())] as const);
  return { world, listed: Object.fromEntries(await Promise.all(documents)) as Stage['listed'] };
}

const optionsFor = (dataDir: string, gateway: number, logger: PlatformOptions['logger'], onFailed: (cause: Error) => void): PlatformOptions => {
  const usual = testOptions(dataDir);
  const timings = { approveDelayMs: durationMs(1), failDelayMs: durationMs(1), lateApproveDelayMs: durationMs(50), intentTtlMs: durationMs(20_000) };
  return {
    ...usual,
    ports: { ...usual.ports, gateway },
    limits: { ...usual.limits, historyGraceMs: HISTORY_GRACE_MS },
    holdMs: durationMs(HOLD_MS),
    payment: { ...usual.payment, timings },
    http: { headersTimeoutMs: PATIENT_MS, requestTimeoutMs: PATIENT_MS, keepAliveTimeoutMs: PATIENT_MS },
    grpc: { ...usual.grpc, settings: { messageBytes: GRPC_MESSAGE_BYTES, keepAliveMs: PATIENT_MS, keepAliveTimeoutMs: PATIENT_MS } },
    logger,
    onFailed,
  };
};

async function putEvent(platform: Platform, authorization: string, { id, seats, places }: FuzzEvent): Promise<void> {
  const sections = [
    { id: 'A', name: 'A', price: 1_000, seat_ids: Array.from({ length: seats }, (_, i) => `A-${i + 1}`) },
    { id: 'FLOOR', name: 'Floor', price: 500, capacity: places },
  ];
  const purchaseLimit = id.endsWith('limited') ? 4 : LIMIT_OF_PURCHASES;
  const more = id.endsWith('room') ? { waiting_room: 'on' } : id.endsWith('closed') ? { sale_ends_at: '2020-01-01T00:00:00Z' } : {};
  const body = JSON.stringify({ id, name: id, currency: 'KRW', purchase_limit: purchaseLimit, sections, ...more });
  const answer = await fetch(`${platform.addresses.inventory}/v1/events/${id}`, { method: 'PUT', headers: { authorization, 'content-type': 'application/json' }, body });
  if (answer.status !== 201) throw new StageNotSet(await answer.text());
}
