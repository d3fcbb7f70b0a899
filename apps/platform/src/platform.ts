import type { SignToken } from '@traffic-tacos/gateway';
import type { EventDocument, InventoryReads, PutEventOutcome } from '@traffic-tacos/inventory';
import { createSystemTimeSource, eventLoop, lockDirectory, openFileDisk, type RecoveryReport } from '@traffic-tacos/journal';
import { checkLimits, present, type EpochMs } from '@traffic-tacos/kernel';
import { createHealth, createMetrics, createPooledRandom, createResources, NO_TELEMETRY, openTelemetry, type ClosedResource, type Route, type SocketRoute } from '@traffic-tacos/kit';
import { loadOrCreateQueueKeys, queueKeyPath } from '@traffic-tacos/queue';
import { loadOrCreateTicketSigner } from '@traffic-tacos/reservation';
import { auditPlatform, type AuditReport } from './audit/audit-platform.ts';
import { viewOf } from './audit/view.ts';
import type { GrpcAddresses } from './grpc-servers.ts';
import { issuerKeys } from './issuer-keys.ts';
import { journalDir } from './journal-dir.ts';
import { markJournal, refuseLostJournal } from './journal-marker.ts';
import { openMemory } from './open-memory.ts';
import { observePlatform } from './observe.ts';
import { observeSeats } from './observe-seats.ts';
import type { PlatformOptions, ServiceName } from './options.ts';
import type { ReconcileReport } from './reconcile/reconciler.ts';
import { removePlatformFile, writePlatformFile } from './platform-file.ts';
import { startDelivery } from './relay.ts';
import { reservePort } from './reserve-port.ts';
import { createServers, type Servers } from './servers.ts';
import { createServices, type PlatformServices } from './services.ts';
import { runtimeTimers } from './timers.ts';
import { VERSION } from './version.ts';
import { openWebhooksWithin, reachedAt } from './webhooks.ts';

/** A platform that is open for requests. */
export interface Platform {
  readonly addresses: Readonly<Record<ServiceName, string>>;
  /** `127.0.0.1:8021`, for each service that answers gRPC. */
  readonly grpcAddresses: GrpcAddresses;
  readonly issuerUrl: string;
  readonly recovered: RecoveryReport;
  /** The keys were gone although there was a journal, and new ones were made: tokens signed before are void. */
  readonly keysAreReplaced: boolean;
  /** Signs for a user whom the operator names. */
  readonly signToken: SignToken;
  /** Creates an event, or changes it, as `PUT /v1/events/{id}` does: for whoever runs the platform. */
  putEvent(event: EventDocument): Promise<PutEventOutcome>;
  /** What everybody may see of the events. */
  readonly catalogue: InventoryReads;
  /** What each port answers, beside what every port has. */
  readonly routes: Readonly<Record<ServiceName, readonly Route[]>>;
  /** What can be followed over WebSockets. */
  readonly sockets: SocketRoute | undefined;
  /** The methods of each gRPC port. */
  readonly rpcs: Servers['rpcs'];
  /** Checks every invariant over everything in memory. */
  audit(): AuditReport;
  /** Looks at everything in memory now, and heals what can be healed. */
  reconcile(): Promise<ReconcileReport>;
  /** Rows that have left memory for the history since the start. */
  readonly history: { readonly moved: number };
  /** Payments that have not left memory. */
  intentsInMemory(): number;
  /** The oldest group that the journal keeps. */
  readonly firstKept: number;
  nowMs(): EpochMs;
  /** Answers what runs, stops, and closes the journal; all within the deadline. */
  stop(deadlineMs: number): Promise<readonly ClosedResource[]>;
}

/** Limits that contradict each other: nothing is opened with them. */
export class LimitsContradict extends Error {
  override readonly name = 'LimitsContradict';
}

