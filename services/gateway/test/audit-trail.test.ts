import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ByteReader, ByteWriter } from '@traffic-tacos/journal';
import { epochMs, InvariantBreach, ManualClock } from '@traffic-tacos/kernel';
import { ActionTable, chained } from '../src/adapters/embedded/action-table.ts';
import { EmbeddedAuditTrail } from '../src/adapters/embedded/audit-trail.ts';
import type { ChainedAction } from '../src/domain/admin-action.ts';
import { MemorySink, memoryUnits } from './memory-sink.ts';

const ACTION = { actor: 'usr_root', action: 'POST /api/v1/admin/queues/:id/pause', target: 'evt_1', details: '{}', address: '203.0.113.7', traceId: '0'.repeat(32), outcome: 'asked' };

interface Trail {
  readonly table: ActionTable;
  readonly trail: EmbeddedAuditTrail;
  readonly sink: MemorySink;
}

async function trailOf(count: number, adminActions = 100): Promise<Trail> {
  const sink = new MemorySink();
  const table = new ActionTable({ adminActions });
  const trail = new EmbeddedAuditTrail(memoryUnits(sink), table, new ManualClock());
  for (let i = 0; i < count; i++) await trail.record({ ...ACTION, target: `evt_${i}` });
  return { table, trail, sink };
}

const entriesOf = (trail: EmbeddedAuditTrail): readonly ChainedAction[] => trail.list({ before: undefined, limit: 1_000 }).entries.toReversed();

/** What a start finds in a journal that has these entries. */
function restored(entries: readonly ChainedAction[], adminActions = 100): ActionTable {
  const table = new ActionTable({ adminActions });
  for (const entry of entries) table.restore(entry);
  table.rebuild();
  return table;
}

describe("the admins' audit trail", () => {
  it('is on disk before it is answered, linked entry by entry, and the same after a restart', async () => {
    const { trail, sink, table } = await trailOf(5);
    assert.equal(sink.durableCalls, 5);
    const entries = entriesOf(trail);
    assert.deepEqual(entries.map(({ sequence, target }) => [sequence, target]), [0, 1, 2, 3, 4].map((i) => [i + 1, `evt_${i}`]));
    for (const [i, entry] of entries.slice(1).entries()) assert.equal(entry.previous, entries[i]?.hash);
    const again = new ActionTable({ adminActions: 100 });
    sink.replayInto(again);
    assert.deepEqual([again.head, again.check()], [table.head, []]);
  });

  it('planted rewrite: an entry that was changed, taken out, put in or exchanged is found, whichever field it is', async () => {
    const entries = entriesOf((await trailOf(5)).trail);
    const [first, second, third, ...rest] = entries as readonly [ChainedAction, ChainedAction, ChainedAction, ...ChainedAction[]];
    const changes: readonly Partial<ChainedAction>[] = [
      { actor: 'usr_other' }, { action: 'GET /' }, { target: 'x' }, { details: '{"a":1}' }, { address: '::1' }, { traceId: '1' }, { outcome: '200' }, { atMs: epochMs(1) }, { hash: 'x' }, { previous: 'x' },
    ];
    for (const change of changes) assert.notDeepEqual(restored([first, { ...second, ...change }, third, ...rest]).check(), [], JSON.stringify(change));
    assert.deepEqual(restored([first, third, ...rest]).check(), [{ sequence: 3, reason: 'entries are missing before it' }]);
    const forged = chained({ ...second, actor: 'usr_other' }, first.hash);
    assert.deepEqual(restored([first, forged, third, ...rest]).check(), [{ sequence: 3, reason: 'the entry before it is another one' }]);
    assert.deepEqual(restored([chained(first, 'something before'), second, third]).check()[0]?.sequence, 1);
    assert.deepEqual(restored(entries).check(), []);
  });

  it('planted cut: where the oldest entries are gone and there was room for them, that is found', async () => {
    const entries = entriesOf((await trailOf(5)).trail);
    assert.deepEqual(restored(entries.slice(2)).check(), [{ sequence: 3, reason: 'entries are missing before it' }]);
    assert.deepEqual(restored(entries.slice(2), 3).check(), [], 'there was none');
  });

  it('a rewrite of everything has another newest hash than the one that somebody has noted', async () => {
    const { trail, table } = await trailOf(3);
    let previous = '';
    const rewritten = entriesOf(trail).map((entry) => {
      const next = chained({ ...entry, actor: 'nobody' }, previous);
      previous = next.hash;
      return next;
    });
    assert.deepEqual(restored(rewritten).check(), []);
    assert.notEqual(restored(rewritten).head?.hash, table.head?.hash);
  });

  it('keeps as many entries as its limit, the newest, and goes on as one chain', async () => {
    const { table, trail } = await trailOf(10, 4);
    assert.deepEqual([table.size, entriesOf(trail).map(({ sequence }) => sequence), table.check()], [4, [7, 8, 9, 10], []]);
    const seen: number[] = [];
    for (let cursor = 0; cursor !== -1; ) cursor = table.scan(cursor, 3, ({ sequence }) => seen.push(sequence));
    assert.deepEqual(seen, [7, 8, 9, 10], 'a snapshot has what is kept');
  });

  it('is read page by page, newest first', async () => {
    const { trail } = await trailOf(5);
    const first = trail.list({ before: undefined, limit: 2 });
    const second = trail.list({ before: first.next, limit: 2 });
    const third = trail.list({ before: second.next, limit: 2 });
    assert.deepEqual([first, second, third].map(({ entries }) => entries.map(({ sequence }) => sequence)), [[5, 4], [3, 2], [1]]);
    assert.deepEqual([first.next, second.next, third.next], [4, 2, undefined]);
    assert.deepEqual(trail.list({ before: 1, limit: 2 }), { entries: [], next: undefined });
  });
});

it('an action of layout 1 is read as it was written, and still written so; another layout is refused', () => {
  const table = new ActionTable({ adminActions: 1 });
  const entry = chained({ ...ACTION, sequence: 1, atMs: epochMs(1_700_000_000_000) }, '');
  const writer = new ByteWriter();
  table.encode(entry, writer);
  const bytes = Buffer.from(writer.bytes());
  assert.equal(bytes.subarray(0, 28).toString('hex'), '000000000000f03f00008056febc784208000000' + Buffer.from('usr_root').toString('hex'));
  assert.deepEqual(table.decode(1, new ByteReader(bytes)), entry);
  assert.equal(entry.hash, 'AxXR3K2q7XmoTIxRMi4vsg-9f9YlkYYuK1QlslyGreM');
  assert.throws(() => table.decode(2, new ByteReader(Buffer.alloc(100))), InvariantBreach);
  assert.equal(table.recordType, 32);
});
