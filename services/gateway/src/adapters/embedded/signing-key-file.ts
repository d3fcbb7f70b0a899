import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSecretJson, readOwnerOnly, writeOwnerOnly } from '@traffic-tacos/kit';
import type { JWK } from 'jose';
import { generateSigningJwk, parseSigningJwk, type SigningKey, type SigningKeys } from './signing-keys.ts';

const KEYS_FOLDER = 'keys';
const KEY_FILE = 'signing-keys.json';
const OWNER_ONLY_FOLDER = 0o700;

/** The key file is there and must not be used as it is. The message names the file and the way back. */
export class KeyFileRefused extends Error {
  override readonly name = 'KeyFileRefused';
}

/** Where the issuer's keys of a data directory stand. */
export const signingKeyPath = (dataDir: string): string => join(dataDir, KEYS_FOLDER, KEY_FILE);

/**
 * The issuer's keys of a data directory; made at the first start. The caller owns the directory: two processes that make keys at
 * once would each sign with their own. Throws `KeyFileRefused`.
 */
export async function loadOrCreateKeys(dataDir: string): Promise<SigningKeys> {
  const existing = await loadKeys(dataDir);
  if (existing !== undefined) return existing;
  await createKeyFile(dataDir, [await generateSigningJwk()]);
  const created = await loadKeys(dataDir);
  if (created === undefined) throw new KeyFileRefused(`${signingKeyPath(dataDir)} was written and is gone; look who removes it`);
  return created;
}

/** The issuer's keys, or undefined when there are none yet. Changes nothing, so it may run beside a platform. Throws `KeyFileRefused`. */
export async function loadKeys(dataDir: string): Promise<SigningKeys | undefined> {
  const path = signingKeyPath(dataDir);
  const text = await readOwnerOnly(path, unusable);
  if (text === undefined) return undefined;
  const keys: SigningKey[] = [];
  for (const jwk of keysOf(text, path)) {
    const parsed = await parseSigningJwk(jwk);
    if (parsed.kind === 'not_a_signing_key') throw refused(path, `key ${keys.length + 1} ${parsed.reason}`);
    keys.unshift(parsed.key);
  }
  const [newest, ...older] = keys;
  if (newest === undefined) throw refused(path, 'it has no key');
  return [newest, ...older];
}

/**
 * Writes the key file, oldest key first: adding one at the end makes it the signing one, and tokens of the others stay valid for as
 * long as these stay in the file.
 */
export async function createKeyFile(dataDir: string, jwks: readonly JWK[]): Promise<void> {
  const folder = join(dataDir, KEYS_FOLDER);
  await mkdir(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
  await chmod(folder, OWNER_ONLY_FOLDER);
  await writeOwnerOnly(signingKeyPath(dataDir), `${JSON.stringify({ keys: jwks }, null, 2)}\n`);
}

const unusable = (message: string, options?: ErrorOptions): KeyFileRefused => new KeyFileRefused(message, options);

function keysOf(text: string, path: string): readonly JWK[] {
  const document = parseSecretJson(text);
  if (typeof document !== 'object' || document === null || !('keys' in document) || !Array.isArray(document.keys)) {
    throw refused(path, 'it is not a document with a list of keys');
  }
  const keys: readonly unknown[] = document.keys;
  return keys.map((key) => (isObject(key) ? key : {}));
}

const isObject = (value: unknown): value is JWK => typeof value === 'object' && value !== null;

function refused(path: string, reason: string): KeyFileRefused {
  const wayBack = 'Bring the file back from a backup, or remove it to start with a new key: tokens signed so far end then';
  return new KeyFileRefused(`${path} is damaged: ${reason}. ${wayBack}`);
}
