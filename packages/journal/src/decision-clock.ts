import { epochMs, type Clock, type EpochMs } from '@traffic-tacos/kernel';
import type { ClockStamp, TimeSource } from './time-source.ts';

/** The clock that decides, and the stamp that each group carries so that the next process can go on from it. */
export interface DecisionClock extends Clock {
  stamp(): ClockStamp;
}

/**
 * Goes on from the newest stamp in the journal: on the same boot by the monotonic time that has passed since; after another boot, or
 * on another machine, from the later of the last recorded instant and wall time. From then on only monotonic time counts, so a step
 * of the wall clock neither ends a hold early nor keeps one alive.
 */
export function createDecisionClock(time: TimeSource, lastStamp?: ClockStamp): DecisionClock {
  const startMonotonicMs = time.monotonicMs();
  const startNowMs = instantAtStart(time, startMonotonicMs, lastStamp);
  let latestMs = startNowMs;

  const nowMs = (): EpochMs => {
    const passed = (startNowMs + Math.floor(time.monotonicMs() - startMonotonicMs)) as EpochMs;
    if (passed > latestMs) latestMs = passed;
    return latestMs;
  };
  const wallMs = (): EpochMs => epochMs(Math.floor(time.wallMs()));
  const stamp = (): ClockStamp => {
    // The instant is read before the monotonic time that belongs to it, so that whoever goes on from here is late by that, never early.
    const stampedMs = nowMs();
    return { bootId: time.bootId, monotonicMs: time.monotonicMs(), wallMs: wallMs(), nowMs: stampedMs };
  };

  return { nowMs, wallMs, stamp };
}

function instantAtStart(time: TimeSource, monotonicMs: number, last: ClockStamp | undefined): EpochMs {
  const wallMs = Math.floor(time.wallMs());
  if (last === undefined) return epochMs(wallMs);
  return epochMs(isOfBoot(last, time.bootId, monotonicMs) ? last.nowMs + Math.floor(monotonicMs - last.monotonicMs) : Math.max(last.nowMs, wallMs));
}

/**
 * Whether the stamp was made on the boot that runs now. A boot on which less time has passed than was recorded is another one, whatever it
 * calls itself: a machine restored from an image.
 */
export const isOfBoot = (stamp: ClockStamp, bootId: string | undefined, monotonicMs: number): boolean =>
  stamp.bootId !== undefined && stamp.bootId === bootId && monotonicMs >= stamp.monotonicMs;
