import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { durationMs } from '@traffic-tacos/kernel';
import { openEvents, type ReceivedEvent, type TestEventSource } from '@traffic-tacos/kit/testing';
import type { ApiUnderTest, OpenLayout } from './api-under-test.ts';

/** Opens the stream of a reservation as the user. */
async function follow(on: ApiUnderTest, userId: string, reservationId: string, seen?: string): Promise<TestEventSource> {
  const headers = { authorization: await on.bearer(userId, 'user'), ...(seen === undefined ? {} : { 'last-event-id': seen }) };
  return openEvents(`${on.addresses.gateway}/api/v1/reservations/${reservationId}/stream`, headers);
}

const statusOf = (event: ReceivedEvent | undefined): unknown => event?.data['status'];

/** What streams of updates promise, in whichever layout the services run. */
export function pushSuite(layout: string, withLayout: OpenLayout): void {
  describe(`${layout}: the stream of a reservation`, () => {
    it('begins with its state, shows what becomes of it, and ends when nothing can happen any more', () =>
      withLayout(async (on) => {
        await on.event('evt_1', 1);
        const alice = await on.user('alice');
        const { id } = await alice.hold('evt_1', ['A-1']);
        const stream = await follow(on, 'alice', id);
        assert.equal(stream.status, 200);
        const first = await stream.next();
        assert.deepEqual([first?.event, statusOf(first), first?.data['reservation_id']], ['status', 'HOLD', id]);
        await alice.cancel(id);
        assert.equal(statusOf(await stream.nextNamed('status')), 'CANCELLED');
        assert.deepEqual((await stream.nextNamed('closed'))?.data, { reason: 'final' });
      }));

    it('shows a payment that confirms it, with the order', () =>
      withLayout(async (on) => {
        await on.event('evt_1', 1);
        const alice = await on.user('alice');
        const { id } = await alice.hold('evt_1', ['A-1']);
        const stream = await follow(on, 'alice', id);
        await stream.next();
        await alice.pay(id, 1000);
        const confirmed = await stream.nextNamed('status');
        assert.deepEqual([statusOf(confirmed), confirmed?.data['order_id']], ['CONFIRMED', id.replace('rsv_', 'ord_')]);
        stream.close();
      }));

    it('warns before the hold ends, and shows that it has', () =>
      withLayout(async (on) => {
        await on.event('evt_1', 1);
        const { id } = await (await on.user('alice')).hold('evt_1', ['A-1']);
        const stream = await follow(on, 'alice', id);
        const events = [await stream.next(), await stream.next(), await stream.next()];
        assert.deepEqual(events.map((event) => event?.event), ['status', 'expiring', 'status']);
        assert.equal(statusOf(events[2]), 'EXPIRED');
        stream.close();
      }, { holdMs: durationMs(5_000) }));

    it('goes on where it was lost: at once with what was missed, and not with what was seen', () =>
      withLayout(async (on) => {
        await on.event('evt_1', 1);
        const alice = await on.user('alice');
        const { id } = await alice.hold('evt_1', ['A-1']);
        const lost = await follow(on, 'alice', id);
        const seen = (await lost.next())?.id;
        lost.close();
        const same = await follow(on, 'alice', id, seen);
        await alice.cancel(id);
        assert.equal(statusOf(await same.nextNamed('status')), 'CANCELLED');
        const later = await follow(on, 'alice', id, seen);
        const missed = await later.next();
        assert.equal(statusOf(missed), 'CANCELLED');
        assert.equal((await follow(on, 'alice', id, missed?.id)).status, 204);
      }));

    it('I10: is for the owner alone, and for others like that of what never was', () =>
      withLayout(async (on) => {
        await on.event('evt_1', 1);
        const { id } = await (await on.user('alice')).hold('evt_1', ['A-1']);
        const never = `rsv_${'0'.repeat(26)}`;
        const refused = [await follow(on, 'mallory', id), await follow(on, 'mallory', never), await follow(on, 'mallory', 'nonsense')];
        assert.deepEqual(refused.map(({ status }) => status), [404, 404, 404]);
        const texts = await Promise.all(refused.map(async (one) => (await one.rest()).replace(/"(trace_id|timestamp|path)":"[^"]*"/g, '')));
        assert.deepEqual(texts, [texts[0], texts[0], texts[0]]);
        assert.equal((await openEvents(`${on.addresses.gateway}/api/v1/reservations/${id}/stream`)).status, 401);
      }));
  });
}
