import { Unavailable, type Clock } from '@traffic-tacos/kernel';
import type { EndReason } from '@traffic-tacos/kit';

/** One update on the way to whoever follows. `expiring`: nothing has changed, and will by itself within ten seconds. */
export interface Update<Facts> {
  readonly kind: 'status' | 'expiring';
  /** Names the state: equal for equal states, also after a restart. */
  readonly stateId: string;
  readonly facts: Facts;
  /** What was shown before; undefined at the beginning. */
  readonly before: Facts | undefined;
}

/** Who follows. */
export interface UpdateSink<Facts> {
  update(update: Update<Facts>): void;
  end(reason: EndReason): void;
  onTick(listener: () => void): void;
  onEnd(listener: () => void): void;
}

/** One thing that is followed, as its owner may see it. */
export interface Subject<Facts> {
  /** What is true now and on disk; undefined when there is none, or it is somebody else's. */
  readonly read: () => Promise<Facts | undefined>;
  /** Undefined where no more can be watched. */
  readonly watch: (changed: () => void) => (() => void) | undefined;
  readonly stateIdOf: (facts: Facts) => string;
  /** Whether nothing can happen to it any more. */
  readonly isFinal: (facts: Facts) => boolean;
  /** When the state ends by the clock alone; undefined where it does not. */
  readonly endsAtMs: (facts: Facts) => number | undefined;
}

export interface FollowDeps {
  /** The decision clock: the ends of states are its instants. */
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Told of what was thrown and is a bug; the stream ends. */
  readonly onFault: (cause: unknown) => void;
}

/** So long before a state ends by itself, whoever follows is warned. */
const WARN_MS = 10_000;
/** Whoever could not be asked is asked again after this time; so is whoever should have changed by the clock and has not. */
const ASK_AGAIN_MS = 1_000;

/**
 * Shows `first` and every later state until the sink ends. A state that was seen (by its id) is not shown again; states that follow each other
 * faster than they are read are passed over, the last one never is.
 */
export function followState<Facts>(subject: Subject<Facts>, first: Facts, seenStateId: string | undefined, sink: UpdateSink<Facts>, deps: FollowDeps): void {
  new Following(subject, seenStateId, sink, deps).begin(first);
}

class Following<Facts> {
  readonly #subject: Subject<Facts>;
  readonly #sink: UpdateSink<Facts>;
  readonly #deps: FollowDeps;
  #shownId: string | undefined;
  #latest: Facts | undefined = undefined;
  #warnedOfMs: number | undefined = undefined;
  #askAgainAtMs = Infinity;
  #askedAtMs = 0;
  #isAsking = false;
  #mustAskAgain = false;
  #isOver = false;

  constructor(subject: Subject<Facts>, seenStateId: string | undefined, sink: UpdateSink<Facts>, deps: FollowDeps) {
    this.#subject = subject;
    this.#shownId = seenStateId;
    this.#sink = sink;
    this.#deps = deps;
  }

  begin(first: Facts): void {
    const unwatch = this.#subject.watch(() => this.#ask());
    if (unwatch === undefined) return this.#sink.end('failed');
    this.#sink.onEnd(() => {
      this.#isOver = true;
      unwatch();
    });
    this.#sink.onTick(() => this.#tick());
    this.#show(first);
    // What has changed between the reading of `first` and now was told to nobody.
    if (!this.#isOver) this.#ask();
  }

  #show(facts: Facts): void {
    const { stateIdOf, isFinal } = this.#subject;
    const stateId = stateIdOf(facts);
    const before = this.#latest;
    this.#latest = facts;
    if (stateId !== this.#shownId) {
      this.#shownId = stateId;
      this.#sink.update({ kind: 'status', stateId, facts, before });
    }
    if (isFinal(facts)) this.#sink.end('final');
  }

  #ask(): void {
    if (this.#isAsking) this.#mustAskAgain = true;
    else void this.#read();
  }

  async #read(): Promise<void> {
    const { clock, onFault } = this.#deps;
    this.#isAsking = true;
    this.#askAgainAtMs = Infinity;
    try {
      do {
        this.#mustAskAgain = false;
        this.#askedAtMs = clock.nowMs();
        const facts = await this.#subject.read();
        if (this.#isOver) return;
        if (facts === undefined) return this.#sink.end('gone');
        this.#show(facts);
      } while (this.#mustAskAgain && !this.#isOver);
    } catch (thrown) {
      if (thrown instanceof Unavailable) this.#askAgainAtMs = clock.nowMs() + ASK_AGAIN_MS;
      else {
        this.#sink.end('failed');
        onFault(thrown);
      }
    } finally {
      this.#isAsking = false;
    }
  }

  #tick(): void {
    const nowMs = this.#deps.clock.nowMs();
    if (nowMs >= this.#askAgainAtMs) this.#ask();
    const { endsAtMs, stateIdOf } = this.#subject;
    const facts = this.#latest;
    const endMs = facts === undefined ? undefined : endsAtMs(facts);
    if (facts === undefined || endMs === undefined) return;
    if (endMs <= nowMs) {
      if (nowMs - this.#askedAtMs >= ASK_AGAIN_MS || this.#askedAtMs < endMs) this.#ask();
    } else if (endMs - nowMs <= WARN_MS && this.#warnedOfMs !== endMs) {
      this.#warnedOfMs = endMs;
      this.#sink.update({ kind: 'expiring', stateId: stateIdOf(facts), facts, before: facts });
    }
  }
}
