import { refuse } from '../../errors/registry.ts';
import type { Health } from '../../http/health.ts';
import type { Refusal } from '../../http/route.ts';
import type { DescribedMethods } from '../described-methods.ts';
import type { GrpcCall } from '../grpc-call.ts';
import { grpcService, type GrpcService } from './grpc-service.ts';

/** Of `grpc.health.v1.HealthCheckResponse.ServingStatus`. */
const SERVING = 1;
const NOT_SERVING = 2;
const SERVICE_UNKNOWN = 3;

interface CheckRequest {
  readonly service: string;
}

interface CheckResponse {
  readonly status: number;
}

export const HEALTH_SERVICE = 'grpc.health.v1.Health';

/**
 * Says whether the process can work, for each service by its name and for all under the empty name: all of them stand and fall together,
 * because they share one process and its stores.
 */
export function createHealthService(definitions: DescribedMethods, health: Health, services: readonly string[]): GrpcService {
  const known = new Set(['', ...services]);
  const current = (): number => (health.isReady ? SERVING : NOT_SERVING);
  const statusOf = (service: string): number => (known.has(service) ? current() : SERVICE_UNKNOWN);

  return grpcService({
    definition: {
      check: definitions.method<CheckRequest, CheckResponse>(HEALTH_SERVICE, 'Check'),
      list: definitions.method<object, { readonly statuses: Readonly<Record<string, CheckResponse>> }>(HEALTH_SERVICE, 'List'),
      watch: { ...definitions.method<CheckRequest, CheckResponse>(HEALTH_SERVICE, 'Watch'), responseStream: true },
    },
    handlers: {
      check: ({ service }): CheckResponse | Refusal => (known.has(service) ? { status: current() } : refuse('NOT_FOUND')),
      list: () => ({ statuses: Object.fromEntries([...known].map((name) => [name, { status: current() }])) }),
      watch: ({ service }, call) => watch(() => statusOf(service), health, call),
    },
  });
}

/** The status now and after each change. A server that closes serves nobody. */
async function* watch(statusNow: () => number, health: Health, { signal }: GrpcCall): AsyncGenerator<CheckResponse> {
  let told: number | undefined;
  while (!signal.aborted) {
    const status = statusNow();
    if (status === told) await changeOf(health, signal);
    else {
      told = status;
      yield { status };
    }
  }
  if (told === SERVING) yield { status: NOT_SERVING };
}

function changeOf(health: Health, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      forget();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const forget = health.onChange(done);
    signal.addEventListener('abort', done);
  });
}
