import { createSecretKey } from 'node:crypto';
import type { Reservations, SigningKeys, Updates } from '@traffic-tacos/gateway';
import type { Deciders, InventoryStore } from '@traffic-tacos/inventory';
import { Units, type DecisionClock, type EntrySink, type Journal, type RecoveryReport, type StagedRecord, type TimeSource } from '@traffic-tacos/journal';
import { ManualScheduler, type ManualTimeSource, type SimDisk } from '@traffic-tacos/journal/testing';
import { present, type PaymentIntentId, type SeededRandom } from '@traffic-tacos/kernel';
import type { Logger, Metrics, WebhookSecrets } from '@traffic-tacos/kit';
import type { PaymentUseCases, ReceiverRules, Registrations } from '@traffic-tacos/payment';
import type { QueueKey, QueueService } from '@traffic-tacos/queue';
import type { PlatformTables, ReconcilerAlarms } from '@traffic-tacos/platform';
import { createServices, directPaymentResults, directReservations, directSeatHolder, type History, type PlatformServices } from '@traffic-tacos/platform/testing';
import type { ReservationContext, SeatHolder } from '@traffic-tacos/reservation';
import type { Bus, Effects } from '@traffic-tacos/worker';
import type { Delivery } from './delivery.ts';
import type { SimHistoryThread } from './history-thread.ts';
import type { Planting } from './planting.ts';
import { fieldOf, type PostParts, type Receivers } from './receivers.ts';
import { LIMITS, platformOptions } from './settings.ts';
import { openSimMemory, type MemoryParts } from './sim-history.ts';
import { VirtualTimers } from './virtual-timers.ts';

/** One life of the process: from the recovery of a disk to a crash. */
export interface Incarnation {
  readonly tables: PlatformTables;
  readonly journal: Journal;
  readonly clock: DecisionClock;
  readonly services: PlatformServices;
  readonly timers: VirtualTimers;
  readonly turns: ManualScheduler;
  readonly found: RecoveryReport;
  /** Undefined where everything stays in memory. */
  readonly history: History | undefined;
  readonly historyThread: SimHistoryThread | undefined;
  /** What buyers and organizers reach. */
  readonly doors: Doors;
}

export interface Doors {
  readonly reservations: Reservations;
  readonly context: ReservationContext;
  readonly payments: PaymentUseCases;
  readonly inventory: InventoryStore;
  /** Where receivers of webhooks are registered. */
  readonly registrations: Registrations;
  /** A wake-up for one hold, from anybody and at any time. */
  readonly queue: QueueService;
  /** What streams of updates are made of. */
  readonly updates: Updates;
  /** The worker's queue, for what lies between the relay and it. */
  readonly bus: Bus;
  readonly effects: Effects;
  readonly wakeHold: (reservationId: string) => Promise<{ readonly kind: string }>;
}

/** Who watches a process. */
export interface Watch {
  /** Told of each entry before the journal takes it. */
  readonly entry: (records: readonly StagedRecord[]) => void;
  readonly seats: (right: SeatHolder, clock: DecisionClock) => SeatHolder;
  /** A timer has just run, and nothing else since. */
  readonly timerRan: () => void;
  readonly broken: (cause: unknown) => void;
  /** A webhook has arrived; answers the id of the event that it is about. */
  readonly hears: PostParts['arrives'];
  readonly leaving: MemoryParts['leaving'];
}

export interface BootDeps {
  readonly disk: SimDisk;
  readonly time: ManualTimeSource;
  /** Ids, secrets and draws. */
  readonly random: SeededRandom;
  readonly outside: Outside;
  readonly failedPolicy: 'keep' | 'release';
  readonly planting: Planting;
  readonly watch: Watch;
  readonly delivery: Delivery;
  readonly receivers: Receivers;
  /** Undefined where there is none. */
  readonly historyFile: MemoryParts['history'];
  readonly latency: () => Promise<void>;
}

