import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { readWebhookSecret, secretForOrigin, signWebhook, verifyPayload, type WebhookSecret, type WebhookSecrets } from '@traffic-tacos/kit';
import { present, type Clock } from '@traffic-tacos/kernel';
import { isPublicAddress } from '../../domain/public-address.ts';
import { addressOf, hostIsAddress } from '../../domain/receiver-url.ts';
import type { WebhookAnswer } from '../../domain/webhook.ts';
import type { ReceiverRules } from '../../ports/registrations.ts';
import type { PostTerms, PostWebhook } from '../../ports/webhook-queue.ts';

/** How long a receiver may take, from the first packet to the last line of its answer (interfaces.md §5). */
const TIMEOUT_MS = 3_000;
/** Connections to the platform's own receiver that are kept. */
const KEPT_CONNECTIONS = 64;

export interface WebhookPosterDeps {
  /** The platform's own receiver: the operator's setting, so it may be an internal address. */
  readonly ownUrl: string;
  readonly secrets: WebhookSecrets;
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly timeoutMs?: number;
  /** Resolves names as `dns.lookup` does. */
  readonly lookup?: ResolveName;
  /** Which addresses a receiver elsewhere may have: those of the public internet, unless a test says otherwise. */
  readonly isAllowed?: (address: string) => boolean;
  /** The certificate of an authority, in PEM, that those of receivers elsewhere are judged by; the machine's own ones unless a test says otherwise. */
  readonly authority?: string | undefined;
}

export interface WebhookPoster {
  readonly post: PostWebhook;
  close(): void;
}

/** A name led to an address that no receiver may have. */
class AddressNotAllowed extends Error {
  override readonly name = 'AddressNotAllowed';
}

/** Nothing, or not all of it, has come within the time. */
class NoAnswerInTime extends Error {
  override readonly name = 'NoAnswerInTime';
}

/**
 * Sends messages by HTTP. A receiver elsewhere is looked up anew for each message, every address that its name leads to is judged, and the
 * connection goes to one of those judged, so that a name that changes what it says gains nothing. Redirects are not followed.
 */
export function createWebhookPoster(deps: WebhookPosterDeps): WebhookPoster & { readonly rules: ReceiverRules } {
  const { ownUrl, secrets, clock, timeoutMs = TIMEOUT_MS, isAllowed = isPublicAddress, authority } = deps;
  const kept = new HttpAgent({ keepAlive: true, maxSockets: KEPT_CONNECTIONS, maxFreeSockets: KEPT_CONNECTIONS });
  const resolveName = deps.lookup ?? lookup;
  const elsewhere: RequestOptions = { agent: false, lookup: guardedLookup(resolveName, isAllowed), ...(authority === undefined ? {} : { ca: authority }) };

  const post: PostWebhook = async ({ webhookId, url, body }, terms) => {
    const target = new URL(url ?? ownUrl);
    if (url !== undefined && hostIsAddress(target) && !isAllowed(addressOf(target))) return { kind: 'address_not_allowed' };
    const [secret, ...before] = url === undefined ? [secrets[0]] : secretsFor(secrets, url, terms?.secrets);
    const bytes = Buffer.from(body);
    const signed = signWebhook(present(secret, 'a secret to sign with'), { id: webhookId, timestampSeconds: Math.floor(clock.wallMs() / 1_000), body: bytes }, before);
    const headers = { ...Object.fromEntries(terms?.headers ?? []), ...signed, 'content-type': 'application/json', 'content-length': bytes.length, 'user-agent': 'traffic-tacos-webhooks/1' };
    const route: RequestOptions = url === undefined ? (target.protocol === 'http:' ? { agent: kept } : {}) : elsewhere;
    // What the runtime refuses to send at all is a failure like any other: nobody could act on it but whoever reads the dead letters.
    return send(target, { ...route, method: 'POST', headers }, { bytes, timeoutMs: Math.min(timeoutMs, terms?.timeoutMs ?? timeoutMs), isOwn: url === undefined }).catch(failureOf);
  };
  return {
    post,
    close: () => kept.destroy(),
    rules: {
      mayReceive: (url) => mayReceive(new URL(url), resolveName, isAllowed, timeoutMs),
      isSecret: (text) => readWebhookSecret(text) !== undefined,
      verify: (url, written, payload, signature) => verifyPayload(secretsFor(secrets, url, written), payload, signature),
    },
  };
}

/** What signs for a receiver elsewhere: what it has registered, or what follows from the platform's own secret. */
const secretsFor = (own: WebhookSecrets, url: string, registered: PostTerms['secrets'] = ['']): readonly WebhookSecret[] =>
  registered.map((text) => (text === '' ? secretForOrigin(own, new URL(url).origin) : present(readWebhookSecret(text), 'a secret that was registered')));

/** A name that is not answered for in time leads nowhere for now. */
function mayReceive(target: URL, resolveName: ResolveName, isAllowed: (address: string) => boolean, timeoutMs: number): Promise<boolean> {
  if (hostIsAddress(target)) return Promise.resolve(isAllowed(addressOf(target)));
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), timeoutMs).unref();
    resolveName(target.hostname, { all: true }, (error, addresses) => {
      clearTimeout(timer);
      resolve(error !== null || addresses.every(({ address }) => isAllowed(address)));
    });
  });
}

interface Message {
  readonly bytes: Buffer;
  /** For all of it, from the first packet on. */
  readonly timeoutMs: number;
  readonly isOwn: boolean;
}

function send(target: URL, options: RequestOptions, { bytes, timeoutMs, isOwn }: Message): Promise<WebhookAnswer> {
  const request = target.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const settle = (answer: WebhookAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    const sent = request(target, options, (answer: IncomingMessage) => {
      const status = answer.statusCode ?? 0;
      const verdict: WebhookAnswer = status >= 200 && status < 300 ? { kind: 'accepted' } : { kind: 'refused', status };
      // The own receiver's answer is read, so that its connection can be used again; what a stranger says after the status is not taken.
      if (!isOwn) answer.destroy();
      else answer.resume();
      answer.on('close', () => settle(verdict));
      answer.on('error', () => settle(verdict));
    });
    const timer = setTimeout(() => sent.destroy(new NoAnswerInTime()), timeoutMs).unref();
    sent.on('error', (error) => settle(failureOf(error)));
    sent.end(bytes);
  });
}

/** What went wrong, in words that hold nothing of the address or the message. */
function failureOf(error: Error): WebhookAnswer {
  if (error instanceof AddressNotAllowed) return { kind: 'address_not_allowed' };
  if (error instanceof NoAnswerInTime) return { kind: 'unreachable', reason: 'did not answer in time' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return { kind: 'unreachable', reason: `could not be reached: ${code}` };
}

type Found = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/** The form of `dns.lookup` that answers every address. */
export type ResolveName = (name: string, options: LookupOptions & { readonly all: true }, found: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void) => void;

/** Resolves a name to addresses all of which are allowed, or fails: one bad address among good ones is a trap as well. */
const guardedLookup = (resolveName: ResolveName, isAllowed: (address: string) => boolean) => (hostname: string, options: LookupOptions, found: Found): void => {
  resolveName(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error !== null) return found(error, []);
    if (first === undefined || !addresses.every(({ address }) => isAllowed(address))) return found(new AddressNotAllowed(), []);
    if (options.all === true) found(null, addresses);
    else found(null, first.address, first.family);
  });
};
