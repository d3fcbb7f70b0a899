import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, withPlatform } from '@traffic-tacos/platform/testing';

test('a quantity gets seats side by side on both ports, apart only when asked for, and the same again under its key', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 5);
    const alice = await on.user('alice');
    await alice.hold('evt_1', ['A-2', 'A-4']);
    const ask = { event_id: 'evt_1', section: 'A', quantity: 2 };
    for (const [service, path] of [['gateway', '/api/v1/reservations'], ['reservation', '/v1/reservations']] as const) {
      const refused = await alice.post(service, path, { body: ask, key: `k-${service}` });
      assert.equal(refused.status, 409, refused.text);
      assert.equal(codeOf(refused), 'INVENTORY_CONFLICT');
      assert.match(refused.text, /only 1; \\"split\\": true takes them apart/);
    }
    const held = await alice.post('gateway', '/api/v1/reservations', { body: { ...ask, split: true }, key: 'apart' });
    assert.equal(held.status, 201, held.text);
    assert.deepEqual(held.body['seat_ids'], ['A-3', 'A-1']);
    const again = await alice.post('gateway', '/api/v1/reservations', { body: { ...ask, split: true }, key: 'apart' });
    assert.equal(again.text, held.text);
    assert.equal(codeOf(await alice.post('gateway', '/api/v1/reservations', { body: ask, key: 'apart' })), 'IDEMPOTENCY_CONFLICT');
    const wrong = await alice.post('gateway', '/api/v1/reservations', { body: { ...ask, split: 'yes' }, key: 'k2' });
    assert.equal(codeOf(wrong), 'INVALID_REQUEST');
  }));
