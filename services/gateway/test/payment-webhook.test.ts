import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present, Unavailable } from '@traffic-tacos/kernel';
import { newWebhookSecret, readWebhookSecret, signWebhook, type WebhookSecret } from '@traffic-tacos/kit';
import type { FollowedResult, ReceivedResult } from '../src/ports/payment-results.ts';
import { withGateway, type GatewayUnderTest } from './gateway-under-test.ts';

const PATH = '/api/v1/webhooks/payment';
const INTENT = `pay_${'0'.repeat(26)}`;
const secret = (): WebhookSecret => present(readWebhookSecret(newWebhookSecret()), 'a secret');
const [CURRENT, BEFORE, RETIRED] = [secret(), secret(), secret()];
const BODY = `{ "type":"payment.approved",\n "payment_intent_id": "${INTENT}" }`;

interface Sent {
  readonly by?: WebhookSecret;
  readonly offsetSeconds?: number;
  readonly body?: string;
  /** What goes over the wire in place of what was signed. */
  readonly wire?: string;
  readonly without?: string;
}

interface Receiver extends GatewayUnderTest {
  readonly heard: ReceivedResult[];
  /** Status and code of the answer to a message. */
  send(sent?: Sent): Promise<readonly [number, unknown]>;
}

/** A gateway that accepts two secrets and tells whoever follows results. */
async function behindReceiver(body: (receiver: Receiver) => Promise<void>, answer: () => Promise<FollowedResult> = () => Promise.resolve({ kind: 'followed' })): Promise<void> {
  const heard: ReceivedResult[] = [];
  const follow = (result: ReceivedResult): Promise<FollowedResult> => {
    heard.push(result);
    return answer();
  };
  await withGateway(
    async (under) => {
      const send: Receiver['send'] = async ({ by = CURRENT, offsetSeconds = 0, body: signed = BODY, wire = signed, without } = {}) => {
        const timestampSeconds = Math.floor(under.clock.wallMs() / 1000) + offsetSeconds;
        const headers = { ...signWebhook(by, { id: 'whk_1', timestampSeconds, body: Buffer.from(signed) }), 'content-type': 'application/json' };
        const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== without));
        const response = await fetch(`${under.running.url}${PATH}`, { method: 'POST', headers: kept, body: wire });
        const told = (await response.json()) as { readonly error?: { readonly code: string }; readonly duplicate?: boolean };
        return [response.status, told.error?.code ?? told.duplicate];
      };
      await body({ ...under, heard, send });
    },
    { webhooks: { secrets: [CURRENT, BEFORE], results: { follow } } },
  );
}

test('S11: −6 min, +6 min, one byte changed, re-serialised, signed by the retired key: refused, with no effect; by the rotated key: accepted', () =>
  behindReceiver(async ({ send, heard }) => {
    const refused: readonly Sent[] = [
      { offsetSeconds: -360 },
      { offsetSeconds: 360 },
      { wire: BODY.replace('approved', 'approvee') },
      { wire: JSON.stringify(JSON.parse(BODY)) },
      { by: RETIRED },
    ];
    for (const sent of refused) assert.deepEqual(await send(sent), [401, 'UNAUTHENTICATED'], JSON.stringify(sent));
    assert.deepEqual(heard, []);
    assert.deepEqual(await send({ by: CURRENT }), [200, false]);
    assert.deepEqual(await send({ by: BEFORE }), [200, false], 'the key before it, while it is not retired');
    assert.deepEqual(heard.map(({ webhookId, paymentIntentId }) => [webhookId, paymentIntentId]), [['whk_1', INTENT], ['whk_1', INTENT]]);
  }));

test('the bytes are verified as they came, whatever their spacing, escapes and characters', () =>
  behindReceiver(async ({ send, heard }) => {
    for (const body of [`{"payment_id":"${INTENT}","name":"타코 \\u0000 🌮"}`, `  {"payment_intent_id":"${INTENT}"}\r\n`, `{"payment_intent_id":"x","payment_intent_id":"${INTENT}"}`]) {
      assert.deepEqual(await send({ body }), [200, false], body);
    }
    assert.equal(heard.length, 3);
  }));

test('what is genuine and no message about a payment is 400; without its header fields, or its body, it is 401', () =>
  behindReceiver(async ({ send, heard }) => {
    for (const body of ['{', 'null', '[]', '{}', '{"payment_intent_id":7}', '{"payment_intent_id":"pay_1"}', `{"__proto__":{"payment_id":"${INTENT}"}}`, '[[[[[[1]]]]]]']) {
      assert.deepEqual(await send({ body }), [400, 'INVALID_REQUEST'], body);
    }
    for (const without of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) assert.deepEqual(await send({ without }), [401, 'UNAUTHENTICATED'], without);
    assert.deepEqual(await send({ wire: '' }), [401, 'UNAUTHENTICATED']);
    assert.deepEqual(heard, []);
  }));

test('the older header alone authorises nothing: it says no time', () =>
  behindReceiver(async ({ send, heard }) => {
    assert.deepEqual(await send({ without: 'webhook-signature' }), [401, 'UNAUTHENTICATED']);
    assert.deepEqual(heard, []);
  }));

test('more than 16 KiB is not taken, one byte less is', () =>
  behindReceiver(async ({ send, heard }) => {
    const filled = (bytes: number) => BODY.padEnd(bytes, ' ');
    assert.deepEqual(await send({ body: filled(16 * 1024) }), [200, false]);
    assert.equal((await send({ body: filled(16 * 1024 + 1) }))[0], 413);
    assert.equal(heard.length, 1);
  }));

test('a duplicate is answered like the first, an unknown payment is 404, and what could not be decided is 503: the sender comes again', async () => {
  await behindReceiver(async ({ send }) => assert.deepEqual(await send(), [200, true]), () => Promise.resolve({ kind: 'duplicate' }));
  await behindReceiver(async ({ send }) => assert.deepEqual(await send(), [404, 'PAYMENT_NOT_FOUND']), () => Promise.resolve({ kind: 'payment_not_found' }));
  await behindReceiver(async ({ send }) => assert.deepEqual(await send(), [503, 'SERVICE_UNAVAILABLE']), () => Promise.reject(new Unavailable('the journal')));
});

test('a refusal says what is wrong, and nothing of a signature or a secret stands in an answer or a log line', () =>
  behindReceiver(async ({ running, send }) => {
    await send({ by: RETIRED });
    const lines = JSON.stringify(running.logLines);
    for (const { key } of [CURRENT, BEFORE, RETIRED]) assert.ok(!lines.includes(key.toString('base64')));
    assert.ok(!lines.includes('v1,'));
  }));
