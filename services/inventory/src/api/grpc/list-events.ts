import { timestampOf } from '@traffic-tacos/contracts';
import type { ListEventsRequest, ListEventsResponse } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import type { PageInfo } from '@traffic-tacos/contracts/proto/common/v1/types';
import { invalidRequest, optionalText, wholeNumber, type UnaryHandler } from '@traffic-tacos/kit';
import type { EventPage, PageStart } from '../../ports/inventory-views.ts';
import { eventMessage, statusMessage } from './event-messages.ts';
import type { RpcDependencies } from './rpc-dependencies.ts';

/** Before every id, none of which has a space: the cursor of the first page, where an empty one would leave it to the page's number. */
const BEFORE_ALL = ' ';
const NO_PAGINATION = { page: 0, pageSize: 0, cursor: '' };

/** Events by id, page by page. A cursor is the id before the page. */
export function listEvents({ store, limits, clock }: RpcDependencies): UnaryHandler<ListEventsRequest, ListEventsResponse> {
  const { listPage, events: mostEvents, idChars } = limits;
  return async ({ pagination, withInventory }) => {
    const { page, pageSize, cursor } = pagination ?? NO_PAGINATION;
    const invalid = invalidRequest(
      wholeNumber('pagination.page', page, 0, mostEvents),
      wholeNumber('pagination.pageSize', pageSize, 0, listPage),
      optionalText('pagination.cursor', cursor, idChars),
    );
    if (invalid !== undefined) return invalid;
    const limit = pageSize === 0 ? listPage : pageSize;
    const skip = cursor === '' && page > 1 ? (page - 1) * limit : 0;
    const found = await store.readEvents({ after: cursor === '' ? undefined : cursor, limit, skip });
    return {
      events: found.events.map(eventMessage),
      pageInfo: pageInfoOf(found),
      error: undefined,
      inventories: withInventory ? found.events.map((event) => statusMessage(event, event.sections, clock.nowMs())) : [],
      now: timestampOf(clock.nowMs()),
    };
  };
}

const pageInfoOf = ({ next, previous }: EventPage): PageInfo => ({
  totalCount: 0,
  hasNextPage: next !== undefined,
  hasPreviousPage: previous !== undefined,
  nextCursor: next ?? '',
  previousCursor: previous === undefined ? '' : cursorOf(previous),
});

const cursorOf = ({ after = BEFORE_ALL }: PageStart): string => after;
