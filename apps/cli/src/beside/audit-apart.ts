import { setTimeout as pause } from 'node:timers/promises';
import { createDecisionClock, createSystemTimeSource } from '@traffic-tacos/journal';
import { epochMs, type Limits } from '@traffic-tacos/kernel';
import { auditPlatform, DIFFERENCES, PAYMENT_GRACE_MS, readApart, RESTART_GRACE_MS, viewOf, type ApartReading, type AuditReport, type Breach } from '@traffic-tacos/platform';
import type { DirectoryAudit } from './audit-directory.ts';

/** Between services a record may be ahead of another's while an answer is under way: five seconds at most (guarantees.md, I2). */
const APART_MS = 6_000;
const PAUSE_MS = 500;

/**
 * Audits the directories of services that run apart, as one. They are read one after the other, and what is under way between two of them looks like a breach: beside running
 * services only what stays for longer than that may take is one. Where none runs, the next start carries it through, so it counts as waiting. Undefined where there is no
 * journal of the inventory.
 */
export async function auditApart(dataDir: string, limits: Limits, isRunning: boolean): Promise<DirectoryAudit | undefined> {
  const beganMs = performance.now();
  let staying: ReadonlySet<string> | undefined;
  for (;;) {
    const reading = await readApart(dataDir, limits);
    if (reading === undefined) return undefined;
    const { records, lastSequence } = reading;
    const report = auditReading(reading, isRunning);
    if (!isRunning) return { ...apartFromUnderWay(report), records, lastSequence };
    const stayed = report.breaches.filter((breach) => staying?.has(nameOf(breach)) ?? true);
    if (stayed.length === 0 || performance.now() - beganMs > APART_MS) return { ...report, breaches: stayed, records, lastSequence };
    staying = new Set(stayed.map(nameOf));
    await pause(PAUSE_MS);
  }
}

const nameOf = ({ kind, subject, detail }: Breach): string => `${kind} ${subject} ${detail}`;

/** What a start would put right by itself, or by asking again. */
const isUnderWay = ({ kind }: Breach): boolean => kind === 'admission_without_hold' || DIFFERENCES[kind].rule !== 'stop';

const apartFromUnderWay = ({ breaches, waiting, counted }: AuditReport): AuditReport => ({
  breaches: breaches.filter((breach) => !isUnderWay(breach)), waiting: [...waiting, ...breaches.filter(isUnderWay)], counted,
});

function auditReading({ tables, lastStamp, checkHistory, close }: ApartReading, isRunning: boolean): AuditReport {
  try {
    const nowMs = isRunning || lastStamp === undefined ? createDecisionClock(createSystemTimeSource(), lastStamp).nowMs() : epochMs(lastStamp.nowMs);
    const report = auditPlatform(viewOf(tables, nowMs), nowMs, isRunning ? PAYMENT_GRACE_MS : RESTART_GRACE_MS);
    const damages = checkHistory().map((detail): Breach => ({ kind: 'history_damaged', invariant: 'I4', subject: 'history', detail }));
    return { ...report, breaches: [...report.breaches, ...damages] };
  } finally {
    close();
  }
}
