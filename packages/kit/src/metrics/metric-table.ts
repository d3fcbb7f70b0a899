import type { MetricSpec } from './cells.ts';

/** A metric of the platform: everything that its reader has to know. The reference page is made from these. */
export interface PlatformMetric extends MetricSpec {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** What one of it is: `seconds`, or what is counted. */
  readonly unit: string;
  /** Where it is recorded, in words. */
  readonly recordedBy: string;
}

/** From 0.1 ms on: what is decided in memory and synced to disk takes less than a millisecond. */
const SHORT_SECONDS: readonly number[] = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5];

const metric = <const Metric extends PlatformMetric>(row: Metric): Metric => row;

/**
 * Every metric that the platform records itself, and the only place where one is declared: whoever records it takes it from here. No label
 * ever holds the id of a user, a seat, a reservation, an order or a payment.
 */
export const METRICS = {
  httpServerRequests: metric({
    kind: 'histogram', name: 'http_server_requests_seconds', unit: 'seconds', labels: ['method', 'uri', 'status'],
    help: 'Time to answer HTTP requests, from the end of the header. uri is the template of the route; none where there is no route.',
    recordedBy: 'every REST port',
  }),
  grpcServerDuration: metric({
    kind: 'histogram', name: 'grpc_server_duration_seconds', unit: 'seconds', labels: ['service', 'method', 'code'],
    help: 'Time to answer gRPC calls, from the last byte of the request.',
    recordedBy: 'every gRPC port',
  }),
  grpcClientDuration: metric({
    kind: 'histogram', name: 'grpc_client_duration_seconds', unit: 'seconds', labels: ['service', 'method', 'code'],
    help: 'Time until gRPC calls to other services ended, each attempt by itself.',
    recordedBy: 'services in processes of their own, for each call to another',
  }),
  circuitBreakerState: metric({
    kind: 'gauge', name: 'circuit_breaker_state', unit: '0 closed, 1 half-open, 2 open', labels: ['target'],
    help: 'Whether the other service is asked.',
    recordedBy: 'services in processes of their own, for each service that they call',
  }),
  errors: metric({
    kind: 'counter', name: 'errors_total', unit: 'answers', labels: ['code', 'route'],
    help: 'Error answers, by the code of the error table and the template of the route, or the gRPC method.',
    recordedBy: 'every REST and gRPC port',
  }),
  reservationCreated: metric({
    kind: 'counter', name: 'reservation_created_total', unit: 'requests', labels: ['status'],
    help: 'Requests for a new reservation, by what was decided: created, replayed, or the rule that refused.',
    recordedBy: 'the reservation service, when the decision is on disk',
  }),
  reservationStatus: metric({
    kind: 'counter', name: 'reservation_status_total', unit: 'reservations', labels: ['status'],
    help: 'Reservations that entered a status, each time that one did: HOLD, CONFIRMED, CANCELLED, EXPIRED, FAILED, REFUNDED.',
    recordedBy: 'the reservation service, with the announcement of the change',
  }),
  serviceMethodDuration: metric({
    kind: 'histogram', name: 'service_method_duration_seconds', unit: 'seconds', labels: ['service', 'method'], buckets: SHORT_SECONDS,
    help: 'Time that a use case took, whichever port asked for it, until its outcome was on disk, as exactly as a turn of the event loop is long.',
    recordedBy: 'the reservation, payment and inventory services',
  }),
  idempotencyRequests: metric({
    kind: 'counter', name: 'idempotency_requests_total', unit: 'requests', labels: ['result'],
    help: 'Requests that carried an idempotency key: new, replayed (it has had its effect), conflict (it was used for something else).',
    recordedBy: 'the reservation, payment and inventory services',
  }),
  paymentWebhooks: metric({
    kind: 'counter', name: 'payment_webhooks_total', unit: 'attempts', labels: ['outcome'],
    help: 'Attempts to send a webhook, by what came of them: accepted, failed (it is sent again later), dead (it was given up).',
    recordedBy: 'the payment service',
  }),
  reconcileDifferences: metric({
    kind: 'counter', name: 'reconcile_differences_total', unit: 'differences', labels: ['kind', 'outcome'],
    help: 'Differences between records, by name and by what came of them: healed, or alarmed when they first stayed.',
    recordedBy: 'the reconciler',
  }),
  reconcileWalk: metric({
    kind: 'histogram', name: 'reconcile_walk_seconds', unit: 'seconds', buckets: [0.01, 0.1, 1, 5, 15, 60, 300, 1800],
    help: 'Time that a walk through all records in memory took beside traffic.',
    recordedBy: 'the reconciler',
  }),
  outboxPublished: metric({
    kind: 'counter', name: 'outbox_events_published_total', unit: 'events',
    help: 'Events that were handed over to the bus, or that no rule of it wants. A repetition after a crash counts again.',
    recordedBy: 'the relay',
  }),
  outboxOldestAge: metric({
    kind: 'gauge', name: 'outbox_oldest_age_seconds', unit: 'seconds',
    help: 'For how long the oldest group of the journal that is not relayed yet has waited; 0 where none does.',
    recordedBy: 'the relay, at each scrape',
  }),
  workerEvents: metric({
    kind: 'counter', name: 'worker_events_total', unit: 'attempts', labels: ['type', 'outcome'],
    help: 'Attempts at messages and calls, by what came of them: done, skipped (nothing was left to do), retry (it failed and comes again), put_off (somebody needed was not there), dead (given up, or refused).',
    recordedBy: 'the worker',
  }),
  holdReleaseLag: metric({
    kind: 'histogram', name: 'hold_release_lag_seconds', unit: 'seconds',
    help: 'From the end of a hold until its release was on disk.',
    recordedBy: 'what ends holds',
  }),
  seats: metric({
    kind: 'gauge', name: 'seats', unit: 'places', labels: ['event', 'state'],
    help: 'Places of an event that are free, held, sold, blocked, as strangers see them. Events above the limit are added up under the event other.',
    recordedBy: 'the inventory service, at each scrape',
  }),
  pushStreams: metric({
    kind: 'gauge', name: 'push_streams', unit: 'streams',
    help: 'Open streams of live updates: server-sent events, WebSockets and gRPC.',
    recordedBy: 'the gateway, at each scrape',
  }),
  queueWaiting: metric({
    kind: 'gauge', name: 'queue_waiting', unit: 'people', labels: ['event'],
    help: 'People in the waiting room of an event whose turn has not come. Events above the limit are added up under the event other.',
    recordedBy: 'the waiting room, at each scrape',
  }),
  queueAdmitted: metric({
    kind: 'counter', name: 'queue_admitted_total', unit: 'turns', labels: ['event'],
    help: 'Turns given in the waiting room of an event: somebody who does not claim one in time gets another.',
    recordedBy: 'the waiting room, when its tick is on disk',
  }),
  queueWait: metric({
    kind: 'histogram', name: 'queue_wait_seconds', unit: 'seconds', buckets: [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200],
    help: 'From joining until one\'s turn.',
    recordedBy: 'the waiting room, when its tick is on disk',
  }),
  journalFlush: metric({
    kind: 'histogram', name: 'journal_flush_seconds', unit: 'seconds', buckets: SHORT_SECONDS,
    help: 'From the seal of a group to the end of its sync.',
    recordedBy: 'the journal',
  }),
  journalGroupSize: metric({
    kind: 'histogram', name: 'journal_group_size', unit: 'entries', buckets: [1, 4, 16, 64, 256, 1024, 4096],
    help: 'Entries in one group.',
    recordedBy: 'the journal',
  }),
  eventLoopLag: metric({
    kind: 'gauge', name: 'event_loop_lag_seconds', unit: 'seconds', labels: ['quantile'],
    help: 'Event-loop lag since the last scrape.',
    recordedBy: 'every process',
  }),
} as const;

/** Names that are settled for parts of the platform that do not run yet; nothing records them. */
export const PLANNED_METRICS: readonly string[] = [
  'dynamodb_operation_duration_seconds',
];
