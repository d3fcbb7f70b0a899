import { refuse, StreamRefused, type EndReason, type OpenStreams, type GrpcCall, type Refusal, type StreamTransport } from '@traffic-tacos/kit';
import type { Update, UpdateSink } from '../../application/updates/follow-state.ts';

/** Followers of one gRPC stream, gathered: each has room for its newest update, so a slow reader loses what is between and never the last. */
export class UpdateFeed<Response> implements AsyncIterable<Response> {
  readonly #waiting = new Map<string, Response>();
  readonly #ticks = new Map<string, () => void>();
  readonly #ends = new Map<string, () => void>();
  #wake: () => void = () => undefined;
  #gone: () => void = () => undefined;
  #end: Refusal | 'complete' | undefined = undefined;
  #isOver = false;

  /** One thing that is followed on this stream; when all of them can change no more, the stream is complete. */
  sink<Facts>(id: string, render: (update: Update<Facts>) => Response): UpdateSink<Facts> {
    this.#ends.set(id, () => undefined);
    return {
      update: (update) => this.#put(`${id} ${update.kind}`, render(update)),
      end: (reason) => this.#endOne(id, reason),
      onTick: (listener) => void this.#ticks.set(id, listener),
      onEnd: (listener) => void this.#ends.set(id, listener),
    };
  }

  /** Opens the stream among all that are open, or says why it may not be. */
  openAmong(streams: OpenStreams, { caller, peer, signal }: GrpcCall): Refusal | undefined {
    const user = caller.kind === 'user' ? caller : undefined;
    const tokenExpiresAtMs = caller.kind === 'user' || caller.kind === 'service' ? caller.tokenExpiresAtMs : undefined;
    const room = streams.claim({ userId: user?.userId, address: peer, tokenExpiresAtMs });
    if ('refused' in room) return room;
    const stream = room.open(this.#transport());
    stream.onTick(() => this.#tick());
    stream.onEnd(() => this.#stop());
    this.#gone = () => {
      room.giveBack();
      this.#over('complete');
      stream.lost();
    };
    if (signal.aborted) this.#gone();
    else signal.addEventListener('abort', this.#gone, { once: true });
    return undefined;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Response> {
    try {
      for (;;) {
        const [first] = this.#waiting;
        if (first !== undefined) {
          this.#waiting.delete(first[0]);
          yield first[1];
        } else if (this.#end !== undefined) break;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.#gone();
    }
    if (this.#end !== 'complete') throw new StreamRefused(this.#end);
  }

  /** gRPC keeps the connection alive itself, and asks for the next message when there is room: nothing is buffered. */
  #transport(): StreamTransport {
    return {
      bufferedBytes: 0,
      write: () => undefined,
      heartbeat: () => undefined,
      end: (reason) => this.#over(endOf(reason)),
      destroy: () => this.#over('complete'),
    };
  }

  #put(key: string, response: Response): void {
    // A newer one takes its place at the end, so that updates keep their order.
    this.#waiting.delete(key);
    this.#waiting.set(key, response);
    this.#wake();
  }

  #endOne(id: string, reason: EndReason): void {
    const onEnd = this.#ends.get(id);
    this.#ends.delete(id);
    this.#ticks.delete(id);
    onEnd?.();
    if (reason !== 'final') this.#over(endOf(reason));
    else if (this.#ends.size === 0) this.#over('complete');
  }

  #tick(): void {
    for (const tick of [...this.#ticks.values()]) tick();
  }

  #over(end: Refusal | 'complete'): void {
    this.#end ??= end;
    this.#wake();
  }

  #stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const onEnd of [...this.#ends.values()]) onEnd();
    this.#ends.clear();
    this.#ticks.clear();
  }
}

const ENDS: Readonly<Record<EndReason, Refusal | 'complete'>> = {
  final: 'complete',
  draining: refuse('SERVICE_UNAVAILABLE', { retryAfterSeconds: 1 }),
  token_expired: refuse('UNAUTHENTICATED', { details: [{ field: 'authorization', reason: 'the token has expired' }] }),
  too_slow: refuse('RATE_LIMITED', { details: [{ field: 'stream', reason: 'was read too slowly' }] }),
  gone: refuse('NOT_FOUND'),
  failed: refuse('INTERNAL_ERROR'),
  silent: 'complete',
  misused: 'complete',
};

const endOf = (reason: EndReason): Refusal | 'complete' => ENDS[reason];
