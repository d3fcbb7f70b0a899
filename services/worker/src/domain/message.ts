import { addMs, durationMs, type DurationMs, type EpochMs } from '@traffic-tacos/kernel';

/** One message for the worker, as it is recorded: an absolute image, each change one version more. */
export interface WorkerMessage {
  /** That of the event, so that a repetition is told from a new message. */
  readonly id: string;
  /** From 1; of a message that is queued again after it was done with, from 1 again. */
  readonly version: number;
  /** `dead`: given up, and kept for an operator. `done`: nothing of it is kept in memory. */
  readonly state: 'queued' | 'dead' | 'done';
  /** JSON in either of the two shapes that `readMessage` reads, or whatever else was sent. Empty when done. */
  readonly body: string;
  /** Attempts that have failed although everything needed was there. */
  readonly failures: number;
  /** Attempts in a row for which something needed was not there. They count for nothing. */
  readonly absences: number;
  /** When it is worked on next, or was given up. */
  readonly dueAtMs: EpochMs;
  /** Why the last attempt came to nothing; empty while none has. */
  readonly reason: string;
}

/** How long to wait after each failure, and after each absence; after the last failure the message is given up, while absences wait without end. */
const RETRY_AFTER_MS: readonly DurationMs[] = [1_000, 2_000, 4_000, 8_000, 16_000].map(durationMs);
const LONGEST_MS = durationMs(16_000);

export const queuedMessage = (id: string, body: string, nowMs: EpochMs): WorkerMessage => ({
  id, version: 1, state: 'queued', body, failures: 0, absences: 0, dueAtMs: nowMs, reason: '',
});

export const doneMessage = (message: WorkerMessage): WorkerMessage => ({ ...message, version: message.version + 1, state: 'done', body: '', reason: '' });

/** A dead message that is to be worked on again from the beginning. */
export const requeuedMessage = (dead: WorkerMessage, nowMs: EpochMs): WorkerMessage => ({
  ...dead, version: dead.version + 1, state: 'queued', failures: 0, absences: 0, dueAtMs: nowMs,
});

/** After an attempt that failed with everything needed there: a later one, or none. */
export function failedMessage(message: WorkerMessage, reason: string, nowMs: EpochMs): WorkerMessage {
  const next = { ...message, version: message.version + 1, failures: message.failures + 1, absences: 0, reason };
  const waitMs = RETRY_AFTER_MS[message.failures];
  return waitMs === undefined ? { ...next, state: 'dead', dueAtMs: nowMs } : { ...next, dueAtMs: addMs(nowMs, waitMs) };
}

/** After an attempt for which something needed was not there: a later one, however often that comes. */
export function putOffMessage(message: WorkerMessage, reason: string, nowMs: EpochMs): WorkerMessage {
  const waitMs = RETRY_AFTER_MS[message.absences] ?? LONGEST_MS;
  return { ...message, version: message.version + 1, absences: message.absences + 1, dueAtMs: addMs(nowMs, waitMs), reason };
}
