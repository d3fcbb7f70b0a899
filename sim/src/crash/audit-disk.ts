import { setTimeout as wait } from 'node:timers/promises';
import { createDecisionClock, createSystemTimeSource } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { createSystemClock } from '@traffic-tacos/kit';
import { auditPlatform, readBeside, RESTART_GRACE_MS, viewOf, type AuditReport } from '@traffic-tacos/platform';
import { GuaranteeBroken } from '../check/breach.ts';

/** I3: after a restart, until every payment has led to its order, or has gone back. */
const SETTLED_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** The records on disk, read as a tool reads them: all that a payment may still wait for is its follow-up. Throws `GuaranteeBroken`. */
export async function auditDisk(dataDir: string): Promise<AuditReport> {
  const { tables, report, close } = await readBeside(dataDir, DEFAULT_LIMITS);
  const nowMs = createDecisionClock(createSystemTimeSource(), report.kind === 'read' ? report.lastStamp : undefined).nowMs();
  const audited = auditPlatform(viewOf(tables, nowMs), nowMs, RESTART_GRACE_MS);
  close();
  const [first] = audited.breaches;
  if (first !== undefined) throw new GuaranteeBroken(first.invariant, first.subject, `${first.detail}; ${audited.breaches.length} in all`);
  return audited;
}

/** Beside the restarted platform: what was captured before the crash is followed up, until no payment waits. Throws `GuaranteeBroken`. */
export async function auditSettled(dataDir: string): Promise<void> {
  const clock = createSystemClock();
  const deadlineMs = clock.nowMs() + SETTLED_WITHIN_MS;
  for (;;) {
    const { waiting } = await auditDisk(dataDir);
    if (waiting.length === 0) return;
    if (clock.nowMs() > deadlineMs) throw new GuaranteeBroken('I3', `${waiting.length} payments`, `still wait: ${JSON.stringify(waiting.slice(0, 5))}`);
    await wait(LOOK_EVERY_MS);
  }
}
