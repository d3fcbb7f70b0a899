import type { Caller } from '../http/route.ts';

/** A token that was verified. Instants are of the wall clock. */
export interface VerifiedToken {
  readonly caller: Caller;
  /** From this instant the signature is checked again, because the issuer may have taken its key back. At most `expiresAtMs`. */
  readonly trustedUntilMs: number;
  /** The token's `exp`. */
  readonly expiresAtMs: number;
}

/**
 * Remembers verified tokens, at most `limit` of them, in two generations: when the young one is half the limit, it becomes the old one
 * and the old one goes. So a token in use stays, and forgetting costs nothing per token. A hit in the young generation is one lookup.
 */
export class VerifiedTokens {
  readonly #generation: number;
  #young = new Map<string, VerifiedToken>();
  #old = new Map<string, VerifiedToken>();

  constructor(limit: number) {
    this.#generation = Math.max(1, Math.floor(limit / 2));
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(token: string): VerifiedToken | undefined {
    const young = this.#young.get(token);
    if (young !== undefined) return young;
    const old = this.#old.get(token);
    if (old === undefined) return undefined;
    this.#old.delete(token);
    this.put(token, old);
    return old;
  }

  put(token: string, verified: VerifiedToken): void {
    if (this.#young.size >= this.#generation) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(token, verified);
  }

  forget(token: string): void {
    this.#young.delete(token);
    this.#old.delete(token);
  }
}
