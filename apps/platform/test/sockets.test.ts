import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withPlatform } from '@traffic-tacos/platform/testing';
import { besideMisbehaviour, type Beside } from './support/beside-misbehaviour.ts';
import { MUCH, type Orders } from './support/misbehaving-client.ts';

/**
 * A tenth of the times that are usual, or less, so that each test is short. As usual, who says nothing is ended long before a connection is cut off on which
 * nothing has moved: on a busy machine a turn of the event loop with ten thousand sockets takes its time, and after it the first is still to come first.
 */
const HTTP = { headersTimeoutMs: 800, requestTimeoutMs: 1_000, keepAliveTimeoutMs: 5_000, timeoutCheckMs: 100, refusedBodyMs: 300, connections: 20_000 };
/** The times above, with what a busy machine adds; without them it would be more than a minute. */
const ENDED_WITHIN_MS = 15_000;

/** Others may be served so much slower at the most, beside what a machine that does other work adds at any time. */
const P99_FACTOR = 5;
const P99_NOISE_MS = 100;
/** Of that many connections those that are over are ended in one turn, each with an answer. */
const LOOP_DELAY_P99_MS = 300;
/** What one read can hold of short requests is answered in one turn, before the connection is held back. */
const FLOOD_LOOP_DELAY_MS = 1_000;
const GROWN_BYTES = 8 * 1024 * 1024;
/** What other work on the machine adds is gone the next time; what misbehaviour does to the server is not. */
const TRIES = 2;

interface Case {
  readonly loopDelayMs?: number;
  readonly service?: 'inventory';
  readonly withinMs?: number;
}

async function misbehaving(behaviour: Orders['behaviour'], connections: number, { loopDelayMs = LOOP_DELAY_P99_MS, service, withinMs = ENDED_WITHIN_MS }: Case = {}): Promise<Beside> {
  const tried: string[] = [];
  while (tried.length < TRIES) {
    const beside = await seenBeside(behaviour, connections, service);
    const told = JSON.stringify(beside);
    assert.equal(beside.outcome.opened, connections, `each was taken: ${told}`);
    assert.equal(beside.outcome.ended, connections, `each was ended: ${told}`);
    const problem = tooSlow(beside, { loopDelayMs, withinMs });
    if (problem === undefined) return beside;
    tried.push(`${problem}: ${told}`);
  }
  return assert.fail(tried.join('\n'));
}

async function seenBeside(behaviour: Orders['behaviour'], connections: number, service: Case['service']): Promise<Beside> {
  const found: Beside[] = [];
  await withPlatform(
    async (on) => {
      await on.event('evt_1', 5);
      if (service === 'inventory') await on.event('evt_big', 20_000);
      found.push(await besideMisbehaviour(on, behaviour, connections, service));
    },
    { http: HTTP },
  );
  return found[0] ?? assert.fail();
}

/** What of the figures is not as it has to be; undefined where all are. */
function tooSlow({ outcome, p99BeforeMs, p99BesideMs, loopDelayP99Ms, grownBytes }: Beside, { loopDelayMs, withinMs }: { readonly loopDelayMs: number; readonly withinMs: number }): string | undefined {
  if (outcome.longestMs > withinMs) return 'not ended in time';
  if (p99BesideMs > P99_FACTOR * p99BeforeMs + P99_NOISE_MS) return 'others are not served as before';
  if (loopDelayP99Ms > loopDelayMs) return 'the event loop does not turn';
  return grownBytes > GROWN_BYTES ? 'something is left of it' : undefined;
}

const answersOf = ({ outcome }: Beside): readonly string[] => Object.keys(outcome.answers);

test('S20: headers that come byte by byte are ended with 408, others are served, nothing is left', async () => {
  assert.deepEqual(answersOf(await misbehaving('drips its header', 300)), ['408']);
});

test('S20: bodies that come byte by byte are ended with 408, others are served, nothing is left', async () => {
  assert.deepEqual(answersOf(await misbehaving('drips its body', 300)), ['408']);
});

test('S20: bodies over the limit are 413, or cut off while they are still being sent', async () => {
  for (const answer of answersOf(await misbehaving('sends too large a body', 100))) assert.match(answer, /^(?:413|408|none)$/);
});

test('S20: chunks without an end are 413, or cut off while they are still being sent', async () => {
  for (const answer of answersOf(await misbehaving('sends chunks without end', 100))) assert.match(answer, /^(?:413|408|none)$/);
});

test('S20: garbage behind requests is 400, or ends the connection after some of their answers', async () => {
  for (const answer of answersOf(await misbehaving('follows requests with garbage', 300))) assert.match(answer, /^(?:200 )*(?:200|400)$/);
});

test('S20: who closes their half in the middle of a request is told so, or just closed', async () => {
  for (const answer of answersOf(await misbehaving('closes its half in the middle', 300))) assert.match(answer, /^(?:4\d\d|none)$/);
});

test('S20: who closes their half after a request gets its answer', async () => {
  assert.deepEqual(answersOf(await misbehaving('closes its half after asking', 300)), ['200']);
});

test('S20: who asks once and stays is closed after a while', async () => {
  assert.deepEqual(answersOf(await misbehaving('asks once and stays', 300)), ['200']);
});

test('S20: 10,000 sockets that say nothing are ended with 408, others are served, nothing is left', async () => {
  assert.deepEqual(answersOf(await misbehaving('says nothing', 10_000)), ['408']);
});

test('S20: who asks and never reads is closed after a while, and what waits for them is bounded', async () => {
  const { outcome } = await misbehaving('asks for much and never reads', 10, { service: 'inventory', withinMs: 2 * ENDED_WITHIN_MS });
  const served = outcome.answers[Array.from({ length: MUCH }, () => '200').join(' ')] ?? 0;
  assert.ok(served <= outcome.opened / 2, `most were cut off with answers that nobody had taken: ${JSON.stringify(outcome.answers)}`);
});

test('S20: who asks without end and never reads is held back, and closed', async () => {
  await misbehaving('asks and never reads', 5, { loopDelayMs: FLOOD_LOOP_DELAY_MS });
});
