import { timestampOf, type AdminService, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { HealthStatus, MetricType, SystemHealthStatus, type MetricData, type ServiceHealthStatus } from '@traffic-tacos/contracts/proto/common/v1/admin';
import type { Clock, Limits } from '@traffic-tacos/kernel';
import { invalidRequest, optionalText, refuse, type Metrics, type UnaryHandler } from '@traffic-tacos/kit';
import type { KnownServices } from './about-the-gateway.ts';

export interface AdminReadDeps {
  readonly known: KnownServices;
  /** Those of this process. */
  readonly metrics: Pick<Metrics, 'read'>;
  /** The newest lines of this process's log, newest first. */
  readonly logs: () => Iterable<string>;
  readonly clock: Clock;
  readonly limits: Limits;
}

type Health = typeof AdminService.getSystemHealth;
type Figures = typeof AdminService.getMetrics;

const UNKNOWN_SERVICE = refuse('NOT_FOUND', { details: [{ field: 'service', reason: 'is none of this platform' }] });
const MS_PER_SECOND = 1_000;
const MOST_SERVICES = 100;

/** How the services are that this process knows of. Stores and buses are part of the processes, and are not asked apart. */
export const getSystemHealthRpc = ({ known, clock }: AdminReadDeps): UnaryHandler<RequestOf<Health>, ResponseOf<Health>> => ({ services: wanted }) => {
  if (wanted.length > MOST_SERVICES) return invalidRequest({ field: 'services', reason: `must be at most ${MOST_SERVICES}` }) ?? UNKNOWN_SERVICE;
  const states = known.states();
  if (wanted.some((name) => !states.has(name))) return UNKNOWN_SERVICE;
  const shown = [...states].filter(([name]) => wanted.length === 0 || wanted.includes(name));
  const uptimeSeconds = Math.max(0, Math.floor((clock.wallMs() - known.startedAtMs) / MS_PER_SECOND));
  const services = shown.map(([serviceName, state]): ServiceHealthStatus => ({
    serviceName, status: statusOf(state), responseTimeMs: 0, version: known.version, uptimeSeconds: state === undefined ? 0 : uptimeSeconds, metrics: new Map(),
    issues: state === 'not_ready' ? [...known.reasons()] : [],
  }));
  const isWell = services.every(({ status }) => status !== HealthStatus.HEALTH_STATUS_UNHEALTHY);
  return {
    overallStatus: isWell ? SystemHealthStatus.SYSTEM_HEALTH_STATUS_HEALTHY : SystemHealthStatus.SYSTEM_HEALTH_STATUS_CRITICAL,
    services, dependencies: [], checkedAt: timestampOf(clock.wallMs()), error: undefined,
  };
};

function statusOf(state: 'ready' | 'not_ready' | undefined): HealthStatus {
  if (state === undefined) return HealthStatus.HEALTH_STATUS_UNSPECIFIED;
  return state === 'ready' ? HealthStatus.HEALTH_STATUS_HEALTHY : HealthStatus.HEALTH_STATUS_UNHEALTHY;
}

const TYPES: Readonly<Record<string, MetricType>> = {
  counter: MetricType.METRIC_TYPE_COUNTER, gauge: MetricType.METRIC_TYPE_GAUGE, histogram: MetricType.METRIC_TYPE_HISTOGRAM,
};

const COMBINE: Readonly<Record<string, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  avg: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
};

/** The figures of the metrics endpoint as they are now: no values of earlier are kept. A histogram is shown by the number of its observations. */
export const getMetricsRpc = ({ known, metrics, clock, limits }: AdminReadDeps): UnaryHandler<RequestOf<Figures>, ResponseOf<Figures>> =>
  async ({ service, metricType, startTime, aggregation }) => {
    const isKnown = aggregation === '' || aggregation === 'none' || Object.hasOwn(COMBINE, aggregation);
    const invalid = invalidRequest(
      optionalText('service', service, limits.idChars), optionalText('metricType', metricType, limits.idChars),
      startTime === undefined ? undefined : { field: 'startTime', reason: 'must be left out: values of earlier are not kept' },
      isKnown ? undefined : { field: 'aggregation', reason: 'must be none, sum, avg, min or max' },
    );
    if (invalid !== undefined) return invalid;
    if (service !== '' && !known.states().has(service)) return UNKNOWN_SERVICE;
    const timestamp = timestampOf(clock.wallMs());
    const shown: MetricData[] = [];
    for (const { name, kind, samples } of await metrics.read()) {
      if (!name.startsWith(metricType)) continue;
      const one = { name, service, type: TYPES[kind] ?? MetricType.METRIC_TYPE_GAUGE, unit: unitOf(name), timestamp };
      const values = kind === 'histogram' ? samples.filter((sample) => sample.name.endsWith('_count')) : samples;
      const combine = COMBINE[aggregation];
      if (combine === undefined) for (const { value, labels } of values) shown.push({ ...one, value, labels: new Map(Object.entries(labels)) });
      else if (values.length > 0) shown.push({ ...one, value: combine(values.map(({ value }) => value)), labels: new Map() });
    }
    return { metrics: shown, collectedAt: timestamp, error: undefined };
  };

/** As the name of the metric has it. */
const unitOf = (name: string): string => /_(seconds|bytes)(?:_total)?$/.exec(name)?.[1] ?? '';
