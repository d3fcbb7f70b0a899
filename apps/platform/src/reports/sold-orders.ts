import { present, withPrefix, type EpochMs } from '@traffic-tacos/kernel';
import type { OrderWithFacts } from '@traffic-tacos/reservation';
import type { PlatformTables } from '../tables.ts';

/** Which orders a report is about; what is left out does not narrow it. */
export interface OrderFilter {
  readonly eventId?: string | undefined;
  /** Made at this instant or after. */
  readonly fromMs?: EpochMs | undefined;
  /** Made before this instant. */
  readonly toMs?: EpochMs | undefined;
}

/** The orders of memory and history as one, by id, which is the order of their holds. Read as they are asked for. */
export function* soldOrders({ reservation }: Pick<PlatformTables, 'reservation'>, filter: OrderFilter = {}): Generator<OrderWithFacts> {
  const { eventId, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = filter;
  for (const order of reservation.orders.byId()) {
    if (order.createdAtMs < fromMs || order.createdAtMs >= toMs) continue;
    const facts = present(reservation.reservations.read(withPrefix('rsv', order.id)), 'the reservation of an order');
    if (eventId === undefined || facts.eventId === eventId) yield { order, reservation: facts };
  }
}
