import type { AnnouncementType } from '../domain/announcement.ts';
import type { CreateOutcome } from './reservation-store.ts';

/** Measures one use case: `begin` answers what `ended` is to be given. */
export interface UseCaseTimer {
  begin(): number;
  ended(begun: number): void;
}

/** What the use cases tell of themselves. Nothing here decides anything, waits or throws. */
export interface ReservationMeters {
  readonly create: UseCaseTimer;
  readonly confirm: UseCaseTimer;
  readonly cancel: UseCaseTimer;
  readonly extend: UseCaseTimer;
  readonly expire: UseCaseTimer;
  /** A request for a reservation was decided, and the decision is on disk. */
  created(outcome: CreateOutcome['kind']): void;
  /** The same of a request that carried an idempotency key. */
  keyed(result: 'new' | 'replayed' | 'conflict'): void;
  /** A reservation has entered the status that this announces. */
  announced(type: AnnouncementType): void;
}

/** What became of the key, by what became of the request. */
export function keyResultOf(outcome: { readonly kind: string; readonly replayed?: boolean }): 'new' | 'replayed' | 'conflict' {
  if (outcome.kind === 'idempotency_conflict') return 'conflict';
  return outcome.kind === 'replayed' || outcome.replayed === true ? 'replayed' : 'new';
}
