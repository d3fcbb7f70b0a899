import { OPCODE } from './client-frame.ts';

/** One frame of the server. */
export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** What no server may send (RFC 6455). */
export class BadFrame extends Error {
  override readonly name = 'BadFrame';
}

const TWO_BYTES = 126;
const EIGHT_BYTES = 127;

/** Takes bytes apart into frames. What a server of ours sends is never masked, never in pieces, and has no reserved bit. */
export class FrameReader {
  #left: Buffer = Buffer.alloc(0);

  add(chunk: Buffer): void {
    this.#left = this.#left.length === 0 ? chunk : Buffer.concat([this.#left, chunk]);
  }

  /** Bytes of a frame that is not whole yet. */
  get isWithin(): boolean {
    return this.#left.length > 0;
  }

  /** Undefined until a whole one is there. Throws `BadFrame`. */
  next(): ServerFrame | undefined {
    const left = this.#left;
    const [first, second] = left;
    if (first === undefined || second === undefined) return undefined;
    const opcode = first & 0x0f;
    if ((first & 0xf0) !== 0x80) throw new BadFrame(`a frame begins with ${first.toString(16)}: it is in pieces, or has reserved bits`);
    if ((second & 0x80) !== 0) throw new BadFrame('a frame of a server is masked');
    if (!([OPCODE.text, OPCODE.close, OPCODE.ping, OPCODE.pong] as readonly number[]).includes(opcode)) throw new BadFrame(`a frame has the opcode ${opcode}`);
    const lengthBytes = second === TWO_BYTES ? 2 : second === EIGHT_BYTES ? 8 : 0;
    if (left.length < 2 + lengthBytes) return undefined;
    const length = lengthBytes === 0 ? second : lengthBytes === 2 ? left.readUInt16BE(2) : Number(left.readBigUInt64BE(2));
    const end = 2 + lengthBytes + length;
    if (opcode >= OPCODE.close && length > 125) throw new BadFrame(`a control frame has ${length} bytes`);
    if (left.length < end) return undefined;
    this.#left = left.subarray(end);
    return { opcode, payload: left.subarray(2 + lengthBytes, end) };
  }
}
