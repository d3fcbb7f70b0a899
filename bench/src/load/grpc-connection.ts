import { connect, type Socket } from 'node:net';
import { connectionPreface, Flag, frame, FRAME_HEADER_BYTES, FrameType, writeFrameHeader, type CallHeaders } from './http2-frames.ts';

const FIRST_WINDOW = 65_535;
const GRPC_PREFIX_BYTES = 5;

/** What becomes of each call: the message of its answer, or undefined when it ended without one. */
export type OnAnswer = (startedMs: number, message: Buffer | undefined) => void;

/** One HTTP/2 connection that keeps a number of unary calls under way. */
export class GrpcConnection {
  readonly #socket: Socket;
  readonly #headers: CallHeaders;
  readonly #nextMessage: () => Uint8Array;
  readonly #onAnswer: OnAnswer;
  readonly #calls = new Map<number, { readonly startedMs: number; message: Buffer | undefined }>();
  #received: Buffer = Buffer.alloc(0);
  #window = FIRST_WINDOW;
  #nextStream = 1;
  #owed = 0;
  #isEnding = false;

  constructor(host: string, port: number, headers: CallHeaders, nextMessage: () => Uint8Array, onAnswer: OnAnswer) {
    this.#headers = headers;
    this.#nextMessage = nextMessage;
    this.#onAnswer = onAnswer;
    this.#socket = connect({ host, port, noDelay: true });
    this.#socket.write(connectionPreface());
    this.#socket.on('data', (bytes: Buffer) => this.#take(bytes));
  }

  /** Resolves when the connection is closed, however that came. */
  closed(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.on('error', () => undefined);
      this.#socket.on('close', () => {
        for (const { startedMs } of this.#calls.values()) this.#onAnswer(startedMs, undefined);
        this.#calls.clear();
        resolve();
      });
    });
  }

  /** Begins with that many calls; each that ends is followed by another. */
  keep(calls: number): void {
    this.#owed += calls;
    this.#begin();
  }

  /** Begins no more calls, and closes when the last one has ended. */
  end(): void {
    this.#isEnding = true;
    this.#owed = 0;
    if (this.#calls.size === 0) this.#socket.destroy();
  }

  #begin(): void {
    const frames: Buffer[] = [];
    while (this.#owed > 0 && !this.#isEnding) {
      const message = this.#nextMessage();
      const bytes = GRPC_PREFIX_BYTES + message.length;
      if (bytes > this.#window) break;
      this.#window -= bytes;
      this.#owed--;
      const stream = this.#nextStream;
      this.#nextStream += 2;
      const block = stream === 1 ? this.#headers.first : this.#headers.later;
      frames.push(frame(FrameType.headers, Flag.endHeaders, stream, block), dataFrame(stream, message));
      this.#calls.set(stream, { startedMs: performance.now(), message: undefined });
    }
    if (frames.length > 0) this.#socket.write(Buffer.concat(frames));
  }

  #take(bytes: Buffer): void {
    const all = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    let at = 0;
    while (all.length - at >= FRAME_HEADER_BYTES) {
      const length = all.readUIntBE(at, 3);
      const end = at + FRAME_HEADER_BYTES + length;
      if (end > all.length) break;
      this.#handle(all[at + 3] ?? 0, all[at + 4] ?? 0, all.readUInt32BE(at + 5) & 0x7fff_ffff, all.subarray(at + FRAME_HEADER_BYTES, end));
      at = end;
    }
    this.#received = all.subarray(at);
    this.#begin();
    if (this.#isEnding && this.#calls.size === 0) this.#socket.destroy();
  }

  #handle(type: number, flags: number, stream: number, payload: Buffer): void {
    const isAck = (flags & Flag.ack) !== 0;
    const call = this.#calls.get(stream);
    if (type === FrameType.data && call !== undefined && payload.length >= GRPC_PREFIX_BYTES) call.message = payload.subarray(GRPC_PREFIX_BYTES);
    if ((type === FrameType.data || type === FrameType.headers) && (flags & Flag.endStream) !== 0) this.#finish(stream);
    else if (type === FrameType.resetStream) this.#finish(stream);
    else if (type === FrameType.windowUpdate && stream === 0) this.#window += payload.readUInt32BE(0);
    else if (type === FrameType.settings && !isAck) this.#socket.write(frame(FrameType.settings, Flag.ack, 0, Buffer.alloc(0)));
    else if (type === FrameType.ping && !isAck) this.#socket.write(frame(FrameType.ping, Flag.ack, 0, payload));
    else if (type === FrameType.goAway) this.#isEnding = true;
  }

  #finish(stream: number): void {
    const call = this.#calls.get(stream);
    if (call === undefined) return;
    this.#calls.delete(stream);
    this.#onAnswer(call.startedMs, call.message);
    if (!this.#isEnding) this.#owed++;
  }
}

function dataFrame(stream: number, message: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES + GRPC_PREFIX_BYTES + message.length);
  writeFrameHeader(bytes, 0, GRPC_PREFIX_BYTES + message.length, FrameType.data, Flag.endStream, stream);
  bytes[FRAME_HEADER_BYTES] = 0;
  bytes.writeUInt32BE(message.length, FRAME_HEADER_BYTES + 1);
  bytes.set(message, FRAME_HEADER_BYTES + GRPC_PREFIX_BYTES);
  return bytes;
}
