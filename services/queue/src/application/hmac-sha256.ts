import { createHmac, hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const INNER = 0x36;
const OUTER = 0x5c;
/** Texts that are signed in one call; longer ones take the way that has no limit. */
const MOST_BYTES = 512;

/**
 * HMAC-SHA-256 (RFC 2104) under one key, for many short texts: two hashes of one call each, over the key's pads that are written once. `createHmac`
 * makes an object of the library for each text, and takes three times as long.
 */
export class HmacSha256 {
  readonly #secret: Buffer;
  /** The inner pad, and room for a text. */
  readonly #inner: Buffer;
  /** The outer pad, and the inner digest. */
  readonly #outer: Buffer;

  constructor(secret: Buffer) {
    const key = secret.length > BLOCK_BYTES ? hash('sha256', secret, 'buffer') : secret;
    this.#secret = secret;
    this.#inner = Buffer.alloc(BLOCK_BYTES + MOST_BYTES, INNER);
    this.#outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, OUTER);
    for (const [at, byte] of key.entries()) {
      this.#inner[at] = INNER ^ byte;
      this.#outer[at] = OUTER ^ byte;
    }
  }

  /** What signs the UTF-8 of a text: 32 bytes as a text of one character a byte, which costs less than half of what a buffer does. */
  sign(text: string): string {
    // A character of UTF-16 is at most three bytes of UTF-8.
    if (text.length * 3 > MOST_BYTES) return createHmac('sha256', this.#secret).update(text).digest('latin1');
    const length = this.#inner.write(text, BLOCK_BYTES, 'utf8');
    this.#outer.write(hash('sha256', this.#inner.subarray(0, BLOCK_BYTES + length), 'latin1'), BLOCK_BYTES, 'latin1');
    return hash('sha256', this.#outer, 'latin1');
  }
}
