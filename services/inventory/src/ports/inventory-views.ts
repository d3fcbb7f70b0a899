import type { AmountMinor } from '@traffic-tacos/kernel';
import type { EventTerms } from '../domain/event-document.ts';

/** What everybody may see of a section. Holds that are over count as free. */
export interface SectionFacts {
  readonly id: string;
  readonly name: string;
  readonly kind: 'seats' | 'pool';
  /** The price of one place for holds made from now on. */
  readonly priceMinor: AmountMinor;
  /** All places, blocked ones included. */
  readonly capacity: number;
  /** Free places. */
  readonly remaining: number;
  readonly held: number;
  readonly sold: number;
  readonly blocked: number;
}

/** What everybody may see of an event. */
export interface EventFacts {
  readonly id: string;
  readonly terms: EventTerms;
  readonly capacity: number;
  readonly remaining: number;
  /** In catalogue order. */
  readonly sections: readonly SectionFacts[];
  /** Grows with every change of the event or of a hold. */
  readonly version: number;
  /** Two answers with the same tag show the same places. */
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

export type SeatMapOutcome =
  | { readonly kind: 'event_not_found' }
  | { readonly kind: 'section_not_found' }
  | {
      readonly kind: 'seat_map';
      readonly eventId: string;
      readonly version: number;
      readonly tag: string;
      readonly sections: readonly SeatMapSection[];
    };

/** A page of events by id, ascending. */
export interface EventPage {
  readonly events: readonly EventFacts[];
  /** What to ask for the page after this one; undefined at the end. */
  readonly next: string | undefined;
}

export interface EventQuery {
  /** The id before the page. */
  readonly after: string | undefined;
  readonly limit: number;
}
