import type { Seen } from './operation.ts';

/** What is asked for: seats by name, or so many places of a pool. */
export type Wish = { readonly seats: readonly string[] } | { readonly pool: string; readonly quantity: number };

/** What a client is told: a hold, or why not. `unknown`: nobody answered, whatever was tried. */
export type HoldAnswer =
  | { readonly kind: 'held'; readonly reservationId: string; readonly objects: readonly string[]; readonly quantity: number; readonly lastsMs: number }
  /** These are taken. */
  | { readonly kind: 'taken'; readonly objects: readonly string[] }
  /** Refused for another reason, which says nothing about places. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown' };

/** What became of a change to one's own reservation. A refusal says what has become of the reservation, where it says that. */
export type ChangeAnswer = { readonly kind: 'done'; readonly lastsMs?: number } | { readonly kind: 'refused'; readonly as: Seen | undefined } | { readonly kind: 'unknown' };

/** A look at one's own reservation; undefined where nothing was told that counts. */
export type LookAnswer = Seen | undefined;

/** How many places are left, by seat and pool; undefined where nobody answered. */
export type LeftAnswer = ReadonlyMap<string, number> | undefined;

/** One client of the platform under examination: one user, one request at a time. */
export interface Client {
  readonly name: string;
  hold(wish: Wish, key: string): Promise<HoldAnswer>;
  give(reservationId: string): Promise<ChangeAnswer>;
  /** Adds so many seconds to the end. */
  extend(reservationId: string, seconds: number): Promise<ChangeAnswer>;
  /** Begins a payment and has it captured; answers its intent, or that there is none and never will be. */
  pay(reservationId: string, amount: number, key: string): Promise<{ readonly intentId: string | undefined; readonly isSure: boolean }>;
  confirm(reservationId: string, intentId: string): Promise<ChangeAnswer>;
  look(reservationId: string): Promise<LookAnswer>;
  left(): Promise<LeftAnswer>;
  close(): void;
}

/** What may stand in the code of a refusal of one's own reservation. */
export const SEEN_BY_CODE: Readonly<Record<string, Seen>> = {
  RESERVATION_EXPIRED: 'over',
  RESERVATION_ALREADY_CONFIRMED: 'sold',
  RESERVATION_ALREADY_CANCELLED: 'given',
  RESERVATION_NOT_FOUND: 'nothing',
};

/** What may stand in a reservation's status; the others are nothing that a client of an examination brings about. */
export const SEEN_BY_STATUS: Readonly<Record<string, Seen>> = { HOLD: 'held', CONFIRMED: 'sold', CANCELLED: 'given', EXPIRED: 'over' };
