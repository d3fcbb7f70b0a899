import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplyReader } from '../src/rest/reply-reader.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';
const EVENTS = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n';

const reading = (...chunks: readonly string[]): ReplyReader => {
  const reader = new ReplyReader();
  for (const chunk of chunks) reader.add(Buffer.from(chunk));
  return reader;
};

test('answers are taken from a connection one by one, however they were cut, and interim ones are passed over', () => {
  const reader = reading('HTTP/1.1 100 Continue\r\n\r\n', OK.slice(0, 30));
  assert.equal(reader.next(false), undefined);
  reader.add(Buffer.from(OK.slice(30) + OK));
  assert.deepEqual([reader.next(false)?.text, reader.next(false)?.text, reader.next(false)], ['{}', '{}', undefined]);
});

test('of a stream of events its begin is an answer, once, and what flows after it is nothing', () => {
  const reader = reading(EVENTS, '5\r\nretry\r\n');
  assert.deepEqual([reader.next(false)?.status, reader.next(false), reader.isStream], [200, undefined, true]);
  reader.add(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'));
  assert.equal(reader.next(false), undefined);
});

test('what is no HTTP, and what does not say its length, is found', () => {
  assert.throws(() => reading('nonsense\r\n\r\n').next(false), /nonsense/);
  assert.throws(() => reading('HTTP/1.1 200 OK\r\n\r\n').next(false), /200 OK/);
});
