import type { Joinable } from '@traffic-tacos/journal';
import type { EpochMs, EventId } from '@traffic-tacos/kernel';

/** What a waiting room has to know of its event. */
export interface OnSale {
  readonly eventId: EventId;
  /** Whether holding seats demands admission. */
  readonly demandsAdmission: boolean;
  /** Whether only signed-in users may wait. */
  readonly demandsAccount: boolean;
  readonly policy: 'arrival' | 'draw';
  /** People a second; undefined where the setting decides. */
  readonly perSecond: number | undefined;
  /** People inside at once; undefined where the setting decides. */
  readonly maxActive: number | undefined;
  /** By wall time; undefined where no time says otherwise. */
  readonly saleStartsAtMs: EpochMs | undefined;
  readonly saleEndsAtMs: EpochMs | undefined;
  readonly freeSeats: number;
  /** Whether every seat is sold or blocked. Where some are only held, people wait. */
  readonly isSoldOut: boolean;
}

/** When an event is sold. */
export type SaleWindow = Pick<OnSale, 'saleStartsAtMs' | 'saleEndsAtMs'>;

/** The sale is decided in another process: ask there, and decide again. A crash in between leaves the sale moved and the room as it was; the word is repeated then. */
export interface AskElsewhere {
  /** Resolves when it is durable there. May reject with `Unavailable`. */
  ask(): Promise<void>;
}

/** Where the queue learns of events. It answers from memory, never waits, and may be a second behind. */
export interface OnSales {
  find(eventId: EventId): OnSale | undefined;
  /** The same as it is now, also of an event that `find` has not heard of yet: waits where somebody has to be asked, and may reject with `Unavailable`. */
  learn(eventId: EventId): Promise<OnSale | undefined>;
  /**
   * Moves the time in which an event is sold: holds are decided by it from then on. In the caller's unit of work where that is decided in the same process; a
   * time that is what it was is moved nowhere.
   */
  moveSale(eventId: EventId, window: SaleWindow): Joinable<'moved' | 'event_not_found' | AskElsewhere>;
}
