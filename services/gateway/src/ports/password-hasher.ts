export type HashOutcome = { readonly kind: 'hashed'; readonly passwordRecord: string } | { readonly kind: 'busy' };

export type VerifyOutcome = { readonly kind: 'matches' } | { readonly kind: 'differs' } | { readonly kind: 'busy' };

/**
 * Turns passwords into records that reveal nothing, slowly on purpose and off the main thread.
 *
 * Each run takes megabytes and milliseconds, so the number of runs at once and of those waiting is bounded; past the bound the
 * answer is `busy` at once, with nothing computed.
 */
export interface PasswordHasher {
  /** A record with a salt of its own: the same password gives another record each time. */
  hash(password: string): Promise<HashOutcome>;

  /**
   * Whether the record was made from the password. Without a record it computes as long as with one and answers `differs`, so that
   * nobody can tell by the time whether an account exists.
   */
  verify(password: string, passwordRecord: string | undefined): Promise<VerifyOutcome>;

  /** Resolves when nothing is computed any more; from the call on every request is answered `busy`. */
  close(): Promise<void>;
}
