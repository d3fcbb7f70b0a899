import { connect, type Socket } from 'node:net';
import type { RawReply } from '@traffic-tacos/kit/testing';
import { ReplyReader } from '../rest/reply-reader.ts';
import { OPCODE } from './client-frame.ts';
import { BadFrame, FrameReader, type ServerFrame } from './server-frames.ts';

/** What came of a conversation. */
export interface SocketReply {
  /** The answer to the handshake: 101, or a refusal. Undefined where the connection was closed without any. */
  readonly reply: RawReply | undefined;
  readonly frames: readonly ServerFrame[];
  /** What the server sent that is no frame. */
  readonly broken: string | undefined;
}

export interface ToSay {
  readonly handshake: Buffer;
  /** Sent once the handshake is answered, or with it. */
  readonly frames: Buffer;
  readonly isHasty: boolean;
  readonly cuts: readonly number[];
  readonly farewell: Buffer;
  /** The last message is answered for certain, so the farewell waits for that. */
  readonly isAnswered: boolean;
}

const SWITCHING = 'HTTP/1.1 101 ';
const END_OF_HEAD = '\r\n\r\n';
/** What cannot be said to be over, because something in it is wrong, is given this time without another byte. */
const QUIET_MS = 30;
const PONG = '"type":"pong"';

/** One WebSocket, raw: says what it is given, hears what comes, and leaves with a close frame and the end of its connection. */
export class Conversation {
  readonly #say: ToSay;
  readonly #socket: Socket;
  readonly #replies = new ReplyReader();
  readonly #reader = new FrameReader();
  readonly #frames: ServerFrame[] = [];
  #head = Buffer.alloc(0);
  #reply: RawReply | undefined;
  #isOpen = false;
  #broken: string | undefined;
  #quiet: NodeJS.Timeout | undefined;
  /** Resolves when the connection has gone, whoever closed it. */
  readonly ended: Promise<SocketReply>;

  constructor(port: number, say: ToSay) {
    this.#say = say;
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    this.#socket = socket;
    const { promise, resolve } = Promise.withResolvers<SocketReply>();
    this.ended = promise;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    // A reset is how a server ends a connection on which it is still being sent to.
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      clearTimeout(this.#quiet);
      resolve({ reply: this.#reply, frames: this.#frames, broken: this.#broken });
    });
    this.#write(say.isHasty ? Buffer.concat([say.handshake, say.frames]) : say.handshake);
    // A handshake that is none may be answered by nothing at all.
    if (!say.isAnswered) this.#farewellWhenQuiet();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #write(bytes: Buffer): void {
    let from = 0;
    for (const cut of this.#say.cuts.toSorted((a, b) => a - b)) {
      if (cut <= from || cut >= bytes.length) continue;
      this.#socket.write(bytes.subarray(from, cut));
      from = cut;
    }
    this.#socket.write(bytes.subarray(from));
  }

  #take(chunk: Buffer): void {
    this.#quiet?.refresh();
    try {
      if (this.#isOpen) this.#hear(chunk);
      else this.#shake(chunk);
    } catch (error) {
      this.#broken ??= error instanceof BadFrame ? error.message : String(error);
      this.#socket.destroy();
    }
  }

  #shake(chunk: Buffer): void {
    this.#head = Buffer.concat([this.#head, chunk]);
    const text = this.#head.toString('latin1');
    if (!text.startsWith(SWITCHING.slice(0, text.length))) {
      this.#replies.add(chunk);
      this.#reply ??= this.#replies.next(false);
      if (this.#reply !== undefined) this.#socket.end();
      return;
    }
    const end = text.indexOf(END_OF_HEAD);
    if (end === -1) return;
    const lines = text.slice(0, end).split('\r\n').slice(1);
    const headers = Object.fromEntries(lines.map((line): [string, string] => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
    this.#reply = { status: 101, headers, text: '' };
    this.#isOpen = true;
    if (!this.#say.isHasty) this.#write(this.#say.frames);
    this.#hear(this.#head.subarray(end + END_OF_HEAD.length));
  }

  #hear(chunk: Buffer): void {
    this.#reader.add(chunk);
    for (let frame = this.#reader.next(); frame !== undefined; frame = this.#reader.next()) {
      this.#frames.push(frame);
      if (frame.opcode === OPCODE.close) this.#socket.end();
      else if (frame.opcode === OPCODE.text && frame.payload.includes(PONG)) this.#leave();
    }
  }

  #farewellWhenQuiet(): void {
    this.#quiet = setTimeout(() => this.#leave(), QUIET_MS);
  }

  /** Everything is said. Whoever is not in a conversation just closes. */
  #leave(): void {
    clearTimeout(this.#quiet);
    this.#quiet = undefined;
    if (!this.#socket.writable) return;
    if (this.#isOpen) this.#socket.write(this.#say.farewell);
    this.#socket.end();
  }
}
