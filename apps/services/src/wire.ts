import { createGateway, grpcCatalogue, grpcMaintenance, grpcOrders, grpcPaymentResults, grpcPayments as gatewayPayments, grpcReconciliation, grpcReservations, grpcWebhookReceivers, polledChanges, type Changes, type Gateway, type GatewayDependencies } from '@traffic-tacos/gateway';
import { createInventory, type InventoryMemory, type InventoryService } from '@traffic-tacos/inventory';
import type { Journal, Units } from '@traffic-tacos/journal';
import { SeededRandom, type Clock, type DurationMs, type Limits, type Random } from '@traffic-tacos/kernel';
import type { GrpcChannel, Health, Logger, Metrics, Tracing, WebhookSecrets } from '@traffic-tacos/kit';
import { directRooms, directWaitingRoom, snapshotOf, type QueueOptions } from '@traffic-tacos/platform';
import { createQueue, type QueueDependencies, type QueueService, type RemoteTokenSpender } from '@traffic-tacos/queue';
import { createPayment, grpcReservationFacts, TimeoutScheduler, type PaymentService, type PaymentSettings, type PaymentTables, type PaymentWebhooks, type Scheduler as PaymentScheduler } from '@traffic-tacos/payment';
import {
  createReservation, grpcPayments, grpcRefunder, grpcSeatHolder, RefundsAfterwards, type FollowedClock, type ReservationDependencies, type ReservationService,
  type ReservationSettings, type Scheduler,
} from '@traffic-tacos/reservation';
import { createWorker, grpcEffects, type Worker, type WorkerTables } from '@traffic-tacos/worker';
import { followResults, type ResultFollower } from './follow-results.ts';

/** What a service stands on in a process of its own. */
export interface Ground {
  readonly journal: Journal;
  readonly units: Units;
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Scheduler;
  readonly logger: Logger;
  /** Where the services are measured; nobody reads their figures otherwise. */
  readonly metrics?: Metrics;
  /** Which request is being worked on, so that calls to others belong to it. */
  readonly tracing?: Tracing;
}

export function wireInventory(ground: Ground, memory: InventoryMemory, settings: { readonly limits: Limits; readonly holdMs: DurationMs; readonly extensionMaxMs: DurationMs }): InventoryService {
  const { journal, units, clock, metrics } = ground;
  return createInventory({ memory, units, clock, journal, metrics, ...settings });
}

/** All take outcomes in the answers. The clock is that of the inventory, as its answers tell it. */
export interface ReservationChannels {
  readonly inventory: GrpcChannel;
  readonly payment: GrpcChannel;
  /** For what is repeated until it is done, and must go on soon after the others are back; the same ones unless given. */
  readonly behind?: { readonly inventory: GrpcChannel; readonly payment: GrpcChannel };
}

export function wireReservation(
  { units, random, timers, logger, metrics }: Ground,
  clock: FollowedClock,
  own: Pick<ReservationDependencies, 'tables' | 'admission' | 'tickets'>,
  { inventory, payment, behind = { inventory, payment } }: ReservationChannels,
  settings: ReservationSettings & { readonly limits: Limits },
): ReservationService {
  const refunds = new RefundsAfterwards(grpcRefunder(behind.payment), timers, (err) => logger.error({ err }, 'a refund was refused for good'));
  return createReservation({
    ...own, units, seats: grpcSeatHolder(inventory, clock), payments: grpcPayments(payment, refunds), refundsAfterwards: refunds,
    behind: { seats: grpcSeatHolder(behind.inventory, clock), payments: grpcPayments(behind.payment, refunds) },
    machine: { clock, random, scheduler: timers }, metrics, settings,
  });
}

export interface WiredPayment {
  readonly payment: PaymentService;
  readonly follower: ResultFollower;
}

/** `facts` asks for outcomes as statuses; `results` is patient: a result may be followed up by several calls. */
export interface PaymentChannels {
  readonly facts: GrpcChannel;
  readonly results: GrpcChannel;
}

