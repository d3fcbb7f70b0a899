import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS, ManualClock, type Limits } from '@traffic-tacos/kernel';
import { OpenStreams, StreamRefused, type GrpcCall } from '@traffic-tacos/kit';
import type { Update, UpdateSink } from '../../src/application/updates/follow-state.ts';
import { UpdateFeed } from '../../src/api/grpc/update-feed.ts';

const TOKEN_MS = 60_000;

/** A feed of one gRPC call whose user is alice. */
class Feeding {
  readonly clock = new ManualClock();
  readonly streams: OpenStreams;
  readonly abort = new AbortController();
  readonly feed = new UpdateFeed<string>();
  readonly ended: string[] = [];

  constructor(limits: Partial<Limits> = {}) {
    this.streams = new OpenStreams({ clock: this.clock, limits: { ...DEFAULT_LIMITS, ...limits }, every: () => () => undefined });
  }

  open(feed: UpdateFeed<string> = this.feed) {
    const tokenExpiresAtMs = this.clock.wallMs() + TOKEN_MS;
    const call: GrpcCall = {
      caller: { kind: 'user', userId: 'alice', roles: [], tokenExpiresAtMs }, peer: '127.0.0.1', traceId: 'a'.repeat(32), idempotencyKey: undefined, deadlineMs: Infinity,
      errorMode: 'response', metadata: () => undefined, signal: this.abort.signal,
    };
    return feed.openAmong(this.streams, call);
  }

  sink(id: string): UpdateSink<number> {
    const sink = this.feed.sink<number>(id, ({ facts }) => `${id}=${facts}`);
    sink.onEnd(() => void this.ended.push(id));
    return sink;
  }

  /** Everything that the stream sends, and how it ends. */
  async read(): Promise<readonly string[]> {
    const sent: string[] = [];
    try {
      for await (const text of this.feed) sent.push(text);
      return [...sent, 'complete'];
    } catch (error) {
      if (error instanceof StreamRefused) return [...sent, error.refusal.refused];
      throw error;
    }
  }
}

const shown = (facts: number, kind: Update<number>['kind'] = 'status'): Update<number> => ({ kind, stateId: String(facts), facts, before: undefined });

describe('a feed of updates over gRPC', () => {
  it('sends what comes, and to a slow reader the newest of each', async () => {
    const feeding = new Feeding();
    assert.equal(feeding.open(), undefined);
    const [a, b] = [feeding.sink('a'), feeding.sink('b')];
    a.update(shown(1));
    b.update(shown(7));
    a.update(shown(2));
    a.update(shown(2, 'expiring'));
    const reading = feeding.read();
    a.end('final');
    b.end('final');
    assert.deepEqual(await reading, ['b=7', 'a=2', 'a=2', 'complete']);
    assert.deepEqual(feeding.ended.toSorted(), ['a', 'b']);
    assert.equal(feeding.streams.size, 0);
  });

  it('ends with its token, as UNAUTHENTICATED, after what was sent before', async () => {
    const feeding = new Feeding();
    feeding.open();
    const sink = feeding.sink('a');
    const reading = feeding.read();
    sink.update(shown(1));
    feeding.clock.advance(TOKEN_MS);
    feeding.streams.tick();
    assert.deepEqual(await reading, ['a=1', 'UNAUTHENTICATED']);
    assert.deepEqual(feeding.ended, ['a']);
  });

  it('S24: ends when the process drains, as UNAVAILABLE, and gives its room back', async () => {
    const feeding = new Feeding();
    feeding.open();
    feeding.sink('a');
    const reading = feeding.read();
    await feeding.streams.drain(20_000);
    assert.deepEqual([await reading, feeding.streams.size, feeding.ended], [['SERVICE_UNAVAILABLE'], 0, ['a']]);
  });

  it('leaves nothing behind when the client has gone, whether or not anybody reads', async () => {
    const feeding = new Feeding();
    feeding.open();
    feeding.sink('a');
    feeding.abort.abort();
    assert.deepEqual([feeding.streams.size, feeding.ended, await feeding.read()], [0, ['a'], ['complete']]);
  });

  it('ends as a whole when one of what it follows is not theirs any more, or failed', async () => {
    for (const [reason, code] of [['gone', 'NOT_FOUND'], ['failed', 'INTERNAL_ERROR']] as const) {
      const feeding = new Feeding();
      feeding.open();
      feeding.sink('a').end(reason);
      assert.deepEqual(await feeding.read(), [code]);
    }
  });

  it('counts among the user\'s streams', () => {
    const feeding = new Feeding({ pushStreamsPerUser: 1 });
    assert.equal(feeding.open(), undefined);
    assert.equal(feeding.open(new UpdateFeed<string>())?.refused, 'RATE_LIMITED');
  });
});
