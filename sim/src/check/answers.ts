import type { Reservations } from '@traffic-tacos/gateway';

/** What buyers are answered, as the gateway shows it. */
export type CreateReservationAnswer = Awaited<ReturnType<Reservations['create']>>;
export type HeldReservation = Extract<CreateReservationAnswer, { kind: 'created' }>['reservation'];
export type ReservationFacts = NonNullable<Awaited<ReturnType<Reservations['read']>>>;
