import type { WebSocket } from 'ws';
import type { RenderJson } from '../http/render-json.ts';
import type { StreamTransport } from './open-stream.ts';
import { comesAgain, type EndReason, type PushEvent } from './push-stream.ts';

/** How each end is told in the closing frame (RFC 6455, 7.4; 4000 and above are ours). */
const CLOSE_CODES: Readonly<Record<EndReason, number>> = {
  final: 1000,
  gone: 1000,
  draining: 1001,
  misused: 1008,
  failed: 1011,
  too_slow: 1013,
  token_expired: 4401,
  silent: 4408,
};

/** Carries frames of JSON over a WebSocket: the name of an event is the frame's `type`, its data stands beside it. */
export class WebSocketStream implements StreamTransport {
  readonly #socket: WebSocket;
  readonly #render: RenderJson;

  constructor(socket: WebSocket, render: RenderJson) {
    this.#socket = socket;
    this.#render = render;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  write({ name, data }: PushEvent): void {
    this.#socket.send(this.#render({ type: name, ...data }));
  }

  /** Pages see no pings, so they are sent a frame; the ping makes the other side answer. */
  heartbeat(): void {
    this.write({ name: 'heartbeat', data: {} });
    this.#socket.ping();
  }

  end(reason: EndReason, retryAfterMs: number): void {
    this.write({ name: 'closing', data: { reason, retryAfterMs: comesAgain(reason) ? retryAfterMs : undefined } });
    this.#socket.close(CLOSE_CODES[reason], reason);
  }

  destroy(): void {
    this.#socket.terminate();
  }
}