/**
 * Starts every service in this process: the directory is owned, the journal replayed and all is wired before any port listens. Throws what
 * stands in the way (`DirectoryInUse`, `JournalDamaged`, `KeyFileRefused`, `CannotListen`…), with everything closed again.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const problems = checkLimits(options.limits);
  if (problems.length > 0) throw new LimitsContradict(problems.join('; '));
  const resources = createResources();
  try {
    return await open(options, resources);
  } catch (error) {
    await resources.closeAll(5_000);
    throw error;
  }
}

async function open(options: PlatformOptions, resources: ReturnType<typeof createResources>): Promise<Platform> {
  const { dataDir, logger } = options;
  const lock = await lockDirectory(dataDir);
  resources.add({ name: 'directory lock', close: () => lock.release() });
  const random = createPooledRandom();
  const machine = { time: createSystemTimeSource(), scheduler: eventLoop, ...options.machine };
  const disk = machine.disk ?? (await openFileDisk(journalDir(dataDir)));
  if (machine.disk === undefined) await refuseLostJournal(dataDir, disk);
  const { tables, journal, clock, found, history } = await openMemory({ ...machine, disk, random }, options, resources);
  if (machine.disk === undefined) await markJournal(dataDir, found.directoryId);

  const reserved = options.ports.gateway === 0 ? await reservePort(options.bindAddress) : undefined;
  resources.add({ name: 'reserved port', close: async () => reserved?.release() });
  const ports = { ...options.ports, gateway: reserved?.port ?? options.ports.gateway };
  const issuerUrl = options.auth.issuerUri ?? `http://127.0.0.1:${ports.gateway}`;
  const metrics = createMetrics();
  const health = createHealth();
  resources.add({ name: 'metrics', close: () => metrics.close() });
  const { tracing, close: closeTelemetry } = await openTelemetry(options.telemetry ?? NO_TELEMETRY, { service: 'traffic-tacos', version: VERSION, random, clock, metrics, logger });
  resources.add({ name: 'telemetry', close: closeTelemetry });
  const observed = observePlatform({ journal, metrics, health, logger, onFailed: options.onFailed });
  const { keys, areReplaced } = await issuerKeys(dataDir, journalDir(dataDir), logger);
  const places = { dataDir, gatewayUrl: reachedAt(options.bindAddress, ports.gateway), ...options.webhooks };
  const webhooks = await openWebhooksWithin(places, clock, logger, () => present(services.gateway.receiveWebhook, 'where results are sent they are taken'));
  const queueKeys = await loadOrCreateQueueKeys(queueKeyPath(dataDir), random);
  const services: PlatformServices = createServices({ tables, journal, disk, health, clock, monotonicMs: () => machine.time.monotonicMs(), random, keys, queueKeys, issuerUrl, metrics, tracing, webhooks, tickets: await loadOrCreateTicketSigner(dataDir), onBroken: observed.onBroken }, options, logger);

  services.inventory.start({ scheduler: runtimeTimers, ...observed.expiry });
  resources.add({ name: 'holds that stand alone', close: () => services.inventory.stop() });
  observeSeats(metrics, services.inventory.reads);
  services.reservation.start(observed.expiry);
  resources.add({ name: 'holds by expiry', close: () => services.reservation.stop() });
  services.queue.start({ onFailure: observed.expiry.onFailure });
  resources.add({ name: 'waiting rooms', close: () => services.queue.stop() });
  services.payment.start();
  resources.add({ name: 'payments', close: () => services.payment.stop() });
  resources.add({ name: 'sign-in', close: () => services.gateway.stop() });
  startDelivery(services, resources);
  services.reconciler.start(options.breachPolicy === 'alarm' ? { ...observed.reconciling, breached: () => undefined } : observed.reconciling);
  resources.add({ name: 'reconciler', close: () => services.reconciler.stop() });

  const servers = createServers(services, { ...options, ports }, { issuerUrl, clock, random, metrics, health, logger, tracing });
  await reserved?.release();
  const { rest: addresses, grpc: grpcAddresses } = await servers.listen(resources);
  await writePlatformFile(dataDir, {
    pid: process.pid, version: VERSION, startedAt: new Date(clock.wallMs()).toISOString(), issuer: issuerUrl, audience: options.auth.audience, addresses, grpcAddresses,
  });
  resources.add({ name: 'platform file', close: () => removePlatformFile(dataDir) });
  await history?.start();
  return {
    addresses,
    grpcAddresses,
    issuerUrl,
    recovered: found,
    keysAreReplaced: areReplaced,
    signToken: services.gateway.signToken,
    putEvent: (event) => services.inventory.store.putEvent(event),
    catalogue: services.inventory.reads,
    reconcile: () => services.reconciler.run(),
    audit: () => auditPlatform(viewOf(tables, clock.nowMs()), clock.nowMs()),
    routes: routesOf(services),
    sockets: services.gateway.sockets,
    rpcs: servers.rpcs,
    history: { get moved() { return history?.moved ?? 0; } },
    intentsInMemory: () => tables.payment.intents.live,
    get firstKept() { return journal.firstSequence; },
    nowMs: () => clock.nowMs(),
    stop: (deadlineMs) => resources.closeAll(deadlineMs),
  };
}

const routesOf = ({ gateway, reservation, inventory, payment, worker }: PlatformServices): Platform['routes'] => ({
  gateway: gateway.routes,
  reservation: reservation.routes,
  inventory: inventory.routes,
  payment: payment.routes,
  worker: worker.routes,
});
