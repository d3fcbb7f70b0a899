import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withServer, type TestServer } from '../src/testing.ts';
import { codeOf, errorOf, fieldsOf, OPEN_HOLD } from './sample-routes.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const post = ({ server }: TestServer, body: string | Buffer, headers: Readonly<Record<string, string>> = JSON_TYPE) =>
  server.inject({ method: 'POST', path: '/open/reservations', body, headers });

const nested = (levels: number): string => `{"eventId":"e","deep":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

test('S20: a body that is no JSON object in UTF-8 is 400 with a reason, and never quoted back', async () => {
  const cases: readonly (readonly [string | Buffer, RegExp])[] = [
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), /UTF-8/],
    [Buffer.from('{"eventId":"\xed\xa0\x80"}', 'latin1'), /UTF-8/],
    ['{"eventId":"secret-value"', /not valid JSON/],
    ['\ufeff{"eventId":"e"}', /not valid JSON/],
    [' ', /not valid JSON/],
    ['[1]', /must be a JSON object/],
    ['"text"', /must be a JSON object/],
    ['5', /must be a JSON object/],
  ];
  await withServer([OPEN_HOLD], async (running) => {
    for (const [body, reason] of cases) {
      const reply = await post(running, body);
      assert.deepEqual([reply.status, codeOf(reply)], [400, 'INVALID_REQUEST'], String(body));
      assert.match(errorOf(reply).details[0]?.reason ?? '', reason);
      assert.doesNotMatch(reply.text, /secret-value/);
    }
  });
});

test('S20: a key that reaches for a prototype is 400 wherever it stands and however it is escaped', async () => {
  const hostile = [
    '{"__proto__":{"admin":true},"eventId":"e"}',
    '{"eventId":"e","list":[{"deep":{"__proto__":1}}]}',
    '{"\\u005f\\u005fproto__":1,"eventId":"e"}',
    '{"eventId":"e","constructor":{"prototype":{"admin":true}}}',
    '{"eventId":"e","x":{"constructor":{"prototype":null}}}',
  ];
  const harmless = ['{"eventId":"__proto__"}', '{"eventId":"e","constructor":"a builder"}', '{"eventId":"\\u0065"}'];
  await withServer([OPEN_HOLD], async (running) => {
    for (const body of hostile) assert.deepEqual(fieldsOf(await post(running, body)), ['body'], body);
    for (const body of harmless) assert.equal((await post(running, body)).status, 201, body);
    assert.equal(Object.hasOwn(Object.prototype, 'admin'), false);
  });
});

test('S20: nesting is taken up to the limit and refused one level beyond it, also when it never ends', async () => {
  await withServer([OPEN_HOLD], async (running) => {
    assert.equal((await post(running, nested(32))).status, 201);
    for (const body of [nested(33), '['.repeat(60_000), '{"a":'.repeat(10_000)]) {
      assert.match(errorOf(await post(running, body)).details[0]?.reason ?? '', /deeper than 32 levels/);
    }
    const brackets = JSON.stringify({ eventId: 'e', text: `"\\${'[{'.repeat(100)}` });
    assert.equal((await post(running, brackets)).status, 201, 'brackets in texts are no nesting');
    const wide = JSON.stringify({ eventId: 'e', list: Array.from({ length: 100 }, () => [{}]) });
    assert.equal((await post(running, wide)).status, 201, 'many brackets side by side are no depth');
  });
});

test('S20: a body of the limit is taken, one byte more is 413, whether it is announced or chunked', async () => {
  const ofBytes = (bytes: number): string => `{"eventId":"e","pad":"${'x'.repeat(bytes - 24)}"}`;
  await withServer([OPEN_HOLD], async (running) => {
    assert.equal(ofBytes(65_536).length, 65_536);
    assert.equal((await post(running, ofBytes(65_536))).status, 201);
    const reply = await post(running, ofBytes(65_537));
    assert.deepEqual([reply.status, codeOf(reply)], [413, 'PAYLOAD_TOO_LARGE']);
    const send = async (bytes: number): Promise<Response> =>
      fetch(`${running.url}/open/reservations`, {
        method: 'POST',
        headers: JSON_TYPE,
        body: new Blob([ofBytes(bytes)]).stream(),
        duplex: 'half',
      } as RequestInit);
    assert.equal((await send(65_536)).status, 201);
    const chunked = await send(65_537);
    assert.deepEqual([chunked.status, chunked.headers.get('connection')], [413, 'close']);
  });
});

test('a body counts as JSON by its type or without one; another type, charset or encoding is 415', async () => {
  const json = 'application/json';
  const taken = [json, `${json}; charset=UTF-8`, 'Application/JSON;charset="utf-8"', 'application/vnd.api+json', undefined];
  const refused = ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16', 'application/jsonp', '', ';'];
  await withServer([OPEN_HOLD], async (running) => {
    for (const type of taken) {
      const headers: Readonly<Record<string, string>> = type === undefined ? {} : { 'content-type': type };
      assert.equal((await post(running, '{"eventId":"e"}', headers)).status, 201, String(type));
    }
    for (const type of refused) {
      assert.equal(codeOf(await post(running, '{"eventId":"e"}', { 'content-type': type })), 'UNSUPPORTED_MEDIA_TYPE', type);
    }
    assert.equal((await post(running, 'x', { ...JSON_TYPE, 'content-encoding': 'gzip' })).status, 415);
    assert.equal((await post(running, '{"eventId":"e"}', { ...JSON_TYPE, 'content-encoding': 'identity' })).status, 201);
  });
});

test('text of every script comes through whole', async () => {
  await withServer([OPEN_HOLD], async (running) => {
    const reply = await post(running, JSON.stringify({ event_id: '공연 "A" \\ 🎫\n\u2028' }));
    assert.deepEqual(reply.json(), { event_id: '공연 "A" \\ 🎫\n\u2028' });
    assert.equal(Number(reply.headers['content-length']), Buffer.byteLength(reply.text));
  });
});
