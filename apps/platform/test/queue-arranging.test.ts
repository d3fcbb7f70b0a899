import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, until, withPlatform, type Answer, type Client, type TestPlatform } from '@traffic-tacos/platform/testing';

const EVENT = 'evt_room';
const ROOM = `/api/v1/admin/queues/${EVENT}`;
const LATER = '2998-01-01T00:00:00.000Z';
const LAST = '2999-01-01T00:00:00.000Z';

const withRoom = (body: (on: TestPlatform, olga: Client, alice: Client) => Promise<void>): Promise<void> =>
  withPlatform(async (on) => {
    await on.event(EVENT, 4, 100, { waiting_room: 'on' });
    await body(on, await on.user('olga', 'admin'), await on.user('alice'));
  });

const arrange = (who: Client, what: 'schedule' | 'lanes', body: object): Promise<Answer> => who.post('gateway', `${ROOM}/${what}`, { body });
const join = (who: Client): Promise<Answer> => who.post('gateway', '/api/v1/queue/join', { body: { event_id: EVENT } });
const reasonsOf = (answer: Answer): unknown => (answer.body['error'] as { readonly details?: unknown }).details;

test('an admin says when people may join, when the sale starts and when it ends: the room, the catalogue and whoever holds seats go by it', () =>
  withRoom(async (on, olga, alice) => {
    const set = await arrange(olga, 'schedule', { opens_at: LATER, sale_starts_at: '2998-01-01T09:00:00+09:00', sale_ends_at: LAST });
    assert.deepEqual([set.status, set.body['schedule']], [200, { opens_at: LATER, sale_starts_at: LATER, sale_ends_at: LAST }], set.text);
    assert.deepEqual([codeOf(await join(alice)), (await join(alice)).status], ['SALE_NOT_OPEN', 409]);
    const shown = await alice.get('gateway', `/api/v1/events/${EVENT}`);
    assert.deepEqual([shown.body['sale_starts_at'], shown.body['sale_ends_at']], [LATER, LAST]);
    await on.event('evt_plain', 2, 10);
    assert.equal((await olga.post('gateway', '/api/v1/admin/queues/evt_plain/schedule', { body: { sale_starts_at: LATER } })).status, 200);
    assert.equal(codeOf(await alice.post('gateway', '/api/v1/reservations', { key: 'k', body: { event_id: 'evt_plain', seat_ids: ['A-1'] } })), 'SALE_NOT_OPEN');
    const now = await arrange(olga, 'schedule', { opens_at: null, sale_starts_at: null });
    assert.deepEqual(now.body['schedule'], { sale_ends_at: LAST }, 'what is not named stays');
    const waiting = (await join(alice)).body['waiting_token'];
    await until(() => alice.get('gateway', `/api/v1/queue/status?token=${String(waiting)}`), ({ body }) => body['ready_for_entry'] === true);
  }));

test('a schedule out of order, of no instant or of nothing is 400 with the field, and changes nothing', () =>
  withRoom(async (_on, olga) => {
    await arrange(olga, 'schedule', { sale_starts_at: LATER });
    const WRONG: readonly (readonly [object, unknown])[] = [
      [{ sale_ends_at: LATER }, [{ field: 'sale_ends_at', reason: 'must be later than saleStartsAt' }]],
      [{ opens_at: LAST }, [{ field: 'sale_starts_at', reason: 'must not be earlier than opensAt' }]],
      [{ opens_at: '2026-02-30T00:00:00Z', sale_ends_at: '1969-12-31T00:00:00Z' }, [{ field: 'opens_at', reason: 'is no date that there is' }, { field: 'sale_ends_at', reason: 'is no date that there is' }]],
      [{ sale_starts_at: '9999-12-31T23:59:59-12:00' }, [{ field: 'sale_starts_at', reason: 'is no date that there is' }]],
      [{ opens_at: 'tomorrow' }, [{ field: 'opens_at', reason: 'must match format "date-time"' }]],
      [{}, [{ field: 'opens_at', reason: 'or saleStartsAt or saleEndsAt is required' }]],
    ];
    for (const [body, reasons] of WRONG) {
      const answer = await arrange(olga, 'schedule', body);
      assert.deepEqual([answer.status, codeOf(answer), reasonsOf(answer)], [400, 'INVALID_REQUEST', reasons]);
    }
    assert.equal((await olga.post('gateway', '/api/v1/admin/queues/evt_none/schedule', { body: { opens_at: LATER } })).status, 404);
    const { body } = await arrange(olga, 'schedule', { opens_at: null });
    assert.deepEqual(body['schedule'], { sale_starts_at: LATER });
  }));

test('an admin sets lanes with quotas; whoever has the role of one stands in it, and each lane counts for itself', () =>
  withRoom(async (on, olga, alice) => {
    await arrange(olga, 'schedule', { sale_starts_at: LATER });
    const lanes = [{ id: 'general', quota: 3 }, { id: 'partners', quota: 1, role: 'organizer' }];
    assert.equal((await arrange(olga, 'lanes', { lanes })).status, 200);
    const bob = await on.user('bob');
    const paul = await on.user('paul', 'organizer');
    assert.deepEqual([(await join(alice)).body['position'], (await join(paul)).body['position'], (await join(bob)).body['position']], [1, 1, 2]);
    const { body } = await (await on.user('root', 'admin')).get('gateway', ROOM);
    assert.deepEqual(body['lanes'], [{ id: 'general', quota: 3, role: '', in_line: 2 }, { id: 'partners', quota: 1, role: 'organizer', in_line: 1 }]);
    const WRONG = [[], [{ id: 'general', quota: 0 }], [{ id: 'general', quota: 3, role: 'user' }, lanes[1]], [lanes[0]], [...lanes, { id: 'x', quota: 1 }], 'general'];
    for (const wrong of WRONG) {
      const answer = await arrange(olga, 'lanes', { lanes: wrong });
      assert.deepEqual([answer.status, codeOf(answer)], [400, 'INVALID_REQUEST'], JSON.stringify(wrong));
    }
  }));

test('the fairness report tells turns, those not claimed and those that overtook somebody, and waits by percentile', () =>
  withRoom(async (on, olga, alice) => {
    const fairness = (): Promise<Answer> => olga.get('gateway', `${ROOM}/fairness`);
    assert.equal(codeOf(await fairness()), 'EVENT_NOT_FOUND');
    await arrange(olga, 'schedule', { sale_starts_at: LATER });
    assert.deepEqual((await fairness()).body, { event_id: EVENT, turns: 0, no_shows: 0, overtakes: 0 });
    await join(alice);
    await arrange(olga, 'schedule', { sale_starts_at: null });
    const { body } = await until(fairness, (answer) => answer.body['turns'] === 1);
    const waits = body['wait_sec'] as Readonly<Record<'p50' | 'p90' | 'p99' | 'max', number>>;
    assert.ok(waits.p50 > 0 && waits.p50 <= waits.p90 && waits.p90 <= waits.p99 && waits.p99 <= waits.max, JSON.stringify(waits));
    const { body: trail } = await olga.get('gateway', '/api/v1/admin/audit-trail');
    const words = (trail['entries'] as readonly { readonly actor: string; readonly action: string; readonly outcome: string }[]).map(({ actor, action, outcome }) => `${actor} ${action.split('/').at(-1)} ${outcome}`);
    assert.deepEqual(words.toReversed(), ['olga schedule asked', 'olga schedule 200', 'olga schedule asked', 'olga schedule 200'], 'an organizer is on the trail like an admin');
    assert.equal((await (await on.user('mallory')).get('gateway', `${ROOM}/fairness`)).status, 403);
  }));
