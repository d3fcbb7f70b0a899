import { invariant, type Limits } from '@traffic-tacos/kernel';
import type { EdgeRequest, Fields } from '@traffic-tacos/kit';
import type { Page, PageQuery } from '../../ports/call.ts';
import { callerOf, optionalNumber, optionalText } from './fields.ts';

export type PageLimits = Pick<Limits, 'idChars' | 'listPage'>;

/** The query of every list: `limit` items after `cursor`, of one event if it is named. */
export function pageFields({ idChars, listPage }: PageLimits, prefix: 'rsv' | 'ord'): Fields {
  return {
    eventId: { schema: { type: 'string', minLength: 1, maxLength: idChars } },
    cursor: { schema: { type: 'string', pattern: `^${prefix}_[0-7][0-9A-HJKMNP-TV-Z]{25}$` } },
    limit: { schema: { type: 'integer', minimum: 1, maximum: listPage } },
  };
}

/** The page that a request asks for; without a limit, the greatest. */
export function pageOf(request: EdgeRequest, { listPage }: PageLimits): PageQuery & { readonly eventId: string | undefined } {
  const limit = optionalNumber(request.query, 'limit') ?? listPage;
  invariant(limit <= listPage, 'the route bounds the page');
  return {
    userId: callerOf(request).userId,
    eventId: optionalText(request.query, 'eventId'),
    after: optionalText(request.query, 'cursor'),
    limit,
  };
}

/** A list under its name, with the cursor of the next page if there is one. */
export function pageView<Item>(name: string, page: Page<Item>, view: (item: Item) => unknown): Readonly<Record<string, unknown>> {
  return { [name]: page.items.map(view), nextCursor: page.next };
}
