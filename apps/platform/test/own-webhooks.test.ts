import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { AddressInfo } from 'node:net';
import type { ReceiveWebhook, WebhookOutcome } from '@traffic-tacos/gateway';
import { durationMs, epochMs, present, Unavailable } from '@traffic-tacos/kernel';
import { newWebhookSecret, readWebhookSecret, verifyWebhook, type WebhookSecrets } from '@traffic-tacos/kit';
import { testOptions, withPlatform, type TestPlatform } from '@traffic-tacos/platform/testing';
import { directOwnWebhooks } from '../src/direct/own-webhooks.ts';

const CLOCK = { wallMs: () => epochMs(NOW_SECONDS * 1_000) };
const NOW_SECONDS = 1_800_000_000;
const SOON = { ...testOptions('').payment, timings: { ...testOptions('').payment.timings, approveDelayMs: durationMs(20) } };
const MESSAGE = { webhookId: 'whk_1', url: undefined, body: '{"payment_intent_id":"pay_1"}' };

const newSecret = (): WebhookSecrets[number] => present(readWebhookSecret(newWebhookSecret()), 'a secret');

/** Sends one message to a receiver that answers so; what it took for a fault stands beside the answer. */
async function told(receive: ReceiveWebhook, secret = newSecret()) {
  const faults: unknown[] = [];
  const answer = await directOwnWebhooks({ secrets: [secret], clock: CLOCK, receive: () => receive, onFault: (cause) => faults.push(cause) })(MESSAGE);
  return { answer, faults };
}

test('what is handed over is what would be posted: the bytes, the id, the instant and a signature over all three', async () => {
  const secret = newSecret();
  const verdicts: unknown[] = [];
  const { answer } = await told(async (message) => {
    verdicts.push(verifyWebhook([secret], message, NOW_SECONDS), verifyWebhook([newSecret()], message, NOW_SECONDS), Buffer.from(message.body).toString());
    return { kind: 'followed' };
  }, secret);
  assert.deepEqual(answer, { kind: 'accepted' });
  assert.deepEqual(verdicts, [{ kind: 'genuine', id: 'whk_1' }, { kind: 'signature_wrong' }, MESSAGE.body]);
});

test('a refusal is one of the status that the route answers, so that it is tried again by the same rules', async () => {
  const refusals: readonly (readonly [WebhookOutcome, number])[] = [
    [{ kind: 'signature_wrong' }, 401], [{ kind: 'timestamp_out_of_window' }, 401], [{ kind: 'headers_missing' }, 401],
    [{ kind: 'malformed', field: 'body', reason: 'is not JSON' }, 400], [{ kind: 'payment_not_found' }, 404],
  ];
  for (const [outcome, status] of refusals) assert.deepEqual((await told(async () => outcome)).answer, { kind: 'refused', status });
  assert.deepEqual((await told(async () => ({ kind: 'duplicate' }))).answer, { kind: 'accepted' });
});

test('what could not be decided is tried again, and so is what met a fault of ours, which is told', async () => {
  const away = new Unavailable('the journal has failed');
  assert.deepEqual(await told(() => Promise.reject(away)), { answer: { kind: 'refused', status: 503 }, faults: [] });
  const fault = new TypeError('planted');
  assert.deepEqual(await told(() => Promise.reject(fault)), { answer: { kind: 'refused', status: 500 }, faults: [fault] });
});

async function buyOne(on: TestPlatform): Promise<string> {
  await on.event('evt_1', 2);
  const alice = await on.user('alice');
  const held = await alice.hold('evt_1', ['A-1']);
  await alice.intent(held.id, 1000, 'APPROVE');
  return held.id;
}

test('a platform tells itself of every result by a signed webhook, and accepts it, without a request to itself', () =>
  withPlatform(async (on) => {
    await buyOne(on);
    const operator = await on.user('root', 'admin');
    const metrics = async (port: 'gateway' | 'payment'): Promise<string> => (await operator.get(port, '/metrics')).text;
    for (const giveUp = AbortSignal.timeout(30_000); !/payment_webhooks_total\{outcome="accepted"\} 1/.test(await metrics('payment')); ) assert.ok(!giveUp.aborted, 'no webhook was accepted in time');
    assert.doesNotMatch(await metrics('gateway'), /uri="\/api\/v1\/webhooks\/payment"/);
    assert.deepEqual((await operator.get('payment', '/v1/webhooks/dead-letters')).body['webhooks'], []);
  }, { payment: SOON }));

test('where the operator has named a receiver, results are posted there', async () => {
  const received: { readonly headers: Readonly<Record<string, unknown>>; readonly body: string }[] = [];
  const receiver = createServer((request, response) => void text(request).then((body) => {
    received.push({ headers: request.headers, body });
    response.end();
  })).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address() as AddressInfo;
  try {
    await withPlatform(async (on) => {
      const reservationId = await buyOne(on);
      for (const giveUp = AbortSignal.timeout(30_000); received.length === 0; await new Promise((resolve) => void setImmediate(resolve))) assert.ok(!giveUp.aborted, 'nothing was posted in time');
      const { headers, body } = present(received[0], 'a message');
      assert.match(String(headers['webhook-id']), /^whk_/);
      assert.match(String(headers['webhook-signature']), /^v1,/);
      assert.match(body, new RegExp(`"type":"payment.approved".*"reservation_id":"${reservationId}"`));
    }, { payment: SOON, webhooks: { receiverUrl: `http://127.0.0.1:${port}/results` } });
  } finally {
    receiver.close();
  }
});
