import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { createOwnerOnly, parseSecretJson, readOwnerOnly } from '@traffic-tacos/kit';
import { signTicket, signTicketAside } from '../../application/ticket-signature.ts';
import type { TicketClaims, TicketKey, TicketSigner } from '../../ports/ticket-signer.ts';

/** Codes that are kept, so that an order that many look at is signed once. */
const KEPT_CODES = 10_000;
/** Codes that are signed beside other work at one time; what is more is signed when it is asked for. */
const SIGNED_ASIDE = 256;

/** The file of ticket keys is there and must not be used as it is. The message names the file and the way back, and never a key. */
export class TicketKeyFileRefused extends Error {
  override readonly name = 'TicketKeyFileRefused';
}

/** Where the ticket keys of a data directory stand. */
export const ticketKeyPath = (dataDir: string): string => join(dataDir, 'keys', 'ticket-keys.json');

/** The signer of a data directory, whose first key is made at the first start: the last key of the file signs, all of them verify. Throws `TicketKeyFileRefused`. */
export async function loadOrCreateTicketSigner(dataDir: string): Promise<TicketSigner> {
  const path = ticketKeyPath(dataDir);
  if ((await readOwnerOnly(path, unusable)) === undefined) await create(path, [generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })]);
  const keys = keysIn(path, (await readOwnerOnly(path, unusable)) ?? '').toReversed();
  const newest = keys[0];
  if (newest === undefined) throw refused(path, 'it has no key');
  return new Signer(newest.privateKey, keys.map(({ published }) => published));
}

class Signer implements TicketSigner {
  readonly publicKeys: readonly TicketKey[];
  readonly #privateKey: KeyObject;
  readonly #kid: string;
  readonly #kept = new Map<string, string>();
  /** Whose codes are kept, each in the place of the oldest before it. */
  readonly #keptFor: string[] = [];
  #nextPlace = 0;
  #signedAside = 0;

  constructor(privateKey: KeyObject, publicKeys: readonly TicketKey[]) {
    this.#privateKey = privateKey;
    this.publicKeys = publicKeys;
    this.#kid = publicKeys[0]?.kid ?? '';
  }

  sign(claims: TicketClaims): string {
    return this.#kept.get(claims.sub) ?? this.#keep(claims.sub, signTicket(claims, this.#privateKey, this.#kid));
  }

  async prepare(claims: TicketClaims): Promise<void> {
    if (this.#signedAside >= SIGNED_ASIDE || this.#kept.has(claims.sub)) return;
    this.#signedAside++;
    // Whoever asks for the code hears what is wrong with the key.
    const code = await signTicketAside(claims, this.#privateKey, this.#kid).catch(() => undefined);
    this.#signedAside--;
    if (code !== undefined) this.#keep(claims.sub, code);
  }

  #keep(ticketId: string, code: string): string {
    if (!this.#kept.has(ticketId)) {
      const oldest = this.#keptFor[this.#nextPlace];
      if (oldest !== undefined) this.#kept.delete(oldest);
      this.#keptFor[this.#nextPlace] = ticketId;
      this.#nextPlace = (this.#nextPlace + 1) % KEPT_CODES;
    }
    this.#kept.set(ticketId, code);
    return code;
  }
}

/** A private key as the file has it (RFC 8037), as far as it is one. */
interface PrivateJwk {
  readonly kty?: string | undefined;
  readonly crv?: string | undefined;
  readonly x?: string | undefined;
  readonly d?: string | undefined;
}

interface Pair {
  readonly privateKey: KeyObject;
  readonly published: TicketKey;
}

function keysIn(path: string, text: string): readonly Pair[] {
  const document = parseSecretJson(text);
  if (typeof document !== 'object' || document === null || !('keys' in document) || !Array.isArray(document.keys)) throw refused(path, 'it is not a document with a list of keys');
  const keys: readonly unknown[] = document.keys;
  return keys.map((key) => pairOf(path, typeof key === 'object' && key !== null ? key : {}));
}

function pairOf(path: string, jwk: PrivateJwk): Pair {
  if (jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519' || typeof jwk.d !== 'string') throw refused(path, 'one of its keys is not a private Ed25519 key');
  const privateKey = readPrivateKey(path, jwk);
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (x !== jwk.x) throw refused(path, 'the two halves of one of its keys do not fit');
  return { privateKey, published: { kty: 'OKP', crv: 'Ed25519', x, kid: thumbprintOf(x), use: 'sig', alg: 'EdDSA' } };
}

function readPrivateKey(path: string, { x = '', d = '' }: PrivateJwk): KeyObject {
  try {
    return createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x, d }, format: 'jwk' });
  } catch {
    // The reasons of the library say nothing that helps, and may quote the key.
    throw refused(path, 'one of its keys cannot be read');
  }
}

/** RFC 7638: the required members in the order of their names, without spaces. */
const thumbprintOf = (x: string): string => createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');

const create = (path: string, keys: readonly PrivateJwk[]): Promise<void> => createOwnerOnly(path, `${JSON.stringify({ keys }, null, 2)}\n`);

const unusable = (message: string, options?: ErrorOptions): TicketKeyFileRefused => new TicketKeyFileRefused(message, options);

const refused = (path: string, reason: string): TicketKeyFileRefused =>
  new TicketKeyFileRefused(`${path} is damaged: ${reason}. Bring it back from a backup: a new key would not verify tickets that are out there`);
