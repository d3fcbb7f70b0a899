import { parseId } from '@traffic-tacos/kernel';
import { refuse } from '../errors/registry.ts';
import type { Refusal } from '../http/route.ts';

/*
 * Lists are stored so that they can be read on from an id, newest first. The contract offers pages by number and pages back as well: both
 * are found by walking the list from its beginning, which is bounded.
 */

/** `common.v1.Pagination`: which part of a list is wanted. */
export interface WantedPage {
  readonly page: number;
  readonly pageSize: number;
  readonly cursor: string;
}

/** `common.v1.PageInfo`: where a list goes on. Its entries are never counted. */
export interface PageInfo {
  totalCount: number;
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  nextCursor: string;
  previousCursor: string;
}

/** A part of a list as a store reads it: what comes after an id, and where the next part begins. */
export interface ListPart<Item> {
  readonly items: readonly Item[];
  /** The `after` of the next part; undefined at the end. */
  readonly next: string | undefined;
}

export interface PagedList<Item> {
  /** Items have ids with this prefix (`rsv`), and so cursors have. */
  readonly prefix: string;
  /** Greatest number of items in one answer. */
  readonly pageSize: number;
  readonly idOf: (item: Item) => string;
  /** At most `limit` items with lower ids than `after`, the greatest id first. */
  readonly read: (after: string | undefined, limit: number) => Promise<ListPart<Item>>;
}

export interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly pageInfo: PageInfo;
}

/** Items that a walk passes at most. What lies deeper is reached by cursors, and only forwards. */
const WALK_ITEMS = 10_000;
const TOO_DEEP = { field: 'pagination.page', reason: 'must be 0 or more, and lies too deep; go on by nextCursor' };

/** One page of a list, or `INVALID_REQUEST` with everything that is wrong about the page that is wanted. */
export async function readListPage<Item>(wanted: WantedPage | undefined, list: PagedList<Item>): Promise<ListPage<Item> | Refusal> {
  const { page = 0, pageSize = 0, cursor = '' } = wanted ?? {};
  const size = pageSize === 0 ? list.pageSize : pageSize;
  const skipped = cursor === '' && page > 1 ? (page - 1) * size : 0;
  const problems = [
    pageSize >= 0 && pageSize <= list.pageSize ? [] : [{ field: 'pagination.pageSize', reason: `must be 0 to ${list.pageSize}` }],
    page >= 0 && skipped <= WALK_ITEMS ? [] : [TOO_DEEP],
    cursor === '' || parseId(list.prefix, cursor) !== undefined ? [] : [{ field: 'pagination.cursor', reason: 'must be the cursor of an earlier answer' }],
  ].flat();
  if (problems.length > 0) return refuse('INVALID_REQUEST', { details: problems });
  if (cursor !== '') return pageAfter(list, cursor, size, await idsBefore(list, cursor, Infinity));
  if (skipped === 0) return pageAfter(list, undefined, size, []);
  const before = await idsBefore(list, '', skipped);
  if (before === undefined) return refuse('INVALID_REQUEST', { details: [TOO_DEEP] });
  return before.length < skipped ? pastTheEnd(list, size, before) : pageAfter(list, before.at(-1), size, before);
}

async function pageAfter<Item>(list: PagedList<Item>, after: string | undefined, size: number, before: readonly string[] | undefined): Promise<ListPage<Item>> {
  const { items, next } = await list.read(after, size);
  return { items, pageInfo: { totalCount: 0, hasNextPage: next !== undefined, nextCursor: next ?? '', ...previousOf(list, size, before) } };
}

const pastTheEnd = <Item>(list: PagedList<Item>, size: number, before: readonly string[]): ListPage<Item> => ({
  items: [],
  pageInfo: { totalCount: 0, hasNextPage: false, nextCursor: '', ...previousOf(list, size, before) },
});

/** The page before ends where this one begins. Undefined ids: there are more than a walk passes. */
function previousOf<Item>(list: PagedList<Item>, size: number, before: readonly string[] | undefined): Pick<PageInfo, 'hasPreviousPage' | 'previousCursor'> {
  if (before === undefined) return { hasPreviousPage: true, previousCursor: '' };
  if (before.length === 0) return { hasPreviousPage: false, previousCursor: '' };
  return { hasPreviousPage: true, previousCursor: before[before.length - size - 1] ?? firstCursor(list.prefix) };
}

/** Above every id: what comes after it is the whole list. An empty cursor would not say so beside a page number. */
const firstCursor = (prefix: string): string => `${prefix}_7${'Z'.repeat(25)}`;

/** The ids of the first `count` items, as far as they are not below `cursor`; undefined when the walk would be too long. */
async function idsBefore<Item>(list: PagedList<Item>, cursor: string, count: number): Promise<readonly string[] | undefined> {
  const ids: string[] = [];
  let after: string | undefined;
  for (let parts = 0; parts <= WALK_ITEMS / list.pageSize; parts++) {
    const { items, next } = await list.read(after, list.pageSize);
    for (const item of items) {
      const id = list.idOf(item);
      if (id < cursor || ids.length === count) return ids;
      ids.push(id);
    }
    if (next === undefined || next < cursor || ids.length === count) return ids;
    after = next;
  }
  return undefined;
}
