import { readClientSecret, type ServiceAudience } from '@traffic-tacos/gateway';
import type { Resources } from '@traffic-tacos/kit';
import type { Credential, CredentialFor } from './channels.ts';
import type { ServiceOptions } from './config/options.ts';
import { grantOf, keepFresh, keptCredential } from './credentials.ts';
import type { OpenedGround } from './ground.ts';

/** Credentials that the issuer grants to this service: one for each of the others, whatever channels there are to it. */
export async function grantedTo({ client, auth, grpc }: ServiceOptions, { clock, timers }: OpenedGround, resources: Resources): Promise<CredentialFor> {
  const { secretFile, id } = client;
  if (secretFile === undefined && grpc.auth === 'network') return () => undefined;
  const secret = await readClientSecret(secretFile ?? '');
  const known = new Map<ServiceAudience, Credential>();
  return (audience) => {
    const credential = known.get(audience) ?? keptCredential(grantOf(auth.issuerUrl, id, secret, audience), clock);
    if (!known.has(audience)) resources.add({ name: `credential for ${audience}`, close: keepFresh(credential, timers) });
    known.set(audience, credential);
    return credential;
  };
}
