import type { Units } from '@traffic-tacos/journal';
import { present, type Clock, type Limits, type Random } from '@traffic-tacos/kernel';
import { createMetrics, type GrpcService, type Metrics, type Route } from '@traffic-tacos/kit';
import { AskingStore } from './adapters/grpc/asking-store.ts';
import type { RefundsAfterwards } from './adapters/grpc/refunds-afterwards.ts';
import { EmbeddedReservationStore } from './adapters/embedded/reservation-store.ts';
import type { ReservationTables } from './adapters/embedded/tables.ts';
import { createReservationMeters } from './adapters/metrics/meters.ts';
import { maintenanceRpcs } from './api/grpc/maintenance-rpcs.ts';
import { workerRpcs } from './api/grpc/worker-rpcs.ts';
import { reservationRpcs } from './api/grpc/reservation-rpcs.ts';
import { cancelRoute } from './api/rest/cancel.ts';
import { confirmRoute } from './api/rest/confirm.ts';
import { createRoute } from './api/rest/create.ts';
import { extendRoute } from './api/rest/extend.ts';
import { internalRoutes } from './api/rest/internal.ts';
import { listOrdersRoute, readOrderRoute } from './api/rest/orders.ts';
import { listRoute, readRoute } from './api/rest/read.ts';
import { checkTicketRoute, ticketKeysRoute } from './api/rest/tickets.ts';
import { carryThrough } from './application/carry-through.ts';
import type { ReservationContext, ReservationSettings } from './application/context.ts';
import { expireDue, type ExpiryReport } from './application/expire-due.ts';
import { prepareTickets } from './application/ticket-code.ts';
import { reservationIdOf } from './domain/order.ts';
import { createExpiryTimer, type Scheduler } from './expiry-timer.ts';
import type { Admission } from './ports/admission.ts';
import type { Payments } from './ports/payments.ts';
import type { SeatHolder } from './ports/seat-holder.ts';
import type { TicketSigner } from './ports/ticket-signer.ts';

export interface ReservationDependencies {
  readonly tables: ReservationTables;
  readonly units: Units;
  readonly seats: SeatHolder;
  readonly payments: Payments;
  /** Where seats and payments are in other processes: the refunds that go to those. */
  readonly refundsAfterwards?: RefundsAfterwards | undefined;
  /** Ways to both for what is repeated until it is done, and must not wait for what requests have met on theirs; the same ways unless given. */
  readonly behind?: { readonly seats: SeatHolder; readonly payments: Payments } | undefined;
  readonly admission: Admission;
  /** Signs ticket codes; they have the earlier form where there is none. */
  readonly tickets?: TicketSigner | undefined;
  /** Where it is measured. Nobody reads the figures of a service that is given none. */
  readonly metrics?: Metrics | undefined;
  readonly machine: { readonly clock: Clock; readonly random: Random; readonly scheduler: Scheduler };
  readonly settings: ReservationSettings & { readonly limits: Limits };
}

export interface ReservationService {
  /** The routes of port 8010. */
  readonly routes: readonly Route[];
  /** The services of port 8011. */
  readonly rpcs: readonly GrpcService[];
  /** What services in other processes deliver here, where there is no queue between them. */
  readonly workerRpcs: readonly GrpcService[];
  /** What an admin's word at a gateway in another process comes to here. */
  readonly maintenanceRpcs: readonly GrpcService[];
  /** What the use cases work with, for adapters in the same process. */
  readonly context: ReservationContext;
  /** … for what is repeated until it is done. */
  readonly behind: ReservationContext;
  /** Refunds that go to payments in another process. */
  readonly refunds: Pick<RefundsAfterwards, 'isUnderWay' | 'answered'> | undefined;
  start(observe: { readonly onExpiry: (report: ExpiryReport) => void; readonly onFailure: (cause: unknown) => void }): void;
  stop(): Promise<void>;
}

/** The reservation service over the embedded store. The tables are made before, since the journal fills them. */
export function createReservation(dependencies: ReservationDependencies): ReservationService {
  const { tables, units, seats, payments, admission, machine, settings } = dependencies;
  const { clock, random, scheduler } = machine;
  const { refundsAfterwards, metrics = createMetrics({ processMetrics: false }) } = dependencies;
  const meters = createReservationMeters(metrics);
  const { tickets } = dependencies;
  tables.outbox.listen(({ type }) => meters.announced(type));
  if (tickets !== undefined) tables.orders.listen((order) => prepareTickets(order, present(tables.reservations.read(reservationIdOf(order.id)), 'the reservation of an order'), tickets));
  const embedded = new EmbeddedReservationStore(tables, units, clock);
  const asking = refundsAfterwards === undefined ? undefined : new AskingStore(embedded, refundsAfterwards);
  const store = asking ?? embedded;
  const context: ReservationContext = { store, seats, payments, admission, clock, random, meters, tickets, settings };
  const behind: ReservationContext = { ...context, ...dependencies.behind };
  const stops: (() => Promise<void>)[] = [];
  return {
    routes: restRoutes(context, settings.limits),
    rpcs: [reservationRpcs(context, settings.limits)],
    workerRpcs: [workerRpcs(behind)],
    maintenanceRpcs: [maintenanceRpcs(behind, (cursor, budget, visit) => tables.reservations.scan(cursor, budget, visit))],
    context,
    behind,
    refunds: refundsAfterwards,
    start: ({ onExpiry, onFailure }) => {
      const timer = createExpiryTimer({
        clock, scheduler, nextDueAtMs: () => store.nextDueAtMs(), expireDue: () => expireDue(behind), onReport: onExpiry, onFailure,
      });
      timer.start();
      stops.push(() => timer.stop());
      if (asking === undefined) return;
      asking.recover();
      const repeats = carryThrough({ context: behind, begun: () => asking.begun, scheduler, onFailure });
      repeats.start();
      stops.push(() => repeats.stop());
    },
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()));
      await refundsAfterwards?.stop();
    },
  };
}

function restRoutes(context: ReservationContext, limits: Limits): readonly Route[] {
  return [
    createRoute(context, limits, '/v1/reservations'),
    listRoute(context, '/v1/reservations', limits.listPage),
    readRoute(context, '/v1/reservations/:id'),
    confirmRoute(context, '/v1/reservations/:id/confirm'),
    confirmRoute(context, '/v1/reservations/confirm'),
    cancelRoute(context, 'POST', '/v1/reservations/:id/cancel'),
    cancelRoute(context, 'POST', '/v1/reservations/cancel'),
    cancelRoute(context, 'DELETE', '/v1/reservations/:id'),
    extendRoute(context, '/v1/reservations/:id/extend'),
    readOrderRoute(context, '/v1/orders/:id'),
    listOrdersRoute(context, '/v1/orders', limits.listPage),
    checkTicketRoute(context),
    ...(context.tickets === undefined ? [] : [ticketKeysRoute(context)]),
    ...internalRoutes(context),
  ];
}
