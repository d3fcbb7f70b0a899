import { timestampOf, type GatewayService, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { HealthStatus, type ServiceHealth } from '@traffic-tacos/contracts/proto/gateway/v1/gateway';
import type { Clock } from '@traffic-tacos/kernel';
import { refuse, type TokenVerifier, type UnaryHandler } from '@traffic-tacos/kit';

type HealthCheck = typeof GatewayService.healthCheck;
type ValidateToken = typeof GatewayService.validateToken;

/** How the services are that this process knows of. */
export interface KnownServices {
  readonly version: string;
  /** When this process opened its ports, on the wall clock. */
  readonly startedAtMs: number;
  /** Why this process is not ready, a sentence each. */
  reasons(): readonly string[];
  /** By name; undefined where nobody has asked that one. */
  states(): ReadonlyMap<string, 'ready' | 'not_ready' | undefined>;
}

const UNKNOWN_SERVICE = refuse('NOT_FOUND', { details: [{ field: 'service', reason: 'is none of this platform' }] });

export const healthCheckRpc = ({ version, states }: KnownServices, clock: Clock): UnaryHandler<RequestOf<HealthCheck>, ResponseOf<HealthCheck>> =>
  ({ service }) => {
    const all = states();
    if (service !== '' && !all.has(service)) return UNKNOWN_SERVICE;
    const timestamp = timestampOf(clock.wallMs());
    const services = new Map<string, ServiceHealth>();
    for (const [name, state] of all) {
      if (service === '' || service === name) services.set(name, { status: statusOf(state), responseTimeMs: 0, version, lastCheck: timestamp });
    }
    const worst = Math.max(...Array.from(services.values(), ({ status }) => status)) as HealthStatus;
    return { status: worst, services, timestamp, error: undefined };
  };

function statusOf(state: 'ready' | 'not_ready' | undefined): HealthStatus {
  if (state === undefined) return HealthStatus.HEALTH_STATUS_UNSPECIFIED;
  return state === 'ready' ? HealthStatus.HEALTH_STATUS_HEALTHY : HealthStatus.HEALTH_STATUS_UNHEALTHY;
}

const INVALID: ResponseOf<ValidateToken> = { valid: false, user: undefined, scopes: [], expiresAt: undefined, error: undefined };

/** What a token says. One that does not hold, or lacks the role that was asked for, is not valid, and nothing else is said of it. */
export const validateTokenRpc = (verifier: TokenVerifier): UnaryHandler<RequestOf<ValidateToken>, ResponseOf<ValidateToken>> =>
  async ({ token, requiredScope }) => {
    if (token === '') return refuse('INVALID_REQUEST', { details: [{ field: 'token', reason: 'is required' }] });
    const caller = await verifier.verify(token);
    if ('refused' in caller || (requiredScope !== '' && !caller.roles.includes(requiredScope))) return INVALID;
    const { userId, roles, tokenExpiresAtMs } = caller;
    return {
      valid: true,
      user: { userId, username: '', email: '', roles: [...roles], attributes: new Map() },
      scopes: [...roles],
      expiresAt: tokenExpiresAtMs === undefined ? undefined : timestampOf(tokenExpiresAtMs),
      error: undefined,
    };
  };
