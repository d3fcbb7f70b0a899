import assert from 'node:assert/strict';
import { test } from 'node:test';
import ratchet from '../ratchet.json' with { type: 'json' };
import { excess } from '../src/ratchet.ts';

const LIMIT = 70;
const measured = (size: number): Parameters<typeof excess>[0] => [{ path: 'a.ts', line: 3, name: 'f', size }];
const messages = (size: number, allowed: Readonly<Record<string, number>>): readonly string[] =>
  excess(measured(size), LIMIT, allowed).map(({ message }) => message);

test('without an exception the limit is the edge', () => {
  assert.deepEqual(messages(70, {}), []);
  assert.match(messages(71, {})[0] ?? '', /f has 71 lines, 70 are allowed/);
});

test('an exception may stay as it is, and may not grow', () => {
  assert.deepEqual(messages(90, { 'a.ts#f': 90 }), []);
  assert.match(messages(91, { 'a.ts#f': 90 })[0] ?? '', /f has 91 lines, 90 are allowed/);
});

test('an exception that has shrunk is written down smaller, so that it cannot grow back', () => {
  assert.deepEqual(messages(80, { 'a.ts#f': 90 }), ['a.ts#f has shrunk to 80 lines: write that down']);
});

test('an exception that is not needed any more, or names nothing, is taken out', () => {
  assert.deepEqual(messages(70, { 'a.ts#f': 90 }), ['a.ts#f needs no exception any more: take it out']);
  assert.deepEqual(messages(70, { 'gone.ts#g': 90 }), ['gone.ts#g needs no exception any more: take it out']);
});

test('the project has no exceptions', () => {
  assert.deepEqual(ratchet, { functionLength: {}, fileLength: {} });
});
