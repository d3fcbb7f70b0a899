import { status } from '@grpc/grpc-js';
import type { Histogram } from '../metrics/cells.ts';
import type { Family } from '../metrics/family.ts';

/** Counts one ended call by its status, found without joining label texts. `seconds`: how long it took. */
export type StatusMeter = (code: status, seconds: number) => void;

/** For a family whose labels are service, method and code. */
export function createStatusMeter(durations: Family<Histogram>, service: string, method: string): StatusMeter {
  const byStatus: (Histogram | undefined)[] = [];
  return (code, seconds) => (byStatus[code] ??= durations.with(service, method, status[code] ?? 'UNKNOWN')).observe(seconds);
}
