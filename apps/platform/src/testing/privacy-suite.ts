import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OpenLayout } from './api-under-test.ts';

/** What others may know of a user, in whichever layout the platform runs. */
export function privacySuite(layout: string, open: OpenLayout): void {
  test(`${layout}: I10, S19: what is somebody else's is answered exactly like what never was, on every port`, () =>
    open(async (on) => {
      await on.event('evt_1', 5);
      const alice = await on.user('alice');
      const mallory = await on.user('mallory');
      const held = await alice.hold('evt_1', ['A-1']);
      const intentId = await alice.pay(held.id, 1000);
      await alice.confirm(held.id, intentId);
      const suffix = held.id.slice(4);
      const other = '0'.repeat(26);
      const routes: readonly (readonly ['gateway' | 'reservation' | 'payment', string, string, unknown?])[] = [
        ['reservation', 'GET', '/v1/reservations/rsv_ID'],
        ['reservation', 'POST', '/v1/reservations/rsv_ID/cancel'],
        ['reservation', 'POST', '/v1/reservations/rsv_ID/confirm', { paymentIntentId: intentId }],
        ['reservation', 'POST', '/v1/reservations/rsv_ID/extend', { extensionSeconds: 10 }],
        ['reservation', 'GET', '/v1/orders/ord_ID'],
        ['gateway', 'GET', '/api/v1/reservations/rsv_ID'],
        ['gateway', 'GET', '/api/v1/orders/ord_ID'],
        ['gateway', 'DELETE', '/api/v1/reservations/rsv_ID'],
      ];
      for (const [service, method, path, body] of routes) {
        const theirs = await mallory.call(service, method, path.replace('ID', suffix), body === undefined ? {} : { body });
        const absent = await mallory.call(service, method, path.replace('ID', other), body === undefined ? {} : { body });
        assert.equal(theirs.status, 404, `${method} ${path}: ${theirs.text}`);
        assert.deepEqual(withoutNames(theirs.body), withoutNames(absent.body), path);
      }
      const payment = await mallory.get('gateway', `/api/v1/payments/${intentId}/status`);
      const none = await mallory.get('gateway', `/api/v1/payments/pay_${other}/status`);
      assert.deepEqual([payment.status, withoutNames(payment.body)], [none.status, withoutNames(none.body)]);
      assert.deepEqual((await mallory.get('reservation', '/v1/reservations')).body['reservations'], []);
    }));
}

/** An error without what names this very request. */
function withoutNames({ error }: Readonly<Record<string, unknown>>): unknown {
  const { code, message, details } = error as Readonly<Record<string, unknown>>;
  return { code, message, details };
}
