/** How the keys of one document are spelled. */
export type Spelling = 'camel' | 'snake';

/** A camelCase name with at least one hump: the only keys that have another spelling in snake_case. */
const HUMPED = /^[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+$/;
const UNDERSCORED = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/;

/** `reservationId` → `reservation_id`. Keys that are not camelCase names (ids used as keys, `x5t#S256`) stay as they are. */
export function toSnake(key: string): string {
  return HUMPED.test(key) ? key.replace(/[A-Z]/g, (hump) => `_${hump.toLowerCase()}`) : key;
}

/** The spelling that a key shows, or undefined where both spellings are the same or the key is no name. */
export function spellingOf(key: string): Spelling | undefined {
  if (HUMPED.test(key)) return 'camel';
  return UNDERSCORED.test(key) ? 'snake' : undefined;
}

/**
 * The spelling that a document shows: that of the first key, in the order of the text, that would be spelled differently in the other.
 * Undefined when there is none. The document's depth is limited before this walk.
 */
export function spellingOfDocument(value: unknown): Spelling | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return firstSpelling(value);
  for (const [key, inner] of Object.entries(value)) {
    const found = spellingOf(key) ?? spellingOfDocument(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

function firstSpelling(items: readonly unknown[]): Spelling | undefined {
  for (const item of items) {
    const found = spellingOfDocument(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
