import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEvents } from '@traffic-tacos/kit/testing';
import { pushSuite, withPlatform } from '@traffic-tacos/platform/testing';

pushSuite('one process', withPlatform);

test('S24: a platform that stops ends its streams with a hint when to come again, and loses no time over them', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 1);
    const { id } = await (await on.user('alice')).hold('evt_1', ['A-1']);
    const authorization = await on.bearer('alice', 'user');
    const stream = await openEvents(`${on.addresses.gateway}/api/v1/reservations/${id}/stream`, { authorization });
    const seen = (await stream.next())?.id;
    const figures = await (await on.user('adam', 'admin')).get('gateway', '/metrics');
    assert.match(figures.text, /^push_streams 1$/m);
    const next = await on.restart();
    const closed = await stream.nextNamed('closed');
    assert.deepEqual([closed?.data['reason'], Number(closed?.data['retry_after_ms']) >= 1_000], ['draining', true]);
    const again = { authorization: await next.bearer('alice', 'user'), 'last-event-id': seen ?? '' };
    const resumed = await openEvents(`${next.addresses.gateway}/api/v1/reservations/${id}/stream`, again);
    await (await next.user('alice')).cancel(id);
    assert.equal((await resumed.next())?.data['status'], 'CANCELLED', 'the state that was seen before the restart is not shown again');
  }));
