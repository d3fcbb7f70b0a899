import type { AmountMinor, CurrencyCode, EpochMs } from '@traffic-tacos/kernel';
import type { Page } from './call.ts';

/** A section of numbered seats, or a pool of places without numbers, with what is left of it. */
export interface SectionFacts {
  readonly id: string;
  readonly name: string;
  readonly kind: 'seats' | 'pool';
  /** The price of one place. */
  readonly priceMinor: AmountMinor;
  /** All places, blocked ones included. */
  readonly capacity: number;
  /** Places that are free now. */
  readonly remaining: number;
  readonly held: number;
  readonly sold: number;
  readonly blocked: number;
}

/** An event as buyers see it. */
export interface EventFacts {
  readonly id: string;
  readonly name: string;
  readonly venue: string | undefined;
  readonly startsAtMs: EpochMs | undefined;
  readonly endsAtMs: EpochMs | undefined;
  /** The sale is open from then; undefined: it is open already. */
  readonly saleStartsAtMs: EpochMs | undefined;
  /** The sale is over from then; undefined: it never is. */
  readonly saleEndsAtMs: EpochMs | undefined;
  readonly currency: CurrencyCode;
  /** Places for each buyer. */
  readonly purchaseLimit: number;
  readonly waitingRoom: 'on' | 'off';
  readonly queueIdentity: 'visitor' | 'account';
  /** In catalogue order. */
  readonly sections: readonly SectionFacts[];
  /** Grows with every change of the event or of one of its places. */
  readonly version: number;
  /** Two answers with the same tag are the same. Printable ASCII without quotes. */
  readonly tag: string;
}

/** Seats of one row with consecutive numbers: `<section>-<row>-<from>` to `<section>-<row>-<to>`. */
export interface RowSeats {
  readonly row: string;
  readonly from: number;
  readonly to: number;
  /** One letter a seat, in order: `f` free, `h` held, `s` sold, `b` blocked. */
  readonly states: string;
}

/** Seats with ids of their own. */
export interface NamedSeats {
  readonly seatIds: readonly string[];
  /** One letter a seat, as in `RowSeats`. */
  readonly states: string;
}

export interface SeatMapSection {
  readonly id: string;
  readonly name: string;
  readonly priceMinor: AmountMinor;
  /** In catalogue order; empty for a pool. */
  readonly seats: readonly (RowSeats | NamedSeats)[];
}

export type SeatMapAnswer =
  | { readonly kind: 'found'; readonly version: number; readonly tag: string; readonly sections: readonly SeatMapSection[] }
  | { readonly kind: 'event_not_found' }
  | { readonly kind: 'section_not_found' };

/**
 * What the gateway asks of the inventory service. Counts and states may be a moment old: they are for looking, and decide nothing.
 * Every method may reject with `Unavailable`.
 */
export interface Catalogue {
  /** By id, ascending; `after` is the id before the page. */
  list(query: { readonly after: string | undefined; readonly limit: number }): Promise<Page<EventFacts>>;
  read(eventId: string): Promise<EventFacts | undefined>;
  /** Of one section, or of all when none is named. */
  seatMap(eventId: string, section: string | undefined): Promise<SeatMapAnswer>;
}
