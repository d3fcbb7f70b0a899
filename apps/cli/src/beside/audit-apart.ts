import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createDecisionClock, createSystemTimeSource, openFileDisk, readJournal, RelayPositionTable, type ClockStamp, type RecordTable } from '@traffic-tacos/journal';
import { epochMs, type EpochMs, type Limits } from '@traffic-tacos/kernel';
import { auditPlatform, createPlatformTables, DIFFERENCES, journalDir, PAYMENT_GRACE_MS, RESTART_GRACE_MS, viewOf, type AuditReport, type Breach, type PlatformTables, type ServiceName } from '@traffic-tacos/platform';
import type { DirectoryAudit } from './audit-directory.ts';

/** Between services a record may be ahead of another's while an answer is under way: five seconds at most (guarantees.md, I2). */
const APART_MS = 6_000;
const PAUSE_MS = 500;

/** The tables that each service's journal fills. What the worker keeps is compared with nothing. */
const TABLES_OF: Readonly<Partial<Record<ServiceName, (tables: PlatformTables) => readonly RecordTable<unknown>[]>>> = {
  inventory: ({ inventory }) => inventory.all,
  reservation: ({ reservation, relayPosition }) => [...reservation.all, relayPosition as RecordTable<unknown>, new RelayPositionTable('receivers') as RecordTable<unknown>],
  payment: ({ payment }) => [...payment.all, new RelayPositionTable() as RecordTable<unknown>],
  gateway: ({ gateway, queue }) => [...gateway.all, ...queue.all],
};

interface Apart {
  readonly tables: PlatformTables;
  readonly nowMs: EpochMs;
  readonly records: number;
  readonly lastSequence: number;
}

/**
 * Audits the directories of services that run apart, as one. They are read one after the other, and what is under way between two of them looks like a breach: beside running
 * services only what stays for longer than that may take is one. Where none runs, the next start carries it through, so it counts as waiting. Undefined where there is no
 * journal of the inventory.
 */
export async function auditApart(dataDir: string, limits: Limits, isRunning: boolean): Promise<DirectoryAudit | undefined> {
  const beganMs = performance.now();
  let staying: ReadonlySet<string> | undefined;
  for (;;) {
    const state = await readApart(dataDir, limits, isRunning);
    if (state === undefined) return undefined;
    const { records, lastSequence } = state;
    const report = auditPlatform(viewOf(state.tables, state.nowMs), state.nowMs, isRunning ? PAYMENT_GRACE_MS : RESTART_GRACE_MS);
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

async function readApart(dataDir: string, limits: Limits, isRunning: boolean): Promise<Apart | undefined> {
  const tables = createPlatformTables(limits);
  let stamp: ClockStamp | undefined;
  const read = { records: 0, lastSequence: 0 };
  for (const [service, tablesOf] of Object.entries(TABLES_OF)) {
    const path = journalDir(join(dataDir, service));
    const report = existsSync(path) ? await readJournal(openFileDisk(path), tablesOf(tables)) : undefined;
    if (report?.kind !== 'read') {
      if (service === 'inventory') return undefined;
      continue;
    }
    // The inventory's clock is the one that decides.
    stamp ??= report.lastStamp;
    read.records += report.records;
    read.lastSequence += report.lastSequence;
  }
  const nowMs = isRunning || stamp === undefined ? createDecisionClock(createSystemTimeSource(), stamp).nowMs() : epochMs(stamp.nowMs);
  return { tables, nowMs, ...read };
}
