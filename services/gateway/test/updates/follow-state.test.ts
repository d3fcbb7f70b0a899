import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ManualClock, Unavailable } from '@traffic-tacos/kernel';
import { followState, type Subject, type Update } from '../../src/application/updates/follow-state.ts';
import { openUpdates } from '../../src/application/updates/open-updates.ts';

interface State {
  readonly id: string;
  readonly endsAtMs?: number;
  readonly isFinal?: boolean;
}

const START_MS = 1_000_000;

/** A thing that changes when the test says so, and what its follower was shown. */
class Followed {
  readonly clock = new ManualClock(START_MS);
  readonly shown: string[] = [];
  readonly faults: unknown[] = [];
  watchers = 0;
  reads = 0;
  now: State | undefined | Error;
  #changed: () => void = () => undefined;
  #tick: () => void = () => undefined;
  #onEnd: () => void = () => undefined;
  #isEnded = false;

  constructor(now: State) {
    this.now = now;
  }

  readonly subject: Subject<State> = {
    read: async () => {
      this.reads++;
      if (this.now instanceof Error) throw this.now;
      return this.now;
    },
    watch: (changed) => {
      this.watchers++;
      this.#changed = changed;
      return () => void this.watchers--;
    },
    stateIdOf: ({ id }) => id,
    isFinal: ({ isFinal = false }) => isFinal,
    endsAtMs: ({ endsAtMs }) => endsAtMs,
  };

