import assert from 'node:assert/strict';
import { createInventoryMemory, parseEvent, type InventoryService } from '@traffic-tacos/inventory';
import { eventLoop, openJournal, Units, type RecordTable } from '@traffic-tacos/journal';
import { ManualTimeSource, SimDisk } from '@traffic-tacos/journal/testing';
import { DEFAULT_LIMITS, durationMs, SeededRandom } from '@traffic-tacos/kernel';
import { createLogger, type GrpcChannel, type GrpcChannelOptions, type GrpcService } from '@traffic-tacos/kit';
import { createPaymentTables, DEFAULT_INTENTS_PER_RESERVATION, DEFAULT_TIMINGS, type PaymentTables } from '@traffic-tacos/payment';
import { freePort } from '@traffic-tacos/kit/testing';
import { askInventoryClock, createReservationTables, FollowedClock, type ReservationService, type Scheduler } from '@traffic-tacos/reservation';
import { wireInventory, wirePayment, wireReservation, type Ground, type WiredPayment } from '../../src/wire.ts';
import { channelTo, openGrpcPort, type TargetName } from './grpc-port.ts';

const MINUTE = durationMs(60_000);
const LIMITS = { ...DEFAULT_LIMITS, holdRows: 2_000, reservationRows: 2_000, orderRows: 2_000 };
const LOGGER = createLogger({ service: 'test', level: 'silent', destination: 1 });
const NEVER: Scheduler = { after: () => () => undefined };

/** Inventory, reservation and payment, each over a journal of its own, which reach each other by gRPC over real sockets. */
export interface WiredServices {
  readonly inventory: InventoryService;
  readonly reservation: ReservationService;
  readonly payment: WiredPayment;
  readonly tables: { readonly payment: PaymentTables };
  /** The ground of the inventory, in whose units steps may be run. */
  readonly ground: Ground;
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
}

export async function wireServices({ timers = NEVER, events, toInventory = () => Promise.resolve({}), aheadMs = 0 }: WiringOptions): Promise<WiredServices> {
  const time = new ManualTimeSource();
  const reservationTime = new ManualTimeSource();
  reservationTime.advance(aheadMs);
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
  const inventory = wireInventory(ground, memory, { limits: LIMITS, holdMs: MINUTE, extensionMaxMs: MINUTE });
  inventory.start();
  for (const event of events) {
    const parsed = parseEvent(event, LIMITS);
    assert.ok(parsed.kind === 'valid');
    await inventory.store.putEvent(parsed.event);
  }
  await listen('inventory', inventory.rpcs);

  const reservationTables = createReservationTables(LIMITS);
  const reservationGround = await openGround(reservationTables.all, 2, reservationTime);
  const clock = new FollowedClock(reservationGround.clock);
  await heardOnce(channel('inventory'), clock);
  const reservation = wireReservation(
    reservationGround,
    clock,
    { tables: reservationTables, admission: { check: () => Promise.resolve(undefined) } },
    { inventory: channel('inventory', await toInventory(ports.inventory)), payment: channel('payment') },
    { holdMs: MINUTE, extensionMaxMs: MINUTE, failedPaymentPolicy: 'keep', limits: LIMITS },
  );
  await listen('reservation', [...reservation.rpcs, ...reservation.workerRpcs]);

  const paymentTables = createPaymentTables(LIMITS);
  const payment = wirePayment(
    await openGround(paymentTables.all, 3),
    paymentTables,
    { facts: channel('reservation', { errorMode: 'status' }), results: channel('reservation') },
    { timings: DEFAULT_TIMINGS, intentsPerReservation: DEFAULT_INTENTS_PER_RESERVATION, limits: LIMITS },
    { at: () => () => undefined },
  );
  await listen('payment', payment.payment.rpcs);

  return {
    inventory, reservation, payment, ground, channel, tables: { payment: paymentTables },
    advance: async (ms) => {
      time.advance(ms);
      reservationTime.advance(ms);
      await ground.journal.durable();
    },
    setReservationAhead: (ms) => reservationTime.advance(ms),
    close: async () => {
      for (const close of closes.toReversed()) await close();
    },
  };
}

/** Lets the inventory say once what its clock shows, as it has before a service listens. */
async function heardOnce(channel: GrpcChannel, clock: FollowedClock): Promise<void> {
  const asked = askInventoryClock(channel, clock, NEVER, (cause) => assert.fail(String(cause)));
  await asked.known;
  await asked.stop();
}
