import { createGatewayTables, loadServiceClients, readClientSecret, type Gateway, type ServiceAudience } from '@traffic-tacos/gateway';
import { createInventoryMemory } from '@traffic-tacos/inventory';
import type { Clock } from '@traffic-tacos/kernel';
import { createResources, loadOrCreateWebhookSecrets, type ClosedResource, type GrpcChannel, type Resources, type Route, type TokenVerifier } from '@traffic-tacos/kit';
import { createPaymentTables } from '@traffic-tacos/payment';
import { issuerKeys, journalDir, observeSeats, openWebhooks, removePlatformFile, SERVICE_NAMES, VERSION, writePlatformFile, type PlatformTables, type ServiceName } from '@traffic-tacos/platform';
import { askInventoryClock, createReservationTables, FollowedClock, loadOrCreateTicketSigner } from '@traffic-tacos/reservation';
import { createWorkerTables } from '@traffic-tacos/worker';
import { channelsOf, type Credential, type CredentialFor } from './channels.ts';
import { grantOf, keepFresh, keptCredential } from './credentials.ts';
import { openGround, type OpenedGround } from './ground.ts';
import { listen, type ListeningService } from './listen.ts';
import type { ServiceOptions } from './config/options.ts';
import { wireGateway, wireInventory, wirePayment, wireReservation, wireWorker } from './wire.ts';

/** A result may be followed up by several calls to others, one after the other. */
const RESULTS_TIMEOUT_MS = 2_000;
const CLOCK_TIMEOUT_MS = 1_000;
/** How long a start waits for the inventory's first word before the ports listen without it. */
const WAIT_FOR_CLOCK_MS = 1_000;

/** What a service keeps in memory, for audits in the same process. */
export type KeptTables = Partial<Pick<PlatformTables, 'inventory' | 'reservation' | 'payment'>>;

interface StartedService extends ListeningService {
  readonly routes: readonly Route[];
  readonly kept: KeptTables;
}

/** A service that is open for requests in a process of its own. */
export interface RunningService extends StartedService {
  /** Answers what runs, stops, and closes the journal; all within the deadline. */
  stop(deadlineMs: number): Promise<readonly ClosedResource[]>;
}

type Start = (options: ServiceOptions, resources: Resources) => Promise<StartedService>;

/**
 * Starts one service on its own directory: it is owned, its journal replayed and all is wired before a port listens. Throws what stands in the
 * way (`DirectoryInUse`, `JournalDamaged`, `CannotListen`…), with everything closed again.
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const resources = createResources();
  try {
    const listening = await STARTS[options.name](options, resources);
    return { ...listening, stop: (deadlineMs) => resources.closeAll(deadlineMs) };
  } catch (error) {
    await resources.closeAll(5_000);
    throw error;
  }
}

const startInventory: Start = async (options, resources) => {
  const memory = createInventoryMemory(options.limits);
  const ground = await openGround(options, memory.all, resources);
  const inventory = wireInventory(ground, memory, options);
  inventory.start({ scheduler: ground.timers, ...ground.expiry });
  observeSeats(ground.metrics, inventory.reads);
  resources.add({ name: 'holds by expiry', close: () => inventory.stop() });
  return { ...(await listen(inventory, options, ground, resources)), routes: inventory.routes, kept: { inventory: memory } };
};

const startReservation: Start = async (options, resources) => {
  const tables = createReservationTables(options.limits);
  const ground = await openGround(options, tables.all, resources);
  const open = channelsOf(options, ground, { metrics: ground.metrics, resources, credentialFor: await grantedTo(options, ground, resources) });
  const { inventoryTimeoutMs } = options.channels;
  const to = (isBehind: boolean) => ({ inventory: open('inventory', inventoryTimeoutMs, { isBehind }), payment: open('payment', inventoryTimeoutMs, { isBehind }) });
  const channels = { ...to(false), behind: to(true) };
  const { limits, holdMs, extensionMaxMs, payment } = options;
  const clock = new FollowedClock(ground.clock);
  const reservation = wireReservation(ground, clock, tables, channels, { limits, holdMs, extensionMaxMs, failedPaymentPolicy: payment.failedPolicy }, await loadOrCreateTicketSigner(options.dataDir));
  resources.add({ name: 'holds by expiry', close: () => reservation.stop() });
  // Nothing ends before the inventory has said what time it is, and nothing is said about what has ended.
  await firstAnswer(clock, open('inventory', CLOCK_TIMEOUT_MS, { isBehind: true, isAnonymous: true }), ground, resources, () => reservation.start(ground.expiry));
  const { routes, rpcs, workerRpcs } = reservation;
  const listening = await listen({ routes, rpcs: [...rpcs, ...workerRpcs] }, options, { ...ground, clock: edgeClock(clock, ground.clock) }, resources);
  return { ...listening, routes, kept: { reservation: tables } };
};

/**
 * Asks the inventory what its clock shows, and resolves when it has answered; or after a second without an answer, so that the ports listen and
 * readiness can say what is missing.
 */
