import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { TimeSource } from './time-source.ts';

/** The machine's clocks. */
export function createSystemTimeSource(): TimeSource {
  const offsetMs = monotonicOffsetMs();
  return {
    bootId: readBootId(process.platform),
    monotonicMs: () => offsetMs + performance.now(),
    wallMs: () => Date.now(),
  };
}

/**
 * `performance.now` counts from the start of this process and is read faster than `hrtime`; both are the system's monotonic clock. A
 * pause between the two readings makes the offset too small, and a hold would end early by it in the next process: the largest of
 * several has the shortest pause.
 */
function monotonicOffsetMs(): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let sample = 0; sample < 16; sample++) {
    largest = Math.max(largest, Number(process.hrtime.bigint() / 1_000n) / 1_000 - performance.now());
  }
  return largest;
}

/** Undefined where the system does not name its boots. */
function readBootId(platform: NodeJS.Platform): string | undefined {
  try {
    if (platform === 'linux') {
      // A time namespace has a monotonic clock of its own, so its readings compare with nobody else's.
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/time')}`;
    }
    if (platform === 'darwin') return execFileSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).trim();
    return undefined;
  } catch {
    // A boot that cannot be named counts as another one, which is the safe answer.
    return undefined;
  }
}
