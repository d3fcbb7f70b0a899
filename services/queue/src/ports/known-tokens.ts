import type { IdWords } from '@traffic-tacos/kernel';

/** Signatures of waiting tokens that were found genuine before: a poll then compares sixteen bytes in place of signing anew. */
export interface KnownTokens {
  /** Undefined where nothing is remembered of that place under that key. */
  isKnown(key: IdWords, keyNumber: number, signature: IdWords): boolean | undefined;
  remember(key: IdWords, keyNumber: number, signature: IdWords): void;
}
