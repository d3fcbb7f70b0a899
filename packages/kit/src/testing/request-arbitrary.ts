import fc from 'fast-check';
import type { Fields, Route } from '../http/route.ts';
import { toSnake } from '../http/spelling.ts';
import { valueOf } from './value-arbitrary.ts';

/**
 * Bytes of one HTTP request that somebody might send. Most are right but for one or two things, so that what stands behind sign-in and
 * validation is reached; some are wrong through and through.
 */
export function requestArbitrary(routes: readonly Route[], authorizations: readonly string[]): fc.Arbitrary<Buffer> {
  return fc.constantFrom(...routes).chain((route) =>
    fc
      .record({
        method: mostly(fc.constant<string>(route.method), fc.constantFrom(...METHODS)),
        target: targetOf(route),
        headers: headersOf(authorizations),
        body: bodyOf(route),
        isChunked: mostly(fc.constant(false), fc.constant(true)),
      })
      .map(({ method, target, headers, body, isChunked }) => requestBytes(`${method} ${target}`, headers, body, isChunked)),
  );
}

const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: usual, weight: 9 }, { arbitrary: odd, weight: 1 });

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY', 'get', 'FOO'];

/** Anything that can stand in a header or a target without ending it. */
const inLine = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)), maxLength });

const ODD_SEGMENTS = [
  '%', '%ZZ', '%00', '%2F', '%E0%A4%A', '%C3%28', '..', '.', '~', "'", ';x=1', '__proto__', 'constructor', 'a'.repeat(128), 'a'.repeat(300),
];

const segment = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom('rsv_0123456789ABCDEFGHJKMNPQRS', 'pay_0123456789ABCDEFGHJKMNPQRS', 'evt_2025_1001', 'x'),
    fc.string({ minLength: 1, maxLength: 40 }).map((text) => encodeURIComponent(text.toWellFormed())),
    fc.constantFrom(...ODD_SEGMENTS),
    inLine(20),
  );

function targetOf(route: Route): fc.Arbitrary<string> {
  const parts = route.path.split('/').map((part) => (part.startsWith(':') ? segment() : fc.constant(part)));
  const own = fc.tuple(...parts).map((segments) => segments.join('/'));
  const odd = fc.oneof(
    inLine(60).map((text) => `/${text}`),
    fc.constantFrom('*', '/', '//', 'http://other/x', '/?', '/%', '?'),
  );
  return fc.tuple(mostly(own, odd), queryOf(route.query ?? {})).map(([path, query]) => path + query);
}

const ODD_QUERY_VALUES = ['', '1', '-1', '1e99', '0x10', 'true', '%ZZ', '%00', '[]', 'null', '+', 'a'.repeat(300)];

function queryOf(fields: Fields): fc.Arbitrary<string> {
  const known = Object.entries(fields).map(([name, { schema }]) =>
    fc.tuple(fc.constantFrom(name, toSnake(name)), valueOf(schema).map(inQuery)),
  );
  const oddName = fc.oneof(fc.constantFrom('cursor', 'limit', ...Object.keys(fields)), inLine(10));
  const odd = fc.tuple(oddName, fc.oneof(inLine(30), fc.constantFrom(...ODD_QUERY_VALUES)));
  const pairs = fc.tuple(fc.subarray(known).chain((some) => fc.tuple(...some)), fc.array(odd, { maxLength: 2 }));
  return mostly(
    pairs.map(([some]) => some),
    pairs.map(([some, others]) => [...some, ...others]),
  ).map((all) => (all.length === 0 ? '' : `?${all.map(([name, value]) => `${name}=${value}`).join('&')}`));
}

