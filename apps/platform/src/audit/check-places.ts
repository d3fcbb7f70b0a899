import { formatId, type ReservationId } from '@traffic-tacos/kernel';
import type { Place } from '@traffic-tacos/queue';
import type { Finding } from './breach.ts';

const SPENT: Place['state'] = 4;

/** A token is spent in the entry of its reservation, and its slot returns in the entry that ends the hold: in between the reservation is HOLD. */
export function checkSpentPlace(place: Place, statusOf: (reservationId: ReservationId) => string | undefined): readonly Finding[] {
  if (place.state !== SPENT || place.reservation === undefined) return [];
  const status = statusOf(formatId('rsv', place.reservation));
  if (status === 'HOLD') return [];
  const detail = status === undefined ? 'its token is spent for a reservation that does not exist' : `it still counts as holding, and its reservation is ${status}`;
  return [{ kind: 'admission_without_hold', invariant: 'I8', subject: formatId('wtk', place.key), detail }];
}

/** Nobody who came later in a lane has an earlier arrival, and nobody's is another's. The places come in any order. */
export function checkArrivals(places: Iterable<Place>): readonly Finding[] {
  const sorted = [...places].toSorted((one, other) => (one.eventId < other.eventId ? -1 : one.eventId > other.eventId ? 1 : one.lane - other.lane || one.arrival - other.arrival));
  return sorted.flatMap((place, index): readonly Finding[] => {
    const before = sorted[index - 1];
    if (before === undefined || before.eventId !== place.eventId || before.lane !== place.lane) return [];
    if (before.arrival < place.arrival && before.joinedAtMs <= place.joinedAtMs) return [];
    const detail = before.arrival === place.arrival ? 'has the arrival of another place' : 'came earlier than a place that stands before it';
    return [{ kind: 'places_out_of_order', invariant: 'I9', subject: formatId('wtk', place.key), detail }];
  });
}
