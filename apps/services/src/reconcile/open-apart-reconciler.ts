import { parseId, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import type { GrpcChannel } from '@traffic-tacos/kit';
import { heal, observedBy } from '@traffic-tacos/platform';
import { grpcRefunder, isCommitting, type FollowedClock, type ReservationService, type ReservationTables } from '@traffic-tacos/reservation';
import type { Ground } from '../wire.ts';
import { ApartReconciler, type ApartReconcilerDeps } from './apart-reconciler.ts';
import { grpcHoldRecords } from './hold-records.ts';
import { grpcIntentRecords } from './intent-records.ts';

export interface OpenApartReconcilerDeps extends Pick<ApartReconcilerDeps, 'failedPolicy' | 'limits' | 'outboxAgeMs' | 'monotonicMs' | 'timers'> {
  readonly ground: Pick<Ground, 'journal' | 'units' | 'logger' | 'metrics'>;
  readonly clock: FollowedClock;
  readonly tables: ReservationTables;
  readonly reservation: Pick<ReservationService, 'behind' | 'refunds'>;
  /** To the records of the others; `books` is patient, since the inventory looks at all of its books in one call. */
  readonly channels: { readonly inventory: GrpcChannel; readonly payment: GrpcChannel; readonly books: GrpcChannel };
}

/** The reconciler of a reservation service that is alone in its process. It does not look before it is started, or asked. */
export function openApartReconciler(deps: OpenApartReconcilerDeps): ApartReconciler {
  const { ground, clock, tables, reservation, channels, failedPolicy, limits, outboxAgeMs, monotonicMs, timers } = deps;
  const { journal, units, logger, metrics } = ground;
  const { behind: context, refunds } = reservation;
  const owners = { holds: grpcHoldRecords(channels.inventory, channels.books), intents: grpcIntentRecords(channels.payment, clock) };
  const give = grpcRefunder(channels.payment);
  const healing = {
    tables, context, units, clock,
    refund: (intentId: PaymentIntentId, reason: Parameters<typeof give>[0]['reason']) => give({ intentId, reason }),
    // The inventory ends its holds itself, and looks after that in its own books.
    expireHold: () => Promise.resolve(),
    settle: (id: PaymentIntentId) => owners.intents.settle(id),
  };
  const isRefundUnderWay = (subject: string): boolean => parseId('pay', subject) !== undefined && refunds?.isUnderWay(subject as PaymentIntentId) === true;
  return new ApartReconciler({
    tables, owners, failedPolicy, clock, limits, outboxAgeMs, logger, monotonicMs, timers,
    appliedSequence: () => journal.appliedSequence,
    heal: async (known, kind, subject) => {
      await heal({ ...healing, known }, kind, subject);
      // What a decision gives back is asked for after it.
      await refunds?.answered();
    },
    isUnderWay: ({ subject, reservationId }) => {
      const row = tables.reservations.read(reservationId as ReservationId);
      return (row !== undefined && isCommitting(row)) || isRefundUnderWay(subject);
    },
    observe: observedBy(metrics),
  });
}
