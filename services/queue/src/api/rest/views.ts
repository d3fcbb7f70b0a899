import type { PlaceReading } from '../../ports/queue-store.ts';

/** A place as `POST /queue/join` answers it. */
export function joinedView({ waitingToken, reading }: { readonly waitingToken: string; readonly reading: PlaceReading }): Readonly<Record<string, unknown>> {
  const position = reading.position ?? null;
  return { waitingToken, positionHint: position, position, status: reading.status, ...waitView(reading), pollAfterMs: reading.pollAfterMs };
}

/** A place as `GET /queue/status` and the streams tell it. */
export function statusView(reading: PlaceReading): Readonly<Record<string, unknown>> {
  const { status, reason, position, waitedMs, pollAfterMs } = reading;
  return {
    status, reason, position: position ?? null, ...waitView(reading), waitingTime: Math.floor(waitedMs / 1_000), readyForEntry: status === 'ready', pollAfterMs,
  };
}

const waitView = ({ eta }: PlaceReading) => ({ etaSec: eta?.sec ?? null, etaMinSec: eta?.minSec ?? null, etaMaxSec: eta?.maxSec ?? null });
