import { invariant } from './assert.ts';

declare const unit: unique symbol;
type Branded<Name extends string> = number & { readonly [unit]: Name };

/** An instant: whole milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = Branded<'EpochMs'>;
/** A length of time in whole milliseconds, never negative. */
export type DurationMs = Branded<'DurationMs'>;
/** A number of things, 0 or more. */
export type Count = Branded<'Count'>;
/** Money in the currency's minor unit (KRW has none: 1 is one won), 0 or more, at most 2^53 - 1. */
export type AmountMinor = Branded<'AmountMinor'>;

function wholeNumber(value: number, name: string): number {
  invariant(Number.isSafeInteger(value) && value >= 0, `${name} must be a whole number of 0 or more, got ${value}`);
  return value;
}

export const epochMs = (value: number): EpochMs => wholeNumber(value, 'EpochMs') as EpochMs;
export const durationMs = (value: number): DurationMs => wholeNumber(value, 'DurationMs') as DurationMs;
export const count = (value: number): Count => wholeNumber(value, 'Count') as Count;
export const amountMinor = (value: number): AmountMinor => wholeNumber(value, 'AmountMinor') as AmountMinor;

/** The instant `duration` after `instant`. */
export const addMs = (instant: EpochMs, duration: DurationMs): EpochMs => epochMs(instant + duration);

/** ISO-8601 UTC with milliseconds, as every REST answer prints instants. */
export const isoInstant = (instant: EpochMs): string => new Date(instant).toISOString();