function inQuery(value: unknown): string {
  return encodeURIComponent((typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed());
}

type Header = readonly [name: string, value: string];

const ODD_HEADER_VALUES = ['', ' ', '0', '-1', 'null', '*/*', 'gzip', '\t', ';;;,', 'a'.repeat(256)];
const ODD_TYPES_AND_CREDENTIALS = ['text/plain', ';', 'application/json; charset=utf-16', 'Bearer', 'Bearer a.b.c', 'Basic dTpw'];
const ODD_HEADERS: readonly (readonly [name: string, ...usual: string[]])[] = [
  ['Accept', 'application/json; case=snake', 'text/html'],
  ['Accept-Language', 'ko', 'ko-KR,en;q=0.1', 'q=;,;'],
  ['traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`],
  ['X-Trace-Id', 'F'.repeat(32)],
  ['Content-Encoding', 'gzip'],
  ['X-Forwarded-For', '10.0.0.1, 10.0.0.2'],
  ['If-None-Match', '*', '"x"'],
  ['Range', 'bytes=0-1'],
  ['Accept-Version', '1.x'],
  ['Origin', 'https://evil.test'],
  ['Cookie', 'a=b'],
  ['X-User-Id', 'admin'],
];

function headersOf(authorizations: readonly string[]): fc.Arbitrary<readonly Header[]> {
  const oddValue = fc.oneof(inLine(60), fc.constantFrom(...ODD_HEADER_VALUES));
  const named = (name: string, usual: readonly string[]): fc.Arbitrary<Header> =>
    fc.tuple(fc.constant(name), mostly(fc.constantFrom(...usual), oddValue));
  const some = (header: fc.Arbitrary<Header>): fc.Arbitrary<readonly Header[]> =>
    mostly<readonly Header[]>(header.map((one) => [one]), fc.constant([]));
  const usual = fc.tuple(
    some(named('Content-Type', ['application/json', 'application/json', 'application/json; charset=utf-8'])),
    some(named('Authorization', authorizations)),
    some(fc.oneof(fc.uuid().map((key): Header => ['Idempotency-Key', key]), named('Idempotency-Key', ['key-1', 'key-2']))),
  );
  const odd = fc.oneof(
    ...ODD_HEADERS.map(([name, ...values]) => named(name, values)),
    fc.tuple(fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,20}$/).map((name) => `X-${name}`), oddValue),
    fc.tuple(fc.constantFrom('Content-Type', 'Authorization'), fc.constantFrom(...ODD_TYPES_AND_CREDENTIALS)),
  );
  // Of two fields with one name the first counts, so the odd ones go first.
  const oddOnes = mostly(fc.constant<readonly Header[]>([]), fc.array(odd, { maxLength: 4 }));
  return fc.tuple(usual, oddOnes).map(([sets, odds]) => [...odds, ...sets.flat()]);
}

const HOSTILE_BODIES = [
  '', '"', '{', 'null', '[]', '5', '\ufeff{}',
  '{"__proto__":{"admin":true}}',
  '{"a":[{"constructor":{"prototype":{"x":1}}}]}',
  '{"\\u005f_proto__":1}',
  '['.repeat(5_000),
  `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`,
  '{"a":1e999,"b":-0,"c":"\\ud800"}',
  `{"a":"${'x'.repeat(70_000)}"}`,
];

function bodyOf(route: Route): fc.Arbitrary<Buffer> {
  const right = fieldsBody(route.body ?? {}).map((body) => Buffer.from(JSON.stringify(body)));
  const wrong = fc.oneof(
    fc.constantFrom(...HOSTILE_BODIES).map((text) => Buffer.from(text)),
    fc.json().map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  );
  return mostly(right, wrong);
}

function fieldsBody(fields: Fields): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const members = Object.entries(fields).map(([name, { schema, required, aliases = [] }]) => {
    const member = fc.tuple(fc.constantFrom(name, toSnake(name), ...aliases), valueOf(schema));
    return fc.option(member, { freq: required === true ? 30 : 2 });
  });
  const unnamed = fc.tuple(fc.string({ maxLength: 12 }), fc.jsonValue({ maxDepth: 2 }));
  const unknown = mostly<readonly (readonly [string, unknown])[]>(fc.constant([]), fc.array(unnamed, { maxLength: 2 }));
  return fc
    .tuple(fc.tuple(...members), unknown)
    .map(([known, others]) => Object.fromEntries([...known.filter((member) => member !== null), ...others]));
}

function requestBytes(line: string, headers: readonly Header[], body: Buffer, isChunked: boolean): Buffer {
  const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`;
  const fields = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = Buffer.from(`${line} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n${framing}\r\n${fields}\r\n`, 'latin1');
  if (!isChunked) return Buffer.concat([head, body]);
  const chunk = body.length === 0 ? [] : [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')];
  return Buffer.concat([head, ...chunk, Buffer.from('0\r\n\r\n')]);
}
