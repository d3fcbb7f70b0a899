import { Buffer } from 'node:buffer';
import { BinaryWriter } from '@bufbuild/protobuf/wire';

/** Bytes that a writer begins with: most messages fit, and node hands out blocks of this size from a pool. */
const FIRST_BYTES = 256;
/** The longest text written letter by letter: its length is one byte, and a call into native code would cost more than the loop. */
const SHORT_CHARS = 40;
const HIGH_WORD = 2 ** 32;

/** A value that its field cannot carry: a fraction, NaN, or a number beyond the field's range. Always a bug of whoever sends. */
export class NotEncodable extends RangeError {
  override readonly name = 'NotEncodable';
}

/**
 * Writes a message into one pooled Buffer, and gives it away without copying it: two to four times as fast as the library's writer, which
 * it replaces underneath the generated code (docs/adr/0007). Each writer writes one message.
 *
 * It writes the same bytes as the library does, which a test compares for every message of the contract; kinds of fields that the contract
 * does not have are written by the library itself.
 */
export class BufferWriter extends BinaryWriter {
  private bytesSoFar: Buffer<ArrayBuffer> = Buffer.allocUnsafe(FIRST_BYTES);
  private at = 0;
  /** Where the length of each message that is being written stands, outermost first. */
  private readonly open: number[] = [];

  /** The message. Nothing may be written after this. */
  override finish(): Buffer<ArrayBuffer> {
    return this.bytesSoFar.subarray(0, this.at);
  }

  override fork(): this {
    this.reserve(1);
    this.open.push(this.at);
    this.at += 1;
    return this;
  }

  /** Writes the length in front of what was written since `fork`, which had left one byte for it: more push the rest along. */
  override join(): this {
    const start = this.open.pop();
    if (start === undefined) throw new NotEncodable('join without a fork');
    const length = this.at - start - 1;
    if (length < 0x80) {
      this.bytesSoFar[start] = length;
      return this;
    }
    const more = sizeOfLength(length) - 1;
    this.reserve(more);
    this.bytesSoFar.copyWithin(start + 1 + more, start + 1, this.at);
    const end = this.at + more;
    this.at = start;
    this.uint32(length);
    this.at = end;
    return this;
  }

  override raw(chunk: Uint8Array): this {
    this.reserve(chunk.length);
    this.bytesSoFar.set(chunk, this.at);
    this.at += chunk.length;
    return this;
  }

  override uint32(value: number): this {
    this.reserve(5);
    if ((value & 0x7f) === value) {
      this.bytesSoFar[this.at++] = value;
      return this;
    }
    if (value >>> 0 !== value) throw new NotEncodable(`not a uint32: ${value}`);
    let rest = value;
    while (rest > 0x7f) {
      this.bytesSoFar[this.at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytesSoFar[this.at++] = rest;
    return this;
  }

  override int32(value: number): this {
    if ((value | 0) !== value) throw new NotEncodable(`not an int32: ${value}`);
    return value >= 0 ? this.uint32(value) : this.varint64(value);
  }

  override bool(value: boolean): this {
    this.reserve(1);
    this.bytesSoFar[this.at++] = value ? 1 : 0;
    return this;
  }

  override string(value: string): this {
    const { length } = value;
    if (length > SHORT_CHARS) return this.longText(value);
    this.reserve(length + 1);
    const bytes = this.bytesSoFar;
    let at = this.at;
    bytes[at++] = length;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) return this.longText(value);
      bytes[at++] = code;
    }
    this.at = at;
    return this;
  }

  override int64(value: string | number | bigint): this {
    if (typeof value !== 'number') return this.raw(new BinaryWriter().int64(value).finish());
    if (!Number.isSafeInteger(value)) throw new NotEncodable(`not a whole number of at most 2^53 - 1: ${value}`);
    return value >= 0 && value <= 0x7fff_ffff ? this.uint32(value) : this.varint64(value);
  }

  override float(value: number): this {
    return this.raw(new BinaryWriter().float(value).finish());
  }

  override double(value: number): this {
    return this.raw(new BinaryWriter().double(value).finish());
  }

  override fixed32(value: number): this {
    return this.raw(new BinaryWriter().fixed32(value).finish());
  }

  override sfixed32(value: number): this {
    return this.raw(new BinaryWriter().sfixed32(value).finish());
  }

  override fixed64(value: string | number | bigint): this {
    return this.raw(new BinaryWriter().fixed64(value).finish());
  }

  override sfixed64(value: string | number | bigint): this {
    return this.raw(new BinaryWriter().sfixed64(value).finish());
  }

  override sint64(value: string | number | bigint): this {
    return this.raw(new BinaryWriter().sint64(value).finish());
  }

  override uint64(value: string | number | bigint): this {
    return this.raw(new BinaryWriter().uint64(value).finish());
  }

  private longText(value: string): this {
    const bytes = Buffer.byteLength(value);
    this.uint32(bytes);
    this.reserve(bytes);
    this.at += this.bytesSoFar.write(value, this.at, bytes, 'utf8');
    return this;
  }

  /** A whole number as 64 bits in two's complement, seven bits a byte. */
  private varint64(value: number): this {
    this.reserve(10);
    let low = value >>> 0;
    let high = Math.floor(value / HIGH_WORD) >>> 0;
    while (high !== 0) {
      this.bytesSoFar[this.at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    return this.uint32(low);
  }

  /** Small, so that it is inlined wherever something is written; growing is rare. */
  private reserve(size: number): void {
    if (this.at + size > this.bytesSoFar.length) this.grow(this.at + size);
  }

  private grow(needed: number): void {
    let length = this.bytesSoFar.length * 2;
    while (length < needed) length *= 2;
    const wider = Buffer.allocUnsafe(length);
    this.bytesSoFar.copy(wider, 0, 0, this.at);
    this.bytesSoFar = wider;
  }
}

/** Bytes that a length takes. */
function sizeOfLength(length: number): number {
  if (length < 0x4000) return 2;
  if (length < 0x20_0000) return 3;
  return length < 0x1000_0000 ? 4 : 5;
}
