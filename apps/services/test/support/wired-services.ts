import assert from 'node:assert/strict';
import { createInventoryMemory, parseEvent, type InventoryMemory, type InventoryService } from '@traffic-tacos/inventory';
import { eventLoop, openJournal, Units, type RecordTable } from '@traffic-tacos/journal';
import { ManualTimeSource, SimDisk } from '@traffic-tacos/journal/testing';
import { DEFAULT_LIMITS, durationMs, SeededRandom, type Limits } from '@traffic-tacos/kernel';
import { createLogger, type GrpcChannel, type GrpcChannelOptions, type GrpcService } from '@traffic-tacos/kit';
import { openBooksReconciler, type Reconciler } from '@traffic-tacos/platform';
import { createPaymentTables, DEFAULT_INTENTS_PER_RESERVATION, DEFAULT_TIMINGS, type PaymentTables } from '@traffic-tacos/payment';
import { freePort } from '@traffic-tacos/kit/testing';
import { askInventoryClock, createReservationTables, FollowedClock, type ReservationService, type ReservationTables, type Scheduler } from '@traffic-tacos/reservation';
import type { ApartReconciler } from '../../src/reconcile/apart-reconciler.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { openApartReconciler } from '../../src/reconcile/open-apart-reconciler.ts';
import { wireInventory, wirePayment, wireReservation, type Ground, type WiredPayment } from '../../src/wire.ts';
import { channelTo, openGrpcPort, type TargetName } from './grpc-port.ts';

const MINUTE = durationMs(60_000);
const HOLDS = { holdMs: MINUTE, extensionMaxMs: MINUTE };
const LIMITS = { ...DEFAULT_LIMITS, holdRows: 2_000, reservationRows: 2_000, orderRows: 2_000 };
const LOGGER = createLogger({ service: 'test', level: 'silent', destination: 1 });
const AT_ONCE: Scheduler = {
  after: (_, run) => {
    const turn = setImmediate(run);
    return () => clearImmediate(turn);
  },
};
const NEVER: Scheduler = { after: () => () => undefined };

/** Inventory, reservation and payment, each over a journal of its own, which reach each other by gRPC over real sockets. */
export interface WiredServices {
  readonly inventory: InventoryService;
  readonly reservation: ReservationService;
  readonly payment: WiredPayment;
  readonly tables: { readonly inventory: InventoryMemory; readonly reservation: ReservationTables; readonly payment: PaymentTables };
  /** The ground of the inventory, in whose units steps may be run. */
  readonly ground: Ground;
  readonly units: Readonly<Record<TargetName, Units>>;
  /** The reservation service's, which looks when it is asked, or started. */
  readonly reconciler: ApartReconciler;
  /** The inventory's own. */
  readonly books: Reconciler;
  /** A channel to a service, as another one has it. */
  channel(target: TargetName, options?: Partial<GrpcChannelOptions>): GrpcChannel;
  /** Moves all clocks, of which the inventory's decides, and lets whatever is due by then happen. */
  advance(ms: number): Promise<void>;
  /** Sets the clock of the machine that the reservation service runs on. */
  setReservationAhead(ms: number): void;
  close(): Promise<void>;
}

export interface WiringOptions {
  /** What the reservation service's timers do; nothing unless given, since states follow from records and the instant. */
  readonly timers?: Scheduler;
  readonly events: readonly Readonly<Record<string, unknown>>[];
  /** What the reservation service's channel to the inventory, which listens on the port, has otherwise. */
  readonly toInventory?: (port: number) => Promise<Partial<GrpcChannelOptions>>;
  /** How far the reservation service's clock is ahead of the inventory's. */
  readonly aheadMs?: number;
  readonly failedPolicy?: 'keep' | 'release';
  /** What the reconciler sleeps by; it wakes at once unless given. */
  readonly looks?: Scheduler;
  /** What the reconciler's channel to one of the others, which listens on the port, has otherwise. */
  readonly toRecords?: (owner: 'inventory' | 'payment', ports: Readonly<Record<TargetName, number>>) => Partial<GrpcChannelOptions>;
  readonly limits?: Partial<Limits>;
  readonly outboxAgeMs?: () => number;
}

