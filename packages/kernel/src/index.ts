export { InvariantBreach, invariant, present, unreachable } from './assert.ts';
export type { BusEvent, EventDetail } from './bus-event.ts';
export { ManualClock, type Clock } from './clock.ts';
export {
  formatId,
  instantOfId,
  isAfterWords,
  newId,
  parseId,
  sameWords,
  shardOf,
  withPrefix,
  type EventId,
  type Id,
  type IdWords,
  type OrderId,
  type PaymentIntentId,
  type ReservationId,
  type UserId,
} from './ids.ts';
export { DEFAULT_LIMITS, checkLimits, type Limits } from './limits.ts';
export { ExpiryQueue } from './memory/expiry-queue.ts';
export { IdIndex, readKey, writeKey } from './memory/id-index.ts';
export { CountedInterner } from './memory/counted-interner.ts';
export { Interner } from './memory/interner.ts';
export { NO_ROW, RowStore } from './memory/row-store.ts';
export { RowTexts } from './memory/row-texts.ts';
export { isCurrencyCode, sameMoney, timesQuantity, type CurrencyCode, type Money } from './money.ts';
export { SeededRandom, type Random } from './random.ts';
export {
  addMs,
  amountMinor,
  count,
  durationMs,
  epochMs,
  isoInstant,
  type AmountMinor,
  type Count,
  type DurationMs,
  type EpochMs,
} from './units.ts';
export { readInstant } from './read-instant.ts';
export { Contended, LimitReached, Unavailable } from './unavailable.ts';
export type { WakeUps } from './wake-ups.ts';
