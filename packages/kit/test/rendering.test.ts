import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSnakeRenderer, renderCamel } from '../src/http/render-json.ts';
import { spellingOf, toSnake } from '../src/http/spelling.ts';

const render = createSnakeRenderer();

/** What the renderer must be equal to, written the slow way. */
function respelled(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(respelled);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [toSnake(key), respelled(member)]));
}

test('keys: camelCase names are respelled at every hump; ids, constants and words are not', () => {
  const spelled = { reservationId: 'reservation_id', holdExpiresAtMs: 'hold_expires_at_ms', p95Ms: 'p95_ms', aB: 'a_b' };
  for (const [key, expected] of Object.entries(spelled)) assert.equal(toSnake(key), expected);
  for (const key of ['status', 'already_snake', 'A-12', 'x5t#S256', 'SEAT', 'Content-Type', '', '한글', 'a-B', 'HoldId']) assert.equal(toSnake(key), key);
  assert.deepEqual(['eventId', 'event_id', 'qty', 'A-12', 'A_1'].map(spellingOf), ['camel', 'snake', undefined, undefined, undefined]);
});

test('the snake_case renderer writes what JSON.stringify writes, with respelled keys, for any data', () => {
  const key = fc.oneof(fc.string(), fc.stringMatching(/^[a-z]{1,5}([A-Z][a-z]{1,4}){0,3}$/));
  const leaf = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant(undefined));
  const { data } = fc.letrec((tie) => ({
    data: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('data'), { maxLength: 4 }), fc.dictionary(key, tie('data'), { maxKeys: 5 })),
  }));
  const body = fc.dictionary(key, data, { maxKeys: 6 });
  const isEqual = fc.property(body, (value) => {
    assert.deepEqual(JSON.parse(render(value)), JSON.parse(JSON.stringify(respelled(value))));
  });
  fc.assert(isEqual, { numRuns: 200 });
});

test('lone surrogates, controls and quotes are escaped as JSON demands, in both spellings', () => {
  const body = { someText: '\ud800 "\\\n\u0000\u007f 한글 🎫' };
  assert.equal(render(body), JSON.stringify({ some_text: body.someText }));
  assert.equal(renderCamel(body), JSON.stringify(body));
});

test('what has a toJSON is left to it, and what is no data is a bug', () => {
  assert.equal(render({ someInstant: new Date(0) }), '{"some_instant":"1970-01-01T00:00:00.000Z"}');
  for (const value of [1n, () => 1, Symbol('x')]) assert.throws(() => render({ value }), TypeError);
});

test('more distinct keys than are remembered are still spelled right', () => {
  const body = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`someKey${i}`, i]));
  assert.deepEqual(JSON.parse(render(body)), respelled(body));
});