export async function wireServices({ timers = NEVER, events, toInventory = () => Promise.resolve({}), aheadMs = 0, failedPolicy = 'keep', looks = AT_ONCE, toRecords = () => ({}), outboxAgeMs = () => 0, limits: changed = {} }: WiringOptions): Promise<WiredServices> {
  const time = new ManualTimeSource();
  const reservationTime = new ManualTimeSource();
  reservationTime.advance(aheadMs);
  const limits = { ...LIMITS, ...changed };
  const closes: (() => Promise<unknown> | void)[] = [];
  const ports = { inventory: await freePort(), reservation: await freePort(), payment: await freePort() };

  const channel: WiredServices['channel'] = (target, options = {}) => {
    const made = channelTo(target, ports[target], options);
    closes.push(() => made.close());
    return made;
  };
  const openGround = async (tables: readonly RecordTable<unknown>[], seed: number, source = time): Promise<Ground> => {
    const random = new SeededRandom(seed);
    const { journal, clock } = await openJournal({ disk: new SimDisk({ seed }), tables, limits: LIMITS, time: source, scheduler: eventLoop, random });
    closes.push(() => journal.close());
    return { journal, units: new Units(journal, LIMITS.decideAttempts), clock, random, timers, logger: LOGGER };
  };
  const listen = async (name: TargetName, services: readonly GrpcService[]): Promise<void> => {
    closes.push(await openGrpcPort(name, services, ports[name]));
  };

  const memory = createInventoryMemory(LIMITS);
  const ground = await openGround(memory.all, 1);
  const inventory = wireInventory(ground, memory, { limits, ...HOLDS });
  inventory.start();
  await putEvents(inventory, events);
  const books = openBooksReconciler({ ...ground, memory, store: inventory.store, monotonicMs: () => ground.clock.nowMs(), limits, timers: NEVER });
  await listen('inventory', [...inventory.rpcs, ...inventory.recordRpcs({ checkBooks: (now) => checkBooks(books, now), appliedSequence: () => ground.journal.appliedSequence })]);

  const reservationTables = createReservationTables(LIMITS);
  const reservationGround = await openGround(reservationTables.all, 2, reservationTime);
  const clock = new FollowedClock(reservationGround.clock);
  await heardOnce(channel('inventory'), clock);
  const own = { tables: reservationTables, admission: { check: () => Promise.resolve(undefined) } };
  const channels = { inventory: channel('inventory', await toInventory(ports.inventory)), payment: channel('payment') };
  const reservation = wireReservation(reservationGround, clock, own, channels, { ...HOLDS, failedPaymentPolicy: failedPolicy, limits });
  await listen('reservation', [...reservation.rpcs, ...reservation.workerRpcs]);

  const paymentTables = createPaymentTables(LIMITS);
  const paymentGround = await openGround(paymentTables.all, 3);
  const toReservation = { facts: channel('reservation', { errorMode: 'status' }), results: channel('reservation') };
  const payment = wirePayment(paymentGround, paymentTables, toReservation, { timings: DEFAULT_TIMINGS, intentsPerReservation: DEFAULT_INTENTS_PER_RESERVATION, limits }, { at: () => () => undefined });
  await listen('payment', [...payment.payment.rpcs, ...payment.payment.recordRpcs({ appliedSequence: () => paymentGround.journal.appliedSequence, outboxAgeMs })]);
  const records = (owner: 'inventory' | 'payment'): GrpcChannel => channel(owner, toRecords(owner, ports));
  const reconciler = openApartReconciler({
    ground: reservationGround, clock, tables: reservationTables, reservation, limits, failedPolicy, outboxAgeMs, monotonicMs: () => reservationGround.clock.nowMs(), timers: looks,
    channels: { inventory: records('inventory'), payment: records('payment'), books: records('inventory') },
  });
  closes.push(() => reconciler.stop());

  const advance: WiredServices['advance'] = async (ms) => {
    time.advance(ms);
    reservationTime.advance(ms);
    await ground.journal.durable();
  };
  return {
    inventory, reservation, payment, ground, advance, channel, reconciler, books,
    tables: { inventory: memory, reservation: reservationTables, payment: paymentTables },
    units: { inventory: ground.units, reservation: reservationGround.units, payment: paymentGround.units },
    setReservationAhead: (ms) => reservationTime.advance(ms),
    close: async () => {
      for (const close of closes.toReversed()) await close();
    },
  };
}

async function putEvents({ store }: InventoryService, events: WiringOptions['events']): Promise<void> {
  for (const event of events) {
    const parsed = parseEvent(event, LIMITS);
    assert.ok(parsed.kind === 'valid');
    await store.putEvent(parsed.event);
  }
}

/** Lets the inventory say once what its clock shows, as it has before a service listens. */
async function heardOnce(channel: GrpcChannel, clock: FollowedClock): Promise<void> {
  const asked = askInventoryClock(channel, clock, NEVER, (cause) => assert.fail(String(cause)));
  await asked.known;
  await asked.stop();
}
