import { countBy, createMethodTimers, METRICS, timed, type KeyResult, type Metrics } from '@traffic-tacos/kit';
import type { ReserveOutcome } from '../../domain/outcomes.ts';
import type { InventoryStore } from '../../ports/inventory-store.ts';

/**
 * The same store, its decisions measured. A decision that joins another service's unit of work does not pass here: it is part of that service's
 * use case.
 */
export function measuredStore(store: InventoryStore, metrics: Metrics): InventoryStore {
  const timer = createMethodTimers(metrics, 'inventory');
  const keyed = countBy<KeyResult>(metrics.counter(METRICS.idempotencyRequests));
  return {
    hold: timed(timer('hold'), (command) => store.hold(command)),
    reserve: timed(timer('reserve'), async (command) => {
      const outcome = await store.reserve(command);
      if (command.idempotencyKey !== undefined) keyed(keyResultOf(outcome));
      return outcome;
    }),
    commit: timed(timer('commit'), (command) => store.commit(command)),
    release: timed(timer('release'), (command) => store.release(command)),
    expire: timed(timer('expire'), (command) => store.expire(command)),
    extend: timed(timer('extend'), (command) => store.extend(command)),
    returnSeats: timed(timer('returnSeats'), (command) => store.returnSeats(command)),
    putEvent: timed(timer('putEvent'), (document) => store.putEvent(document)),
    moveSale: timed(timer('moveSale'), (command) => store.moveSale(command)),
    holdStatus: (reservationId) => store.holdStatus(reservationId),
    dueHolds: (limit) => store.dueHolds(limit),
    describeSeats: (eventId, seatIds) => store.describeSeats(eventId, seatIds),
    demandsAdmission: (eventId) => store.demandsAdmission(eventId),
    availability: (query) => store.availability(query),
    readEvents: (query) => store.readEvents(query),
    readEvent: (eventId) => store.readEvent(eventId),
    seatMap: (eventId, section) => store.seatMap(eventId, section),
  };
}

const keyResultOf = ({ kind }: ReserveOutcome): KeyResult => (kind === 'idempotency_conflict' ? 'conflict' : kind === 'exists' ? 'replayed' : 'new');
