import { hash } from 'node:crypto';
import type { IdWords } from '@traffic-tacos/kernel';
import type { KeyedOperation, RequestKey } from '../domain/request-key.ts';

/** Whose request it is, and what the key is scoped to. */
export interface KeyScope {
  readonly userId: string;
  readonly operation: KeyedOperation;
  /** The resource that the request names: the reservation for a creation, else the intent. */
  readonly resource: string;
}

/** The content of a command in its canonical order, without the user and without what carries no meaning. */
export type CommandContent = readonly (string | number | null)[];

/** What is kept of an idempotency key: digests, from which neither the key nor the content can be read. */
export const requestKey = (scope: KeyScope, key: string, content: CommandContent): RequestKey => ({
  operation: scope.operation,
  digest: digestOf([scope.userId, scope.operation, scope.resource, key]),
  fingerprint: digestOf([scope.operation, scope.resource, ...content]),
});

/** 128 bits of SHA-256. JSON keeps the parts apart, whatever characters they are made of. */
function digestOf(parts: readonly (string | number | null)[]): IdWords {
  // A text of one character a byte costs less than half of what a buffer does.
  const bytes = hash('sha256', JSON.stringify(parts), 'latin1');
  return { w0: wordAt(bytes, 0), w1: wordAt(bytes, 4), w2: wordAt(bytes, 8), w3: wordAt(bytes, 12) };
}

/** Four bytes, the least first. */
const wordAt = (bytes: string, at: number): number =>
  bytes.charCodeAt(at) | (bytes.charCodeAt(at + 1) << 8) | (bytes.charCodeAt(at + 2) << 16) | (bytes.charCodeAt(at + 3) << 24);
