import fc from 'fast-check';
import type { Fields, Route } from '../http/route.ts';
import { toSnake } from '../http/spelling.ts';

/** Bytes of one HTTP request that somebody might send: nearly right, wrong, or hostile. */
export function requestArbitrary(routes: readonly Route[], authorizations: readonly string[]): fc.Arbitrary<Buffer> {
  return fc.constantFrom(...routes).chain((route) =>
    fc
      .record({
        method: fc.oneof({ arbitrary: fc.constant(route.method), weight: 8 }, { arbitrary: fc.constantFrom(...METHODS), weight: 1 }),
        target: targetOf(route),
        headers: headersOf(authorizations),
        body: bodyOf(route),
        isChunked: fc.boolean(),
      })
      .map(({ method, target, headers, body, isChunked }) => requestBytes(`${method} ${target}`, headers, body, isChunked)),
  );
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY', 'get', 'FOO'];
/** Anything that can stand in a header or a target without ending it. */
const inLine = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)), maxLength });

const ODD_SEGMENTS = ['%', '%ZZ', '%00', '%2F', '%E0%A4%A', '..', '.', '__proto__', 'constructor', 'a'.repeat(300), '%C3%28', '~', ';x=1', "'"];

const segment = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom('rsv_0123456789ABCDEFGHJKMNPQRS', 'evt_2025_1001', 'x'),
    fc.string({ maxLength: 40 }).map((text) => encodeURIComponent(text.toWellFormed())),
    fc.constantFrom(...ODD_SEGMENTS),
    inLine(20),
  );

function targetOf(route: Route): fc.Arbitrary<string> {
  const parts = route.path.split('/').map((part) => (part.startsWith(':') ? segment() : fc.constant(part)));
  const own = fc.tuple(...parts).map((segments) => segments.join('/'));
  const path = fc.oneof(
    { arbitrary: own, weight: 12 },
    { arbitrary: inLine(60).map((text) => `/${text}`), weight: 1 },
    { arbitrary: fc.constantFrom('*', '/', '//', 'http://other/x', '/?', '/%', '?'), weight: 1 },
  );
  return fc.tuple(path, queryOf(route.query ?? {})).map(([base, query]) => base + query);
}

function queryOf(fields: Fields): fc.Arbitrary<string> {
  const name = fc.oneof(fc.constantFrom('cursor', 'limit', ...spellingsOf(fields)), inLine(10));
  const pair = fc.tuple(name, fc.oneof(inLine(30), fc.constantFrom('', '1', '-1', '1e99', 'true', '%ZZ', '[]', 'null'))).map((pieces) => pieces.join('='));
  return fc.array(pair, { maxLength: 5 }).map((pairs) => (pairs.length === 0 ? '' : `?${pairs.join('&')}`));
}

const spellingsOf = (fields: Fields): readonly string[] =>
  Object.entries(fields).flatMap(([name, { aliases = [] }]) => [name, ...aliases].flatMap((spelled) => [spelled, toSnake(spelled)]));

type Header = readonly [name: string, value: string];

function headersOf(authorizations: readonly string[]): fc.Arbitrary<readonly Header[]> {
  const value = fc.oneof(inLine(60), fc.constantFrom('', ' ', '0', '-1', 'null', '*/*', 'gzip', '\t'));
  const named = (name: string, ...usual: string[]): fc.Arbitrary<Header> =>
    fc.tuple(fc.constant(name), usual.length === 0 ? value : fc.oneof(fc.constantFrom(...usual), value));
  const header = fc.oneof(
    named('Content-Type', 'application/json', 'application/json; charset=utf-16', 'text/plain', 'multipart/form-data', ';', 'application/problem+json'),
    named('Accept', 'application/json; case=snake', 'text/html', ';;;,'),
    named('Accept-Language', 'ko', 'ko-KR,en;q=0.1', 'q=;,;'),
    named('Idempotency-Key', 'key-1', 'k'.repeat(256)),
    named('traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`),
    named('X-Trace-Id', 'F'.repeat(32)),
    ...['Content-Encoding', 'X-Forwarded-For', 'Forwarded', 'Cookie', 'If-None-Match', 'Range', 'Accept-Version', 'Origin', 'X-User-Id'].map((name) => named(name)),
    fc.tuple(fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,20}$/).map((name) => `X-${name}`), value),
  );
  const authorization: fc.Arbitrary<Header> = named('Authorization', ...authorizations, 'Bearer', 'Bearer a.b.c', 'Basic dTpw');
  return fc.tuple(fc.option(authorization, { freq: 8 }), fc.array(header, { maxLength: 6 })).map(([first, rest]) => (first === null ? rest : [first, ...rest]));
}

