import type { RecordTable, Units } from '@traffic-tacos/journal';
import { durationMs, invariant, type Clock, type Limits, type Random } from '@traffic-tacos/kernel';
import { countBy, createMetrics, METRICS, type GrpcService, type Metrics, type Route } from '@traffic-tacos/kit';
import { createPaymentCalls, createPaymentSteps, type PaymentCalls, type PaymentSteps } from './adapters/embedded/payment-steps.ts';
import type { WebhookPoster } from './adapters/http/post-webhook.ts';
import { EmbeddedPaymentStore } from './adapters/embedded/payment-store.ts';
import type { PaymentTables } from './adapters/embedded/payment-tables.ts';
import { EmbeddedRegistrations } from './adapters/embedded/registrations.ts';
import { EmbeddedWebhookQueue } from './adapters/embedded/webhook-queue.ts';
import { measuredUseCases } from './adapters/metrics/measured-use-cases.ts';
import { intentRecordRpcs } from './api/grpc/intent-record-rpcs.ts';
import { receiverRpcs } from './api/grpc/receiver-rpcs.ts';
import { paymentRpcs } from './api/grpc/payment-rpcs.ts';
import { cancelIntentRoute } from './api/rest/cancel-intent.ts';
import { createIntentRoute } from './api/rest/create-intent.ts';
import { listDeadLettersRoute, replayDeadLetterRoute } from './api/rest/dead-letters.ts';
import { getIntentRoute } from './api/rest/get-intent.ts';
import { listPaymentsRoute } from './api/rest/list-payments.ts';
import { processIntentRoute } from './api/rest/process-intent.ts';
import { refundIntentRoute } from './api/rest/refund-intent.ts';
import { simulateWebhookRoute } from './api/rest/simulate-webhook.ts';
import { Announcer } from './application/announcer.ts';
import { createListDeadLetters } from './application/dead-letters.ts';
import { DueTimer } from './application/due-timer.ts';
import { createEndDue } from './application/end-due.ts';
import { createUseCases, type PaymentUseCases } from './application/use-cases.ts';
import { WebhookSender } from './application/webhook-sender.ts';
import { dueAtMs } from './domain/intent-at.ts';
import { INTENT_RULES, type IntentRules } from './domain/intent-rules.ts';
import type { Intent } from './domain/intent.ts';
import { INTENT_STATES } from './domain/intent-states.ts';
import { checkTimings, type PaymentTimings } from './domain/scenario.ts';
import { checkStateMachine } from './domain/state-machine.ts';
import type { WebhookDelivery } from './domain/webhook.ts';
import type { PaymentResults } from './ports/payment-results.ts';
import type { PaymentStore } from './ports/payment-store.ts';
import type { ReceiverRules, Registrations } from './ports/registrations.ts';
import type { ReservationFacts } from './ports/reservation-facts.ts';
import type { Scheduler } from './ports/scheduler.ts';

export interface PaymentSettings {
  readonly timings: PaymentTimings;
  readonly limits: Limits;
  /** Intents of one reservation, ended ones included. Sensible: 3 to 100; above it further intents of the reservation are refused. */
  readonly intentsPerReservation: number;
}

/** How long the scenarios take when no setting says otherwise. */
export const DEFAULT_TIMINGS: PaymentTimings = {
  approveDelayMs: durationMs(200),
  failDelayMs: durationMs(100),
  lateApproveDelayMs: durationMs(3_000),
  intentTtlMs: durationMs(900_000),
};

export const DEFAULT_INTENTS_PER_RESERVATION = 20;

/** A journal in which the tables are registered and recovered. */
export interface PaymentJournal {
  readonly units: Units;
  readonly tables: PaymentTables;
}

/** How results get to receivers. */
export interface PaymentWebhooks {
  /** Closed when the service stops. */
  readonly poster: WebhookPoster;
  /** Without them no receiver can be registered. */
  readonly rules?: ReceiverRules | undefined;
  /** Told of every attempt that failed, with the message as it is then: queued again, or dead. */
  readonly onFailure: (message: WebhookDelivery) => void;
}

export interface PaymentDeps {
  readonly journal: PaymentJournal;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** `ids` must be unguessable; `draws` decides the scenario RANDOM and may be seeded. */
  readonly random: { readonly ids: Random; readonly draws: Random };
  readonly reservationFacts: ReservationFacts;
  /** Told of results as hints, where nobody relays them as events. */
  readonly results?: PaymentResults | undefined;
  /** Nobody is sent webhooks by a service that is given none. */
  readonly webhooks?: PaymentWebhooks | undefined;
  readonly settings: PaymentSettings;
  /** Where it is measured. Nobody reads the figures of a service that is given none. */
  readonly metrics?: Metrics | undefined;
}

/** What this process knows about its records besides them. */
export interface RecordDesk {
  /** How far this journal is. */
  appliedSequence(): number;
  /** For how long the oldest change that was not handed over has waited, in ms. */
  outboxAgeMs(): number;
}

