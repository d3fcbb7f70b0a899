import type { AmountMinor, CurrencyCode, EpochMs } from '@traffic-tacos/kernel';

/** An event as its organizer describes it, checked and with defaults filled in. */
export interface EventDocument {
  readonly id: string;
  readonly terms: EventTerms;
  /** In catalogue order. */
  readonly sections: readonly SectionDocument[];
}

/** What an event says besides its places. */
export interface EventTerms {
  readonly name: string;
  readonly venue: string | undefined;
  readonly startsAtMs: EpochMs | undefined;
  readonly endsAtMs: EpochMs | undefined;
  /** No time: open since ever. */
  readonly saleStartsAtMs: EpochMs | undefined;
  /** No time: open for ever. */
  readonly saleEndsAtMs: EpochMs | undefined;
  readonly currency: CurrencyCode;
  /** Places that one user may have in live holds and in orders not refunded. */
  readonly purchaseLimit: number;
  readonly waitingRoom: 'on' | 'off';
  readonly queueIdentity: 'visitor' | 'account';
  /** Whether public lists show it. By its id it is there for everybody all the same. */
  readonly listed: boolean;
  readonly admission: AdmissionTerms;
}

/** What the waiting room is told; what is undefined there follows the platform's settings. */
export interface AdmissionTerms {
  readonly perSecond: number | undefined;
  readonly maxActive: number | undefined;
  readonly policy: 'arrival' | 'draw';
}

interface SectionTerms {
  readonly id: string;
  readonly name: string;
  readonly priceMinor: AmountMinor;
}

/** Numbered seats: those of the rows first, then those with ids of their own. */
export interface SeatedSectionDocument extends SectionTerms {
  readonly kind: 'seats';
  readonly rows: readonly RowDocument[];
  readonly seatIds: readonly string[];
  /** Ids of seats that are not for sale. */
  readonly blocked: readonly string[];
}

/** A row of seats called `<section>-<row>-<number>`. */
export interface RowDocument {
  readonly id: string;
  /** Ascending and apart. */
  readonly ranges: readonly SeatRange[];
}

/** Seat numbers from `from` to `to`, both included. */
export interface SeatRange {
  readonly from: number;
  readonly to: number;
}

/** Places that are counted, not numbered. */
export interface PoolDocument extends SectionTerms {
  readonly kind: 'pool';
  readonly capacity: number;
}

export type SectionDocument = SeatedSectionDocument | PoolDocument;