const HOSTILE_BODIES = [
  '{"__proto__":{"admin":true}}',
  '{"a":[{"constructor":{"prototype":{"x":1}}}]}',
  '{"\\u005f_proto__":1}',
  '['.repeat(5_000),
  '{"a":'.repeat(200) + '1' + '}'.repeat(200),
  '"',
  '{',
  'null',
  '\ufeff{}',
  '{"a":1e999,"b":-0,"c":"\\ud800"}',
  `{"a":"${'x'.repeat(70_000)}"}`,
];

function bodyOf(route: Route): fc.Arbitrary<Buffer> {
  const texts = fc.oneof(
    { arbitrary: fieldsBody(route.body ?? {}).map((body) => JSON.stringify(body)), weight: 8 },
    { arbitrary: fc.json(), weight: 2 },
    { arbitrary: fc.constantFrom('', ...HOSTILE_BODIES), weight: 2 },
  );
  return fc.oneof(
    { arbitrary: texts.map((text) => Buffer.from(text)), weight: 12 },
    { arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)), weight: 1 },
  );
}

function fieldsBody(fields: Fields): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const members = Object.entries(fields).map(([name, { schema, aliases = [] }]) =>
    fc.option(fc.tuple(fc.constantFrom(name, toSnake(name), ...aliases), valueOf(schema)), { freq: 6 }),
  );
  const extra = fc.array(fc.tuple(fc.string({ maxLength: 12 }), fc.jsonValue({ maxDepth: 2 })), { maxLength: 2 });
  return fc.tuple(fc.tuple(...members), extra).map(([known, unknown]) => Object.fromEntries([...known.filter((member) => member !== null), ...unknown]));
}

/** Mostly a value of the schema's type, so that many requests get past validation. */
function valueOf(schema: Readonly<Record<string, unknown>>): fc.Arbitrary<unknown> {
  return fc.oneof({ arbitrary: typedValueOf(schema), weight: 5 }, { arbitrary: fc.jsonValue({ maxDepth: 2 }), weight: 1 });
}

function typedValueOf(schema: Readonly<Record<string, unknown>>): fc.Arbitrary<unknown> {
  const { type, items, enum: choices } = schema;
  if (Array.isArray(choices)) return fc.constantFrom(...(choices as readonly unknown[]));
  if (type === 'integer') return fc.oneof(fc.integer({ min: -1, max: 12 }), fc.maxSafeInteger());
  if (type === 'number') return fc.double();
  if (type === 'boolean') return fc.boolean();
  if (type === 'array') return fc.array(valueOf((items ?? {}) as Readonly<Record<string, unknown>>), { maxLength: 12 });
  if (type === 'object') return fc.object({ maxDepth: 2 });
  return fc.oneof(fc.constantFrom('evt_2025_1001', 'A-12', 'x', ''), fc.string({ maxLength: 200, unit: 'binary' }).map((text) => text.toWellFormed()));
}

function requestBytes(line: string, headers: readonly Header[], body: Buffer, isChunked: boolean): Buffer {
  const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`;
  const fields = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = Buffer.from(`${line} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n${framing}\r\n${fields}\r\n`, 'latin1');
  if (!isChunked) return Buffer.concat([head, body]);
  const chunk = body.length === 0 ? [] : [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')];
  return Buffer.concat([head, ...chunk, Buffer.from('0\r\n\r\n')]);
}
