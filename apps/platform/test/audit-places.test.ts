import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs } from '@traffic-tacos/kernel';
import { auditPlatform, viewOf, type PlatformView } from '@traffic-tacos/platform';
import { codeOf, until, withPlatform, type TestPlatform } from '@traffic-tacos/platform/testing';
import type { Place } from '@traffic-tacos/queue';
import { openFileDisk, readJournal } from '@traffic-tacos/journal';
import { createPlatformTables, journalDir } from '@traffic-tacos/platform';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';

type Change = (places: readonly Place[]) => readonly Place[];

const BUGS: readonly { readonly bug: string; readonly invariant: string; readonly change: Change }[] = [
  { bug: 'a token spent without its reservation', invariant: 'I8', change: (places) => places.map((place) => (place.state === 4 ? { ...place, reservation: { w0: 9, w1: 9, w2: 9, w3: 9 } } : place)) },
  { bug: 'a slot that does not return with its hold', invariant: 'I8', change: (places) => places.map((place) => (place.state === 10 ? { ...place, state: 4 } : place)) },
  { bug: 'two people with one arrival', invariant: 'I9', change: (places) => places.map((place) => ({ ...place, arrival: 0 })) },
  { bug: 'somebody who came later stands before the others', invariant: 'I9', change: (places) => places.map((place) => ({ ...place, joinedAtMs: epochMs(10_000_000 - place.arrival) })) },
];

test('I8, I9: the audit of a room in which people wait, hold and have held is green, and each planted bug makes it red', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 6, 10, { waiting_room: 'on' });
    const held = await holder(on, 'alice', 'A-1');
    const over = await holder(on, 'bob', 'A-2');
    assert.equal((await (await on.user('bob')).cancel(over)).status, 200);
    assert.ok(held !== over);
    await (await on.user('cat')).post('gateway', '/api/v1/queue/join', { body: { event_id: 'evt_1' } });
    const tables = createPlatformTables(DEFAULT_LIMITS);
    await readJournal(openFileDisk(journalDir(on.dataDir)), tables.all);
    const nowMs = on.platform.nowMs();
    const view = viewOf(tables, nowMs);
    assert.deepEqual(auditPlatform(view, nowMs).breaches, []);
    for (const { bug, invariant, change } of BUGS) {
      const planted: PlatformView = { ...view, places: () => change([...(view.places?.() ?? [])]) };
      assert.ok(auditPlatform(planted, nowMs).breaches.some((breach) => breach.invariant === invariant), bug);
    }
  }));

/** Somebody who came through the waiting room and holds a seat. */
async function holder(on: TestPlatform, name: string, seat: string): Promise<string> {
  const who = await on.user(name);
  const joined = await who.post('gateway', '/api/v1/queue/join', { body: { event_id: 'evt_1' } });
  const waiting = String(joined.body['waiting_token']);
  await until(() => who.get('gateway', `/api/v1/queue/status?token=${waiting}`), ({ body }) => body['ready_for_entry'] === true);
  const entered = await who.post('gateway', '/api/v1/queue/enter', { body: { waiting_token: waiting } });
  const body = { event_id: 'evt_1', seat_ids: [seat], reservation_token: entered.body['reservation_token'] };
  const answer = await who.post('gateway', '/api/v1/reservations', { key: crypto.randomUUID(), body });
  assert.equal(codeOf(answer), undefined);
  return String(answer.body['reservation_id']);
}
