import { createGateway, type Changes, type Gateway, type Payments as GatewayPayments, type Reservations, type SigningKeys } from '@traffic-tacos/gateway';
import { createInventory, type InventoryService } from '@traffic-tacos/inventory';
import type { DecisionClock, Disk, EntrySink, Journal, JournalRelay } from '@traffic-tacos/journal';
import { SeededRandom, type Random } from '@traffic-tacos/kernel';
import { createHealth, type Health, type Logger, type Metrics, type Tracing } from '@traffic-tacos/kit';
import { createPayment, PaymentEvents, TimeoutScheduler, type PaymentDeps, type PaymentService } from '@traffic-tacos/payment';
import { createQueue, DEFAULT_ADMISSION, type OnSales, type QueueKey, type QueueService } from '@traffic-tacos/queue';
import { createReservation, ReservationEvents, type Admission, type Payments, type ReservationDependencies, type ReservationService, type SeatHolder, type TicketSigner } from '@traffic-tacos/reservation';
import { createWorker, type Bus, type Effects, type Worker } from '@traffic-tacos/worker';
import { directCatalogue } from './direct/catalogue.ts';
import { directMaintenance } from './direct/maintenance.ts';
import { directOrders } from './direct/gateway-orders.ts';
import { directFigures } from './direct/gateway-figures.ts';
import { directGatewayPayments } from './direct/gateway-payments.ts';
import { directReservations } from './direct/gateway-reservations.ts';
import { directRooms } from './direct/gateway-rooms.ts';
import { directPaymentResults } from './direct/payment-results.ts';
import { directPayments } from './direct/payments.ts';
import { directAdmission, tellingQueue } from './direct/queue-admission.ts';
import { directOnSales } from './direct/queue-on-sales.ts';
import { directReconciliation } from './direct/reconciliation.ts';
import { directReservationFacts } from './direct/reservation-facts.ts';
import { directSeatHolder } from './direct/seat-holder.ts';
import { directWaitingRoom } from './direct/waiting-room.ts';
import { directWebhookReceivers } from './direct/webhook-receivers.ts';
import { directEffects } from './direct/worker-effects.ts';
import type { PlatformOptions } from './options.ts';
import { createPushHub } from './push.ts';
import { openReconciler, type OpenReconcilerDeps } from './reconcile/open-reconciler.ts';
import type { Reconciler } from './reconcile/reconciler.ts';
import { createRelay } from './relay.ts';
import type { PlatformTables } from './tables.ts';
import { tellReceivers } from './tell-receivers.ts';
import { runtimeTimers } from './timers.ts';
import type { Webhooks } from './webhooks.ts';
import { createUnits } from './traced-units.ts';

/** Messages that the worker works on at one time, where no setting says otherwise. */
const DEFAULT_WORKER_CONCURRENCY = 20;

export interface PlatformServices {
  readonly inventory: InventoryService;
  readonly reservation: ReservationService;
  readonly payment: PaymentService;
  readonly gateway: Gateway;
  readonly queue: QueueService;
  readonly worker: Worker;
  readonly relay: JournalRelay;
  readonly reconciler: Reconciler;
}

/** What the services stand on, once the journal is open. */
export interface Ground {
  readonly tables: PlatformTables;
  readonly journal: Journal;
  /** That of the journal, for whoever reads what is durable there. */
  readonly disk: Disk;
  /** Who says whether the process can work; always ready unless given. */
  readonly health?: Health;
  readonly clock: DecisionClock;
  /** By which slices of work are measured; where there is none, time stands still within a turn. */
  readonly monotonicMs?: (() => number) | undefined;
  readonly random: Random;
  readonly keys: SigningKeys;
  readonly issuerUrl: string;
  /** What the waiting room signs its tokens with; without any, no token is genuine. */
  readonly queueKeys?: readonly QueueKey[] | undefined;
  /** Where the services are measured; nobody reads their figures otherwise. */
  readonly metrics?: Metrics;
  /** Undefined where spans go nowhere. */
  readonly tracing?: Tracing | undefined;
  /** Memory and journal have parted: nothing may be answered from memory any more. */
  readonly onBroken: (cause: unknown) => void;
  /** Signs tickets; their codes have the earlier form where there is none. */
  readonly tickets?: TicketSigner | undefined;
  /** Results go from service to service only, and to no receiver, where there are none. */
  readonly webhooks?: Webhooks | undefined;
  /** What stands in for a part: wake-ups in the time of a simulator, and the bugs that its tests plant. */
  readonly instead?: Instead;
}

/** Who tells of changes, and who is read then. */
export interface Followed {
  readonly changes: Changes;
  readonly reservations: Reservations;
  readonly payments: GatewayPayments;
}

/** Each is left out where the right part is wanted. */
export interface Instead {
  readonly timers?: { readonly expiry: ReservationDependencies['machine']['scheduler']; readonly payments: PaymentDeps['scheduler']; readonly nextTurn?: () => Promise<unknown> };
  /** What units append to, in place of the journal itself. */
  readonly sink?: EntrySink;
  readonly seats?: (right: SeatHolder) => SeatHolder;
  readonly payments?: (right: Payments) => Payments;
  readonly effects?: (right: Effects) => Effects;
  /** Between the relay and the worker's queue. */
  readonly bus?: (right: Bus) => Bus;
  /** Whom the waiting room has let in. */
  readonly admission?: (right: Admission) => Admission;
  /** What the waiting room knows of events. */
  readonly onSales?: (right: OnSales) => OnSales;
  readonly intentRules?: Parameters<typeof createPayment>[1];
  /** What streams of updates are made of. */
  readonly followed?: (right: Followed) => Followed;
  /** What the reconciler looks at, and by which clock. */
  readonly reconciled?: (right: OpenReconcilerDeps) => OpenReconcilerDeps;
}

