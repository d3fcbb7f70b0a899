import type { EdgeRequest, Fields } from '@traffic-tacos/kit';
import type { ReservationStatus } from '../../domain/reservation.ts';
import type { ListFilter } from '../../ports/reservation-store.ts';

/** What a list may be asked for: `limit` items, at most a page, after the id `cursor` of the same kind as the list's items. */
export const LIST_QUERY = (prefix: 'rsv' | 'ord', pageSize: number): Fields => ({
  eventId: { schema: { type: 'string', minLength: 1, maxLength: 128 } },
  cursor: { schema: { type: 'string', pattern: `^${prefix}_[0-7][0-9A-HJKMNP-TV-Z]{25}$` } },
  limit: { schema: { type: 'integer', minimum: 1, maximum: pageSize } },
});

/** The page that was asked for; without a limit, the greatest. */
export const listFilterOf = ({ query, caller }: EdgeRequest, pageSize: number): ListFilter => ({
  userId: caller?.userId ?? '',
  status: query['status'] as ReservationStatus | undefined,
  eventId: query['eventId'] as string | undefined,
  after: query['cursor'] as string | undefined,
  limit: (query['limit'] as number | undefined) ?? pageSize,
});
