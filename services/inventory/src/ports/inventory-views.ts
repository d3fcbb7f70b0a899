import type { AmountMinor, CurrencyCode } from '@traffic-tacos/kernel';
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
      /** The figures of the same sections, as of the same instant. */
      readonly figures: readonly SectionFacts[];
    };

/** A seat as the catalogue has it. */
export interface SeatFacts {
  readonly id: string;
  readonly sectionId: string;
  /** Empty where the seat has an id of its own. */
  readonly row: string;
  /** In the row; the id where there is none. */
  readonly number: string;
  /** For holds made from now on. */
  readonly priceMinor: AmountMinor;
}

/** Whether places could be had: seats by id, or any `quantity` places of one section. */
export interface AvailabilityQuery {
  readonly eventId: string;
  readonly seatIds: readonly string[] | undefined;
  readonly quantity: number;
  readonly section: string | undefined;
}

export type AvailabilityOutcome =
  | { readonly kind: 'event_not_found' }
  | { readonly kind: 'section_not_found' }
  | { readonly kind: 'seat_not_found'; readonly seatIds: readonly string[] }
  | { readonly kind: 'seats_not_in_section'; readonly seatIds: readonly string[] }
  | {
      readonly kind: 'availability';
      readonly isAvailable: boolean;
      readonly currency: CurrencyCode;
      /** Free places of the section asked about, or of the event. */
      readonly remaining: number;
      /** Of the seats that were named. */
      readonly free: readonly SeatFacts[];
      readonly taken: readonly string[];
    };

/** A page of events by id, ascending. */
export interface EventPage {
  readonly events: readonly EventFacts[];
  /** What to ask for the page after this one; undefined at the end. */
  readonly next: string | undefined;
  /** What to ask for the page before this one; undefined on the first. */
  readonly previous: PageStart | undefined;
}

/** Where a page begins: after an id, or at the first event. */
export interface PageStart {
  readonly after: string | undefined;
}

export interface EventQuery {
  /** The id before the page. */
  readonly after: string | undefined;
  readonly limit: number;
  /** Events to pass over after that; none unless given. */
  readonly skip?: number;
  /** Those that are not listed too. */
  readonly all?: boolean;
}
