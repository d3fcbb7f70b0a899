import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSignServiceToken, createSignToken, JoseTokenSigner, loadOrCreateKeys, type Role } from '@traffic-tacos/gateway';
import { createPooledRandom, createSystemClock } from '@traffic-tacos/kit';
import { freePorts } from './child.ts';

const TTL_SECONDS = 24 * 3600;
const SIGNED_AT_ONCE = 64;

export interface Ports {
  readonly gateway: number;
  readonly reservation: number;
  readonly inventory: number;
  readonly payment: number;
  readonly reservationGrpc: number;
  readonly inventoryGrpc: number;
  readonly paymentGrpc: number;
}

/** An issuer's keys and what was signed with them, for as many platforms as a scenario starts. */
export interface Credentials {
  /** A directory with `keys/`, to be copied into each data directory. */
  readonly keysDir: string;
  /** The ports of every platform of the scenario: the tokens carry the gateway's address. */
  readonly ports: Ports;
  /** A token a line, of as many users. */
  readonly tokensFile: string;
  readonly organizerToken: string;
  /** For calls of another service to the inventory. It lives five minutes, the longest there are. */
  readonly inventoryServiceToken: string;
}

/** Makes keys and the tokens of `users` users, and removes them afterwards. */
export async function withCredentials<T>(users: number, use: (credentials: Credentials) => Promise<T>): Promise<T> {
  const keysDir = await mkdtemp(join(tmpdir(), 'tacos-bench-keys-'));
  try {
    const [gateway = 0, reservation = 0, inventory = 0, payment = 0, reservationGrpc = 0, inventoryGrpc = 0, paymentGrpc = 0] = await freePorts(7);
    const issuer = `http://127.0.0.1:${gateway}`;
    const signing = {
      signer: new JoseTokenSigner(await loadOrCreateKeys(keysDir)), issuer: { url: issuer, audience: undefined }, clock: createSystemClock(), random: createPooledRandom(),
    };
    const sign = createSignToken(signing);
    const tokenOf = async (userId: string, role: Role): Promise<string> => {
      const outcome = await sign({ userId, role, ttlSeconds: TTL_SECONDS });
      if (outcome.kind !== 'signed') throw new NotSigned(outcome.problems.join('; '));
      return outcome.token;
    };
    const tokens: string[] = [];
    while (tokens.length < users) {
      const names = Array.from({ length: Math.min(SIGNED_AT_ONCE, users - tokens.length) }, (_, i) => `bench-${tokens.length + i}`);
      tokens.push(...(await Promise.all(names.map((name) => tokenOf(name, 'user')))));
    }
    const tokensFile = join(keysDir, 'tokens.txt');
    await writeFile(tokensFile, `${tokens.join('\n')}\n`);
    return await use({
      keysDir, ports: { gateway, reservation, inventory, payment, reservationGrpc, inventoryGrpc, paymentGrpc }, tokensFile,
      organizerToken: await tokenOf('bench-organizer', 'organizer'),
      inventoryServiceToken: (await createSignServiceToken(signing)('bench', 'inventory')).token,
    });
  } finally {
    await rm(keysDir, { recursive: true, force: true });
  }
}

class NotSigned extends Error {
  override readonly name = 'NotSigned';
}
