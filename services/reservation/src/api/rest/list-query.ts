import type { EdgeRequest, Fields } from '@traffic-tacos/kit';
import type { ReservationStatus } from '../../domain/reservation.ts';
import type { ListFilter } from '../../ports/reservation-store.ts';

const STATUSES = ['HOLD', 'CONFIRMED', 'CANCELLED', 'EXPIRED', 'FAILED', 'REFUNDED'];

/** What a list may be asked for. Query values are text; the number's pattern keeps it below the page size's digits. */
export const LIST_QUERY = (pageSize: number): Fields => ({
  status: { schema: { type: 'string', enum: STATUSES } },
  eventId: { schema: { type: 'string', minLength: 1, maxLength: 128 } },
  cursor: { schema: { type: 'string', pattern: '^(rsv|ord)_[0-9A-HJKMNP-TV-Z]{26}$' } },
  limit: { schema: { type: 'string', pattern: `^[1-9][0-9]{0,${String(pageSize).length - 1}}$` } },
});

export function listFilterOf({ query, caller }: EdgeRequest, pageSize: number): ListFilter {
  const asked = query['limit'] === undefined ? pageSize : Number(query['limit']);
  return {
    userId: caller?.userId ?? '',
    status: query['status'] as ReservationStatus | undefined,
    eventId: query['eventId'] as string | undefined,
    after: query['cursor'] as string | undefined,
    limit: Math.min(asked, pageSize),
  };
}
