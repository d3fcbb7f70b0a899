import { Unavailable, type Clock } from '@traffic-tacos/kernel';
import { createLocalJWKSet, type JSONWebKeySet, type JWK, type JWTVerifyGetKey } from 'jose';
import type { FetchJson } from './fetch-json.ts';

/** The issuer's public keys. A new object stands for new keys. */
export interface IssuerKeys {
  readonly find: JWTVerifyGetKey;
}

/** Where the issuer's keys come from. */
export interface KeySource {
  current(): IssuerKeys | Promise<IssuerKeys>;
  /** Asked for when a token names a key that is not among the current ones. May answer the same keys. */
  afterUnknownKey(): IssuerKeys | Promise<IssuerKeys>;
  /** Gets the keys before anybody needs them. Rejects with `Unavailable` where they cannot be had, and whoever needs them asks again at once. */
  prefetch(): Promise<void>;
}

/** Keys in one document. An issuer has two or three. */
const MAX_KEYS = 100;

/** Keys of an issuer in this process. `document` is asked each time; it answers another object when the keys have changed. */
export function createLocalKeySource(document: () => JSONWebKeySet): KeySource {
  let known: { readonly document: JSONWebKeySet; readonly keys: IssuerKeys } | undefined;
  const current = (): IssuerKeys => {
    const latest = document();
    if (known?.document !== latest) known = { document: latest, keys: keysOf(latest) };
    return known.keys;
  };
  return { current, afterUnknownKey: current, prefetch: async () => void current() };
}

/** How long fetched keys are believed, and how often the issuer may be asked. In ms. */
export interface KeyTimes {
  /** Keys older than this are asked for again. */
  readonly maxAgeMs: number;
  /** At most one question in this time, however many unknown keys are named. */
  readonly coolDownMs: number;
  /** After a question that failed. */
  readonly failureCoolDownMs: number;
}

export const DEFAULT_KEY_TIMES: KeyTimes = { maxAgeMs: 600_000, coolDownMs: 30_000, failureCoolDownMs: 1_000 };

export interface RemoteKeySourceOptions {
  /** The issuer's address, from which discovery starts when `jwksUri` is not given. */
  readonly issuer: string | undefined;
  readonly jwksUri: string | undefined;
  readonly fetchJson: FetchJson;
  readonly clock: Clock;
  readonly times: KeyTimes;
}

/**
 * Keys fetched over HTTP, from configured addresses only. Rejects with `Unavailable` while there are none; old keys serve while new
 * ones cannot be had.
 */
export function createRemoteKeySource(options: RemoteKeySourceOptions): KeySource {
  return new RemoteKeySource(options);
}

class RemoteKeySource implements KeySource {
  readonly #options: RemoteKeySourceOptions;
  readonly #times: KeyTimes;
  #jwksUri: string | undefined;
  #keys: IssuerKeys | undefined;
  #document = '';
  #fetchedAtMs = -Infinity;
  #failedAtMs = -Infinity;
  #running: Promise<IssuerKeys> | undefined;

  constructor(options: RemoteKeySourceOptions) {
    this.#options = options;
    this.#times = options.times;
    this.#jwksUri = options.jwksUri;
  }

  current(): IssuerKeys | Promise<IssuerKeys> {
    const isFresh = this.#now() - this.#fetchedAtMs < this.#times.maxAgeMs;
    return this.#keys !== undefined && isFresh ? this.#keys : this.#refresh();
  }

  afterUnknownKey(): IssuerKeys | Promise<IssuerKeys> {
    const isCooling = this.#now() - this.#fetchedAtMs < this.#times.coolDownMs;
    return this.#keys !== undefined && isCooling ? this.#keys : this.#refresh();
  }

  async prefetch(): Promise<void> {
    try {
      await this.#refresh();
    } catch (thrown) {
      // An issuer that starts a moment after us is there for the first request.
      this.#failedAtMs = -Infinity;
      throw thrown;
    }
  }

  #now(): number {
    return this.#options.clock.nowMs();
  }

  /** One question at a time: whoever comes while it runs waits for the same answer. */
  #refresh(): IssuerKeys | Promise<IssuerKeys> {
    if (this.#running !== undefined) return this.#running;
    if (this.#now() - this.#failedAtMs < this.#times.failureCoolDownMs) return this.#keys ?? rejectUnavailable();
    this.#running = this.#fetch().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #fetch(): Promise<IssuerKeys> {
    try {
      this.#jwksUri ??= await this.#discover();
      const keys = this.#read(await this.#options.fetchJson(this.#jwksUri));
      this.#fetchedAtMs = this.#now();
      return keys;
    } catch (cause) {
      this.#failedAtMs = this.#now();
      if (this.#keys === undefined) throw cause;
      return this.#keys;
    }
  }

  /** The same document gives the same object again, so that its imported keys are kept. */
  #read(fetched: unknown): IssuerKeys {
    const document = JSON.stringify(fetched) ?? '';
    if (this.#keys !== undefined && document === this.#document) return this.#keys;
    const keys = keysOf(fetched);
    this.#keys = keys;
    this.#document = document;
    return keys;
  }

  async #discover(): Promise<string> {
    const { issuer, fetchJson } = this.#options;
    if (issuer === undefined) throw new Unavailable('neither an issuer nor a JWKS address is configured');
    const document = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const { issuer: named, jwks_uri: jwksUri } = (document ?? {}) as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
    if (named !== issuer) throw new Unavailable('the discovery document names another issuer');
    if (typeof jwksUri !== 'string' || !isAllowedAddress(jwksUri, issuer)) {
      throw new Unavailable('the discovery document names no usable jwks_uri');
    }
    return jwksUri;
  }
}

const rejectUnavailable = (): Promise<never> => Promise.reject(new Unavailable("the issuer's keys cannot be had"));

/** An issuer reached over TLS must not send us to an address without. */
function isAllowedAddress(address: string, issuer: string): boolean {
  const protocol = URL.parse(address)?.protocol;
  return protocol === 'https:' || (protocol === 'http:' && issuer.startsWith('http:'));
}

/** Reads a JWKS document. Symmetric and encryption keys are left out: they have no business there, and none here. */
function keysOf(document: unknown): IssuerKeys {
  const { keys } = (document ?? {}) as { readonly keys?: unknown };
  if (!Array.isArray(keys) || keys.length > MAX_KEYS) throw new Unavailable('the issuer has sent no JWKS document');
  return { find: createLocalJWKSet({ keys: keys.filter(isPublicSigningKey) }) };
}

function isPublicSigningKey(key: unknown): key is JWK {
  const { kty, use } = (key ?? {}) as { readonly kty?: unknown; readonly use?: unknown };
  return (kty === 'RSA' || kty === 'EC' || kty === 'OKP') && (use === undefined || use === 'sig');
}
