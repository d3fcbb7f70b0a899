import { invariant, type IdWords } from '@traffic-tacos/kernel';

const FIRST_CAPACITY = 64 * 1024;

/** A growing buffer that records are written into, little endian. One is reused for many entries. */
export class ByteWriter {
  #buffer = Buffer.allocUnsafe(FIRST_CAPACITY);
  #view = viewOf(this.#buffer);
  #length = 0;

  /** Bytes written so far; also a mark that `truncate` and `patchU32` take. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of memory it keeps: it grows by doubling and never shrinks. */
  get capacity(): number {
    return this.#buffer.length;
  }

  /** What was written. Valid until the next write. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Forgets everything after the mark. */
  truncate(mark: number): void {
    invariant(mark <= this.#length, 'truncate goes back only');
    this.#length = mark;
  }

  u8(value: number): void {
    const at = this.#claim(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.#claim(2);
    this.#view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.#claim(4);
    this.#view.setUint32(at, value, true);
  }

  /** A whole number up to 2^53 - 1 (instants, amounts), as 8 bytes. */
  u53(value: number): void {
    const at = this.#claim(8);
    this.#view.setFloat64(at, value, true);
  }

  id({ w0, w1, w2, w3 }: IdWords): void {
    const at = this.#claim(16);
    this.#view.setInt32(at, w0, true);
    this.#view.setInt32(at + 4, w1, true);
    this.#view.setInt32(at + 8, w2, true);
    this.#view.setInt32(at + 12, w3, true);
  }

  /** UTF-8 with its length in 4 bytes. */
  text(value: string): void {
    const at = this.#claim(4 + value.length * 3);
    const written = this.#buffer.write(value, at + 4, 'utf8');
    this.#view.setUint32(at, written, true);
    this.#length = at + 4 + written;
  }

  raw(value: Uint8Array): void {
    const at = this.#claim(value.length);
    this.#buffer.set(value, at);
  }

  /** Writes over four bytes that were written before, for a length known only afterwards. */
  patchU32(mark: number, value: number): void {
    this.#view.setUint32(mark, value, true);
  }

  /** Writes over two bytes that were written before. */
  patchU16(mark: number, value: number): void {
    this.#view.setUint16(mark, value, true);
  }

  #claim(bytes: number): number {
    const at = this.#length;
    if (at + bytes > this.#buffer.length) this.#grow(at + bytes);
    this.#length = at + bytes;
    return at;
  }

  #grow(atLeast: number): void {
    const bigger = Buffer.allocUnsafe(Math.max(atLeast, this.#buffer.length * 2));
    this.#buffer.copy(bigger, 0, 0, this.#length);
    this.#buffer = bigger;
    this.#view = viewOf(bigger);
  }
}

/** Thrown when bytes end before the value they promise: the reader of a checked group treats it as damage. */
export class ShortRead extends Error {
  override readonly name = 'ShortRead';
}

const LONGEST_REMEMBERED = 24;
const MOST_REMEMBERED = 4096;
/** A short text and what stands beside it take more bytes than this, so that a buffer has no more of them. */
const BYTES_A_TEXT = 16;

/**
 * Short texts that were read before: users, events, sections and seats come again and again, and a text that is there already costs
 * neither memory nor a new hash where it is looked up.
 */
class KnownTexts {
  readonly #texts: string[];
  readonly #mask: number;

  /** For a buffer of so many bytes: most are small, and a memory for many texts would cost more than reading them. */
  constructor(bytes: number) {
    const slots = Math.min(MOST_REMEMBERED, 2 ** Math.ceil(Math.log2(Math.max(1, bytes / BYTES_A_TEXT))));
    this.#texts = new Array<string>(slots).fill('');
    this.#mask = slots - 1;
  }

  read(buffer: Buffer, start: number, bytes: number): string {
    let hash = bytes;
    for (let i = start; i < start + bytes; i++) hash = Math.imul(hash ^ (buffer[i] ?? 0), 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & this.#mask;
    const known = this.#texts[slot] ?? '';
    if (isText(known, buffer, start, bytes)) return known;
    const text = buffer.toString('utf8', start, start + bytes);
    this.#texts[slot] = text;
    return text;
  }
}

/** Whether the bytes are this text in ASCII; other texts are not recognised, and decoded anew. */
function isText(text: string, buffer: Buffer, start: number, bytes: number): boolean {
  if (text.length !== bytes) return false;
  for (let i = 0; i < bytes; i++) {
    const byte = buffer[start + i];
    if (byte !== text.charCodeAt(i) || byte > 127) return false;
  }
  return true;
}

/** Reads what `ByteWriter` wrote. */
export class ByteReader {
  readonly #buffer: Buffer;
  readonly #view: DataView;
  #at: number;
  #end: number;
  readonly #remembers: boolean;
  #known: KnownTexts | undefined;

  /** Without `remembers` texts are decoded each time: for a buffer of a single record. */
  constructor(buffer: Buffer, start = 0, end = buffer.length, remembers = true) {
    this.#remembers = remembers;
    this.#buffer = buffer;
    this.#view = viewOf(buffer);
    this.#at = start;
    this.#end = end;
  }

  get position(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#end;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u53(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  id(): IdWords {
    const at = this.#take(16);
    return {
      w0: this.#view.getInt32(at, true),
      w1: this.#view.getInt32(at + 4, true),
      w2: this.#view.getInt32(at + 8, true),
      w3: this.#view.getInt32(at + 12, true),
    };
  }

  text(): string {
    const bytes = this.u32();
    const at = this.#take(bytes);
    if (!this.#remembers || bytes > LONGEST_REMEMBERED) return this.#buffer.toString('utf8', at, at + bytes);
    this.#known ??= new KnownTexts(this.#buffer.length);
    return this.#known.read(this.#buffer, at, bytes);
  }

  raw(bytes: number): Buffer {
    const at = this.#take(bytes);
    return this.#buffer.subarray(at, at + bytes);
  }

  /** Reads on from `start`, and not past `end`: so one reader serves all records of a buffer. */
  window(start: number, end: number): void {
    if (end > this.#buffer.length || start > end) throw new ShortRead(`bytes ${start} to ${end} of ${this.#buffer.length}`);
    this.#at = start;
    this.#end = end;
  }

  skip(bytes: number): void {
    this.#take(bytes);
  }

  #take(bytes: number): number {
    const at = this.#at;
    if (at + bytes > this.#end) throw new ShortRead(`needs ${bytes} bytes at ${at}, has ${this.#end - at}`);
    this.#at = at + bytes;
    return at;
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
