import type { Page } from './call.ts';

/** Places of an event, or of a section. */
export interface PlaceFigures {
  readonly free: number;
  readonly held: number;
  readonly sold: number;
  readonly blocked: number;
}

export interface EventPlaces {
  readonly eventId: string;
  readonly name: string;
  readonly places: PlaceFigures;
}

/** How many payments stand in a status, and what they are worth together in the currency's minor unit. */
export interface PaymentFigures {
  readonly status: string;
  readonly payments: number;
  readonly amountMinor: number;
}

export interface EventFigures extends EventPlaces {
  readonly sections: readonly (PlaceFigures & { readonly id: string })[];
  /** Those that have not left memory. */
  readonly payments: readonly PaymentFigures[];
}

/** The process as a whole. */
export interface ProcessFigures {
  readonly memoryBytes: number;
  /** Rows in memory. */
  readonly inMemory: { readonly holds: number; readonly reservations: number; readonly orders: number; readonly payments: number; readonly users: number };
  readonly journal: {
    /** The oldest group that is kept, and the newest that is applied and on disk. */
    readonly firstSequence: number;
    readonly appliedSequence: number;
    readonly durableSequence: number;
  };
  /** Groups of the journal that are on disk, and whose changes have not all been told to others. */
  readonly outbox: { readonly groupsBehind: number };
}

/** What admins are shown of a platform in one process. All of it may be a moment old. */
export interface Figures {
  process(): ProcessFigures;
  /** By id, ascending; `after` is the id before the page. */
  events(query: { readonly after: string | undefined; readonly limit: number }): Page<EventPlaces>;
  /** Undefined: there is no such event. */
  event(eventId: string): Promise<EventFigures | undefined>;
}
