import type { Clock, Limits } from '@traffic-tacos/kernel';
import { refuse } from '../errors/registry.ts';
import type { Refusal } from '../http/route.ts';
import type { PushEvent } from './push-stream.ts';
import { OpenStream, type OpenStreamRules, type StreamTimes, type StreamTransport } from './open-stream.ts';

/** Who opens a stream. */
export interface StreamOwner {
  /** Undefined where nobody signed in: the address counts then. */
  readonly userId: string | undefined;
  readonly address: string;
  /** When their token ends, on the wall clock; undefined without a token. */
  readonly tokenExpiresAtMs: number | undefined;
}

/** Room for one stream. */
export interface StreamRoom {
  /** Once. `lost` of what it answers is to be called when the connection has gone. */
  open(transport: StreamTransport): OpenStream;
  /** From now on the room is counted for this user as well: they have signed in on it. Undefined when they may. */
  signIn(userId: string): Refusal | undefined;
  /** When the connection has gone, or no stream is opened after all. */
  giveBack(): void;
}

export interface OpenStreamsOptions {
  readonly clock: Clock;
  readonly limits: Pick<Limits, 'pushStreams' | 'pushStreamsPerUser' | 'pushStreamsPerAddress' | 'pushBufferBytes'>;
  readonly times?: StreamTimes;
  /** Calls `run` again and again until what it answers is called; timers of the runtime unless given. */
  readonly every?: (ms: number, run: () => void) => () => void;
}

const DEFAULT_TIMES: StreamTimes = { heartbeatMs: 15_000, stuckMs: 30_000, graceMs: 5_000 };
const TICK_MS = 250;

/** Those whose process stops come back spread over this time. */
const RETRY_FROM_MS = 1_000;
const RETRY_SPREAD_MS = 4_000;
const RETRY_STEP_MS = 37;

const TOO_MANY = refuse('RATE_LIMITED', { details: [{ field: 'streams', reason: 'too many are open already' }], retryAfterSeconds: 5 });
const FULL = refuse('SERVICE_UNAVAILABLE', { retryAfterSeconds: 5 });

/**
 * All streams that are open in this process, whatever carries them: server-sent events, WebSockets, gRPC.
 *
 * It limits them, lets them beat, ends those of slow readers and of tokens that are over, and ends all when the process drains. One timer
 * serves all of them, and runs only while there are any.
 */
export class OpenStreams {
  readonly #options: OpenStreamsOptions;
  readonly #rules: OpenStreamRules;
  readonly #front: FrontOfRooms;
  readonly #open = new Set<OpenStream>();
  /** Ended, and still bringing bytes out. */
  readonly #ending = new Set<OpenStream>();
  readonly #byOwner = new Map<string, number>();
  #rooms = 0;
  #stopTicking: (() => void) | undefined = undefined;
  #isDraining = false;
  #retryMs = 0;
  #onEmpty: (() => void) | undefined = undefined;