async function firstAnswer(clock: FollowedClock, channel: GrpcChannel, { timers, health, logger }: OpenedGround, resources: Resources, onKnown: () => void): Promise<void> {
  health.setNotReady('inventory', 'has not said yet what its clock shows');
  const asked = askInventoryClock(channel, clock, timers, (err) => logger.error({ err }, 'the clock of the inventory could not be asked'));
  resources.add({ name: 'clock of the inventory', close: () => asked.stop() });
  const known = asked.known.then(() => {
    health.setReady('inventory');
    onKnown();
  });
  const { promise: waited, resolve } = Promise.withResolvers<void>();
  const callOff = timers.after(WAIT_FOR_CLOCK_MS, resolve);
  await Promise.race([known, waited]);
  callOff();
}

/** What answers say of the time besides decisions: this process's own clock serves where the inventory's is not known yet. */
const edgeClock = (clock: FollowedClock, own: Clock): Clock => ({ nowMs: () => (clock.isKnown ? clock.nowMs() : own.nowMs()), wallMs: () => own.wallMs() });

const startPayment: Start = async (options, resources) => {
  const tables = createPaymentTables(options.limits);
  const ground = await openGround(options, tables.all, resources);
  const open = channelsOf(options, ground, { metrics: ground.metrics, resources, credentialFor: await grantedTo(options, ground, resources) });
  const channels = { facts: open('reservation', options.channels.inventoryTimeoutMs, { errorMode: 'status' }), results: open('worker', RESULTS_TIMEOUT_MS, { isBehind: true }) };
  const webhooks = options.webhooks === undefined ? undefined : await openWebhooks({ ...options, ...options.webhooks, gatewayUrl: options.restAddresses.gateway }, ground.clock, options.logger);
  const { payment, follower } = wirePayment(ground, tables, channels, options.payment, undefined, webhooks);
  payment.start();
  resources.add({ name: 'payments', close: () => payment.stop() });
  resources.add({ name: 'what follows payments', close: () => follower.stop() });
  follower.catchUp(payment.intents());
  return { ...(await listen(payment, options, ground, resources)), routes: payment.routes, kept: { payment: tables } };
};

