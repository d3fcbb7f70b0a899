import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { HistoryReader, HistoryRefused, HistoryUnreadable, type HistoryReach } from '@traffic-tacos/journal';
import { historyPath } from '@traffic-tacos/platform';
import { shellWord } from '../config/as-typed.ts';
import { restoreAdvice } from '../damage-advice.ts';
import { grouped } from '../terminal/say.ts';
import type { Case } from './case.ts';
import { met, ok, type Finding } from './finding.ts';

/** The history of a data directory, held at one commit, so that the journal keeps what comes after it until `close`. */
export interface HistoryLook {
  readonly findings: readonly Finding[];
  /** Undefined where there is none, or none that can be read. */
  readonly reach: HistoryReach | undefined;
  close(): void;
}

/** Whether the file of ended records can be read, all of it. */
export function lookAtHistory(found: Case, dataDir: string): HistoryLook {
  const path = historyPath(dataDir);
  if (!existsSync(path)) return { findings: [], reach: undefined, close: () => undefined };
  const reader = new HistoryReader(path);
  const look = (findings: readonly Finding[], reach?: HistoryReach): HistoryLook => ({ findings, reach, close: () => reader.close() });
  try {
    const { appliedSequence, journalId } = reader.hold();
    const wrong = reader.check();
    if (wrong.length > 0) return look([damaged(wrong.join('; '), found, dataDir)]);
    if (appliedSequence === undefined) return look([]);
    return look([ok('history', `${resolve(path)} is whole, and has what ended through group ${grouped(appliedSequence)}`)], { appliedSequence, journalId });
  } catch (error) {
    if (error instanceof HistoryRefused) return look([historyRefusal(error, found, dataDir)]);
    if (error instanceof HistoryUnreadable) return look([damaged(error.cause instanceof Error ? error.cause.message : error.message, found, dataDir)]);
    // The reader wraps what its queries meet, and not what the very first statement on the file does.
    if (error instanceof Error && 'errcode' in error) return look([damaged(error.message, found, dataDir)]);
    throw error;
  }
}

function damaged(why: string, { asTyped }: Case, dataDir: string): Finding {
  const path = shellWord(resolve(historyPath(dataDir)));
  const mend = `${restoreAdvice(asTyped, dataDir)} If the journal still has its segment 1: mv ${path} ${path}.damaged, and the next start makes it anew`;
  return met('history_damaged', `${resolve(historyPath(dataDir))} is damaged: ${why}`, mend);
}

/** What to say where history and journal do not make up the whole. */
export function historyRefusal(error: HistoryRefused, found: Case, dataDir: string): Finding {
  if (error.mismatch === 'too_new') return met('journal_too_new', `${resolve(historyPath(dataDir))}: ${error.message}`, `git pull && npm ci (or check out the version that wrote it), then ${found.asTyped('npm start')}`);
  if (error.mismatch === 'missing') return historyMissing(found, dataDir);
  const [what = ''] = error.message.split('. ');
  return met('history_mismatch', `${resolve(historyPath(dataDir))}: ${what}`, `Bring back the history.sqlite that was there last. ${restoreAdvice(found.asTyped, dataDir)}`);
}

/** The journal alone is not the whole any more. */
export function historyMissing({ asTyped }: Case, dataDir: string): Finding {
  const says = `${resolve(historyPath(dataDir))} is missing, and the journal has handed ended records over to it`;
  return met('history_missing', says, `Bring the file back. ${restoreAdvice(asTyped, dataDir)}`);
}
