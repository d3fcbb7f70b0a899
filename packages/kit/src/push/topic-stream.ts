import type { OpenStream } from './open-stream.ts';
import type { EndReason, LastWords, PushEvent, PushStream } from './push-stream.ts';

/** One subscription on a WebSocket, seen as a stream of its own: its updates carry its topic and id, and its end leaves the socket open. */
export class TopicStream implements PushStream {
  readonly #topic: string;
  readonly #id: string;
  readonly #socket: OpenStream;
  readonly #onLeft: () => void;
  #onTick: (() => void) | undefined = undefined;
  #onEnd: (() => void) | undefined = undefined;
  #isEnded = false;

  constructor(topic: string, id: string, socket: OpenStream, onLeft: () => void) {
    this.#topic = topic;
    this.#id = id;
    this.#socket = socket;
    this.#onLeft = onLeft;
  }

  send({ id: eventId, name, data }: PushEvent): void {
    if (!this.#isEnded) this.#socket.send({ name: 'event', data: { topic: this.#topic, id: this.#id, event: name, eventId, data } });
  }

  end(reason: EndReason, last?: LastWords): void {
    if (this.#isEnded) return;
    this.#socket.send({ name: 'ended', data: { topic: this.#topic, id: this.#id, reason, eventId: last?.id, data: last?.data } });
    this.leave();
  }

  onTick(listener: () => void): void {
    this.#onTick = listener;
  }

  onEnd(listener: () => void): void {
    if (this.#isEnded) listener();
    else this.#onEnd = listener;
  }

  tick(): void {
    this.#onTick?.();
  }

  /** Ends without a word: the client has said so, or has gone. */
  leave(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#onTick = undefined;
    this.#onLeft();
    this.#onEnd?.();
  }
}
