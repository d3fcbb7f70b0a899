import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS, epochMs } from '@traffic-tacos/kernel';
import { withPlatform, type ApiUnderTest } from '@traffic-tacos/platform/testing';
import { auditPlatform } from '../src/audit/audit-platform.ts';
import { viewOf } from '../src/audit/view.ts';
import { createPlatformTables } from '../src/tables.ts';

const ADMIN = '/api/v1/admin';

interface Entry {
  readonly sequence: number;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly details: string;
  readonly address: string;
  readonly outcome: string;
}

async function trailOf(on: ApiUnderTest): Promise<{ readonly entries: readonly Entry[]; readonly head: unknown; readonly broken: unknown }> {
  const { body } = await (await on.user('olga', 'admin')).get('gateway', `${ADMIN}/audit-trail`);
  return { entries: body['entries'] as readonly Entry[], head: body['head'], broken: body['broken'] };
}

test('an admin sees how the process and its events stand: places, payments, journal and outbox', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 5, 10);
    const alice = await on.user('alice');
    const { id } = await alice.hold('evt_1', ['A-1', 'A-2']);
    const intent = await alice.pay(id, 2_000);
    assert.equal((await alice.confirm(id, intent)).status, 200);
    await alice.hold('evt_1', ['A-3']);
    const root = await on.user('root', 'admin');
    const { body: all } = await root.get('gateway', `${ADMIN}/stats`);
    assert.deepEqual(all['events'], [{ event_id: 'evt_1', name: 'evt_1', free: 12, held: 1, sold: 2, blocked: 0 }]);
    assert.deepEqual(all['in_memory'], { holds: 2, reservations: 2, orders: 1, payments: 1, users: 0 });
    const journal = all['journal'] as Readonly<Record<string, number>>;
    assert.ok((journal['durable_sequence'] ?? 0) >= 3 && (journal['first_sequence'] ?? 0) >= 1, JSON.stringify(journal));
    const { body: one } = await root.get('gateway', `${ADMIN}/events/evt_1/stats`);
    assert.deepEqual(one['sections'], [{ id: 'A', free: 2, held: 1, sold: 2, blocked: 0 }, { id: 'FLOOR', free: 10, held: 0, sold: 0, blocked: 0 }]);
    assert.deepEqual(one['payments'], [{ status: 'COMPLETED', payments: 1, amount: 2_000 }]);
    assert.equal((await root.get('gateway', `${ADMIN}/events/evt_none/stats`)).status, 404);
  }));

test('an admin pauses a waiting room, changes its rate, drains and resumes it, and each word is on the trail: who, what, when, from where, and what came of it', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 5, 10, { waiting_room: 'on' });
    const root = await on.user('root', 'admin');
    const say = (path: string, body?: object) => root.post('gateway', `${ADMIN}/queues/${path}`, body === undefined ? {} : { body });
    assert.equal((await say('evt_1/pause')).body['mode'], 'paused');
    assert.equal((await say('evt_1/rate', { per_second: 7 })).body['per_second'], 7);
    assert.equal((await say('evt_1/drain')).body['mode'], 'draining');
    assert.equal((await say('evt_1/resume')).body['mode'], 'open');
    assert.equal((await say('evt_none/pause')).status, 404);
    assert.equal((await say('evt_1/rate', { per_second: -1 })).status, 400);
    assert.deepEqual(((await root.get('gateway', `${ADMIN}/queues`)).body['queues'] as readonly { readonly event_id: string }[]).map((room) => room.event_id), ['evt_1']);
    const { entries, broken } = await trailOf(on);
    assert.deepEqual(broken, []);
    const told = entries.toReversed().map(({ action, target, outcome }) => `${action.replace(`POST ${ADMIN}/queues/:id/`, '')} ${target} ${outcome}`);
    assert.deepEqual(told, ['pause', 'rate', 'drain', 'resume'].flatMap((word) => [`${word} evt_1 asked`, `${word} evt_1 200`]).concat('pause evt_none asked', 'pause evt_none EVENT_NOT_FOUND'));
    assert.deepEqual([...new Set(entries.map(({ actor, address }) => `${actor} from ${address}`))], ['root from 127.0.0.1']);
    assert.equal(entries.find(({ action }) => action.endsWith('/rate'))?.details, '{"perSecond":7}');
  }));

test('an audit and a reconciliation run on an admin\'s word, beside traffic, and are on the trail, which a restart keeps', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 5);
    await (await on.user('alice')).hold('evt_1', ['A-1']);
    const root = await on.user('root', 'admin');
    const { status, body } = await root.post('gateway', `${ADMIN}/audit`);
    assert.deepEqual([status, body['verdict'], body['breaches']], [200, 'green', []]);
    assert.deepEqual(body['looked_at'], { holds: 1, reservations: 1, orders: 0, intents: 0, actions: 1 });
    assert.equal((await root.post('gateway', `${ADMIN}/reconcile`)).status, 200);
    const before = await trailOf(on);
    assert.equal(before.entries.length, 4);
    assert.deepEqual(await trailOf(await on.restart()), before);
  }));

test('S19: nobody but an admin reads or does any of it, and an organizer is a stranger here like any other', () =>
  withPlatform(async (on) => {
    const routes = on.routes.gateway.filter(({ path }) => path.startsWith(ADMIN));
    assert.equal(routes.length, 18);
    for (const { method, path, access } of routes) {
      const target = path.replace(':id', 'evt_1');
      assert.equal(access, 'admin');
      for (const role of ['user', 'organizer'] as const) {
        const { status } = await (await on.user('mallory', role)).call('gateway', method, target);
        assert.equal(status, 403, `${role}: ${method} ${target}`);
      }
    }
    assert.deepEqual((await trailOf(on)).entries, [], 'what is refused at the door is no action of an admin');
  }));

test('planted rewrite: the audit of a data directory finds an entry of the trail that was changed', () => {
  const tables = createPlatformTables(DEFAULT_LIMITS);
  tables.gateway.actions.restore({
    sequence: 1, atMs: epochMs(1), actor: 'nobody', action: 'POST /', target: '', details: '{}', address: '::1', traceId: '0', outcome: 'asked', previous: '', hash: 'as it was before',
  });
  const { breaches } = auditPlatform(viewOf(tables, epochMs(2)), epochMs(2));
  assert.deepEqual(breaches.map(({ kind, subject, detail }) => [kind, subject, detail]), [['admin_trail_broken', 'admin action 1', 'it was changed']]);
});
