import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { createOwnerOnly, parseSecretJson, readOwnerOnly, writeOwnerOnly } from '../secrets/owner-only-file.ts';
import { newWebhookSecret, readWebhookSecret, type WebhookSecret } from './webhook-secret.ts';

/** The file of webhook secrets is there and cannot be used as it is. The message names it and the way back, and never a secret. */
export class WebhookSecretFileRefused extends Error {
  override readonly name = 'WebhookSecretFileRefused';
}

/** The secrets of a platform, the newest first: it signs, and all of them are accepted. Those that are retired are not among them. */
export type WebhookSecrets = readonly [WebhookSecret, ...WebhookSecret[]];

interface Written {
  readonly secret: string;
  /** An instant: from then on the secret is not accepted any more. It stays in the file, so that nobody brings it back by mistake. */
  readonly retired_at?: string;
}

/** Where the secrets of a data directory stand, unless a setting names another file. */
export const webhookSecretPath = (dataDir: string): string => join(dataDir, 'keys', 'webhook-secrets.json');

/** The secrets in the file; one is made where there is no file. Throws `WebhookSecretFileRefused`. */
export async function loadOrCreateWebhookSecrets(path: string): Promise<WebhookSecrets> {
  if ((await read(path)) === undefined) await createOwnerOnly(path, textOf([{ secret: newWebhookSecret() }]));
  return acceptedOf(path, (await read(path)) ?? []);
}

/**
 * Puts a new secret beside those that there are: it signs from the next start on. Until `retireWebhookSecrets` the older ones are
 * accepted as well, so that messages under way arrive.
 */
export async function addWebhookSecret(path: string): Promise<void> {
  await write(path, [...((await read(path)) ?? []), { secret: newWebhookSecret() }]);
}

/** Retires all secrets but the newest, and answers how many. */
export async function retireWebhookSecrets(path: string, nowIso: string): Promise<number> {
  const all = (await read(path)) ?? [];
  const retired = all.map((each, i) => (i === all.length - 1 || each.retired_at !== undefined ? each : { ...each, retired_at: nowIso }));
  await write(path, retired);
  return retired.filter((each, i) => each !== all[i]).length;
}

/**
 * The secret for a receiver that is not this platform, by the origin of its address. It follows from the newest secret and tells nothing of it, so that
 * one receiver can sign neither for this platform nor for another one.
 */
export function secretForOrigin([newest]: WebhookSecrets, origin: string): WebhookSecret {
  return { key: createHmac('sha256', newest.key).update(`webhooks to ${origin}`).digest() };
}

function acceptedOf(path: string, written: readonly Written[]): WebhookSecrets {
  const accepted: WebhookSecret[] = [];
  for (const { secret, retired_at: retiredAt } of written) {
    const read = readWebhookSecret(secret);
    if (read === undefined) throw refused(path, 'one of its secrets is not whsec_ and the base64 of 24 to 64 bytes');
    if (retiredAt === undefined) accepted.unshift(read);
  }
  const [newest, ...older] = accepted;
  if (newest === undefined) throw refused(path, 'it has no secret that is not retired');
  return [newest, ...older];
}

async function read(path: string): Promise<readonly Written[] | undefined> {
  const text = await readOwnerOnly(path, unusable);
  if (text === undefined) return undefined;
  const document = parseSecretJson(text);
  if (!isObject(document) || !Array.isArray(document['secrets'])) throw refused(path, 'it is not a document with a list of secrets');
  const secrets: readonly unknown[] = document['secrets'];
  return secrets.map((each) => writtenOf(path, each));
}

function writtenOf(path: string, each: unknown): Written {
  const { secret, retired_at: retiredAt } = isObject(each) ? each : {};
  if (typeof secret !== 'string' || (retiredAt !== undefined && typeof retiredAt !== 'string')) throw refused(path, 'one of its entries has no secret');
  return retiredAt === undefined ? { secret } : { secret, retired_at: retiredAt };
}

const textOf = (secrets: readonly Written[]): string => `${JSON.stringify({ secrets }, null, 2)}\n`;
const write = (path: string, secrets: readonly Written[]): Promise<void> => writeOwnerOnly(path, textOf(secrets));

const unusable = (message: string, options?: ErrorOptions): WebhookSecretFileRefused => new WebhookSecretFileRefused(message, options);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const refused = (path: string, reason: string): WebhookSecretFileRefused =>
  new WebhookSecretFileRefused(`${path} is damaged: ${reason}. Bring it back from a backup, or remove it to start with a new secret`);