export function wirePayment(
  { units, clock, random, timers, logger, metrics }: Ground,
  tables: PaymentTables,
  { facts, results }: PaymentChannels,
  settings: PaymentSettings & { readonly randomSeed?: number | undefined },
  scheduler: PaymentScheduler = new TimeoutScheduler(clock),
  webhooks?: PaymentWebhooks,
): WiredPayment {
  const { intents, answered } = tables;
  const follower = followResults({
    channel: results, statusOf: (id) => intents.find(id)?.status, timers, logger,
    answered: { statusOf: (id) => answered.statusOf(id), mark: (id, status) => units.decideNow((unit) => answered.mark(unit, id, status)) },
  });
  const payment = createPayment({
    journal: { units, tables }, clock, scheduler, random: { ids: random, draws: settings.randomSeed === undefined ? random : new SeededRandom(settings.randomSeed) },
    reservationFacts: grpcReservationFacts(facts), results: follower.results, metrics, webhooks, settings,
  });
  return { payment, follower };
}

/** The channel asks for outcomes as statuses, and is patient: an effect may take several calls. */
export function wireWorker(
  { units, clock, random, logger, metrics, health }: Ground & { readonly health: Health },
  tables: WorkerTables,
  reservation: GrpcChannel,
  { limits, workerConcurrency: concurrency }: { readonly limits: Limits; readonly workerConcurrency: number },
): Worker {
  return createWorker({
    tables, units, effects: grpcEffects(reservation), machine: { clock, random, wakeUps: new TimeoutScheduler(clock) }, health, metrics,
    settings: { concurrency, limits }, logger,
  });
}

/** The waiting rooms beside the gateway: whether they can let anybody in, the one who spends their tokens says. */
export function wireQueue(
  { journal, units, clock, random, timers, metrics }: Ground,
  { spender, settings, ...own }: Pick<QueueDependencies, 'tables' | 'keys' | 'onSales'> & { readonly spender: RemoteTokenSpender; readonly settings: QueueOptions & { readonly limits: Limits } },
): QueueService {
  return createQueue({ ...own, units, journal, spender, machine: { clock, random, scheduler: timers }, metrics, settings: { ...settings, headroom: () => spender.headroom() } });
}

/** All of them ask for outcomes as statuses. */
export interface GatewayChannels {
  readonly inventory: GrpcChannel;
  readonly reservation: GrpcChannel;
  readonly payment: GrpcChannel;
  /** To the reservation service, for what an admin has it do, which takes its time; without it, nothing. */
  readonly maintenance?: GrpcChannel;
}

interface OwnParts {
  readonly webhookSecrets?: WebhookSecrets | undefined;
  /** The waiting rooms in this process; without them nobody waits. */
  readonly queue?: QueueService | undefined;
  /** Changes are looked for unless given. */
  readonly changes?: Changes | undefined;
}

export function wireGateway(
  { journal, units, clock, random, timers, logger }: Ground,
  { inventory, reservation, payment, maintenance: maintenanceChannel }: GatewayChannels,
  own: Pick<GatewayDependencies, 'tables' | 'keys' | 'serviceClients' | 'settings' | 'announcements'> & OwnParts,
): Gateway {
  const { webhookSecrets: secrets, queue, changes = polledChanges(timers) } = own;
  const rooms = queue === undefined ? {} : { waitingRoom: directWaitingRoom(queue), rooms: directRooms(() => queue) };
  const webhooks = secrets === undefined ? undefined : { secrets, results: grpcPaymentResults(payment, reservation) };
  const services = {
    catalogue: grpcCatalogue(inventory), reservations: grpcReservations(reservation), payments: gatewayPayments(payment), orders: grpcOrders(reservation),
  };
  const push = { changes, onFault: (err: unknown) => logger.error({ err }, 'a stream of updates failed by a fault of ours') };
  const snapshot = () => snapshotOf(journal);
  const maintenance = maintenanceChannel === undefined ? { snapshot } : grpcMaintenance({ channel: maintenanceChannel, catalogue: services.catalogue, snapshot });
  const receivers = secrets === undefined ? undefined : grpcWebhookReceivers(payment);
  const reconciliation = maintenanceChannel === undefined ? undefined : grpcReconciliation(maintenanceChannel);
  return createGateway({ ...own, ...rooms, receivers, maintenance, reconciliation, logs: () => logger.newest(), units, services, webhooks, push, machine: { clock, random } });
}
