import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { parseSecretJson, readOwnerOnly, writeOwnerOnly } from '@traffic-tacos/kit';
import type { ServiceClients } from '../../ports/service-clients.ts';

const SECRET_BYTES = 32;
const CLIENT_ID = /^[a-z][a-z0-9-]{0,63}$/;
const DIGEST = /^[0-9a-f]{64}$/;

/** The file of service clients, or of a secret, cannot be used as it is. The message names the file and what is wrong with it. */
export class ServiceClientFileRefused extends Error {
  override readonly name = 'ServiceClientFileRefused';
}

/** A secret for a service. Its 256 random bits cannot be guessed, so one hash of it is enough to keep. */
export const newClientSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** Writes a secret where its service finds it, for its owner alone. */
export const writeClientSecret = (path: string, secret: string): Promise<void> => writeOwnerOnly(path, `${secret}\n`);

/** Reads the secret of a service. Throws `ServiceClientFileRefused`. */
export async function readClientSecret(path: string): Promise<string> {
  const secret = (await readNeeded(path)).trim();
  if (secret === '') throw new ServiceClientFileRefused(`${path} has no secret in it`);
  return secret;
}

/**
 * Writes which clients the issuer knows: by id, the SHA-256 of each one's secret. Others that stand in the file already stay. Throws
 * `ServiceClientFileRefused`.
 */
export async function writeServiceClients(path: string, secrets: Readonly<Record<string, string>>): Promise<void> {
  const text = await readOwnerOnly(path, unusable);
  const known = text === undefined ? [] : clientsIn(text, path);
  const others = known.filter(({ id }) => !Object.hasOwn(secrets, id)).map(({ id, digest }) => ({ id, secret_sha256: digest.toString('hex') }));
  const clients = [...Object.entries(secrets).map(([id, secret]) => ({ id, secret_sha256: digestOf(secret).toString('hex') })), ...others];
  return writeOwnerOnly(path, `${JSON.stringify({ clients }, null, 2)}\n`);
}

/** The clients in the file. Throws `ServiceClientFileRefused`. */
export async function loadServiceClients(path: string): Promise<ServiceClients> {
  const digests = new Map<string, Buffer>();
  for (const { id, digest } of clientsIn(await readNeeded(path), path)) digests.set(id, digest);
  const nobodys = digestOf(newClientSecret());
  return {
    authenticate: (clientId, clientSecret) => {
      const digest = digests.get(clientId);
      const isSame = timingSafeEqual(digestOf(clientSecret), digest ?? nobodys);
      return isSame && digest !== undefined ? 'known' : 'unknown';
    },
  };
}

const digestOf = (secret: string): Buffer => hash('sha256', secret, 'buffer');

function clientsIn(text: string, path: string): readonly { readonly id: string; readonly digest: Buffer }[] {
  const refused = (reason: string): ServiceClientFileRefused => new ServiceClientFileRefused(`${path} ${reason}`);
  const document = parseSecretJson(text);
  if (!isObject(document) || !Array.isArray(document['clients'])) throw refused('is not a document with a list of clients');
  const clients: readonly unknown[] = document['clients'];
  return clients.map((client, i) => {
    const { id, secret_sha256: digest } = isObject(client) ? client : {};
    const isClient = typeof id === 'string' && CLIENT_ID.test(id) && typeof digest === 'string' && DIGEST.test(digest);
    if (!isClient) throw refused(`has an entry ${i + 1} without an id and the SHA-256 of a secret in hex`);
    return { id, digest: Buffer.from(digest, 'hex') };
  });
}

/** What must be there. */
async function readNeeded(path: string): Promise<string> {
  const text = await readOwnerOnly(path, unusable);
  if (text === undefined) throw new ServiceClientFileRefused(`${path} cannot be read: ENOENT`);
  return text;
}

const unusable = (message: string, options?: ErrorOptions): ServiceClientFileRefused => new ServiceClientFileRefused(message, options);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
