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

/** The 128 bits of an id as four unsigned 32-bit words, most significant first. */
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

const PAIRS: readonly string[] = Array.from(
  { length: 1024 },
  (_, i) => ALPHABET.charAt(i >>> 5) + ALPHABET.charAt(i & 31),
);
const pair = (tenBits: number): string => PAIRS[tenBits] ?? '';

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
    w0: high >>> 0,
    w1: (((atMs % 0x10000) << 16) | ((shard & 0xfff) << 4) | (random.u32() & 0xf)) >>> 0,
    w2: random.u32(),
    w3: random.u32(),
  };
  return formatId(prefix, words);
}

/** The text of an id. 128 bits fill 26 characters of 5 bits; the two highest of the 130 are zero. */
export function formatId<Prefix extends string>(prefix: Prefix, { w0, w1, w2, w3 }: IdWords): Id<Prefix> {
  const suffix =
    pair(w0 >>> 24) +
    pair((w0 >>> 14) & 1023) +
    pair((w0 >>> 4) & 1023) +
    pair(((w0 & 15) << 6) | (w1 >>> 26)) +
    pair((w1 >>> 16) & 1023) +
    pair((w1 >>> 6) & 1023) +
    pair(((w1 & 63) << 4) | (w2 >>> 28)) +
    pair((w2 >>> 18) & 1023) +
    pair((w2 >>> 8) & 1023) +
    pair(((w2 & 255) << 2) | (w3 >>> 30)) +
    pair((w3 >>> 20) & 1023) +
    pair((w3 >>> 10) & 1023) +
    pair(w3 & 1023);
  return `${prefix}_${suffix}`;
}

function valueAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 128 ? (VALUES[code] ?? INVALID) : INVALID;
}

/**
 * The 128 bits of an id, or undefined if the text is not `<prefix>_` and 26 characters of the alphabet (capitals only: an id has
 * one spelling, so that equal ids are equal texts).
 */
export function parseId(prefix: string, text: string): IdWords | undefined {
  const start = prefix.length + 1;
  if (text.length !== start + SUFFIX_LENGTH || !text.startsWith(prefix) || text.charCodeAt(start - 1) !== 95) return undefined;
  // The first character carries the three highest of the 128 bits, so its value is below 8.
  if (valueAt(text, start) > 7) return undefined;
  let w0 = 0;
  let w1 = 0;
  let w2 = 0;
  let w3 = 0;
  let seen = 0;
  for (let i = 0; i < SUFFIX_LENGTH; i++) {
    const value = valueAt(text, start + i);
    seen |= value;
    w0 = (w0 << 5) | (w1 >>> 27);
    w1 = (w1 << 5) | (w2 >>> 27);
    w2 = (w2 << 5) | (w3 >>> 27);
    w3 = (w3 << 5) | value;
  }
  return seen > 31 ? undefined : { w0: w0 >>> 0, w1: w1 >>> 0, w2: w2 >>> 0, w3: w3 >>> 0 };
}

/** The instant an id was made at, from its first 48 bits. */
export const instantOfId = ({ w0, w1 }: IdWords): number => w0 * 0x10000 + (w1 >>> 16);

/** Same 128 bits under another prefix: `rsv_X` → `ord_X`. */
export function withPrefix<Prefix extends string>(prefix: Prefix, id: string): Id<Prefix> {
  const at = id.indexOf('_');
  invariant(at > 0, `not an id: ${id}`);
  return `${prefix}_${id.slice(at + 1)}`;
}
