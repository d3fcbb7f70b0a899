import { status } from '@grpc/grpc-js';
import type { Counter, Histogram } from '../../metrics/cells.ts';
import type { Metrics } from '../../metrics/metrics.ts';

/** The counters of one method, found without joining label texts. */
export interface MethodMeters {
  /** One call: how it ended, and the time from its last byte's arrival to the answer, in seconds. */
  ended(code: status, seconds: number): void;
  /** One refusal with this code of the error table, whether it went out as a status or in a response. */
  refused(code: string): void;
}

export function createMethodMeters(metrics: Metrics, service: string, method: string): MethodMeters {
  const durations = metrics.histogram({
    name: 'grpc_server_duration_seconds',
    help: 'Time to answer gRPC calls, by service, method and status.',
    labels: ['service', 'method', 'code'],
  });
  const errors = metrics.counter({
    name: 'errors_total',
    help: 'Error answers by code and route template.',
    labels: ['code', 'route'],
  });
  const byStatus: (Histogram | undefined)[] = [];
  const byCode = new Map<string, Counter>();
  return {
    ended(code, seconds) {
      (byStatus[code] ??= durations.with(service, method, status[code])).observe(seconds);
    },
    refused(code) {
      let counter = byCode.get(code);
      if (counter === undefined) byCode.set(code, (counter = errors.with(code, `${service}/${method}`)));
      counter.inc();
    },
  };
}
