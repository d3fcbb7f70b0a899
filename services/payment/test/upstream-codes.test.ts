import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UpstreamFailure } from '@traffic-tacos/kit';
import { withServer } from '@traffic-tacos/kit/testing';
import { createIntentRoute } from '../src/api/rest/create-intent.ts';

test('S17: an intent whose reservation cannot be asked about in time is 504, as its route declares', async () => {
  const route = createIntentRoute(() => Promise.reject(new UpstreamFailure('reservation', 'timed_out', 'UPSTREAM_TIMEOUT')));
  await withServer([route], async ({ server, bearer }) => {
    const headers = { authorization: await bearer('alice'), 'idempotency-key': 'k' };
    const body = { reservationId: `rsv_${'0'.repeat(26)}`, amount: 1, currency: 'KRW' };
    const reply = await server.inject({ method: 'POST', path: '/v1/payments/intents', headers, body });
    assert.deepEqual([reply.status, (reply.json() as { readonly error: { readonly code: string } }).error.code], [504, 'UPSTREAM_TIMEOUT']);
    assert.ok(route.refusals?.includes('UPSTREAM_TIMEOUT'));
  });
});
