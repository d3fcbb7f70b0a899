import { join } from 'node:path';
import type { Random } from '@traffic-tacos/kernel';
import { createOwnerOnly, parseSecretJson, readOwnerOnly } from '@traffic-tacos/kit';
import type { QueueKey } from '../../application/queue-tokens.ts';

const SECRET_BYTES = 32;
const MOST_KEYS = 255;

/** The file of the waiting room's keys is there and must not be used as it is. The message names the file and the way back, and never a key. */
export class QueueKeyFileRefused extends Error {
  override readonly name = 'QueueKeyFileRefused';
}

/** Where the waiting room's keys of a data directory stand. Reservations are admitted by the same file, and by nothing else. */
export const queueKeyPath = (dataDir: string): string => join(dataDir, 'keys', 'queue-keys.json');

/** The keys of a file, whose first is made where there is no file, from unguessable numbers: the last key of the file signs, all of them verify. Throws `QueueKeyFileRefused`. */
export async function loadOrCreateQueueKeys(path: string, random: Random): Promise<readonly QueueKey[]> {
  if ((await readOwnerOnly(path, unusable)) === undefined) await create(path, [{ number: 1, secret: secretFrom(random) }]);
  return keysIn(path, (await readOwnerOnly(path, unusable)) ?? '');
}

function secretFrom(random: Random): Buffer {
  const secret = Buffer.alloc(SECRET_BYTES);
  for (let at = 0; at < SECRET_BYTES; at += 4) secret.writeUInt32LE(random.u32(), at);
  return secret;
}

function keysIn(path: string, text: string): readonly QueueKey[] {
  const document = parseSecretJson(text);
  if (typeof document !== 'object' || document === null || !('keys' in document) || !Array.isArray(document.keys)) throw refused(path, 'it is not a document with a list of keys');
  const listed: readonly unknown[] = document.keys;
  const keys = listed.map((key) => keyOf(path, typeof key === 'object' && key !== null ? key : {}));
  if (keys.length === 0) throw refused(path, 'it has no key');
  if (new Set(keys.map(({ number }) => number)).size < keys.length) throw refused(path, 'two of its keys have one number');
  return keys;
}

function keyOf(path: string, { number, secret }: { readonly number?: unknown; readonly secret?: unknown }): QueueKey {
  const bytes = typeof secret === 'string' ? Buffer.from(secret, 'base64url') : Buffer.alloc(0);
  const isNumber = typeof number === 'number' && Number.isSafeInteger(number) && number >= 1 && number <= MOST_KEYS;
  if (!isNumber || bytes.length < SECRET_BYTES) throw refused(path, `one of its keys has no number from 1 to ${MOST_KEYS}, or less than ${SECRET_BYTES} bytes`);
  return { number, secret: bytes };
}

const create = (path: string, keys: readonly QueueKey[]): Promise<void> =>
  createOwnerOnly(path, `${JSON.stringify({ keys: keys.map(({ number, secret }) => ({ number, secret: secret.toString('base64url') })) }, null, 2)}\n`);

const unusable = (message: string, options?: ErrorOptions): QueueKeyFileRefused => new QueueKeyFileRefused(message, options);

const refused = (path: string, reason: string): QueueKeyFileRefused =>
  new QueueKeyFileRefused(`${path} is damaged: ${reason}. Bring it back from a backup, or remove it: everybody who waits then has to join again`);
