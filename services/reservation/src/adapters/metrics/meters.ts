import { countBy, createMethodTimers, METRICS, type KeyResult, type Metrics } from '@traffic-tacos/kit';
import { STATUS_OF } from '../../domain/announcement.ts';
import type { ReservationStatus } from '../../domain/reservation.ts';
import type { ReservationMeters } from '../../ports/meters.ts';
import type { CreateOutcome } from '../../ports/reservation-store.ts';

/** The meters of this service among the platform's metrics. */
export function createReservationMeters(metrics: Metrics): ReservationMeters {
  const timer = createMethodTimers(metrics, 'reservation');
  const entered = countBy<ReservationStatus>(metrics.counter(METRICS.reservationStatus));
  return {
    create: timer('createReservation'),
    confirm: timer('confirmReservation'),
    cancel: timer('cancelReservation'),
    extend: timer('extendReservation'),
    expire: timer('expireReservation'),
    created: countBy<CreateOutcome['kind']>(metrics.counter(METRICS.reservationCreated)),
    keyed: countBy<KeyResult>(metrics.counter(METRICS.idempotencyRequests)),
    announced: (type) => entered(STATUS_OF[type]),
  };
}