const startGateway: Start = async (options, resources) => {
  const { limits, auth, clientsFile, dataDir } = options;
  const tables = createGatewayTables(limits);
  const ground = await openGround(options, tables.all, resources);
  const { clock } = ground;
  // Where it is the issuer, it gives itself what the others have to ask for.
  const ownCredential: CredentialFor = (audience) => keptCredential(() => gateway.signServiceToken(options.client.id, audience), clock);
  const credentialFor = auth.isOwnIssuer ? ownCredential : await grantedTo(options, ground, resources);
  const open = channelsOf(options, ground, { metrics: ground.metrics, resources, credentialFor });
  const openTo = (target: 'inventory' | 'reservation' | 'payment') => open(target, options.channels.gatewayTimeoutMs, { errorMode: 'status' });
  const channels = { inventory: openTo('inventory'), reservation: openTo('reservation'), payment: openTo('payment') };
  const gateway: Gateway = wireGateway(ground, channels, {
    tables,
    keys: (await issuerKeys(dataDir, journalDir(dataDir), options.logger)).keys,
    webhookSecrets: options.webhooks === undefined ? undefined : await loadOrCreateWebhookSecrets(options.webhooks.secretsFile),
    serviceClients: clientsFile === undefined ? undefined : await loadServiceClients(clientsFile),
    settings: { limits, issuer: { url: auth.issuerUrl, audience: auth.audience }, tokenTtlSeconds: auth.tokenTtlSeconds },
  });
  resources.add({ name: 'sign-in', close: () => gateway.stop() });
  const document = { keys: gateway.publicKeys.map((key) => ({ ...key })) };
  // How the others are, their own ports say.
  const states = () => new Map(SERVICE_NAMES.map((name) => [name, name === 'gateway' ? (ground.health.isReady ? 'ready' : 'not_ready') : undefined] as const));
  const known = { version: VERSION, startedAtMs: clock.wallMs(), states, reasons: () => Object.values(ground.health.reasons) };
  const rpcs = (verifier: TokenVerifier) => gateway.rpcs({ verifier, known, metrics: ground.metrics });
  const push = { streams: gateway.streams, sockets: gateway.sockets };
  const served = { routes: gateway.routes, rpcs, push, ...(auth.isOwnIssuer ? { keys: () => document } : {}) };
  const listening = await listen(served, options, ground, resources);
  await tellOperators(options, ground, resources);
  return { ...listening, routes: gateway.routes, kept: {} };
};

const startWorker: Start = async (options, resources) => {
  const tables = createWorkerTables(options.limits);
  const ground = await openGround(options, tables.all, resources);
  const open = channelsOf(options, ground, { metrics: ground.metrics, resources, credentialFor: await grantedTo(options, ground, resources) });
  const worker = wireWorker(ground, tables, open('reservation', RESULTS_TIMEOUT_MS, { isBehind: true, errorMode: 'status' }), options);
  worker.start();
  resources.add({ name: 'worker', close: () => worker.stop() });
  return { ...(await listen(worker, options, ground, resources)), routes: worker.routes, kept: {} };
};

const STARTS: Readonly<Record<ServiceName, Start>> = { inventory: startInventory, reservation: startReservation, payment: startPayment, gateway: startGateway, worker: startWorker };

/** Credentials that the issuer grants to this service: one for each of the others, whatever channels there are to it. */
async function grantedTo({ client, auth, grpc }: ServiceOptions, { clock, timers }: OpenedGround, resources: Resources): Promise<CredentialFor> {
  const { secretFile, id } = client;
  if (secretFile === undefined && grpc.auth === 'network') return () => undefined;
  const secret = await readClientSecret(secretFile ?? '');
  const known = new Map<ServiceAudience, Credential>();
  return (audience) => {
    const credential = known.get(audience) ?? keptCredential(grantOf(auth.issuerUrl, id, secret, audience), clock);
    if (!known.has(audience)) resources.add({ name: `credential for ${audience}`, close: keepFresh(credential, timers) });
    known.set(audience, credential);
    return credential;
  };
}

/** Commands for operators look for the whole platform in the gateway's directory, where the issuer's keys are too. */
async function tellOperators({ dataDir, auth, restAddresses: addresses }: ServiceOptions, { clock }: OpenedGround, resources: Resources): Promise<void> {
  const startedAt = new Date(clock.wallMs()).toISOString();
  await writePlatformFile(dataDir, { pid: process.pid, version: VERSION, startedAt, issuer: auth.issuerUrl, audience: auth.audience, addresses });
  resources.add({ name: 'platform file', close: () => removePlatformFile(dataDir) });
}
