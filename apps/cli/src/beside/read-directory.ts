import { createDecisionClock, createSystemTimeSource, type ReadReport } from '@traffic-tacos/journal';
import { epochMs, type EpochMs, type Limits } from '@traffic-tacos/kernel';
import { isThere, journalDir, readBeside, type DirectoryReading } from '@traffic-tacos/platform';

/** What a data directory holds, as somebody beside its owner sees it. */
export interface DirectoryState extends Omit<DirectoryReading, 'report'> {
  /** The instant that the records are to be judged at. */
  readonly nowMs: EpochMs;
  readonly report: Extract<ReadReport, { kind: 'read' }>;
}

/**
 * Reads journal and history of a data directory without their lock, up to some group at or after the call; undefined where there is none. Beside
 * a running platform now is its clock's now. Where none runs, time stands still at the last group: a payment that would have come
 * due since then is followed up by the next start. Throws what `readBeside` throws.
 */
export async function readDirectory(dataDir: string, limits: Limits, isRunning: boolean): Promise<DirectoryState | undefined> {
  if (!(await isThere(journalDir(dataDir)))) return undefined;
  const { tables, report, checkHistory, close } = await readBeside(dataDir, limits);
  if (report.kind === 'no_journal') return undefined;
  const { lastStamp } = report;
  const nowMs = isRunning || lastStamp === undefined ? createDecisionClock(createSystemTimeSource(), lastStamp).nowMs() : epochMs(lastStamp.nowMs);
  return { tables, nowMs, report, checkHistory, close };
}