  follow(first: State, seen?: string): void {
    const deps = { clock: this.clock, onFault: (cause: unknown) => void this.faults.push(cause) };
    followState(this.subject, first, seen, {
      update: ({ kind, stateId, before }: Update<State>) => void this.shown.push(`${kind} ${stateId} after ${before?.id ?? '-'}`),
      end: (reason) => {
        this.shown.push(`end ${reason}`);
        this.end();
      },
      onTick: (listener) => void (this.#tick = listener),
      onEnd: (listener) => void (this.#onEnd = listener),
    }, deps);
  }

  /** Changes it, and tells. */
  async become(next: State | undefined | Error): Promise<void> {
    this.now = next;
    this.#changed();
    await settled();
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    if (!this.#isEnded) this.#tick();
    await settled();
  }

  /** Tells of changes, so many that none is read before the next one. */
  burst(...states: readonly State[]): void {
    for (const state of states) {
      this.now = state;
      this.#changed();
    }
  }

  end(): void {
    this.#isEnded = true;
    this.#onEnd();
  }
}

/** Reads are promises that are resolved already. */
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('whoever follows a thing', () => {
  it('is shown its state at once, and each later one', async () => {
    const thing = new Followed({ id: 'a' });
    thing.follow({ id: 'a' });
    await thing.become({ id: 'b' });
    await thing.become({ id: 'c' });
    assert.deepEqual(thing.shown, ['status a after -', 'status b after a', 'status c after b']);
  });

  it('is not shown what it has seen, and is shown at once what it has missed', async () => {
    const same = new Followed({ id: 'a' });
    same.follow({ id: 'a' }, 'a');
    await settled();
    assert.deepEqual(same.shown, []);
    await same.become({ id: 'b' });
    assert.deepEqual(same.shown, ['status b after a']);
    const later = new Followed({ id: 'b' });
    later.follow({ id: 'b' }, 'a');
    assert.deepEqual(later.shown, ['status b after -']);
  });

  it('misses nothing that happens between the first reading and the watching', async () => {
    const thing = new Followed({ id: 'b' });
    thing.follow({ id: 'a' });
    await settled();
    assert.deepEqual(thing.shown, ['status a after -', 'status b after a']);
  });

  it('is always shown the last of changes that come faster than they are read', async () => {
    const thing = new Followed({ id: 'a' });
    thing.follow({ id: 'a' });
    await settled();
    thing.burst({ id: 'b' }, { id: 'c' }, { id: 'd' });
    await settled();
    assert.equal(thing.shown.at(-1)?.slice(0, 8), 'status d');
    assert.ok(thing.reads <= 5, `${thing.reads} reads`);
  });

  it('is not told twice of one state', async () => {
    const thing = new Followed({ id: 'a' });
    thing.follow({ id: 'a' });
    await thing.become({ id: 'a' });
    await thing.become({ id: 'a' });
    assert.deepEqual(thing.shown, ['status a after -']);
  });

  it('is warned ten seconds before the state ends by itself, once, and anew when the end was moved', async () => {
    const thing = new Followed({ id: 'a', endsAtMs: START_MS + 60_000 });
    thing.follow({ id: 'a', endsAtMs: START_MS + 60_000 });
    await thing.pass(49_999);
    assert.deepEqual(thing.shown, ['status a after -']);
    await thing.pass(1);
    await thing.pass(5_000);
    assert.deepEqual(thing.shown, ['status a after -', 'expiring a after a']);
    await thing.become({ id: 'b', endsAtMs: START_MS + 90_000 });
    await thing.pass(25_000);
    assert.deepEqual(thing.shown.slice(2), ['status b after a', 'expiring b after b']);
  });

  it('S10: is shown the end that the clock brings, though nobody tells of it', async () => {
    const thing = new Followed({ id: 'a', endsAtMs: START_MS + 60_000 });
    thing.follow({ id: 'a', endsAtMs: START_MS + 60_000 });
    await settled();
    thing.now = { id: 'over' };
    await thing.pass(60_000);
    assert.equal(thing.shown.at(-1), 'status over after a');
  });

  it('asks once a second, and not more often, for an end that is late', async () => {
    const held = { id: 'a', endsAtMs: START_MS + 1_000 };
    const thing = new Followed(held);
    thing.follow(held);
    await settled();
    const before = thing.reads;
    for (let i = 0; i < 20; i++) await thing.pass(250);
    assert.ok(thing.reads - before >= 4 && thing.reads - before <= 6, `${thing.reads - before} reads in five seconds`);
  });

  it('hears the end of what cannot change any more', async () => {
    const thing = new Followed({ id: 'a' });
    thing.follow({ id: 'a' });
    await thing.become({ id: 'b', isFinal: true });
    assert.deepEqual(thing.shown, ['status a after -', 'status b after a', 'end final']);
    assert.equal(thing.watchers, 0);
  });

  it('asks again in a second when nobody could answer, and loses nothing by it', async () => {
    const thing = new Followed({ id: 'a' });
    thing.follow({ id: 'a' });
    await thing.become(new Unavailable('the store is away'));
    thing.now = { id: 'b' };
    await thing.pass(999);
    assert.deepEqual(thing.shown, ['status a after -']);
    await thing.pass(1);
    assert.deepEqual(thing.shown, ['status a after -', 'status b after a']);
    assert.deepEqual(thing.faults, []);
  });

  it('I10: is shown nothing any more of what is not theirs any more', async () => {
    const thing = new Followed({ id: 'a' });
    thing.follow({ id: 'a' });
    await thing.become(undefined);
    assert.deepEqual([thing.shown.at(-1), thing.watchers], ['end gone', 0]);
  });

  it('hears that it failed where it did by a fault of ours, which is told', async () => {
    const thing = new Followed({ id: 'a' });
    thing.follow({ id: 'a' });
    await thing.become(new TypeError('a bug'));
    assert.deepEqual([thing.shown.at(-1), thing.faults.length, thing.watchers], ['end failed', 1, 0]);
  });

  it('leaves nothing behind when it goes', async () => {
    const thing = new Followed({ id: 'a' });
    thing.follow({ id: 'a' });
    thing.end();
    await thing.become({ id: 'b' });
    assert.deepEqual([thing.watchers, thing.shown.length], [0, 1]);
  });
});

it('nothing is opened for what is not there, or for the last state to whoever has seen it', async () => {
  const deps = { clock: new ManualClock(), onFault: () => undefined };
  const last = new Followed({ id: 'z', isFinal: true });
  assert.equal((await openUpdates(last.subject, 'z', deps)).kind, 'nothing_more');
  assert.equal((await openUpdates(last.subject, 'y', deps)).kind, 'open');
  last.now = undefined;
  assert.equal((await openUpdates(last.subject, 'z', deps)).kind, 'not_found');
  assert.equal(last.watchers, 0);
});
