import { connect, type Socket } from 'node:net';
import type { RawReply } from '@traffic-tacos/kit/testing';
import { ReplyReader } from './reply-reader.ts';

/** What came for the bytes of one request: the answers, as many as there were, and whether the connection has ended with them. */
export interface Exchanged {
  readonly replies: readonly RawReply[];
  readonly isClosed: boolean;
}

/** What a stream says at its begin it says at once. */
const LISTENS_MS = 40;

interface Waiting {
  readonly isHead: boolean;
  /** Waits for the end of the connection and not for an answer. */
  readonly untilClosed: boolean;
  readonly replies: RawReply[];
  readonly resolve: (exchanged: Exchanged) => void;
  readonly reject: (error: unknown) => void;
}

/** One connection to one port. It is opened when something is to be sent, and again when it has ended. One request is under way at a time. */
export class RestConnection {
  readonly #port: number;
  #socket: Socket | undefined;
  #reader = new ReplyReader();
  #waiting: Waiting | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /** Sends bytes and waits for the answer. `cuts`: where to cut them into packets. */
  send(bytes: Buffer, isHead: boolean, cuts: readonly number[]): Promise<Exchanged> {
    const socket = (this.#socket ??= this.#open());
    return new Promise((resolve, reject) => {
      this.#waiting = { isHead, untilClosed: false, replies: [], resolve, reject };
      writeInPackets(socket, bytes, cuts);
    });
  }

  /** Sends bytes, says that no more will come, and waits until the other side closes as well. */
  sendAndEnd(bytes: Buffer, isHead: boolean): Promise<Exchanged> {
    const socket = (this.#socket ??= this.#open());
    return new Promise((resolve, reject) => {
      this.#waiting = { isHead, untilClosed: true, replies: [], resolve, reject };
      socket.end(bytes);
    });
  }

  /** Whoever waits is told that the connection is closed. */
  destroy(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true, allowHalfOpen: false });
    this.#reader = new ReplyReader();
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    // A reset is how a server ends a connection on which it is still being sent to.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#closed(socket));
    return socket;
  }

  #take(chunk: Buffer): void {
    this.#reader.add(chunk);
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    try {
      // What follows the request may be another one, of another method.
      const next = (): RawReply | undefined => this.#reader.next(waiting.isHead && waiting.replies.length === 0);
      for (let reply = next(); reply !== undefined; reply = next()) {
        waiting.replies.push(reply);
        if (this.#reader.isStream) return this.#listen(waiting, reply);
        if (!waiting.untilClosed) return this.#answered(waiting, reply);
      }
    } catch (error) {
      this.#waiting = undefined;
      waiting.reject(error);
      this.#socket?.destroy();
    }
  }

  /** Hears what a stream of events tells at its begin, and leaves. */
  #listen(waiting: Waiting, reply: RawReply): void {
    const [socket, reader] = [this.#socket, this.#reader];
    this.#waiting = undefined;
    this.#socket = undefined;
    const leave = (): void => {
      clearTimeout(patience);
      socket?.destroy();
      try {
        waiting.resolve({ replies: [...waiting.replies.slice(0, -1), { ...reply, text: reader.events }], isClosed: true });
      } catch (error) {
        waiting.reject(error);
      }
    };
    const patience = setTimeout(leave, LISTENS_MS);
    socket?.removeAllListeners('data').on('data', (chunk: Buffer) => reader.add(chunk)).once('close', leave);
  }

  #answered({ replies, resolve }: Waiting, { headers }: RawReply): void {
    this.#waiting = undefined;
    const isClosed = headers['connection'] === 'close';
    if (isClosed) {
      this.#socket?.destroy();
      this.#socket = undefined;
    }
    resolve({ replies, isClosed });
  }

  #closed(socket: Socket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({ replies: waiting.replies, isClosed: true });
  }
}

function writeInPackets(socket: Socket, bytes: Buffer, cuts: readonly number[]): void {
  let from = 0;
  for (const cut of cuts.toSorted((a, b) => a - b)) {
    if (cut <= from || cut >= bytes.length) continue;
    socket.write(bytes.subarray(from, cut));
    from = cut;
  }
  socket.write(from === 0 ? bytes : bytes.subarray(from));
}
