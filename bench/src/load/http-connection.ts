import { connect, type Socket } from 'node:net';

/** An answer, as far as a load generator looks at it. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** Where the other end says when to come again. */
  readonly retryAfterSeconds?: number;
}

type Waiting = { readonly resolve: (answer: HttpAnswer) => void; readonly reject: (cause: unknown) => void };

const HEAD_END = Buffer.from('\r\n\r\n');
const STATUS_AT = 9;

/**
 * One connection that stays open, with one request under way at a time. It understands what the platform sends, and no more: a length that is
 * told, and no chunks. A client library would cost more than the platform does.
 */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #host: string;
  #received: Buffer = Buffer.alloc(0);
  #waiting: Waiting | undefined;
  #gone: unknown;

  constructor(baseUrl: URL) {
    this.#host = baseUrl.host;
    this.#socket = connect({ host: baseUrl.hostname, port: Number(baseUrl.port), noDelay: true });
    this.#socket.on('data', (bytes: Buffer) => this.#take(bytes));
    this.#socket.on('error', (cause) => this.#fail(cause));
    this.#socket.on('close', () => this.#fail(new ConnectionGone('closed by the other end')));
  }

  /** False once nothing can be sent any more: most often since it was not used for long. */
  get isOpen(): boolean {
    return this.#gone === undefined;
  }

  /** `headers` is lines with their ends, without those that every request has. Rejects when the connection is gone. */
  send(method: 'GET' | 'POST', path: string, headers: string, body = ''): Promise<HttpAnswer> {
    const content = body === '' ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
    return new Promise((resolve, reject) => {
      if (this.#gone !== undefined) return reject(this.#gone);
      this.#waiting = { resolve, reject };
      this.#socket.write(`${method} ${path} HTTP/1.1\r\nhost: ${this.#host}\r\n${headers}${content}\r\n${body}`);
    });
  }

  end(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd === -1) return;
    const head = this.#received.toString('latin1', 0, headEnd);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    const end = headEnd + HEAD_END.length + length;
    if (this.#received.length < end) return;
    const status = Number(head.slice(STATUS_AT, STATUS_AT + 3));
    const wait = status === 503 || status === 429 ? /\r\nretry-after: *(\d+)/i.exec(head)?.[1] : undefined;
    const answer = { status, ...(wait === undefined ? {} : { retryAfterSeconds: Number(wait) }), body: this.#received.toString('utf8', end - length, end) };
    this.#received = this.#received.subarray(end);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(answer);
  }

  #fail(cause: unknown): void {
    this.#gone ??= cause;
    this.#waiting?.reject(cause);
    this.#waiting = undefined;
  }
}

class ConnectionGone extends Error {
  override readonly name = 'ConnectionGone';
}
