import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until, withPlatform, type Client } from '@traffic-tacos/platform/testing';

const BUYERS = 32;
const STOP_WITHIN_MS = 15_000;
/** Holds made before the stop: by then every buyer is in the middle of one. */
const HOLDS_BEFORE = 300;

interface Seen {
  readonly statuses: Set<number>;
  readonly held: string[];
}

/** Holds one place after the other until the platform is gone; a request that gets no answer was never taken. */
async function holdWithoutEnd(user: Client, name: string, { statuses, held }: Seen): Promise<void> {
  for (let i = 0; ; i++) {
    const answer = await user.post('reservation', '/v1/reservations', { key: `${name}-${i}`, body: { eventId: 'evt_1', quantity: 1, section: 'FLOOR' } }).catch(() => undefined);
    if (answer === undefined) return;
    statuses.add(answer.status);
    if (answer.status === 201) held.push(String(answer.body['reservationId']));
  }
}

test('S24: a platform that is told to stop under load answers what it has taken, gives nobody a 5xx, and finds all of it again', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 1, 1_000_000, { purchase_limit: 1_000_000 });
    const seen: Seen = { statuses: new Set(), held: [] };
    const users = await Promise.all(Array.from({ length: BUYERS }, (_, i) => on.user(`buyer-${i}`)));
    const holding = Promise.all(users.map((user, i) => holdWithoutEnd(user, `key-${i}`, seen)));
    const watcher = await on.user('watcher');
    await until(() => watcher.get('gateway', '/healthz').then(() => seen.held.length), (held) => held >= HOLDS_BEFORE);
    const closed = await on.platform.stop(STOP_WITHIN_MS);
    await holding;
    assert.deepEqual(closed.filter(({ kind }) => kind !== 'closed'), []);
    assert.deepEqual([...seen.statuses], [201]);
    await on.restart();
    const { breaches, counted } = on.newest().audit();
    assert.deepEqual(breaches, []);
    assert.equal(counted.holds, new Set(seen.held).size, 'every hold that was acknowledged, and no other');
  }));
