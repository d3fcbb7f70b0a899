import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { canonicalPassword } from '../../domain/password.ts';
import type { HashOutcome, PasswordHasher, VerifyOutcome } from '../../ports/password-hasher.ts';
import { formatPasswordRecord, parsePasswordRecord, type Argon2Parameters, type PasswordRecord } from './password-record.ts';
import { Turnstile } from './turnstile.ts';

/** 19 MiB and two passes on one lane: the least that OWASP's password storage cheat sheet recommends; some 30 ms of one core. */
export const DEFAULT_ARGON2: Argon2Parameters = { memoryKib: 19_456, passes: 2, lanes: 1 };

const SALT_BYTES = 16;
const HASH_BYTES = 32;

export interface HasherLimits {
  /** Runs at once; each takes `memoryKib` and one of libuv's four threads, which the disk needs as well. */
  readonly passwordHashesAtOnce: number;
  /** Requests waiting for a run. */
  readonly passwordHashesWaiting: number;
}

/** Computes one hash; taken as an argument so that a test can count runs and compare their cost. */
export type Derive = (password: Buffer, salt: Buffer, parameters: Argon2Parameters) => Promise<Buffer>;

/** Argon2id as built into Node, on libuv's threads. */
export class Argon2Hasher implements PasswordHasher {
  readonly #parameters: Argon2Parameters;
  readonly #derive: Derive;
  readonly #turnstile: Turnstile;
  readonly #stranger: PasswordRecord;
  readonly #runs = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(limits: HasherLimits, parameters = DEFAULT_ARGON2, derive: Derive = deriveArgon2id) {
    this.#parameters = parameters;
    this.#derive = derive;
    this.#turnstile = new Turnstile(limits.passwordHashesAtOnce, limits.passwordHashesWaiting);
    // Random bytes in place of a hash: no password is known to give them.
    this.#stranger = { parameters, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) };
  }

  async hash(password: string): Promise<HashOutcome> {
    const salt = randomBytes(SALT_BYTES);
    const hash = await this.#run(password, salt, this.#parameters);
    if (hash === undefined) return { kind: 'busy' };
    return { kind: 'hashed', passwordRecord: formatPasswordRecord({ parameters: this.#parameters, salt, hash }) };
  }

  async verify(password: string, passwordRecord: string | undefined): Promise<VerifyOutcome> {
    const record = passwordRecord === undefined ? this.#stranger : parsePasswordRecord(passwordRecord);
    const hash = await this.#run(password, record.salt, record.parameters);
    if (hash === undefined) return { kind: 'busy' };
    const isEqual = hash.length === record.hash.length && timingSafeEqual(hash, record.hash);
    return { kind: isEqual && passwordRecord !== undefined ? 'matches' : 'differs' };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#runs);
  }

  async #run(password: string, salt: Buffer, parameters: Argon2Parameters): Promise<Buffer | undefined> {
    if (this.#isClosed) return undefined;
    const bytes = Buffer.from(canonicalPassword(password), 'utf8');
    const run = this.#turnstile.pass(() => this.#derive(bytes, salt, parameters));
    this.#runs.add(run);
    try {
      return await run;
    } finally {
      this.#runs.delete(run);
    }
  }
}

const argon2Async = promisify(argon2);

function deriveArgon2id(password: Buffer, salt: Buffer, { memoryKib, passes, lanes }: Argon2Parameters): Promise<Buffer> {
  return argon2Async('argon2id', { message: password, nonce: salt, memory: memoryKib, passes, parallelism: lanes, tagLength: HASH_BYTES });
}
