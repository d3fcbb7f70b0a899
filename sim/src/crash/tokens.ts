import { createSignToken, JoseTokenSigner, loadOrCreateKeys } from '@traffic-tacos/gateway';
import { createPooledRandom, createSystemClock } from '@traffic-tacos/kit';
import { must } from '../check/breach.ts';

/** Signs for a user of the platform at that address. */
export type TokenFor = (gatewayUrl: string, userId: string, role?: 'user' | 'organizer') => Promise<string>;

const TTL_SECONDS = 3_600;

/** Signs with the key file of the data directory, which the platform takes over at its first start. */
export async function createTokens(dataDir: string): Promise<TokenFor> {
  const signer = new JoseTokenSigner(await loadOrCreateKeys(dataDir));
  const made = { signer, clock: createSystemClock(), random: createPooledRandom() };
  return async (gatewayUrl, userId, role = 'user') => {
    const sign = createSignToken({ ...made, issuer: { url: gatewayUrl, audience: undefined } });
    const outcome = await sign({ userId, role, ttlSeconds: TTL_SECONDS });
    must(outcome.kind === 'signed', 'the rig', userId, 'no token');
    return outcome.kind === 'signed' ? outcome.token : '';
  };
}
