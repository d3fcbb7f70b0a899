import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { formatId, parseId, type EventId, type IdWords } from '@traffic-tacos/kernel';
import type { OwnerKind } from '../domain/place.ts';
import type { KnownTokens } from '../ports/known-tokens.ts';

/** A key that signs the room's tokens, by its number. Its secret is known to the queue and the reservation service only. */
export interface QueueKey {
  /** 1 to 255. */
  readonly number: number;
  readonly secret: Buffer;
}

/** 128 bits: as hard to guess as the ids are. */
const MAC_BYTES = 16;
const LONGEST = 256;

/** What a genuine reservation token says. Whether it is spent, its place knows. */
export interface ReservationClaims {
  readonly key: IdWords;
  readonly expiresAtMs: number;
}

/** Of whom a reservation token is. */
export interface TokenOwner {
  readonly ownerKind: OwnerKind;
  readonly owner: IdWords;
}

/**
 * Tokens of the waiting room, signed with HMAC-SHA-256 under a key with a number. The type is part of what is signed, so that a waiting token is never
 * taken for a reservation token, nor either of them for a sign-in.
 */
export class QueueTokens {
  readonly #keys: ReadonlyMap<number, Buffer>;
  readonly #known: KnownTokens | undefined;
  /** The key that signs new tokens. */
  readonly keyNumber: number;

  /** The last key signs, all of them verify. `known` remembers what was genuine; without it every token is verified anew. */
  constructor(keys: readonly QueueKey[], known?: KnownTokens) {
    this.#known = known;
    this.#keys = new Map(keys.map(({ number, secret }) => [number, secret]));
    this.keyNumber = keys.at(-1)?.number ?? 0;
  }

  /** `wtk_<id>.<key>.<mac>` */
  waitingToken(key: IdWords, keyNumber: number): string {
    const id = formatId('wtk', key);
    const number = this.#signing(keyNumber);
    return `${id}.${number}.${this.#mac(number, id)}`;
  }

  /** The place of a waiting token; undefined for a text that is none of ours. */
  readWaitingToken(token: string): IdWords | undefined {
    if (token.length > LONGEST) return undefined;
    const afterId = token.indexOf('.');
    const afterKey = token.indexOf('.', afterId + 1);
    const words = afterId < 0 || afterKey < 0 ? undefined : parseId('wtk', token.slice(0, afterId));
    if (words === undefined) return undefined;
    const key = token.slice(afterId + 1, afterKey);
    const mac = token.slice(afterKey + 1);
    const signature = signatureIn(mac);
    if (signature === undefined) return undefined;
    const isKnown = NUMBER.test(key) ? this.#known?.isKnown(words, Number(key), signature) : undefined;
    if (isKnown !== undefined) return isKnown ? words : undefined;
    if (!this.#isGenuine(key, token.slice(0, afterId), mac)) return undefined;
    this.#known?.remember(words, Number(key), signature);
    return words;
  }

  /** `rtk_<id>.<key>.<end>.<mac>`: the same bytes for the same place, however often. */
  reservationToken(key: IdWords, keyNumber: number, expiresAtMs: number, eventId: EventId, owner: TokenOwner): string {
    const id = formatId('rtk', key);
    const end = expiresAtMs.toString(36);
    const number = this.#signing(keyNumber);
    return `${id}.${number}.${end}.${this.#mac(number, signedText(id, end, eventId, ownerText(owner)))}`;
  }

  /**
   * What a token says if it is genuine, of this event, and of this owner; undefined otherwise. The event and a signed-in owner are signed and not
   * spelled out, so whoever shows the token for another event or another user shows a token that is not genuine.
   */
  readReservationToken(token: string, eventId: EventId, userId: string): ReservationClaims | undefined {
    if (token.length > LONGEST) return undefined;
    const [id = '', key = '', end = '', mac = '', ...rest] = token.split('.');
    const words = parseId('rtk', id);
    if (words === undefined || rest.length > 0 || !/^[0-9a-z]{1,11}$/.test(end)) return undefined;
    const owners = [ownerText({ ownerKind: 'account', owner: ownerOf('account', eventId, userId) }), ANYBODY];
    const isGenuine = owners.some((owner) => this.#isGenuine(key, signedText(id, end, eventId, owner), mac));
    return isGenuine ? { key: words, expiresAtMs: Number.parseInt(end, 36) } : undefined;
  }

  /** A place keeps the key that it began with. Where that was taken out of the file, its owner goes on with the one that signs now. */
  #signing(keyNumber: number): number {
    return this.#keys.has(keyNumber) ? keyNumber : this.keyNumber;
  }

  #isGenuine(key: string, text: string, mac: string): boolean {
    const number = Number(key);
    if (String(number) !== key || !this.#keys.has(number) || mac.length !== MAC_CHARS) return false;
    return timingSafeEqual(Buffer.from(mac, 'latin1'), Buffer.from(this.#mac(number, text), 'latin1'));
  }

  #mac(keyNumber: number, text: string): string {
    const secret = this.#keys.get(keyNumber);
    // The key was taken out of the file: what it signed is void.
    if (secret === undefined) return '';
    return createHmac('sha256', secret).update(text).digest().toString('base64url', 0, MAC_BYTES);
  }
}

const NUMBER = /^[1-9]\d{0,2}$/;
/** 22 characters of base64url that are 16 bytes: the last has two bits of them, and no others. */
const SIGNATURE = /^[A-Za-z0-9_-]{21}[AQgw]$/;

function signatureIn(mac: string): IdWords | undefined {
  if (!SIGNATURE.test(mac)) return undefined;
  const bytes = Buffer.from(mac, 'base64url');
  return { w0: bytes.readInt32LE(0), w1: bytes.readInt32LE(4), w2: bytes.readInt32LE(8), w3: bytes.readInt32LE(12) };
}

const MAC_CHARS = Math.ceil((MAC_BYTES * 4) / 3);
const ANYBODY = '-';

const ownerText = ({ ownerKind, owner }: TokenOwner): string => (ownerKind === 'account' ? formatId('own', owner) : ANYBODY);

const signedText = (id: string, end: string, eventId: EventId, owner: string): string => `${id}.${end}.${owner}.${eventId}`;

/** The digest that stands for an owner: 128 bits over kind, event and name. A label is never the digest of a user. */
export function ownerOf(kind: Exclude<OwnerKind, 'visitor'>, eventId: EventId, name: string): IdWords {
  // A text of one character a byte costs less than half of what a buffer does.
  const digest = hash('sha256', `${kind}\n${eventId}\n${name}`, 'latin1');
  return { w0: wordAt(digest, 0), w1: wordAt(digest, 4), w2: wordAt(digest, 8), w3: wordAt(digest, 12) };
}

/** Four bytes, the least first. */
const wordAt = (bytes: string, at: number): number =>
  bytes.charCodeAt(at) | (bytes.charCodeAt(at + 1) << 8) | (bytes.charCodeAt(at + 2) << 16) | (bytes.charCodeAt(at + 3) << 24);
