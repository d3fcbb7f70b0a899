import type { EpochMs } from '@traffic-tacos/kernel';

/**
 * Who spends reservation tokens, where that is another process. The rooms are told of each token that was spent some time after it was; until they can be
 * sure that a token was not, its slot stays taken.
 */
export interface TokenSpender {
  /** A token that ran out by then, and was not told of as spent, never will be. Answers from memory. */
  knownThroughMs(): EpochMs;
  /** Makes a token worthless for good, unless it was spent. May reject with `Unavailable`, and be repeated then. */
  void(tokenId: string, expiresAtMs: EpochMs): Promise<'voided' | 'spent'>;
}
