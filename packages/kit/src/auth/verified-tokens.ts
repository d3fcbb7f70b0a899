import type { Caller } from '../http/route.ts';

/** A token that was verified. Instants are of the wall clock. */
export interface VerifiedToken {
  readonly caller: Caller;
  /** From this instant the signature is checked again, because the issuer may have taken its key back. At most `expiresAtMs`. */
  readonly trustedUntilMs: number;
  /** The token's `exp`. */
  readonly expiresAtMs: number;
}

interface Remembered extends VerifiedToken {
  readonly token: string;
}

/** So many characters from the end of its signature tell a token from others: five and a half bytes, which are folded into thirty bits. */
const TAIL_CHARS = 8;

/**
 * Remembers verified tokens, at most `limit` of them, in two generations: when the young one is half the limit, it becomes the old one
 * and the old one goes. So a token in use stays, and forgetting costs nothing per token. A hit in the young generation is one lookup.
 *
 * They are found by a number made of their last characters, and then compared as a whole: to look each request's token up as a text
 * hashes all of it. Of two that end alike the later is remembered.
 */
export class VerifiedTokens {
  readonly #generation: number;
  #young = new Map<number, Remembered>();
  #old = new Map<number, Remembered>();

  constructor(limit: number) {
    this.#generation = Math.max(1, Math.floor(limit / 2));
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(token: string): VerifiedToken | undefined {
    const tail = tailOf(token);
    const young = this.#young.get(tail);
    if (young?.token === token) return young;
    const old = this.#old.get(tail);
    if (old?.token !== token) return undefined;
    this.#old.delete(tail);
    this.put(token, old);
    return old;
  }

  put(token: string, { caller, trustedUntilMs, expiresAtMs }: VerifiedToken): void {
    if (this.#young.size >= this.#generation) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(tailOf(token), { token, caller, trustedUntilMs, expiresAtMs });
  }

  forget(token: string): void {
    const tail = tailOf(token);
    if (this.#young.get(tail)?.token === token) this.#young.delete(tail);
    if (this.#old.get(tail)?.token === token) this.#old.delete(tail);
  }
}

function tailOf(token: string): number {
  let tail = 0;
  for (let at = Math.max(0, token.length - TAIL_CHARS); at < token.length; at++) tail = Math.imul(tail ^ token.charCodeAt(at), 0x01000193);
  return tail >>> 2;
}
