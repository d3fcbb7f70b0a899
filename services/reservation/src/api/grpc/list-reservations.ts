import type { RequestOf, ReservationService, ResponseOf } from '@traffic-tacos/contracts';
import { ReservationStatus as WireStatus } from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import type { Limits } from '@traffic-tacos/kernel';
import { forUser, given, invalidRequest, knownWord, optionalText, readListPage, type UnaryHandler } from '@traffic-tacos/kit';
import type { ReservationContext } from '../../application/context.ts';
import { listReservations } from '../../application/read-reservations.ts';
import type { Reservation } from '../../domain/reservation.ts';
import { reservationMessage, STATUS_OF_WIRE } from './reservation-messages.ts';

type Rpc = typeof ReservationService.listReservations;

export const listReservationsRpc = (context: ReservationContext, limits: Limits): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  forUser(limits, async ({ status: wireStatus, eventId, pagination }, userId) => {
    const status = STATUS_OF_WIRE.get(wireStatus);
    const isAny = wireStatus === WireStatus.RESERVATION_STATUS_UNSPECIFIED;
    const isNone = wireStatus === WireStatus.RESERVATION_STATUS_PENDING;
    const invalid = invalidRequest(optionalText('eventId', eventId, limits.idChars), isAny || isNone ? undefined : knownWord('status', status));
    if (invalid !== undefined) return invalid;
    const page = await readListPage(pagination, {
      prefix: 'rsv',
      pageSize: limits.listPage,
      idOf: ({ id }: Reservation) => id,
      read: (after, limit) =>
        isNone ? NOTHING : listReservations(context, { userId, status, eventId: given(eventId), after, limit }),
    });
    if ('refused' in page) return page;
    const nowMs = context.clock.nowMs();
    return { reservations: page.items.map((item) => reservationMessage(item, nowMs)), pageInfo: page.pageInfo, error: undefined };
  });

/** No reservation of this platform is ever PENDING. */
const NOTHING = Promise.resolve({ items: [], next: undefined });
