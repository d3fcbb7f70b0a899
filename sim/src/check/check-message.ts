import type { Intent } from '@traffic-tacos/payment';
import type { Books } from './books.ts';
import { must } from './breach.ts';
import type { AppliedRecord, MessageRecord } from './records.ts';

/** Attempts after which a message of which nothing can come is given up: one, and five more. */
const ATTEMPTS = 6;
/** The shortest pause before another attempt. */
const PAUSE_MS = 1_000;

/** S12, S13, S15 for one image of a message: it is let go after its effect is on disk, and given up only where nothing can come of it. */
export function checkMessage(books: Books, poison: ReadonlySet<string>, after: MessageRecord, nowMs: number): void {
  const { id, state, version } = after;
  const before = books.message.get(id);
  if (before === undefined || before.state === 'done') {
    must(version === 1 && state === 'queued' && after.failures === 0, 'I4', id, 'begins as something else than a new message');
    return;
  }
  must(version === before.version + 1, 'I4', id, () => `version ${version} follows ${before.version}`);
  must(before.state === 'queued', 'I6', id, 'was given up, and is worked on');
  if (state === 'done') {
    const appliedIn = books.appliedIn.get(id);
    must(appliedIn !== undefined, 'I6', id, 'was let go before it had its effect');
    must((appliedIn ?? 0) <= books.durableSequence, 'I6', id, 'was let go before its effect was on disk');
  } else if (state === 'dead') {
    must(poison.has(id), 'I6', id, () => `was given up: ${after.reason}`);
    must(after.failures === ATTEMPTS, 'I6', id, () => `was given up after ${after.failures} attempts`);
  } else {
    must(after.dueAtMs >= nowMs + PAUSE_MS, 'I6', id, 'is tried again at once');
    must(after.failures + after.absences > 0 && after.failures < ATTEMPTS, 'I6', id, () => `is tried again after ${after.failures} failures`);
  }
}

/** I6: an event has its effect once, and there was such an event. */
export function checkApplied(books: Books, { id }: AppliedRecord): void {
  must(!books.applied.has(id), 'I6', id, 'has had its effect twice');
  const [intentId = '', sequence = ''] = id.split('.');
  const intent = books.intent.get(intentId);
  must(intent !== undefined && Number(sequence) >= 1 && Number(sequence) <= intent.sequence, 'I6', id, 'has had an effect, and was never announced');
}

/** I6, once nothing is under way any more: every fact has had its effect. */
export function checkNothingLost(books: Books): void {
  for (const intent of books.intent.values()) for (const id of factIds(intent)) must(books.applied.has(id), 'I6', id, 'was announced and has had no effect');
}

const factIds = ({ id, sequence }: Intent): readonly string[] => Array.from({ length: sequence }, (_, i) => `${id}.${i + 1}`);
