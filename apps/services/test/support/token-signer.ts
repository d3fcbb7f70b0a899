import { createSignServiceToken, createSignToken, JoseTokenSigner, loadKeys, type Role, type ServiceAudience } from '@traffic-tacos/gateway';
import { present } from '@traffic-tacos/kernel';
import { createPooledRandom, createSystemClock } from '@traffic-tacos/kit';

/** Signs with the key file of the gateway's directory, as an operator's command does. */
export async function tokenSigner(gatewayDir: string, issuerUrl: string): Promise<(userId: string, role: Role) => Promise<string>> {
  const signer = new JoseTokenSigner(present(await loadKeys(gatewayDir), 'a gateway that has started has keys'));
  const sign = createSignToken({ signer, issuer: { url: issuerUrl, audience: undefined }, clock: createSystemClock(), random: createPooledRandom() });
  return async (userId, role) => {
    const outcome = await sign({ userId, role, ttlSeconds: 3600 });
    return outcome.kind === 'signed' ? outcome.token : '';
  };
}

/** Signs what one service shows another, as the issuer does for whoever shows that service's secret. */
export async function credentialSigner(gatewayDir: string, issuerUrl: string): Promise<(audience: ServiceAudience) => Promise<string>> {
  const signer = new JoseTokenSigner(present(await loadKeys(gatewayDir), 'a gateway that has started has keys'));
  const sign = createSignServiceToken({ signer, issuer: { url: issuerUrl, audience: undefined }, clock: createSystemClock(), random: createPooledRandom() });
  return async (audience) => (await sign('test', audience)).token;
}
