import { present, type EpochMs } from '@traffic-tacos/kernel';
import { after } from './intent-states.ts';
import { isOpen, type Intent } from './intent.ts';

/** What happens next to an open intent if nobody does anything. */
export type DueKind = 'settlement' | 'expiry';

/**
 * Which of the two comes first. A result that is planned for the instant of the expiry or later never comes: at its expiry the
 * intent is over.
 */
export const dueKind = (intent: Intent): DueKind =>
  intent.settleAtMs !== undefined && intent.settleAtMs < intent.expiresAtMs ? 'settlement' : 'expiry';

/** The instant at which an open intent ends by itself; undefined when it has ended. */
export function dueAtMs(intent: Intent): EpochMs | undefined {
  if (!isOpen(intent.status)) return undefined;
  return dueKind(intent) === 'settlement' ? intent.settleAtMs : intent.expiresAtMs;
}

/**
 * The intent as it is at `nowMs`. One whose instant has come reads exactly like the image that the timer will write, however late it
 * wakes: status, events and later decisions all start from here, so they cannot disagree.
 */
export function intentAt(intent: Intent, nowMs: EpochMs): Intent {
  const atMs = dueAtMs(intent);
  return atMs === undefined || nowMs < atMs ? intent : ended(intent, atMs);
}

function ended(intent: Intent, atMs: EpochMs): Intent {
  const version = intent.version + 1;
  if (dueKind(intent) === 'expiry') {
    return { ...intent, version, status: after(intent.status, 'expire'), changedAtMs: atMs, factsAdded: 0 };
  }
  const event = present(EVENT_OF[intent.result], 'a planned settlement has a result');
  return { ...intent, version, status: after(intent.status, event), changedAtMs: atMs, sequence: intent.sequence + 1, factsAdded: 1 };
}

const EVENT_OF = { approved: 'approve', failed: 'fail', none: undefined } as const;
