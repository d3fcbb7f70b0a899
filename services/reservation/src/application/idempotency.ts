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

/** The first 128 bits of SHA-256. As a text of one character a byte it costs a third of a buffer, and half of hex. */
function sha256Words(text: string): IdWords {
  const bytes = hash('sha256', text, 'latin1');
  return { w0: wordAt(bytes, 0), w1: wordAt(bytes, 4), w2: wordAt(bytes, 8), w3: wordAt(bytes, 12) };
}

const wordAt = (bytes: string, at: number): number =>
  (bytes.charCodeAt(at) << 24) | (bytes.charCodeAt(at + 1) << 16) | (bytes.charCodeAt(at + 2) << 8) | bytes.charCodeAt(at + 3);
