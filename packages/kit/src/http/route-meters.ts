import type { Counter, Histogram } from '../metrics/cells.ts';
import { METRICS } from '../metrics/metric-table.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** The counters of one route, found without joining label texts. */
export interface RouteMeters {
  /** One answer: its status, and the time from the end of the request's header to the answer, in seconds. */
  answered(status: number, seconds: number): void;
  /** One answer with this error code. */
  refused(code: string): void;
}

/** Statuses run from 100 to 599. */
const FIRST_STATUS = 100;

/** The meters of a route, named by its template: never by a path that a client sent. */
export function createRouteMeters(metrics: Metrics, method: string, template: string): RouteMeters {
  const requests = metrics.histogram(METRICS.httpServerRequests);
  const errors = metrics.counter(METRICS.errors);
  const byStatus: (Histogram | undefined)[] = new Array<Histogram | undefined>(500).fill(undefined);
  const byCode = new Map<string, Counter>();

  return {
    answered(status, seconds) {
      const place = status - FIRST_STATUS;
      const known = byStatus[place];
      if (known !== undefined) return known.observe(seconds);
      const made = requests.with(method, template, String(status));
      byStatus[place] = made;
      made.observe(seconds);
    },
    refused(code) {
      const known = byCode.get(code);
      if (known !== undefined) return known.inc();
      const made = errors.with(code, template);
      byCode.set(code, made);
      made.inc();
    },
  };
}
