import { ReservationService } from '@traffic-tacos/contracts';
import { GetReservationRequest, ReservationStatus as WireStatus, type Reservation } from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import { amountMinor, isCurrencyCode } from '@traffic-tacos/kernel';
import { createUnaryClient, type GrpcChannel } from '@traffic-tacos/kit';
import type { ReservationStatus, ReservationToPay } from '../../domain/judge-reservation.ts';
import type { ReservationFacts } from '../../ports/reservation-facts.ts';

/** The reservation service answered what no question of this one leads to. */
class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

const STATUSES: ReadonlyMap<WireStatus, ReservationStatus> = new Map([
  [WireStatus.RESERVATION_STATUS_HOLD, 'HOLD'],
  [WireStatus.RESERVATION_STATUS_CONFIRMED, 'CONFIRMED'],
  [WireStatus.RESERVATION_STATUS_CANCELLED, 'CANCELLED'],
  [WireStatus.RESERVATION_STATUS_EXPIRED, 'EXPIRED'],
  [WireStatus.RESERVATION_STATUS_FAILED, 'FAILED'],
  [WireStatus.RESERVATION_STATUS_REFUNDED, 'REFUNDED'],
]);

/**
 * The payment service's way to reservations in another process. The channel asks for outcomes as statuses. What was read may have changed
 * before the intent is made: a capture that comes too late is given back.
 */
export function grpcReservationFacts(channel: GrpcChannel): ReservationFacts {
  const client = createUnaryClient(channel, ReservationService, { idempotent: ['getReservation'] });
  return {
    read: async (reservationId) => {
      const answer = await client.getReservation(GetReservationRequest.create({ reservationId }));
      if (answer.kind === 'refused') {
        if (answer.refusal.status === 'NOT_FOUND') return { kind: 'not_found' };
        throw new UnexpectedAnswer(`${answer.refusal.status}: ${answer.refusal.message}`);
      }
      const { reservation } = answer.response;
      return reservation === undefined ? { kind: 'not_found' } : { kind: 'found', reservation: toPay(reservation) };
    },
  };
}

function toPay({ userId, eventId, status: wireStatus, totalAmount }: Reservation): ReservationToPay {
  const status = STATUSES.get(wireStatus);
  const currency = totalAmount?.currency ?? '';
  if (status === undefined || !isCurrencyCode(currency)) throw new UnexpectedAnswer(`a reservation of status ${wireStatus}, in the currency ${currency}`);
  return { userId, eventId, status, totalMinor: amountMinor(totalAmount?.amount ?? 0), currency };
}