/** What hears of things and changes none. */
export interface Outside {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** How often somebody can look at the clock before a millisecond of work has passed. */
const LOOKS_PER_MS = 8;

/** No token is signed in a simulation. */
const NO_KEYS: SigningKeys = [
  { privateKey: createSecretKey(Buffer.alloc(32)), publicKey: { kty: 'RSA', n: '', e: '', kid: 'none', use: 'sig', alg: 'RS256' } },
];

/** What signs tokens of the waiting room: the same in every life, as a file is. */
const QUEUE_KEYS: readonly QueueKey[] = [{ number: 1, secret: Buffer.alloc(32, 7) }];

/** Nothing is signed on the way to a receiver here: what is not theirs is found by what it says. */
const WEBHOOK_SECRETS: WebhookSecrets = [{ key: Buffer.alloc(32, 9) }];
const ANY_RECEIVER: ReceiverRules = { mayReceive: () => Promise.resolve(true), isSecret: () => true, verify: () => true };

/** Recovers what is on the disk and wires every service over it. Rejects as `openJournal` does. */
export async function boot({ disk, time, random, outside, failedPolicy, planting, watch, delivery, receivers, historyFile, latency }: BootDeps): Promise<Incarnation> {
  planting.disk?.(disk);
  const turns = new ManualScheduler();
  const opened = await openSimMemory({ disk, time, turns, random, logger: outside.logger, planting, history: historyFile, latency, broken: watch.broken, leaving: watch.leaving });
  const { tables, journal, found, history, thread: historyThread } = opened;
  const clock = planting.clock?.(opened.clock, time) ?? opened.clock;
  const timers = new VirtualTimers(clock, watch.timerRan);
  opened.useTimers(timers);
  const ground = { tables, clock };
  const deciders = planting.deciders?.(ground);
  const planted = planting.instead?.(ground) ?? {};
  const watched = watchedSink(journal, watch);
  const sink = planting.sink?.(watched) ?? watched;
  const seats = (right: SeatHolder): SeatHolder => {
    const holder = deciders === undefined ? right : directSeatHolder(deciders, clock);
    return watch.seats(planted.seats?.(holder) ?? holder, clock);
  };
  const options = platformOptions(failedPolicy, outside.logger, watch.broken);
  const reached: { bus?: Bus; effects?: Effects } = {};
  const bus = (right: Bus): Bus => delivery.bus((reached.bus = planted.bus?.(right) ?? right));
  const effects = (right: Effects): Effects => delivery.effects((reached.effects = planted.effects?.(right) ?? right));
  const nextTurn = (): Promise<void> => new Promise((resolve) => turns.endOfTurn(resolve));
  const instead = { ...planted, bus, effects, timers: { expiry: timers, payments: timers, nextTurn }, sink, seats };
  const units = new Units(sink, LIMITS.decideAttempts, watch.broken);
  const post = receivers.poster({ follow: (message) => followed(message), arrives: watch.hears });
  const webhooks = { poster: { post: planting.post?.(post) ?? post, close: () => undefined }, rules: ANY_RECEIVER, secrets: WEBHOOK_SECRETS, onFailure: () => undefined };
  const wired = { webhooks, tables, journal, disk, clock, monotonicMs: workedTime(time), random, keys: NO_KEYS, queueKeys: QUEUE_KEYS, issuerUrl: 'simulated', metrics: outside.metrics, onBroken: watch.broken, instead };
  const services = createServices(wired, options, outside.logger);
  const results = directPaymentResults({ payment: () => services.payment, context: () => services.reservation.context, units, ids: tables.gateway.webhookIds, clock });
  const followed = ({ webhookId, body }: { readonly webhookId: string; readonly body: string }): Promise<unknown> => results.follow({ webhookId, ...paymentIn(body) });
  const delivered = { bus: present(reached.bus, 'the services have a bus'), effects: present(reached.effects, 'the worker has effects') };
  const doors = { ...doorsOf(services, clock, units, deciders, planting), ...delivered };
  return { tables, journal, clock, services, timers, turns, found, history, historyThread, doors };
}

/** Everything begins to work, as a platform's start lets it. What it answers is to be waited for, and rejects where the process ends on the way. */
export function startServices({ services, history }: Incarnation, alarms: ReconcilerAlarms, onFailure: (cause: unknown) => void): Promise<void> | undefined {
  const { inventory, reservation, queue, payment, worker, relay, reconciler } = services;
  inventory.start();
  reservation.start({ onExpiry: () => undefined, onFailure });
  queue.start({ onFailure });
  payment.start();
  worker.start();
  relay.start();
  reconciler.start(alarms);
  return history?.start();
}

/** What the platform's own receiver reads of a message. */
const paymentIn = (body: string): { readonly paymentIntentId: PaymentIntentId; readonly traceId: string } => ({
  paymentIntentId: fieldOf(body, 'payment_intent_id') as PaymentIntentId, traceId: fieldOf(body, 'trace_id'),
});

/** Work takes time for who measures it: so a walk through everything is made of slices, and the world changes in between. */
function workedTime(time: TimeSource): () => number {
  let worked = 0;
  return () => time.monotonicMs() + Math.floor(++worked / LOOKS_PER_MS);
}

function doorsOf(services: PlatformServices, clock: DecisionClock, units: Units, deciders: Deciders | undefined, planting: Planting): Omit<Doors, 'bus' | 'effects'> {
  const right = services.reservation.context;
  const context = planting.context?.(right) ?? right;
  const reservations = directReservations(context);
  const { expire } = deciders ?? services.inventory.decide;
  return {
    context,
    reservations: planting.reservations?.(reservations) ?? reservations,
    payments: services.payment.useCases,
    inventory: services.inventory.store,
    registrations: services.payment.registrations,
    queue: services.queue,
    updates: present(services.gateway.updates, 'whoever watches is told of changes'),
    wakeHold: (reservationId) => units.run((unit) => expire(unit, { reservationId }, clock.nowMs())),
  };
}

const watchedSink = (journal: Journal, watch: Watch): EntrySink => ({
  append: (records) => {
    journal.append(records);
    watch.entry(records);
  },
  durable: () => journal.durable(),
});
