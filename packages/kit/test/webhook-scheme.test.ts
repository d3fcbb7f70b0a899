import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { newWebhookSecret, readWebhookSecret, signWebhook, verifyWebhook, writeWebhookSecret, type ReceivedWebhook, type WebhookSecret } from '../src/index.ts';

/** The test vector that the Standard Webhooks libraries publish. */
const PUBLISHED = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampSeconds: 1_614_265_330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

const secretOf = (text: string): WebhookSecret => {
  const secret = readWebhookSecret(text);
  assert.ok(secret !== undefined, text);
  return secret;
};
const received = (headers: Readonly<Record<string, string>>, body: string | Uint8Array): ReceivedWebhook => ({
  id: headers['webhook-id'], timestamp: headers['webhook-timestamp'], signature: headers['webhook-signature'], body: Buffer.from(body),
});
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

describe('the signature of a webhook', () => {
  it('is the published one for the published vector', () => {
    const { id, timestampSeconds, signature, body } = PUBLISHED;
    const headers = signWebhook(secretOf(PUBLISHED.secret), { id, timestampSeconds, body: Buffer.from(body) });
    assert.equal(headers['webhook-signature'], signature);
    assert.deepEqual([headers['webhook-id'], headers['webhook-timestamp']], [id, String(timestampSeconds)]);
    assert.deepEqual(verifyWebhook([secretOf(PUBLISHED.secret)], received(headers, body), timestampSeconds), { kind: 'genuine', id });
  });

  it('is what an independent library signs and accepts, for any id, secret and text', () => {
    const keys = fc.uint8Array({ minLength: 24, maxLength: 64 });
    fc.assert(
      fc.property(keys, fc.stringMatching(/^[\w-]{1,40}$/), fc.string({ unit: 'binary' }), (key, id, body) => {
        const written = writeWebhookSecret({ key: Buffer.from(key) });
        const other = new Webhook(written);
        const timestampSeconds = nowSeconds();
        const headers = signWebhook(secretOf(written), { id, timestampSeconds, body: Buffer.from(body) });
        assert.equal(headers['webhook-signature'], other.sign(id, new Date(timestampSeconds * 1000), body));
        other.verify(body, headers, { jsonParse: false });
        assert.equal(verifyWebhook([secretOf(written)], received(headers, body), timestampSeconds).kind, 'genuine');
      }),
      { numRuns: 50 },
    );
  });

  it('goes for older receivers over the body alone, as hex', () => {
    const secret = secretOf(newWebhookSecret());
    const body = Buffer.from('{"type":"payment.approved"}');
    const headers = signWebhook(secret, { id: 'a', timestampSeconds: 1, body });
    assert.equal(headers['x-webhook-signature'], `sha256=${createHmac('sha256', secret.key).update(body).digest('hex')}`);
  });
});

describe('S11: a received webhook', () => {
  const secret = secretOf(newWebhookSecret());
  const retired = secretOf(newWebhookSecret());
  const rotated = secretOf(newWebhookSecret());
  const NOW = 1_800_000_000;
  const BODY = '{"type":"payment.approved","payment_intent_id":"pay_1"}';
  const send = (by: WebhookSecret, timestampSeconds = NOW, body = BODY) => received(signWebhook(by, { id: 'msg_1', timestampSeconds, body: Buffer.from(body) }), body);
  const verdict = (message: ReceivedWebhook, accepted: readonly WebhookSecret[] = [rotated, secret]) => verifyWebhook(accepted, message, NOW).kind;

  it('of six minutes ago, and of six minutes from now, is refused; at five minutes it is accepted, a second later not', () => {
    for (const seconds of [-360, 360, -301, 301]) assert.equal(verdict(send(secret, NOW + seconds)), 'timestamp_out_of_window', String(seconds));
    for (const seconds of [-300, 0, 300]) assert.equal(verdict(send(secret, NOW + seconds)), 'genuine', String(seconds));
  });

  it('with any one byte changed is refused', () => {
    const message = send(secret);
    for (let at = 0; at < message.body.length; at++) {
      const body = Buffer.from(message.body);
      body[at] = (body[at] ?? 0) ^ 1;
      assert.equal(verdict({ ...message, body }), 'signature_wrong', `byte ${at}`);
    }
    assert.equal(verdict({ ...message, id: 'msg_2' }), 'signature_wrong');
    assert.equal(verdict({ ...message, timestamp: String(NOW - 1) }), 'signature_wrong');
  });

  it('whose JSON was read and written again is refused, though it says the same', () => {
    const spaced = '{ "type": "payment.approved", "payment_intent_id": "pay_1" }';
    const message = send(secret, NOW, spaced);
    assert.equal(verdict(message), 'genuine');
    assert.equal(verdict({ ...message, body: Buffer.from(JSON.stringify(JSON.parse(spaced))) }), 'signature_wrong');
  });

  it('signed by the retired key is refused, by the rotated key accepted, and by the key before it while that is not retired', () => {
    assert.deepEqual([retired, rotated, secret].map((by) => verdict(send(by))), ['signature_wrong', 'genuine', 'genuine']);
    assert.deepEqual([rotated, secret].map((by) => verdict(send(by), [rotated])), ['genuine', 'signature_wrong']);
  });

  it('with several signatures is accepted when one is right; no other version of the scheme counts', () => {
    const [wrong, right] = [send(retired).signature, send(secret).signature];
    assert.equal(verdict({ ...send(secret), signature: `${wrong} ${right}` }), 'genuine');
    assert.equal(verdict({ ...send(secret), signature: String(right).replace('v1,', 'v2,') }), 'signature_wrong');
    assert.equal(verdict({ ...send(secret), signature: `${Array(8).fill(wrong).join(' ')} ${right}` }), 'signature_wrong', 'the ninth is not looked at');
  });

  it('without one of its header fields, or with one that is none, is refused and nothing throws', () => {
    for (const missing of ['id', 'timestamp', 'signature']) assert.equal(verdict({ ...send(secret), [missing]: undefined }), 'headers_missing');
    for (const id of ['', 'a.b', 'x'.repeat(129), 'a b']) assert.equal(verdict({ ...send(secret), id }), 'headers_missing', id);
    for (const timestamp of ['', '1e9', '-1', '0x10', ` ${NOW}`, `0${NOW}`, 'NaN']) assert.equal(verdict({ ...send(secret), timestamp }), 'timestamp_out_of_window', timestamp);
    for (const signature of ['', 'v1,', 'v1,AAAA', 'x'.repeat(10_000)]) assert.equal(verdict({ ...send(secret), signature }), 'signature_wrong', signature.slice(0, 9));
  });
});

describe('the written form of a webhook secret', () => {
  it('is whsec_ and the base64 of 24 to 64 bytes, and nothing else', () => {
    assert.equal(secretOf(newWebhookSecret()).key.length, 32);
    for (const bytes of [24, 64]) assert.equal(secretOf(writeWebhookSecret({ key: Buffer.alloc(bytes) })).key.length, bytes);
    const none = ['', 'secret', 'whsec_', 'whsec_a', `whsec_${'A'.repeat(33)}`, writeWebhookSecret({ key: Buffer.alloc(23) }), writeWebhookSecret({ key: Buffer.alloc(65) }), ` ${newWebhookSecret()}`];
    for (const text of none) assert.equal(readWebhookSecret(text), undefined, text);
  });
});
