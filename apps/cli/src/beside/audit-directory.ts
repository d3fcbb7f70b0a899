import type { DurationMs, Limits } from '@traffic-tacos/kernel';
import { auditPlatform, PAYMENT_GRACE_MS, RESTART_GRACE_MS, viewOf, type AuditReport, type Breach } from '@traffic-tacos/platform';
import { readDirectory, type DirectoryState } from './read-directory.ts';

/** What an audit found, and how far it has read. */
export interface DirectoryAudit extends AuditReport {
  readonly records: number;
  /** The newest group that was read; where services run apart, the groups of all of them. */
  readonly lastSequence: number;
}

/** Audits a data directory beside its platform; undefined where it holds no journal. */
export async function auditDirectory(dataDir: string, limits: Limits, isRunning: boolean): Promise<DirectoryAudit | undefined> {
  const state = await readDirectory(dataDir, limits, isRunning);
  if (state === undefined) return undefined;
  const { records, lastSequence } = state.report;
  try {
    const report = auditState(state, isRunning ? PAYMENT_GRACE_MS : RESTART_GRACE_MS);
    const damages = state.checkHistory().map((detail): Breach => ({ kind: 'history_damaged', invariant: 'I4', subject: 'history', detail }));
    return { ...report, breaches: [...report.breaches, ...damages], records, lastSequence };
  } finally {
    state.close();
  }
}

const auditState = ({ tables, nowMs }: Pick<DirectoryState, 'tables' | 'nowMs'>, graceMs: DurationMs): AuditReport =>
  auditPlatform(viewOf(tables, nowMs), nowMs, graceMs);
