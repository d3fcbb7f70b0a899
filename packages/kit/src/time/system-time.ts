import { readFileSync } from 'node:fs';
import { epochMs, type Clock, type EpochMs } from '@traffic-tacos/kernel';

/** The machine's two clocks and the name of its current boot: the shape of the journal's `TimeSource` port. */
export interface SystemTime {
  /** Differs after each boot; undefined where the system does not tell. */
  readonly bootId: string | undefined;
  /** Milliseconds on a clock that never steps. Comparable between processes only where `bootId` is defined. */
  monotonicMs(): number;
  wallMs(): number;
}

const BOOT_ID_FILE = '/proc/sys/kernel/random/boot_id';

/**
 * Reads the machine's clocks. On Linux the monotonic clock counts from the boot, so that two processes of one boot may compare it; on
 * other systems no boot id is known, and the reader must treat every start as another boot.
 */
export function createSystemTime(bootIdFile = BOOT_ID_FILE): SystemTime {
  return {
    bootId: readBootId(bootIdFile),
    monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
    wallMs: () => Date.now(),
  };
}

/**
 * A decision clock for what has no journal: tools, tests, services without state of their own. It starts at the wall time and goes on
 * with the monotonic clock, so that it neither goes back nor follows a step of the wall clock.
 */
export function createSystemClock(time: SystemTime = createSystemTime()): Clock {
  const startWallMs = time.wallMs();
  const startMonotonicMs = time.monotonicMs();
  return {
    nowMs: (): EpochMs => epochMs(Math.floor(startWallMs + (time.monotonicMs() - startMonotonicMs))),
    wallMs: (): EpochMs => epochMs(time.wallMs()),
  };
}

function readBootId(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return text === '' ? undefined : text;
  } catch {
    // Systems other than Linux have no such file; undefined is the documented answer for them.
    return undefined;
  }
}
