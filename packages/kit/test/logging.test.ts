import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger, type Route } from '../src/index.ts';
import { maskText } from '../src/logging/mask-text.ts';
import { mask } from '../src/logging/mask.ts';
import { withServer } from '../src/testing.ts';
import { GET_ONE } from './sample-routes.ts';

const JWT = 'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1MTIzIn0.c2lnbmF0dXJlLWJ5dGVz';

test('masking: nothing secret is left in a text, whatever surrounds it', () => {
  const secrets: readonly (readonly [text: string, secret: string])[] = [
    [`got ${JWT} from a client`, 'c2lnbmF0dXJl'],
    [`Authorization: Bearer abc.def`, 'abc.def'],
    ['authorization: basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
    ['GET /queue/status?token=wt_12345&x=1', 'wt_12345'],
    ['{"password":"hunter2","x":1}', 'hunter2'],
    ['reservation_token=rt-99; rest', 'rt-99'],
    ['webhook v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=', 'K5oZfzN95'],
    ['sha256=2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824', '2cf24dba'],
    ['mail to jane.doe+x@example.co.kr now', 'jane.doe'],
    ['card 4242 4242 4242 4242 declined', '4242 4242'],
    ['card 378282246310005', '378282246310005'],
    ['-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\n-----END PRIVATE KEY-----', 'MIIEvQ'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIEvQ cut', 'MIIEvQ'],
  ];
  for (const [text, secret] of secrets) {
    assert.ok(!maskText(text).includes(secret), text);
    assert.match(maskText(text), /\[masked\]/, text);
  }
});

test('masking: what is no secret stays readable', () => {
  for (const text of [
    'reservation rsv_0123456789ABCDEFGHJKMNPQRS of evt_2025_1001',
    'held until 2025-01-01T00:00:00.000Z (1735689600000)',
    'listening on 127.0.0.1:8010 as v1.2.3-beta.4',
    'GET /v1/reservations/:id 200 in 0.42 ms',
    'order 12345678901234567890123',
  ]) {
    assert.equal(maskText(text), text);
  }
});

test('masking: secrets go by their name, however it is spelled and however deep they stand; counts stay', () => {
  const masked = mask({
    password: 'x', newPassword: 'x', access_token: 'x', 'Set-Cookie': 'x', webhookSignature: 'x',
    clientSecret: { a: 1 }, email: 'x', cvc: 123, card_number: 4242424242424242,
    list: [{ deep: { apiKey: 'x' } }],
    tokens: 3, hasPassword: true, token: null, reservationId: 'rsv_1',
  });
  const M = '[masked]';
  assert.deepEqual(masked, {
    password: M, newPassword: M, access_token: M, 'Set-Cookie': M, webhookSignature: M, clientSecret: M, email: M, cvc: M, card_number: M,
    list: [{ deep: { apiKey: M } }],
    tokens: 3, hasPassword: true, token: null, reservationId: 'rsv_1',
  });
});

test('masking: errors keep type, message, stack and cause, without their secrets; lines are bounded', () => {
  const error = new TypeError('bad token=abc', { cause: new Error('from a@b.example') });
  const masked = mask({ err: Object.assign(error, { code: 'E_X' }) }) as { readonly err: Readonly<Record<string, unknown>> };
  assert.deepEqual([masked.err['type'], masked.err['message'], masked.err['code']], ['TypeError', 'bad token=[masked]', 'E_X']);
  assert.doesNotMatch(JSON.stringify(masked), /abc|a@b/);
  const cyclic: Record<string, unknown> = { list: Array.from({ length: 60 }, () => 0), text: 'x'.repeat(10_000), bytes: Buffer.from('secret') };
  cyclic['self'] = cyclic;
  const line = JSON.stringify(mask(cyclic));
  assert.ok(line.length < 60_000);
  assert.match(line, /\[10 more\]/);
  assert.match(line, /\[deeper\]/);
  assert.match(line, /\[6 bytes\]/);
});

test('log lines are JSON objects with ts, level, service and msg; what is below the level is not written', async () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ service: 'a', level: 'info', destination, wallMs: () => 1_760_000_000_123 });
  logger.debug({}, 'not written');
  logger.named('b').info({ trace_id: 't', user: { email: 'a@b.example' } }, 'mail a@b.example');
  await logger.flush();
  assert.equal(lines.length, 1);
  assert.deepEqual(JSON.parse(lines[0] ?? ''), {
    level: 'info', ts: '2025-10-09T08:53:20.123Z', service: 'b', trace_id: 't', user: { email: '[masked]' }, msg: 'mail [masked]',
  });
  assert.deepEqual([logger.isEnabled('debug'), logger.isEnabled('info'), logger.isEnabled('error')], [false, true, true]);
});

test('access lines carry trace, span, template, status and latency, never the path; at debug what a client can mend, at info what it cannot', async () => {
  const refusing: Route = { ...GET_ONE, path: '/refuse/:id', handle: () => ({ refused: 'NOT_FOUND' }) };
  const down: Route = { ...GET_ONE, path: '/down/:id', handle: () => ({ refused: 'SERVICE_UNAVAILABLE' }) };
  await withServer([GET_ONE, refusing, down], async ({ server, logLines }) => {
    await server.inject({ method: 'GET', path: '/v1/reservations/secret?token=secret' });
    await server.inject({ method: 'GET', path: '/refuse/secret' });
    await server.inject({ method: 'GET', path: '/down/secret' });
    const [ok, refused, failed] = logLines;
    assert.deepEqual([failed?.['level'], failed?.['route'], failed?.['status']], ['info', 'GET /down/:id', 503]);
    assert.deepEqual([ok?.['level'], ok?.['route'], ok?.['status'], ok?.['msg']], ['debug', 'GET /v1/reservations/:id', 200, 'answered']);
    assert.deepEqual([refused?.['level'], refused?.['route'], refused?.['status']], ['debug', 'GET /refuse/:id', 404]);
    assert.match(String(ok?.['trace_id']), /^[0-9a-f]{32}$/);
    assert.match(String(ok?.['span_id']), /^[0-9a-f]{16}$/);
    assert.equal(typeof ok?.['latency_ms'], 'number');
    assert.doesNotMatch(JSON.stringify(logLines), /secret/);
  });
});
