import { epochMs, type EpochMs } from '@traffic-tacos/kernel';
import { accepts, after } from './intent-states.ts';
import { dueAtMs, dueKind, intentAt, type DueKind } from './intent-at.ts';
import type { Intent } from './intent.ts';

/** `changed` carries the image to write; `unchanged` the one that is true already, as of the decision. */
export type ProcessDecision = { readonly kind: 'changed'; readonly next: Intent } | { readonly kind: 'unchanged'; readonly intent: Intent };

/**
 * Hurries an intent: the result that was drawn at its creation takes effect now instead of later. Where no result comes, it waits as
 * PROCESSING for its expiry. An intent that has been processed, or has ended, stays as it is.
 */
export function processIntent(stored: Intent, nowMs: EpochMs): ProcessDecision {
  const current = intentAt(stored, nowMs);
  if (!accepts(current.status, 'process')) return { kind: 'unchanged', intent: current };
  const hurried: Intent = {
    ...current,
    status: after(current.status, 'process'),
    settleAtMs: current.settleAtMs === undefined ? undefined : epochMs(Math.min(current.settleAtMs, nowMs)),
    changedAtMs: nowMs,
    factsAdded: 0,
  };
  return { kind: 'changed', next: { ...intentAt(hurried, nowMs), version: stored.version + 1 } };
}

export type CancelDecision =
  | { readonly kind: 'cancelled'; readonly next: Intent }
  | { readonly kind: 'already_cancelled'; readonly intent: Intent }
  | { readonly kind: 'already_ended'; readonly intent: Intent };

/** Gives an intent up before its result. From the instant of the result on it is too late. */
export function cancelIntent(stored: Intent, nowMs: EpochMs): CancelDecision {
  const current = intentAt(stored, nowMs);
  if (current.status === 'CANCELLED') return { kind: 'already_cancelled', intent: current };
  if (!accepts(current.status, 'cancel')) return { kind: 'already_ended', intent: current };
  const status = after(current.status, 'cancel');
  return { kind: 'cancelled', next: { ...current, version: stored.version + 1, status, changedAtMs: nowMs, factsAdded: 0 } };
}

export type EndDecision = { readonly kind: 'ended'; readonly next: Intent } | { readonly kind: 'not_due' } | { readonly kind: 'already_ended' };

/** Judges a wake-up for the settlement or the expiry: it writes down what is true already, and does nothing before, after or twice. */
export function endIntent(stored: Intent, by: DueKind, nowMs: EpochMs): EndDecision {
  const atMs = dueAtMs(stored);
  if (atMs === undefined) return { kind: 'already_ended' };
  if (nowMs < atMs || dueKind(stored) !== by) return { kind: 'not_due' };
  return { kind: 'ended', next: intentAt(stored, nowMs) };
}