/** Every service over one journal, joined by direct adapters. Nothing runs yet. */
export function createServices({ tables, journal, disk, health = createHealth(), clock, monotonicMs = () => clock.nowMs(), random, keys, queueKeys = [], issuerUrl, metrics, tracing, onBroken, tickets, webhooks, instead = {} }: Ground, options: PlatformOptions, logger: Logger): PlatformServices {
  const { limits, holdMs, extensionMaxMs, auth } = options;
  const { changes, sink } = createPushHub(instead.sink ?? journal, tables);
  const units = createUnits(sink, limits.decideAttempts, onBroken, tracing);
  const machine = { clock, random, scheduler: instead.timers?.expiry ?? runtimeTimers };
  const inventory = createInventory({ memory: tables.inventory, units, clock, journal, limits, holdMs, extensionMaxMs, metrics });
  // Reservations and payments need each other: payments read reservations when one is made, reservations read payments when one is used.
  const paymentTimers = instead.timers?.payments ?? new TimeoutScheduler(clock);
  const direct = directSeatHolder(inventory.decide, clock);
  const seats = tellingQueue(instead.seats?.(direct) ?? direct, () => queue);
  const payments = directPayments(() => payment);
  const admission = directAdmission(() => queue);
  const reservation: ReservationService = createReservation({
    tables: tables.reservation, units, seats, payments: instead.payments?.(payments) ?? payments, admission: instead.admission?.(admission) ?? admission, tickets, machine, metrics,
    settings: { holdMs, extensionMaxMs, failedPaymentPolicy: options.payment.failedPolicy, limits },
  });
  const payment: PaymentService = createPayment({
    journal: { units, tables: tables.payment }, clock, scheduler: paymentTimers, random: { ids: random, draws: options.payment.randomSeed === undefined ? random : new SeededRandom(options.payment.randomSeed) },
    reservationFacts: directReservationFacts(reservation.context, (id) => tables.reservation.reservations.read(id)), metrics, webhooks,
    settings: { ...options.payment, limits },
  }, instead.intentRules);
  const following = { payment: () => payment, context: () => reservation.context, units, clock };
  const effects = directEffects({ ...following, ids: tables.worker.applied });
  const worker = createWorker({
    tables: tables.worker, units, effects: instead.effects?.(effects) ?? effects, machine: { clock, random, wakeUps: paymentTimers }, health, metrics,
    settings: { concurrency: options.workerConcurrency ?? DEFAULT_WORKER_CONCURRENCY, limits }, logger,
  });
  const relay = createRelay({ journal, disk, units, tables, sources: [new ReservationEvents(), new PaymentEvents()], publisher: tellReceivers(instead.bus?.(worker.bus) ?? worker.bus, payment.registrations), machine: { clock, wakeUps: paymentTimers }, metrics, logger });
  const reconciled: OpenReconcilerDeps = {
    tables, services: { inventory, reservation, payment }, journal, units, clock, monotonicMs, outboxAgeMs: () => relay.oldestAgeMs, limits, timers: machine.scheduler,
    nextTurn: instead.timers?.nextTurn, logger, metrics, failedPolicy: options.payment.failedPolicy,
  };
  const reconciler = openReconciler(instead.reconciled?.(reconciled) ?? reconciled);
  const onSales = directOnSales(inventory.reads, inventory.decide, clock);
  const queue: QueueService = createQueue({
    tables: tables.queue, units, journal, onSales: instead.onSales?.(onSales) ?? onSales, keys: queueKeys, machine, metrics,
    settings: { ...DEFAULT_ADMISSION, ...options.queue, headroom: () => limits.reservationRows - tables.reservation.reservations.live, limits },
  });
  const right: Followed = { changes, reservations: directReservations(reservation.context), payments: directGatewayPayments(payment) };
  const followed = instead.followed?.(right) ?? right;
  const gateway = createGateway({
    tables: tables.gateway, units, keys, machine, ticketKeys: tickets?.publicKeys,
    webhooks: webhooks === undefined ? undefined : {
      secrets: webhooks.secrets, results: directPaymentResults({ ...following, ids: tables.gateway.webhookIds }),
    },
    receivers: webhooks === undefined ? undefined : directWebhookReceivers(payment.registrations),
    waitingRoom: directWaitingRoom(queue),
    push: { changes: followed.changes, onFault: (err) => logger.error({ err }, 'a stream of updates failed by a fault of ours') },
    services: {
      catalogue: directCatalogue(inventory.reads), reservations: followed.reservations, payments: followed.payments,
      orders: directOrders(reservation.context),
    },
    logs: () => logger.newest(), maintenance: directMaintenance({ journal, tables, reads: inventory.reads, context: reservation.context }),
    reconciliation: directReconciliation(reconciler), rooms: directRooms(() => queue), figures: directFigures({ reads: inventory.reads, tables, journal }),
    settings: { limits, issuer: { url: issuerUrl, audience: auth.audience }, tokenTtlSeconds: auth.tokenTtlSeconds },
  });
  return { inventory, reservation, payment, gateway: { ...gateway, routes: [...gateway.routes, ...queue.routes] }, queue, worker, relay, reconciler };
}
