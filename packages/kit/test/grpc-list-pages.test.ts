import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatId } from '@traffic-tacos/kernel';
import { readListPage, type ListPage, type PagedList, type Refusal, type WantedPage } from '../src/index.ts';

/** Ids of a list of `count` entries, the newest first. */
const idsOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => formatId('rsv', { w0: 0, w1: 0, w2: 0, w3: count - i }));

/** A list as stores read it. */
function listOf(ids: readonly string[], otherwise: Partial<PagedList<string>> = {}): PagedList<string> & { readonly reads: () => number } {
  let reads = 0;
  const read: PagedList<string>['read'] = async (after, limit) => {
    reads++;
    const rest = after === undefined ? ids : ids.filter((id) => id < after);
    return { items: rest.slice(0, limit), next: rest.length > limit ? rest[limit - 1] : undefined };
  };
  return { prefix: 'rsv', pageSize: 100, idOf: (id) => id, read, reads: () => reads, ...otherwise };
}

const page = (wanted: Partial<WantedPage>): WantedPage => ({ page: 0, pageSize: 0, cursor: '', ...wanted });

function shown(answer: ListPage<string> | Refusal): ListPage<string> {
  assert.ok('items' in answer, JSON.stringify(answer));
  return answer;
}

test('following next through a list shows each entry once; following previous shows the same pages back to the first', async () => {
  const ids = idsOf(23);
  for (const pageSize of [1, 4, 22, 23, 24]) {
    const list = listOf(ids);
    const forth: ListPage<string>[] = [];
    let cursor = '';
    do {
      const answer = shown(await readListPage(page({ pageSize, cursor }), list));
      forth.push(answer);
      cursor = answer.pageInfo.nextCursor;
    } while (cursor !== '');
    assert.deepEqual(forth.flatMap(({ items }) => items), ids);
    const back = [forth.at(-1)];
    while (back[0]?.pageInfo.hasPreviousPage === true) back.unshift(shown(await readListPage(page({ pageSize, cursor: back[0].pageInfo.previousCursor }), list)));
    assert.deepEqual(back.map((each) => each?.items), forth.map(({ items }) => items), String(pageSize));
    assert.equal(back[0]?.pageInfo.previousCursor, '');
  }
});

test('the page of a number is the one that cursors lead to', async () => {
  const list = listOf(idsOf(10));
  const second = shown(await readListPage(page({ pageSize: 4, page: 2 }), list));
  const first = shown(await readListPage(page({ pageSize: 4, page: 1 }), list));
  assert.deepEqual(shown(await readListPage(page({ pageSize: 4, cursor: first.pageInfo.nextCursor }), list)), second);
  assert.deepEqual(shown(await readListPage(undefined, list)).items.length, 10);
});

test('the first page takes one read, so that most calls cost no walk', async () => {
  const list = listOf(idsOf(500));
  await readListPage(page({ pageSize: 10 }), list);
  assert.equal(list.reads(), 1);
});

test('a page by number lies at most 10,000 entries deep; cursors lead further, and there only forwards', async () => {
  const ids = idsOf(10_300);
  const list = listOf(ids);
  assert.deepEqual(shown(await readListPage(page({ page: 101 }), list)).items, ids.slice(10_000, 10_100));
  const deeper = await readListPage(page({ page: 102 }), list);
  assert.deepEqual('details' in deeper && deeper.details?.map(({ field }) => field), ['pagination.page']);
  const deep = shown(await readListPage(page({ cursor: ids[10_199] ?? '' }), list));
  assert.deepEqual([deep.items, deep.pageInfo.hasPreviousPage, deep.pageInfo.previousCursor], [ids.slice(10_200), true, '']);
});

test('a list that shows little of what it looks at is walked as far and no further', async () => {
  const ids = idsOf(3);
  let reads = 0;
  const sparse = listOf(ids, {
    read: async () => {
      reads++;
      return { items: [], next: ids[0] };
    },
  });
  const refused = await readListPage(page({ page: 2 }), sparse);
  assert.deepEqual(['refused' in refused && refused.refused, reads], ['INVALID_REQUEST', 101]);
});
