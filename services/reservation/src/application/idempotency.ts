import { hash } from 'node:crypto';
import type { IdWords } from '@traffic-tacos/kernel';
import type { KeyFacts, Operation } from '../ports/reservation-store.ts';

/** Separates parts that cannot contain it: keys with control characters are refused at the edge, ids never have them. */
const SEPARATOR = '\u0000';

/**
 * The stored form of a client's key. Its scope is user, operation and the resource named in the request (interfaces.md §1), so equal
 * keys of two users, or of one user for two events, never meet. `canonical` is the command without what does not belong to it.
 */
export function keyFacts(operation: Operation, userId: string, resource: string, key: string, canonical: string): KeyFacts {
  return {
    operation,
    digest: sha256Words(operation + SEPARATOR + userId + SEPARATOR + resource + SEPARATOR + key),
    fingerprint: sha256Words(canonical),
  };
}

/** The first 128 bits of SHA-256: as hex it is computed in half the time of a buffer. */
function sha256Words(text: string): IdWords {
  const hex = hash('sha256', text, 'hex');
  return { w0: wordAt(hex, 0), w1: wordAt(hex, 8), w2: wordAt(hex, 16), w3: wordAt(hex, 24) };
}

function wordAt(hex: string, start: number): number {
  let word = 0;
  for (let i = start; i < start + 8; i++) {
    const code = hex.charCodeAt(i);
    word = (word << 4) | (code < 58 ? code - 48 : code - 87);
  }
  return word >>> 0;
}
