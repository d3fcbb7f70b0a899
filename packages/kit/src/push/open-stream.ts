import type { EndReason, LastWords, PushEvent, PushStream } from './push-stream.ts';

/** What carries a stream to its client. Nothing here may throw because the client has gone. */
export interface StreamTransport {
  /** Whether what is said to a user in person can be shown on it. */
  readonly showsMessages?: boolean;
  /** Bytes that were handed over and that the client has not taken yet. */
  readonly bufferedBytes: number;
  write(event: PushEvent): void;
  /** Something without a meaning, so that whoever stands between keeps the connection, and a dead peer is found. */
  heartbeat(): void;
  /** Says why, and when to come again, and ends in order: what was written before goes out first. */
  end(reason: EndReason, retryAfterMs: number, last: LastWords | undefined): void;
  /** Cuts the connection off. */
  destroy(): void;
}

/** All times in ms. */
export interface StreamTimes {
  /** Nothing was sent for so long: a heartbeat is. Below the idle timeouts of common proxies (30 to 60 s). */
  readonly heartbeatMs: number;
  /** The client has not taken a byte for so long: it is too slow. */
  readonly stuckMs: number;
  /** What was ended gets so long to go out. */
  readonly graceMs: number;
}

/** What all streams of a process share. */
export interface OpenStreamRules {
  readonly times: StreamTimes;
  /** What may wait to be taken by the client, in bytes. */
  readonly bufferBytes: number;
  /** The stream has ended for its filler; its connection may still bring bytes out. */
  readonly onEnded: (stream: OpenStream) => void;
  /** Its connection has gone. */
  readonly onGone: (stream: OpenStream) => void;
  readonly nextRetryMs: () => number;
}

/** One open stream: it beats, watches what its client takes, and ends with its token. */
export class OpenStream implements PushStream {
  readonly #rules: OpenStreamRules;
  readonly #transport: StreamTransport;
  #tick: (() => void) | undefined = undefined;
  #onEnd: (() => void) | undefined = undefined;
  #isEnded = false;
  #lastSentMs: number;
  /** Since when the client has had something to take; undefined when it has taken all. */
  #waitingSinceMs: number | undefined = undefined;
  #nowMs: number;
  #endedAtMs = 0;
  /** On the wall clock; undefined where no token was shown. */
  tokenExpiresAtMs: number | undefined;
  /** Whose it is, where it can show what is said to its user; undefined otherwise. */
  userId: string | undefined = undefined;

  constructor(rules: OpenStreamRules, transport: StreamTransport, nowMs: number, tokenExpiresAtMs: number | undefined) {
    this.#rules = rules;
    this.#transport = transport;
    this.#nowMs = nowMs;
    this.#lastSentMs = nowMs;
    this.tokenExpiresAtMs = tokenExpiresAtMs;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  send(event: PushEvent): void {
    if (this.#isEnded) return;
    if (this.#transport.bufferedBytes > this.#rules.bufferBytes) return this.end('too_slow');
    this.#transport.write(event);
    this.#lastSentMs = this.#nowMs;
  }

  end(reason: EndReason, last?: LastWords): void {
    if (this.#isEnded) return;
    this.#transport.end(reason, this.#rules.nextRetryMs(), last);
    this.#ended();
  }

  onTick(listener: () => void): void {
    this.#tick = listener;
  }

  onEnd(listener: () => void): void {
    if (this.#isEnded) listener();
    else this.#onEnd = listener;
  }

  /** The connection has gone. */
  lost(): void {
    if (!this.#isEnded) this.#ended();
    this.#rules.onGone(this);
  }

  /** Looks after the stream. Called about four times a second, with the instant on a clock that never goes back and on the wall. */
  tick(nowMs: number, wallMs: number): void {
    this.#nowMs = nowMs;
    const transport = this.#transport;
    const { times } = this.#rules;
    if (this.tokenExpiresAtMs !== undefined && wallMs >= this.tokenExpiresAtMs) return this.end('token_expired');
    if (transport.bufferedBytes === 0) this.#waitingSinceMs = undefined;
    else if (this.#waitingSinceMs === undefined) this.#waitingSinceMs = nowMs;
    else if (nowMs - this.#waitingSinceMs >= times.stuckMs) return this.end('too_slow');
    this.#tick?.();
    if (this.#isEnded || nowMs - this.#lastSentMs < times.heartbeatMs) return;
    transport.heartbeat();
    this.#lastSentMs = nowMs;
  }

  /** Cuts off what has not gone out in time after the end; answers whether it did. */
  cutOff(nowMs: number): boolean {
    if (nowMs - this.#endedAtMs < this.#rules.times.graceMs) return false;
    this.#transport.destroy();
    return true;
  }

  destroy(): void {
    this.#transport.destroy();
  }

  #ended(): void {
    this.#isEnded = true;
    this.#endedAtMs = this.#nowMs;
    this.#tick = undefined;
    const listener = this.#onEnd;
    this.#onEnd = undefined;
    this.#rules.onEnded(this);
    listener?.();
  }
}