  constructor(options: OpenStreamsOptions) {
    this.#options = options;
    this.#rules = {
      times: options.times ?? DEFAULT_TIMES,
      bufferBytes: options.limits.pushBufferBytes,
      onEnded: (stream) => {
        this.#open.delete(stream);
        this.#ending.add(stream);
      },
      onGone: (stream) => {
        this.#ending.delete(stream);
        this.#settle();
      },
      nextRetryMs: () => this.#nextRetryMs(),
    };
    this.#front = {
      open: (transport, tokenExpiresAtMs) => this.#openStream(transport, tokenExpiresAtMs),
      countUser: (userId) => this.#countUser(userId),
      giveBack: (counted) => {
        this.#rooms--;
        for (const key of counted) this.#discount(key);
      },
    };
  }

  /** Streams that are open now. */
  get size(): number {
    return this.#open.size;
  }

  /** Room for a stream of this owner, or why there is none: they have too many, or there are too many of all, or the process stops. */
  claim(owner: StreamOwner): StreamRoom | Refusal {
    const { limits } = this.#options;
    if (this.#isDraining || this.#rooms >= limits.pushStreams) return FULL;
    const first = owner.userId === undefined ? this.#count(`a${owner.address}`, limits.pushStreamsPerAddress) : this.#countUser(owner.userId);
    if (first === undefined) return TOO_MANY;
    this.#rooms++;
    return new Room(owner, [first], this.#front);
  }

  /** Looks after every stream. Called by the timer; tests call it themselves. */
  tick(): void {
    const { clock } = this.#options;
    const nowMs = clock.nowMs();
    const wallMs = clock.wallMs();
    for (const stream of this.#open) stream.tick(nowMs, wallMs);
    for (const stream of this.#ending) if (stream.cutOff(nowMs)) this.#ending.delete(stream);
    this.#settle();
  }

  /** Sends an event to every stream of the user that can show it; answers to how many. Looks at all streams: for operators. */
  tell(userId: string, event: PushEvent): number {
    let told = 0;
    for (const stream of this.#open) {
      if (stream.userId !== userId) continue;
      stream.send(event);
      if (!stream.isEnded) told++;
    }
    return told;
  }

  /** Ends all streams with a hint when to come again, and opens none any more. Resolves when all bytes are out, or cut off at the deadline. */
  async drain(deadlineMs: number): Promise<void> {
    this.#isDraining = true;
    for (const stream of [...this.#open]) stream.end('draining');
    if (this.#ending.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onEmpty = resolve;
    const timer = setTimeout(resolve, deadlineMs);
    await promise;
    clearTimeout(timer);
    for (const stream of this.#ending) stream.destroy();
    this.#ending.clear();
    this.#settle();
  }

  #openStream(transport: StreamTransport, tokenExpiresAtMs: number | undefined): OpenStream {
    const stream = new OpenStream(this.#rules, transport, this.#options.clock.nowMs(), tokenExpiresAtMs);
    this.#open.add(stream);
    this.#stopTicking ??= (this.#options.every ?? everyMs)(TICK_MS, () => this.tick());
    return stream;
  }

  /** The timer rests where there is nothing to look after. */
  #settle(): void {
    if (this.#ending.size === 0) {
      this.#onEmpty?.();
      if (this.#open.size === 0) {
        this.#stopTicking?.();
        this.#stopTicking = undefined;
      }
    }
  }

  #nextRetryMs(): number {
    this.#retryMs = (this.#retryMs + RETRY_STEP_MS) % RETRY_SPREAD_MS;
    return RETRY_FROM_MS + this.#retryMs;
  }

  #countUser(userId: string): string | undefined {
    return this.#count(`u${userId}`, this.#options.limits.pushStreamsPerUser);
  }

  #count(key: string, most: number): string | undefined {
    const now = this.#byOwner.get(key) ?? 0;
    if (now >= most) return undefined;
    this.#byOwner.set(key, now + 1);
    return key;
  }

  #discount(key: string): void {
    const left = (this.#byOwner.get(key) ?? 1) - 1;
    if (left === 0) this.#byOwner.delete(key);
    else this.#byOwner.set(key, left);
  }
}

function everyMs(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms);
  timer.unref();
  return () => clearInterval(timer);
}

interface FrontOfRooms {
  open(transport: StreamTransport, tokenExpiresAtMs: number | undefined): OpenStream;
  /** The key under which one more is counted; undefined where there are too many. */
  countUser(userId: string): string | undefined;
  giveBack(counted: readonly string[]): void;
}

class Room implements StreamRoom {
  readonly #owner: StreamOwner;
  readonly #counted: string[];
  readonly #front: FrontOfRooms;
  #isHeld = true;

  constructor(owner: StreamOwner, counted: string[], front: FrontOfRooms) {
    this.#owner = owner;
    this.#counted = counted;
    this.#front = front;
  }

  open(transport: StreamTransport): OpenStream {
    const stream = this.#front.open(transport, this.#owner.tokenExpiresAtMs);
    if (transport.showsMessages === true) stream.userId = this.#owner.userId;
    return stream;
  }

  signIn(userId: string): Refusal | undefined {
    if (!this.#isHeld) return undefined;
    const key = this.#front.countUser(userId);
    if (key === undefined) return TOO_MANY;
    this.#counted.push(key);
    return undefined;
  }

  giveBack(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#front.giveBack(this.#counted);
  }
}
