import { JoseTokenSigner, loadKeys } from '@traffic-tacos/gateway';
import { present } from '@traffic-tacos/kernel';
import { connectGrpc, type Sent, type TestGrpcClient } from '@traffic-tacos/kit/testing';
import type { GrpcServiceName } from '@traffic-tacos/platform';
import type { TestPlatform } from '@traffic-tacos/platform/testing';

/** Who calls, and by which metadata. */
export interface GrpcCallers {
  user(userId: string, role?: 'user' | 'organizer' | 'admin'): Promise<Sent>;
  /** A service credential for the service named. */
  service(audience: string): Promise<Sent>;
}

const TTL_SECONDS = 300;

/** Tokens of the platform's own issuer. */
export const grpcCallers = ({ platform, dataDir }: TestPlatform): GrpcCallers => ({
  user: async (userId, role = 'user') => {
    const signed = await platform.signToken({ userId, role, ttlSeconds: TTL_SECONDS });
    return { authorization: `Bearer ${signed.kind === 'signed' ? signed.token : ''}` };
  },
  service: async (audience) => {
    const signer = new JoseTokenSigner(present(await loadKeys(dataDir), 'a platform that runs has keys'));
    const iat = Math.floor(platform.nowMs() / 1000);
    const claims = { iss: platform.issuerUrl, sub: 'reservation', aud: audience, iat, exp: iat + TTL_SECONDS, jti: crypto.randomUUID(), role: 'service' } as const;
    return { authorization: `Bearer ${await signer.sign(claims)}` };
  },
});

/** Runs `body` with a client of a service's gRPC port, and closes it whatever happens. */
export async function withGrpcClient<T>({ platform }: TestPlatform, service: GrpcServiceName, body: (client: TestGrpcClient) => Promise<T>): Promise<T> {
  const client = connectGrpc(platform.grpcAddresses[service]);
  try {
    return await body(client);
  } finally {
    client.close();
  }
}
