import { readCallers, readDescriptorSet } from '@traffic-tacos/contracts';
import {
  createErrorRegistry, createGrpcChannel, createGrpcServer, createHealth, createLogger, createMetrics, createPooledRandom, createSystemClock, ERROR_TABLE,
  type GrpcChannel, type GrpcChannelOptions, type GrpcService,
} from '@traffic-tacos/kit';
import { createTestIssuer } from '@traffic-tacos/kit/testing';
import { PAYMENT_ERRORS } from '@traffic-tacos/payment';

/** Deadlines are counted on the machine's clock; everything that is decided, on one that stands still until it is moved. */
const machineClock = createSystemClock();
const ISSUER = await createTestIssuer(machineClock);
const LOGGER = createLogger({ service: 'test', level: 'silent', destination: 1 });

export type TargetName = 'inventory' | 'reservation' | 'payment';

/** Lets the services of one process answer on a port. Answers how to close it. */
export async function openGrpcPort(name: TargetName, services: readonly GrpcService[], port: number): Promise<() => Promise<void>> {
  const metrics = createMetrics({ processMetrics: false });
  const server = createGrpcServer({
    name, services, authz: readCallers(), verifier: ISSUER.verifier(), registry: createErrorRegistry(ERROR_TABLE, PAYMENT_ERRORS), logger: LOGGER, metrics,
    clock: machineClock, random: createPooledRandom(), health: createHealth(), descriptors: readDescriptorSet(),
  });
  await server.listen(port, '127.0.0.1');
  return async () => {
    await server.close(1_000);
    metrics.close();
  };
}

/** A channel to a service, as another service has it. */
export const channelTo = (target: TargetName, port: number, options: Partial<GrpcChannelOptions> = {}): GrpcChannel =>
  createGrpcChannel({
    target, address: `127.0.0.1:${port}`, clock: machineClock, random: createPooledRandom(), metrics: createMetrics({ processMetrics: false }),
    credential: () => ISSUER.token({ userId: 'test', role: 'service' }), settings: { timeoutMs: 5_000 }, ...options,
  });