export interface PaymentService {
  /** Of port 8030. */
  readonly routes: readonly Route[];
  /** The services of port 8031. */
  readonly rpcs: readonly GrpcService[];
  /** Of port 8031 where the gateway and the reservation service are in other processes. */
  readonly receiverRpcs: readonly GrpcService[];
  /** What the reconciler in another process asks. */
  recordRpcs(desk: RecordDesk): readonly GrpcService[];
  /** Those that it was made with, as the journal takes them. */
  readonly tables: readonly RecordTable<unknown>[];
  /** Every intent as it is now, in no order: for audits, and to follow up after a restart what was captured before. */
  intents(): Iterable<Intent>;
  readonly store: PaymentStore;
  /** The register of receivers, to which whoever relays events hands them. */
  readonly registrations: Registrations;
  readonly useCases: PaymentUseCases;
  /** For services of the same process: steps that join their unit of work. */
  readonly steps: PaymentSteps;
  /** For everybody else: each call is one unit, durable when it resolves. */
  readonly calls: PaymentCalls;
  /** Ends what became due while nobody ran, then everything at its instant. Called after recovery. */
  start(): void;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

/** The payment service over the journal of this process. The caller has asked `checkPaymentSettings`: contradictions are a bug here. */
export function createPayment(deps: PaymentDeps, rules: IntentRules = INTENT_RULES): PaymentService {
  const { journal, clock, scheduler, settings, metrics = createMetrics({ processMetrics: false }) } = deps;
  const { limits, timings, intentsPerReservation } = settings;
  const problems = [...checkStateMachine(INTENT_STATES), ...checkPaymentSettings(settings)];
  invariant(problems.length === 0, problems.join('; '));
  const { intents, keys, deliveries, receivers, registrations: registered } = journal.tables;
  const terms = { timings, keyTtlMs: durationMs(limits.idempotencyTtlMs), intentsPerReservation };
  const webhooks = deps.webhooks === undefined ? undefined : { deliveries, receivers };
  const memory = { intents, keys, clock, rules, terms, webhooks };
  const store = new EmbeddedPaymentStore(journal.units, memory);
  const unmeasured = createUseCases({ ...deps.random, store, clock, reservationFacts: deps.reservationFacts, decideAttempts: limits.decideAttempts });
  const useCases = measuredUseCases(unmeasured, metrics);
  const steps = createPaymentSteps(memory);
  const timer = new DueTimer({ clock, scheduler, endDue: createEndDue(store), nextDueAtMs: () => intents.nextDueAtMs() });
  const queue = new EmbeddedWebhookQueue({ units: journal.units, deliveries, registrations: registered, clock, jitter: deps.random.ids });
  const registrations = new EmbeddedRegistrations({ units: journal.units, registrations: registered, deliveries, clock, random: deps.random.ids, rules: deps.webhooks?.rules, limits });
  const sender = deps.webhooks === undefined ? undefined : new WebhookSender({
    queue, post: deps.webhooks.poster.post, clock, scheduler, registrations: limits.webhookRegistrations, termsOf: (message) => registrations.termsOf(message), onSettled: settledWebhooks(deps.webhooks, metrics),
  });
  const announcer = deps.results === undefined ? undefined : new Announcer(deps.results, () => journal.units.durable());
  intents.listen((image) => {
    announcer?.applied(image);
    const atMs = image.version === 1 ? dueAtMs(image) : undefined;
    if (atMs !== undefined) timer.expect(atMs);
  });
  return {
    routes: [...routesOf(useCases, limits.listPage), listDeadLettersRoute(createListDeadLetters(queue), limits.listPage), replayDeadLetterRoute(queue)],
    rpcs: [paymentRpcs(useCases, limits)],
    receiverRpcs: [receiverRpcs(registrations, limits)],
    recordRpcs: (desk) => [intentRecordRpcs({ ...desk, intents, store, clock, limits, durable: () => journal.units.durable() })],
    tables: journal.tables.all,
    intents: () => intents.all((intent) => rules.intentAt(intent, clock.nowMs())),
    store,
    registrations,
    useCases,
    steps,
    calls: createPaymentCalls(journal.units, steps),
    start: () => {
      timer.start();
      sender?.start();
      void registrations.announce('started');
    },
    stop: async () => {
      await timer.stop();
      await registrations.announce('stopping');
      await sender?.stop();
      deps.webhooks?.poster.close();
    },
  };
}

/** Counts every attempt, and has those that failed told on. */
function settledWebhooks({ onFailure }: PaymentWebhooks, metrics: Metrics): (message: WebhookDelivery) => void {
  const counted = countBy<'accepted' | 'failed' | 'dead'>(metrics.counter(METRICS.paymentWebhooks));
  return (message) => {
    counted(message.state === 'done' ? 'accepted' : message.state === 'dead' ? 'dead' : 'failed');
    if (message.state !== 'done') onFailure(message);
  };
}

/** What is wrong between the settings, in sentences; empty when they fit together. */
export function checkPaymentSettings({ timings, intentsPerReservation }: PaymentSettings): readonly string[] {
  const problems = [...checkTimings(timings)];
  const isLimit = Number.isSafeInteger(intentsPerReservation) && intentsPerReservation > 0;
  if (!isLimit) problems.push('intentsPerReservation must be a whole number above 0');
  return problems;
}

const routesOf = (useCases: PaymentUseCases, listPage: number): readonly Route[] => [
  createIntentRoute(useCases.createIntent),
  getIntentRoute(useCases.readIntent),
  processIntentRoute(useCases.processIntent),
  cancelIntentRoute(useCases.cancelIntent),
  refundIntentRoute(useCases.refundIntent),
  listPaymentsRoute(useCases.listIntents, listPage),
  simulateWebhookRoute(useCases.simulateWebhook),
];
