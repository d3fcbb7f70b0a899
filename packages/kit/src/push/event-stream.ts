import type { ServerResponse } from 'node:http';
import type { RenderJson } from '../http/render-json.ts';
import type { StreamTransport } from './open-stream.ts';
import { comesAgain, type EndReason, type LastWords, type PushEvent } from './push-stream.ts';

/** How long a client waits before it comes again when a connection breaks, in ms. */
const RETRY_MS = 2_000;

/** The header fields of a stream beside those of every answer. Nobody may keep it, transform it, or gather what flows in it. */
export const EVENT_STREAM_FIELDS: readonly string[] = [
  'Content-Type', 'text/event-stream; charset=utf-8', 'Cache-Control', 'no-store, no-transform', 'X-Accel-Buffering', 'no',
];

/** Carries a stream as server-sent events over a response whose head is out. */
export class EventStream implements StreamTransport {
  readonly showsMessages = true;
  readonly #res: ServerResponse;
  readonly #render: RenderJson;

  constructor(res: ServerResponse, render: RenderJson) {
    this.#res = res;
    this.#render = render;
    res.write(`retry: ${RETRY_MS}\n\n`);
  }

  get bufferedBytes(): number {
    return this.#res.writableLength;
  }

  write({ id, name, data }: PushEvent): void {
    const idLine = id === undefined ? '' : `id: ${id}\n`;
    this.#res.write(`${idLine}event: ${name}\ndata: ${this.#render(data)}\n\n`);
  }

  heartbeat(): void {
    this.#res.write(': heartbeat\n\n');
  }

  end(reason: EndReason, retryAfterMs: number, last: LastWords | undefined): void {
    const retry = comesAgain(reason) ? `retry: ${retryAfterMs}\n\n` : '';
    this.#res.write(retry);
    this.write({ ...last, name: 'closed', data: { reason, retryAfterMs: comesAgain(reason) ? retryAfterMs : undefined, ...last?.data } });
    this.#res.end();
  }

  destroy(): void {
    this.#res.destroy();
  }
}
