import { invariant } from './assert.ts';
import type { Random } from './random.ts';
import type { EpochMs } from './units.ts';

/**
 * Ids are a prefix and 26 Crockford base-32 characters: 48 bits of milliseconds, 12 bits of shard (a hash of the event id), 68
 * random bits. They sort by time, cannot be guessed, and name the journal that holds them.
 */
export type Id<Prefix extends string> = `${Prefix}_${string}`;
export type ReservationId = Id<'rsv'>;
export type OrderId = Id<'ord'>;
export type PaymentIntentId = Id<'pay'>;
export type UserId = string & { readonly __user?: true };
export type EventId = string & { readonly __event?: true };

/**
 * The 128 bits of an id as four 32-bit words, most significant first. Each is a signed number, as bit operations give them: the engine keeps
 * those in place, and would put every word from 2^31 on into a heap object of its own.
 */
export interface IdWords {
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
}

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SUFFIX_LENGTH = 26;
const INVALID = 255;

const VALUES = new Uint8Array(128).fill(INVALID);
for (let i = 0; i < ALPHABET.length; i++) {
  VALUES[ALPHABET.charCodeAt(i)] = i;
}

const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
const UNDERSCORE = 95;

/** The character code of the five lowest bits. */
const code = (bits: number): number => CODES[bits & 31] ?? 0;

/** 12 bits that are the same for all ids of one event (FNV-1a, folded). */
export function shardOf(eventId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < eventId.length; i++) {
    hash = Math.imul(hash ^ eventId.charCodeAt(i), 0x01000193);
  }
  return ((hash >>> 20) ^ hash) & 0xfff;
}

/** A new id. `atMs` is the instant it sorts by; `shard` is `shardOf(eventId)`, 0 where no event is involved. */
export function newId<Prefix extends string>(prefix: Prefix, atMs: EpochMs, shard: number, random: Random): Id<Prefix> {
  const high = Math.floor(atMs / 0x10000);
  const words = {
    w0: high | 0,
    w1: ((atMs % 0x10000) << 16) | ((shard & 0xfff) << 4) | (random.u32() & 0xf),
    w2: random.u32() | 0,
    w3: random.u32() | 0,
  };
  return formatId(prefix, words);
}

/**
 * The text of an id; its prefix has three letters. 128 bits fill 26 characters of 5 bits; the two highest of the 130 are zero.
 * All characters go into one call: a text that is put together from pieces is copied again by the first who looks into it.
 */
export function formatId<Prefix extends string>(prefix: Prefix, { w0, w1, w2, w3 }: IdWords): Id<Prefix> {
  invariant(prefix.length === 3, 'the prefix of an id has three letters');
  return String.fromCharCode(
    prefix.charCodeAt(0), prefix.charCodeAt(1), prefix.charCodeAt(2), UNDERSCORE,
    code(w0 >>> 29), code(w0 >>> 24), code(w0 >>> 19), code(w0 >>> 14), code(w0 >>> 9), code(w0 >>> 4), code((w0 << 1) | (w1 >>> 31)),
    code(w1 >>> 26), code(w1 >>> 21), code(w1 >>> 16), code(w1 >>> 11), code(w1 >>> 6), code(w1 >>> 1), code((w1 << 4) | (w2 >>> 28)),
    code(w2 >>> 23), code(w2 >>> 18), code(w2 >>> 13), code(w2 >>> 8), code(w2 >>> 3), code((w2 << 2) | (w3 >>> 30)),
    code(w3 >>> 25), code(w3 >>> 20), code(w3 >>> 15), code(w3 >>> 10), code(w3 >>> 5), code(w3),
  ) as Id<Prefix>;
}

const valueAt = (text: string, index: number): number => VALUES[text.charCodeAt(index)] ?? INVALID;

/** Five characters as 25 bits; below 0 if one of them is not of the alphabet. */
function bitsAt(text: string, index: number): number {
  const a = valueAt(text, index);
  const b = valueAt(text, index + 1);
  const c = valueAt(text, index + 2);
  const d = valueAt(text, index + 3);
  const e = valueAt(text, index + 4);
  return (a | b | c | d | e) > 31 ? -1 : (a << 20) | (b << 15) | (c << 10) | (d << 5) | e;
}

/**
 * The 128 bits of an id, or undefined if the text is not `<prefix>_` and 26 characters of the alphabet (capitals only: an id has
 * one spelling, so that equal ids are equal texts).
 */
export function parseId(prefix: string, text: string): IdWords | undefined {
  const start = prefix.length + 1;
  if (text.length !== start + SUFFIX_LENGTH || !text.startsWith(prefix) || text.charCodeAt(start - 1) !== 95) return undefined;
  // The first character carries the three highest of the 128 bits, so its value is below 8; each five that follow carry 25.
  const first = valueAt(text, start);
  const a = bitsAt(text, start + 1);
  const b = bitsAt(text, start + 6);
  const c = bitsAt(text, start + 11);
  const d = bitsAt(text, start + 16);
  const e = bitsAt(text, start + 21);
  if (first > 7 || (a | b | c | d | e) < 0) return undefined;
  return { w0: (first << 29) | (a << 4) | (b >>> 21), w1: (b << 11) | (c >>> 14), w2: (c << 18) | (d >>> 7), w3: (d << 25) | e };
}

export const sameWords = (a: IdWords, b: IdWords): boolean =>
  ((a.w0 ^ b.w0) | (a.w1 ^ b.w1) | (a.w2 ^ b.w2) | (a.w3 ^ b.w3)) === 0;

/** Whether the 128 bits of `a`, as one number without a sign, are more than those of `b`: of two ids, whether `a` was made later. */
export function isAfterWords(a: IdWords, b: IdWords): boolean {
  if (a.w0 !== b.w0) return a.w0 >>> 0 > b.w0 >>> 0;
  if (a.w1 !== b.w1) return a.w1 >>> 0 > b.w1 >>> 0;
  return a.w2 === b.w2 ? a.w3 >>> 0 > b.w3 >>> 0 : a.w2 >>> 0 > b.w2 >>> 0;
}

/** The instant an id was made at, from its first 48 bits. */
export const instantOfId = ({ w0, w1 }: IdWords): number => (w0 >>> 0) * 0x10000 + (w1 >>> 16);

/** Same 128 bits under another prefix: `rsv_X` → `ord_X`. */
export function withPrefix<Prefix extends string>(prefix: Prefix, id: string): Id<Prefix> {
  const at = id.indexOf('_');
  invariant(at > 0, `not an id: ${id}`);
  return `${prefix}_${id.slice(at + 1)}`;
}
