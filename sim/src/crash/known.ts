/** What is asked for: seats by name, or so many places of a section. */
export type Wish = { readonly seatIds: readonly string[] } | { readonly section: string; readonly quantity: number };

/** What a buyer knows of one hold: only what they have been told. */
export interface KnownHold {
  readonly key: string;
  readonly wish: Wish;
  /** Undefined while no answer came: the hold may be there as a whole, or not at all. */
  id: string | undefined;
  /** The places that were granted. */
  seatIds: readonly string[];
  /** The state of the last answer about it. */
  told: 'nothing' | 'HOLD' | 'CANCELLED' | 'CONFIRMED' | 'refused';
  /** The end that was promised last, on the server's wall clock. */
  promisedUntilMs: number;
  /** What was sent and has no answer: it has happened, or it has not. */
  asking: 'nothing' | 'hold' | 'cancel' | 'confirm' | 'extend' | 'pay';
  /** Payments that were acknowledged. */
  readonly intentIds: string[];
  /** Those of which it was told that the money was captured. */
  readonly capturedIds: string[];
  orderId: string | undefined;
}

/** What somebody who waits knows of their place in the waiting room. */
export interface KnownPlace {
  readonly token: string;
  /** The last that was told. */
  position: number;
}

/** Everything that one buyer has been told, over all lives of the server. */
export interface Memory {
  readonly holds: KnownHold[];
  readonly places: KnownPlace[];
}

export const newMemory = (): Memory => ({ holds: [], places: [] });
