import type { Counter } from '../../metrics/cells.ts';
import { METRICS } from '../../metrics/metric-table.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { createStatusMeter, type StatusMeter } from '../status-meters.ts';

/** The counters of one method. */
export interface MethodMeters {
  /** One call: how it ended, and the time from its last byte's arrival to the answer. */
  readonly ended: StatusMeter;
  /** One refusal with this code of the error table, whether it went out as a status or in a response. */
  refused(code: string): void;
}

export function createMethodMeters(metrics: Metrics, service: string, method: string): MethodMeters {
  const durations = metrics.histogram(METRICS.grpcServerDuration);
  const errors = metrics.counter(METRICS.errors);
  const byCode = new Map<string, Counter>();
  return {
    ended: createStatusMeter(durations, service, method),
    refused(code) {
      let counter = byCode.get(code);
      if (counter === undefined) byCode.set(code, (counter = errors.with(code, `${service}/${method}`)));
      counter.inc();
    },
  };
}
