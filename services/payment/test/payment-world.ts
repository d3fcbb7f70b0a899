import { Units } from '@traffic-tacos/journal';
import type { EdgeReply, EdgeRequest, Refusal } from '@traffic-tacos/kit';
import { DEFAULT_LIMITS, invariant, ManualClock, present, SeededRandom, type ReservationId } from '@traffic-tacos/kernel';
import { createPaymentTables, type PaymentTables } from '../src/adapters/embedded/payment-tables.ts';
import type { ReservationToPay } from '../src/domain/judge-reservation.ts';
import type { PaymentFact } from '../src/domain/payment-fact.ts';
import { createPayment, DEFAULT_INTENTS_PER_RESERVATION, DEFAULT_TIMINGS, type PaymentService, type PaymentSettings, type PaymentWebhooks } from '../src/service.ts';
import { heldReservation, KeptReservations } from '../src/testing/kept-reservations.ts';
import { ManualScheduler } from '../src/testing/manual-scheduler.ts';
import { RecordedJournal } from '../src/testing/recorded-journal.ts';
import { StoreCommands } from '../src/testing/store-commands.ts';

export interface PaymentWorld {
  readonly service: PaymentService;
  readonly journal: RecordedJournal;
  readonly tables: PaymentTables;
  readonly units: Units;
  readonly clock: ManualClock;
  readonly scheduler: ManualScheduler;
  readonly reservations: KeptReservations;
  /** What the listener was told, in order. */
  readonly told: PaymentFact[];
  /** Puts a reservation down, held and alice's unless said otherwise. */
  reserve(otherwise?: Partial<ReservationToPay>): ReservationId;
  /** Lets `ms` pass and everybody wake who is due. */
  pass(ms: number): Promise<void>;
}

export const SETTINGS: PaymentSettings = { timings: DEFAULT_TIMINGS, limits: DEFAULT_LIMITS, intentsPerReservation: DEFAULT_INTENTS_PER_RESERVATION };

/** The whole service over what `after` left behind, or from nothing. It is not started. */
export function paymentWorld(settings: PaymentSettings = SETTINGS, after?: PaymentWorld, webhooks?: PaymentWebhooks): PaymentWorld {
  const clock = after?.clock ?? new ManualClock();
  const journal = after?.journal ?? new RecordedJournal();
  const reservations = after?.reservations ?? new KeptReservations();
  const commands = new StoreCommands(clock);
  const scheduler = new ManualScheduler(clock);
  const tables = createPaymentTables(settings.limits);
  if (after !== undefined) journal.recover(tables.all);
  const units = new Units(journal, settings.limits.decideAttempts);
  const told: PaymentFact[] = [];
  const tell = (fact: PaymentFact): void => void told.push(fact);
  const service = createPayment({
    journal: { units, tables },
    clock,
    scheduler,
    random: { ids: new SeededRandom(after === undefined ? 1 : 2), draws: new SeededRandom(3) },
    reservationFacts: reservations,
    results: { approved: tell, failed: tell, refunded: tell },
    settings,
    webhooks,
  });
  const reserve = (otherwise: Partial<ReservationToPay> = {}): ReservationId => {
    const id = commands.id('rsv');
    reservations.put(id, heldReservation('alice', otherwise));
    return id;
  };
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await scheduler.wakeDue();
  };
  return { service, journal, tables, units, clock, scheduler, reservations, told, reserve, pass };
}

export interface Asked {
  readonly as?: string;
  readonly roles?: readonly string[];
  readonly key?: string;
  readonly id?: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
}

/** Calls a route as the edge does: its caller known, its fields checked and named. */
export async function ask({ service }: PaymentWorld, route: string, asked: Asked = {}): Promise<EdgeReply | Refusal> {
  const { as = 'alice', roles = [], key, id, body = {}, query = {} } = asked;
  const found = present(service.routes.find(({ method, path }) => `${method} ${path}` === route), `no route ${route}`);
  const request: EdgeRequest = {
    params: id === undefined ? {} : { id },
    query,
    body: Object.fromEntries(Object.entries(body).filter(([name]) => found.body !== undefined && name in found.body)),
    caller: { userId: as, roles },
    idempotencyKey: found.idempotency === 'required' ? (key ?? 'key-1') : key,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    address: '127.0.0.1',
    header: () => undefined,
  };
  return found.handle(request);
}

/** The body of an answer that is no refusal. */
export function bodyOf(answer: EdgeReply | Refusal): Readonly<Record<string, unknown>> {
  invariant('status' in answer && answer.body !== undefined && !Array.isArray(answer.body), `an answer with a body, not ${JSON.stringify(answer)}`);
  return answer.body as Readonly<Record<string, unknown>>;
}

/** The status of an answer, or the code of a refusal. */
export const verdictOf = (answer: EdgeReply | Refusal): number | string => ('refused' in answer ? answer.refused : answer.status);

/** Makes an intent for a new reservation and answers its id. */
export async function pay(world: PaymentWorld, otherwise: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const reservationId = world.reserve();
  const body = { reservationId, amount: 240_000, currency: 'KRW', ...otherwise };
  return String(bodyOf(await ask(world, 'POST /v1/payments/intents', { body }))['paymentIntentId']);
}
