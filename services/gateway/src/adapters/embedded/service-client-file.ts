import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ServiceClients } from '../../ports/service-clients.ts';

const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
const OTHERS = 0o077;
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
export const writeClientSecret = (path: string, secret: string): Promise<void> => writeForOwner(path, `${secret}\n`);

/** Reads the secret of a service. Throws `ServiceClientFileRefused`. */
export async function readClientSecret(path: string): Promise<string> {
  const secret = (await readForOwner(path)).trim();
  if (secret === '') throw new ServiceClientFileRefused(`${path} has no secret in it`);
  return secret;
}

/**
 * Writes which clients the issuer knows: by id, the SHA-256 of each one's secret. Others that stand in the file already stay. Throws
 * `ServiceClientFileRefused`.
 */
export async function writeServiceClients(path: string, secrets: Readonly<Record<string, string>>): Promise<void> {
  const known = existsSync(path) ? clientsIn(await readForOwner(path), path) : [];
  const others = known.filter(({ id }) => !Object.hasOwn(secrets, id)).map(({ id, digest }) => ({ id, secret_sha256: digest.toString('hex') }));
  const clients = [...Object.entries(secrets).map(([id, secret]) => ({ id, secret_sha256: digestOf(secret).toString('hex') })), ...others];
  return writeForOwner(path, `${JSON.stringify({ clients }, null, 2)}\n`);
}

/** The clients in the file. Throws `ServiceClientFileRefused`. */
export async function loadServiceClients(path: string): Promise<ServiceClients> {
  const digests = new Map<string, Buffer>();
  for (const { id, digest } of clientsIn(await readForOwner(path), path)) digests.set(id, digest);
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
  const document = parseJson(text);
  if (!isObject(document) || !Array.isArray(document['clients'])) throw refused('is not a document with a list of clients');
  const clients: readonly unknown[] = document['clients'];
  return clients.map((client, i) => {
    const { id, secret_sha256: digest } = isObject(client) ? client : {};
    const isClient = typeof id === 'string' && CLIENT_ID.test(id) && typeof digest === 'string' && DIGEST.test(digest);
    if (!isClient) throw refused(`has an entry ${i + 1} without an id and the SHA-256 of a secret in hex`);
    return { id, digest: Buffer.from(digest, 'hex') };
  });
}

/** Appears whole under its name, or not at all. */
async function writeForOwner(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: OWNER_ONLY_FOLDER });
  await writeFile(`${path}.new`, text, { mode: OWNER_ONLY_FILE });
  await chmod(`${path}.new`, OWNER_ONLY_FILE);
  await rename(`${path}.new`, path);
}

async function readForOwner(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ServiceClientFileRefused(`${path} cannot be read: ${code}`);
  });
  const { mode } = await stat(path);
  if ((mode & OTHERS) !== 0 && process.platform !== 'win32') throw new ServiceClientFileRefused(`${path} is open to others: chmod 600 ${path}`);
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message would quote what stands in the file.
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
